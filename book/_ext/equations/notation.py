r"""The symbols of a book, which its table lists, and their values, which its worlds give.

The engine knows the marks of mathematics, but no symbol. A book brings a ``Notation`` along.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from hashlib import sha256
from pathlib import Path

import numpy as np

from .tokens import ACCENTS, EquationFault, plain, tokenize
from .values import CONSTANTS, FUNCTIONS

TABLE = re.compile(
    r"^\|[ \t]*[Ss]ymbol[ \t]*\|.*\n\|[-: |]+\|\n(?P<rows>(?:\|.*\n?)*)", re.MULTILINE
)
INDICES = "ijklrst"
Key = tuple[str, int | None]  # a quantity: the name of its symbol, and its step if it has one


class World:
    r"""A value for each symbol: a number, or a matrix.

    A subclass says in ``kind`` what the book calls such a world, and in ``values`` and
    ``derivatives`` how it gets the two.

    Parameters
    ----------
    names : dict
        The symbols with one value, spelt as the table spells them, with braces: ``b_{a}``.
    series : dict
        The symbols with a value for each step or place, ``a`` for $a_t$: that value by its number.
    functions : dict
        The symbols that take an argument in brackets, and what they make of it.
    after : dict
        The name that a symbol gets where it stands on the left of an arrow.
    ranges : dict
        The first and the last value of an index that is open and not an index of an entry.
    copies : tuple
        The first and the last step that uses a copy of a weight, $W^{(t)}$.
    facts : iterable of str
        The conditions that hold in this world and not in every one. A block that names one in a
        comment, ``% every step counts``, is evaluated in such worlds alone.
    """

    kind, values, derivatives = "world", "values", "derivatives"

    def __init__(
        self,
        names: Mapping,
        series: Mapping[str, Mapping[int, object]] | None = None,
        *,
        functions: Mapping[str, Callable] | None = None,
        after: Mapping | None = None,
        ranges: Mapping[str, tuple[int, int]] | None = None,
        copies: tuple[int, int] = (1, 0),
        facts: Iterable[str] = (),
    ):
        self.names, self.series = dict(names), dict(series or {})
        self.functions, self.after = dict(functions or {}), dict(after or {})
        self.ranges, self.copies, self.facts = dict(ranges or {}), copies, frozenset(facts)

    def jacobian(self, top: Key, bottom: Key) -> np.ndarray:
        """Differentiate ``top`` with respect to ``bottom``: the axes of one, then of the other.

        Raises
        ------
        EquationFault
            If there is no such derivative. A book that has derivatives says here what they are.
        """
        raise EquationFault(f"the book has no derivative of {top[0]} with respect to {bottom[0]}")


class Notation:
    r"""The symbols that equations may use, and the worlds in which these are evaluated.

    Parameters
    ----------
    page : str
        The Markdown of the page with the tables of notation. A table counts if its first column is
        headed ``symbol``. In it $b_a$ stands for one value, $a_t$ for a series of them.
    worlds, draws : callable
        Return the worlds for every equation, and the many more in which a bound has to hold.
    macros : dict
        The book's macros of LaTeX.
    functions, copied, derived : iterable of str
        The symbols that are applied, as $J(\theta)$; those of which each step has a copy,
        $W^{(t)}$; those that stand for a derivative.
    indices : iterable of str
        The letters that are an index where they stand alone.
    """

    def __init__(
        self,
        page: str,
        worlds: Callable[[], Sequence[World]],
        draws: Callable[[], Sequence[World]] = tuple,
        *,
        macros: Mapping[str, str] | None = None,
        functions: Iterable[str] = (),
        copied: Iterable[str] = (),
        derived: Iterable[str] = (),
        indices: Iterable[str] = INDICES,
    ):
        self.macros = dict(macros or {})
        self.functions, self.copied = frozenset(functions), frozenset(copied)
        self.derived, self.indices = frozenset(derived), frozenset(indices)
        found = set(self._read(page))
        self.series = frozenset(name for name, in_steps in found if in_steps)
        self.names = frozenset(name for name, in_steps in found if not in_steps)
        known = (*self.names, *self.series, *self.functions, *CONSTANTS)
        self.letters = {name.split("{")[0].split("_")[0] for name in known}  # how a symbol begins
        self.letters |= {f"\\{name}" for name in FUNCTIONS}
        self._worlds, self._draws = worlds, draws

    @cached_property
    def worlds(self) -> tuple[World, ...]:
        """The worlds, made when they are first asked for."""
        return tuple(self._worlds())

    @cached_property
    def draws(self) -> tuple[World, ...]:
        """The worlds for bounds."""
        return tuple(self._draws())

    @cached_property
    def digest(self) -> str:
        """A digest of all that the outcome of an equation depends on, but the equation."""
        folders = [Path(__file__).parent, Path(inspect.getfile(self._worlds)).parent]
        sources = [path.read_bytes() for folder in folders for path in sorted(folder.glob("*.py"))]
        parts = [sorted(self.macros.items()), *map(sorted, (self.names, self.series)), sources]
        return sha256(repr([*parts, np.__version__]).encode()).hexdigest()

    def _read(self, page: str) -> Iterator[tuple[str, bool]]:
        """Yield the symbols in the first columns, and whether each is a series."""
        for table in TABLE.finditer(page):
            for row in table["rows"].splitlines():
                for latex in re.findall(r"\$(.+?)\$", re.split(r"(?<!\\)\|", row)[1]):
                    try:
                        yield from self._symbol(latex)
                    except EquationFault as fault:
                        what = f"in the table of symbols, ${latex}$ cannot be read: {fault}"
                        raise EquationFault(what) from None

    def _symbol(self, latex: str) -> Iterator[tuple[str, bool]]:
        """Read a symbol, with its index if it has one; an expression introduces none."""
        first, *rest = tokenize(latex, self.macros)
        name = first.text
        if name in ACCENTS:
            name += f"{{{plain(rest.pop(0).body)}}}"
        elif not (name.isalpha() or name[0] == "\\") or name[1:] in (*FUNCTIONS, "operatorname"):
            return
        script = plain(rest[1].body) if [token.text for token in rest] == ["_", "{"] else None
        if script in self.indices:
            yield name, True
        elif script is not None:
            yield f"{name}_{{{script}}}", False
        elif not rest and name not in self.indices:
            yield name, False
