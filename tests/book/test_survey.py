"""The pages say of public code what the tables of the survey say."""

import re

import pytest

from prose import numbers, prose
from repository import the_book
from survey import PAGE, ROOT, SAID, Survey, the_survey

TEXTS = {doc: (ROOT / doc).read_text("utf-8") for doc in the_book().docs}
SURVEY = the_survey()
COMMIT = r"unknown|`[0-9a-f]{40}`"
NAMELESS = {"a picture"}  # whose count is known, and not the projects
MOST_FREQUENT = {  # a kind of mistake, and the words
    PAGE: ("transpose missing", "The missing transpose is the most frequent"),
    "book/09-the-carry.md": (
        "transpose missing",
        "most frequent mistake in the {doc}`survey <survey>` of public code, a missing *transpose*",
    ),
}
OF_PUBLIC_CODE = r"\bpublic (?:code|projects?|programs?|repositor\w+)|\{doc\}`survey <survey>`"
FEW = r"\b(?:one|two|three)\b"  # which ``numbers`` leaves alone
VAGUE = r"\b(?:often|usually|mostly|many|most of|commonly|rarely|sometimes)\b"


def faults(survey, texts):
    """Name what the tables say twice and differently, and what a page says that they do not."""
    return [*faults_of_rows(survey), *faults_of_counts(survey), *faults_of_pages(survey, texts)]


def faults_of_rows(survey):
    sizes = [len(group) for group in (survey.wrong, survey.right, survey.not_run)]
    if sum(sizes) != len(survey.projects):
        yield "a project stands in two tables"
    for name, row in survey.projects.items():
        if not re.fullmatch(COMMIT, row[-1]):
            yield f"{name} does not say which commit was read, or that it is unknown"
        for kind in set(re.findall(r"\*\*(.+?)\*\*", " ".join(row))) - survey.kinds.keys():
            yield f"{name}: {kind} is no kind"


def faults_of_counts(survey):
    for name, kind in survey.kinds.items():
        if sorted(kind.projects) != sorted(survey.making(name)) or kind.count < 2:
            yield f"{name}: the rows of other projects name it"
    for name, kind in (survey.kinds | survey.holding).items():
        if kind.count != len(kind.projects) and name not in NAMELESS:
            yield f"{name}: the count is not that of the projects"
        if not survey.projects.keys() >= set(kind.projects):
            yield f"{name}: names a project without a row"


def faults_of_pages(survey, texts):
    for doc in SAID:
        for words in survey.said(doc):
            if not re.search(re.escape(words), texts[doc], re.IGNORECASE):
                yield f'{doc} should say "{words}"'
    most, next_to_it = sorted((kind.count for kind in survey.kinds.values()), reverse=True)[:2]
    for doc, (name, words) in MOST_FREQUENT.items():
        if not survey.kinds[name].count == most > next_to_it or words not in texts[doc]:
            yield f'{doc} should say "{words}", if that is so'


def sentences():
    """Yield each line of prose that speaks of public code, with its place and its page."""
    for doc, text in TEXTS.items():
        start = 0
        for number, line in enumerate(text.split("\n"), 1):
            if re.search(OF_PUBLIC_CODE, line, re.IGNORECASE) and not line.startswith("#"):
                yield doc, number, start, line
            start += len(line) + 1


def test_the_tables_and_the_pages_say_the_same():
    assert faults(SURVEY, TEXTS) == []


@pytest.mark.parametrize(
    ("page", "says", "instead"),
    [
        (PAGE, "| aidoraide | **transpose missing** | unknown |\n", ""),
        (PAGE, "| aidoraide | **transpose missing** |", "| aidoraide | **tanh twice** |"),
        (PAGE, "| aidoraide | **transpose missing** |", "| aidoraide | **too late** |"),
        (PAGE, "| maxxfuu | not executed | unknown |", "| maxxfuu | not executed | |"),
        (PAGE, "| maxxfuu |", "| ardyh |"),
        (PAGE, "| lucko515 | | at most $10^{-9}$ | unknown |\n", ""),
        (PAGE, "dennybritz, bhahn221, eliben,", "dennybritz, eliben,"),
        (PAGE, "| a gradient check | 4 |", "| a gradient check | 5 |"),
        (PAGE, "bhahn221, eliben,", "bhahn222, eliben,"),
        (PAGE, "ran 25 of", "ran 26 of"),
        ("book/12-the-whole-algorithm.md", "and 12 were wrong", "and 13 were wrong"),
        ("book/12-the-whole-algorithm.md", "and one has unit tests", "and two have unit tests"),
        ("book/09-the-carry.md", "and in four it is", "and in five it is"),
        ("book/09-the-carry.md", "a missing *transpose*.", "a missing *carry*."),
        (PAGE, "**tanh twice**; **wrong state**", "**transpose missing**; **wrong state**"),
    ],
)
def test_a_planted_difference_is_found(page, says, instead):
    texts = TEXTS | {page: TEXTS[page].replace(says, instead)}
    assert texts != TEXTS
    assert faults(Survey(texts[PAGE]), texts)


def test_every_count_in_a_sentence_on_public_code_comes_from_the_survey():
    for doc, number, start, line in sentences():
        spans = SURVEY.spans(doc, TEXTS[doc])
        here = range(start, start + len(line))
        counts = [count.start for count in numbers(TEXTS[doc]) if count.start in here]
        words = prose(TEXTS[doc])[start : start + len(line)]
        counts += [start + few.start() for few in re.finditer(FEW, words, re.IGNORECASE)]
        for count in counts:
            held = any(first <= count < last for first, last in spans)
            assert held, f"{doc}:{number}: no entry of SAID holds a count of this line: {line}"


def test_a_sentence_on_public_code_leads_to_the_survey_and_says_no_more():
    for doc, number, _, line in sentences():
        assert doc == PAGE or "{doc}`survey <survey>`" in line, (
            f"{doc}:{number}: link the survey here"
        )
        vague = re.search(VAGUE, line, re.IGNORECASE)
        assert not vague, f"{doc}:{number}: the survey does not know {vague[0]!r}"
