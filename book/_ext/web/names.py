"""Names of things on the pages, and their addresses: one answer to each such question."""

from __future__ import annotations

from docutils.nodes import make_id


class Names:
    """Numbers, titles and addresses, as Sphinx knows them once all pages are read.

    ``doc`` is a chapter's path from the root, ``book/x.md``; ``docname`` is what Sphinx calls it.
    """

    def __init__(self, app):
        self.app = app

    def docname(self, doc: str) -> str:
        """Sphinx's name of a page."""
        return self.app.env.path2doc(doc)

    def doc(self, docname: str) -> str:
        """The path of a page from the root."""
        return self.app.env.doc2path(docname, base=False)

    def number(self, doc: str) -> str:
        """The number of a chapter; empty for a page without."""
        numbers = self.app.env.toc_secnumbers.get(self.docname(doc), {}).get("")
        return ".".join(map(str, numbers)) if numbers else ""

    def title(self, doc: str) -> str:
        """The title of a page, with its number."""
        title = self.app.env.titles[self.docname(doc)].astext()
        return f"{self.number(doc)}. {title}" if self.number(doc) else title

    def short_title(self, doc: str) -> str:
        """``chapter 9``, or the title of a page without a number."""
        return f"chapter {self.number(doc)}" if self.number(doc) else self.title(doc)

    def url(self, here: str, there: str) -> str:
        """The address of a page, as seen from another."""
        return self.app.builder.get_relative_uri(self.docname(here), self.docname(there))

    def equation(self, label: str) -> str:
        """The number of an equation, without brackets; its label if there is none."""
        found = self.app.env.get_domain("math").equations.get(label)
        if not found:
            return label
        numbers = self.app.env.toc_fignumbers.get(found[0], {}).get("displaymath", {})
        number = numbers.get(self.anchor(label))
        return ".".join(map(str, number)) if number else str(found[1])

    def anchor(self, label: str) -> str:
        """The id of an equation on its page."""
        return make_id(f"equation-{label}")

    def target(self, docname: str, name: str) -> str:
        """The title of what a role on a page names: a page, a section, a figure; else its name."""
        titles, labels = self.app.env.titles, self.app.env.get_domain("std").labels
        folder = docname.rpartition("/")[0]
        page = f"{folder}/{name}" if folder else name
        if page in titles:
            return titles[page].astext()
        return labels[name][2] if name in labels else name

    def citation(self, key: str) -> str:
        """The first author and the year of a publication; the key itself if it is unknown."""
        for citation in self.app.env.get_domain("cite").citations:
            if citation.key == key:
                author = citation.entry.persons["author"][0]
                return f"{' '.join(author.last_names)}, {citation.entry.fields['year']}"
        return key

    def documented(self, doc: str, name: str) -> str:
        """The address of a function's documentation, as seen from a chapter; empty without."""
        objects = self.app.env.get_domain("py").objects
        found = [objects[full] for full in sorted(objects) if full.split(".")[-1] == name]
        if not found:
            return ""
        page = self.app.builder.get_relative_uri(self.docname(doc), found[0].docname)
        return f"{page}#{found[0].node_id}"

    def start(self, doc: str, name: str) -> str:
        """The address where an explorable opens with this, as seen from a page; empty without."""
        found = self.app.env.get_domain("std").objects.get(("start", name))
        here = self.docname(doc)
        return f"{self.app.builder.get_relative_uri(here, found[0])}#{found[1]}" if found else ""

    def all(self) -> str:
        """Return all by which any page may call another, or a thing on it, as one text."""
        env = self.app.env
        titles = {docname: title.astext() for docname, title in env.titles.items()}
        equations = env.get_domain("math").equations
        parts = (titles, env.toc_secnumbers, env.toc_fignumbers, equations)
        return repr([sorted(part.items()) for part in parts])
