"""Every fault of a book is told by chapter, line and what to do; several at once."""

import re

import pytest

from literate import BookFault, load_book

USE = "```{code-cell}\n\n<<the gradient>>\n```\n"
FRAGMENT = "```{code-cell}\n:fragment: the gradient\n\nda = 1\n```\n"
TANGLED = "```{code-cell}\n:tangle: pkg/mod.py\n\nx = 1\n```\n"


def tangled(code, target="pkg/mod.py"):
    return f"```{{code-cell}}\n:tangle: {target}\n\n{code}\n```\n"


def fragment(code, name="the gradient"):
    return f"```{{code-cell}}\n:fragment: {name}\n\n{code}\n```\n"


def faults_of(root):
    with pytest.raises(BookFault) as caught:
        load_book(root)
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
        ["'<<the gradient>>  # see above' is not a reference; <<NAME>> stands alone on its line"],
    ),
    "a reference inside a string": (
        FRAGMENT + USE + "```{code-cell}\ns = '''\n<<the gradient>>§\n'''\n```\n",
        ["<<the gradient>> stands inside a string; end the string above it"],
    ),
    "a reference in brackets": (
        FRAGMENT + USE + tangled("x = f(\n    <<the gradient>>§\n)"),
        [
            "<<the gradient>> stands in brackets; a fragment is whole statements: "
            "name the whole statement",
        ],
    ),
    "a reference in brackets, in a cell that only runs": (
        FRAGMENT + USE + "```{code-cell}\nx = [\n    1,\n<<the gradient>>§\n]\n```\n",
        [
            "<<the gradient>> stands in brackets; a fragment is whole statements: "
            "name the whole statement",
        ],
    ),
    "a reference below a decorator": (
        FRAGMENT + USE + tangled("@f\n# why\n<<the gradient>>§"),
        [
            "<<the gradient>> stands below a decorator; a fragment is whole statements: "
            "name the whole statement",
        ],
    ),
    "a reference after a backslash": (
        FRAGMENT + USE + tangled("x = \\\n<<the gradient>>§"),
        [
            "<<the gradient>> stands after a backslash; a fragment is whole statements: "
            "name the whole statement",
        ],
    ),
    "a no-break space in a reference": (
        FRAGMENT + USE + tangled("<<the\u00a0gradient>>§"),
        [
            "unknown fragment <<the\u00a0gradient>>; did you mean <<the gradient>>? "
            "It holds U+00A0 (no-break space)"
        ],
    ),
    "a letter of another script in a reference": (
        FRAGMENT + USE + tangled("<<the gr\u0430dient>>§"),
        [
            "unknown fragment <<the gr\u0430dient>>; did you mean <<the gradient>>? "
            "It holds U+0430 (cyrillic small letter a)"
        ],
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
INVISIBLE = {
    f"a name with U+{ord(letter):04X}": (
        f'```{{code-cell}}\n:fragment: "the{letter}gradient"§\n\nx = 1\n```\n',
        [
            f":fragment: is {f'the{letter}gradient'!r}; "
            f"it holds U+{ord(letter):04X}, which cannot be seen"
        ],
    )
    for letter in "\u00a0\u200b\u2009\u00ad\ufeff"
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
BELOW = "write a path below code/, such as package/module.py"
SUFFIX = "only .py files are tangled, and py.typed, which marks a package with type hints"
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
        "pkg/x.txt": SUFFIX,
        "pkg": SUFFIX,
        "pkg/a-b.py": PARTS,
        "pkg/class.py": PARTS,
        "random.py": "put it in a package; a loose file in code/ could hide a standard module",
        "pkg//x.py": "write 'pkg/x.py'",
    }.items()
} | {
    f"the target {target}": (
        f"```{{code-cell}}\n:tangle: {target}§\n\nx = 1\n```\n",
        [f":tangle: is {target!r}; {name} {problem}"],
    )
    for problem, names in {
        "is a name that Windows, or Python, keeps for itself; choose another": {
            "pkg/aux.py": "aux",
            "Con/mod.py": "Con",
            "pkg/lpt1/mod.py": "lpt1",
            "pkg/__pycache__/mod.py": "__pycache__",
        },
        "would hide a standard module of that name; choose another": {"json/mod.py": "json"},
    }.items()
    for target, name in names.items()
}
CASE = "differ in case only; spell them alike"
LETTER = "differ in how a letter is written only; spell them alike"
HIDES = "are a module and a package mod, of which one hides the other; rename one"
PAIRS = {
    f"the targets {one} and {other}": (
        f"```{{code-cell}}\n:tangle: {one}\n\nx = 1§\n```\n"
        f"```{{code-cell}}\n:tangle: {other}\n\nx = 1§\n```\n",
        ["", f"{other} and {one} ({{0}}) {problem}"],
    )
    for one, other, problem in [
        ("pkg/mod.py", "pkg/Mod.py", CASE),
        ("Pkg/one.py", "pkg/two.py", CASE),
        ("pkg/a/one.py", "pkg/A/b/two.py", CASE),
        ("pkg/stra\u00dfe.py", "pkg/strasse.py", LETTER),
        ("pkg/\u00e9.py", "pkg/e\u0301.py", LETTER),
        ("pkg/fi.py", "pkg/\ufb01.py", LETTER),
        ("pkg/mod.py", "pkg/mod/__init__.py", HIDES),
        ("pkg/mod/deep/x.py", "pkg/mod.py", HIDES),
        ("pkg/MOD/x.py", "pkg/mod.py", HIDES),
    ]
}
PAIRS["a target that Python would look for elsewhere"] = (
    "```{code-cell}\n:tangle: pkg/e\u0301.py\n\nx = 1§\n```\n",
    [
        "pkg/e\u0301.py cannot be imported: Python reads U+0301 (combining acute accent) "
        "in another way; write the letter in its usual form"
    ],
)
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
CELL = "```{code-cell}§\nx = 1\n```\n"
LOST = "this code cell is lost in "
PAGES = {
    "a cell in a list": (
        "- x\n\n  ```{code-cell}§\n  x = 1\n  ```\n",
        [LOST + "the list of line 5; move the cell out, to the left margin"],
    ),
    "a cell in a quotation": (
        "> ```{code-cell}§\n> x = 1\n> ```\n",
        [LOST + "the quotation of line 5; move it out"],
    ),
    "a cell in a list in a quotation": (
        "Words.\n\n> 1. ```{code-cell}§\n>    x = 1\n>    ```\n",
        [LOST + "the quotation of line 7; move it out"],
    ),
    "a cell in a footnote": (
        "[^1]: Words.\n\n    ```{code-cell}§\n    x = 1\n    ```\n",
        [LOST + "the footnote of line 5; move it out"],
    ),
    "a cell in a definition": (
        "A term\n: ```{code-cell}§\n  x = 1\n  ```\n",
        [LOST + "the definition list of line 5; move it out"],
    ),
    "a cell in a table": (
        "| a | b |\n|---|---|\n| ```{code-cell} | § |\n",
        [LOST + "the table of line 5; move it out"],
    ),
    "a cell in a directive": (
        "````{note}\nA remark.\n\n" + CELL + "````\n",
        [LOST + "{{note}} of line 5; move it out"],
    ),
    "a cell in a directive of colons": (
        ":::{note}\nA remark.\n\n" + CELL + ":::\n",
        [LOST + "{{note}} of line 5; move it out"],
    ),
    "a cell in a directive of tildes": (
        "~~~{note}\nA remark.\n\n" + CELL + "~~~\n",
        [LOST + "{{note}} of line 5; move it out"],
    ),
    "a cell in a directive in a directive": (
        "::::{note}\n:class: big\n\n:::{tip}\n\n" + CELL + ":::\n::::\n",
        [LOST + "{{note}} of line 5; move it out"],
    ),
    "a cell in a directive that shows a file": (
        "````{literalinclude} x.py\n" + CELL + "````\n",
        [LOST + "{{literalinclude}} of line 5; move it out"],
    ),
    "a cell in a directive with a formula": (
        "````{math}\na\n" + CELL + "````\n",
        [LOST + "{{math}} of line 5; move it out"],
    ),
    "a cell right below HTML": (
        "<details>\n<summary>More</summary>\n" + CELL + "</details>\n",
        [LOST + "the block of HTML of line 5; put a blank line between"],
    ),
    "a cell in a line of HTML": (
        "<div>```{code-cell}§\nx = 1\n```\n</div>\n",
        [LOST + "the block of HTML of line 5; put a blank line between"],
    ),
    "a cell in preformatted HTML that is not closed": (
        "<pre>\nWords.\n\n" + CELL,
        [LOST + "the block of HTML of line 5; end it with </pre>"],
    ),
    "a cell in a comment": (
        "<!--\n" + CELL + "-->\n",
        [LOST + "the comment of line 5; uncomment the cell, or take it out"],
    ),
    "a cell in a comment that is not closed": (
        "<!-- Words.\n\n" + CELL,
        [LOST + "the comment of line 5; end it with -->"],
    ),
    "a cell in lines of comment": (
        "% ```{code-cell}§\n% x = 1\n% ```\n",
        [LOST + "the comment of line 5; uncomment the cell, or take it out"],
    ),
    "a cell in a formula": (
        "$$\na\n\n" + CELL + "$$\n",
        [LOST + "the formula of line 5; close the formula above the cell"],
    ),
    "a cell below a formula that is not closed": (
        "$$\na = b\n\n" + CELL,
        [LOST + "the formula $$ of line 5; end it with a line $$"],
    ),
    "a cell in a LaTeX environment": (
        "\\begin{align}\na\n\n" + CELL + "\\end{align}\n",
        [LOST + "the formula of line 5; close the formula above the cell"],
    ),
    "a cell below a LaTeX environment that is not closed": (
        "\\begin{align}\na\n\n" + CELL,
        [LOST + "the formula \\begin{{align}} of line 5; end it with \\end{{align}}"],
    ),
    "a cell in a block that is not closed": (
        "```text\n$ make\n\nWords.\n\n" + CELL,
        [LOST + "the block ```text of line 5; end it with a line ``` before line 10"],
    ),
    "a cell in a block of tildes that is not closed": (
        "~~~\n$ make\n\n" + CELL,
        [LOST + "the block ~~~ of line 5; end it with a line ~~~"],
    ),
    "a cell in a longer block that a later one closes": (
        "````text\n$ make\n\n" + CELL + "\n````{note}\nWords.\n````\n",
        [LOST + "the block ````text of line 5; end it with a line ```` before line 12"],
    ),
    "a cell in a cell that is not closed": (
        "```{code-cell}\ny = 1\n\nWords.\n\n" + CELL,
        [LOST + "the block ```{{code-cell}} of line 5; end it with a line ``` before line 10"],
    ),
    "a cell in a paragraph": (
        "Words: ```{code-cell}§\nx = 1\n```\n",
        [
            LOST
            + "the paragraph of line 5; a cell begins on a line of its own, with ```{{code-cell}}"
        ],
    ),
    "a cell with too short a fence": (
        "``{code-cell}§\nx = 1\n``\n",
        [
            LOST
            + "the paragraph of line 5; a cell begins on a line of its own, with ```{{code-cell}}"
        ],
    ),
    "a cell in a heading": (
        "# Words ```{code-cell}§\n",
        [LOST + "the heading of line 5; move it out"],
    ),
    "a cell too far to the right": (
        "    ```{code-cell}§\n    x = 1\n    ```\n",
        [
            LOST + "the indented block of line 5; begin it at the left margin; "
            "an example stands in a longer fence"
        ],
    ),
    "a cell made of colons": (
        ":::{code-cell}§\nx = 1\n:::\n",
        ["this code cell is lost, for its fence is made of colons; use ```"],
    ),
    "a space before the directive": (
        "``` {code-cell}§\nx = 1\n```\n",
        ["this code cell is lost, for a space stands before {{code-cell}}"],
    ),
    "a misspelt cell with options": (
        "```{codecell}§\n:tangle: pkg/mod.py\n\nx = 1\n```\n",
        ["this code cell is lost, for it is spelt '{{codecell}}'; write {{code-cell}}"],
    ),
    "a misspelt cell": (
        "```{code_cell} ipython3§\nx = 1\n```\n",
        ["this code cell is lost, for it is spelt '{{code_cell}}'; write {{code-cell}}"],
    ),
    "a cell without its second brace": (
        "```{code-cell ipython3§\nx = 1\n```\n",
        ["this code cell is lost, for it is spelt '{{code-cell'; write {{code-cell}}"],
    ),
    "a cell without braces": (
        "```code-cell§\nx = 1\n```\n",
        ["this code cell is lost, for it is spelt 'code-cell'; write {{code-cell}}"],
    ),
    "a cell in the name of a block": (
        '```"{code-cell}"§\nx = 1\n```\n',
        ["this code cell is lost, for it is spelt '\"{{code-cell}}\"'; write {{code-cell}}"],
    ),
    "a cell with a letter too few": (
        "~~~{code-cel} ipython3§\nx = 1\n~~~\n",
        ["this code cell is lost, for it is spelt '{{code-cel}}'; write {{code-cell}}"],
    ),
    "a cell with a letter of another alphabet": (
        "```{\u0441ode-cell}§\nx = 1\n```\n",
        [
            "this code cell is lost, for it is spelt '{{\u0441ode-cell}}'; write {{code-cell}}. "
            "It holds U+0441 (cyrillic small letter es)"
        ],
    ),
    "a cell in wide letters": (
        "```{\uff43\uff4f\uff44\uff45-cell}§\nx = 1\n```\n",
        [
            "this code cell is lost, for it is spelt '{{\uff43\uff4f\uff44\uff45-cell}}'; "
            "write {{code-cell}}. It holds U+FF43 (fullwidth latin small letter c), "
            "U+FF4F (fullwidth latin small letter o), U+FF44 (fullwidth latin small letter d), "
            "U+FF45 (fullwidth latin small letter e)"
        ],
    ),
    "a cell with another hyphen, commented out": (
        "<!--\n```{code\u2011cell}§\nx = 1\n```\n-->\n",
        [LOST + "the comment of line 5; uncomment the cell, or take it out"],
    ),
    "cells with a mark of code behind the name": (
        "```{code-cell} `x`§\nx = 1\n```\n\n```{code-cell} `x`§\nx = 1\n```\n",
        [
            LOST
            + "the paragraph of line 5; a cell begins on a line of its own, with ```{{code-cell}}",
            LOST + "the block ``` of line 7; end it with a line ``` before line 9",
        ],
    ),
    "an option behind the name": (
        "```{code-cell} ipython3 :tangle: pkg/mod.py§\nx = 1\n```\n",
        [
            "'ipython3 :tangle: pkg/mod.py' is not an option, because it stands behind "
            "{{code-cell}}; "
            "write `:key: value` on a line below"
        ],
    ),
    "an option as another tool writes it": (
        "```{code-cell} ipython3 tags=[a]§\nx = 1\n```\n",
        [
            "'ipython3 tags=[a]' is not an option, because it stands behind {{code-cell}}; "
            "write `:key: value` on a line below"
        ],
    ),
    "options that swallow the code": (
        "```{code-cell}\n---§\ntags: [a]\n# x = 1\n```\n",
        ["the options end nowhere; end them with a line ---"],
    ),
    "a cell that is passed over": (
        "```{code-cell}\n:tags: [check, skip-execution]§\n\nassert 1 == 2\n```\n",
        ["a cell with the tag skip-execution is not run; take the tag out, or the cell"],
    ),
    "a plain block with the options of a cell": (
        "```python§\n:tags: [check]\n\nassert 1 == 2\n```\n",
        [":tags: is an option of {{code-cell}}, not of ```python"],
    ),
    "a block of code with the options of a cell": (
        "```{code-block}§\n---\ntags: [check]\nfragment: a\n---\nx = 1\n```\n",
        [":fragment: is an option of {{code-cell}}, not of {{code-block}}"],
    ),
    "a cell that is not closed": (
        "```{code-cell}§\nx = 1\n",
        ["the code cell that begins here is not closed; end it with a line ```"],
    ),
    "a cell that goes on to the end of a later block": (
        "```{code-cell}§\nx = 1\n\nWords.\n\n```python\ny = 1\n```\n",
        [
            "the code cell that begins here is not closed; end it with a line ``` before line 10",
        ],
    ),
    "a cell of reStructuredText": (
        "```{eval-rst}\n.. code-cell:: ipython3§\n\n   x = 1\n```\n",
        [LOST + "{{eval-rst}} of line 5; move it out"],
    ),
    "a cell behind a space that cannot be seen": (
        "```\u00a0{code-cell}§\nx = 1\n```\n",
        ["this code cell is lost, for a space stands before {{code-cell}}"],
    ),
    "a cell behind a letter that cannot be seen": (
        "\u200b```{code-cell}§\nx = 1\n```\n",
        [
            LOST
            + "the paragraph of line 5; a cell begins on a line of its own, with ```{{code-cell}}"
        ],
    ),
    "a block that is not closed": (
        "````text§\nx = 1\n```\n",
        ["the block ````text that begins here is not closed; end it with a line ````"],
    ),
    "a block in a quotation that is not closed": (
        "> ```text§\n> x = 1\n\nWords.\n",
        ["the block ```text that begins here is not closed; end it with a line ```"],
    ),
    "a block in a directive that is not closed": (
        "::::{note}\n```text§\nx = 1\n::::\n",
        ["the block ```text that begins here is not closed; end it with a line ```"],
    ),
    "a directive that is not closed": (
        ":::{note}§\nWords.\n",
        ["the block :::{{note}} that begins here is not closed; end it with a line :::"],
    ),
    "a comment that is not closed": (
        "<!-- Words.§\n\nMore.\n",
        ["the comment that begins here is not closed; end it with -->"],
    ),
    "a comment that is not closed behind one that is": (
        "<!-- Words. --> <!--§\n\nMore.\n",
        ["the comment that begins here is not closed; end it with -->"],
    ),
    "an element of HTML that is not closed": (
        "<script></script><style>§\n\nMore.\n",
        ["<style> that begins here is not closed; end it with </style>"],
    ),
    "a formula that is not closed": (
        "$$§\na = b\n\nWords.\n",
        ["the formula $$ that begins here is not closed; end it with a line $$"],
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
        for table in (REFERENCES, OPTIONS, INVISIBLE, NAMES, TARGETS, PAIRS, CODE, PAGES)
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


@pytest.mark.parametrize("named", ["", "kernelspec: my name\n", "kernelspec: [name]\n"])
def test_a_notebook_without_a_kernel(small_book, named):
    root = small_book.write({"a": ""})
    small_book.page("a", f"---\njupytext: md:myst\nfile_format: mystnb\n{named}---\n")
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
    assert faults_of(root) == ["book/a.md:2: not UTF-8; save it as UTF-8"]


@pytest.mark.parametrize("link", ["pkg", "pkg/mod.py"])
def test_a_link_out_of_code(small_book, link):
    root = small_book.write({"a": TANGLED})
    outside = root / "outside"
    outside.mkdir()
    (root / "code" / link).parent.mkdir(parents=True)
    (root / "code" / link).symlink_to(outside)
    assert faults_of(root) == [
        "book/a.md:8: code/pkg/mod.py leads out of code/ by a link; take the link away"
    ]


@pytest.mark.parametrize(
    ("link", "to", "where"),
    [
        ("pkg", "other", "code/other/mod.py"),
        ("pkg/mod.py", "rest.py", "code/pkg/rest.py"),
        ("pkg/mod.py", "mod.py", "itself"),
    ],
)
def test_a_link_by_which_two_targets_may_be_one_file(small_book, link, to, where):
    root = small_book.write({"a": TANGLED})
    (root / "code" / "other").mkdir(parents=True)
    (root / "code" / link).parent.mkdir(exist_ok=True)
    (root / "code" / link).symlink_to(to)
    assert faults_of(root) == [
        f"book/a.md:8: code/pkg/mod.py leads to {where} by a link; take the link away"
    ]


def test_a_page_in_the_folder_that_tangling_clears(small_book):
    root = small_book.write({"a": TANGLED})
    (root / "code").symlink_to(root / "book")
    assert faults_of(root) == [
        "book/a.md:1: this page is in code/, which tangling clears; move the page out"
    ]


@pytest.mark.parametrize(
    "page",
    [
        "§```{include} more.txt\n```\n",
        "§```{INCLUDE} /book/more.txt\n```\n",
        "§:::{include} between.txt\n:::\n",
        "- An item:\n\n  §```{include} more.txt\n  ```\n",
        "::::{note}\n:::{only} html\nWords.\n\n§```{include} more.txt\n```\n:::\n::::\n",
        "```{eval-rst}\n§.. include:: more.txt\n   :parser: myst_parser.sphinx_\n```\n",
    ],
)
def test_a_page_that_includes_cells(small_book, page):
    root = small_book.write({"a": f"Words.\n\n{page}"})
    (root / "book" / "more.txt").write_text("```{code-cell}\nx = 1\n```\n")
    (root / "book" / "between.txt").write_text("```{include} more.txt\n```\n")
    (place,), name = small_book.places, "/book/more.txt" if "/book" in page else "more.txt"
    assert faults_of(root) == [
        f"{place}: the code cells of {name} are lost; move them into a chapter"
    ]
    (root / "book" / "more.txt").write_text("Words.\n")
    assert load_book(root).cells == []


def test_what_the_contents_keep_for_other_tools_names_no_page(small_book):
    kept = "meta:\n  file: book/b\ndefaults:\n  root: book/b\n"
    root = small_book.write({"a": "", "b": ""}, f"root: book/a\n{kept}")
    assert load_book(root).docs == ["book/a.md"]


def test_pages_that_are_one_by_a_link(small_book):
    root = small_book.write({"a": "", "b": ""})
    (root / "book" / "b.md").unlink()
    (root / "book" / "b.md").symlink_to(root / "book" / "a.md")
    assert faults_of(root) == [
        "_toc.yml:4: book/b.md is the page book/a.md, here and in line 2; list each chapter once"
    ]


def test_contents_that_are_not_utf8(small_book):
    root = small_book.write({"a": ""})
    (root / "_toc.yml").write_bytes(b"format: jb-book\nroot: book/\xe9\n")
    assert faults_of(root) == ["_toc.yml:2: not UTF-8; save it as UTF-8"]


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
        "_toc.yml:3: book/a.md is listed twice, here and in line 1; list each chapter once",
    ),
    "a page listed twice, spelt in two ways": (
        "root: book/a\nchapters:\n- file: ./book/a\n",
        "_toc.yml:3: ./book/a.md is the page book/a.md, here and in line 1; list each chapter once",
    ),
    "a list that stands in two places": (
        "root: book/a\nchapters: &more\n- file: book/b\nsections: *more\n",
        "_toc.yml:3: book/b.md is listed twice, here and in line 3; list each chapter once",
    ),
    "a page that is spelt oddly": (
        "root: book/a\nchapters:\n- file: book/../book//b\n",
        "_toc.yml:3: book/../book//b.md is not a path from the folder of _toc.yml; write book/b",
    ),
    "pages that differ in case only": (
        "root: book/a\nchapters:\n- file: book/A\n",
        "_toc.yml:3: book/A.md is the page book/a.md, here and in line 1; list each chapter once",
    ),
    "a pattern": (
        "root: book/a\nchapters:\n- glob: book/*\n",
        "_toc.yml:3: the order of `glob:` is left to chance; list the chapters by name",
    ),
    "a page in a list without its key": (
        "root: book/a\nchapters:\n- book/b\n",
        "_toc.yml:3: this entry names no page; write `- file: PAGE`",
    ),
    "a page below a misspelt key": (
        "root: book/a\nparts:\n- caption: One\n  chapters:\n  - flie: book/b\n",
        "_toc.yml:5: unknown key `flie:`; did you mean `file:`?",
    ),
    "pages below a key of no list": (
        "root: book/a\nChapters:\n- file: book/b\n",
        "_toc.yml:2: unknown key `Chapters:`; did you mean `chapters:`?",
    ),
    "several pages in one entry": (
        "root: book/a\nchapters:\n- file: [book/b]\n",
        "_toc.yml:3: `file:` names one page; write one entry for each page",
    ),
    "two lists of which one hides the other": (
        "root: book/a\nchapters:\n- file: book/b\nchapters: []\n",
        "_toc.yml:4: `chapters:` stands here twice, and one hides the other; join them",
    ),
    "an entry that is no list": (
        "root: book/a\nchapters:\n  file: book/b\n",
        "_toc.yml:2: `chapters:` is a list; begin each entry with a dash",
    ),
    "no YAML": (
        "root: [book/a\n",
        "_toc.yml:2: not valid YAML: expected ',' or ']', but got '<stream end>'; "
        "quote the value if it holds `: ` or `#`",
    ),
    "no first page": (
        "chapters:\n- file: book/a\n",
        "_toc.yml:1: not a table of contents; it begins with `root: PAGE`",
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
    "an example in a directive for code": "````{code-block} md\n```{code-cell}\n```\n````\n",
    "an example between tildes": "~~~md\n```{code-cell}\nx\n```\n~~~\n",
    "an example within a line": "Write ```` ```{code-cell} ````, and no more.\n",
    "an example in the string of a cell": "```{code-cell}\ns = '~~~{code-cell}'\n```\n",
    "formulas within lines": "Let $$a$$ be\n$$b$$ and\n$$c$$.\n",
    "a comment and HTML": "<!-- a -->\n<div>\n\n```{code-cell}\n1\n```\n</div>\n",
    "a shell's own <<": "```{code-cell}\n%%bash\ncat \\\n<<END > x\n<<zzz>>\nEND\n```\n",
    "a file that is written": "```{code-cell}\n%%writefile x.txt\n<<zzz>>\n```\n",
    "a reference below a magic for Python": FRAGMENT
    + "```{code-cell}\n%%time\n<<the gradient>>\n```",
    "a reference below a magic with a bracket": FRAGMENT
    + "```{code-cell}\n!echo (\n<<the gradient>>\n```",
    "a long string where it is not indented": fragment("s = '''\na'''")
    + tangled("<<the gradient>>"),
    "a magic in a cell that only runs": "```{code-cell}\n%matplotlib inline\n!ls\n```\n",
    "a fragment used twice": FRAGMENT + tangled("<<the gradient>>\n<<the gradient>>"),
    "a fragment that is tangled itself": "```{code-cell}\n:fragment: a\n:tangle: p/m.py\n\n1\n```",
    "settings of MyST-NB": "```{code-cell}\n:tags: [a]\n:mystnb: {image: {alt: a}}\n\n1\n```",
}


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in ACCEPTED.items()])
def test_accepted(small_book, text):
    assert load_book(small_book.write({"a": text})).docs == ["book/a.md"]
