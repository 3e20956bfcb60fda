"""Faults of the theme and the usual extensions, mended before a page is written.

- A fold (``:class: dropdown``, hidden code) is a ``<details>`` of HTML, which needs no
  script and does not move while the page loads.
- An exercise and its solution do not repeat the same ids.
- Hidden code that draws something stands below what it draws.
- "Previous" and "next" lead past the pages that the setting ``asides`` names.
- The list of pages folds each part but that of the page that is open.
- The contents of a page name its mistakes and exercises, which are boxes and no sections; long
  names of the code break behind an underscore.
"""

import re
from html import escape, unescape
from itertools import takewhile

from bs4 import BeautifulSoup
from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.transforms import SphinxTransform
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.nodes import NodeMatcher

TITLE = re.compile(r'class="admonition-title">(.*?)</(?:p|summary)>', re.DOTALL)
NAME = re.compile(r'(?<=<span class="pre">)\w+')
TAG = re.compile(r"<math.*?</math>|<[^>]*>", re.DOTALL)  # a formula stands there twice


class folded(nodes.General, nodes.Element):
    """An admonition that opens and closes; its first child is the ``fold_title``."""


class fold_title(nodes.General, nodes.TextElement):
    """The title, which stands on a closed ``folded``."""


class FoldBoxes(SphinxPostTransform):
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


class CodeBelow(SphinxPostTransform):
    """Puts hidden code below what it shows, and leaves a check where it stands: it says first."""

    default_priority = 200  # right after MyST-NB has hidden it
    formats = ("html",)

    def run(self, **kwargs) -> None:
        """Visit the hidden code of a page."""
        for node in list(self.document.findall(HideCodeCellNode)):
            cell = node.parent
            if "tag_check" not in cell["classes"] and cell.index(node) == 0:
                cell.append(cell.pop(0))


class NameMistakes(SphinxTransform):
    """Gives each box with a mistake an id, so that the contents of its page can lead to it."""

    default_priority = 400

    def apply(self) -> None:
        """Visit the boxes of a page."""
        boxes = [
            box for box in self.document.findall(nodes.admonition) if "mistake" in box["classes"]
        ]
        for number, box in enumerate(boxes, 1):
            if not box["ids"]:
                box["ids"].append("how-it-goes-wrong" + (f"-{number}" if number > 1 else ""))


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
    """Hidden code: the usual markup puts paragraphs into the summary, which is not HTML."""
    summary = escape(node["prompt_show"])
    translator.body.append(f'<details class="hidden-code"><summary>{summary}</summary>\n')


def depart_hidden_cell(translator, node) -> None:
    """End of hidden code."""
    translator.body.append("</details>\n")


def lead_past_asides(app, pagename, templatename, context, doctree) -> None:
    """Let "previous" and "next" name the nearest page that is not an aside."""
    asides, builder = app.config.asides, app.builder
    for way, name in enumerate(("prev", "next"), 1):
        page = near = builder.relations.get(pagename, (None, None, None))[way]
        while page in asides:
            page = builder.relations[page][way]
        if page != near:
            title = page and builder.render_partial(app.env.titles[page])["title"]
            link = page and builder.get_relative_uri(pagename, page)
            context[name] = {"link": link, "title": title} if page else None


def fold_parts(app, pagename, templatename, context, doctree) -> None:
    """Hand the template the parts of the book: caption, pages, and whether one is open."""

    def parts():
        tree = context["generate_toctree_html"](
            startdepth=0,
            kind="sidebar",
            maxdepth=1,
            collapse=False,
            includehidden=True,
            titles_only=True,
        )
        for caption in tree("p", "caption"):
            pages = caption.find_next_sibling("ul")
            current = pages.select_one("li.current") is not None
            yield {"caption": caption.get_text(), "pages": pages, "current": current}

    context["parts_of_book"] = parts


def add_boxes(app, pagename, templatename, context, doctree) -> None:
    """Name a page's mistakes and exercises in its contents, each below the section it stands in."""
    boxes = [] if doctree is None else list(_boxes(doctree))
    if not boxes or "toc" not in context:
        return
    contents = BeautifulSoup(context["toc"], "html.parser")
    page = contents.li
    if page.ul is None:
        page.append(contents.new_tag("ul"))
    for box in boxes:
        item = contents.new_tag("li", attrs={"class": "of-box"})
        link = contents.new_tag(
            "a", attrs={"class": "reference internal", "href": f"#{box['ids'][0]}"}
        )
        link.string = _title(context["body"], box["ids"][0])
        item.append(link)
        _place(page, _section(box), item)
    context["toc"] = str(contents)


def break_names(app, pagename, templatename, context, doctree) -> None:
    """Let a long name in the contents of a page go on in the next line behind an underscore."""
    if "toc" in context:
        context["toc"] = NAME.sub(lambda name: name[0].replace("_", "_<wbr>"), context["toc"])


def _title(body: str, box: str) -> str:
    """The title of the box with an id, as it is written: with its number."""
    title = TITLE.search(body, body.index(f'id="{box}"'))[1]
    return " ".join(unescape(TAG.sub("", title)).split())


def _place(page, section: str, item) -> None:
    """Put an item below that of its section, and below those that stand there already."""
    link = page.ul.find("a", href=f"#{section}") if section else None
    items = page.ul.find_all("li", recursive=False)
    first = items.index(link.find_parent("li")) + 1 if link else 0
    taken = takewhile(lambda other: "of-box" in other.get("class", []), items[first:])
    before = first + len(list(taken))
    if before:
        items[before - 1].insert_after(item)
    else:
        page.ul.insert(0, item)


def _boxes(doctree):
    for box in doctree.findall(nodes.Element):
        classes = box.get("classes", [])
        named = box.get("ids") and any(isinstance(child, nodes.title) for child in box.children)
        if named and isinstance(box, nodes.Admonition) and {"mistake", "exercise"} & set(classes):
            yield box


def _section(box: nodes.Node) -> str:
    """The id of the section below the page's title in which a box stands."""
    above = [node for node in _ancestors(box) if isinstance(node, nodes.section)]
    return above[-2]["ids"][0] if len(above) > 1 else ""


def _ancestors(node: nodes.Node):
    while node.parent is not None:
        node = node.parent
        yield node


def setup(app) -> None:
    """Register the mends."""
    app.setup_extension("myst_nb")  # whose node is taken over
    app.add_config_value("asides", [], "html")
    app.add_config_value("comments_config", {}, "html")  # Jupyter Book sets it for all books
    app.add_node(folded, html=(visit_folded, depart_folded))
    app.add_node(fold_title, html=(visit_fold_title, depart_fold_title))
    app.add_node(HideCodeCellNode, override=True, html=(visit_hidden_cell, depart_hidden_cell))
    app.add_transform(NameMistakes)
    app.add_post_transform(CodeBelow)
    app.add_post_transform(PlainExercises)
    app.add_post_transform(FoldBoxes)
