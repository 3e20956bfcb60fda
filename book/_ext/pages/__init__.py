"""Sphinx extension: what every page of the site is made of, beyond what the theme gives it.

- Nothing of a page comes from another host, and its policy says so (`policy`).
- It carries our own few icons instead of a font of two thousand (`icons`), only the rules and
  files that the site uses (`trimming`), and in code only elements that have a colour (`colours`).
- Its address, once it has one, is said; elsewhere a page says that there is none (`address`).
- The templates beside this file take the place of the theme's.
"""

import os
from pathlib import Path

from sphinx.highlighting import PygmentsBridge

from pages.address import name_card, write_missing_page, write_sitemap
from pages.colours import FewElements
from pages.extracts import write_extracts
from pages.images import size_images
from pages.trimming import forget, trim

TEMPLATES = Path(__file__).with_name("templates")


def use_templates(app, config) -> None:
    """Let our templates come before the theme's, and mend each page that they make."""
    # relative, since a digest of the settings is written into the site
    config.templates_path.insert(0, os.path.relpath(TEMPLATES, app.confdir))
    config.template_bridge = "pages.rendering.PageTemplates"


def defer_scripts(app, pagename, templatename, context, doctree) -> None:
    """Let no script hold up the first paint; leave out the options that no script of ours reads."""
    files = [script for script in context["script_files"] if script.filename]
    for script in files:
        script.attributes["defer"] = "defer"
    context["script_files"] = files
    context["fonts_of"] = fonts_of


def fonts_of(body: str) -> list[str]:
    """The fonts, beside the style sheets, of the first lines of a page."""
    maths = ["Main-Regular", "Math-Italic"] if 'class="katex"' in body else []
    return [
        *(f"fonts/source-serif-4-latin-wght-{style}.woff2" for style in ("normal", "italic")),
        *(f"katex/fonts/KaTeX_{name}.woff2" for name in maths),
    ]


def setup(app):
    """Register the mends of the pages."""
    PygmentsBridge.html_formatter = FewElements
    app.connect("config-inited", use_templates, priority=900)
    app.connect("html-page-context", defer_scripts, priority=900)
    app.connect("html-page-context", size_images)
    app.connect("html-page-context", write_extracts, priority=900)
    app.connect("write-started", forget)  # they are copied then; not if there is nothing to write
    app.connect("html-page-context", name_card)
    app.connect("build-finished", write_sitemap, priority=400)
    app.connect("build-finished", write_missing_page, priority=400)
    app.connect("build-finished", trim, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
