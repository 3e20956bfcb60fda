"""What the parser works with: nodes of a tree, and a place in a list of tokens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .tokens import EquationFault, Token

if TYPE_CHECKING:
    from .world import World


@dataclass(frozen=True)
class Node:
    """An expression. Two are equal if they say the same, wherever they stand."""

    kind: str
    args: tuple
    pos: int = field(compare=False)
    end: int = field(compare=False)


class Cursor:
    """A place in a list of tokens, over the symbols of a world."""

    def __init__(self, tokens: Sequence[Token], world: World, pos: int = 0):
        self.tokens = list(tokens)
        self.world = world
        self.at = 0
        self._last = self.tokens[-1].end if self.tokens else pos

    @property
    def next(self) -> str:
        """The text of the next token; empty at the end."""
        return self.tokens[self.at].text if self.at < len(self.tokens) else ""

    @property
    def pos(self) -> int:
        """Where the next token stands in the source."""
        return self.tokens[self.at].pos if self.at < len(self.tokens) else self._last

    def take(self, expected: str = "") -> Token:
        """Return the next token and go on; it has to be the one that is ``expected``, if any."""
        if not self.next or (expected and self.next != expected):
            found = self.next or "the end"
            raise EquationFault(f"expected {expected or 'a term'}, found {found}", self.pos)
        self.at += 1
        return self.tokens[self.at - 1]

    def take_if(self, *texts: str) -> bool:
        """Go past the next token if it is one of ``texts``."""
        found = self.next != "" and self.next in texts
        self.at += found
        return found

    def close(self, node: Node, closer: str) -> Node:
        """Go past a closing bracket, and return what stands in the brackets."""
        self.take(closer)
        return node

    def node(self, kind: str, *args: object, start: int) -> Node:
        """Make a node that reaches from ``start`` to the token taken last."""
        return Node(kind, args, start, self.tokens[self.at - 1].end if self.at else start)

    def inside(self, read: str = "sum"):
        """Read the next group, an argument, to its end."""
        group = self.take("{")
        return type(self)(group.body, self.world, group.pos).whole(read)

    def whole(self, read: str = "sum"):
        """Read all tokens with the method ``read``; none may be left over."""
        result = getattr(self, read)()
        if self.next:
            raise EquationFault(f"cannot read {self.next} here", self.pos)
        return result
