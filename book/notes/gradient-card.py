"""The card with all gradients on one page."""

TITLE = "The gradients, on one card"
ALT = """
Ten gradients in a column, in four groups in the order of the backward pass: the output layer, the
state, the recurrent parameters, the ways out. At the right of each equation stands its shape.
"""
DESCRIPTION = r"""
All gradients of the network, in the order in which the backward pass meets them. The first group is
the output layer: the gradients with respect to the scores, the output weights and the output bias.
The second is the state: the gradient with respect to the state, where its own output and the carry
meet, with nothing coming from beyond the last step, and $\delta_t$ after tanh. The third is the
recurrent parameters: input weights, recurrent weights, bias. The last is the ways out, to an input
and to the initial state. At the right stands the shape of each gradient.
"""
HEIGHT = 56

OUTPUT = {r"\frac{\partial J}{\partial o_t}": "red"}
DELTA = {r"\delta_t": "violet"}
SLOPE = {r"\left( 1 - a_t^{\odot 2} \right)": "green"}
MEET = {
    r"W_{ya}^{\top} \frac{\partial J}{\partial o_t}": "red",
    r"W_{aa}^{\top} \delta_{t+1}": "blue",
}

GROUPS = (  # each equation, the shape of its gradient, what it is of, and its colours
    (
        ("eq-do", "(n_y, m)", "the scores", OUTPUT),
        ("eq-dWya", "(n_y, n_a)", "output weights", OUTPUT),
        ("eq-dby", "(n_y, 1)", "output bias", OUTPUT),
    ),
    (
        ("eq-da", "(n_a, m)", "a state", MEET),
        ("eq-dz", "(n_a, m)", "after tanh", DELTA | SLOPE),
    ),
    (
        ("eq-dWax", "(n_a, n_x)", "input weights", DELTA | {r"x_t^{\top}": "green"}),
        ("eq-dWaa", "(n_a, n_a)", "recurrent weights", DELTA | {r"a_{t-1}^{\top}": "blue"}),
        ("eq-dba", "(n_a, 1)", "bias", DELTA),
    ),
    (
        ("eq-dx", "(n_x, m)", "an input", DELTA | {r"W_{ax}^{\top}": "green"}),
        ("eq-da0", "(n_a, m)", "the first state", {r"W_{aa}^{\top} \delta_1": "blue"}),
    ),
)


def draw(note):
    """Draw the groups in the order of the backward pass, with a line between them."""
    y = 7.0
    for group in GROUPS:
        if group != GROUPS[0]:
            note.line([(3, y - 3.2), (30.8, y - 3.2)], color="pencil", width=1.5)
        for label, shape, remark, parts in group:
            note.formula(3.2, y, label, size=30, parts=parts)
            note.write(22.8, y - 0.5, f"${shape}$", size=26)
            note.write(22.8, y + 1.1, remark, size=22, color="pencil")
            y += 4.5
            if label == "eq-da":
                note.formula(3.2, y - 0.8, "eq-dz-end", size=30, parts={r"\delta_{T+1}": "violet"})
                note.write(22.8, y - 0.8, "beyond the end", size=22, color="pencil")
                y += 2.6
        y += 0.9
