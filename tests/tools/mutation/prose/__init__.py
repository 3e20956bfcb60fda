r"""Misprints of the printed equations, made from their text: the checker has to catch them.

The LaTeX of a block is changed at one place after the other, by rules that share nothing with the
checker's grammar. Remarks in ``\text{…}`` are left alone: they are not mathematics.
"""
