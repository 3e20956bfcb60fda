"""The reader finds the cells that MyST-NB finds, each with its exact line and options."""

import dataclasses

import pytest
from myst_nb.core.config import NbParserConfig, Section
from myst_nb.core.read import is_myst_markdown_notebook, read_myst_markdown_notebook
from myst_parser.config.main import MdParserConfig

from literate.chapters import read_chapter, read_file
from literate.options import MYSTNB

JUPYTER_BOOK = {"colon_fence", "dollarmath", "linkify", "substitution", "tasklist"}
SAMPLE = """\
---
file_format: mystnb
kernelspec: {name: python3, display_name: Python 3}
---
# A chapter

Text with $x$, and a formula:

$$
a = b
$$

```{code-cell} ipython3
:fragment: the first
:tags: [check, hide-input]

x = 1

y = 2
```

```{code-cell}
---
tangle: pkg/mod.py
mystnb:
  image:
    alt: A line that falls.
---

def f():
    '''A string

    with an indented line.'''
    <<the first>>

```
````{code-cell} ipython3
# no options, a longer fence
s = "```"
````

   ```{code-cell}
   :tags: [indented]
   if x:
       pass
   ```

~~~{code-cell}
:tags:
:  - a

z = 1


~~~

```{code-cell}


two = "blank lines above"
```

```{code-cell}
:tags: [only]
```

```{code-cell}
```

| a | b |
|---|---|
| 1 | 2 |

:::{note}
A remark.
:::

````md
```{code-cell}
shown, not run
```
````

```python
highlighted, not run
```

\\begin{align}
a &= b
\\end{align}

+++

[^1]: A footnote.

```{code-cell}
---
tags: [dashes]
---
1 - 1
---
```

- a list

```{code-cell}
last = "😀"
```
"""


def myst_cells(text, extensions=frozenset(JUPYTER_BOOK)):
    config = MdParserConfig(enable_extensions=set(extensions))
    notebook = read_myst_markdown_notebook(text, config=config, add_source_map=True)
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


@pytest.mark.parametrize("extensions", [JUPYTER_BOOK, JUPYTER_BOOK | {"amsmath", "deflist"}])
def test_the_cells_are_those_of_myst_nb(extensions):
    ours, theirs = read_chapter("a.md", SAMPLE).cells, myst_cells(SAMPLE, extensions)
    assert len(theirs) == 10
    assert [cell.source for cell in ours] == [cell.source for cell in theirs]
    assert [cell.options for cell in ours] == [cell.metadata for cell in theirs]
    assert [cell.index for cell in ours] == list(range(10))


def test_each_line_of_code_stands_where_the_cell_says():
    lines = SAMPLE.split("\n")
    for cell in read_chapter("a.md", SAMPLE).cells:
        for number, text in enumerate(cell.lines, cell.line):
            assert lines[number - 1].strip() == text.strip(), cell


def test_the_sample_is_well_written():
    chapter = read_chapter("a.md", SAMPLE)
    assert chapter.is_notebook
    assert chapter.faults == []


def test_name_and_target_are_options():
    first, second, third, *_ = read_chapter("a.md", SAMPLE).cells
    assert (first.fragment, first.tangle, first.place) == ("the first", None, "a.md:17")
    assert (second.fragment, second.tangle) == (None, "pkg/mod.py")
    assert (third.fragment, third.tangle) == (None, None)


def test_an_empty_cell_has_no_lines():
    assert read_chapter("a.md", SAMPLE).cells[7].lines == []


def test_crlf_and_a_byte_order_mark_change_nothing(small_book):
    root = small_book.write({"a": SAMPLE.partition("---\n#")[2]})
    path = root / "book" / "a.md"
    plain = read_file(root, "book/a.md")
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert read_file(root, "book/a.md") == plain
    assert len(plain.cells) == 10


JUPYTEXT = (
    "---\njupytext:\n  text_representation:\n    format_name: myst\nkernelspec: {name: x}\n---\n"
)


@pytest.mark.parametrize(
    ("head", "is_notebook"),
    [
        ("---\nfile_format: mystnb\nkernelspec: {name: python3}\n---\n", True),
        (JUPYTEXT, True),
        ("---\nfile_format: other\n---\n", False),
        ("---\ntitle: a\n---\n", False),
        ("---\n- a\n---\n", False),
        ("\n---\nfile_format: mystnb\n---\n", False),
        ("", False),
    ],
)
def test_which_pages_are_notebooks(head, is_notebook):
    assert read_chapter("a.md", head + "# Text\n").is_notebook is is_notebook
    assert is_myst_markdown_notebook(head + "# Text\n") is is_notebook


def test_the_settings_that_are_allowed_are_those_that_myst_nb_reads_from_a_cell():
    known = {
        field.metadata.get("cell_key", field.name)
        for field in dataclasses.fields(NbParserConfig)
        if Section.cell_lvl in field.metadata.get("sections", ())
    }
    assert known == MYSTNB
