"""A tiny book with the machinery and the settings of the real one, to build and to change."""

import hashlib
import os
import re
import shutil
import textwrap
from multiprocessing.process import BaseProcess
from pathlib import Path

from bs4 import BeautifulSoup

import forked

ROOT = Path(__file__).resolve().parents[2]
BUILD = "jupyter_book.cli.main:main"
HEAD = "---\nfile_format: mystnb\nkernelspec: {name: python3, display_name: Python 3}\n---\n"
SQUARE = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9"/></svg>'
STRICT = ("-W", "-n", "--keep-going")

PAGES = {
    "index": """
        # A tiny book

        It begins with {frag}`twice the input`, and {frag}`these words <one more>`.
        See {eq}`eq-twice`.

        ```{book-map}
        :route: 02-assembled 01-twice

        04-alone: `x` & nothing else
        ```

        ```{book-figures}
        ```
        """,
    "01-twice": """
        # Twice

        :::{admonition} Claim
        :class: claim

        ```{math}
        :label: eq-twice
        a_t = \\tanh z_t
        ```
        :::

        By {eq}`eq-twice`, with $x = 3$:

        ```{code-cell} ipython3
        x = 3
        ```

        ```{code-cell} ipython3
        :fragment: twice the input

        y = 2 * x  # eq-twice
        ```

        ```{code-cell} ipython3
        :tags: [check]

        assert y == 6
        ```

        ```{code-cell} ipython3
        :tags: [hide-input]
        :mystnb: {image: {alt: "A square."}, figure: {name: fig-square, caption: "A caption: $x$."}}

        from IPython.display import SVG
        SVG('SQUARE')
        ```

        ```{exercise}
        :label: ex-twice
        What is twice four?
        ```

        ```{solution} ex-twice
        :label: sol-twice
        :class: dropdown
        It is $8$.
        ```

        ```{exercise}
        :label: ex-five
        What is twice five?
        ```
        """,
    "02-assembled": """
        # Assembled

        The function comes first, and one of its fragments later.

        ```{code-cell} ipython3
        :tangle: tiny/arithmetic.py

        \"""Arithmetic.\"""


        def one_more_than_twice(x):
            \"""Return 2 x + 1 (eq-twice).\"""
            <<one more>>
            return z
        ```

        ```{code-cell} ipython3
        x = 3
        ```

        ```{code-cell} ipython3
        :fragment: one more

        <<twice the input>>
        z = y + 1
        ```

        ```{code-cell} ipython3
        :tags: [check]

        from literate import replay

        print("shown:", replay(one_more_than_twice, 3, shown={"y": y, "z": z}))
        ```
        """,
    "03-imported": """
        # Imported

        ```{code-cell} ipython3
        from tiny.arithmetic import one_more_than_twice

        print("the module says", one_more_than_twice(10))
        ```

        ```{code-cell} ipython3
        print("the file says", open("data/number.txt").read())
        ```

        ```{code-cell} ipython3
        def say():
            \"""Say it.

            Twice.
            \"""
            return 2


        assert say() == 2
        print(say())
        ```
        """,
    "04-alone": """
        # Alone

        Not by {eq}`eq-twice` of {doc}`01-twice`.

        ```{code-cell} ipython3
        print("alone")
        ```
        """,
    "checked": """
        # Checked

        ```{equation-totals}
        ```

        ```{equation-index}
        ```
        """,
    "functions": """
        # Functions

        ```{eval-rst}
        .. autofunction:: tiny.arithmetic.one_more_than_twice
        ```
        """,
    "take-along": "# To take along\n\n{taken}`site`, {taken}`wheel` and {taken}`pdf`.\n",
    "fragments": "# Index of fragments\n\n```{fragment-index}\n```\n",
    "identifiers": "# Index of identifiers\n\n```{identifier-index}\n```\n",
}

CONTENTS = """\
format: jb-book
root: book/index
parts:
  - caption: Chapters
    numbered: 1
    chapters:
      - file: book/01-twice
      - file: book/02-assembled
      - file: book/03-imported
      - file: book/04-alone
  - caption: Back matter
    chapters:
      - file: book/checked
      - file: book/functions
      - file: book/take-along
      - file: book/fragments
      - file: book/identifiers
"""


PROJECT = """\
[build-system]
requires = ["hatchling>=1.27"]
build-backend = "hatchling.build"
[project]
name = "tiny-book"
version = "1.2"
requires-python = ">=3.11"
license-files = ["LICENSE"]
[tool.hatch.build.targets.wheel]
packages = ["code/tiny"]
"""


def settings_of_a_book_without_a_past() -> str:
    """Return the settings of the book, without the old addresses of its pages."""
    settings, count = re.subn(
        r"(?<=    moved:)(?:\n +book/.*)+", " {}", (ROOT / "_config.yml").read_text("utf-8")
    )
    assert count == 1, "the pages that were renamed stand elsewhere"
    return settings


class TinyBook:
    """A book in a folder, with the machinery and the settings of the real one."""

    def __init__(self, root: Path):
        self.root = root
        self.log = ""
        for name in ("_ext", "_static"):
            shutil.copytree(ROOT / "book" / name, root / "book" / name, ignore=_no_bytecode)
        running = root / "book" / "_ext" / "web" / "running.py"
        text = running.read_text("utf-8")  # no cell here draws, so no kernel need be ready to
        running.write_text(text.replace("__import__('matplotlib.pyplot') and ", ""), "utf-8")
        settings = settings_of_a_book_without_a_past()
        settings = settings.replace("asides: [", "asides: [book/take-along, ")
        (root / "_config.yml").write_text(settings, "utf-8")
        (root / "_toc.yml").write_text(CONTENTS)
        (root / "book" / "references.bib").write_text("")
        (root / "pyproject.toml").write_text(PROJECT)
        for name in ("README.md", "LICENSE"):
            (root / name).write_text("Tiny.\n")
        shutil.copy(ROOT / "book" / "symbols.md", root / "book")  # its symbols; it is no page
        (root / "book" / "data").mkdir()
        (root / "book" / "data" / "number.txt").write_text("8")
        for name, text in PAGES.items():
            self.write(name, text)

    def write(self, name: str, text: str) -> None:
        text = textwrap.dedent(text).lstrip().replace("SQUARE", SQUARE)
        head = HEAD if "{code-cell}" in text else ""
        (self.root / "book" / f"{name}.md").write_text(head + text, encoding="utf-8")

    def change(self, name: str, old: str, new: str) -> None:
        path = self.root / "book" / f"{name}.md"
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
        path.write_text(text.replace(old, new), encoding="utf-8")

    def line(self, name: str, text: str) -> str:
        lines = (self.root / "book" / f"{name}.md").read_text(encoding="utf-8").split("\n")
        return f"book/{name}.md:{lines.index(text) + 1}"

    def tangle(self) -> None:
        from literate import tangle  # a build has modules of its own, and imports this one

        tangle(self.root)

    def start(self, *options: str, afresh: bool = False) -> BaseProcess:
        arguments = ["build", *options, str(self.root)]
        environment = os.environ | {"NO_COLOR": "1"}
        log = self.root / "log"
        return forked.start(BUILD, arguments, log, environment=environment, afresh=afresh)

    def finish(self, build: BaseProcess) -> int:
        status = forked.finish(build)
        log = (self.root / "log").read_text("utf-8")
        self.log = re.sub(r"\x1b\[[0-9;]*m", "", log)
        return status

    def build(self, *options: str) -> int:
        return self.finish(self.start(*options))

    def executed(self) -> list[str]:
        return sorted(re.findall(r"executing chapters\.\.\. .*?book/([\w-]+)", self.log))

    def written(self) -> set[str]:
        return set(re.findall(r"writing output\.\.\. .*?book/([\w-]+)", self.log))

    def page(self, name: str) -> BeautifulSoup:
        html = (self.root / "_build" / "html" / "book" / f"{name}.html").read_text("utf-8")
        return BeautifulSoup(html, "html.parser")

    def site(self) -> dict[str, str]:
        top = self.root / "_build" / "html"
        files = (path for path in sorted(top.rglob("*")) if path.is_file())
        return {str(f.relative_to(top)): hashlib.md5(f.read_bytes()).hexdigest() for f in files}


def _no_bytecode(folder, names):
    return [name for name in names if name == "__pycache__"]
