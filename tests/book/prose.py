"""A chapter's prose, and the numbers that stand in it.

Prose is what a reader reads as text: sentences, tables, captions, descriptions of pictures,
exercises and solutions, with the formulas inside them. Everything else is blanked out, so that a
place in what is left is a place in the chapter.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

WORDS = {
    "half": 0.5,  # "one" to "three" count things on the page: two arrows, three short lines
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "thirteen": 13,
    "sixteen": 16,
    "twenty": 20,
    "forty": 40,
    "fifty": 50,
    "hundred": 100,
    "thousand": 1000,
}
NOT_PROSE = [
    r"\A---\n[\s\S]*?\n---\n",  # the head of the page
    r"^```\{math\}[\s\S]*?^```$",
    r"^(?P<fence>`{3,})[a-z]+\n[\s\S]*?^(?P=fence)$",  # code that is shown and not run
    r"^```.*$",
    r"^:::.*$",
    r"^:(?!alt:|caption:)[\w-]+:.*$",  # options
    r"^%.*$|<!--[\s\S]*?-->",
    r"^\([\w-]+\)=$",  # a label
    r"^ *\d+\. ",  # the number of a list entry
    r"\[\^[^\]]+\]:?",  # the mark of a footnote
    r"\{[\w:-]+\}(?P<role>`+)[\s\S]*?(?P=role)",
    r"(?P<code>`+)[^\n]*?(?P=code)",
    r"(?<=\])\([^()\s]+\)",  # where a link leads
    r"<https?:[^>]*>",
]
CELL = r"^```\{code-cell\}[\s\S]*?^```$"
PICTURE_TEXT = r"^ +(?:alt|caption): (?:>-\n)?(?P<text>.*\n(?: {6,}.*\n)*)"
FORMULA = r"\$\$[\s\S]+?\$\$|\$[^$\n]+\$"

DIGITS = r"\d+(?:\.\d+)?"
WORD = "|".join(WORDS)
IN_TEXT = rf"(?<![\w.])(?P<number>[−-]?{DIGITS})(?P<percent>\s?%)?(?!\w)"
IN_WORDS = rf"\b(?:ten to the minus (?P<exponent>{WORD})|(?P<word>{WORD})(?P<tenths> tenths)?)\b"
IN_FORMULA = (
    rf"(?:(?P<factor>{DIGITS}) \\cdot )?10\^\{{(?P<exponent>-?\d+)\}}"
    r"|\\frac\{(?P<above>\d+)\}\{(?P<below>\d+)\}"
    r"|[_^](?:\{[^{}]*\}|\w)"  # an index, or a power of a letter
    r"|\b[tT] ?[+-] ?\d+"  # a step before or after step t
    r"|\{\d+\}|\b\d+ ?(?=[A-Za-z]|\\(?!cdot)[a-z])"  # a coefficient
    rf"|(?P<number>{DIGITS})"
)
ALGEBRA = {"0", "1"}  # in a formula: 1 - a**2, or the shape (n_a, 1)
PLACES = (  # which one it is, not how many
    r"\b(?:steps?|class|row|index|labels?(?: of| to| is| are)?|chapters?) [−-]?\d+"
    r"(?:(?:, | and | to )\d+)*\b"
)


@dataclass(frozen=True)
class Number:
    """A number as it stands in the prose."""

    line: int
    start: int
    text: str
    value: float
    digits: int = 0  # behind the point, to which a result was rounded
    percent: bool = False

    def is_produced_by(self, results: set[float]) -> bool:
        """Say whether it is one of the results, rounded as it stands here."""
        meant = [(self.value, self.digits)]
        meant += [(self.value / 100, 0)] if self.percent else []
        return any(_rounds_to(result, *number) for result in results for number in meant)


def _rounds_to(result: float, value: float, digits: int) -> bool:
    if digits:
        return abs(result - value) <= 0.5001 * 10.0**-digits
    return abs(result - value) <= 1e-9 * abs(value)


def prose(text: str) -> str:
    """Blank out all of a chapter that is no prose; every character left keeps its place."""
    text = re.sub(CELL, _texts_of_a_picture, text, flags=re.MULTILINE)
    for pattern in NOT_PROSE:
        text = re.sub(pattern, lambda match: _blank(match[0]), text, flags=re.MULTILINE)
    return text


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)


def _texts_of_a_picture(cell: re.Match) -> str:
    """Keep the description and the caption of a cell that draws."""
    kept = list(_blank(cell[0]))
    for match in re.finditer(PICTURE_TEXT, cell[0], re.MULTILINE):
        kept[match.start("text") : match.end("text")] = match["text"]
    return "".join(kept)


def numbers(text: str) -> list[Number]:
    """Return the numbers in the prose of a chapter, those in its formulas too, in order."""
    text = prose(text)
    found = [
        Number(text.count("\n", 0, start) + 1, start, *number)
        for start, *number in [*_in_sentences(text), *_in_formulas(text)]
    ]
    return sorted(found, key=lambda number: number.start)


def _in_sentences(text: str) -> Iterator[tuple]:
    text = re.sub(rf"{FORMULA}|{PLACES}", lambda match: _blank(match[0]), text, flags=re.IGNORECASE)
    for match in re.finditer(IN_TEXT, text):
        value = match["number"].replace("−", "-")
        yield match.start(), match[0], float(value), _digits(value), bool(match["percent"])
    for match in re.finditer(IN_WORDS, text, re.IGNORECASE):
        value = WORDS[(match["word"] or match["exponent"]).lower()]
        value = 10.0**-value if match["exponent"] else value / 10 if match["tenths"] else value
        yield match.start(), match[0], value


def _in_formulas(text: str) -> Iterator[tuple]:
    for formula in re.finditer(FORMULA, text):
        for match in re.finditer(IN_FORMULA, formula[0]):
            start = formula.start() + match.start()
            if match["exponent"]:
                yield start, match[0], float(f"{match['factor'] or 1}e{match['exponent']}")
            elif match["above"]:
                yield start, match[0], int(match["above"]) / int(match["below"])
            elif match["number"] and match["number"] not in ALGEBRA:
                yield start, match[0], float(match["number"]), _digits(match["number"])


def _digits(number: str) -> int:
    return len(number.partition(".")[2])
