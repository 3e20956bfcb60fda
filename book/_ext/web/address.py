"""The address of the site: in its pages, in a sitemap, and for pages that are elsewhere now.

The address is ``baseurl`` in ``_config.yml``. It is empty until somebody publishes the site: then
pages name no address, and there is no sitemap. Once it is set, Sphinx writes the canonical links,
``templates/layout.html`` the address and the picture of a page that is shared.

A page that is renamed keeps its old address: ``moved`` in ``_config.yml`` names it, OLD: NEW.
"""

import posixpath
from html import escape
from pathlib import Path
from urllib.parse import quote

from sphinx.util import logging

logger = logging.getLogger(__name__)

CARD = "_static/page.png"
SITEMAP = """\
<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
{}
</urlset>
"""


def base_of(config) -> str:
    """The address of the root of the site, with a slash at its end; empty if it is not known."""
    return posixpath.join(config.html_baseurl, "") if config.html_baseurl else ""


def name_card(app, pagename, templatename, context, doctree) -> None:
    """Tell the template which picture stands for the site: that takes a whole address."""
    base = base_of(app.config)
    context["card"] = base + CARD if base else ""


def write_sitemap(app, exception) -> None:
    """List the chapters, and the other pages that are written, for those who index sites."""
    base = base_of(app.config)
    if exception is None and app.builder.name == "html" and base:
        pages = map(app.builder.get_target_uri, sorted(app.env.found_docs))
        lines = "\n".join(f"<url><loc>{escape(base + page)}</loc></url>" for page in pages)
        Path(app.outdir, "sitemap.xml").write_text(SITEMAP.format(lines), encoding="utf-8")


def write_missing_page(app, exception) -> None:
    """Write ``404.html``, which hosts show for an address at which there is no page."""
    if exception is None and app.builder.name == "html":
        icon = Path(app.confdir, app.config.html_favicon or "")
        drawn = quote(icon.read_text("utf-8")) if icon.is_file() else ""
        context = {
            "language": app.config.language or "en",
            "title": app.config.html_title,
            "icon": f"data:image/svg+xml,{drawn}",
            "base": base_of(app.config),
            "front": app.builder.get_target_uri(app.config.root_doc),
            "search": app.builder.get_target_uri("search"),
            "folders": sorted({name.partition("/")[0] for name in app.env.found_docs}),
        }
        page = app.builder.templates.render("404.html", context)
        Path(app.outdir, "404.html").write_text(page, encoding="utf-8")


def check_moved(app, env) -> list[str]:
    """Warn of an old address that is a page, and of one that leads to none."""
    for old, new in app.config.moved.items():
        if old in env.found_docs or new not in env.found_docs:
            why = f"{new} is not a page" if new not in env.found_docs else f"{old} is still a page"
            logger.warning("_config.yml: moved: %s: %s; mend it", f"{old}: {new}", why)
    return []


def write_moved_pages(app, exception) -> None:
    """Lead the root of the site to the first page, and each old address to where the page is."""
    if exception is not None or app.builder.name != "html":
        return
    root = {} if app.config.root_doc == "index" else {"index": app.config.root_doc}
    for old, new in {**root, **app.config.moved}.items():
        context = {
            "language": app.config.language or "en",
            "title": app.env.titles[new].astext() if old != "index" else app.config.html_title,
            "page": app.builder.get_relative_uri(old, new),
            "canonical": posixpath.join(base_of(app.config), app.builder.get_target_uri(new)),
        }
        path = Path(app.outdir, f"{old}.html")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(app.builder.templates.render("moved.html", context), encoding="utf-8")


def setup(app) -> None:
    """Let a book say which of its pages have another address than before."""
    app.add_config_value("moved", {}, "html")
