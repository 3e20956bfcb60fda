"""The wheel and the source distribution, and what they say of the module."""

import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import pytest
from packaging.metadata import Metadata

import rnn_from_scratch
from hatch_build import description
from repository import PYPROJECT, ROOT, environment, files_for_git, read

BUILD = "import sys, hatchling.build as build; getattr(build, sys.argv[1])(sys.argv[2])"
ADDRESS = "https://example.org/rnn"
RELATIVE = re.compile(r"\]\((?!https?://)")


def build(kind, tree, built):
    """Build a distribution without a network, and return its path."""
    done = subprocess.run(
        [sys.executable, "-c", BUILD, f"build_{kind}", str(built)],
        cwd=tree,
        env=environment(),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    (made,) = built.glob({"wheel": "*.whl", "sdist": "*.tar.gz"}[kind])
    return made


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """A copy of what git tracks, with what older builds of other tools left behind."""
    tree = tmp_path_factory.mktemp("tree")
    for path in files_for_git():
        (tree / path.parent).mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, tree / path)
    left = tree / "build/lib/rnn_from_scratch/removed_long_ago.py"
    left.parent.mkdir(parents=True)
    left.write_text("x = 1\n")
    return tree


@pytest.fixture(scope="module")
def wheel(tree, tmp_path_factory):
    return build("wheel", tree, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def sdist(tree, tmp_path_factory):
    return build("sdist", tree, tmp_path_factory.mktemp("sdist"))


def package_files():
    return {
        str(path.relative_to("code"))
        for path in files_for_git()
        if path.parts[:2] == ("code", "rnn_from_scratch")
    }


def metadata(wheel):
    """The metadata of a wheel; whatever breaks a rule of them is an error."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith("/METADATA"))
        return Metadata.from_email(archive.read(name))


def test_code_holds_packages_only():
    loose = [path.name for path in (ROOT / "code").glob("*.py")]
    assert loose == [], f"{loose} would shadow modules of the standard library"


def test_the_wheel_holds_the_package_and_nothing_else(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    assert {name for name in names if ".dist-info/" not in name} == package_files()
    assert "rnn_from_scratch/py.typed" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_the_wheel_needs_numpy_and_nothing_else(wheel):
    needed = [str(each) for each in metadata(wheel).requires_dist if each.marker is None]
    assert needed == ["numpy>=2"]
    extras = PYPROJECT["project"]["optional-dependencies"]
    assert set(metadata(wheel).provides_extra) == set(extras) == {"dask", "onnx"}


def test_the_source_distribution_makes_the_same_wheel_and_holds_what_that_takes(
    sdist, wheel, tmp_path
):
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path, filter="data")
    (tree,) = tmp_path.iterdir()
    files = {str(path.relative_to(tree)) for path in tree.rglob("*") if path.is_file()}
    about = {"pyproject.toml", "README.md", "LICENSE", "PKG-INFO", ".gitignore"}
    built_by = "book/_ext/hatch_build.py"
    assert files == about | {built_by} | {f"code/{name}" for name in package_files()}
    again = build("wheel", tree, tmp_path)
    assert again.read_bytes() == wheel.read_bytes()


def test_one_version_is_told_everywhere(wheel):
    version = rnn_from_scratch.__version__
    assert str(metadata(wheel).version) == version
    assert re.search(r"^## (.+)$", read("book/changelog.md"), re.MULTILINE)[1] == version
    blocks = [
        re.findall(r"^```bibtex\n.*?^```", read(name), re.MULTILINE | re.DOTALL)
        for name in ("README.md", "book/making.md")
    ]
    assert len(blocks[0]) == 1
    assert blocks[0] == blocks[1]
    assert f"note = {{Version {version}}}" in blocks[0][0]


def test_the_type_checker_of_a_user_takes_the_package_for_one_with_type_hints(wheel, tmp_path):
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "venv"], check=True)
    python = next(tmp_path.glob("venv/[bS]*/python*"))
    ask = "import sysconfig; print(sysconfig.get_path('purelib'))"
    there = subprocess.run([python, "-c", ask], capture_output=True, text=True, check=True).stdout
    packages = Path(there.strip())
    zipfile.ZipFile(wheel).extractall(packages)
    numpy = Path(np.__file__).parents[1]
    (packages / "outer.pth").write_text(f"{numpy}\n", "utf-8")
    (lines,) = re.findall(r"^```python\n(.*?)^```", read("README.md"), re.MULTILINE | re.DOTALL)
    (tmp_path / "user.py").write_text(lines, "utf-8")
    command = ["-m", "mypy", "--cache-dir", ROOT / "_build/mypy", "--python-executable", python]
    done = subprocess.run(
        [sys.executable, *command, "user.py"], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.stdout == "Success: no issues found in 1 source file\n", done.stdout


# what is shown where the wheel is published


def test_the_description_is_of_the_module_and_leads_nowhere_without_an_address(wheel):
    about = metadata(wheel)
    headings = re.findall(r"^## (.+)$", about.description, re.MULTILINE)
    assert headings == ["Use the module", "Cite", "Licence"]
    assert about.description_content_type == "text/markdown"
    assert not RELATIVE.search(about.description)
    assert "![" not in about.description
    assert "[CC BY 4.0](https://creativecommons.org" in about.description
    assert about.project_urls is None


def test_with_an_address_each_link_and_picture_is_whole(tree, tmp_path):
    settings = tree / "pyproject.toml"
    before = settings.read_text("utf-8")
    assert before.count('address = ""') == 1
    settings.write_text(before.replace('address = ""', f'address = "{ADDRESS}/"'), "utf-8")
    try:
        about = metadata(build("wheel", tree, tmp_path))
    finally:
        settings.write_text(before, "utf-8")
    assert about.project_urls["Source"] == ADDRESS
    wholes = re.findall(rf"{ADDRESS}/(?:blob|raw)/HEAD/([^)\s]+)", about.description)
    wholes += [url.partition("/HEAD/")[2] for url in about.project_urls.values() if "HEAD" in url]
    assert "book/_static/page.png" in wholes
    assert ".github/SECURITY.md" in wholes
    assert all((ROOT / path).is_file() for path in wholes)
    assert "![A page of the book" in about.description
    assert not RELATIVE.search(about.description)


def test_code_in_the_readme_is_no_link():
    text = "A [link](a.md).\n\n```python\nf[0](x)\n```\n\n`g[1](y)` ![p](p.png)\n"
    assert description(text, "") == "A link.\n\n```python\nf[0](x)\n```\n\n`g[1](y)` \n"
    assert description(text, "https://a").count("https://a/") == 2


@pytest.mark.parametrize("name", [".github/SECURITY.md", ".github/CONTRIBUTING.md"])
def test_a_page_for_the_host_fits_a_screen_and_names_no_address(name):
    assert len(read(name).splitlines()) <= 40
    assert "://" not in read(name)
    assert "@" not in read(name)
    for link in re.findall(r"\]\(([^)]+)\)", read(name)):
        assert (ROOT / name).parent.joinpath(link).exists()
