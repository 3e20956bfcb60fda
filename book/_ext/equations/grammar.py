r"""Tokens → trees, by recursive descent, with the precedence of the notation page.

Loosest first: ``+`` and ``-``, then the entrywise ``\odot``, then products side by side, then
scripts. What is outside the grammar is an ``EquationFault`` with its place, never a guess.
"""

from __future__ import annotations

from .atoms import FUNCTIONS, Atoms
from .cursor import Node
from .tokens import EquationFault, Token, plain, split

RELATIONS = frozenset({"=", r"\coloneqq", r"\approx", r"\gets", r"\le", r"\ge", "<", ">", r"\ne"})
POWERS = ("transpose", "power", "hadamard")


class Parser(Atoms):
    """Reads an expression, or a chain of expressions."""

    def chain(self) -> tuple[tuple[Node, ...], tuple[str, ...]]:
        """Read ``a = b = c``: the parts, and the relations between them."""
        parts, relations = [self.sum()], []
        while self.next in RELATIONS:
            relations.append(self.take().text)
            parts.append(self.sum())
        return tuple(parts), tuple(relations)

    def sum(self) -> Node:
        """Read terms joined by plus and minus."""
        start = self.pos
        negative = self.next == "-"
        self.take_if("+", "-")
        left = self.term()
        if negative:
            left = self.node("neg", left, start=start)
        while self.next in ("+", "-"):
            kind = "plus" if self.take().text == "+" else "minus"
            left = self.node(kind, left, self.term(), start=start)
        return left

    def term(self) -> Node:
        r"""Read products joined by ``\odot``."""
        start, left = self.pos, self.product()
        while self.take_if(r"\odot"):
            left = self.node("odot", left, self.product(), start=start)
        return left

    def product(self) -> Node:
        r"""Read factors side by side, or with ``\cdot``."""
        start, left = self.pos, self.scripted()
        while self.take_if(r"\cdot") or self.starts():
            left = self.node("times", left, self.scripted(), start=start)
        return left

    def scripted(self) -> Node:
        """Read an atom with the scripts after it."""
        start, first, base = self.pos, self.next, self.primary()
        function = first == r"\operatorname" or first[1:] in FUNCTIONS
        while self.next in ("_", "^"):
            before = self.tokens[self.at - 1].text
            script = self.take()
            if script.text == "^" and function:
                raise EquationFault("a power of a function is ambiguous: use brackets", script.pos)
            if script.text == "^":
                base = self._power(base, start)
            else:
                self._refuse_odd_indices(base, before, script)
                base = self.node("entry", base, *self._indices(), start=start)
        return base

    @staticmethod
    def _refuse_odd_indices(base: Node, before: str, script: Token) -> None:
        if before == "{" and base.kind in POWERS:
            what = r"an index after a power is ambiguous: write (A^{\top})_{ij}"
            raise EquationFault(what, script.pos)
        if before not in (")", "]"):
            raise EquationFault("entries of a matrix are written (A)_{ij}", script.pos)

    def _power(self, base: Node, start: int) -> Node:
        group = self.tokens[self.at]
        if plain(group.body) == r"\top":
            self.take()
            return self.node("transpose", base, start=start)
        if group.body and group.body[0].text == r"\odot":
            self.tokens[self.at] = group._replace(body=group.body[1:])
            return self.node("hadamard", base, self.inside(), start=start)
        copied = base.kind == "symbol" and base.args[0] in self.world.copied
        return self.node("copy" if copied else "power", base, self.inside(), start=start)

    def _indices(self) -> list[Node | None]:
        """Read ``_{ij}``, one letter an index, or ``_{i,j-1}``; ``:`` (None) is the whole axis."""
        group = self.take("{")
        parts = split(group.body, ",")
        if len(parts) == 1:
            parts = [[token] for token in group.body]
            for token in group.body:
                if not (token.text.isalnum() or token.text == ":"):
                    what = "an index is one letter; put commas between longer ones"
                    raise EquationFault(what, token.pos)
        return [
            None if plain(part) == ":" else Parser(part, self.world, group.pos).whole()
            for part in parts
        ]
