"""Our icons in the place of the theme's: a dozen shapes in ``book.css``, no font and no script."""

import re

from sphinx.util import logging

logger = logging.getLogger(__name__)

THEIRS = re.compile(
    r'<(?P<tag>i|span) class="(?P<before>[^"]*?)\b'
    r'(?:fa[srb]?|fa-solid|fa-regular|fa-brands) +fa-(?P<name>[\w-]+)(?P<after>[^"]*)"'
)
NAMES = {
    *("angle-left", "angle-right", "arrow-up", "bars", "circle-half-stroke", "code", "download"),
    *("file", "file-pdf", "list", "magnifying-glass", "moon", "sun"),
}


def use_our_icons(page: str) -> str:
    """Return the page with ``class="icon icon-NAME"`` where the theme names one of its own."""
    return THEIRS.sub(_ours, page)


def _ours(match: re.Match) -> str:
    tag, before, name, after = match.group("tag", "before", "name", "after")
    if name not in NAMES:
        logger.warning("no icon %r; draw it in book.css and name it in pages/icons.py", name)
    classes = " ".join(f"{before} icon icon-{name} {after.replace('fa-lg', '')}".split())
    return f'<{tag} aria-hidden="true" class="{classes}"'
