"""What the explorables share is small, and so is each of them, as they are written."""

from collections import Counter
from pathlib import Path

from web.explorables import Explorables

ROOT = Path(__file__).parents[3]
MOST = 20_000  # bytes of scripts and styles


def test_what_more_than_one_explorable_loads_is_small_and_so_is_each_alone():
    explorables = Explorables(ROOT, ROOT / "_build" / "wheel")
    found = sorted(explorables.folder.glob("*/*.py"))
    names = [path.stem for path in found if path.stem == path.parent.name]
    loads = {name: explorables.files(name) for name in names}
    users = Counter(file for files in loads.values() for file in files)
    sizes = {file: (explorables.folder / file).stat().st_size for file in users}
    assert sum(sizes[file] for file in users if users[file] > 1) <= MOST
    own = {name: sum(sizes[f] for f in files if users[f] == 1) for name, files in loads.items()}
    assert len(own) >= 6
    assert min(own.values()) > 0
    assert max(own.values()) <= MOST, own
