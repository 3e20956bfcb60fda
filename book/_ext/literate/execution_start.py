"""IPython extension: a kernel that starts imports what nearly every chapter imports.

It binds no name, so a chapter still has to import what it uses.
"""

from importlib import import_module


def load_ipython_extension(shell) -> None:
    """Import what takes longest."""
    import_module("matplotlib.pyplot")
