"""The note of the page that goes the whole way with one number."""

from this_book.cells import run_cells
from this_book.toy import numbers

TITLE = "With one number"
ALT = """
Three steps side by side. In each, wires lead from the input x and from the weight w up to z, on to
the state a and to the loss J; from each state a wire leads on to the next z. Beside each wire
stands its value, and below it the gradient.
"""
DESCRIPTION = r"""
The network with one number, for its three steps. In each step the input $x_t$, the weight $w$ and
the state before, $a_{t-1}$, make $z_t$; from there a wire leads through $\tanh$ to the state
$a_t$, and from the state one to the loss $J_t$ and one to the next step. Beside each wire stand two
numbers: its value, which goes forward, and below it, in violet, the gradient, which comes back. At
the states the gradients of the two wires that leave are added; at the weight those of its three
wires.
"""
HEIGHT = 38
COLUMNS = (7.4, 17.05, 26.7)
LOSS, STATE, SUM, BUS, WEIGHT = 5.9, 13.4, 23.2, 32.4, 35.6


def draw(note):
    """Draw the three steps; the numbers are those that the page's own cells computed."""
    run = run_cells("book/one-number.md")
    x, w, u, a, dz = (run[name] for name in ("x", "w", "u", "a", "dz"))
    note.write(25.2, 1.7, "value")
    note.write(25.2, 3.2, "gradient", color="violet")
    before = note.write(2.2, 20.6, "$a_0$", size=28).right
    for t, c in enumerate(COLUMNS, start=1):
        loss = note.ring(c, LOSS, 1.5, f"$J_{t}$", color="red", size=26)
        state = note.ring(c, STATE, 1.7, f"$a_{t}$", fill="blue")
        total = note.ring(c, SUM, 1.7, f"$z_{t}$")
        note.arrow(total.top, state.bottom, color="green")
        note.arrow(state.top, loss.bottom, color="red")
        bend = 0 if t == 1 else -1.5
        note.arrow(before, (total.x0 + 0.4, total.y0 + 0.5), color="blue", bend=bend)
        own, carry = a[t] - 1, w * dz[t + 1] if t < 3 else 0.0
        _pair(note, c + 0.4, 9.1, a[t], own)
        _pair(note, c - 2.0, 12.5, a[t], own + carry, "right")
        _pair(note, c + 0.5, 19.1, w * a[t - 1] + u * x[t - 1], dz[t])
        _pair(note, c - 1.7, 16.9 if t > 1 else 17.8, a[t - 1], w * dz[t], "right")
        note.arrow((c - 0.9, 29.2), (c - 0.7, total.y1 - 0.2), color="green")
        note.write(c - 0.9, 30.4, f"$x_{t}$", size=26, color="green", anchor="center")
        note.write(c - 0.1, 28, "$u$", color="green", anchor="center")
        _pair(note, c - 1.2, 26.6, x[t - 1], u * dz[t], "right")
        note.arrow((c + 0.9, BUS), (c + 0.7, total.y1 - 0.2), color="blue")
        _pair(note, c + 1.2, 29.2, w, dz[t] * a[t - 1])
        before = state.right
    ends = [(c + 0.9, BUS) for c in COLUMNS]
    note.line([ends[0], ends[-1]], color="blue")
    weight = note.ring(ends[1][0], WEIGHT, 1.5, "$w$", fill="blue")
    note.arrow(weight.top, ends[1], color="blue", gap=0)
    _pair(note, weight.x1 + 0.4, WEIGHT - 0.4, w, run["dw"])


def _pair(note, x, y, value, gradient, anchor="left"):
    """Write a value, and below it, in violet, the gradient of the loss with respect to it."""
    note.write(x, y, _short(value), anchor=anchor)
    note.write(x, y + 1.6, _short(gradient), color="violet", anchor=anchor)


def _short(number):
    """Write a number with three digits behind the point; one that has no more, as it is."""
    if abs(number - round(number, 1)) < 1e-9:
        return f"{number + 0:g}"
    return numbers(number, 3)[0]
