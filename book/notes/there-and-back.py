"""The note of the front page: the network, its arrows, and the arrows back."""

TITLE = "There and back"
ALT = """
Three steps side by side. In each, an arrow leads from the input x up to the state a and on to the
loss J, and from each state one to the next. Beside each of these arrows a violet one leads back.
"""
DESCRIPTION = r"""
The network, unrolled over three steps. Forward, a green arrow leads in each step from the input
$x_t$ up to the state $a_t$, a red one from there to the loss $J_t$, and a blue one from each
state to the next. Beside each of them a violet arrow leads back: the gradient that reaches a state
from the loss of its own step, and the carry from each state to the one before. The gradient with
respect to the weights is collected along the arrows, one product for each step.
"""
HEIGHT = 14
COLUMNS = (6.1, 11.7, 17.3)


def draw(note):
    """Draw three cells in a row, and beside each arrow the one that leads back."""
    before = note.write(2.3, 9.5, "$a_0$", size=28).right
    for t, x in enumerate(COLUMNS, start=1):
        loss = note.ring(x, 4.7, 1.2, f"$J_{t}$", color="red", size=25)
        state = note.ring(x, 9.1, 1.3, f"$a_{t}$", fill="blue", size=27)
        source = note.write(x, 13.1, f"$x_{t}$", size=26, color="green", anchor="center")
        _there_and_back(note, source.top, state.bottom, "green")
        _there_and_back(note, state.top, loss.bottom, "red")
        _there_and_back(note, (before[0], state.left[1]), state.left, "blue")
        before = state.right
    note.write(20.6, 4.4, "there: the answers")
    note.write(20.6, 6.2, "back: the gradients", color="violet")
    note.formula(20.6, 10.8, "eq-dWaa", size=26, parts={r"\delta_t": "violet"})


def _there_and_back(note, start, end, color):
    """Draw an arrow, and in violet, to its side, the one that leads back."""
    dx, dy = (0.3, 0) if start[1] != end[1] else (0, 0.3)
    note.arrow((start[0] - dx, start[1] - dy), (end[0] - dx, end[1] - dy), color=color)
    note.arrow((end[0] + dx, end[1] + dy), (start[0] + dx, start[1] + dy), color="violet")
