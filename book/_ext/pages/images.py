"""Pictures say how large they are, so that nothing below them moves when they come."""

import re
from pathlib import Path

from sphinx.util.images import get_image_size

IMAGE = re.compile(r'<img (?![^>]*\b(?:width|height|style)=)(?P<rest>[^>]*?\bsrc="(?P<src>[^"]+)")')


def size_images(app, pagename, templatename, context, doctree) -> None:
    """Give each picture of a page, that has no size of its own, the size of its file."""
    sources = {name: Path(app.srcdir, path) for path, name in app.builder.images.items()}

    def sized(match: re.Match) -> str:
        source = sources.get(Path(match["src"]).name)
        size = source and get_image_size(source)
        return f'<img width="{size[0]}" height="{size[1]}" {match["rest"]}' if size else match[0]

    if "body" in context:
        context["body"] = IMAGE.sub(sized, context["body"])
