r"""The atoms of the grammar: numbers, symbols, brackets, functions, fractions, cases, sums."""

from __future__ import annotations

import difflib

from .cursor import Cursor, Node
from .tokens import ACCENTS, EquationFault, Token, plain, split, without_words

ELEMENTWISE = ("tanh", "tanh'", "exp", "ln", "Im")  # f(A)_{ij} is f(A_{ij})
FUNCTIONS = (*ELEMENTWISE, "softmax", "diag", "max", "min")
INDICES = frozenset("ijklrst")
SUMS = {r"\sum": "sum", r"\prod": "prod"}
CASES = r"\begin{cases}"
STARTS = ACCENTS | set(SUMS) | {"(", "[", r"\frac", r"\lVert", r"\operatorname", CASES}


class Atoms(Cursor):
    """Reads what stands without an operator. What is inside an atom is read by ``sum``."""

    def starts(self) -> bool:
        """Say whether an atom begins here."""
        text = self.next
        named = text in self.world.letters or text[1:] in FUNCTIONS
        return text.isalnum() or text in STARTS or named

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
            norm = self.sum()
            self.take(r"\rVert")
            return self.node("norm", norm, start=start)
        if text == r"\frac":
            return self._fraction(start)
        if text == CASES:
            return self._cases(token)
        if text in SUMS:
            return self._sum_over_an_index(SUMS[text], start)
        if text == r"\operatorname":
            return self._function(plain(self.take("{").body), start)
        if text[1:] in FUNCTIONS:
            return self._function(text[1:], start)
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

    def _cases(self, token: Token) -> Node:
        rows = [self._case(row) for row in split(token.body, r"\\") if row]
        if any(condition is None for _, condition in rows[:-1]):
            raise EquationFault("only the last case may go without a condition", token.pos)
        return self.node("cases", *rows, start=token.pos)

    def _case(self, row: list[Token]) -> tuple:
        r"""Read ``value & condition``; instead of a condition may stand ``\text{otherwise}``."""
        value, *rest = split(row, "&")
        if len(rest) != 1:
            raise EquationFault("a case reads: value & condition", row[0].pos)
        condition, read, pos = without_words(rest[0]), type(self), row[0].pos
        chain = read(condition, self.world).whole("chain") if condition else None
        return read(value, self.world, pos).whole(), chain

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
        last = self.inside()
        return self.node(kind, parts[0].args[0], parts[1], last, self.term(), start=start)

    def _function(self, name: str, start: int) -> Node:
        name += "'" if self.take_if("'") else ""
        if name not in FUNCTIONS:
            known = ", ".join(FUNCTIONS)
            raise EquationFault(f"unknown function {name}; known: {known}", start)
        exponent = self.inside() if self.take_if("^") else None
        node = self.node("call", name, *self._arguments(name), start=start)
        return self.node("power", node, exponent, start=start) if exponent else node

    def _arguments(self, name: str) -> list[Node]:
        if not self.take_if("("):
            argument = self.scripted()
            if self.starts():
                what = f"where does the argument of {name} end? Use brackets"
                raise EquationFault(what, self.pos)
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
        """Read the longest name that the world knows: ``b_a`` rather than ``b``."""
        world, name = self.world, token.text
        if not (name.isalnum() or name[0] == "\\"):
            raise EquationFault(f"expected a term, found {name}", start)
        if name in ACCENTS:
            name += f"{{{plain(self.take('{').body)}}}"
        if self.next == "_":
            full = f"{name}_{{{plain(self.tokens[self.at + 1].body)}}}"
            if full in world.names:
                self.at += 2
                return self.node("symbol", full, start=start)
            if name in world.series:
                self.take()
                return self.node("series", name, self.inside(), start=start)
        elif name in world.functions and self.take_if("("):
            node = self.close(self.sum(), ")")
            return self.node("apply", name, node, start=start)
        elif name in world.names:
            return self.node("symbol", name, start=start)
        elif name in INDICES:
            return self.node("index", name, start=start)
        raise EquationFault(f"unknown symbol {name}{self._hint(name)}", start)

    def _hint(self, name: str) -> str:
        known = [*self.world.names, *(f"{series}_t" for series in self.world.series)]
        close = difflib.get_close_matches(name, known, 1, 0.5)
        return f"; did you mean {close[0]}?" if close else ""
