"""A grid of dots in which each dot opens what it stands for, without a script."""

from __future__ import annotations

from collections.abc import Callable
from html import escape


class Grid:
    """A table with a row for each mistake and a column for each check.

    Parameters
    ----------
    name : str
        What the ids of its parts begin with; one page may hold several grids.
    noticed : dict
        For each column the set of the rows that are noticed there.
    rows : list of str
        The names of the rows; those with the same word before the colon belong together.
    tell : callable
        Takes a row and a column, and returns the lines that their dot opens.
    """

    def __init__(
        self,
        name: str,
        noticed: dict[str, set[str]],
        rows: list[str],
        tell: Callable[[str, str], list[str]],
    ):
        self.name, self.noticed, self.rows, self.tell = name, noticed, rows, tell

    def __repr__(self) -> str:
        """Return the grid in letters: x where a mistake is noticed, - where it slips through."""
        marks = {
            r: "".join("x" if r in c else "-" for c in self.noticed.values()) for r in self.rows
        }
        return "\n".join([", ".join(self.noticed), *(f"{marks[row]} {row}" for row in self.rows)])

    def _repr_html_(self) -> str:
        """Return the table; each dot is a button that opens a note."""
        heads = "".join(f'<th scope="col"><span>{escape(c)}</span></th>' for c in self.noticed)
        lines, notes, before = [], [], ""
        for n, row in enumerate(self.rows):
            group = row.split(":")[0]
            css = ' class="grid-group"' if group != before else ""
            before = group
            dots = []
            for k, (column, names) in enumerate(self.noticed.items()):
                place, inside = f"{self.name}-{n}-{k}", row in names
                said = "noticed" if inside else "slips through"
                label = escape(f"{row}, {column}: {said}", quote=True)
                dots.append(
                    f'<td><button type="button" class="{"dot" if inside else "ring"}"'
                    f' popovertarget="{place}" aria-label="{label}"></button></td>'
                )
                told = "".join(f"<p>{line}</p>" for line in self.tell(row, column))
                head = f"<p><strong>{escape(row)}</strong>, {escape(column)}: {said}</p>"
                notes.append(f'<div popover id="{place}" class="grid-note">{head}{told}</div>')
            lines.append(f'<tr{css}><th scope="row">{escape(row)}</th>{"".join(dots)}</tr>')
        table = f"<thead><tr><td></td>{heads}</tr></thead><tbody>{''.join(lines)}</tbody>"
        return f'<div class="grid"><table>{table}</table>{"".join(notes)}</div>'


def as_code(text: str) -> str:
    """Return a line of code as HTML."""
    return f"<code>{escape(text)}</code>"
