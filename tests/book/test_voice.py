"""The book speaks the field's English: a short list of patterns that it does not use.

Each pattern has a sentence that it finds and one that says the same as the book does. Chapters and
pages are read whole, so captions, docstrings, comments and error messages count as well, and so
do the notes, the explorables and the machinery.
"""

import re
from dataclasses import dataclass

import pytest

from results import ROOT

TEXTS = [
    ROOT / "README.md",
    *sorted(ROOT.glob("book/**/*.md")),
    *sorted(ROOT.glob("book/notes/*.py")),
    *sorted(ROOT.glob("book/explorables/*/[!t]*.py")),
    *sorted(ROOT.glob("book/explorables/*/*.js")),
    *sorted(ROOT.glob("book/_static/*.js")),
    *sorted(ROOT.glob("book/_ext/**/*.py")),
]
OF_GATES = frozenset({"a-leaky-unit", "ways-out", "module", "changelog", "index"})  # LSTM, GRU


@dataclass(frozen=True)
class Pattern:
    """Words that the book avoids: what to write, a sentence with them, and one without."""

    words: str  # a regular expression, for one line
    write: str
    wrong: str
    right: str
    allowed: frozenset[str] = frozenset()  # pages, by their names

    def faults(self, text: str) -> list[tuple[int, str]]:
        """Return the lines in which it stands, and the words there."""
        return [
            (number, match[0].strip())
            for number, line in enumerate(text.split("\n"), 1)
            for match in [re.search(self.words, line)]
            if match
        ]


PATTERNS = {
    "gradient by": Pattern(
        r"\b([Gg]radients?|[Dd]erivatives?)( of [^,;:.|]{1,40}?)? by "
        r"(the|all|each|an?|every|parameters|inputs|score|entry|W|\$(?!\\partial)|`)"
        r"(?! own| ten| gradient| same)",
        "with respect to",
        "The gradient by $W_{aa}$ is a sum over the steps.",
        "The gradient with respect to $W_{aa}$ is a sum over the steps.",
    ),
    "way back": Pattern(
        r"\b[Ww]ays? (back|forward|there and)\b",
        "backward pass, forward pass",
        "On the way back the gates are known.",
        "In the backward pass the slopes are known.",
    ),
    "gate": Pattern(
        r"\b(?i:gates?)(_t)?\b",
        "slope of tanh; gates belong to LSTM and GRU",
        "The gate of a saturated unit is almost closed.",
        "The slope at a saturated unit is almost zero.",
        allowed=OF_GATES,
    ),
    "accident": Pattern(
        r"\b(multipl|divid|scal)\w* [^.,;]{1,40} with respect to the (same|gradient|slope|number)",
        "by: a product is no derivative",
        "Each step multiplies the message with respect to the same matrix.",
        "Each step multiplies the message by the same matrix.",
    ),
    "root": Pattern(
        r"(?<![Ss]quare )(?<!cube )\b[Rr]oots?\b(?! of (the|a) (tree|repository|project))(?! mean)",
        "square root",
        "Memory grows as the root of $T$.",
        "Memory grows as the square root of $T$.",
    ),
    "free who": Pattern(
        r"^\s*(\| |: |> |- |\w+: )?(Who|Whoever)\b(?!.*\?)",
        "a noun: a reader who, a caller that",
        "Who calls it many times keeps the buffers.",
        "A caller that needs it many times keeps the buffers.",
    ),
    "whoever": Pattern(
        r"\b[Ww]hoever\b",
        "a noun: a caller that, whichever worker",
        "The sum is the same, whoever computed its terms.",
        "The sum is the same, whichever worker computed its terms.",
    ),
    "free what": Pattern(
        r"^\s*(\| |: |> |- |\w+: )?(What|Whatever)\b(?!.*\?)(?!.*:$)",
        "the noun that is meant",
        "What is kept grows with $T$.",
        "The memory for the states grows with $T$.",
    ),
    "speaking arrays": Pattern(
        r"\b(says?|said) to (the|an?|its|each|every) (state|step|weight|parameter|cell|loss)"
        r"|\bhears?\b|\bone door\b|\bspeaks? to (a|an|the)\b",
        "contributes to, reaches, receives",
        "What the loss says to a state is its message.",
        "The contribution of the loss to the gradient of a state is its message.",
    ),
    "no for not": Pattern(
        r"(?<![Tt]here )\b(is|are) no (?!longer\b)\w+"
        r"|\b(what|which|that) (is|are) none\b|\bNone for what\b|\breturned no (pair|two)\b",
        "is not a: only after there is does no stand before a noun",
        "An input is no class.",
        "An input is not a class.",
    ),
    "as said": Pattern(
        r"\bas said above\b",
        "as described above",
        "If a shape is not as said above.",
        "If a shape is not as described above.",
    ),
    "hand over": Pattern(
        r"\b[Hh]ands? over\b|\bhands out the (last|old)\b"
        r"|\b[Hh]and(s|ed|ing)? ((it|that|the) )?(\w+ )?(back|on)\b",
        "pass, pass on, return",
        "The caller hands over a generator.",
        "The caller passes a generator.",
    ),
    "hold against": Pattern(
        r"\bheld against\b|\b[Hh]olds? (the |a |each |its )?\w+ against\b",
        "compare with",
        "The code is held against the chapters.",
        "The code is compared with the chapters.",
    ),
    "by as much": Pattern(
        r"\b(smaller|shorter|larger|longer|slower|faster) by as much\b|\bby as much as \w+ are\b",
        "in proportion",
        "A step on fewer examples is shorter by as much.",
        "A step on fewer examples is shorter in proportion.",
    ),
    "in times of": Pattern(
        r"\bin times of (our|the)",
        "relative to, as a multiple of",
        "The axis shows a time in times of ours.",
        "The axis shows a time relative to ours.",
    ),
    "measured by": Pattern(
        r"\b[Dd]ifferentiate[sd]? [^.,;:]{1,40} by (everything|all|that of|the (state|weight)s?)\b"
        r"|\bwith respect to [^.,;:]{1,50}(,| and) by (the|its|all)\b|\b[Ll]oss by the states?\b"
        r"|\bgradients?[^.:;]{1,40}, that by \$",
        "with respect to",
        "The gradients with respect to its inputs and by its initial state are printed.",
        "The gradients with respect to its inputs and its initial state are printed.",
    ),
    "stands first": Pattern(
        r"^(Beside|Below|Above|Between|Around|Behind|Before)\b[^.,;:]* stands?\b(?! for)",
        "the subject, and then its verb",
        "Beside each state stands the sum of its gradients.",
        "Each state shows the sum of its gradients.",
    ),
    "behind in time": Pattern(
        r"\bbehind (each|those|that step|the (cut|end|last|sequence|name|stop))\b"
        r"|\b[Tt]hose behind\b",
        "after",
        "No step behind the end of a sequence counts.",
        "No step after the end of a sequence counts.",
    ),
    "a training": Pattern(
        r"\b[Aa] ((long|whole|single|repeated|new|interrupted) )?training (?=[a-z])"
        r"(?!run|set|step|loss|loop|image|name|year|example)|\b[Tt]rainings\b",
        "a run, a training run",
        "A training may end as it ended for another seed.",
        "A training run may end as it ended for another seed.",
    ),
    "take back": Pattern(
        r"\b[Tt]ak(es?|en|ing) ((it|that|the \w+) )?back\b",
        "undo, go back through",
        "The backward pass takes the windows back one by one.",
        "The backward pass goes back through the windows one by one.",
    ),
    "write over": Pattern(
        r"\b[Ww]rit(e|es|ing|ten) over\b",
        "overwrite",
        "The next call writes over the old buffer.",
        "The next call overwrites the old buffer.",
    ),
    "owed to": Pattern(
        r"\bowed to\b",
        "due to",
        "How much of the result is owed to the carry?",
        "How much of the result is due to the carry?",
    ),
    "are others": Pattern(
        r"\b(is|are|be) others\b|\bis another one\b",
        "differ",
        "On another processor the names are others.",
        "On another processor the names differ.",
    ),
    "ours": Pattern(
        r"(^|[.;:] )([Oo]urs|[Tt]heirs) (is|are|was)\b|\b(ours|theirs) here\b",
        "the noun: our scheme, their function",
        "Ours is the usual scheme today.",
        "Our scheme is the usual one today.",
    ),
    "share": Pattern(
        r"\b[Ss]hares? of (the |a |each |one )?(step|copy|copies|loss|outputs?|carry)"
        r"|\b(step|copy|loss|output)(['’]s|s['’]) shares?\b|\bshares add\b",
        "contribution",
        "The share of step 2 is small.",
        "The contribution of step 2 is small.",
    ),
}


def words_of(path):
    """Return the text of a file; in that of a program the root is that of a folder."""
    text = path.read_text("utf-8")
    return re.sub(r"\b[Rr]oot\b", "folder", text) if path.suffix == ".py" else text


@pytest.mark.parametrize("name", PATTERNS)
def test_the_book_does_not_say(name):
    pattern = PATTERNS[name]
    found = [
        f'{path.relative_to(ROOT)}:{number}: "{words}"; write: {pattern.write}'
        for path in TEXTS
        if path.stem not in pattern.allowed
        for number, words in pattern.faults(words_of(path))
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("name", PATTERNS)
def test_a_pattern_finds_what_is_wrong_and_passes_what_is_right(name):
    pattern = PATTERNS[name]
    assert pattern.faults(f"A first line.\n{pattern.wrong}") == [
        (2, pattern.faults(pattern.wrong)[0][1])
    ]
    assert not any(other.faults(pattern.right) for other in PATTERNS.values())
