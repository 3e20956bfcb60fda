"""A note: what it says in words, what is written and drawn on it, and its formulas."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .drawing import Drawing
from .latex import by_hand
from .lint import faults
from .sheet import NoteFault
from .svg import to_svg
from .writing import Style, Written

Find = Callable[[str, str | None], str]
RELATIONS = ("=", "<", ">", r"\le", r"\ge", r"\ne", r"\approx")


@dataclass(frozen=True)
class Formula:
    """A formula on a note, and the label of the equation that it comes from."""

    label: str
    latex: str


class Note(Drawing):
    """A sheet with a title; see the guide in the docstring of the package.

    Parameters
    ----------
    name : str
        The name of its files, and the end of its anchor in the book, ``note-NAME``.
    title, alt, description : str
        What it is called; what is seen, in a sentence or two; and what it says, in full.
    height : int
        Its height in squares; the width is always the same.
    find : callable
        Returns the LaTeX of an equation of the book, by its label, or of the link of it that is
        given. Raises ValueError if the book has no such equation, or if it does not say that.
    """

    def __init__(
        self, name: str, title: str, alt: str, description: str, height: int, find: Find
    ) -> None:
        super().__init__(name, height)
        self.title, self.alt, self.description = title, alt, description
        self.formulas: list[Formula] = []
        self._find = find

    def headline(self) -> Written:
        """Write the title at the top of the sheet, and underline it."""
        item, rng = self.begin("headline", self.title)
        place = self.set_line(item, rng, (2.4, 2), self.title, Style(31))
        self.underline(place)
        return place

    def write(self, x: float, y: float, text: str, **how) -> Written:
        """Write words; see ``Writing.write``. An equation is not words: see ``formula``."""
        written = super().write(x, y, text, **how)
        if any(sign in formula for formula in text.split("$")[1::2] for sign in RELATIONS):
            what = "an equation is written with formula(), which compares it with the book's"
            raise self.fault(self.items[-1], what)
        return written

    def formula(
        self,
        x: float,
        y: float,
        label: str,
        *,
        link: str | None = None,
        size: float = 32,
        anchor: str = "left",
        parts: dict[str, str] | None = None,
    ) -> Written:
        """Write the equation with this label as the book has it, or one link of its chain.

        A link is given as LaTeX, ``A = B``, and compared with the book's as trees, so that spaces
        do not count. ``parts`` gives parts, as LaTeX, their colours; the ``parts`` of what is
        returned say where these stand.
        """
        item, rng = self.begin("formula", label)
        try:
            latex = self._find(label, link)
            text = _in_dollars(latex)
        except ValueError as error:
            raise self.fault(item, str(error)) from None
        self.formulas.append(Formula(label, latex))
        style = Style(size, "ink", anchor, tuple((parts or {}).items()), _in_dollars)
        return self.set_line(item, rng, (x, y), text, style)

    def svg(self) -> str:
        """Return the picture.

        Raises
        ------
        NoteFault
            If the note is hard to read: each thing that is wrong is on a line of its own.
        """
        if found := faults(self):
            raise NoteFault("\n".join(f"note {self.name}, {fault}" for fault in found))
        return to_svg(self, self.title, self.alt)


def _in_dollars(latex: str) -> str:
    return f"${by_hand(latex)}$"
