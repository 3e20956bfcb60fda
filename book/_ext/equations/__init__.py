"""The printed equation is the one that ran: LaTeX from the chapters, read and evaluated.

Each labelled block is parsed from its own source, and both sides of every link are evaluated for
every value of the free indices in random networks. Derivatives come from complex steps.
It proves values, not reasons; inline mathematics and remarks in words are not checked.
"""

from .book import Result, check_book, check_equation, summarize
from .chapters import Equation, read_equations, read_macros
from .checking import Outcome, check_latex
from .tokens import EquationFault
from .world import World, make_worlds

__all__ = [
    "Equation",
    "EquationFault",
    "Outcome",
    "Result",
    "World",
    "check_book",
    "check_equation",
    "check_latex",
    "make_worlds",
    "read_equations",
    "read_macros",
    "summarize",
]
