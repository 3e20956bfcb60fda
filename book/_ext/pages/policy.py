"""The Content-Security-Policy of a page: a promise that the browser keeps for the reader.

Scripts are files of the site, or stand in the page and are named by their hash. Styles too, but
for ``style`` attributes, which KaTeX and Sphinx write by the thousand and which cannot run or
fetch anything that the other lines forbid. ``file:`` names the site when it is read from disk,
where browsers disagree on what ``'self'`` is; no page that was served may load such an address.
"""

import re
from base64 import b64encode
from hashlib import sha256

INLINE = r"<{tag}\b(?![^>]*\ssrc=)[^>]*>(.*?)</{tag}>"
HEAD = '<meta charset="utf-8" />'
OURS = "'self' file:"


def add_policy(page: str) -> str:
    """Put the policy at the head of a page, before anything that it rules."""
    policy = {
        "default-src": "'none'",
        "script-src": " ".join([OURS, *_hashes("script", page)]),
        "style-src": f"{OURS} 'unsafe-inline'",
        "style-src-elem": " ".join([OURS, *_hashes("style", page)]),
        "img-src": f"{OURS} data:",
        "font-src": OURS,
        "connect-src": "'self'",  # Lighthouse asks for robots.txt in the name of a page
        "form-action": OURS,
        "base-uri": "'none'",
    }
    content = "; ".join(f"{name} {sources}" for name, sources in policy.items())
    meta = f'<meta http-equiv="Content-Security-Policy" content="{content}" />'
    return page.replace(HEAD, f"{HEAD}\n    {meta}", 1)


def _hashes(tag: str, page: str) -> list[str]:
    """The hashes of what stands in the page between tags of this kind."""
    bodies = set(re.findall(INLINE.format(tag=tag), page, re.DOTALL))
    digests = (b64encode(sha256(body.encode()).digest()).decode() for body in bodies)
    return sorted(f"'sha256-{digest}'" for digest in digests)
