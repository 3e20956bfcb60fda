"""``python -m vendoring WORK VENDOR``."""

import sys
from pathlib import Path

from vendoring import fetch

fetch(Path(sys.argv[1]), Path(sys.argv[2]))
print(f"{sys.argv[2]} holds what the workbench runs")
