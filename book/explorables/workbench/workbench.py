"""The workbench: the lines of the backward pass, to be edited, and checked in the page."""

import ast
import inspect
import re
import runpy
from pathlib import Path

from literate import fragment_slug
from rnn_from_scratch import bptt, forward, loss
from this_book.mistakes import MISTAKES, TOLERANCE

CAPTION = r"""
**Break it, and see which check notices.**
The lines are the module's own, without docstrings and refusals; after *Run* the checks of the
chapters are made on what you wrote.
Tab indents; Escape, then Tab, leaves the editor; Control and Enter runs.
"""
WITHOUT = """
With scripts, the lines of the backward pass can be edited here and the checks of the book are run
on them, in the page itself; nothing is sent anywhere.
"""
VENDOR = Path("book", "_static", "vendor")
HERE = Path("book", "explorables", "workbench")
NUMPY = "numpy-2.0.2-cp312-cp312-pyodide_2024_0_wasm32.whl"
WHEEL = "the wheel of the module"
PARTS = {  # what a page fetches when it is asked to run; the build packs each part into a script
    "editor": [VENDOR / "editor.js"],
    "core": [VENDOR / "pyodide.asm.js", VENDOR / "pyodide.js", VENDOR / "pyodide-lock.json"],
    "wasm": [VENDOR / "pyodide.asm.wasm.gz"],
    "library": [VENDOR / "python_stdlib.zip"],
    "numpy": [VENDOR / NUMPY],
    "book": [WHEEL, HERE / "worker.js", HERE / "verdicts.py"],
}
LICENCES = VENDOR / "LICENSES.txt"

HEAD = """\
import numpy as np

from rnn_from_scratch.forward import rnn_cell_forward
"""
GLUE = """\
def rnn_forward(x, a0, parameters):
    a, o, caches = _cell_by_cell(x, a0, parameters)
    return a, softmax(o), caches
"""
SIZES = 'sizes = {"m": len(labels)}'
TAKEN = (
    (loss, "softmax"),
    (loss, "cross_entropy_from_scores"),
    (forward, "_cell_by_cell"),
    (None, GLUE),
    (bptt, "rnn_cell_backward"),
    (bptt, "rnn_backward"),
    (bptt, "plain_loss_and_gradients"),
)


def plain(module, name: str) -> str:
    """Return a function of the module as it is, without docstring, refusals and types."""
    source = inspect.getsource(module)
    tree = ast.parse(source)
    [node] = [each for each in tree.body if getattr(each, "name", "") == name]
    lines = source.splitlines()
    head = ", ".join(
        arg.arg + ("=0" if arg.arg == "axis" else "") for arg in node.args.args
    )  # the caller gives all arguments but this
    out = [f"def {name}({head}):"]
    last = node.body[0].lineno - 1
    for statement in node.body:
        before = lines[last : statement.lineno - 1]  # comments: the names of fragments
        text = lines[statement.lineno - 1 : statement.end_lineno]
        last = statement.end_lineno
        text = [line for line in text if not re.match(r"\s+check_\w+\(", line)]  # in a loop
        if isinstance(statement, ast.AnnAssign):
            text = _untyped(statement, text)
        if isinstance(statement, ast.Return) and _checks(statement.value):
            kept = ast.get_source_segment(source, statement.value.args[0])
            text = [f"    return {kept}"]
        if not _refuses(statement):
            out += [*before, *text]
    return "\n".join(out)


def _untyped(statement: ast.AnnAssign, text: list[str]) -> list[str]:
    if statement.target.id == "sizes":  # the checks would fill it in
        return [f"    {SIZES}"]
    return [re.sub(r"^(\s*\w+): [^=]+ = ", r"\1 = ", text[0]), *text[1:]]


def _refuses(statement: ast.stmt) -> bool:
    """Say whether a statement only checks arguments, or stands for the docstring."""
    if isinstance(statement, ast.If):
        return all(isinstance(each, ast.Raise) for each in statement.body)
    if isinstance(statement, ast.Return):
        return False
    value = getattr(statement, "value", None)
    if isinstance(statement, ast.Expr):
        return isinstance(value, ast.Constant) or _checks(value)
    names = [target.id for target in getattr(statement, "targets", []) if hasattr(target, "id")]
    return _checks(value) or names == ["sizes"]


def _checks(value) -> bool:
    return isinstance(value, ast.Call) and getattr(value.func, "id", "").lstrip("_").startswith(
        "check_"
    )


def text() -> str:
    """Return the text that the workbench begins with."""
    pieces = [GLUE.strip() if module is None else plain(module, name) for module, name in TAKEN]
    return HEAD + "".join(f"\n\n{piece}\n" for piece in pieces)


def fragments(source: str) -> list[list[str]]:
    """Return each fragment in the text: its name, its chapter's page, its place there."""
    found = re.findall(r"# <<(.+)>> \(book/(.+)\.md\)", source)
    return [[name, page, fragment_slug(name)] for name, page in found]


def starts() -> dict[str, str]:
    """Return by what names links ask for a mistake or a fragment, and the id that stands for it."""
    slugs = {name: fragment_slug(name).replace("fragment", "mistake", 1) for name in MISTAKES}
    return {**slugs, **{name: slug for name, _, slug in fragments(text())}}


def sizes() -> str:
    """Say how large the awkward problem is."""
    judge = runpy.run_path(str(Path(__file__).with_name("verdicts.py")))  # it runs in the page
    x, labels, _, parameters = judge["awkward"]()
    n_x, m, T = x.shape
    n_y, n_a = parameters["Wya"].shape
    out = int((labels == -1).sum())
    large = f"{n_x} inputs, {n_a} units, {n_y} classes, {T} steps, {m} examples"
    return f"{large}, {out} label left out"


def given() -> dict:
    """Return the text, its fragments, and the mistakes as pairs of lines: right, wrong."""
    source = text()
    return {
        "text": source,
        "fragments": fragments(source),
        "mistakes": {name: [list(each[1:]) for each in MISTAKES[name]] for name in MISTAKES},
        "starts": starts(),
        "tolerance": TOLERANCE,
        "sizes": sizes(),
    }
