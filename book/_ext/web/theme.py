"""Faults of the theme and the usual extensions, mended before a page is written.

- A fold (``:class: dropdown``, hidden code) is a ``<details>`` of HTML, which needs no
  script and does not move while the page loads.
- An exercise and its solution do not repeat the same ids.
- "Previous" and "next" lead past the pages that the setting ``asides`` names.
"""

from html import escape

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.nodes import NodeMatcher


class folded(nodes.General, nodes.Element):
    """An admonition that opens and closes; its first child is the ``fold_title``."""


class fold_title(nodes.General, nodes.TextElement):
    """The title, which stands on a closed ``folded``."""


class Fold(SphinxPostTransform):
    """Turns admonitions of the class ``dropdown`` into ``folded``."""

    default_priority = 210  # the exercises have their titles by then
    formats = ("html",)

    def run(self, **kwargs) -> None:
        """Visit the admonitions of a page."""
        for node in list(self.document.findall(nodes.Admonition)):
            if "dropdown" in node["classes"] and isinstance(node.children[0], nodes.title):
                title, *content = node.children
                classes = [name for name in node["classes"] if name != "dropdown"]
                box = folded("", ids=node["ids"], classes=["admonition", *classes])
                box += fold_title("", "", *_without_links(title))
                box += content
                node.parent.replace(node, box)


def _without_links(title: nodes.title) -> list[nodes.Node]:
    """The text of a title; a link on a thing that opens when it is clicked cannot be followed."""
    return [nodes.Text(title.astext())] if list(title.findall(nodes.reference)) else title.children


class PlainExercises(SphinxPostTransform):
    """Takes out the sections inside exercises and solutions: all have the same id."""

    default_priority = 205
    formats = ("html",)

    def run(self, **kwargs) -> None:
        """Visit the sections inside admonitions."""
        for section in list(self.document.findall(NodeMatcher(nodes.section))):
            if {"exercise-content", "solution-content"} & set(section["ids"]):
                section["ids"] = []  # they would go to the first child
                section.replace_self(section.children)


def visit_folded(translator, node) -> None:
    """Open a fold."""
    translator.body.append(translator.starttag(node, "details"))


def depart_folded(translator, node) -> None:
    """Close a fold."""
    translator.body.append("</details>\n")


def visit_fold_title(translator, node) -> None:
    """Begin what stands on the closed fold."""
    translator.body.append('<summary class="admonition-title">')


def depart_fold_title(translator, node) -> None:
    """End what stands on the closed fold."""
    translator.body.append("</summary>\n")


def visit_hidden_cell(translator, node) -> None:
    """Hidden code: the usual markup puts paragraphs into the summary, which is no HTML."""
    summary = escape(node["prompt_show"])
    translator.body.append(f'<details class="hidden-code"><summary>{summary}</summary>\n')


def depart_hidden_cell(translator, node) -> None:
    """End of hidden code."""
    translator.body.append("</details>\n")


def lead_past_asides(app, pagename, templatename, context, doctree) -> None:
    """Let "previous" and "next" name the nearest page that is no aside."""
    asides, builder = app.config.asides, app.builder
    for way, name in enumerate(("prev", "next"), 1):
        page = near = builder.relations.get(pagename, (None, None, None))[way]
        while page in asides:
            page = builder.relations[page][way]
        if page != near:
            title = page and builder.render_partial(app.env.titles[page])["title"]
            link = page and builder.get_relative_uri(pagename, page)
            context[name] = {"link": link, "title": title} if page else None


def setup(app) -> None:
    """Register the mends."""
    app.setup_extension("myst_nb")  # whose node is taken over
    app.add_config_value("asides", [], "html")
    app.add_config_value("comments_config", {}, "html")  # Jupyter Book sets it for all books
    app.add_node(folded, html=(visit_folded, depart_folded))
    app.add_node(fold_title, html=(visit_fold_title, depart_fold_title))
    app.add_node(HideCodeCellNode, override=True, html=(visit_hidden_cell, depart_hidden_cell))
    app.add_post_transform(PlainExercises)
    app.add_post_transform(Fold)
