r"""Tokens → trees, by recursive descent; outside the grammar is an ``EquationFault``, no guess.

Loosest first: ``+`` and ``-``, the entrywise ``\odot``, products side by side, scripts, atoms.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, field

from .notation import Notation
from .tokens import ACCENTS, EquationFault, Token, plain, split, without_words
from .values import CONSTANTS, ELEMENTWISE, FUNCTIONS

RELATIONS = frozenset({"=", r"\coloneqq", r"\approx", r"\gets", r"\le", r"\ge", "<", ">", r"\ne"})
POWERS = ("transpose", "power", "hadamard_power")
SUMS = {r"\sum": "sum", r"\prod": "prod"}
CASES = r"\begin{cases}"
STARTS = ACCENTS | set(SUMS) | {"(", "[", r"\frac", r"\lVert", r"\operatorname", CASES}


@dataclass(frozen=True)
class Node:
    """An expression. Two are equal if they say the same, wherever they stand."""

    kind: str
    args: tuple
    pos: int = field(compare=False)
    end: int = field(compare=False)


class Parser:
    """Reads a list of tokens over the symbols of a book: an expression, or a chain of them."""

    def __init__(self, tokens: Sequence[Token], notation: Notation, pos: int = 0):
        self.tokens = list(tokens)
        self.notation = notation
        self.at = 0
        self._last = self.tokens[-1].end if self.tokens else pos

    @property
    def next(self) -> str:
        """The text of the next token; empty at the end."""
        return self.tokens[self.at].text if self.at < len(self.tokens) else ""

    @property
    def pos(self) -> int:
        """The place of the next token in the source."""
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
        return Parser(group.body, self.notation, group.pos).whole(read)

    def whole(self, read: str = "sum"):
        """Read all tokens with the method ``read``; none may be left over."""
        result = getattr(self, read)()
        if self.next:
            raise EquationFault(f"cannot read {self.next} here", self.pos)
        return result

    # Operators, the loosest first

    def chain(self) -> tuple[tuple[Node, ...], tuple[str, ...]]:
        """Read ``a = b = c``: the parts, and the relations between them."""
        parts, relations = [self.sum()], []
        while self.next in RELATIONS:
            relations.append(self.take().text)
            parts.append(self.sum())
        return tuple(parts), tuple(relations)

    def sum(self) -> Node:
        """Read terms joined by plus and minus."""
        start, negative = self.pos, self.next == "-"
        self.take_if("+", "-")
        left = self.term()
        left = self.node("neg", left, start=start) if negative else left
        while self.next in ("+", "-"):
            kind = "plus" if self.take().text == "+" else "minus"
            left = self.node(kind, left, self.term(), start=start)
        return left

    def term(self) -> Node:
        r"""Read products joined by ``\odot``."""
        start, left = self.pos, self.product()
        while self.take_if(r"\odot"):
            left = self.node("hadamard_product", left, self.product(), start=start)
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
            before, script = self.tokens[self.at - 1].text, self.take()
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
            return self.node("hadamard_power", base, self.inside(), start=start)
        copied = base.kind == "symbol" and base.args[0] in self.notation.copied
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
            None if plain(part) == ":" else Parser(part, self.notation, group.pos).whole()
            for part in parts
        ]

    # Atoms

    def starts(self) -> bool:
        """Say whether an atom begins here."""
        text = self.next
        return text.isalnum() or text in STARTS or text in self.notation.letters

    def primary(self) -> Node:
        """Read one atom, without its scripts."""
        start, token = self.pos, self.take()
        text = token.text
        if text[0].isdigit():
            return self.node("number", float(text), start=start)
        if text == "(":
            return self.close(self.sum(), ")")
        if text == "[":
            return self._iverson(start)
        if text == r"\lVert":
            return self.node("norm", self.close(self.sum(), r"\rVert"), start=start)
        if text == r"\frac":
            return self._fraction(start)
        if text == CASES:
            return self._piecewise(token)
        if text in SUMS:
            return self._sum_over_an_index(SUMS[text], start)
        name = plain(self.take("{").body) if text == r"\operatorname" else text[1:]
        if text == r"\operatorname" or name in FUNCTIONS:
            return self._function(name, start)
        return self._symbol(token, start)

    def _iverson(self, start: int) -> Node:
        parts, relations = self.chain()
        self.take("]")
        return self.node("iverson", parts, relations, start=start) if relations else parts[0]

    def _fraction(self, start: int) -> Node:
        above = self.tokens[self.at].body
        derivative = above and above[0].text == r"\partial"
        kind, read = ("derivative", "partial") if derivative else ("over", "sum")
        return self.node(kind, self.inside(read), self.inside(read), start=start)

    def _piecewise(self, token: Token) -> Node:
        rows = [self._piece(row) for row in split(token.body, r"\\") if row]
        if any(condition is None for _, condition in rows[:-1]):
            raise EquationFault("only the last case may go without a condition", token.pos)
        return self.node("piecewise", *rows, start=token.pos)

    def _piece(self, row: list[Token]) -> tuple:
        r"""Read ``value & condition``; instead of a condition may stand ``\text{otherwise}``."""
        value, *rest = split(row, "&")
        if len(rest) != 1:
            raise EquationFault("a case reads: value & condition", row[0].pos)
        condition = without_words(rest[0])
        chain = Parser(condition, self.notation).whole("chain") if condition else None
        return Parser(value, self.notation, row[0].pos).whole(), chain

    def partial(self) -> Node:
        r"""Read what stands above or below in a derivative: ``\partial (a_t)_{ik}``."""
        self.take(r"\partial")
        node = self.scripted()
        base = node.args[0] if node.kind == "entry" else node
        if base.kind not in ("symbol", "series", "copy"):
            what = "only a symbol or one of its entries can stand in a derivative"
            raise EquationFault(what, node.pos)
        return node

    def _sum_over_an_index(self, kind: str, start: int) -> Node:
        self.take("_")
        parts, relations = self.inside("chain")
        if relations != ("=",) or parts[0].kind != "index":
            raise EquationFault("the limits must read _{k=1}^{m}", parts[0].pos)
        self.take("^")
        return self.node(kind, parts[0].args[0], parts[1], self.inside(), self.term(), start=start)

    def _function(self, name: str, start: int) -> Node:
        name += "'" if self.take_if("'") else ""
        if name in self.notation.functions:
            self.take("(")
            return self.node("apply", name, self.close(self.sum(), ")"), start=start)
        if name not in FUNCTIONS:
            known = ", ".join((*FUNCTIONS, *sorted(self.notation.functions)))
            raise EquationFault(f"unknown function {name}; known: {known}", start)
        exponent = self.inside() if self.take_if("^") else None
        node = self.node("call", name, *self._arguments(name), start=start)
        return self.node("power", node, exponent, start=start) if exponent else node

    def _arguments(self, name: str) -> list[Node]:
        if not self.take_if("("):
            argument = self.scripted()
            if self.starts():
                raise EquationFault(
                    f"where does the argument of {name} end? Use brackets", self.pos
                )
            return [argument]
        arguments = [self.sum()]
        while self.take_if(","):
            arguments.append(self.sum())
        self.take(")")
        if self.next == "_" and name not in ELEMENTWISE:
            what = f"a script after {name}(…) is ambiguous: put it in brackets"
            raise EquationFault(what, self.pos)
        return arguments

    def _symbol(self, token: Token, start: int) -> Node:
        """Read the longest name that the book has: ``b_a`` rather than ``b``."""
        notation, name = self.notation, token.text
        if not (name.isalnum() or name[0] == "\\"):
            raise EquationFault(f"expected a term, found {name}", start)
        if name in ACCENTS:
            name += f"{{{plain(self.take('{').body)}}}"
        if self.next == "_":
            full = f"{name}_{{{plain(self.tokens[self.at + 1].body)}}}"
            if full in notation.names:
                self.at += 2
                return self.node("symbol", full, start=start)
            if name in notation.series:
                self.take()
                return self.node("series", name, self.inside(), start=start)
        elif name in notation.functions and self.next in ("(", "'"):
            return self._function(name, start)
        elif name in notation.names or name in CONSTANTS:
            return self.node("symbol", name, start=start)
        elif name in notation.indices:
            return self.node("index", name, start=start)
        raise EquationFault(f"unknown symbol {name}{self._hint(name)}", start)

    def _hint(self, name: str) -> str:
        known = [*self.notation.names, *(f"{series}_t" for series in self.notation.series)]
        close = difflib.get_close_matches(name, known, 1, 0.5)
        return f"; did you mean {close[0]}?" if close else ""
