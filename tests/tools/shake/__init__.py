"""Whether what the chapters claim holds elsewhere, too: `make shake`."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
