"""Pictures say how large they are, so that nothing below them moves when they come."""

import re
from pathlib import Path

from sphinx.util.images import get_image_size

IMAGE = re.compile(r'<img (?![^>]*\b(?:width|height)=)(?P<rest>[^>]*?\bsrc="(?P<src>[^"]+)")')
VIEW_BOX = re.compile(r'<svg[^>]*\bviewBox="0 0 (\d+) (\d+)"')
LATER = re.compile(r'\bclass="[^"]*\bwhen-seen\b')


def size_images(app, pagename, templatename, context, doctree) -> None:
    """Give each picture of a page, that has no size of its own, the size of its file."""
    sources = {name: Path(app.srcdir, path) for path, name in app.builder.images.items()}

    def sized(match: re.Match) -> str:
        source = sources.get(Path(match["src"]).name)
        size = source and _size(source)
        when = 'loading="lazy" ' if LATER.search(match["rest"]) else ""
        sized = f'width="{size[0]}" height="{size[1]}" ' if size else ""
        return f"<img {sized}{when}{match['rest']}"

    if "body" in context:
        context["body"] = IMAGE.sub(sized, context["body"])


def _size(source: Path) -> tuple[int, int] | None:
    """The size of a picture; a drawing that fills what it is given has at least its proportions."""
    drawn = VIEW_BOX.search(source.read_text("utf-8")[:1000]) if source.suffix == ".svg" else None
    return get_image_size(source) or (drawn and (int(drawn[1]), int(drawn[2])))
