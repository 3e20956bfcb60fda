r"""Handwritten notes, drawn from a few declarative lines: a guide for the next one.

A note is one source in ``book/notes``, ``NAME.py``, and its picture beside it, ``NAME.svg``, which
``make notes`` draws. NAME is the end of the chapter's anchor ``(note-NAME)=``. The source defines::

    TITLE        the headline, as plain text
    ALT          what is seen, in one or two sentences of plain text, for those who do not see it
    DESCRIPTION  what the note says, in Markdown with $...$; it stands in the fold below the note
    HEIGHT       the height of the sheet in squares, 24 to 32; the width is always 32
    draw(note)   what is written and drawn; the headline is there already, down to y = 3

Places are in squares of 20 px from the upper left corner, x to the right and y down; writing stands
on the baseline y, best on a line of the paper. The red margin is at 1.5; begin at x = 2.4 or
further right, and leave 0.4 free at the other edges.

The vocabulary. A method that draws returns its place, a ``Box`` with the points ``left``,
``right``, ``top``, ``bottom`` and ``center``, for arrows to begin and end at (and ``x0``, ``y0``,
``x1``, ``y1``)::

    note.write(x, y, "words and $x$", size=23, color="ink", anchor="left")
    note.formula(x, y, "eq-line", link=r"y = ...", size=32, parts={"y": "violet"})
    note.column(x, y, numbers(values, 3), color="red")     right-aligned numbers in tall brackets
    note.box(x, y, width, height, "$x$", color="ink", fill="blue", size=28)
    note.ring(x, y, radius, "$x$", ...)                    as box; x, y is the middle
    note.dot(x, y, radius, full=True, color="ink")
    note.arrow(start, end, color="red", bend=0, dashed=False, width=2.1, gap=0.25)
    note.line([(x, y), ...], color="ink")
    note.brace(x0, x1, y, color="green")                   returns its tip
    note.underline(place, color="ink")
    note.highlighter(place)                                under what is written there
    note.crayon(place, "green")                            box and ring do it with fill=
    note.plot(function, start, end, to, color="blue", dashed=False)

``formula`` takes its LaTeX from the book's equation with that label. ``link`` picks one link of a
chain, and is compared with the chain as trees. ``parts`` gives parts of it their colours, and
``written.parts[part]`` is the place of each, for braces. An equation or inequality inside ``write``
is refused. Numbers come from a run of the book's module, never from the keyboard.

Sizes in px: headline 31, formulas 30 to 34, labels 23 or more, remarks 22. On a phone 360 px wide
the sheet is shown at 0.56 of its size, so no sign may be below 15 px. One idea a note, at most four
formulas, a third of the squares empty.

Colours have one meaning all through the book, that of its plots; pencil (grey) is a remark, ink
everything that has no colour of its own. Labels over crayon are in ink. Colour never says anything
alone: an arrow has a name, a curve a label or dashes.

Errors name the note and the item: a sign that the hand cannot write (give it strokes in
``hand.py``), a formula that is not the book's, writing that overlaps, is crossed by a stroke,
leaves the page or is too small. They are needed, and not enough: look at every note as a picture,
light and dark, large and 360 px wide, and redraw it until it pleases.
"""

from importlib import import_module

_HOMES = {
    "Box": "ink",
    "Formula": "note",
    "Note": "note",
    "NoteFault": "ink",
    "sources": "notes",
    "write_all": "notes",
}  # a name is loaded when it is asked for: only drawing needs matplotlib
__all__ = sorted(_HOMES)


def __getattr__(name: str):
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOMES[name]}", __name__), name)


def __dir__() -> list[str]:
    return __all__
