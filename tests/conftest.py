"""Put the module and the book's machinery on the path; name chapter lines below failing tests."""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "code"), str(ROOT / "book" / "_ext")]

pytest_plugins = ["literate.testing", "pytester"]
FRONT_MATTER = "---\nfile_format: mystnb\nkernelspec: {name: python3}\n---\n"


class SmallBook:
    """A book in a temporary folder, made of a few pages; ``§`` marks the places asked for."""

    def __init__(self, root: Path):
        self.root = root
        self.places: list[str] = []

    def write(self, pages: dict[str, str], toc: str | None = None) -> Path:
        """Write pages, each given the head of a notebook, and a table of contents; return root."""
        (self.root / "book").mkdir(exist_ok=True)
        for name, text in pages.items():
            self.page(name, FRONT_MATTER + text)
        root, *others = [f"book/{name}" for name in pages]
        listed = "".join(f"\n- file: {other}" for other in others) or " []"
        toc = toc if toc is not None else f"format: jb-book\nroot: {root}\nchapters:{listed}\n"
        (self.root / "_toc.yml").write_text(toc, "utf-8")
        return self.root

    def page(self, name: str, text: str) -> None:
        """Write one page as it stands, and note its places."""
        for number, line in enumerate(text.split("\n"), 1):
            self.places += [f"book/{name}.md:{number}"] * line.count("§")
        (self.root / "book" / f"{name}.md").write_text(text.replace("§", ""), "utf-8")


@pytest.fixture
def small_book(tmp_path):
    return SmallBook(tmp_path)
