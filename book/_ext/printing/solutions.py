"""The solutions, taken out of the chapters and put into one of their own."""

from __future__ import annotations

from bs4 import BeautifulSoup, Tag

from .pages import Page, page_number

NAME = "solutions"
SOLUTION = ".admonition.solution"


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
