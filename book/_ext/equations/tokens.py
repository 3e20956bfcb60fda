r"""LaTeX → tokens, as TeX sets it: macros expanded, spacing gone, arguments grouped.

Braces that hold no argument are spliced away, and so are boxes and braces below a term:
precedence is then what the eye sees.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

ACCENTS = frozenset({r"\hat", r"\tilde", r"\bar", r"\mathbf", r"\mathrm"})
WRAPPERS = {r"\boxed": 1, r"\underbrace": 1, r"\overbrace": 1}  # ink without a meaning
TAKES_ONE = ACCENTS | {"_", "^", r"\text", r"\operatorname"}
ARGUMENTS = WRAPPERS | dict.fromkeys(TAKES_ONE, 1) | {r"\frac": 2}
SPACING = {r"\,", r"\;", r"\:", r"\!", r"\ ", "~", r"\displaystyle"}
SIZES = {r"\left", r"\right", r"\bigl", r"\bigr", r"\Bigl", r"\Bigr"}
INVISIBLE = SPACING | SIZES
TOKEN = re.compile(
    r"%[^\n]*|\s+|(\\(?:begin|end)\{\w+\}|\\[A-Za-z]+|\\.|#\d|\d+(?:\.\d+)?|.)", re.DOTALL
)


class EquationFault(ValueError):
    """A fault in an equation, with its place: the number of a character of its LaTeX."""

    def __init__(self, message: str, pos: int | None = None):
        super().__init__(message)
        self.pos = pos


class Token(NamedTuple):
    r"""A piece of LaTeX: ``\frac``, ``a``, ``12``, ``+``; a group has a ``body``."""

    text: str
    pos: int
    end: int
    body: tuple[Token, ...] = ()


def tokenize(latex: str, macros: dict[str, str]) -> list[Token]:
    """Split LaTeX into tokens, with the book's ``macros`` expanded."""
    flat = [Token(m[1], m.start(), m.end()) for m in TOKEN.finditer(latex) if m[1]]
    return _group_arguments(_nest(iter(_expand(flat, macros))))


def plain(tokens: Iterable[Token]) -> str:
    """Write tokens as text again, with each argument in braces: the name of a symbol."""
    return "".join(f"{{{plain(t.body)}}}" if t.text == "{" else t.text for t in tokens)


def split(tokens: Iterable[Token], text: str) -> list[list[Token]]:
    """Split tokens at each one that reads ``text``."""
    parts: list[list[Token]] = [[]]
    for token in tokens:
        if token.text == text:
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def without_words(tokens: list[Token]) -> list[Token]:
    """Drop the remarks before an expression, and a full stop or comma after it."""
    while tokens and tokens[0].text == r"\text":
        tokens = tokens[2:]
    while tokens and tokens[-1].text in (",", ".", ";"):
        tokens = tokens[:-1]
    return tokens


def _expand(tokens: list[Token], macros: dict[str, str]) -> list[Token]:
    """Replace the first macro by its meaning, and go on until there is none."""
    for at, token in enumerate(tokens):
        if token.text in macros:
            meaning = [text for text in TOKEN.findall(macros[token.text]) if text]
            arguments, stop = [], at + 1
            for _ in range(max((int(t[1:]) for t in meaning if t[0] == "#"), default=0)):
                start, stop = stop, _end_of_argument(tokens, stop)
                arguments.append(tokens[start:stop])
            body: list[Token] = []
            for text in meaning:
                is_argument = text[0] == "#"
                body += arguments[int(text[1:]) - 1] if is_argument else [token._replace(text=text)]
            return tokens[:at] + _expand(body + tokens[stop:], macros)
    return tokens


def _end_of_argument(tokens: list[Token], start: int) -> int:
    depth = 0
    for at in range(start, len(tokens)):
        depth += {"{": 1, "}": -1}.get(tokens[at].text, 0)
        if depth == 0:
            return at + 1
    return len(tokens)


def _nest(tokens: Iterator[Token], opener: Token | None = None) -> list[Token]:
    """Fold braces and environments into groups."""
    closer = opener and {"{": "}"}.get(opener.text, opener.text.replace(r"\begin", r"\end"))
    found = []
    for token in tokens:
        if token.text == closer:
            return found
        if token.text == "}" or token.text.startswith(r"\end{"):
            raise EquationFault(f"{token.text} closes nothing", token.pos)
        if token.text == "{" or token.text.startswith(r"\begin{"):
            found.append(token._replace(body=tuple(_nest(tokens, token))))
        elif token.text not in INVISIBLE:
            found.append(token)
    if opener:
        raise EquationFault(f"no end for this {opener.text}", opener.pos)
    return found


def _group_arguments(tokens: Iterable[Token]) -> list[Token]:
    """Keep the groups that are arguments, and make one of each argument without braces."""
    grouped, rest = [], list(tokens)[::-1]
    while rest:
        token = rest.pop()
        count = ARGUMENTS.get(token.text, 0)
        if len(rest) < count:
            raise EquationFault(f"{token.text} needs {count} argument(s)", token.pos)
        arguments = [rest.pop() for _ in range(count)]
        if token.text in WRAPPERS:
            _drop_words(rest)
            rest.append(arguments[0])
        elif token.text == "{":
            rest.extend(token.body[::-1])
        elif token.text.startswith(r"\begin{"):
            grouped.append(token._replace(body=tuple(_group_arguments(token.body))))
        else:
            grouped += [token, *map(_as_group, arguments)]
    return grouped


def _as_group(argument: Token) -> Token:
    if len(argument.text) > 1 and argument.text[0].isdigit():  # TeX takes the first digit alone
        raise EquationFault("put braces round a number of several digits", argument.pos)
    body = argument.body if argument.text == "{" else (argument,)
    return Token("{", argument.pos, argument.end, tuple(_group_arguments(body)))


def _drop_words(rest: list[Token]) -> None:
    r"""Drop the label ``_{\text{…}}`` of a brace; ``rest`` is in reverse."""
    if rest and rest[-1].text in ("_", "^"):
        script = rest.pop()
        label = rest.pop() if rest else script
        if [t.text for t in label.body] != [r"\text", "{"]:
            raise EquationFault(r"a brace is labelled in words: _{\text{…}}", label.pos)
