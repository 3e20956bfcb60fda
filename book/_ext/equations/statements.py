r"""A block of LaTeX → what it claims: chains of expressions, and for which indices they hold.

An equation that is written elsewhere, on a note, is compared with the book's by what both claim.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations, pairwise, zip_longest

from .notation import Notation
from .parser import RELATIONS, Node, Parser
from .reading import Equation
from .tokens import EquationFault, Token, split, tokenize, without_words

WIDE_SPACES = (r"\quad", r"\qquad")
GOES_ON = RELATIONS | {"+", "-", r"\odot", r"\cdot"}
Chain = tuple[tuple[Node, ...], tuple[str, ...]]


@dataclass(frozen=True)
class Statement:
    """One chain; the ranges that are written beside it, and conditions such as ``s < t``."""

    parts: tuple[Node, ...]
    relations: tuple[str, ...]
    ranges: tuple[tuple[str, Node, Node], ...]
    conditions: tuple[Chain, ...]


def parse(latex: str, notation: Notation) -> list[Statement]:
    """Read the statements of a block over the symbols of a book.

    Raises
    ------
    EquationFault
        If something is outside the grammar, or if nothing is claimed.
    """
    statements = [
        s for row in _rows(tokenize(latex, notation.macros)) for s in _read_row(row, notation)
    ]
    if not statements:
        raise EquationFault("nothing is claimed here: the block is empty", 0)
    return statements


def _rows(tokens: list[Token]) -> list[list[list[Token]]]:
    """Split a block into rows of parts; a row that begins with ``=`` goes on with the last."""
    rows: list[list[list[Token]]] = []
    for line in _lines(tokens):
        parts = _parts(line)
        if rows and parts and parts[0][0].text in GOES_ON:
            rows[-1][0] += parts[0]
            rows[-1] += parts[1:]
        elif parts:
            rows.append(parts)
    return rows


def _lines(tokens: list[Token]) -> list[list[Token]]:
    flat: list[Token] = []
    for token in tokens:
        flat += token.body if token.text == r"\begin{aligned}" else [token]
    return split(flat, r"\\")


def _parts(line: list[Token]) -> list[list[Token]]:
    """Split a line at its wide spaces; ``&&`` is one, a lone ``&`` only aligns."""
    parts: list[list[Token]] = [[]]
    for token, after in zip_longest(line, line[1:]):
        twice = token.text == "&" and after is not None and after.text == "&"
        if twice or token.text in WIDE_SPACES:
            parts.append([])
        elif token.text != "&":
            parts[-1].append(token)
    return [part for part in parts if part]


def _read_row(row: list[list[Token]], notation: Notation) -> list[Statement]:
    """Read equations, then for which indices they hold; words between wide spaces are remarks."""
    chains: list[Chain] = []
    ranges: list[tuple[str, Node, Node]] = []
    conditions: list[Chain] = []
    for tokens in filter(None, map(without_words, row)):
        parser = Parser(tokens, notation)
        if tokens[0].text in notation.indices or tokens[0].text[0].isdigit():
            _quantifiers(parser, ranges, conditions)
        else:
            chains.append(parser.chain())
        if parser.next:
            raise EquationFault(f"cannot read {parser.next} here", parser.pos)
    if not chains or not all(relations for _, relations in chains):
        raise EquationFault("nothing is claimed here: no = and no other relation", row[0][0].pos)
    for parts, _ in chains:
        for left, right in pairwise(parts):
            if left == right:
                raise EquationFault("both sides are the same expression", left.pos)
    return [Statement(*chain, tuple(ranges), tuple(conditions)) for chain in chains]


def _quantifiers(parser: Parser, ranges: list, conditions: list) -> None:
    r"""Read ``t = 1, \dots, T``, ``0 \le s < t \le T`` or ``i \ne j``, with commas between."""
    while True:
        parts, relations = parser.chain()
        if not relations:
            raise EquationFault(r"expected a range such as t = 1, \dots, T", parts[0].pos)
        if relations == ("=",) and parts[0].kind == "index":
            dots = [t.text for t in parser.tokens[parser.at :][:3]] == [",", r"\dots", ","]
            parser.at += 3 * dots
            ranges.append((parts[0].args[0], parts[1], parser.sum() if dots else parts[1]))
        else:
            inner = [part.args[0] for part in parts[1:-1] if part.kind == "index"]
            ranges += [(name, parts[0], parts[-1]) for name in inner]
            conditions.append((parts, relations))
        if not parser.take_if(","):
            return


class Lookup:
    """The labelled equations of a book, to be found by label and link."""

    def __init__(self, equations: Iterable[Equation], notation: Notation):
        self.latex = {each.label: each.latex for each in equations if each.latex}
        self.notation = notation

    def find(self, label: str, link: str | None = None) -> str:
        """Return the LaTeX of the equation ``label`` as the book has it, or one ``link`` of it.

        Raises
        ------
        ValueError
            If there is no such equation, or if it says more than one thing, or not what the link
            says.
        """
        if label not in self.latex:
            raise ValueError(f"the book has no equation {label}")
        if link is None:
            if len(parse(self.latex[label], self.notation)) > 1:
                raise ValueError("it says several things; write one of them, with link=...")
            return self.latex[label]
        try:
            found = is_part_of(link, self.latex[label], self.notation)
        except EquationFault as fault:
            raise ValueError(f"{fault} in {link}") from None
        if not found:
            raise ValueError(f"{link} is not a link of {label}")
        return link


def is_part_of(link: str, equation: str, notation: Notation) -> bool:
    """Say whether each chain of ``link`` is, as trees, a chain of ``equation`` or links of one.

    Raises
    ------
    EquationFault
        If one of the two cannot be read.
    """
    whole = parse(equation, notation)
    return all(any(_is_chain_of(short, long) for long in whole) for short in parse(link, notation))


def _is_chain_of(short: Statement, long: Statement) -> bool:
    """Its parts stand in the longer chain, in order; what is left out between them is equal."""
    for chosen in combinations(range(len(long.parts)), len(short.parts)):
        if all(long.parts[n] == part for n, part in zip(chosen, short.parts, strict=True)):
            passed = [_joined(long.relations[a:b]) for a, b in pairwise(chosen)]
            if passed == list(short.relations):
                return True
    return False


def _joined(relations: tuple[str, ...]) -> str | None:
    """Return the relation of a and c in a = b < c; None if several are not equalities."""
    others = [relation for relation in relations if relation != "="]
    return "=" if not others else others[0] if len(others) == 1 else None
