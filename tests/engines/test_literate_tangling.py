"""tangle, check and where: as functions and as commands."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from literate import BookFault, HandEdited, UnknownPlace, check, tangle, tangling, where
from literate import __main__ as main_module

EXT = Path(__file__).resolve().parents[2] / "book" / "_ext"
A = """\
```{code-cell}
:tangle: pkg/mod.py

def f(x):
    <<the gradient>>
    return y
```
```{code-cell}
:tangle: pkg/__init__.py

from .mod import f

__all__ = ["f"]
```
"""
B = "```{code-cell}\n:fragment: the gradient\n\ny = 2 * x\n```\n"


@pytest.fixture
def root(small_book):
    return small_book.write({"a": A, "b": B})


@pytest.fixture
def mod(root):
    tangle(root)
    return root / "code" / "pkg" / "mod.py"


def change_chapter(root, old, new, name="b"):
    path = root / "book" / f"{name}.md"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def run(root, *arguments, cwd=None):
    environment = {**os.environ, "PYTHONPATH": str(EXT)}
    command = [sys.executable, "-m", "literate", *arguments]
    where_to = cwd or root
    return subprocess.run(command, cwd=where_to, env=environment, capture_output=True, text=True)


# --- tangle ---------------------------------------------------------------------------------


def test_tangle_writes_what_differs_and_nothing_else(root):
    code = root / "code" / "pkg"
    assert tangle(root) == [code / "mod.py", code / "__init__.py"]
    assert tangle(root) == []
    change_chapter(root, "2 * x", "3 * x")
    assert tangle(root) == [code / "mod.py"]
    assert "    y = 3 * x\n" in (code / "mod.py").read_text("utf-8")


def test_the_files_are_utf8_with_lf_and_one_newline_at_the_end(root):
    change_chapter(root, "2 * x", "2 * x  # ∂J")
    path = root / "book" / "a.md"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    tangle(root)
    content = (root / "code" / "pkg" / "mod.py").read_bytes()
    assert "# ∂J" in content.decode("utf-8")
    assert b"\r" not in content
    assert content.endswith(b"return y\n")


def test_the_files_hold_no_path_of_the_machine_and_do_not_depend_on_it(root, mod, tmp_path):
    other = tmp_path / "other place"
    other.mkdir()
    for name in ("book", "_toc.yml"):
        (root / name).rename(other / name)
    tangle(other)
    assert (other / "code" / "pkg" / "mod.py").read_bytes() == mod.read_bytes()
    assert str(tmp_path) not in mod.read_text("utf-8")


def test_a_fault_leaves_every_file_as_it_was(root, mod):
    before = mod.read_bytes()
    change_chapter(root, "__all__", "__all__ = ['f', 'g']\nprint(", "a")
    change_chapter(root, "2 * x", "3 * x")
    with pytest.raises(BookFault):
        tangle(root)
    assert mod.read_bytes() == before


def test_an_edited_file_is_not_overwritten_and_the_chapter_line_is_named(root, mod):
    edited = mod.read_text("utf-8").replace("2 * x", "-2 * x")
    mod.write_text(edited, "utf-8")
    change_chapter(root, "return y", "return y + 1", "a")
    with pytest.raises(HandEdited) as caught:
        tangle(root)
    assert str(caught.value).split("\n")[:3] == [
        "code/pkg/mod.py:6: edited by hand, so it is not overwritten; edit book/b.md:8 instead, "
        "or tangle with --force",
        "  file:     y = -2 * x",
        "  book:     y = 2 * x",
    ]
    assert mod.read_text("utf-8") == edited
    assert tangle(root, force=True) == [mod]
    assert check(root) == []


def test_a_file_from_elsewhere_is_not_overwritten(root):
    path = root / "code" / "pkg" / "mod.py"
    path.parent.mkdir(parents=True)
    path.write_text("mine = True\n", "utf-8")
    with pytest.raises(HandEdited, match=r"code/pkg/mod\.py:1: edited by hand"):
        tangle(root)
    assert path.read_text("utf-8") == "mine = True\n"
    assert not (path.parent / "__init__.py").exists()


@pytest.mark.parametrize("forced", [False, True])
def test_nothing_is_written_if_something_else_stands_where_a_file_belongs(root, forced):
    (root / "code" / "pkg" / "mod.py").mkdir(parents=True)
    message = "code/pkg/mod.py:1: a folder stands where a file belongs; move it away"
    with pytest.raises(BookFault, match=f"^{message}$"):
        tangle(root, force=forced)
    (root / "code" / "pkg" / "mod.py").rmdir()
    (root / "code" / "pkg").rmdir()
    (root / "code" / "pkg").write_text("somebody's\n")
    message = "code/pkg:1: a file stands where a folder belongs; move it away"
    with pytest.raises(BookFault, match=f"^{message}$"):
        tangle(root, force=forced)
    assert (root / "code" / "pkg").read_text() == "somebody's\n"


def test_a_link_to_a_folder_is_extra_and_stays(root, mod):
    (root / "outside").mkdir()
    (root / "code" / "more").symlink_to(root / "outside")
    assert tangle(root) == []
    assert check(root) == [
        "code/more: extra, no chapter makes it; delete it, or write it in a chapter"
    ]


def test_a_file_that_the_book_no_longer_makes_is_removed_unless_it_was_edited(root, mod):
    change_chapter(root, "pkg/mod.py", "pkg/new.py", "a")
    change_chapter(root, "from .mod", "from .new", "a")
    edited = mod.with_name("edited.py")
    edited.write_text(mod.read_text("utf-8") + "more = 1\n", "utf-8")
    assert mod in tangle(root)
    assert not mod.exists()
    assert edited.exists()


@pytest.mark.parametrize("error", [OSError("disk full"), KeyboardInterrupt()])
def test_a_write_that_fails_leaves_the_file_whole(root, mod, monkeypatch, error):
    before = mod.read_bytes()
    change_chapter(root, "2 * x", "3 * x")

    def fail(*arguments):
        raise error

    monkeypatch.setattr(tangling.shutil, "copymode", fail)
    with pytest.raises(type(error)):
        tangle(root)
    assert mod.read_bytes() == before
    assert {path.name for path in mod.parent.iterdir()} == {"__init__.py", "mod.py"}
    monkeypatch.undo()
    assert tangle(root) == [mod]


def test_a_package_that_the_book_no_longer_makes_cannot_be_imported(root, mod):
    change_chapter(root, "pkg/mod.py", "new/deep/mod.py", "a")
    change_chapter(root, "pkg/__init__.py", "new/deep/__init__.py", "a")
    (mod.parent / "__pycache__").mkdir()
    (mod.parent / "__pycache__" / "mod.pyc").write_bytes(b"")
    done = run(root, "tangle")
    assert done.stdout.endswith("removed code/pkg\n")
    assert not mod.parent.exists()
    assert check(root) == []


def test_an_empty_folder_is_drift_and_a_folder_with_somebodys_file_stays(root, mod):
    empty, kept = root / "code" / "old" / "inner", root / "code" / "mine"
    empty.mkdir(parents=True)
    kept.mkdir()
    (kept / "notes.txt").write_text("mine")
    assert check(root) == [
        "code/mine/notes.txt: extra, no chapter makes it; delete it, or write it in a chapter",
        "code/old: a folder without files, which can be imported; run `make tangle`",
    ]
    assert tangle(root) == [root / "code" / "old"]
    assert kept.exists()


def test_the_mode_of_a_file_is_kept(root, mod):
    mod.chmod(0o640)
    change_chapter(root, "2 * x", "3 * x")
    tangle(root)
    assert mod.stat().st_mode & 0o777 == 0o640


# --- check ----------------------------------------------------------------------------------


def test_check_is_content_with_what_tangle_wrote(root, mod):
    (mod.parent / "__pycache__").mkdir()
    (mod.parent / "__pycache__" / "mod.pyc").write_bytes(b"")
    (root / "code" / "rnn.egg-info").mkdir()
    (root / "code" / "rnn.egg-info" / "PKG-INFO").write_bytes(b"")
    (root / "code" / ".cache").write_bytes(b"")
    assert check(root) == []


def test_check_names_both_lines_of_an_edit(root, mod):
    mod.write_text(mod.read_text("utf-8").replace("2 * x", "-2 * x"), "utf-8")
    assert check(root) == [
        "code/pkg/mod.py:6 is not what book/b.md:8 makes; edit the chapter, then run "
        "`make tangle`\n  file:     y = -2 * x\n  book:     y = 2 * x"
    ]


def test_check_knows_a_changed_chapter_from_an_edited_file(root, mod):
    change_chapter(root, "2 * x", "3 * x")
    assert check(root) == [
        "code/pkg/mod.py:6 is not what book/b.md:8 makes; run `make tangle`\n"
        "  file:     y = 2 * x\n  book:     y = 3 * x"
    ]


def test_check_finds_lines_that_were_added_and_taken_away(root, mod):
    text = mod.read_text("utf-8")
    mod.write_text(text.replace("    return y\n", "") + "\n", "utf-8")
    (message,) = check(root)
    assert message.startswith("code/pkg/mod.py:7 is not what book/a.md:10 makes;")
    mod.write_text(text + "more = 1\n", "utf-8")
    (message,) = check(root)
    assert message.startswith("code/pkg/mod.py:8 is not what book/a.md:10 makes;")
    assert message.endswith("\n  file: more = 1\n  book: (nothing)")


def test_check_finds_an_edit_of_the_head_alone(root, mod):
    mod.write_text(mod.read_text("utf-8").replace("# sha256: ", "# sha256: 0"), "utf-8")
    (message,) = check(root)
    assert message.startswith("code/pkg/mod.py:2 is not what book/a.md:8 makes;")


def test_check_finds_a_missing_file(root, mod):
    mod.unlink()
    assert check(root) == [
        "code/pkg/mod.py: missing, though book/a.md:8 makes it; run `make tangle`"
    ]


def test_check_finds_extra_files(root, mod):
    mod.with_name("own.py").write_text("x = 1\n", "utf-8")
    mod.with_name("stale.py").write_bytes(mod.read_bytes())
    mod.with_name("link.py").symlink_to("nowhere")
    own = "extra, no chapter makes it; delete it, or write it in a chapter"
    assert check(root) == [
        f"code/pkg/link.py: {own}",
        f"code/pkg/own.py: {own}",
        "code/pkg/stale.py: extra, no chapter makes it; run `make tangle`",
    ]


@pytest.mark.parametrize("change", [("\n", "\r\n"), ("# Gen", "\ufeff# Gen")])
def test_check_finds_other_line_ends_and_a_byte_order_mark(root, mod, change):
    mod.write_bytes(mod.read_bytes().decode().replace(*change).encode())
    assert check(root) == ["code/pkg/mod.py: has CRLF or a byte order mark; run `make tangle`"]
    assert tangle(root) == [mod]
    assert check(root) == []


def test_check_survives_a_file_that_is_not_text(root, mod):
    mod.write_bytes(b"\xff\x00")
    assert check(root)[0].startswith("code/pkg/mod.py:1 is not what book/a.md:8 makes;")


# --- where ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "place"),
    [(1, "a.md:8"), (3, "a.md:8"), (4, "a.md:8"), (5, "a.md:9"), (6, "b.md:8"), (7, "a.md:10")],
)
def test_where(root, row, place):
    assert where(root, f"code/pkg/mod.py:{row}") == f"book/{place}"


def test_where_follows_the_lines_of_a_file_that_has_drifted(root, mod):
    text = mod.read_text("utf-8")
    mod.write_text(text.replace("# book/a.md\n", "# mine\n\n# book/a.md\n") + "more = 1\n", "utf-8")
    assert where(root, "code/pkg/mod.py:8") == "book/b.md:8"
    assert where(root, "code/pkg/mod.py:10") == "book/a.md:10"
    with pytest.raises(UnknownPlace, match="the file has lines 1 to 10"):
        where(root, "code/pkg/mod.py:11")


def test_where_takes_paths_as_tracebacks_print_them(root, monkeypatch):
    monkeypatch.chdir(root / "book")
    for file in ("pkg/mod.py", "../code/pkg/mod.py", root / "code" / "pkg" / "mod.py"):
        assert where(root, f"{file}:6") == "book/b.md:8"


@pytest.mark.parametrize("place", ["code/pkg/mod.py:6:5", "code/pkg/mod.py:6:", "pkg/mod.py:6:1:"])
def test_where_takes_a_column_as_compilers_write_it(root, place):
    assert where(root, place) == "book/b.md:8"


def test_where_follows_a_link(root, tmp_path_factory, monkeypatch):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    tangle(root)
    (root / "code").rename(elsewhere / "code")
    (root / "code").symlink_to(elsewhere / "code")
    (root / "link.py").symlink_to(root / "code" / "pkg" / "mod.py")
    monkeypatch.chdir(root)
    for file in ("code/pkg/mod.py", elsewhere / "code" / "pkg" / "mod.py", "link.py"):
        assert where(root, f"{file}:6") == "book/b.md:8"


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ("code/pkg/mod.py", "'code/pkg/mod.py' is not a place; write it as code/FILE:LINE"),
        ("code/pkg/mod.py:x", "'code/pkg/mod.py:x' is not a place; write it as code/FILE:LINE"),
        (":1", "':1' is not a place; write it as code/FILE:LINE"),
        ("code/pkg/mod.py:0", "code/pkg/mod.py:0: the file has lines 1 to 7"),
        ("code/pkg/mod.py:8", "code/pkg/mod.py:8: the file has lines 1 to 7"),
        (
            "code/pkg/mud.py:1",
            "code/pkg/mud.py is not a file that the book makes; did you mean code/pkg/mod.py?",
        ),
        ("zzz:1", "zzz is not a file that the book makes"),
    ],
)
def test_where_names_what_is_wrong_with_the_question(root, place, message):
    with pytest.raises(UnknownPlace) as caught:
        where(root, place)
    assert str(caught.value) == message


# --- the commands ---------------------------------------------------------------------------


def test_the_commands_exit_with_0_1_and_2(root):
    assert run(root, "check").returncode == 1
    done = run(root, "tangle")
    assert (done.returncode, done.stdout.split("\n")[0]) == (0, "wrote code/pkg/mod.py")
    assert run(root, "tangle").stdout == "code/ is what the chapters make; nothing to write\n"
    done = run(root, "check", cwd=root / "book")
    assert (done.returncode, done.stdout) == (0, "code/ is what the chapters make\n")
    change_chapter(root, "fragment: the", "fragment: teh")
    done = run(root, "check")
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == (
        "book/a.md:9: unknown fragment <<the gradient>>; did you mean <<teh gradient>>?\n"
    )


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_console_that_knows_few_letters(root, mod, encoding, monkeypatch):
    change_chapter(root, "2 * x", "2 * x  # ∂J", "b")
    monkeypatch.setenv("PYTHONIOENCODING", encoding)
    done = run(root, "check")
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.endswith("book:     y = 2 * x  # \\u2202J\n")
    assert (run(root, "tangle").returncode, run(root, "check").returncode) == (0, 0)


def test_an_error_of_the_machinery_is_no_drift(root, monkeypatch, capsys):
    def fail(root):
        raise RuntimeError("a mistake of ours")

    monkeypatch.setattr(main_module, "check", fail)
    assert main_module.main(["--root", str(root), "check"]) == 2
    assert "RuntimeError: a mistake of ours" in capsys.readouterr().err


def test_an_edit_is_drift_for_tangle_and_force_overwrites_it(root, mod):
    mod.write_text(mod.read_text("utf-8") + "more = 1\n", "utf-8")
    done = run(root, "tangle")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("code/pkg/mod.py:8: edited by hand")
    assert run(root, "tangle", "--force").returncode == 0
    assert run(root, "check").returncode == 0


def test_a_call_without_a_command_is_told_what_there_is(root):
    done = run(root)
    assert (done.returncode, done.stdout) == (2, "")
    assert "usage: literate" in done.stderr


def test_where_as_a_command(root):
    done = run(root, "where", "code/pkg/mod.py:6")
    assert (done.returncode, done.stdout) == (0, "book/b.md:8\n")
    done = run(root, "where", "code/pkg/mod.py")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)


def test_the_root_is_named_or_found_above(root, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    assert run(root, "--root", str(root), "tangle", cwd=elsewhere).returncode == 0
    done = run(root, "check", cwd=elsewhere)
    assert done.returncode == 2
    assert done.stderr.startswith("no _toc.yml in ")


def test_a_removed_file_is_told(root, mod):
    mod.with_name("stale.py").write_bytes(mod.read_bytes())
    assert run(root, "tangle").stdout == "removed code/pkg/stale.py\n"


def test_the_core_needs_neither_sphinx_nor_numpy(root):
    heavy = "{'sphinx', 'docutils', 'myst_nb', 'myst_parser', 'numpy', 'nbformat'}"
    script = (
        "import sys; from literate.__main__ import main; "
        f"main(['tangle']); print('loaded:', sorted({heavy} & set(sys.modules)))"
    )
    environment = {**os.environ, "PYTHONPATH": str(EXT)}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=root, env=environment, capture_output=True, text=True
    )
    assert done.stdout.endswith("loaded: []\n")
