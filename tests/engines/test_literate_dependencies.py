"""The dependencies of a chapter, which it runs but does not hold, and the digest of them."""

import pytest

from literate import load_book
from literate.dependencies import dependencies
from literate.dependencies import digest as digest_of


def tangled(target, code):
    return f"```{{code-cell}}\n:tangle: {target}\n\n{code}\n```\n"


def runs(code):
    return f"```{{code-cell}}\n{code}\n```\n"


MODULES = (
    tangled("pkg/loss.py", "def loss():\n    return 1")
    + tangled("pkg/forward.py", "from .loss import loss\n\n\ndef forward():\n    return loss()")
    + tangled("pkg/toy.py", "SIZE = 1\n\n\ndef late():\n    import pkg.loss as it\n\n    return it")
    + tangled("pkg/deep/__init__.py", "from ..toy import SIZE as SMALL\n\n__all__ = ['SMALL']")
    + tangled(
        "pkg/__init__.py",
        "from . import toy\nfrom .deep import SMALL\nfrom .forward import forward\n"
        "from .loss import loss as cost\n\n__all__ = ['SMALL', 'cost', 'forward', 'toy']\nOWN = 1",
    )
)
FRAGMENTS = (
    "```{code-cell}\n:fragment: inner\n\nfrom pkg.loss import loss\n```\n"
    "```{code-cell}\n:fragment: outer\n\n<<inner>>\n```\n"
)
ALL = {f"pkg/{name}.py" for name in ("__init__", "deep/__init__", "forward", "loss", "toy")}
LOSS, TOY = {"pkg/loss.py"}, {"pkg/toy.py", "pkg/loss.py"}
CASES = {
    "import numpy as np": set(),
    "from pkg import cost": ALL,
    "from pkg.loss import loss": LOSS,
    "import pkg.loss as it": LOSS,
    "from pkg import forward": {"pkg/forward.py", *LOSS},
    "from pkg import toy": TOY,
    "from pkg.deep import SMALL": {"pkg/deep/__init__.py", *TOY},
    "from pkg import SMALL": ALL,
    "from pkg import loss": LOSS,
    "from pkg import OWN": ALL,
    "from pkg import *": ALL,
    "import pkg": ALL,
    "import pkg.loss": ALL,
    "import other.pkg, pkgs": set(),
    "def f():\n    from pkg.loss import loss": LOSS,
    "<<outer>>": LOSS,
    "!python -m pkg": ALL,
    "%matplotlib inline\nfrom pkg.loss import loss": LOSS,
    'run("python", "-m", "pkg")': ALL,
    '"""What pkg does."""': set(),
    "# import pkg": set(),
    "this is no Python: import pkg": set(),
}


@pytest.mark.parametrize(("code", "files"), CASES.items())
def test_dependencies(small_book, code, files):
    pages = {"a": MODULES + FRAGMENTS + runs("<<outer>>"), "b": runs(code)}
    assert dependencies(load_book(small_book.write(pages)), "book/b.md") == files


A = tangled("pkg/a.py", "A = 1") + tangled("pkg/b.py", "B = 1")
B = "```{code-cell}\n:fragment: x\n\nx = 1\n```\n" + runs("y = 1")
C = runs(
    "from pkg.a import A\n<<x>>\nimport figures\nfrom tools import t\n"
    "from .others import x\nfrom . import y"
)


def digest(small_book, **changed):
    pages = {"a": A, "b": B, "c": C}
    root = small_book.write(pages | {name: text for name, text in changed.items() if name in pages})
    tools = root / "book" / "_ext" / "tools"
    tools.mkdir(parents=True, exist_ok=True)
    (tools.parent / "figures.py").write_text(changed.get("figures", ""))
    (tools.parent / "others.py").write_text(changed.get("others", ""))
    (tools / "t.py").write_text(changed.get("tools", ""))
    return digest_of(load_book(root), "book/c.md", tools.parent)


@pytest.mark.parametrize(
    ("page", "text", "changes"),
    [
        ("a", A.replace("A = 1", "A = 2"), True),
        ("a", A.replace("B = 1", "B = 2"), False),
        ("a", "New prose, so other line numbers.\n\n" + A, False),
        ("b", B.replace("x = 1", "x = 2"), True),
        ("b", B.replace("y = 1", "y = 2"), False),
        ("c", C.replace("from pkg.a", "z = 1\nfrom pkg.a"), False),
        ("c", C.replace("from pkg.a import A", "from pkg.b import B"), True),
        ("figures", "draw = 1", True),
        ("tools", "t = 1", True),
        ("others", "x = 1", False),
    ],
)
def test_digest_changes_with_what_is_run_and_held_elsewhere_only(small_book, page, text, changes):
    assert (digest(small_book, **{page: text}) != digest(small_book)) is changes


def test_digest_is_the_same_in_another_folder(small_book, tmp_path):
    before = digest(small_book)
    small_book.root = tmp_path / "other"
    small_book.root.mkdir()
    assert digest(small_book) == before
