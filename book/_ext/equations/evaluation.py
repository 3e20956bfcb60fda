"""Trees → numbers, for given values of the indices.

``env`` maps each index to its value, and ``("size", index)`` to how many values it has, since it
runs over axes of one size. A free index that has none yet raises ``Unbound``, which says
what it runs over, and the evaluation then takes one value after the other.
"""

from __future__ import annotations

import operator
from itertools import pairwise

import numpy as np

from . import values
from .notation import World
from .parser import Node
from .tokens import EquationFault


class NoRange(EquationFault):
    """An index stands where nothing says what it runs over."""


class Unbound(Exception):
    """A free index was met that runs over ``first`` to ``last``."""

    def __init__(self, name: str, first: int, last: int):
        super().__init__(name)
        self.name, self.values, self.last = name, range(first, last + 1), last


class Evaluator:
    """Evaluates nodes in one world: a node of the kind ``over`` by the method ``_over``.

    A node without a value raises ``EquationFault``, with its place; a free index ``Unbound``.
    """

    def __init__(self, world: World):
        self.world = world

    def __call__(self, node: Node, env: dict):
        """Return the value of a node, a number or a matrix."""
        try:
            return getattr(self, f"_{node.kind}")(env, *node.args)
        except EquationFault as fault:
            if fault.pos is None:
                fault.pos = node.pos
            raise
        except ArithmeticError as error:
            raise EquationFault(f"this has no value: {error}", node.pos) from None

    def integer(self, node: Node, env: dict) -> int:
        """Return the value of an index or a limit."""
        value = self(node, env)
        if isinstance(value, int):
            return value
        if isinstance(value, float) and value.is_integer():
            return int(value)
        raise EquationFault(f"an index or a limit must be a whole number, not {value}", node.pos)

    def holds(self, parts: tuple[Node, ...], relations: tuple[str, ...], env: dict) -> bool:
        """Say whether a condition on indices is true."""
        sides = [self(part, env) for part in parts]
        if any(map(np.ndim, sides)) or not set(relations) <= set(values.RELATIONS):
            raise EquationFault("a condition compares numbers", parts[0].pos)
        found = pairwise(sides)
        return all(values.RELATIONS[r](*pair) for r, pair in zip(relations, found, strict=True))

    # Symbols

    def _number(self, env, value):
        return value

    def _symbol(self, env, name):
        return _value_of(name, values.CONSTANTS | self.world.names)

    def _index(self, env, name):
        if name in env:
            return env[name]
        if name in self.world.ranges:
            raise Unbound(name, *self.world.ranges[name])
        raise NoRange(f"no range for {name}: write for which {name} this holds")

    def _series(self, env, name, step):
        steps = _value_of(name, self.world.series)
        free = step.kind == "index" and step.args[0] not in (*env, *self.world.ranges)
        if free:
            raise Unbound(step.args[0], min(steps), max(steps))
        t = self.integer(step, env)
        if t not in steps:
            what = f"there is no {name}_{t}: {name} runs over {min(steps)}..{max(steps)}"
            raise EquationFault(what)
        return steps[t]

    def _copy(self, env, symbol, step):
        first, last = self.world.copies
        if not first <= self.integer(step, env) <= last:
            raise EquationFault(f"step {self.integer(step, env)} uses no copy of a weight")
        return self(symbol, env)

    # Arithmetic

    def _neg(self, env, a):
        return -self(a, env)

    def _plus(self, env, a, b, operation=operator.add):
        literal = "number" in (a.kind, b.kind)
        return values.add(self(a, env), self(b, env), literal, operation)

    def _minus(self, env, a, b):
        return self._plus(env, a, b, operator.sub)

    def _times(self, env, a, b):
        return values.multiply(self(a, env), self(b, env))

    def _hadamard_product(self, env, a, b):
        return values.multiply_entries(self(a, env), self(b, env))

    def _over(self, env, a, b):
        divisor = self(b, env)
        if np.ndim(divisor):
            raise EquationFault("only a number can be divided by", b.pos)
        return self(a, env) / divisor

    def _transpose(self, env, a):
        value = self(a, env)
        if np.ndim(value) == 0:
            raise EquationFault("a number has no transpose")
        return value.T

    def _power(self, env, a, exponent):
        value, n = self(a, env), self(exponent, env)
        by_entry = a.kind == "call" and a.args[0] in values.ELEMENTWISE
        if np.ndim(n) or (np.ndim(value) and not by_entry):
            what = r"write A^{\odot 2} for each entry, A^{\top} for the transpose"
            raise EquationFault(f"a power of a matrix: {what}")
        return value**n

    def _hadamard_power(self, env, a, exponent):
        return self(a, env) ** self.integer(exponent, env)

    def _norm(self, env, a):
        return np.linalg.norm(np.atleast_2d(self(a, env)), 2)

    def _call(self, env, name, *arguments):
        return values.call(name, [self(argument, env) for argument in arguments])

    def _apply(self, env, name, argument):
        return _value_of(name, self.world.functions)(self(argument, env))

    def _iverson(self, env, parts, relations):
        return float(self.holds(parts, relations, env))

    def _piecewise(self, env, *rows):
        true = [value for value, when in rows if when and self.holds(*when, env)]
        true += [value for value, when in rows if not (when or true)]
        if len(true) != 1:
            what = f"{len(true)} of the cases hold at once" if true else "none of the cases holds"
            raise EquationFault(what)
        return self(true[0], env)

    # Indices

    def _sum(self, env, name, first, last, body):
        steps = self._steps(name, first, last, env)
        return sum((self(body, env | {name: n}) for n in steps), 0.0)

    def _prod(self, env, name, first, last, body):
        product = 1.0
        for n in self._steps(name, first, last, env):
            product = values.multiply(product, self(body, env | {name: n}))
        return product

    def _steps(self, name, first, last, env):
        if name in env:
            raise EquationFault(f"{name} is in use: sum over another letter")
        return range(self.integer(first, env), self.integer(last, env) + 1)

    def _entry(self, env, base, *indices):
        value = self(base, env)
        return values.pick(value, self._place(env, np.shape(value), indices))

    def _place(self, env, shape, indices) -> tuple:
        """Return the place of an entry, from 0; a free index runs over its axis."""
        one_column = len(shape) == 2 and shape[1] == 1
        if len(indices) != len(shape) - one_column:
            raise EquationFault(f"{len(indices)} indices for {len(shape) - one_column} axes")
        place = [
            slice(None) if index is None else self._at(env, index, size)
            for index, size in zip(indices, shape, strict=False)
        ]
        return (*place, 0) if one_column else tuple(place)

    def _at(self, env, index, size) -> int:
        name = index.args[0] if index.kind == "index" else None
        if name and name not in env:
            raise Unbound(name, 1, size)
        known = env.get(("size", name), size)
        if known != size:
            what = f"{name} runs over {size} entries here, over {known} elsewhere"
            raise EquationFault(what, index.pos)
        at = self.integer(index, env)
        if not 1 <= at <= size:
            raise EquationFault(f"index {at} is outside 1..{size}", index.pos)
        return at - 1

    # Derivatives: of a number by a matrix, of an entry by an entry, of a column by a column

    def _derivative(self, env, above, below):
        (top, i), (bottom, j) = self._reference(env, above), self._reference(env, below)
        value = self.world.jacobian(top, bottom)[i + j]
        if np.ndim(value) > 2:
            raise EquationFault("a matrix with respect to a matrix: write entries or columns")
        return value[:, None] if np.ndim(value) == 1 else value

    def _reference(self, env, node) -> tuple:
        """Return the key of a quantity in the world, and which of its entries is meant."""
        base = node.args[0] if node.kind == "entry" else node
        shape = np.shape(self(base, env))
        symbol = base.args[0] if base.kind != "copy" else base.args[0].args[0]
        step = None if base.kind == "symbol" else self.integer(base.args[1], env)
        if node.kind == "entry":
            return (symbol, step), self._place(env, shape, node.args[1:])
        return (symbol, step), (slice(None),) * len(shape)


def _value_of(name: str, known: dict):
    if name not in known:
        raise EquationFault(f"{name} is in the table of symbols, but no world has a value for it")
    return known[name]
