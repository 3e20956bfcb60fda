"""What a site says of its own address, and what it shows where no page of the book is.

The address is ``baseurl`` in ``_config.yml``. It is empty until somebody publishes the site: then
pages name no address, and there is no sitemap. Once it is set, Sphinx writes the canonical links,
``templates/layout.html`` the address and the picture of a page that is shared.
"""

import posixpath
from html import escape
from pathlib import Path

CARD = "_static/page.png"
ROOT_PAGE = """\
<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<meta http-equiv="refresh" content="0; url={page}">
<link rel="canonical" href="{canonical}">
</head>
<body>
<p><a href="{page}">{title}</a></p>
</body>
</html>
"""
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
        context = {
            "language": app.config.language or "en",
            "title": app.config.html_title,
            "base": base_of(app.config),
            "front": app.builder.get_target_uri(app.config.root_doc),
            "search": app.builder.get_target_uri("search"),
            "folders": sorted({name.partition("/")[0] for name in app.env.found_docs}),
        }
        page = app.builder.templates.render("404.html", context)
        Path(app.outdir, "404.html").write_text(page, encoding="utf-8")


def write_root_page(app, exception) -> None:
    """Lead the root of the site to the first page of the book."""
    if exception is None and app.builder.name == "html" and app.config.root_doc != "index":
        page = app.builder.get_target_uri(app.config.root_doc)
        title = escape(app.config.html_title)
        names = {"page": page, "canonical": posixpath.join(app.config.html_baseurl, page)}
        text = ROOT_PAGE.format(language=app.config.language or "en", title=title, **names)
        Path(app.outdir, "index.html").write_text(text, encoding="utf-8")
