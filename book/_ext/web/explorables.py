"""Explorables, to touch: ``{explorable} NAME`` puts ``book/explorables/NAME`` on a page.

Such a folder holds ``NAME.py``, with CAPTION and WITHOUT in Markdown and a function ``given`` whose
result the script reads; ``NAME.js``; ``NAME.css``; a test. The script's ``view`` writes the HTML
of a state. The build calls it once, in a V8 of its own, so that the page holds the first
picture: nothing moves when scripts come, and without them there is something to see. Only
pages that hold an explorable load its files, and those of ``kit``, which all share. With the option
``:given:``, a JSON object, a page gives something of its own beside.

With ``:still: PAGE`` it puts a picture there that nobody can touch, made by the script's ``still``;
it leads to the explorable on that page, and loads no script. Its caption is the directive's text.

``starts`` in ``NAME.py`` names what an explorable can be opened with, and the id on its page that
stands for it: ``{start}`` links to it, and so does the head of each fragment that is among them.
"""

from __future__ import annotations

import json
import runpy
import shutil
import sys
from base64 import b64encode
from hashlib import sha256
from html import escape
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import directives
from docutils.statemachine import StringList
from py_mini_racer import JSEvalException, MiniRacer
from sphinx.errors import SphinxError
from sphinx.util.docutils import SphinxDirective

from .downloads import make_wheel
from .templates import RUNS_PYTHON

KIND, STILL = "explorable ", "still "
FOLDER = Path("book", "explorables")
STATIC = "explorables"
KIT = "kit"
FIRST = "explorables[{0}].view(explorables[{0}].initial({1}), {1})"
STILLED = "explorables[{0}].still({1})"


class Explorables:
    """The explorables of a book. ``root`` is its folder, ``store`` where its wheel is kept."""

    def __init__(self, root: Path, store: Path):
        self.root, self.store, self.folder = root, store, root / FOLDER
        self._said: dict[str, dict] = {}
        self._markup: dict[tuple[str, str], str] = {}
        self._parts: dict[str, dict[str, str]] = {}

    def files(self, name: str) -> list[str]:
        """Return the scripts and the style sheets of an explorable, in the order of loading."""
        shared = [sorted((self.folder / KIT).glob(kind)) for kind in ("*.js", "*.css")]
        kit = [path.relative_to(self.folder).as_posix() for paths in shared for path in paths]
        return [*kit, f"{name}/{name}.js", f"{name}/{name}.css"]

    def said(self, name: str) -> dict:
        """Return what ``NAME.py`` binds."""
        if name not in self._said:
            sys.path.insert(0, str(self.folder))  # where what they share stands
            try:
                self._said[name] = runpy.run_path(str(self.folder / name / f"{name}.py"))
            finally:
                del sys.path[0]
        return self._said[name]

    def markup(self, name: str, more: str = "{}") -> str:
        """Return the first picture in its box; the box is inert until its script is there.

        ``more`` is a JSON object: what this page gives beside what ``NAME.py`` does.
        """
        if (name, more) not in self._markup:
            given = {**self.said(name)["given"](), **json.loads(more)}
            if parts := self.parts(name):
                given["parts"] = [[file, len(text)] for file, text in parts.items()]
            text = json.dumps(given, separators=(",", ":"))
            runs = f" {RUNS_PYTHON}" if parts else ""
            box = f'<div inert{runs} data-explorable="{name}" data-given="{escape(text)}">'
            self._markup[name, more] = f"{box}{self._run(FIRST, name, text)}</div>"
        return self._markup[name, more]

    def still(self, name: str) -> str:
        """Return the picture that nobody can touch."""
        return self._run(STILLED, name, json.dumps(self.said(name)["given"]()))

    def _run(self, call: str, name: str, given: str) -> str:
        """Return the HTML that a call gives; a script that fails raises ``SphinxError``."""
        engine = MiniRacer()
        try:
            for file in self.files(name):
                if file.endswith(".js"):
                    engine.eval((self.folder / file).read_text("utf-8"))
            return engine.eval(call.format(json.dumps(name), given))
        except JSEvalException as error:
            raise SphinxError(f"the explorable {name} fails: {error}") from None

    def parts(self, name: str) -> dict[str, str]:
        """Return the scripts that an explorable fetches when it is asked to, by name.

        PARTS in ``NAME.py`` says of each what is packed into it: files, or the module's wheel. A
        script alone in its part stays as it is; a page read from disk can load nothing else.
        """
        if name not in self._parts:
            self._parts[name] = {
                f"{name}-{part}.js": _packed(name, [self._file(each) for each in files])
                for part, files in self.said(name).get("PARTS", {}).items()
            }
        return self._parts[name]

    def _file(self, file: Path | str) -> Path:
        if isinstance(file, str):  # the wheel, which is made
            return make_wheel(self.root, self.store)
        return self.root / file

    def digest(self, name: str) -> str:
        """Return a digest of all that its page shows of it, and loads."""
        files = [(self.folder / file).read_bytes() for file in self.files(name)]
        return sha256(b"\0".join([self.markup(name).encode(), *files])).hexdigest()


def _packed(name: str, files: list[Path]) -> str:
    if len(files) == 1 and files[0].suffix == ".js":
        return files[0].read_text("utf-8")
    packed = {file.name: b64encode(file.read_bytes()).decode() for file in files}
    return f"explorables[{json.dumps(name)}].receive({json.dumps(packed)});\n"


class explorable(nodes.General, nodes.Element):
    """The place of an explorable, with the caption; it is rendered when the page is written.

    ``still`` is the page that a still leads to; it is empty for what can be touched.
    """


class ExplorableDirective(SphinxDirective):
    """Puts the explorable named by the argument here; see the module."""

    required_arguments = 1
    has_content = True
    option_spec = {
        "given": directives.unchanged_required,
        "still": directives.unchanged_required,
    }

    def run(self) -> list[nodes.Node]:
        """Leave a node for the writer, and note which page shows it."""
        name, app, still = self.arguments[0], self.env.app, self.options.get("still", "")
        source = app.web.explorables.folder / name / f"{name}.py"
        if not source.is_file():
            raise self.error(f"there is no explorable {name}: {FOLDER / name / source.name}")
        page = self.env.relfn2path(still)[0] if still else ""
        if still and page not in self.env.found_docs:
            raise self.error(f"the still of {name} leads to {still}, and there is no such page")
        app.web.note(self.env.docname, (STILL if still else KIND) + name)
        self.env.note_dependency(str(source))
        said = app.web.explorables.said(name)
        node = explorable(
            name=name,
            given=self.options.get("given", "{}"),
            without=" ".join(said["WITHOUT"].split()),
            still=page,
        )
        caption = StringList(said["CAPTION"].strip().splitlines(), str(source))
        self.state.nested_parse(self.content if still else caption, self.content_offset, node)
        if not still:
            for start, place in said.get("starts", dict)().items():
                self.env.get_domain("std").note_object("start", start, place)
        return [node]


def visit_explorable(translator, node) -> None:
    """Open the figure, with the first picture in it, and its caption."""
    name, app = node["name"], translator.builder.app
    if node["still"]:
        to = app.builder.get_relative_uri(translator.docnames[0], node["still"])
        translator.body.append(
            f'<figure class="explorable explorable-{name} still">\n'
            f'<a href="{to}#explorable-{name}">{app.web.explorables.still(name)}</a>\n<figcaption>'
        )
        return
    translator.body.append(
        f'<figure class="explorable explorable-{name}" id="explorable-{name}">\n'
        f"{app.web.explorables.markup(name, node['given'])}\n"
        f'<noscript><p class="ex-still">{escape(node["without"])}</p></noscript>\n<figcaption>'
    )


def depart_explorable(translator, node) -> None:
    """Close the caption and the figure."""
    translator.body.append("</figcaption>\n</figure>\n")


def names_on(app, docname: str, kind: str = KIND) -> list[str]:
    """Return the names of the explorables of a page, or of the stills, sorted."""
    kinds = app.web.memory.holds.get(docname, set())
    return sorted(each.removeprefix(kind) for each in kinds if each.startswith(kind))


def says(app, docname: str, renderer) -> list[str]:
    """Return digests of what a page shows of explorables: of their files, and of the module."""
    names = [*names_on(app, docname), *names_on(app, docname, STILL)]
    said = app.web.memory.explorables
    for name in set(names) - set(said):
        said[name] = app.web.explorables.digest(name)
    return [said[name] for name in names]


def start(app) -> None:
    """Begin with what the folders hold now; digests of the last build hold if it is the same."""
    store = Path(app.outdir).parent / "wheel"  # where ``downloads`` keeps it, too
    app.web.explorables = Explorables(Path(app.srcdir), store)
    if (made_of := _made_of(app)) != app.web.memory.made_of:
        app.web.memory.made_of, app.web.memory.explorables = made_of, {}


def _made_of(app) -> str:
    """Digest all that ``NAME.py`` may read: cells, the module, scripts, data, and what it packs."""
    book, chapters = app.web.book, Path(app.srcdir, FOLDER).parent
    parts = [*(f"{cell.doc}\n{cell.source}" for cell in book.cells), *app.web.drift]
    for file in _files(Path(app.srcdir, FOLDER), chapters / "data"):
        parts += [file.as_posix(), sha256(file.read_bytes()).hexdigest()]
    for file in _files(chapters / "_static"):  # large: a time tells whether it has changed
        parts += [file.as_posix(), str(file.stat().st_mtime_ns)]
    return sha256("\0".join(parts).encode()).hexdigest()


def _files(*folders: Path) -> list[Path]:
    """Return the files in folders, however deep, sorted; not the caches of Python."""
    found = (file for folder in folders for file in folder.rglob("*") if file.is_file())
    return sorted(file for file in found if file.parent.name != "__pycache__")


def copy_files(app, builder) -> None:
    """Lay scripts and style sheets down where pages will ask for them.

    The parts that an earlier build wrote there go: ``write_parts`` writes them again.
    """
    shutil.rmtree(Path(app.outdir, "_static", STATIC), ignore_errors=True)
    for page in app.env.found_docs:
        for name in (*names_on(app, page), *names_on(app, page, STILL)):
            for file in app.web.explorables.files(name):
                to = Path(app.outdir, "_static", STATIC, Path(file).name)
                to.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(app.web.explorables.folder / file, to)


def write_parts(app, exception) -> None:
    """Lay down what explorables fetch later, with its licences; nobody has to trim it."""
    for page in app.env.found_docs if exception is None and app.builder.name == "html" else ():
        for name in names_on(app, page):
            folder, said = Path(app.outdir, "_static", STATIC), app.web.explorables.said(name)
            for file, text in app.web.explorables.parts(name).items():
                (folder / file).write_text(text, "utf-8")
            if "LICENCES" in said:
                shutil.copyfile(Path(app.srcdir) / said["LICENCES"], folder / "LICENSE.txt")


def add_files(app, pagename, templatename, context, doctree) -> None:
    """Let a page load the files of its explorables, each once; a still needs no script."""
    files = dict.fromkeys(
        file
        for kind in (KIND, STILL)
        for name in names_on(app, pagename, kind)
        for file in app.web.explorables.files(name)
        if kind == KIND or file.endswith(".css")
    )
    for file in files:
        add = app.add_js_file if file.endswith(".js") else app.add_css_file
        add(f"{STATIC}/{Path(file).name}", priority=900)


def setup(app) -> None:
    """Add the directive."""
    app.add_node(explorable, html=(visit_explorable, depart_explorable))
    app.add_directive("explorable", ExplorableDirective)
    app.add_object_type("start", "start", ref_nodeclass=nodes.inline)
