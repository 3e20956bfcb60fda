"""Every page of the site gets its policy, its icons, and style sheets without dead rules."""

import base64
import hashlib
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from docutils import nodes
from pygments import highlight
from pygments.lexers import PythonLexer
from sphinx import addnodes

from web import templates
from web.katex import Katex
from web.search import about, formula_text, targets, text_of
from web.templates import FewElements, add_policy, ask_once
from web.trimming import join, without_unused_rules

ROOT = Path(__file__).resolve().parents[2]
PAGE = '<head>\n<meta charset="utf-8" />\n{}</head>'


def policy(page):
    """The policy of a page, as a dict."""
    (content,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', add_policy(page))
    return dict(each.split(" ", 1) for each in content.split("; "))


def hash_of(text):
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_the_policy_names_the_scripts_and_styles_of_the_page_by_their_hash():
    script = "\n α()"
    page = PAGE.format(f'<script>{script}</script><style media="all">p {{}}</style>')
    assert policy(page)["script-src"] == f"'self' file: {hash_of(script)}"
    assert policy(page)["style-src-elem"] == f"'self' file: {hash_of('p {}')}"


def test_the_policy_knows_this_site_only():
    sources = policy(PAGE.format('<script defer src="x.js"></script>'))
    assert sources["default-src"] == "'none'"
    named = {source for line in sources.values() for source in line.split()}
    assert named == {"'none'", "'self'", "file:", "data:", "'unsafe-inline'"}
    assert [name for name in sources if "unsafe" in sources[name]] == ["style-src"]


def test_an_icon_of_the_theme_becomes_ours():
    theirs = '<i class="theme-switch fa-solid fa-sun     fa-lg" title="Light"></i>'
    ours = '<i aria-hidden="true" class="theme-switch icon icon-sun" title="Light"></i>'
    assert templates.use_our_icons(f"<b>{theirs}</b>") == f"<b>{ours}</b>"


def test_every_icon_is_drawn():
    drawn = re.findall(
        r"^\.icon-([\w-]+) {", (ROOT / "book/_static/book.css").read_text(), re.MULTILINE
    )
    assert sorted(drawn) == sorted(templates.NAMES)


def test_an_icon_that_nobody_drew_is_a_warning(monkeypatch):
    warnings = []
    monkeypatch.setattr(
        templates.logger, "warning", lambda text, name: warnings.append(text % name)
    )
    templates.use_our_icons('<i class="fas fa-bug"></i>')
    assert warnings == ["no icon 'bug'; draw it in book.css and name it in web/templates.py"]


@pytest.mark.parametrize(
    ("sheet", "left"),
    [
        (".a{x:1}.b{x:2}", ".a{x:1}"),
        (".a,.b,.a .b,p{x:1}", ".a,p{x:1}"),
        (".b,\n  .a {x:1}\n@media print {\n  .a {x:1}\n}\n", ".a{x:1}@media print{.a{x:1}}"),
        ("#a{x:1}#b{x:2}", "#a{x:1}"),
        (".a:not(.b),.a[x=\".b\"]:is(.b,.b:not(.b)){x:1}", None),
        ("@media print{.b{x:1}}@media screen{.a{x:1}.b{x:2}}", "@media screen{.a{x:1}}"),
        ('@import "b.css";.b{x:"}"}.a{x:"{"}', '@import "b.css";.a{x:"{"}'),
        ("/*! licence of .b */.a{x:1}/* why */.b{x:1}", "/*! licence of .b */.a{x:1}"),
        ("@keyframes b{from{x:1}}.a{x:url(data:;{)}", None),
        ("@font-face{font-family:A}@font-face{font-family:B}.a{x:A}.b{x:B}",
         "@font-face{font-family:A}.a{x:A}"),
    ],
)  # fmt: skip
def test_a_style_sheet_keeps_the_rules_that_can_match(sheet, left):
    once = without_unused_rules(f" {sheet} ", {"a"})
    assert without_unused_rules(once, {"a"}) == once, "a second build would change it"
    assert without_unused_rules(sheet, {"a"}) == (sheet if left is None else left)


@pytest.fixture(scope="module")
def typesetter():
    return Katex()


@pytest.mark.parametrize(
    ("formula", "line"),
    [
        (r"a_t = \tanh z_t", "a_t = tanh z_t"),
        (r"\frac{\partial J}{\partial a_t}", "∂J/∂a_t"),
        (r"\delta_{t+1}", "δ_(t + 1)"),
        (r"W_{aa}^{\top} \hat y", "W_aa⊤\N{LATIN SMALL LETTER Y WITH CIRCUMFLEX}"),
        (r"\underbrace{W a}_{\text{why}}", "Wa"),
        (r"\sum_{t=1}^{T} x^2", "∑_(t = 1)^Tx^2"),
        (r"\frac{1}{m}(a + b)", "1/m(a + b)"),
    ],
)
def test_a_formula_is_one_line_without_tex(typesetter, formula, line):
    assert formula_text(typesetter.render(formula, display=True)) == line


def test_what_is_referred_to_is_found_whole():
    cell = '<div class="cell" id="fragment-x"><div>a <div>b</div></div></div>'
    figure = '<figure class="align-default" id="fig-x"><img></figure>'
    body = f'<p>{cell}</p><div class="cell" id="cell-3"></div><div id="other"></div>' + figure
    assert dict(targets(body)) == {"fragment-x": cell, "fig-x": figure}


# ---------------------------------------------------------------- one style sheet

HEAD = """<head>
    <link rel="stylesheet" href="../_static/a.css" />

    <link rel="stylesheet" type="text/css" href="../_static/deep/b.css?v=1" />
    <link rel="icon" href="../_static/favicon.svg" />
</head>
"""


def test_a_page_asks_for_one_style_sheet():
    page, names = ask_once(HEAD)
    assert names == ("a.css", "deep/b.css")
    links = BeautifulSoup(page, "html.parser").select("link")
    assert links[0]["href"].startswith("../_static/site.css?v=")
    assert [link["rel"] for link in links] == [["stylesheet"], ["icon"]]
    younger = ask_once(HEAD.replace("?v=1", "?v=2"))[0]
    assert younger != page, "a browser that kept the old one asks again"
    assert ask_once("<p>no head</p>") == ("<p>no head</p>", ())


def test_joined_style_sheets_keep_their_order_and_their_addresses(tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "a.css").write_text(".a{background:url(a.png)}")
    (tmp_path / "deep/b.css").write_text(
        """@font-face{src:url(fonts/b.woff2)}.b{x:url("b.png")}.c{x:url(data:c)}"""
    )
    join(tmp_path, ("a.css", "deep/b.css"))
    assert [path.name for path in tmp_path.rglob("*.css")] == ["site.css"]
    joined = (tmp_path / "site.css").read_text()
    assert joined == (
        ".a{background:url(a.png)}\n"
        """@font-face{src:url(deep/fonts/b.woff2)}.b{x:url("deep/b.png")}.c{x:url(data:c)}"""
    )
    join(tmp_path, ())
    assert (tmp_path / "site.css").read_text() == joined


def test_in_code_only_what_has_a_colour_is_an_element():
    html = highlight("if x[0] @ y:\n    z = 1", PythonLexer(), FewElements(nowrap=True))
    number = '<span class="mi">{}</span>'
    expected = '<span class="k">if</span> x[{}] @ y:\n    z = {}\n'
    assert html == expected.format(number.format(0), number.format(1))


def test_of_html_the_search_keeps_names_whole_and_says_nothing_twice():
    line = '<span class="n">do</span><span class="o">.</span>sum()'
    where = '<span class="whole-where">this page</span>'
    note = "<p>what the note of each dot says</p>"
    html = f"<pre><a>{line}{where}</a></pre>{note}{note}"
    found = text_of(nodes.raw(html, html, format="html"), katex=None)
    assert " ".join(found.split()) == "do.sum() this page what the note of each dot says"


def test_of_a_table_the_search_keeps_rows_and_columns_and_no_name_of_a_cell():
    rows, columns, said = ("plus: sign", "times"), ("here", "there"), "what the note of a cell says"
    names = [f"<h4>{row}, {column}: yes</h4>" for row in rows for column in columns]
    html = "".join(f"<td>{name}</td>" for name in (*columns, *rows)) + f"<p>{said}</p>".join(names)
    found = text_of(nodes.raw(html, html, format="html"), katex=None)
    assert " ".join(found.split()) == " ".join((*columns, *rows, said))
    alone = "<p>times, nowhere: yes</p>"
    assert "nowhere" in text_of(nodes.raw(alone, alone, format="html"), katex=None)


def test_the_search_knows_the_terms_of_a_page_and_no_entry_below_another():
    entries = [
        ("single", "scores (logits)", "index-0", "", None),
        ("single", "rate; schedule of", "index-1", "", None),
        ("single", "step() (in module m)", "m.step", "", None),
    ]
    page = nodes.section("", nodes.title("", "Page"), addnodes.index(entries=entries))
    assert about(page, katex=None)["terms"] == ["logits", "rate; schedule of", "scores"]


def test_of_docstrings_the_search_keeps_the_first_line_and_all_code_around():
    code = '''def f():
    """One line."""
    return first


def g():
    """A longer one.

    It has more to say.
    """
    """Another line."""
    return last
'''
    found = text_of(nodes.literal_block(code, code), katex=None)
    assert all(part in found for part in ("One line.", "first", "A longer one.", "Another", "last"))
    assert "more to say" not in found
