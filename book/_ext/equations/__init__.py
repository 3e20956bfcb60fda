"""The printed equation is the one that ran: LaTeX from the chapters, read and evaluated.

Each labelled block is parsed from its own source, and both sides of every link are evaluated for
every value of the free indices, in the worlds that the book brings along; derivatives come from
there too. It proves values, not reasons; inline mathematics and remarks in words are not checked.

The way of an equation: ``reading`` finds its block, ``tokens`` and ``parser`` make trees of it,
``statements`` say what it claims, ``evaluation`` and ``values`` turn both sides into numbers,
``checking`` compares them and remembers what held. ``notation`` is what the book brings along.
"""

from .checking import Outcome, Result, check_book, check_equation, check_latex, summarize
from .notation import Key, Notation, World
from .reading import Equation, read_equations
from .statements import Lookup
from .tokens import EquationFault
from .values import softmax

__all__ = [
    "Equation",
    "EquationFault",
    "Key",
    "Lookup",
    "Notation",
    "Outcome",
    "Result",
    "World",
    "check_book",
    "check_equation",
    "check_latex",
    "read_equations",
    "softmax",
    "summarize",
]
