"""Tangle the chapters into code/, check code/, or say where a line comes from.

The exit status is 0 if all is well, 1 if code/ has drifted from the book, 2 if there is a fault.
"""

from __future__ import annotations

import argparse
import io
import sys
import traceback
from pathlib import Path

from . import BookFault, HandEdited, UnknownPlace, check, tangle, where
from .loading import TOC


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a console may know no ∂
    options = _parser().parse_args(arguments)
    try:
        root = options.root or _nearest_root(Path.cwd())
        return options.run(Path(root).resolve(), options)
    except HandEdited as edits:
        print(edits, file=sys.stderr)
        return 1
    except (BookFault, UnknownPlace, OSError) as fault:
        print(fault, file=sys.stderr)
        return 2
    except Exception:  # noqa: BLE001 (of which Python would make a 1, and that means drift)
        traceback.print_exc()
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("literate", description=__doc__)
    parser.add_argument("--root", help=f"the folder of {TOC} (default: the nearest one above)")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    command = commands.add_parser("tangle", help="write code/ from the chapters")
    command.add_argument("--force", action="store_true", help="overwrite edits made by hand")
    command.set_defaults(run=_tangle)
    command = commands.add_parser("check", help="compare code/ with the chapters")
    command.set_defaults(run=_check)
    command = commands.add_parser("where", help="name the chapter line that made a line")
    command.add_argument("place", metavar="code/FILE:LINE")
    command.set_defaults(run=_where)
    return parser


def _nearest_root(folder: Path) -> Path:
    for parent in (folder, *folder.parents):
        if (parent / TOC).is_file():
            return parent
    raise FileNotFoundError(f"no {TOC} in {folder} or above it; name the folder with --root")


def _tangle(root: Path, options: argparse.Namespace) -> int:
    changed = tangle(root, force=options.force)
    for path in changed:
        print("wrote" if path.exists() else "removed", path.relative_to(root).as_posix())
    if not changed:
        print("code/ is what the chapters make; nothing to write")
    return 0


def _check(root: Path, options: argparse.Namespace) -> int:
    messages = check(root)
    print("\n".join(messages) or "code/ is what the chapters make")
    return 1 if messages else 0


def _where(root: Path, options: argparse.Namespace) -> int:
    print(where(root, options.place))
    return 0


if __name__ == "__main__":
    sys.exit(main())
