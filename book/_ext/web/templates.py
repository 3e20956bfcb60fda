"""The finished pages: our templates in the place of the theme's, and their output put right.

The theme offers no other place for it. A page asks for one style sheet, names our few icons, and
has a Content-Security-Policy: a promise that the browser keeps for the reader. Scripts are files of
the site, or stand in the page and are named by their hash. Styles too, but for ``style``
attributes, which KaTeX and Sphinx write by the thousand and which cannot run or fetch anything that
the other lines forbid. ``file:`` names the site when it is read from disk, where browsers disagree
on what ``'self'`` is; no page that was served may load such an address.
"""

import os
import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

from pygments.formatters import HtmlFormatter
from pygments.token import Name, Operator, Punctuation, Whitespace
from sphinx.highlighting import PygmentsBridge
from sphinx.jinja2glue import BuiltinTemplateLoader
from sphinx.util import logging
from sphinx.util.images import get_image_size

from .trimming import JOINED

logger = logging.getLogger(__name__)

TEMPLATES = Path(__file__).with_name("templates")
LINK = re.compile(
    r'[ \t]*<link rel="stylesheet"[^>]* href="(?P<top>[^"]*?)_static/'
    r'(?P<name>(?!explorables/)[^"?]+)(?P<version>[^"]*)"[^>]*>\n*'  # those are for few pages
)
THEIRS = re.compile(
    r'<(?P<tag>i|span) class="(?P<before>[^"]*?)\b'
    r'(?:fa[srb]?|fa-solid|fa-regular|fa-brands) +fa-(?P<name>[\w-]+)(?P<after>[^"]*)"'
)
NAMES = {
    *("angle-left", "angle-right", "arrow-up", "bars", "circle-half-stroke", "code", "download"),
    *("file", "file-pdf", "list", "magnifying-glass", "moon", "sun"),
}
PUT_RIGHT = {
    # roles that ARIA withdrew, and a list whose children are none of its items
    ' role="doc-biblioentry"': "",
    '<div role="list" class="citation-list">': '<div class="citation-list">',
    # the title and the search button stand beside the navigation, in no landmark
    ' id="pst-primary-sidebar"': ' id="pst-primary-sidebar" role="region" aria-label="Book"',
    # the viewport is said twice: by Sphinx and by the theme
    '<meta name="viewport" content="width=device-width, initial-scale=1.0" />': "",
    # Sphinx puts the list of what a function returns into a paragraph
    '<p><ul class="simple">': '<ul class="simple">',
    "</ul>\n</p>": "</ul>",
    # a place for advertisements
    '<div id="ethical-ad-placement"': '<div hidden id="ethical-ad-placement"',
}
INLINE = r"<{tag}\b(?![^>]*\ssrc=)[^>]*>(.*?)</{tag}>"
HEAD = '<meta charset="utf-8" />'
OURS = "'self' file:"
RUNS_PYTHON = (
    'data-runs="python"'  # where this stands, a worker made in the page may run WebAssembly
)
IMAGE = re.compile(r'<img (?![^>]*\b(?:width|height)=)(?P<rest>[^>]*?\bsrc="(?P<src>[^"]+)")')
VIEW_BOX = re.compile(r'<svg[^>]*\bviewBox="0 0 (\d+) (\d+)"')
LATER = re.compile(r'\bclass="[^"]*\bwhen-seen\b')
PLAIN = (Name, Operator, Punctuation, Whitespace)  # as such: a builtin, say, keeps its colour


class FewElements(HtmlFormatter):
    """Leaves plain tokens as text: they would be most of the elements of a page of code."""

    def __init__(self, **options):
        super().__init__(**options)
        self.span_element_openers.update(dict.fromkeys(PLAIN, ""))


def use_templates(app, config) -> None:
    """Let our templates come before the theme's, and mend each page that they make."""
    # relative, since a digest of the settings is written into the site
    config.templates_path.insert(0, os.path.relpath(TEMPLATES, app.confdir))
    config.template_bridge = "web.templates.PageTemplates"


def defer_scripts(app, pagename, templatename, context, doctree) -> None:
    """Let no script hold up the first paint; leave out the options that no script of ours reads."""
    files = [script for script in context["script_files"] if script.filename]
    for script in files:
        script.attributes["defer"] = "defer"
    context["script_files"] = files


def size_images(app, pagename, templatename, context, doctree) -> None:
    """Give each picture of a page, that has no size of its own, the size of its file."""
    sources = {name: Path(app.srcdir, path) for path, name in app.builder.images.items()}

    def sized(match: re.Match) -> str:
        source = sources.get(Path(match["src"]).name)
        size = source and _size(source)
        when = 'loading="lazy" ' if LATER.search(match["rest"]) else ""
        sized = f'width="{size[0]}" height="{size[1]}" ' if size else ""
        return f"<img {sized}{when}{match['rest']}"

    if "body" in context:
        context["body"] = IMAGE.sub(sized, context["body"])


def _size(source: Path) -> tuple[int, int] | None:
    """The size of a picture; a drawing that fills what it is given has at least its proportions."""
    drawn = VIEW_BOX.search(source.read_text("utf-8")[:1000]) if source.suffix == ".svg" else None
    return get_image_size(source) or (drawn and (int(drawn[1]), int(drawn[2])))


class PageTemplates(BuiltinTemplateLoader):
    """Sphinx's templates, with our icons and a policy on each page that they make.

    ``sheets`` are the style sheets that the pages ask for, in their order.
    """

    sheets: tuple[str, ...] = ()

    def render(self, template: str, context: dict) -> str:
        """Return the page."""
        page, sheets = ask_once(super().render(template, context))
        self.sheets = sheets or self.sheets
        return add_policy(put_right(use_our_icons(page)))


def ask_once(page: str) -> tuple[str, tuple[str, ...]]:
    """Return the page with one link in the place of those to style sheets, and their names."""
    links = list(LINK.finditer(page))
    if not links:
        return page, ()
    said = " ".join(link["name"] + link["version"] for link in links)
    version = sha256(said.encode()).hexdigest()[:8]
    one = f'    <link rel="stylesheet" href="{links[0]["top"]}_static/{JOINED}?v={version}" />\n'
    start = links[0].start()
    return page[:start] + one + LINK.sub("", page[start:]), tuple(link["name"] for link in links)


def use_our_icons(page: str) -> str:
    """Return the page with ``class="icon icon-NAME"`` where the theme names one of its own."""
    return THEIRS.sub(_ours, page)


def _ours(match: re.Match) -> str:
    tag, before, name, after = match.group("tag", "before", "name", "after")
    if name not in NAMES:
        logger.warning("no icon %r; draw it in book.css and name it in web/templates.py", name)
    classes = " ".join(f"{before} icon icon-{name} {after.replace('fa-lg', '')}".split())
    return f'<{tag} aria-hidden="true" class="{classes}"'


def put_right(page: str) -> str:
    """Return the page with each of these changes."""
    for wrong, right in PUT_RIGHT.items():
        page = page.replace(wrong, right)
    return page


def add_policy(page: str) -> str:
    """Put the policy at the head of a page, before anything that it rules."""
    wider = ("blob:", "'wasm-unsafe-eval'") if RUNS_PYTHON in page else ()
    policy = {
        "default-src": "'none'",
        "script-src": " ".join([OURS, *wider, *_hashes("script", page)]),
        "style-src": f"{OURS} 'unsafe-inline'",
        "style-src-elem": " ".join([OURS, *_hashes("style", page)]),
        "img-src": f"{OURS} data:",
        "font-src": OURS,
        "connect-src": "'self'",  # Lighthouse asks for robots.txt in the name of a page
        "form-action": OURS,
        "base-uri": "'none'",
        **({"worker-src": "blob:"} if wider else {}),
    }
    content = "; ".join(f"{name} {sources}" for name, sources in policy.items())
    meta = f'<meta http-equiv="Content-Security-Policy" content="{content}" />'
    return page.replace(HEAD, f"{HEAD}\n    {meta}", 1)


def _hashes(tag: str, page: str) -> list[str]:
    """The hashes of what stands in the page between tags of this kind."""
    bodies = set(re.findall(INLINE.format(tag=tag), page, re.DOTALL))
    digests = (b64encode(sha256(body.encode()).digest()).decode() for body in bodies)
    return sorted(f"'sha256-{digest}'" for digest in digests)


def setup(app) -> None:
    """Let code on the pages have few elements."""
    PygmentsBridge.html_formatter = FewElements
