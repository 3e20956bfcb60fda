"""A cell that asserts something about trained networks says so: it carries ``:training:``.

What an assert stands on is followed from name to name through a chapter, cell by cell, without
running anything: from a call that trains, through what it is assigned to, appended to or looped
over, and through functions that use it.
"""

import ast
from pathlib import Path

import pytest

from repository import the_book
from results import source

ROOT = Path(__file__).resolve().parents[2]
TRAINERS = {"train", "descend", "update_parameters", "RNN"}
MUTATORS = {"append", "extend", "update", "add", "insert", "setdefault", "plot"}


def unmarked(cells):
    """Return the index of each cell that asserts what follows training, and does not say so.

    ``cells`` are pairs: the code, and whether the cell carries ``:training:``.
    """
    chapter = Chapter()
    claims = [chapter.run(ast.parse(code)) for code, _ in cells]
    return [n for n, (_, marked) in enumerate(cells) if claims[n] and not marked]


class Chapter:
    """The names of a chapter that follow training, after the cells that were run so far."""

    def __init__(self):
        self.trained = set(TRAINERS)

    def run(self, tree):
        """Follow a cell; return whether an assert in it follows training."""
        return bool(sum(self._follow(statement) for statement in tree.body))

    def _follow(self, node):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            return self._define(node)
        if isinstance(node, ast.Import | ast.ImportFrom):
            return self._import(node)
        if isinstance(node, ast.For | ast.While | ast.With | ast.If | ast.Try):
            return self._block(node)
        claims = self._claims(node)
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign) and node.value:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            follows = self._uses(node.value) or self._mutates(node)
            for target in targets:
                self._bind(target, follows, keep=isinstance(node, ast.AugAssign))
        elif self._uses(node):
            self.trained |= self._mutated(node)
        for walrus in (n for n in ast.walk(node) if isinstance(n, ast.NamedExpr)):
            self._bind(walrus.target, self._uses(walrus.value))
        return claims

    def _define(self, node):
        """A function that trains, or uses what was trained, gives what follows training."""
        free = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
        free -= _arguments(node) | _assigned(node)
        attributes = {n.attr for n in ast.walk(node) if isinstance(n, ast.Attribute)}
        learns = any(_learns(loop) for loop in ast.walk(node))
        if learns or free & self.trained or attributes & TRAINERS:
            self.trained.add(node.name)
        else:
            self.trained.discard(node.name)
        return False

    def _import(self, node):
        for alias in node.names:
            if alias.name in self.trained & TRAINERS:
                self.trained.add(alias.asname or alias.name)
        return False

    def _block(self, node):
        """Whatever a block binds follows training if anything in it does; twice, as loops turn."""
        parts = [getattr(node, name, ()) for name in ("body", "orelse", "finalbody")]
        parts += [handler.body for handler in getattr(node, "handlers", ())]
        claims, seen = 0, set(self.trained)
        for _ in range(2):
            if isinstance(node, ast.For):
                self._bind(node.target, self._uses(node.iter), keep=True)
            for part in parts:
                claims += sum(self._follow(inner) for inner in part)
                seen |= self.trained  # a branch that is not taken clears nothing
            self.trained |= seen | (_assigned(node) if _learns(node) else set())
        return bool(claims)

    def _claims(self, node):
        if isinstance(node, ast.Assert):
            return self._uses(node.test)
        calls = [n for n in ast.walk(node) if isinstance(n, ast.Call)]
        called = [c for c in calls if _last(c.func).startswith("assert_")]
        return any(self._uses(call) for call in called)

    def _uses(self, node):
        names = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
        names -= _arguments(node) | _inner(node)
        names |= {n.attr for n in ast.walk(node) if isinstance(n, ast.Attribute)} & TRAINERS
        return bool(names & self.trained)

    def _mutates(self, node):
        return isinstance(node, ast.AugAssign) and self._uses(node.target)

    def _mutated(self, node):
        """Return what ``found.append(…)`` and its like change."""
        calls = [n for n in ast.walk(node) if isinstance(n, ast.Call)]
        changed = [c.func.value for c in calls if _last(c.func) in MUTATORS]
        return {n.id for value in changed for n in ast.walk(value) if isinstance(n, ast.Name)}

    def _bind(self, target, follows, keep=False):
        if isinstance(target, ast.Subscript | ast.Attribute | ast.Starred):
            whole = isinstance(target, ast.Starred)
            self._bind(target.value, follows, keep=keep or not whole)
        elif isinstance(target, ast.Tuple | ast.List):
            for each in target.elts:
                self._bind(each, follows, keep)
        elif isinstance(target, ast.Name):
            if follows:
                self.trained.add(target.id)
            elif not keep:
                self.trained.discard(target.id)


def _learns(node):
    """Say whether a loop hands a name to a gradient function, and moves it by what comes back."""
    if not isinstance(node, ast.For | ast.While):
        return False
    calls = [n for n in ast.walk(node) if isinstance(n, ast.Call) and "gradient" in _last(n.func)]
    given = {
        name for call in calls for part in [*call.args, *call.keywords] for name in _names(part)
    }
    came, steps = {id(call) for call in calls}, set()
    assignments = [n for n in ast.walk(node) if isinstance(n, ast.Assign | ast.AugAssign)]
    gradients = set()
    for _ in assignments:
        for assignment in assignments:
            value = assignment.value
            if _names(value) & gradients or came & {id(n) for n in ast.walk(value)}:
                targets = _targets(assignment)
                gradients |= targets
                if isinstance(assignment, ast.AugAssign) or _names(value) & targets:
                    steps |= targets
    return bool(given & steps) or any(map(_descends, assignments))


def _descends(assignment):
    """Say whether something is assigned anew as itself, less a multiple of something else."""
    differences = [n for n in ast.walk(assignment.value) if isinstance(n, ast.BinOp)]
    return any(
        isinstance(n.op, ast.Sub)
        and _names(n.left) & _targets(assignment)
        and any(isinstance(part, ast.Mult) for part in ast.walk(n.right))
        for n in differences
    )


def _targets(assignment):
    targets = getattr(assignment, "targets", None) or [assignment.target]
    return {name for target in targets for name in _names(target)}


def _names(node):
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}


def _assigned(node):
    return {
        n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    }


def _arguments(node):
    return {n.arg for n in ast.walk(node) if isinstance(n, ast.arg)}


def _inner(node):
    """Return the names that comprehensions in a statement bind, for themselves alone."""
    targets = [n.target for n in ast.walk(node) if isinstance(n, ast.comprehension)]
    return {name for target in targets for name in _assigned(target)}


def _last(function):
    return getattr(function, "attr", getattr(function, "id", ""))


TRAINS = {
    "by the book's own loop": "losses = train(x)[1]\n§assert losses[-1] < losses[0]",
    "in two cells": "network = descend(x)\n§assert network",
    "under another name": "from m.descent import descend as loop\nlosses = loop(x)\n§assert losses",
    "in a list": "found = []\nfor k in seeds:\n    found.append(train(k))\n§assert min(found) > 0",
    "in a dict": "found = {}\nfor seed in seeds:\n    found[seed] = train(seed)\n§assert found[0]",
    "in a comprehension": "found = [train(seed) for seed in seeds]\n§assert all(found)",
    "in a function": "def learn(s):\n    return train(s)\n\nshare = learn(1)\n§assert share > 0.9",
    "in a class": "class M:\n    def go(self):\n        return train(1)\n\n§assert M().go()",
    "step by step": (
        "for _ in range(9):\n    J, g = loss_and_gradients(x, parameters)\n"
        "    parameters = stepped(parameters, g)\n§assert right(parameters)"
    ),
    "by hand": "for _ in range(9):\n    W, b = W - eta * dW, b - eta * db\n§assert W.max() < 1",
    "asserted by NumPy": "J = train(x)[1]\n§np.testing.assert_allclose(J, 1)",
    "asserted in a loop": "J = train(x)[1]\n§for each in J:\n    assert each > 0",
    "in one branch": "if long:\n    J = train(x)\nelse:\n    J = 0\n§assert J >= 0",
    "in a walrus": "§assert (J := train(x))",
    "read from what was trained": "a = train(x)\nb = a[0].max()\nc = b + 1\n§assert c > 1",
    "as an estimator": "model = RNN(8).fit(X, y)\n§assert model.score(X, y) > 0.9",
}
TRAINS_NOT = {
    "a gradient": "J, g = loss_and_gradients(x, parameters)\nassert J > 0",
    "a function that has locals of that name": (
        "J = train(x)[1]\n\n\ndef f(x):\n    J = x\n    return J\n\nassert f(1) == 1"
    ),
    "a name that is taken for something else": "J = train(x)[1]\nJ = 3\nassert J == 3",
    "another name": "J = train(x)[1]\nK = 3\nassert K == 3",
    "a sum of gradients": (
        "for batch in batches:\n    total = total + loss_and_gradients(batch, parameters)[1]\n"
        "assert total > 0"
    ),
    "problems, one after the other": (
        "for m in (1, 2):\n    x, a0 = problem(m)\n    a0 = 2 * a0\n    J = gradients(x, a0)\n"
        "    assert J > 0"
    ),
    "a training that nothing is said of": "J = train(x)\nprint(J)",
}


@pytest.mark.parametrize("code", TRAINS.values(), ids=TRAINS)
def test_a_claim_about_training_is_found(code):
    before, claim = code.split("§")
    assert unmarked([(before, False), (claim, False)]) == [1]
    assert unmarked([(before, False), (claim, True)]) == []


@pytest.mark.parametrize("code", TRAINS_NOT.values(), ids=TRAINS_NOT)
def test_other_claims_are_left_alone(code):
    assert unmarked([(code, False)]) == []


def test_a_cell_that_claims_something_about_training_says_so():
    book = the_book()
    found = []
    for doc in book.docs:
        cells = [cell for cell in book.cells if cell.doc == doc]
        pairs = [(source(book, cell), "training" in cell.options) for cell in cells]
        found += [cells[n].place for n in unmarked(pairs)]
    assert found == [], f":training: is missing in the cells at {', '.join(found)}"
