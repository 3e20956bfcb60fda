"""Literate programming for MyST notebooks: one source, woven into pages and tangled into modules.

A code cell may name its statements (``:fragment: NAME``) and may be sent to a file below code/
(``:tangle: PATH``); a line ``<<NAME>>`` stands for the fragment, indented to match.
A name below is loaded when it is asked for: a notebook that wants ``replay`` needs no parser.
"""

from importlib import import_module

_HOMES = {
    "Book": "fragments",
    "BookFault": "faults",
    "Cell": "chapters",
    "Fault": "faults",
    "HandEdited": "faults",
    "Line": "fragments",
    "UnknownPlace": "faults",
    "check": "tangling",
    "code_digests": "measured",
    "code_since": "measured",
    "fragment_slug": "source",
    "load_book": "loading",
    "recorded": "recording",
    "replay": "replaying",
    "spread": "recording",
    "tangle": "tangling",
    "where": "tangling",
}
__all__ = sorted(_HOMES)


def __getattr__(name: str):
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOMES[name]}", __name__), name)


def __dir__() -> list[str]:
    return __all__
