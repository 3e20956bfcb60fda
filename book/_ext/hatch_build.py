"""The description of the published package: the README, as far as it is of the module.

A page there has no files beside it. So a link of the README to a file becomes a whole one, if
pyproject.toml says at which address the repository is; else it is only its text, and no picture.
"""

from __future__ import annotations

import re
from pathlib import Path

from hatchling.metadata.plugin.interface import MetadataHookInterface

SECTIONS = ("Use the module", "Cite", "Licence")  # besides what stands before the first of them
CODE = r"^```.*?^```|`[^`\n]+`"
LINK = r"(?P<picture>!?)\[(?P<text>[^\]]*)\]\((?P<path>(?!#|\w+:)[^()\s]+)\)"
CODE_OR_LINK = re.compile(f"{CODE}|{LINK}", re.MULTILINE | re.DOTALL)


class Published(MetadataHookInterface):
    """Adds the long description, and the addresses if there is one."""

    def update(self, metadata: dict) -> None:
        """Fill in the fields of ``[project]`` that are dynamic."""
        address = self.config["address"].rstrip("/")
        readme = Path(self.root, "README.md").read_text(encoding="utf-8")
        text = description(readme, address)
        metadata["readme"] = {"content-type": "text/markdown", "text": text}
        metadata["urls"] = urls(address)


def urls(address: str) -> dict[str, str]:
    """Return where what is, below the address of the repository."""
    if not address:
        return {}
    files = f"{address}/blob/HEAD"
    return {
        "Source": address,
        "Changelog": f"{files}/book/changelog.md",
        "Security": f"{files}/.github/SECURITY.md",
    }


def description(readme: str, address: str) -> str:
    """Return what the README says of the module, with links that lead somewhere."""
    first, *sections = re.split(r"^(?=## )", readme, flags=re.MULTILINE)
    kept = [section for section in sections if section[3:].split("\n")[0] in SECTIONS]
    text = CODE_OR_LINK.sub(lambda found: _whole(found, address), "".join([first, *kept]))
    return re.sub(r"\n{3,}", "\n\n", text)


def _whole(found: re.Match, address: str) -> str:
    if not found["path"]:
        return found[0]  # code
    if address:
        kind = "raw" if found["picture"] else "blob"
        return f"{found['picture']}[{found['text']}]({address}/{kind}/HEAD/{found['path']})"
    return "" if found["picture"] else found["text"]
