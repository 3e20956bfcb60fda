"""What the chapters promise about themselves: order, standard, labels, the module they make.

Each message names the chapter and the line.
"""

import ast
import re
from itertools import pairwise
from pathlib import Path

import pytest
from myst_nb.core.read import read_myst_markdown_notebook
from myst_parser.config.main import MdParserConfig

from literate import Book

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = "rnn_from_scratch"
BOOK = Book.load(ROOT)
TEXTS = {doc: (ROOT / doc).read_text("utf-8") for doc in BOOK.docs}
CHAPTERS = [doc for doc in BOOK.docs if re.match(r"book/\d\d-", doc)]
STANDARD = ["Where it sits", "By index", "In matrices", "Run", "Check"]
SYMBOL = r"\\[A-Za-z]+|[A-Za-z]"
NO_SYMBOL = (  # words, names of functions, and what only lays a formula out
    r"\\(?:begin|end|operatorname)\{\w+\}|\\text\{(?:[^{}$]|\$[^$]*\$)*\}|\\(?:left|right|frac|sum"
    r"|underbrace|dots|qquad|min|gets|approx|ne|le)(?![A-Za-z])"
)
LABEL = r"^:label: (eq-[\w-]+)$"


def place(doc, position):
    """Return "book/x.md:LINE" of a position in a chapter's text."""
    return f"{doc}:{TEXTS[doc].count(chr(10), 0, position) + 1}"


def found(pattern, docs=BOOK.docs):
    """Yield (place, match) for every match of a pattern in the chapters."""
    for doc in docs:
        for match in re.finditer(pattern, TEXTS[doc], re.MULTILINE):
            yield place(doc, match.start()), match


def labels():
    return {match[1] for _, match in found(LABEL)}


# ---- reading order ---------------------------------------------------------------------------


def test_every_page_is_in_the_table_of_contents():
    pages = {path.relative_to(ROOT).as_posix() for path in (ROOT / "book").glob("*.md")}
    assert pages == set(BOOK.docs)


def test_chapters_are_read_in_the_order_of_their_numbers():
    numbers = [int(Path(doc).name[:2]) for doc in CHAPTERS]
    assert numbers == list(range(1, len(numbers) + 1))


def test_a_chapter_feeds_at_most_one_module():
    for doc in BOOK.docs:
        fed = {cell.tangle for cell in BOOK.cells if cell.doc == doc and cell.tangle}
        front_door = {f"{PACKAGE}/__init__.py", f"{PACKAGE}/__main__.py"}
        assert len(fed) <= 1 or fed == front_door, f"{doc} feeds {sorted(fed)}"


def test_a_module_imports_only_what_earlier_chapters_made():
    made = []
    for target, lines in BOOK.files().items():
        tree = ast.parse("\n".join(line.text for line in lines))
        modules = [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        for module in modules:
            if module.startswith(PACKAGE):
                path = module.replace(".", "/") + ".py"
                assert path in made, f"{target} imports {path}, which a later chapter makes"
        made.append(target)
    assert len(made) == 10


@pytest.mark.parametrize("doc", [c.doc for c in BOOK.chapters if c.is_notebook])
def test_our_reader_and_myst_nb_agree_on_the_cells(doc):
    notebook = read_myst_markdown_notebook(
        TEXTS[doc], config=MdParserConfig(enable_extensions={"colon_fence", "dollarmath"})
    )
    theirs = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.source for cell in BOOK.cells if cell.doc == doc] == theirs


# ---- the chapter standard --------------------------------------------------------------------


@pytest.mark.parametrize("doc", CHAPTERS)
def test_a_chapter_has_the_steps_of_the_standard_in_order(doc):
    headings = re.findall(r"^## (.+)$", TEXTS[doc], re.MULTILINE)
    steps = [heading for heading in headings if heading in STANDARD]
    assert steps == STANDARD, f"{doc} has {steps}"
    claim = TEXTS[doc].index(":::{admonition} Claim\n:class: claim\n")
    assert claim < TEXTS[doc].index("## Where it sits"), f"{doc}: the claim comes first"
    for part in (
        r":class: mistake$",
        r"^```\{exercise\}$",
        r"^```\{solution\} .*\n:class: dropdown$",
    ):
        assert re.search(part, TEXTS[doc], re.MULTILINE), f"{doc} has no {part}"


@pytest.mark.parametrize("doc", CHAPTERS)
def test_the_place_of_the_handwritten_note_is_kept(doc):
    assert re.search(r"^\(note-[\w-]+\)=\n## Where it sits$", TEXTS[doc], re.MULTILINE), doc


@pytest.mark.parametrize("doc", [doc for doc in CHAPTERS if "06" <= Path(doc).name[:2] <= "13"])
def test_each_gradient_is_checked_by_both_instruments_and_replayed(doc):
    code = "\n".join(
        cell.source
        for cell in BOOK.cells
        if cell.doc == doc and "check" in cell.options.get("tags", [])
    )
    for check in ("complex_step_gradient(", "<= 1e-12", "numerical_gradient(", "<= 1e-8"):
        assert check in code, f"{doc}: no check with {check}"
    assert "replay(" in code, f"{doc}: nothing is replayed"


def test_every_check_asserts_something():
    for cell in BOOK.cells:
        if "check" in cell.options.get("tags", []):
            source = "\n".join(line.text for line in BOOK.expand(cell))
            assert re.search(r"\bassert|replay\(", source), f"{cell.place} asserts nothing"


def test_every_cell_follows_a_sentence():
    """Before a cell stands prose, or a fragment or plot that the prose before it announced."""
    for doc in CHAPTERS:
        for first, second in pairwise(c for c in BOOK.cells if c.doc == doc):
            lines = TEXTS[doc].split("\n")
            between = lines[first.line + len(first.lines) : second.line - 1]
            between = between[: max(i for i, text in enumerate(between) if text.startswith("```"))]
            announced = {*first.options, *second.options} & {"fragment", "tangle", "tags"}
            assert any(text.strip("` ") for text in between) or announced, second.place


def test_every_picture_says_what_is_seen():
    pictures = [cell for cell in BOOK.cells if re.search(r"draw_network\(|subplots\(", cell.source)]
    assert len(pictures) >= len(CHAPTERS) - 1
    for cell in pictures:
        shown = cell.options.get("mystnb", {})
        alt = shown.get("image", {}).get("alt", "")
        assert len(alt) > 60, f"{cell.place}: the picture has no alt text"
        assert shown.get("figure", {}).get("caption"), f"{cell.place}: the picture has no caption"


# ---- equations -------------------------------------------------------------------------------


def test_labels_are_given_once():
    seen = {}
    for where, match in found(LABEL):
        assert match[1] not in seen, f"{where}: {match[1]} stands at {seen[match[1]]} already"
        seen[match[1]] = where
    assert len(seen) > 60


def test_every_displayed_equation_of_a_derivation_has_a_label():
    for where, match in found(r"^```\{math\}\n(:label: )?", [d for d in CHAPTERS if "04" not in d]):
        assert match[1], f"{where}: an equation without a label"


def test_every_label_named_in_code_exists():
    for target, lines in BOOK.files().items():
        for line in lines:
            for label in re.findall(r"\beq-[a-zA-Z][\w-]*", line.text):
                assert label in labels(), f"{line.doc}:{line.line}: {target} names {label}"


def test_every_public_function_names_its_equation():
    """Those that implement one; the others check, draw numbers or put things together."""
    plain = {
        *("initialize_parameters", "random_problem", "relative_error", "toy_problem"),
        *("clip_by_value", "first_place", "main"),
    }
    for target, lines in BOOK.files().items():
        for node in ast.parse("\n".join(line.text for line in lines)).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith(("_", "check_")):
                named = re.search(r"\beq-", ast.get_docstring(node))
                assert named or node.name in plain, f"{target}: {node.name} names no equation"


def test_the_sample_in_how_this_book_is_made_is_the_books_own():
    sample = re.search(
        r":fragment: (gradient through tanh)\n\n([^`]+)\n```", TEXTS["book/making.md"]
    )
    assert sample[2] == BOOK.fragments[sample[1]].source.strip()


# ---- the backward pass -----------------------------------------------------------------------


def test_every_line_of_the_backward_pass_is_a_fragment():
    """What computes a gradient in bptt.py was derived in a chapter of its own."""
    plumbing = {  # checks, buffers, and the order of things: no derivative
        'da_t = check_array("da_t", da_t, ("n_a", "m"), {"n_a": n_a, "m": m}, a_t.dtype)',
        'da = check_array("da", da, ("n_a", "m", "T"), sizes, caches[0].a_t.dtype)',
        "dx = np.empty((n_x, m, T), da.dtype)",
        "dWax, dWaa, dba = (np.zeros(shape, da.dtype) for shape in "
        "((n_a, n_x), (n_a, n_a), (n_a, 1)))",
        "da_carry = np.zeros((n_a, m), da.dtype)",
        'dx[:, :, t] = step["dx_t"]',
        'da_carry = step["da_prev"]',
    }
    lines = BOOK.files()[f"{PACKAGE}/bptt.py"]
    assigned = [line for line in lines if re.match(r" {4,}d\w+[^(]* \+?= ", line.text)]
    for line in assigned:
        statement = line.text.split("  #")[0].strip()
        if statement in plumbing:
            plumbing.remove(statement)
        else:
            assert line.cell.fragment, f"{line.doc}:{line.line}: no fragment: {statement}"
    assert not plumbing, f"no longer in bptt.py: {plumbing}"
    assert len(assigned) > 15


def test_no_fragment_of_the_backward_pass_is_defined_where_it_is_assembled():
    parts = {
        line.cell.doc
        for line in BOOK.files()[f"{PACKAGE}/bptt.py"]
        if line.cell and line.cell.fragment
    }
    assert parts == {doc for doc in CHAPTERS if "06" <= Path(doc).name[:2] <= "12"}


def test_functions_and_modules_are_short():
    """A function has at most 25 lines of code (docstring apart), a module at most 190 lines."""
    for target, lines in BOOK.files().items():
        assert len(lines) <= 190, f"{target} has {len(lines)} lines"
        for node in ast.parse("\n".join(line.text for line in lines)).body:
            if isinstance(node, ast.FunctionDef):
                body = node.body[1:]
                length = body[-1].end_lineno - body[0].lineno + 1
                assert length <= 25, f"{target}: {node.name} has {length} lines"


# ---- the notation page -----------------------------------------------------------------------


def test_the_notation_page_has_every_symbol_of_the_equations():
    table = TEXTS["book/notation.md"].split("## Conventions")[0]
    known = set(re.findall(SYMBOL, " ".join(re.findall(r"\$(.+?)\$", table))))
    for where, match in found(r"^```\{math\}\n:label: [\w-]+\n([\s\S]*?)^```$", CHAPTERS):
        used = set(re.findall(SYMBOL, re.sub(NO_SYMBOL, "", match[1])))
        assert used <= known, f"{where}: not in the notation table: {sorted(used - known)}"
