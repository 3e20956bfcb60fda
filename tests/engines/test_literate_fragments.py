"""Expansion, the layout of the files, and the chapter line of each line in them."""

import subprocess
import sys

import pytest

from literate import BookFault, Cell, fragment_slug, load_book
from literate.fragments import NOTICE, digest_of, is_untouched, text_of

A = '''\
```{code-cell}
:tangle: pkg/mod.py

"""A module."""

import math
```

```{code-cell}
:fragment: inner

y = math.tanh(x)

z = y
```

```{code-cell}
:fragment: outer

if x:
    <<inner>>
```
'''
B = '''\
```{code-cell}
:tangle: pkg/mod.py

def f(x):
    """Return more than one."""
    <<outer>>
    y = 1

    <<inner>>
    return z + y
```

```{code-cell}
:tangle: pkg/other.py

LIMIT = 1
```

```{code-cell}
assert f(1)
<<inner>>
```

```{code-cell}
:fragment: twice
:tangle: pkg/mod.py

def g():
    pass
```
'''
MOD = '''\
# book/a.md
"""A module."""

import math


# book/b.md
def f(x):
    """Return more than one."""
    # <<outer>> (book/a.md)
    if x:
        # <<inner>> (book/a.md)
        y = math.tanh(x)

        z = y
    y = 1

    # <<inner>> (book/a.md)
    y = math.tanh(x)

    z = y
    return z + y


# book/b.md
def g():
    pass
'''


@pytest.fixture
def book(small_book):
    return load_book(small_book.write({"a": A, "b": B}))


def test_a_file_is_its_cells_in_reading_order_under_a_sealed_head(book):
    text = text_of(book.files()["pkg/mod.py"])
    assert text == f"{NOTICE}\n# sha256: {digest_of(MOD)}\n{MOD}"
    assert list(book.files()) == ["pkg/mod.py", "pkg/other.py"]


def test_the_head_says_whether_a_file_was_touched(book):
    text = text_of(book.files()["pkg/mod.py"])
    assert is_untouched(text)
    assert not is_untouched(text.replace("z + y", "z - y"))
    assert not is_untouched(MOD)
    assert not is_untouched("")


def test_the_kernel_runs_the_expansion_without_comments(book):
    lines = book.expand(book.cells[5])
    assert [line.text for line in lines] == ["assert f(1)", "y = math.tanh(x)", "", "z = y"]
    assert [(line.doc, line.line) for line in lines] == [
        ("book/b.md", 24),
        *(("book/a.md", number) for number in (16, 17, 18)),
    ]
    assert {line.top for line in lines} == {book.cells[5]}


def test_nested_references_are_indented_together(book):
    texts = [line.text for line in book.expand(book.cells[3])]
    assert texts[2:6] == ["    if x:", "        y = math.tanh(x)", "", "        z = y"]


def test_a_cell_from_elsewhere_can_be_expanded(book):
    cell = Cell("new.md", 7, "def h():\n    <<inner>>")
    assert [line.line for line in book.expand(cell)] == [7, 16, 17, 18]
    with pytest.raises(BookFault, match=r"^new\.md:8: unknown fragment <<innner>>$"):
        book.expand(Cell("new.md", 7, "x\n<<innner>>"))


def test_users_are_the_cells_that_hold_the_reference(book):
    assert [cell.place for cell in book.users("inner")] == [
        "book/a.md:24",
        "book/b.md:8",
        "book/b.md:24",
    ]
    assert book.users("twice") == []


def test_which_lines_of_which_files_a_cell_became(book):
    mod, inner, outer, f, other, check, g = book.cells
    assert book.target_lines(mod) == {"pkg/mod.py": [(4, 6)]}
    assert book.target_lines(inner) == {"pkg/mod.py": [(15, 17), (21, 23)]}
    assert book.target_lines(outer) == {"pkg/mod.py": [(13, 17)]}
    assert book.target_lines(f) == {"pkg/mod.py": [(10, 24)]}
    assert book.target_lines(other) == {"pkg/other.py": [(4, 4)]}
    assert book.target_lines(check) == {}
    assert book.target_lines(g) == {"pkg/mod.py": [(28, 29)]}


def test_every_line_of_code_leads_back_to_the_same_text(book):
    for lines in book.files().values():
        for line in lines:
            if line.cell and "# <<" not in line.text:
                assert (book.root / line.doc).read_text().split("\n")[line.line - 1] in line.text


def test_blank_lines_around_a_cell_are_dropped(small_book):
    text = "```{code-cell}\n:tangle: pkg/mod.py\n\n\n\nx = 1\n\n\n```\n"
    book = load_book(small_book.write({"a": text}))
    assert [line.text for line in book.files()["pkg/mod.py"]][2:] == ["# book/a.md", "x = 1"]


FIRST = ['"""Doc."""', '"""Doc."""\n\nimport math', "import math", "X = 1", "def e():\n    pass"]
NEXT = ["import sys", "Y = 1", "# a remark\ndef f():\n    pass", "@print\nclass A:\n    x = 1"]


@pytest.mark.parametrize("first", FIRST)
@pytest.mark.parametrize("then", NEXT)
def test_the_layout_is_that_of_the_formatter(small_book, first, then):
    cells = "".join(f"```{{code-cell}}\n:tangle: p/m.py\n\n{code}\n```\n" for code in (first, then))
    text = text_of(load_book(small_book.write({"a": cells * 2})).files()["p/m.py"])
    assert formatted(text) == text


def test_a_file_with_fragments_is_formatted_too(book):
    text = text_of(book.files()["pkg/mod.py"])
    assert formatted(text) == text


def formatted(text):
    command = [sys.executable, "-m", "ruff", "format", "--isolated", "--line-length=88", "-"]
    return subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout


def test_slugs():
    assert fragment_slug("gradient through tanh") == "fragment-gradient-through-tanh"
    assert fragment_slug("dWaa, dba (and more)") == "fragment-dwaa-dba-and-more"
    assert fragment_slug("δ_t") == "fragment-δ-t"


def test_the_order_is_that_of_the_contents_page_before_sections(small_book):
    toc = "parts:\n- chapters:\n  - sections: [{file: book/c}]\n    file: book/b.md\nroot: book/a\n"
    book = load_book(small_book.write({"a": "", "b": "", "c": ""}, toc))
    assert book.docs == ["book/a.md", "book/b.md", "book/c.md"]
