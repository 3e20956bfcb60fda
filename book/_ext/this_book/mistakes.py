"""The mistakes of the chapter "Would you notice?": planted into the module, shown in a table.

A mistake is a change of one line: what the module says, and what it says by mistake. The last two
need a second change, so that the loss and its gradients make the same mistake.
"""

import inspect
import re
import types
from collections.abc import Callable
from functools import cache
from html import escape
from typing import NamedTuple

from rnn_from_scratch import bptt, descent, forward, loss

TOLERANCE = 1e-6  # a gradient with a larger relative error is wrong, whichever check finds it


class Change(NamedTuple):
    """One line of the module, and what stands there by mistake."""

    place: str  # the fragment of the line, or its function
    right: str
    wrong: str


@cache
def plant(*changes):
    """Make the module anew from its source, with changes; the module itself stays as it is.

    Returns a module that has all names of loss, forward, bptt and descent, and goes
    cell by cell, as the chapters derive it, never through buffers. Raises ValueError if
    a line does not stand in their source exactly once, or if nothing would change.
    """
    modules = (loss, forward, bptt, descent)
    source = "\n".join(inspect.getsource(module) for module in modules)
    imports = r"(?m)^from rnn_from_scratch\.(loss|forward|bptt) import .*"
    source = re.sub(imports, "", source)
    source += "\n\ndef in_buffers(*_):\n    return None\n"
    for change in changes:
        if source.count(change.right) != 1 or change.right == change.wrong:
            raise ValueError(_refusal(source, *change))
        source = source.replace(change.right, change.wrong)
    planted = types.ModuleType("planted")
    exec(compile(source, "the module with a mistake", "exec"), vars(planted))
    return planted


def _refusal(source, place, right, wrong):
    """Say why a mistake cannot be planted, and in which chapter the line should stand."""
    name = re.escape(place)
    chapter = re.search(rf"# <<{name}>> \((.+)\)|# (book/.+)\n(?:@.+\n)?def {name}\(", source)
    where = f"{place} ({chapter[1] or chapter[2]})" if chapter else place
    if right == wrong:
        return f"{where}: {right!r} would stay as it is; plant a mistake"
    times = source.count(right)
    return f"{where}: {right!r} stands in the module {times} times, not once; plant anew"


ADD_CARRY = ("add the carry", "da_t = da_output[:, :, t] + da_carry")
SLOPE = ("gradient through tanh", "dz = da_t * (1 - a_t**2)")
CONTRIBUTION = ("contributions of one step", "dWaa_t = dz @ a_prev.T")
BIAS = ("contributions of one step", "dba_t = dz.sum(axis=1, keepdims=True)")
STEP_BACK = ("rnn_backward", "step = rnn_cell_backward(da_t, caches[t])")
OUTPUT_ERROR = ("output error", "do = (y_hat - y) * counted / m")
BEGIN = ("_cell_by_cell", "a_t, caches = a0, []")

MISTAKES = {
    "carry: never added": [Change(*ADD_CARRY, "da_t = da_output[:, :, t]")],
    "carry: overwrites": [
        Change(*ADD_CARRY, "da_t = da_carry if t < T - 1 else da_output[:, :, t]")
    ],
    "carry: not transposed": [
        Change("gradient of the state before", "da_carry = Waa.T @ dz", "da_carry = Waa @ dz")
    ],
    "carry: piles up": [
        Change("rnn_backward", 'da_carry = step["da_carry"]', 'da_carry += step["da_carry"]')
    ],
    "tanh: slope forgotten": [Change(*SLOPE, "dz = da_t")],
    "tanh: applied twice": [Change(*SLOPE, "dz = da_t * (1 - np.tanh(a_t) ** 2)")],
    "tanh: slope a step early": [Change(*SLOPE, "dz = da_t * (1 - a_prev**2)")],
    "dWaa: new state for old": [Change(*CONTRIBUTION, "dWaa_t = dz @ a_t.T")],
    "dWaa: transposed": [Change(*CONTRIBUTION, "dWaa_t = a_prev @ dz.T")],
    "dWaa: index -1 wraps": [  # caches[-1] is the last step
        Change(
            *STEP_BACK,
            "step = rnn_cell_backward(da_t, caches[t]._replace(a_prev=caches[t - 1].a_t))",
        )
    ],
    "dWaa: starts from zeros": [
        Change(
            *STEP_BACK,
            "step = rnn_cell_backward(da_t, caches[t]._replace(a_prev=caches[t].a_prev * (t > 0)))",
        )
    ],
    "dWaa: one step only": [
        Change("add up the contributions", 'dWaa += step["dWaa_t"]', 'dWaa = step["dWaa_t"]')
    ],
    "dba: mean for sum": [Change(*BIAS, "dba_t = dz.mean(axis=1, keepdims=True)")],
    "dba: wrong axis": [Change(*BIAS, "dba_t = dz.sum(axis=0, keepdims=True)")],
    "do: sign turned": [Change(*OUTPUT_ERROR, "do = (y - y_hat) * counted / m")],
    "do: labels a step late": [
        Change(
            "output error",
            "y = np.arange(n_y)[:, None, None] == labels",
            "y = np.arange(n_y)[:, None, None] == np.roll(labels, 1, axis=1)",
        )
    ],
    "do: mask ignored": [Change(*OUTPUT_ERROR, "do = (y_hat - y) / m")],
    "do: not divided by m": [Change(*OUTPUT_ERROR, "do = (y_hat - y) * counted")],
    "do: divided by T too": [Change(*OUTPUT_ERROR, "do = (y_hat - y) * counted / m / T")],
    "dWya: old state for new": [
        Change(
            "gradients of the output layer",
            "dWya = sum(do[:, :, t] @ a[:, :, t].T for t in range(T))",
            "dWya = sum(do[:, :, t] @ a[:, :, t - 1].T for t in range(T))",
        )
    ],
    "a0: another example's": [Change(*BEGIN, "a_t, caches = np.roll(a0, 1, axis=1), []")],
    "softmax: a single maximum": [
        Change(
            "softmax",
            "e = np.exp(z - z.real.max(axis=axis, keepdims=True))",
            "e = np.exp(z - z.real.max())",
        )
    ],
    "J and do: not divided by m": [
        Change(
            "cross_entropy_from_scores",
            'return (log_sums - true)[counted].sum() / sizes["m"]',
            "return (log_sums - true)[counted].sum()",
        ),
        Change(*OUTPUT_ERROR, "do = (y_hat - y) * counted"),
    ],
    "J and da0: a0 ignored": [
        Change(*BEGIN, "a_t, caches = np.zeros_like(a0), []"),
        Change("gradient of the initial state", "da0 = da_carry", "da0 = np.zeros_like(da_carry)"),
    ],
}


class Grid:
    """A table of dots with a row for each mistake and a column for each check.

    Each dot opens what it stands for, without a script.

    Parameters
    ----------
    name : str
        The beginning of the ids of its parts; one page may hold several grids.
    noticed : dict
        For each column the set of the rows that are noticed there.
    rows : list of str
        The names of the rows; those with the same word before the colon belong together.
    tell : callable
        Takes a row and a column, and returns the lines that their dot opens.
    """

    def __init__(
        self,
        name: str,
        noticed: dict[str, set[str]],
        rows: list[str],
        tell: Callable[[str, str], list[str]],
    ):
        self.name, self.noticed, self.rows, self.tell = name, noticed, rows, tell

    def __repr__(self) -> str:
        """Return the grid in letters: x where a mistake is noticed, - where it slips through."""
        marks = {
            r: "".join("x" if r in c else "-" for c in self.noticed.values()) for r in self.rows
        }
        return "\n".join([", ".join(self.noticed), *(f"{marks[row]} {row}" for row in self.rows)])

    def _repr_html_(self) -> str:
        """Return the table; each dot is a button that opens a note."""
        heads = "".join(f'<th scope="col"><span>{escape(c)}</span></th>' for c in self.noticed)
        lines, notes, before = [], [], ""
        for n, row in enumerate(self.rows):
            group = row.split(":")[0]
            css = ' class="grid-group"' if group != before else ""
            before = group
            dots = []
            for k, (column, names) in enumerate(self.noticed.items()):
                place, inside = f"{self.name}-{n}-{k}", row in names
                said = "noticed" if inside else "slips through"
                label = escape(f"{row}, {column}: {said}", quote=True)
                dots.append(
                    f'<td><button type="button" class="{"dot" if inside else "ring"}"'
                    f' popovertarget="{place}" aria-label="{label}"></button></td>'
                )
                told = "".join(f"<p>{line}</p>" for line in self.tell(row, column))
                head = f"<p><strong>{escape(row)}</strong>, {escape(column)}: {said}</p>"
                notes.append(f'<div popover id="{place}" class="grid-note">{head}{told}</div>')
            lines.append(f'<tr{css}><th scope="row">{escape(row)}</th>{"".join(dots)}</tr>')
        table = f"<thead><tr><td></td>{heads}</tr></thead><tbody>{''.join(lines)}</tbody>"
        return f'<div class="grid"><table>{table}</table>{"".join(notes)}</div>'


def as_code(text: str) -> str:
    """Return a line of code as HTML."""
    return f"<code>{escape(text)}</code>"
