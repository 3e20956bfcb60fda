"""The workbench's text is the module, and its checks notice what the chapter says they notice."""

import re

import pytest

from repository import ROOT
from rnn_from_scratch import loss_and_gradients, relative_error
from this_book.mistakes import MISTAKES, TOLERANCE
from verdicts import MOST, NAMES, awkward, judge
from workbench import given, starts, text

LATE = {"J and do: not divided by m", "J and da0: a0 ignored"}
UNSEEN = "softmax: a single maximum"
LOUD = "dba: wrong axis"  # two shapes do not fit, so nothing is left to compare
SPOILT = "({given, name}) => explorables.workbench.spoilt(given, name)"
ASKED = "({given, id}) => explorables.workbench.asked(given, `#${id}`)"
LINES = "({given, name}) => explorables.workbench.lines(given, name)"


@pytest.fixture(scope="module")
def shown():
    return given()


@pytest.fixture(scope="module")
def texts(script, shown):
    """Return the text that the page puts into the editor for each mistake."""
    asked = [{"given": shown, "name": name} for name in MISTAKES]
    return dict(zip(MISTAKES, script.all(SPOILT, asked), strict=True))


def test_the_text_gives_the_loss_and_the_gradients_of_the_module():
    names = {}
    exec(text(), names)
    J, gradients = names["plain_loss_and_gradients"](*awkward())
    true_J, true = loss_and_gradients(*awkward())
    assert relative_error(J, true_J) <= 1e-14
    assert set(gradients) == set(true) == set(NAMES)
    assert all(relative_error(gradients[name], true[name]) <= 1e-14 for name in NAMES)


def test_each_mistake_is_planted_where_its_line_stands_once(texts, shown):
    for name, changes in MISTAKES.items():
        expected = shown["text"]
        for change in changes:
            assert expected.count(change.right) == 1, (name, change)
            expected = expected.replace(change.right, change.wrong)
        assert texts[name] == expected != shown["text"]


def test_the_changed_lines_are_those_that_are_marked(script, texts, shown):
    asked = [{"given": shown, "name": name} for name in MISTAKES]
    right = shown["text"].split("\n")
    for name, lines in zip(MISTAKES, script.all(LINES, asked), strict=True):
        wrong = texts[name].split("\n")
        assert lines == [k for k in range(1, len(right) + 1) if right[k - 1] != wrong[k - 1]]
        assert len(lines) == len(MISTAKES[name])


def test_each_check_notices_the_mistakes_that_the_chapter_says_it_notices(texts):
    for name, spoilt in texts.items():
        judged = judge(spoilt, TOLERANCE)
        if name == LOUD:
            assert "shape" in judged["error"]
            assert judged["line"] > 0
            continue
        own = name not in LATE and name != UNSEEN
        assert judged["noticed"] == {
            "the falling loss": name == "do: sign turned",
            "central differences": own,
            "the complex step": own,
            "the module": own or name in LATE,
        }, name


def test_the_right_lines_pass_and_train_as_the_module_does(shown):
    judged = judge(shown["text"], TOLERANCE)
    assert not any(judged["noticed"].values())
    assert judged["losses"] == pytest.approx(judged["right"], rel=1e-12)
    assert [row[0] for row in judged["rows"]] == [*NAMES, "J"]
    central, complex_ = (max(row[k] for row in judged["rows"][:-1]) for k in (1, 2))
    assert central > 10 * complex_, "the instruments are two: a difference loses digits"


@pytest.mark.parametrize(
    ("wrong", "line", "words"),
    [
        ("def f(:\n", 1, "SyntaxError"),
        ("x = 1\ny = 1 / 0\n", 2, "ZeroDivisionError: division by zero"),
        ("x = 1\n", 0, "the text defines no softmax"),
    ],
)
def test_an_error_is_told_with_its_line(wrong, line, words):
    judged = judge(wrong, TOLERANCE)
    assert judged["line"] == line
    assert words in judged["error"]


def test_an_error_in_a_function_names_the_line_in_the_text(shown):
    spoilt = shown["text"].replace("dz = da_t * (1 - a_t**2)", "dz = da_t * slope")
    judged = judge(spoilt, TOLERANCE)
    assert judged["error"] == "NameError: name 'slope' is not defined"
    assert "slope" in spoilt.split("\n")[judged["line"] - 1]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ('"dWya": dWya.T', "shape (4, 5)"),
        ('"dWyb": dWya', "missing"),
        ('"dWya": dWya * np.inf', "not finite"),
    ],
)
def test_a_gradient_that_cannot_be_compared_is_wrong_and_it_is_said_why(shown, wrong, words):
    judged = judge(shown["text"].replace('"dWya": dWya', wrong), TOLERANCE)
    rows = {row[0]: row[1:] for row in judged["rows"]}
    assert rows["dWya"] == [words] * 3
    assert judged["noticed"]["the module"]


def test_a_function_that_does_not_return_loss_and_gradients_is_named(shown):
    text = shown["text"] + "\n\ndef plain_loss_and_gradients(*problem):\n    return {}\n"
    judged = judge(text, TOLERANCE)
    assert judged["error"] == "plain_loss_and_gradients does not return J, gradients"


def test_each_fragment_leads_to_its_chapter(shown):
    assert len(shown["fragments"]) > 10
    for name, page, _ in shown["fragments"]:
        assert f":fragment: {name}\n" in (ROOT / "book" / f"{page}.md").read_text("utf-8")


def test_each_mistake_and_each_fragment_is_asked_for_by_an_id_that_stands_at_its_line(
    script, shown
):
    ids, right = starts(), shown["text"].split("\n")
    assert set(ids) == {*MISTAKES, *(name for name, _, _ in shown["fragments"])}
    assert len(set(ids.values())) == len(ids)
    places = [{"given": shown, "id": each} for each in ids.values()]
    for name, said in zip(ids, script.all(ASKED, places), strict=True):
        line = right[said["line"] - 1]
        if name in MISTAKES:
            assert said["begin"] == name
            assert MISTAKES[name][0].right in line or MISTAKES[name][1].right in line
        else:
            assert said["begin"] == ""
            assert f"# <<{name}>>" in right[said["line"] - 2]
    first = "(given) => explorables.workbench.view(explorables.workbench.initial(), given)"
    [html] = script.all(first, [{**shown, "parts": []}])
    assert sorted(re.findall(r'<span id="([^"]+)"', html)) == sorted(ids.values())
    assert script.all(ASKED, [{"given": shown, "id": "nothing"}]) == [{"begin": "", "line": 0}]


def test_the_fragments_of_the_backward_pass_are_all_there(shown):
    """Those of part III, but for the line that takes the place of another if inputs are classes."""
    there = {name for name, _, _ in shown["fragments"]}
    for page in sorted(ROOT.glob("book/[01][0-9]-*.md"))[6:11]:
        for name in re.findall(r"^:fragment: (.+)$", page.read_text("utf-8"), re.MULTILINE):
            assert name in there or name == "contribution to Wax, by class"


def test_what_a_text_prints_is_said_as_far_as_there_is_room(shown):
    loud = shown["text"] + "\nfor number in range(10**5):\n    print(number)\n"
    judged = judge(loud, TOLERANCE)
    whole = "".join(f"{number}\n" for number in range(10**5))
    assert judged["printed"] == whole[:MOST]
    assert judged["more"] == len(whole) - MOST
    assert not any(judged["noticed"].values())
    assert judge(shown["text"], TOLERANCE)["printed"] == ""


def test_an_end_and_a_long_error_are_said_with_their_line():
    ended = judge("import sys\nsys.exit(3)\n", TOLERANCE)
    assert (ended["error"], ended["line"]) == ("SystemExit: 3", 2)
    ended = judge("\n\nraise KeyboardInterrupt", TOLERANCE)
    assert (ended["error"], ended["line"]) == ("KeyboardInterrupt", 3)
    long = judge("raise ValueError('a' * 10**7)", TOLERANCE)
    assert len(long["error"]) == MOST
