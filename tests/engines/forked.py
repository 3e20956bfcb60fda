"""Programs that begin at once: each is forked off a process that has imported what they need.

A program sees its own arguments, folders of modules and environment, and nothing of ours; what it
prints goes to a file. Its hash seed is that of the others, unless it is to begin afresh.
"""

import importlib
import multiprocessing
import os
import sys
from collections.abc import Mapping, Sequence
from multiprocessing.process import BaseProcess
from pathlib import Path

SERVER = multiprocessing.get_context("forkserver")
SERVER.set_forkserver_preload(
    [
        "hatchling.build",
        "jupyter_book.cli.main",
        "matplotlib._mathtext",
        "myst_nb.sphinx_ext",
        "nbclient",
        "sphinx.builders.html",
        "sphinx.cmd.build",
        "sphinx_book_theme",
        "sphinx_exercise",
        "sphinx_external_toc",
        "sphinxcontrib.bibtex",
    ]
)


def start(
    main: str,
    arguments: Sequence[str],
    log: Path,
    path: Sequence[Path] = (),
    environment: Mapping[str, str] | None = None,
    afresh: bool = False,
) -> BaseProcess:
    """Start ``main``, "module:function", as a program; ``path`` is searched for modules first.

    What begins ``afresh`` is not forked, and has a hash seed of its own.
    """
    variables = dict(os.environ if environment is None else environment)
    context = multiprocessing.get_context("spawn") if afresh else SERVER
    process = context.Process(
        target=_run, args=(main, arguments, log, list(map(str, path)), variables)
    )
    process.start()
    return process


def finish(process: BaseProcess, timeout: float = 180) -> int:
    """Wait until a program ends; return its exit status."""
    process.join(timeout)
    if process.exitcode is None:
        process.kill()
        raise TimeoutError(f"a program has not ended after {timeout} s")
    return process.exitcode


def _run(main: str, arguments: Sequence[str], log: Path, path: list[str], variables) -> None:
    with log.open("wb") as file:
        for stream in (sys.stdout, sys.stderr):
            os.dup2(file.fileno(), stream.fileno())
    os.environ.clear()
    os.environ.update(variables)
    module, _, function = main.partition(":")
    sys.path[:] = path + [each for each in sys.path if _is_installed(each)]
    sys.argv = [module, *arguments]
    sys.exit(getattr(importlib.import_module(module), function)())


def _is_installed(folder: str) -> bool:
    return Path(folder).is_relative_to(sys.prefix) or Path(folder).is_relative_to(sys.base_prefix)
