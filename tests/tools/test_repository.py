"""The files around the book keep their promises: the commands, the locks, the README."""

import itertools
import os
import re
import shutil
import subprocess
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

import locks
from repository import PYPROJECT, ROOT, environment, files_for_git, read

SUPPORTED = locks.PYTHONS

# A python3 that costs nothing: it notes how it was called, copies itself into the environments
# that it makes, and installs nothing.
STAND_IN = """#!/bin/sh
echo "$*" >> "$CALLS"
case "$*" in
    "-c import sys"*) exit "${OLD:-0}" ;;
    "-c import ensurepip"*) exit "${BARE:-0}" ;;
    --version) echo "Python 3.9.9" ;;
    "-m venv"*) rm -rf "$4"; mkdir -p "$4/bin"; touch "$4/pyvenv.cfg"; cp "$0" "$4/bin/python" ;;
    "-m pip"*) exit "${OFFLINE:-0}" ;;
    *jupyter-book*) exit "${BROKEN:-0}" ;;
esac
"""


def help_lines():
    """Return the targets that `make` alone prints, each with its line."""
    done = subprocess.run(
        ["make"], cwd=ROOT, env=environment(), capture_output=True, text=True, check=True
    )
    return dict(
        re.fullmatch(r"make ([\w-]+) +(\S.*)", line).groups() for line in done.stdout.splitlines()
    )


# The Makefile


@pytest.fixture
def project(tmp_path):
    """A folder, with a space in its path, with the Makefile and a lock in it."""
    folder = tmp_path / "a clone"
    folder.mkdir()
    shutil.copy(ROOT / "Makefile", folder)
    (folder / "requirements.txt").write_text("numpy==2.4.6\n")
    (folder / "_toc.yml").write_text("root: book/index\n")
    python = tmp_path / "python3"
    python.write_text(STAND_IN)
    python.chmod(0o755)
    return folder


def make(project, *arguments, **variables):
    """Run make with the stand-in for Python; return its result and its calls of Python."""
    calls = project.parent / "calls"
    calls.write_text("")
    done = subprocess.run(
        ["make", "-C", project, f"PYTHON={project.parent / 'python3'}", *arguments],
        env=environment(CALLS=str(calls), **variables),
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    return done, calls.read_text().splitlines()


def test_every_target_has_a_help_line_and_every_help_line_a_target():
    phony = re.search(r"^\.PHONY: (.+)$", read("Makefile"), re.MULTILINE).group(1).split()
    assert sorted(help_lines()) == sorted(phony)


def test_every_command_of_the_readme_and_the_hooks_exists():
    named = re.findall(r"make ([a-z-]+)", "".join(re.findall(r"`[^`\n]+`", read("README.md"))))
    assert {"book", "test", "tangle", "check"} <= set(named) <= set(help_lines())
    for name in (".pre-commit-config.yaml", ".github/workflows/book.yml", ".ci/run"):
        used = re.findall(r"(?:entry:|run:|&&|^) ?make ([a-z-]+)", read(name), re.MULTILINE)
        assert used, f"{name} calls no make target"
        assert set(used) <= set(help_lines())


def test_a_fresh_clone_sets_itself_up_once(project):
    done, calls = make(project, "check")
    assert done.returncode == 0, done.stderr
    assert calls[-3:] == [
        "-m venv --clear .venv",
        "-m pip install --disable-pip-version-check --require-hashes -r requirements.txt",
        "-m literate check",
    ]
    assert make(project, "check")[1] == ["-m literate check"]


def test_parallel_make_builds_after_it_tangled_and_before_it_tests(project):
    done, calls = make(project, "-j8", "book", "test")
    assert done.returncode == 0, done.stderr
    at = [calls.index(call) for call in ("-m literate tangle", "-m literate check")]
    build = next(i for i, call in enumerate(calls) if "jupyter-book build -W -n" in call)
    assert at[0] < build < at[1]
    assert calls[-1].startswith("-m pytest")
    assert sum("-m venv" in call for call in calls) == 1


def test_an_interrupted_installation_is_redone(project):
    done, _ = make(project, "check", OFFLINE="1")
    assert done.returncode != 0
    assert "The installation failed" in done.stderr
    done, calls = make(project, "check")
    assert done.returncode == 0
    assert "-m venv --clear .venv" in calls


def test_a_new_lock_makes_a_new_environment(project):
    make(project, "check")
    later = (project / ".venv/installed").stat().st_mtime + 10
    (project / "requirements.txt").write_text("numpy==2.5.5\n")
    os.utime(project / "requirements.txt", (later, later))
    assert "-m venv --clear .venv" in make(project, "check")[1]


def test_a_lock_that_is_only_younger_leaves_the_environment_as_it_is(project):
    make(project, "check")
    later = (project / ".venv/installed").stat().st_mtime + 10
    os.utime(project / "requirements.txt", (later, later))
    assert not any("venv" in call for call in make(project, "check")[1] if "literate" not in call)


def test_a_folder_that_is_no_environment_is_not_cleared(project):
    (project / "mine").mkdir()
    (project / "mine/thesis.txt").write_text("years of work")
    done, _ = make(project, "check", "VENV=mine")
    assert done.returncode != 0
    assert "mine is a folder, but no environment of Python" in done.stderr
    assert (project / "mine/thesis.txt").read_text() == "years of work"


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"OLD": "1"}, r"Python 3\.11 or newer is needed; .*python3 is Python 3\.9\.9"),
        ({"BARE": "1"}, r"cannot make virtual environments.*apt install python3-venv"),
    ],
)
def test_a_python_that_will_not_do_is_refused_with_the_reason(project, variables, message):
    done, calls = make(project, "book", **variables)
    assert done.returncode != 0
    assert re.search(message, done.stderr)
    assert not any("venv --clear" in call for call in calls)


def test_a_missing_python_is_named(project):
    done, calls = make(project, "book", "PYTHON=python9")
    assert done.returncode != 0
    assert "There is no program python9. Install Python 3.11 or newer" in done.stderr
    assert calls == []


def test_an_environment_with_a_space_in_its_path_is_refused(project):
    done, calls = make(project, "check", "VENV=my env")
    assert done.returncode != 0
    assert "VENV=my env: a path without spaces is needed" in done.stderr
    assert calls == []


# The versions of Python


def test_the_same_versions_of_python_are_promised_everywhere():
    classifiers = "\n".join(PYPROJECT["project"]["classifiers"])
    assert re.findall(r"Python :: (3\.\d+)", classifiers) == SUPPORTED
    matrix = re.search(r"python: \[(.+)\]", read(".github/workflows/book.yml")).group(1)
    assert re.findall(r"3\.\d+", matrix) == SUPPORTED
    oldest = SUPPORTED[0]
    assert PYPROJECT["project"]["requires-python"] == f">={oldest}"
    assert f"sys.version_info < ({oldest.replace('.', ', ')})" in read("Makefile")
    assert f"--python-version {oldest}" in read("Makefile")
    assert f"Python {oldest} or newer" in read("README.md")


# The locks


LOCKS = {  # and the dependency groups of pyproject.toml that each of them pins
    "requirements.txt": ["book", "test"],
    "tests/tools/mutation/requirements.txt": ["mutants"],
    "tests/tools/oldest/requirements.txt": ["oldest"],
    "tests/browser/requirements.txt": ["site"],
}
TOGETHER = [lock for lock in LOCKS if "oldest" not in lock]  # what may stand in one environment


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_pins_one_version_with_its_hashes_for_each_python(lock):
    pins = locks.pins(read(lock))
    assert pins
    for pin, hashes in pins:
        assert re.fullmatch(r"==[\w.]+", str(pin.specifier)), f"{pin} is not pinned"
        assert pin.url is None
        assert hashes
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64} *", each) for each in hashes), pin.name


def test_each_dependency_group_has_its_lock():
    assert sorted(itertools.chain(*LOCKS.values())) == sorted(PYPROJECT["dependency-groups"])


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_all_that_the_project_asks_for(lock):
    asked = [PYPROJECT["dependency-groups"][group] for group in LOCKS[lock]]
    if lock == "requirements.txt":
        project = PYPROJECT["project"]
        asked += [project["dependencies"], *project["optional-dependencies"].values()]
    for there in locks.ENVIRONMENTS:
        locked = locks.locked(read(lock), there)
        for requirement in map(Requirement, itertools.chain(*asked)):
            if locks.holds(requirement, there):
                fault = locks.lacks(requirement, locked)
                assert not fault, f"{lock}: {fault}: make lock"


def test_every_requirement_of_a_locked_package_is_answered_by_a_pin():
    """`make site-test` and `make mutants` judge their own pins, by the same function."""
    assert locks.unanswered(read("requirements.txt")) == []


@pytest.mark.parametrize(
    ("pattern", "replacement", "fault"),
    [
        (
            r"coverage\[toml\]",
            "coverage",
            r"pytest-cov: coverage\[toml\]\S+ is asked for, the lock has coverage==",
        ),
        (r"^markupsafe==.*\n(?: .*\n)+", "", "jinja2: MarkupSafe.*has none"),
        (r"^colorama==.*\n(?: .*\n)+", "", "pytest: colorama.*win32.*has none"),
        (
            r"^(numpy==.*) ; .* < '3\.12'",
            r"\1 ; python_full_version < '3.11'",
            ": numpy.* has none",
        ),
        (r"^docutils==\S+", "docutils==0.1", "docutils==0.1 is not what is installed"),
    ],
)
def test_a_pin_that_is_missing_or_lacks_an_extra_is_named(pattern, replacement, fault):
    spoilt, count = re.subn(pattern, replacement, read("requirements.txt"), flags=re.MULTILINE)
    assert count == 1
    assert re.search(fault, "\n".join(locks.unanswered(spoilt)))


def test_what_the_installation_costs_is_said_in_the_same_words_and_its_size_is_right():
    (cost,) = re.findall(r"^COST = (about (?:\d+) MB, .+)$", read("Makefile"), re.MULTILINE)
    assert re.findall(r"\(([^()]*MB[^()]*)\)", read("README.md")) == [cost]
    here = locks.locked(read("requirements.txt"), {})
    files = itertools.chain(*(distribution(name).files for name in here))
    size = sum(path.stat().st_size for file in files if (path := Path(file.locate())).exists())
    assert size / 1e6 == pytest.approx(int(re.search(r"\d+", cost)[0]), rel=0.15)


@pytest.mark.parametrize(("lock", "other"), list(itertools.combinations(TOGETHER, 2)))
def test_the_locks_agree_where_both_pin(lock, other):
    for there in locks.ENVIRONMENTS:
        one, two = (locks.locked(read(each), there) for each in (lock, other))
        for name in one.keys() & two.keys():
            assert one[name].specifier == two[name].specifier, f"{name}: {lock}, {other}"


@pytest.mark.parametrize("lock", LOCKS)
def test_the_lock_comes_from_no_place_of_its_own(lock):
    assert not re.search(r"://|--(?!hash=sha256:)\w| @ |^-|^\.?/", read(lock), re.MULTILINE)


# The README


def test_the_lines_of_the_readme_train_the_network():
    (lines,) = re.findall(r"^```python\n(.*?)^```", read("README.md"), re.MULTILINE | re.DOTALL)
    seen = {}
    exec(compile(lines, "README.md", "exec"), seen)
    before = seen["J"]
    data = (seen[name] for name in ("x", "labels", "a0", "parameters"))
    after, _ = seen["loss_and_gradients"](*data)
    assert after < before
    assert len([line for line in lines.splitlines() if line]) == 5


def test_every_file_that_the_readme_names_exists():
    text = read("README.md")
    linked = [name for name in re.findall(r"\]\(([^)]+)\)", text) if "://" not in name]
    named = re.findall(r"`((?:book|code|tests)/[\w./-]*)`", text)
    assert linked
    assert named
    for name in linked + named:
        assert (ROOT / name).exists(), f"README.md names {name}, which does not exist"


def test_the_fragment_that_the_readme_names_is_in_the_chapter_and_in_the_module():
    (name, chapter) = re.search(
        r"the cell named `([^`]+)` in \[([^\]]+)\]", read("README.md")
    ).groups()
    assert f":fragment: {name}\n" in read(chapter)
    (module,) = re.findall(r"writes the new line into `([^`]+)`", read("README.md"))
    assert f"# <<{name}>> ({chapter})" in read(module)


# The files that git may see


def test_no_build_product_and_no_path_of_a_machine_is_committed():
    machine = re.compile(rb"(?:/home|/Users|/root|file://)/\w")
    for path in files_for_git():
        if path.parent.as_posix() == "book/_static/vendor":  # made by others, as it came
            continue
        if (
            path.parent.as_posix() != "book/data"
        ):  # where a file has its origin and digest beside it
            assert path.suffix not in {".pyc", ".ipynb", ".whl", ".gz"}, path
        found = machine.search((ROOT / path).read_bytes())
        assert not found, f"{path} holds {found and found.group()}"


def test_both_licences_are_there_in_full():
    text = read("LICENSE")
    assert "Permission is hereby granted, free of charge" in text
    assert "Attribution 4.0 International Public License" in text
    assert [int(n) for n in re.findall(r"^Section (\d) --", text, re.MULTILINE)] == list(
        range(1, 9)
    )
