"""One HTML document of all pages: ids made unique, links led inside, solutions at the end."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from html import escape
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup, Tag

Contents = list[tuple[str, list[str]]]  # the caption of a part, its pages
NAME = "solutions"
SOLUTION = ".admonition.solution"
USELESS = (  # the buttons of explorables and grids hold what they show
    "article :is(.headerlink, button, script):not(.explorable *, .grid *), article .bench-editor"
)
END = 3  # blocks, with which a page of the book ends, stay together
SPACE = "\u2005"  # as wide as a space; Chromium drops a usual one from a bookmark at a line's end
CODE = {"pre", "textarea", "summary"}  # on whose spaces it depends how they look
FOLDED = ".hidden-code, .code-fold, .handwritten-text"  # which stays folded, as on the screen
STYLE = Path(__file__).with_name("print.css")
DOCUMENT = """\
<!DOCTYPE html>
<html lang="en" data-theme="light" data-mode="light">
<head>
<meta charset="utf-8">
<title>{title}</title>
{styles}
<style>
{style}
</style>
</head>
<body>
<main class="bd-main"><div class="bd-content"><div class="bd-article-container">
<article class="bd-article">
<section class="title-page"><h1>{title}</h1>
{drawing}
<p class="author">{author}</p>
<p class="rights">© {rights}</p></section>
<nav class="book-contents"><h1>Contents</h1>
{contents}
</nav>
{body}
</article>
</div></div></main>
</body>
</html>
"""


@dataclass
class Page:
    """One page: its name in the contents, and its text."""

    name: str
    article: Tag

    @property
    def prefix(self) -> str:
        """The beginning of its ids in the document of all pages."""
        return self.name.replace("/", ".")

    @property
    def title(self) -> str:
        """Its heading, with its number."""
        return " ".join(self.article.h1.get_text().split())


def assemble(site: Path, contents: Contents, settings: dict) -> str:
    """Make the document of the built pages in ``site``; page numbers are still to be filled in.

    ``settings`` are those of ``_config.yml``; of them the title, the author and the rights are
    printed.
    """
    parts = [(caption, [read_page(site, name) for name in names]) for caption, names in contents]
    pages = [page for _, read in parts for page, _ in read]
    heads = [(page.name, head) for _, read in parts for page, head in read]
    for page in pages:
        lead_inside(page, {page.name for page in pages}, site)
    lead_to_what_is_there(pages)
    drawing = next(iter(pages[0].article.select("figure img")), "")
    solutions = collect(pages)
    for page in pages:
        hold_end(page)
    parts = [(caption, [page for page, _ in read]) for caption, read in parts]
    if solutions:
        parts.append(("", [solutions]))
    return DOCUMENT.format(
        title=escape(settings["title"]),
        author=escape(settings["author"]),
        rights=escape(settings["copyright"]),
        drawing=drawing,
        styles=_styles(site, heads),
        style=STYLE.read_text(encoding="utf-8") + "".join(map(_running_head, _all(parts))),
        contents="\n".join(_contents_of(caption, found) for caption, found in parts),
        body="\n".join(_part(caption, found) for caption, found in parts),
    )


def lead_inside(page: Page, names: set[str], site: Path) -> None:
    """Make a page's ids unique, its links to other pages internal, its pictures found."""
    for tag in page.article.select("[id]"):
        tag["id"] = f"{page.prefix}--{tag['id']}"
    for link in page.article.select("a[href]"):
        _lead(link, page, names)
    for picture in page.article.select("img[src]"):
        picture.attrs.pop("loading", None)  # on paper all is seen
        found = resolve(page.name, picture["src"])
        if found:
            picture["src"] = (site / found[0]).as_uri()
    for missing in page.article.select(".no-pdf"):
        missing.string = "this file"
    for fold in page.article.select(f"details:not({FOLDED})"):
        fold["open"] = ""
    for entry in page.article.select(".note-gallery .note-entry"):
        entry.img.decompose()  # it stands in its chapter
        entry.a.insert_after(", page ", page_number(entry.a["href"][1:]))


def lead_to_what_is_there(pages: list[Page]) -> None:
    """Lead a link into what is left out on paper to the page on which it would be."""
    there = {tag["id"] for page in pages for tag in page.article.select("[id]")}
    for page in pages:
        for link in page.article.select("a[href^='#']"):
            if link["href"][1:] not in there:
                link["href"] = link["href"].partition("--")[0]


def hold_end(page: Page) -> None:
    """Hold the last blocks of a page together, so that no sheet has one line of it alone."""
    last = page.article
    while (inner := last.find_all(True, recursive=False)[-1]).name == "section":
        last = inner
    blocks = last.find_all(True, recursive=False)[1:][-END:]  # the first is the heading
    if blocks:
        end = Tag(name="div", attrs={"class": "page-end"})
        blocks[0].insert_before(end)
        end.extend(blocks)


def _lead(link: Tag, page: Page, names: set[str]) -> None:
    found = resolve(page.name, link["href"])
    if not found:
        return
    target, fragment = found
    name = target.removesuffix(".html")
    if name not in names:
        link.unwrap()  # a search page, a download: there is none on paper
        return
    prefix = name.replace("/", ".")
    link["href"] = f"#{prefix}--{fragment}" if fragment else f"#{prefix}"
    if "fragment-link" in link.get("class", []) and link["href"] != f"#{_own_id(link)}":
        link.insert_after(page_number(link["href"][1:]))


def _own_id(link: Tag) -> str:
    """Return the id of the cell that a link stands in."""
    cell = link.find_parent("div", class_="cell")
    return cell.get("id", "") if cell else ""


def _styles(site: Path, heads: list[tuple[str, Tag]]) -> str:
    """Ask for the style sheets of all pages, each once: some are for few pages."""
    links = [(page, link) for page, head in heads for link in head.select("link[rel=stylesheet]")]
    sheets = dict.fromkeys(resolve(page, link["href"])[0] for page, link in links)
    return "\n".join(
        f'<link rel="stylesheet" href="{(site / sheet).as_uri()}">' for sheet in sheets
    )


def _all(parts) -> list[Page]:
    return [page for _, pages in parts for page in pages]


def _running_head(page: Page) -> str:
    """Give the sheets of a page its title."""
    title = page.title.replace("\\", "\\\\").replace('"', '\\"')
    name = page.prefix.replace(".", "-")
    return f'@page {name} {{ @top-center {{ content: "{title}"; }} }}\n'


def _contents_of(caption: str, pages: list[Page]) -> str:
    rows = "\n".join(
        f'<li><a href="#{page.prefix}">{escape(page.title)}</a>{page_number(page.prefix)}</li>'
        for page in pages
    )
    heading = f'<p class="caption">{escape(caption)}</p>\n' if caption else ""
    return f"{heading}<ul>\n{rows}\n</ul>"


def _part(caption: str, pages: list[Page]) -> str:
    heading = f'<h1 class="part">{escape(caption)}</h1>\n' if caption else ""
    below = 1 if caption else 0
    return "\n".join(
        f'<section class="book-page" id="{page.prefix}" '
        f'style="page: {page.prefix.replace(".", "-")}">\n'
        f"{heading if number == 0 else ''}{_lowered(page, below)}\n</section>"
        for number, page in enumerate(pages)
    )


def _lowered(page: Page, below: int) -> str:
    """Return a page whose headings stand ``below`` levels lower, as they do in the bookmarks."""
    for heading in page.article.find_all(["h1", "h2", "h3", "h4"]):
        heading["class"] = [*heading.get("class", []), f"was-{heading.name}"]
        heading.name = f"h{int(heading.name[1]) + below}"
        for text in heading.find_all(string=True):
            text.replace_with(text.replace(" ", SPACE))
    return page.article.decode_contents()


def read_page(site: Path, name: str) -> tuple[Page, Tag]:
    """Read a built page; return it, and the head of its HTML."""
    html = (site / f"{name}.html").read_text(encoding="utf-8")
    soup = BeautifulSoup(html, "html.parser", preserve_whitespace_tags=CODE)
    for useless in soup.select(USELESS):
        useless.decompose()
    return Page(name, soup.select_one("article")), soup.head


def resolve(page: str, address: str) -> tuple[str, str] | None:
    """Return (file of the site, fragment) that an address on a page leads to; None if elsewhere."""
    parts = urlsplit(address)
    if parts.scheme or parts.netloc:
        return None
    folder, path = posixpath.dirname(page), unquote(parts.path)
    target = posixpath.normpath(posixpath.join(folder, path)) if path else f"{page}.html"
    return target, unquote(parts.fragment)


def page_number(target: str) -> Tag:
    """Make the place where the number of the page with the id ``target`` will stand."""
    return Tag(name="span", attrs={"class": "page-number", "data-page-of": target})


def collect(pages: list[Page]) -> Page | None:
    """Move the solutions of all pages to a new page; None if there are none."""
    soup = BeautifulSoup(f"<article><h1>{NAME.capitalize()}</h1></article>", "html.parser")
    for page in pages:
        found = page.article.select(SOLUTION)
        if found:
            heading = soup.new_tag("h2")
            heading.string = page.title
            soup.article.append(heading)
        for solution in found:
            soup.article.append(_moved(solution, soup))
    return Page(NAME, soup.article) if soup.h2 else None


def _moved(solution: Tag, soup: BeautifulSoup) -> Tag:
    """Take a solution out of its chapter; exercise and solution name each other's pages."""
    exercise = solution.find_previous(class_="exercise")
    solution.name = "div"
    title = solution.select_one(".admonition-title")
    title.name = "p"
    number = " ".join(exercise.select_one(".caption-number").get_text().split())
    title.string = "Solution of "
    title.extend(_place(soup, exercise["id"], number))
    note = soup.new_tag("p", attrs={"class": "solution-place"})
    note.extend(_place(soup, solution["id"], "Solution"))
    exercise.append(note)
    return solution


def _place(soup: BeautifulSoup, target: str, text: str) -> list[Tag]:
    """Make a link, and the number of the page that it leads to."""
    link = soup.new_tag("a", href=f"#{target}")
    link.string = text
    return [link, soup.new_string(", page "), page_number(target)]
