"""Measured code: what runs counts, what only people read does not, and imports are followed."""

import sys

import pytest

from literate import code_digests, code_since

FAST = '''"""Fast things."""

from tiny.slow import wait


def go(n):
    """Go on."""
    return wait(n) + 1  # and on
'''
SLOW = "def wait(n):\n    return n\n"


@pytest.fixture
def tiny(tmp_path, monkeypatch):
    """A package of three modules; return a function that writes a text into one of them."""

    def write(name, text):
        path = tmp_path / "tiny" / f"{name}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")

    for name, text in {"__init__": "", "fast": FAST, "slow": SLOW, "other": "1 / 0\n"}.items():
        write(name, text)
    (tmp_path / "user.py").write_text("from tiny.fast import go\nimport json\n", "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "tiny", raising=False)
    write.user = tmp_path / "user.py"
    return write


def test_modules_are_found_from_import_to_import_and_not_run(tiny):
    assert list(code_digests("tiny", [tiny.user])) == ["fast", "slow"]


@pytest.mark.parametrize(
    ("old", "new"),
    [("Fast", "Quick"), ("Go on.", "Go.\n\n    Far."), ("and on", "#"), ("\n\n\n", "\n\n")],
)
def test_what_only_people_read_may_change(tiny, old, new):
    figures = {"code": code_digests("tiny", [tiny.user])}
    assert old in FAST
    tiny("fast", FAST.replace(old, new))
    assert code_since(figures, "tiny") == "the code that was measured is that of now"


@pytest.mark.parametrize(("old", "new"), [("+ 1", "+ 2"), ("import wait", "import wait, wait")])
def test_code_that_changed_is_named(tiny, old, new):
    figures = {"code": code_digests("tiny", [tiny.user])}
    assert old in FAST
    tiny("fast", FAST.replace(old, new))
    assert code_since(figures, "tiny") == "changed since: fast"


def test_a_module_that_is_gone_has_changed_and_a_package_that_is_gone_too(tiny):
    figures = {"code": {**code_digests("tiny", [tiny.user]), "gone": "0123456789ab"}}
    assert code_since(figures, "tiny") == "changed since: gone"
    assert code_since(figures, "no_such_package") == "changed since: fast, slow, gone"


def test_a_file_without_digests_is_an_older_one():
    assert "which the file does not identify" in code_since({"seconds": 1}, "tiny")
