"""Tangling and building in processes of their own: a fault, or a crash, ends those only."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from pathlib import Path

BUILD = "from jupyter_book.cli.main import main; main()"
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
NOISE = re.compile(  # what Jupyter Book says in any case
    r"^(Running Jupyter-Book|(Source Folder|Config Path|Output Path): |=+$"
    r"|Building your book, returns|There was an error in building your book).*\n?",
    re.MULTILINE,
)
PATIENCE = 10  # seconds that a process has to clear up after itself


async def rebuild(root: Path) -> str:
    """Tangle and build the book in ``root``; return what is wrong, or nothing."""
    machinery = os.environ | {"PYTHONPATH": str(root / "book" / "_ext")}
    fault = await run(["-m", "literate", "--root", str(root), "tangle"], machinery)
    if not fault:  # a book that cannot be tangled cannot be woven
        strictly = ["build", "-q", "-W", "-n", "--keep-going"]
        fault = await run(["-c", BUILD, *strictly, str(root)], os.environ)
    return plain(fault, root)


def plain(text: str, root: Path) -> str:
    """Leave of what a build says what its writer needs: the faults, by chapter and line."""
    text = NOISE.sub("", COLOUR.sub("", text)).replace(f"{root}/", "")
    told, _, _ = text.partition("Traceback (most recent call last):")
    return (told if "Sphinx error:" in told else text).strip()


async def run(arguments: list[str], environment) -> str:
    """Run Python; return what it said if it failed, else nothing."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        env={**environment, "NO_COLOR": "1"},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        output, _ = await process.communicate()
    finally:
        await _end(process)
    if process.returncode == 0:
        return ""
    status = f"python {' '.join(arguments)} ended with status {process.returncode}"
    return output.decode(errors="replace").strip() or status


async def _end(process: asyncio.subprocess.Process) -> None:
    """End a process that still runs: it is asked first, so that its kernels end with it."""
    if process.returncode is not None:
        return
    process.terminate()
    try:
        await asyncio.wait_for(process.wait(), PATIENCE)
    except TimeoutError:
        process.kill()
