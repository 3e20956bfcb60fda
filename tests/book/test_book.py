"""The chapters keep their promises: order, standard, labels, the module they make.

Each message names the chapter and the line.
"""

import ast
import importlib
import re
import tomllib
from itertools import pairwise, zip_longest
from pathlib import Path

import pytest
from myst_nb.core.read import read_myst_markdown_notebook
from myst_parser.config.main import MdParserConfig

import rnn_from_scratch
from literate.loading import read_parts
from literate.source import assigned_names, parse
from prose import prose
from repository import the_book
from rnn_from_scratch.parameters import PARAMETER_AXES
from web.front import derived_lines

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = "rnn_from_scratch"
BOOK = the_book()
TEXTS = {doc: (ROOT / doc).read_text("utf-8") for doc in BOOK.docs}
CHAPTERS = [doc for doc in BOOK.docs if re.match(r"book/\d\d-", doc)]
NETWORK = r"draw_network\((.*)\)"
STANDARD = ["Where it sits", "What would you expect?", "By index", "In matrices", "Run", "Check"]
[WHOLE] = [doc for doc in CHAPTERS if doc.endswith("-the-whole-algorithm.md")]
PARTS = {  # where the fragments of the backward pass stand
    line.cell.doc for line in BOOK.files()[f"{PACKAGE}/bptt.py"] if line.cell and line.cell.fragment
}
DERIVING = [doc for doc in BOOK.docs if doc in PARTS]
SYMBOL = r"\\[A-Za-z]+|[A-Za-z]"
NO_SYMBOL = (  # words, names of functions, and what only lays a formula out
    r"\\(?:begin|end|operatorname)\{\w+\}|\\text\{(?:[^{}$]|\$[^$]*\$)*\}|\\(?:left|right|frac|sum"
    r"|[bB]ig[lr]|underbrace|dots|q?quad|min|gets|approx|ne|le)(?![A-Za-z])|%.*"
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


def parsed(target):
    """Parse a file of the module; return its tree, and a function from nodes to places."""
    lines = BOOK.files()[target]
    tree = ast.parse("\n".join(line.text for line in lines))
    return tree, lambda node: "{0.doc}:{0.line}".format(lines[node.lineno - 1])


def functions():
    """Yield the place and the tree of every function of the module."""
    for target in BOOK.files():
        tree, place_of = parsed(target)
        for node in tree.body:
            if isinstance(node, ast.FunctionDef):
                yield place_of(node), node


# ---- reading order ---------------------------------------------------------------------------


def test_every_page_is_in_the_table_of_contents():
    for path in sorted((ROOT / "book").rglob("*.md")):
        page = path.relative_to(ROOT).as_posix()
        if path.name == "README.md":  # it is for those who look into the folder
            continue
        assert page in BOOK.docs, f"{page}:1: the page is not in _toc.yml; list it there"


def test_chapters_are_read_in_the_order_of_their_numbers():
    numbers = [int(Path(doc).name[:2]) for doc in CHAPTERS]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) > 15


def test_a_chapter_feeds_at_most_one_module():
    front_door = {f"{PACKAGE}/{name}" for name in ("__init__.py", "__main__.py", "py.typed")}
    fed = {}
    for cell in [cell for cell in BOOK.cells if cell.tangle]:
        first = fed.setdefault(cell.doc, cell)
        alone = cell.tangle == first.tangle or {cell.tangle, first.tangle} <= front_door
        assert alone, f"{cell.place}: feeds {cell.tangle}, and the chapter feeds {first.tangle}"


def test_the_page_of_functions_has_each_name_that_the_package_offers_once():
    listed = re.findall(rf"^\.\. auto\w+:: {PACKAGE}\.(\w+)$", TEXTS["book/api.md"], re.MULTILINE)
    assert sorted(listed) == sorted(importlib.import_module(PACKAGE).__all__)


def test_a_module_imports_only_what_earlier_chapters_made():
    made = []
    for target in BOOK.files():
        tree, place_of = parsed(target)
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module.startswith(PACKAGE):
                path = node.module.replace(".", "/") + ".py"
                assert path in made, f"{place_of(node)}: {path} is made by a later chapter"
        made.append(target)
    assert f"{PACKAGE}/trainer.py" in made


@pytest.mark.parametrize("doc", [c.doc for c in BOOK.chapters if c.is_notebook])
def test_our_reader_and_myst_nb_agree_on_the_cells(doc):
    notebook = read_myst_markdown_notebook(
        TEXTS[doc], config=MdParserConfig(enable_extensions={"colon_fence", "dollarmath"})
    )
    theirs = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.source for cell in BOOK.cells if cell.doc == doc] == theirs


# ---- the chapter standard --------------------------------------------------------------------


def test_no_two_chapters_show_the_same_part_of_the_network():
    calls = [match[1] for cell in BOOK.cells for match in re.finditer(NETWORK, cell.source)]
    assert len(calls) >= 8
    assert len({tuple(sorted(re.findall(r"[\w-]+", call))) for call in calls}) == len(calls)


def test_each_graph_of_the_network_shows_its_numbers_on_request():
    """In the next cell, whose output is folded; backward they are gradients too."""
    graphs = 0
    for cell, following in pairwise(BOOK.cells):
        if re.match(r"figure = draw_network\(", cell.source.split("\n")[-1]):
            graphs += 1
            assert "with_numbers(" in following.source, cell.place
            assert following.options["tags"] == ["remove-input", "hide-output"], cell.place
            forward = "backward=False" in following.source
            assert forward == ("backward=" not in cell.source), cell.place
    assert graphs >= 10


def test_there_are_chapters_that_derive_a_gradient():
    assert len(DERIVING) >= 5


@pytest.mark.parametrize("doc", DERIVING)
def test_a_chapter_that_derives_has_the_steps_of_the_standard_in_order(doc):
    end = f"{doc}:{TEXTS[doc].count(chr(10))}", "the end"
    headings = [(where, match[1]) for where, match in found(r"^## (.+)$", [doc])]
    steps = [heading for heading in headings if heading[1] in STANDARD]
    for wanted, (where, came) in zip_longest(STANDARD, steps, fillvalue=end):
        assert came == wanted, f"{where}: expected the step {wanted!r}, came {came!r}"


@pytest.mark.parametrize("doc", CHAPTERS)
def test_a_chapter_begins_with_its_claim_and_has_a_mistake_and_an_exercise(doc):
    claim = TEXTS[doc].find(":::{admonition} Claim\n:class: claim\n")
    assert 0 < claim < TEXTS[doc].index("\n## "), f"{doc}: the claim comes before the first heading"
    for part in (
        r":class: mistake$",
        r"^```\{exercise\}$",
        r"^```\{solution\} .*\n:class: dropdown$",
    ):
        assert re.search(part, TEXTS[doc], re.MULTILINE), f"{doc}: no {part}"


@pytest.mark.parametrize("doc", [doc for doc in BOOK.docs if doc not in DERIVING])
def test_another_page_has_the_steps_that_its_subject_needs_in_the_same_order_and_no_stubs(doc):
    sections = found(r"^## (.+)\n([\s\S]*?)(?=^## |\Z)", [doc])
    steps = [(where, match[1], match[2]) for where, match in sections if match[1] in STANDARD]
    order = [STANDARD.index(name) for _, name, _ in steps]
    assert order == sorted(order), f"{steps[0][0]}: {[name for _, name, _ in steps]}"
    for where, name, text in steps:
        assert "```" in text or len(text.split()) >= 30, (
            f"{where}: {name!r} is a stub; leave it out"
        )


def test_a_note_stands_below_the_place_that_the_gallery_leads_to():
    """Between its label and the note stand a heading and a sentence at most; each stands once."""
    shown = []
    for where, match in found(r"^```\{handwritten\} ([\w-]+)$"):
        above = match.string[: match.start()]
        label = above.rfind(f"(note-{match[1]})=\n")
        assert label >= 0, f"{where}: expected the label (note-{match[1]})= above"
        assert "```" not in above[label:], f"{where}: something stands between label and note"
        shown.append(match[1])
    assert len(set(shown)) == len(shown) > 20


def test_where_it_sits_is_said_before_it_is_drawn():
    """The heading is a question; the sentence that answers comes first."""
    starts = {where: match[1] for where, match in found(r"^## Where it sits\n\n(.*)$")}
    assert len(starts) > 15
    assert [where for where, line in starts.items() if line.startswith(("`", ":", "!"))] == []


@pytest.mark.parametrize("doc", [*DERIVING, WHOLE])
def test_each_gradient_is_checked_by_both_instruments_and_replayed(doc):
    [(checks, _)] = found(r"^## Check$", [doc])
    code = "\n".join(
        cell.source
        for cell in BOOK.cells
        if cell.doc == doc and "check" in cell.options.get("tags", [])
    )
    for check in ("complex_step_gradient(", "<= 1e-12", "numerical_gradient(", "<= 1e-8"):
        assert check in code, f"{checks}: no check below with {check}"
    assert "replay(" in code, f"{checks}: nothing below is replayed"


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


# ---- the front page ---------------------------------------------------------------------------


def the_map():
    """The route on the map of the front page, and the pages that it has words for."""
    [match] = re.finditer(r"```\{book-map\}\n:route: (.*)\n\n([^`]*)```", TEXTS["book/index.md"])
    words = re.findall(r"^([\w-]+): \S", match[2], re.MULTILINE)
    return match[1].split(), {f"book/{name}.md" for name in words}


WIDEST = 88  # columns: a cell shows so many at 1280 pixels, and so does the print
FENCE = (
    r"^(?P<fence>`{3,})(?:python|pycon|text|bash|\{code-block\}.*)\n(?P<code>[\s\S]*?)^(?P=fence)$"
)


def lines_of_code():
    """Yield the place and the text of each line of code: in cells, fences, and the module."""
    for cell in BOOK.cells:
        yield from ((f"{cell.doc}:{row}", text) for row, text in enumerate(cell.lines, cell.line))
    for doc in BOOK.docs:
        for match in re.finditer(FENCE, TEXTS[doc], re.MULTILINE):
            first = TEXTS[doc].count("\n", 0, match.start("code")) + 1
            lines = enumerate(match["code"].split("\n"), first)
            yield from ((f"{doc}:{row}", text) for row, text in lines)
    for target, lines in BOOK.files().items():
        for row, line in enumerate(lines, 1):
            yield (
                f"code/{target}:{row}" + (f" ({line.doc}:{line.line})" if line.doc else ""),
                line.text,
            )


def test_no_line_of_code_is_wider_than_a_page_shows():
    lines = list(lines_of_code())
    assert len(lines) > 10_000
    wide = [f"{place}: {len(text)} columns: {text}" for place, text in lines if len(text) > WIDEST]
    assert not wide, "\n".join([f"at most {WIDEST} columns are wanted", *wide])


def test_the_linter_wants_no_wider_lines_of_the_module():
    settings = tomllib.loads((ROOT / "code/.ruff.toml").read_text("utf-8"))
    assert settings["line-length"] == WIDEST


def test_the_map_says_of_each_chapter_what_it_adds():
    _, words = the_map()
    for doc in CHAPTERS:
        made = {
            name
            for cell in BOOK.cells
            if cell.doc == doc and cell.tangle
            for name in re.findall(r"^(?:def|class) (\w+)", cell.source, re.MULTILINE)
        }
        adds = derived_lines(doc, BOOK) or made & set(rnn_from_scratch.__all__) or doc in words
        assert adds, f"book/index.md: the map has nothing to say of {doc}; give it a line of words"


def test_the_route_of_one_hour_takes_about_an_hour():
    """At 150 words a minute, and half a minute for each displayed formula; cells are looked at."""
    route, _ = the_map()
    docs = [f"book/{name}.md" for name in route]
    assert docs == [doc for doc in BOOK.docs if doc in docs], "the route goes back and forth"
    text = "\n".join(TEXTS[doc] for doc in docs)
    formulas = re.findall(r"^```\{math\}|^\$\$\n[^$]+\$\$", text, re.MULTILINE)
    words = re.findall(r"[A-Za-z]+", re.sub(r"\$[^$\n]*\$", "x", prose(text)))
    assert 45 <= len(words) / 150 + len(formulas) / 2 <= 75


# ---- the length of the backward pass ----------------------------------------------------------


ONCE = 520  # visible lines of part III, when each of its chapters proved its own linear node
FOLDED = (
    r"\A---\n[\s\S]*?\n---\n|^% .*",
    r"^(`{3,})\{solution\}[\s\S]*?^\1$|^:::.*\n:class: dropdown\n[\s\S]*?^:::$",
    r"^```\{math\}[\s\S]*?^```$|^\$\$[\s\S]*?^\$\$|\"{3}[\s\S]*?\"{3}",  # nor is a formula a line
    r"^(?:from [\w.]+ )?import (?:\([^)]*\)|.*)",
)
CELL = r"^```\{code-cell\}.*\n(---\n[\s\S]*?\n---\n|(?::.*\n)*)([\s\S]*?)^```$"
MARKUP = r"^(?:`{3}.*|:::.*|:[\w-]+:.*|\([\w-]+\)=|\s*)$"


def visible_lines(text):
    """Count the sentences, rows, captions and lines of code that are seen before a fold opens."""

    def seen(cell):
        shut = re.search(r"(?:hide|remove)-input|\[check", cell[1])
        return "\n".join([*re.findall(r" caption: .*", cell[1]), "" if shut else cell[2]])

    for folded in FOLDED:
        text = re.sub(folded, "", text, flags=re.MULTILINE)
    text = re.sub(CELL, seen, text, flags=re.MULTILINE)
    return sum(not re.match(MARKUP, line) for line in text.split("\n"))


def test_the_backward_pass_is_a_third_shorter_since_it_cites_its_rules():
    [names] = [names for caption, names in read_parts(ROOT) if caption.startswith("III ")]
    lines = {name: visible_lines(TEXTS[f"{name}.md"]) for name in names}
    assert sum(lines.values()) <= ONCE * 2 / 3, lines


@pytest.mark.parametrize(
    ("added", "lines"),
    [
        ("One sentence.\nAnother one.\n", 2),
        ("```{code-cell} ipython3\n:fragment: a name\n\na = 1\nb = 2\n```\n", 2),
        ("```{code-cell} ipython3\nfrom math import (\n    tanh,\n)\n\na = tanh(0)\n```\n", 1),
        ("```{code-cell} ipython3\n:tags: [check]\n\nassert a == 1\n```\n", 0),
        (
            "```{code-cell} ipython3\n---\ntags: [hide-input]\ncaption: A plot.\n---\na = 1\n```\n",
            0,
        ),
        (":::{admonition} Answer\n:class: dropdown\n\nBecause.\n:::\n", 0),
        ("```{solution} ex-a\n:class: dropdown\n\nBecause.\n```\n", 0),
    ],
)
def test_only_what_is_seen_at_once_counts(added, lines):
    text = TEXTS[WHOLE]
    assert visible_lines(f"{text}\n{added}") == visible_lines(text) + lines


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
    """In docstrings and comments, those of cells that are not tangled too."""
    for cell in BOOK.cells:
        for number, text in enumerate(cell.lines, cell.line):
            for label in re.findall(r"\beq-[a-zA-Z][\w-]*", text):
                assert label in labels(), f"{cell.doc}:{number}: no equation has the label {label}"


def test_every_public_function_names_its_equation():
    """Those that implement one; the others check, draw numbers or put things together."""
    plain = {
        *("initialize_parameters", "random_problem", "relative_error", "toy_problem"),
        *("clip_by_value", "first_place", "local_workers", "main", "run"),
        *("pick_examples", "cut_batches", "with_buffers", "gradient_norm"),
        *("write_checkpoint", "read_checkpoint", "fingerprint"),
        *("wrong_type", "is_whole", "write_whole", "save_parameters", "load_parameters"),
        *("describe", "groups_of_one_weight", "weighted_gradients"),
        *("listed", "real_numbers", "axes_of", "read_classes", "number_classes"),
        *("labels_of", "read_weights", "plain_values"),
        *("form_of", "form_of_array", "ends", "largest", "carve", "free_buffers", "in_buffers"),
        *("quiet_context", "run_alone"),
    }
    for where, function in functions():
        if not function.name.startswith(("_", "check_")):
            named = re.search(r"\beq-", ast.get_docstring(function))
            assert named or function.name in plain, f"{where}: {function.name} names no equation"


def test_the_sample_in_how_this_book_is_made_is_the_books_own():
    sample = re.search(
        r":fragment: (gradient through tanh)\n\n([^`]+)\n```", TEXTS["book/making.md"]
    )
    assert sample[2] == BOOK.fragments[sample[1]].source.strip()


# ---- the backward pass -----------------------------------------------------------------------


def test_every_line_of_the_backward_pass_is_a_fragment():
    """Each line that computes a gradient in bptt.py was derived in a chapter of its own."""
    plumbing = {  # checks, buffers, and the order of things: no derivative
        'da_t = check_array("da_t", da_t, ("n_a", "m"), {"n_a": n_a, "m": m}, a_t.dtype)',
        "dtype = caches[0].a_t.dtype",
        'da_output = check_array("da_output", da_output, ("n_a", "m", "T"), sizes, dtype)',
        "dx = np.empty((Wax.shape[1], m, T), da_output.dtype)",
        "dWax, dWaa, dba = (np.zeros(shape, da_output.dtype) for shape in shapes)",
        "da_carry = np.zeros((n_a, m), da_output.dtype)",
        'dx[:, :, t] = step["dx_t"]',
        'da_carry = step["da_carry"]',
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
    assert all(BOOK.docs.index(doc) < BOOK.docs.index(WHOLE) for doc in DERIVING)


def test_functions_and_modules_are_short():
    """A function has at most 25 lines of code (docstring apart), a module at most 190 lines,
    or what is listed for it here.

    The forward pass is made cell by cell and for all steps at once. The two fast functions have
    long docstrings, and buffers and checks besides; the docstring of ``train`` is long, the
    estimator and its targets have to understand many kinds of input, one module holds the checks of
    all kinds of arguments, the backward pass takes caches from anybody, the checks of gradients
    trust nobody, and a function may hold all that Python has.
    """
    longest = {
        f"{PACKAGE}/fast.py": 430,
        f"{PACKAGE}/trainer.py": 480,
        f"{PACKAGE}/checkpoints.py": 310,
        f"{PACKAGE}/identity.py": 320,
        f"{PACKAGE}/estimator.py": 460,
        f"{PACKAGE}/targets.py": 270,
        f"{PACKAGE}/parameters.py": 355,
        f"{PACKAGE}/gradient_check.py": 300,
        f"{PACKAGE}/forward.py": 585,
        f"{PACKAGE}/buffers.py": 265,
        f"{PACKAGE}/prediction.py": 240,
        f"{PACKAGE}/sharding.py": 225,
        f"{PACKAGE}/bptt.py": 285,
    }
    for target, lines in BOOK.files().items():
        where, most = f"{lines[-1].doc}:{lines[-1].line}", longest.get(target, 190)
        assert len(lines) <= most, f"{where}: {target} has {len(lines)} lines"
    for where, function in functions():
        body = function.body[1:]
        length = body[-1].end_lineno - body[0].lineno + 1
        assert length <= 25, f"{where}: {function.name} has {length} lines"


def test_the_solution_with_the_squared_error_is_what_was_checked():
    text = TEXTS[WHOLE]
    shown, run = re.findall(
        r"^def squared_loss_and_gradients[\s\S]+?\n    return .*$", text, re.MULTILINE
    )
    assert shown == run
    assert len(shown.splitlines()) == 6  # five lines below its first


# ---- the tables of symbols -------------------------------------------------------------------


SYMBOLS, FIRST_READING = "book/symbols.md", "book/notation.md"
UP_TO_THE_WHOLE = BOOK.docs[BOOK.docs.index(CHAPTERS[0]) : BOOK.docs.index(WHOLE) + 1]


def rows_of_symbols(doc):
    """Yield the place and the row of each table of ours: what others write stands in one more."""
    for table in re.finditer(r"^\| symbol \|.*\n\|[-|]+\n((?:\|.*\n)+)", TEXTS[doc], re.MULTILINE):
        for row in re.finditer(r".+", table[1]):
            yield place(doc, table.start(1) + row.start()), row


def rows_of(doc):
    """Map each row of a page's tables of symbols to its place; an entry of the index is none."""
    rows = rows_of_symbols(doc)
    return {re.sub(r"\{index\}`([^`<]+)`", r"\1", row[0]): where for where, row in rows}


def symbols_in(*formulas):
    return {
        symbol for text in formulas for symbol in re.findall(SYMBOL, re.sub(NO_SYMBOL, "", text))
    }


def equations_of(doc):
    return [match[1] for _, match in found(r"^```\{math\}\n:label: [\w-]+\n([\s\S]*?)^```$", [doc])]


def test_the_table_for_the_first_reading_is_a_short_part_of_the_whole_one():
    whole, first = list(rows_of(SYMBOLS)), rows_of(FIRST_READING)
    for row, where in first.items():
        assert row in whole, f"{where}: the row stands in {SYMBOLS} otherwise, or not at all"
    assert list(first) == [row for row in whole if row in first], "the order is another one"
    assert 15 < len(first) <= 25


def test_the_first_reading_needs_each_symbol_of_its_table_before_the_end_of_the_algorithm():
    used = symbols_in(*(text for doc in UP_TO_THE_WHOLE for text in equations_of(doc)))
    for row, where in rows_of(FIRST_READING).items():
        symbols = symbols_in(*re.findall(r"\$(.+?)\$", row.split(" | ")[0])) - PLACEHOLDERS
        assert symbols <= used, (
            f"{where}: no equation up to the whole algorithm has {symbols - used}"
        )


def test_what_the_first_table_leaves_out_is_introduced_where_it_is_first_used():
    first = (row.split(" | ")[0] for row in rows_of(FIRST_READING))
    known = symbols_in(*(formula for cell in first for formula in re.findall(r"\$(.+?)\$", cell)))
    for doc in UP_TO_THE_WHOLE:
        new = symbols_in(*equations_of(doc)) - known
        said = symbols_in(*(match[1] for _, match in found(r"\$([^$\n]+)\$", [doc])))
        assert new <= said, f"{doc}: no sentence introduces {sorted(new - said)}"
        known |= new


def test_the_whole_table_has_every_symbol_of_the_equations():
    table = TEXTS[SYMBOLS]
    known = set(re.findall(SYMBOL, " ".join(re.findall(r"\$(.+?)\$", table))))
    for where, match in found(r"^```\{math\}\n:label: [\w-]+\n([\s\S]*?)^```$", CHAPTERS):
        used = set(re.findall(SYMBOL, re.sub(NO_SYMBOL, "", match[1])))
        assert used <= known, f"{where}: not in {SYMBOLS}: {sorted(used - known)}"


PLAIN = {  # arguments that are no quantities of the network
    *("parameters", "gradients", "cache", "caches"),  # what holds quantities
    *("rng", "dtype", "epochs", "axis", "limit"),  # how something is to be done
    *("validation", "patience", "on_epoch", "checkpoint", "gradient_function", "update", "weights"),
    *("input_gradient", "workspace", "segment", "return_state"),  # how it is to be done, too
    *("client", "path"),  # who is to do it, and where it goes
    *("sequences", "lengths"),  # what a ragged batch is made of
    *("start", "stop", "max_length"),  # where a drawn sequence begins and ends
    *("f", "b", "z"),  # any function, what any array is compared with, any scores
}
PLACEHOLDERS = {"A", "B", "X", "dX", "v"}  # there: any matrices, quantity, gradient, vector


def names_in_the_notation():
    """Map each name in the column "in code" of the whole table to its place."""
    names = {}
    for where, row in rows_of_symbols(SYMBOLS):
        for code in re.findall(r"`([^`]+)`", row[0].split(" | ")[1]):
            names |= dict.fromkeys(re.findall(r"\b[A-Za-z_]\w*", code), where)
    return names


def quantities_in_the_code():
    """Yield the place and the name of the parameters, their sizes, and what fragments compute."""
    [home] = [cell for cell in BOOK.cells if "PARAMETER_AXES = {" in cell.source]
    for name, axes in PARAMETER_AXES.items():
        yield from ((home.place, word) for word in (name, *axes) if word != "1")
    for fragment in BOOK.fragments.values():
        yield from ((fragment.place, name) for name in assigned_names(parse(fragment)))


def arguments_of_public_functions():
    for where, function in functions():
        if function.name in rnn_from_scratch.__all__:
            arguments = [node for node in ast.walk(function.args) if isinstance(node, ast.arg)]
            yield from ((where, argument.arg) for argument in arguments)


def test_the_whole_table_has_every_quantity_of_the_code():
    known = names_in_the_notation()
    arguments = {name: where for where, name in arguments_of_public_functions()}
    for where, name in [*quantities_in_the_code(), *((arguments[n], n) for n in arguments)]:
        of = re.sub(r"^d(\w+?)(_t)?$", r"\1", name)  # dX is of X, and dX_t a step's contribution
        assert {name, of} & {*known, *PLAIN}, f"{where}: {name} is not in {SYMBOLS}"
    for name in PLAIN:
        assert name in arguments, f"no public function takes {name}; take it out of PLAIN"
        assert name not in known, f"{known[name]}: has {name}; take it out of PLAIN"


def test_every_name_in_the_whole_table_is_in_the_code():
    nodes = [node for cell in BOOK.cells for node in ast.walk(parse(cell))]
    words = {getattr(node, field, None) for node in nodes for field in ("id", "arg", "attr")}
    for name, where in names_in_the_notation().items():
        assert name in words | PLACEHOLDERS, f"{where}: no code has the name {name}"
