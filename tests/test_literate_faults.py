"""Every fault of a book is told by chapter, line and what to do; several at once."""

import re

import pytest

from literate import Book, BookFault

USE = "```{code-cell}\n\n<<the gradient>>\n```\n"
FRAGMENT = "```{code-cell}\n:fragment: the gradient\n\nda = 1\n```\n"
TANGLED = "```{code-cell}\n:tangle: pkg/mod.py\n\nx = 1\n```\n"


def tangled(code, target="pkg/mod.py"):
    return f"```{{code-cell}}\n:tangle: {target}\n\n{code}\n```\n"


def fragment(code, name="the gradient"):
    return f"```{{code-cell}}\n:fragment: {name}\n\n{code}\n```\n"


def faults_of(root):
    with pytest.raises(BookFault) as caught:
        Book.load(root)
    return str(caught.value).split("\n")


# A case is the text of page a (or of several pages), and the messages in reading order. Each
# belongs to one mark §; `{0}` stands for the place of the first mark.
REFERENCES = {
    "an unknown fragment, close to a known one": (
        FRAGMENT + tangled("<<the gradeint>>§"),
        ["unknown fragment <<the gradeint>>; did you mean <<the gradient>>?"],
    ),
    "an unknown fragment, close to none": (
        FRAGMENT + USE + tangled("<<loss>>§"),
        ["unknown fragment <<loss>>; define it in a cell with :fragment:"],
    ),
    "a reference in a cell that only runs": (
        "```{code-cell}\n<<loss>>§\n```\n",
        ["unknown fragment <<loss>>; define it in a cell with :fragment:"],
    ),
    "a fragment that holds itself": (
        fragment("x = 1\n<<the gradient>>§") + USE,
        ["<<the gradient>> holds itself: <<the gradient>> -> <<the gradient>>; take one out"],
    ),
    "a circle": (
        fragment("<<b>>", "a")
        + fragment("<<c>>", "b")
        + fragment("<<b>>§", "c")
        + tangled("<<a>>"),
        ["<<b>> holds itself: <<b>> -> <<c>> -> <<b>>; take one out"],
    ),
    "a name defined twice": (
        {"a": fragment("x = 1§") + USE, "b": fragment("x = 2§")},
        ["", "<<the gradient>> is already defined at {0}; a name has one cell, so rename one"],
    ),
    "two names with one address": (
        fragment("x = 1§", "dz, t") + fragment("x = 2§", "Dz T") + tangled("<<dz, t>>\n<<Dz T>>"),
        ["", "<<Dz T>> would have the same address as <<dz, t>> at {0}; rename one"],
    ),
    "a fragment that is never used": (
        fragment("x = 1§"),
        ["<<the gradient>> is defined and never used; refer to it, or take its name away"],
    ),
    "a tab before a reference": (
        FRAGMENT + tangled("if True:\n\t<<the gradient>>§"),
        ["there is a tab before <<the gradient>>; indent with spaces"],
    ),
    "something behind a reference": (
        FRAGMENT + USE + "```{code-cell}\n<<the gradient>>  # see above§\n```\n",
        ["'<<the gradient>>  # see above' is no reference; <<NAME>> stands alone on its line"],
    ),
    "a reference inside a string": (
        FRAGMENT + USE + "```{code-cell}\ns = '''\n<<the gradient>>§\n'''\n```\n",
        ["<<the gradient>> stands inside a string; end the string above it"],
    ),
    "a string over several lines that would be indented": (
        fragment("s = '''§\na'''") + tangled("def f():\n    <<the gradient>>\n    return s"),
        [
            "a string over several lines in <<the gradient>>, which book/a.md:15 indents, would "
            "change; join short strings in brackets"
        ],
    ),
    "the same in a fragment of an indented fragment": (
        fragment("s = f'''§\na{1}'''", "s")
        + fragment("<<s>>", "outer")
        + tangled("def f():\n    <<outer>>"),
        [
            "a string over several lines in <<s>>, which book/a.md:20 indents, would "
            "change; join short strings in brackets"
        ],
    ),
}
OPTIONS = {
    "a misspelt option": (
        "```{code-cell}\n:tngle: pkg/mod.py§\n\nx = 1\n```\n",
        ["unknown option :tngle:; did you mean :tangle:?"],
    ),
    "a misspelt option in a block": (
        "```{code-cell}\n---\ntags: [check]\nfragmnt: x§\n---\nx = 1\n```\n",
        ["unknown option :fragmnt:; did you mean :fragment:?"],
    ),
    "an option that nothing knows": (
        "```{code-cell}\n:zzz: 1§\n\nx = 1\n```\n",
        ["unknown option :zzz:; known are :fragment:, :tangle:, :tags:, :mystnb:, :training:"],
    ),
    "a misspelt setting of MyST-NB": (
        "```{code-cell}\n:mystnb: {imgae: {alt: a line}}§\n\nx = 1\n```\n",
        ["unknown setting 'imgae' of :mystnb:; did you mean image?"],
    ),
    "a setting that MyST-NB does not know": (
        "```{code-cell}\n:mystnb: {zzz: 1}§\n\nx = 1\n```\n",
        [
            "unknown setting 'zzz' of :mystnb:; known are code_prompt_hide, code_prompt_show, "
            "error_lexer, figure, image, markdown_format, merge_streams, number_source_lines, "
            "output_stderr, remove_code_outputs, remove_code_source, scroll_outputs, text_lexer"
        ],
    ),
    "an empty name": (
        "```{code-cell}\n:fragment:§\n\nx = 1\n```\n",
        ["empty :fragment:; give it a value, or take it out"],
    ),
    "an empty target": (
        '```{code-cell}\n:tangle: ""§\n\nx = 1\n```\n',
        ["empty :tangle:; give it a value, or take it out"],
    ),
    "a flag with a value": (
        "```{code-cell}\n:training: yes§\n\nx = 1\n```\n",
        [":training: is True; it has to be without a value"],
    ),
    "a name that is a number": (
        "```{code-cell}\n:fragment: 3§\n\nx = 1\n```\n",
        [":fragment: is 3; it has to be text: put it in quotes"],
    ),
    "tags that are no list": (
        "```{code-cell}\n:tags: check§\n\nx = 1\n```\n",
        [":tags: is 'check'; it has to be a list: [a, b]"],
    ),
    "an option given twice": (
        "```{code-cell}\n:fragment: a\n:fragment: b§\n\nx = 1\n```\n```{code-cell}\n<<b>>\n```",
        [":fragment: stands here twice; keep one"],
    ),
    "an option below a blank line": (
        "```{code-cell}\n\n:fragment: a§\n```\n",
        ["an option after a blank line is read as code; put it right below the fence"],
    ),
    "options that are no YAML": (
        "```{code-cell}\n:tags: [check§\n\nx = 1\n```\n",
        [
            "not valid YAML: expected ',' or ']', but got '<stream end>'; "
            "quote the value if it holds `: ` or `#`"
        ],
    ),
    "options that are no mapping": (
        "```{code-cell}\n---\nfragment§\n---\nx = 1\n```\n",
        ["not options; write `:key: value`, one a line"],
    ),
    "a comment sign in a name": (
        "```{code-cell}\n:fragment: a # b§\n\nx = 1\n```\n```{code-cell}\n<<a>>\n```\n",
        ["the rest of :fragment: after # is lost; names have no #"],
    ),
}
NAMES = {
    f"a name with {name!r}": (
        f'```{{code-cell}}\n:fragment: "{name}"§\n\nx = 1\n```\n',
        [
            f":fragment: is {value!r}; a fragment's name is one line with a letter, "
            "without any of < > # : and no blank around it"
        ],
    )
    for name, value in {
        "a<b": "a<b",
        "a>b": "a>b",
        "a#b": "a#b",
        "a:b": "a:b",
        "a\\nb": "a\nb",
        "...": "...",
        " a": " a",
    }.items()
}
BELOW = "write a path below code/, such as rnn_from_scratch/bptt.py"
PARTS = "each part has to be a Python name, so that the file can be imported"
TARGETS = {
    f"the target {target}": (
        f"```{{code-cell}}\n:tangle: {target}§\n\nx = 1\n```\n",
        [f":tangle: is {target!r}; {problem}"],
    )
    for target, problem in {
        "../x.py": BELOW,
        "pkg/../../x.py": BELOW,
        "/etc/x.py": BELOW,
        "pkg\\x.py": BELOW,
        "pkg/x.txt": "only .py files are tangled",
        "pkg": "only .py files are tangled",
        "pkg/a-b.py": PARTS,
        "pkg/class.py": PARTS,
        "random.py": "put it in a package; a loose file in code/ could hide a standard module",
        "pkg//x.py": "write 'pkg/x.py'",
    }.items()
} | {
    "targets that differ in case only": (
        "```{code-cell}\n:tangle: pkg/mod.py\n\nx = 1§\n```\n"
        "```{code-cell}\n:tangle: pkg/Mod.py\n\nx = 1§\n```\n",
        ["", "pkg/Mod.py and pkg/mod.py ({0}) differ in case only; spell them alike"],
    ),
}
CODE = {
    "a syntax error in a tangled cell": (
        tangled("x = 1\ndef f(:§"),
        ["invalid syntax: 'def f(:'; mend it in the chapter (code/pkg/mod.py:5)"],
    ),
    "a syntax error in a fragment": (
        {"a": tangled("<<the gradient>>"), "b": fragment("x = (1,§")},
        ["'(' was never closed: 'x = (1,'; mend it in the chapter (code/pkg/mod.py:5)"],
    ),
    "a reference that is indented too far": (
        FRAGMENT + tangled("x = 1\n  <<the gradient>>§"),
        ["unexpected indent: 'pass'; mend the indentation (code/pkg/mod.py:5)"],
    ),
    "a fragment that is indented": (
        fragment("  x = 1§") + tangled("<<the gradient>>"),
        ["unexpected indent: 'x = 1'; mend the indentation (code/pkg/mod.py:5)"],
    ),
    "a block without a statement": (
        tangled("y = 1\nfor x in y:\nz = 1§"),
        [
            "expected an indented block after 'for' statement at line 9: 'z = 1'; "
            "mend the indentation (code/pkg/mod.py:6)"
        ],
    ),
    "a magic": (
        tangled("%matplotlib inline§"),
        [
            "invalid syntax: '%matplotlib inline'; a magic cannot be tangled: "
            "move it to a cell of its own (code/pkg/mod.py:4)"
        ],
    ),
    "a reference within a line": (
        FRAGMENT + USE + tangled("x = <<the gradient>>§"),
        [
            "invalid syntax: 'x = <<the gradient>>'; a reference <<NAME>> stands alone "
            "on its line (code/pkg/mod.py:4)"
        ],
    ),
    "a return in a fragment, which runs where it stands": (
        fragment("x = 1\nreturn x§") + tangled("def f():\n    <<the gradient>>"),
        ["'return' outside function: 'return x'; mend it in the chapter (code/pkg/mod.py:7)"],
    ),
    "an unknown escape": (
        tangled("x = '\\d'§"),
        [
            "invalid escape sequence '\\d': \"x = '\\\\d'\"; mend it in the chapter "
            "(code/pkg/mod.py:4)"
        ],
    ),
    "a fragment without a statement": (
        fragment("# nothing yet") + tangled("def f():\n    <<the gradient>>\n\n\nx = 1§"),
        [
            "expected an indented block after function definition at line 13: 'x = 1'; "
            "mend the indentation (code/pkg/mod.py:9)"
        ],
    ),
    "an undefined name": (
        tangled("def f():\n    return y§"),
        ["undefined name 'y' (code/pkg/mod.py:5); define it there or import it"],
    ),
    "an undefined name in a fragment of another chapter": (
        {"a": tangled("def f():\n    <<the gradient>>\n    return x"), "b": fragment("x = w§")},
        [
            "undefined name 'w' (code/pkg/mod.py:6, used at book/a.md:8); "
            "define it there or import it"
        ],
    ),
    "a local read before it is bound": (
        fragment("x = x + 1§") + tangled("x = 1\n\n\ndef f():\n    <<the gradient>>\n    return x"),
        [
            "local variable 'x' defined in enclosing scope at line 13 referenced before "
            "assignment (code/pkg/mod.py:9); define it there or import it"
        ],
    ),
    "an export of nothing": (
        tangled('__all__ = ["f"]§'),
        ["undefined name 'f' in __all__ (code/pkg/mod.py:4); define it there or import it"],
    ),
    "a tangled cell without code": (
        TANGLED + "```{code-cell}\n:tangle: pkg/mod.py\n§\n```\n",
        ["the cell for pkg/mod.py has no code; write it, or take the cell out"],
    ),
    "a fragment without code": (
        "```{code-cell}\n:fragment: the gradient\n§```\n" + TANGLED + USE,
        ["<<the gradient>> has no code; write it, or take the cell out"],
    ),
}
PAGES = {
    "a cell in a list": (
        "- x\n\n  ```{code-cell}§\n  x = 1\n  ```\n",
        ["this code cell is lost in a list or a quotation; move it out"],
    ),
    "a cell in a quotation": (
        "> ```{code-cell}§\n> x = 1\n> ```\n",
        ["this code cell is lost in a list or a quotation; move it out"],
    ),
    "a cell in a directive": (
        "````{note}\nA remark.\n\n```{code-cell}§\nx = 1\n```\n````\n",
        ["this code cell is lost inside {{note}}; move it out"],
    ),
    "a cell in a directive of colons": (
        ":::{note}\nA remark.\n\n```{code-cell}§\nx = 1\n```\n:::\n",
        ["this code cell is lost inside {{note}}; move it out"],
    ),
    "a cell in a directive in a directive": (
        "::::{note}\n:class: big\n\n:::{tip}\n\n```{code-cell}§\nx = 1\n```\n:::\n::::\n",
        ["this code cell is lost inside {{note}}; move it out"],
    ),
    "a cell made of colons": (
        ":::{code-cell}§\nx = 1\n:::\n",
        ["this code cell is lost, for its fence is made of colons; use ```"],
    ),
    "a space before the directive": (
        "``` {code-cell}§\nx = 1\n```\n",
        ["this code cell is lost, for a space stands before {{code-cell}}"],
    ),
    "a misspelt cell": (
        "```{codecell}§\n:tangle: pkg/mod.py\n\nx = 1\n```\n",
        [":tangle: is an option of {{code-cell}}, not of {{codecell}}"],
    ),
    "a misspelt cell with a block of options": (
        "```{code-block}§\n---\ntags: [check]\nfragment: a\n---\nx = 1\n```\n",
        [":fragment: is an option of {{code-cell}}, not of {{code-block}}"],
    ),
    "a cell that is not closed": (
        "```{code-cell}§\nx = 1\n",
        ["the code cell is not closed; end it with a line ```"],
    ),
    "a line end that only some tools know": (
        "A line.\u2028§\n",
        ["U+2028 ends a line for some tools only; take it out"],
    ),
}


@pytest.mark.parametrize(
    ("pages", "messages"),
    [
        pytest.param(*case, id=name)
        for table in (REFERENCES, OPTIONS, NAMES, TARGETS, CODE, PAGES)
        for name, case in table.items()
    ],
)
def test_fault(small_book, pages, messages):
    root = small_book.write(pages if isinstance(pages, dict) else {"a": pages})
    places = small_book.places
    expected = [
        f"{place}: {message.format(*places)}"
        for place, message in zip(places, messages, strict=True)
        if message
    ]
    assert faults_of(root) == expected


def test_several_faults_are_told_at_once_in_reading_order(small_book):
    root = small_book.write(
        {
            "a": tangled("<<loss>>§") + "```{code-cell}\n:tngle: pkg/mod.py§\n\nx = 1\n```\n",
            "b": fragment("x = (§") + TANGLED + USE,
        }
    )
    told = [re.match(r"(\S+:\d+): ", line)[1] for line in faults_of(root)]
    assert told == small_book.places


def test_a_misspelt_reference_does_not_make_the_fragment_unused(small_book):
    root = small_book.write({"a": FRAGMENT + tangled("<<the gradeint>>")})
    assert len(faults_of(root)) == 1


def test_an_unknown_fragment_of_a_page_that_is_not_listed(small_book):
    root = small_book.write({"a": USE})
    small_book.page("b", "---\nfile_format: mystnb\n---\n" + FRAGMENT)
    assert faults_of(root) == [
        "book/a.md:7: unknown fragment <<the gradient>>; book/b.md:7 defines it: "
        "list that page in _toc.yml"
    ]


def test_code_cells_on_a_page_that_is_no_notebook(small_book):
    root = small_book.write({"a": USE, "b": ""})
    small_book.page("b", "# A page\n\n" + FRAGMENT)
    assert faults_of(root) == [
        "book/b.md:6: the page has code cells, but no notebook front matter, so they would not "
        "run; begin it with the lines `---`, `file_format: mystnb`, "
        "`kernelspec: {name: python3, display_name: Python 3}`, `---`"
    ]


def test_a_notebook_without_a_kernel(small_book):
    root = small_book.write({"a": ""})
    small_book.page("a", "---\nfile_format: mystnb\n---\n")
    assert faults_of(root) == [
        "book/a.md:1: the front matter names no kernel; "
        "add `kernelspec: {name: python3, display_name: Python 3}`"
    ]


def test_front_matter_that_is_no_yaml(small_book):
    root = small_book.write({"a": ""})
    small_book.page("a", "---\nfile_format: mystnb\nkernelspec: {name\n---\n" + TANGLED)
    (fault,) = faults_of(root)
    assert fault.startswith("book/a.md:3: not valid YAML: ")


def test_a_page_that_is_not_utf8(small_book):
    root = small_book.write({"a": ""})
    (root / "book" / "a.md").write_bytes(b"one\ntwo \xe9\n")
    assert faults_of(root) == ["book/a.md:2: not UTF-8; save the page as UTF-8"]


@pytest.mark.parametrize("link", ["pkg", "pkg/mod.py"])
def test_a_link_out_of_code(small_book, link):
    root = small_book.write({"a": TANGLED})
    outside = root / "outside"
    outside.mkdir()
    (root / "code" / link).parent.mkdir(parents=True)
    (root / "code" / link).symlink_to(outside)
    assert faults_of(root) == [
        "book/a.md:8: code/pkg/mod.py leads out of code/ by a link; replace the link by a folder"
    ]


CONTENTS = {
    "a page that is not there": (
        "root: book/a\nchapters:\n- file: book/bb\n",
        "_toc.yml:3: there is no file book/bb.md; did you mean book/b.md?",
    ),
    "a page that is not there, like no other": (
        "root: book/a\nchapters:\n- file: zzz\n",
        "_toc.yml:3: there is no file zzz.md; write the chapter, or take it out of the list",
    ),
    "a page listed twice": (
        "root: book/a\nchapters:\n- file: book/a.md\n",
        "_toc.yml:3: book/a.md is listed twice; list each chapter once",
    ),
    "a pattern": (
        "root: book/a\nchapters:\n- glob: book/*\n",
        "_toc.yml:3: the order of `glob:` is left to chance; list the chapters by name",
    ),
    "no YAML": (
        "root: [book/a\n",
        "_toc.yml:2: not valid YAML: expected ',' or ']', but got '<stream end>'; "
        "quote the value if it holds `: ` or `#`",
    ),
    "no mapping": (
        "- book/a\n",
        "_toc.yml:1: not a table of contents; it begins with `root: PAGE`",
    ),
    "nothing": ("", "_toc.yml:1: not a table of contents; it begins with `root: PAGE`"),
}


@pytest.mark.parametrize(
    ("toc", "message"), [pytest.param(*case, id=name) for name, case in CONTENTS.items()]
)
def test_table_of_contents(small_book, toc, message):
    root = small_book.write({"a": "", "b": ""}, toc)
    assert faults_of(root) == [message]


def test_no_table_of_contents(tmp_path):
    assert faults_of(tmp_path) == [f"_toc.yml:1: there is no _toc.yml in {tmp_path.name}/"]


ACCEPTED = {
    "letters such as ∂": fragment("x = 1", "∂J over ∂z, once more (δ)")
    + tangled("<<∂J over ∂z, once more (δ)>>"),
    "a shift": tangled("x = (\n    1\n    << 3\n)"),
    "a reference named in a comment": FRAGMENT + USE + tangled("# see <<the gradient>>\nx = 1"),
    "an example that is shown, not run": "````md\n```{code-cell}\n:tangle: x\n```\n````\n",
    "an example shown in a note": "`````{note}\n````md\n```{code-cell}\n```\n````\n`````\n",
    "an indented example": "    ```{code-cell}\n    :tangle: x\n    ```\n",
    "a long string where it is not indented": fragment("s = '''\na'''")
    + tangled("<<the gradient>>"),
    "a magic in a cell that only runs": "```{code-cell}\n%matplotlib inline\n!ls\n```\n",
    "a fragment used twice": FRAGMENT + tangled("<<the gradient>>\n<<the gradient>>"),
    "a fragment that is tangled itself": "```{code-cell}\n:fragment: a\n:tangle: p/m.py\n\n1\n```",
    "settings of MyST-NB": "```{code-cell}\n:tags: [a]\n:mystnb: {image: {alt: a}}\n\n1\n```",
}


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in ACCEPTED.items()])
def test_accepted(small_book, text):
    assert Book.load(small_book.write({"a": text})).docs == ["book/a.md"]
