"""The style of the book's plots, and the one graph that every derivation points into.

Each colour means one thing throughout the book: blue is time and ``W_aa``, red the loss and
``W_ya``, green the inputs and the slope of tanh. Colour never stands alone: lines differ in their
dashes too, and edges carry their names.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import to_rgba
from matplotlib.patches import Circle, FancyArrowPatch, Rectangle
from matplotlib_inline.backend_inline import set_matplotlib_formats

from .toy import numbers, run_toy

BLUE, RED, GREEN, GREY = "#1b5faa", "#b3261e", "#23762f", "#8a8a8a"
BLACK = "black"

STYLE = {
    "figure.figsize": (6.4, 3.2),
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#cccccc",
    "grid.linewidth": 0.5,
    "font.size": 11,
    "legend.frameon": False,
    "lines.linewidth": 2,
    "mathtext.fontset": "cm",
    "svg.hashsalt": "rnn-from-scratch",
}

# the nodes of one time step, from the input up to its part of the loss, and where they stand
ROWS = {"x": -1.2, "z": 1.45, "a": 2.9, "o": 5.05, "y": 6.5, "J": 7.95}
NAMES = {"x": "x", "z": "z", "a": "a", "o": "o", "y": r"\hat{y}", "J": "J"}
# the arrows from node to node, with their names: forward, back, and their colours
EDGES = {
    "x-z": ("", r"$W_{ax}^{\top}$", GREEN),
    "a-z": ("", r"$W_{aa}^{\top}$", BLUE),
    "z-a": (r"$\tanh$", "$1 - a^2$", GREEN),
    "a-o": ("", r"$W_{ya}^{\top}$", RED),
    "o-y": (r"$\mathrm{softmax}$", r"$\mathrm{softmax}$", RED),
    "y-J": (r"$-\ln$", r"$-\ln$", RED),
}
# the parameters: boxes at the left, each with a line along all steps, at this height, which is left
# for a node so far before it
WEIGHTS = {
    "Waa-z": ("$W_{aa}$", 0.6, 0.4, BLUE),
    "Wax-z": ("$W_{ax}$", 0.15, 0.95, GREEN),
    "ba-z": ("$b_a$", -0.3, 1.7, BLACK),
    "Wya-o": ("$W_{ya}$", 4.15, 0.45, RED),
    "by-o": ("$b_y$", 3.7, 1.15, BLACK),
}
COLUMN, LEFT, RADIUS = 3.1, -1.5, 0.4
# numbers beside a node: from line to line, their columns, and those of a state above its arrow
LINE, NUMBER_COLUMNS, RAISED = 0.255, (1.13, 1.88), {"a": 0.27}


def use_book_style():
    """Give every plot of a chapter the book's look: SVG without a date, on a clear ground."""
    plt.rcParams.update(STYLE)
    set_matplotlib_formats("svg", metadata={"Date": None}, bbox_inches="tight")


def draw_network(steps=3, *, forward=None, backward=(), shapes=None):
    """Draw the unrolled network; its parameters are shaded boxes, each of them used at every step.

    ``forward`` and ``backward`` name arrows, keys of ``EDGES`` and ``WEIGHTS``: from below to
    above, or from a parameter to a node. Those of ``backward`` point back, as the gradient
    travels, and that of a parameter ends in its box. The others are grey. With neither, all arrows
    run forward. ``shapes`` maps a node's letter to the text of its shape, written beside its nodes.
    Raises ValueError for any other arrow.
    """
    known = {*EDGES, *WEIGHTS}
    forward = set(forward if forward is not None else () if backward else known)
    backward = set(backward)
    if unknown := sorted((forward | backward) - known):
        raise ValueError(f"there are no arrows {unknown}; there are {sorted(known)}")
    figure, axes = plt.subplots(figsize=(6.4, 5.4))
    axes.set_aspect("equal")
    axes.axis("off")
    place = {("a", 0): (0.0, ROWS["a"])}
    place |= {(row, t): (COLUMN * t, y) for t in range(1, steps + 1) for row, y in ROWS.items()}
    _draw_edges(axes, place, forward, backward)
    _draw_weights(axes, place, forward | backward, backward)
    for (row, t), (x, y) in place.items():
        axes.add_patch(Circle((x, y), RADIUS, facecolor="none", edgecolor="black", zorder=3))
        axes.text(x, y, f"${NAMES[row]}_{t}$", ha="center", va="center", fontsize=12, zorder=4)
        if shapes and row in shapes:
            axes.text(x + 0.45, y + 0.28, shapes[row], fontsize=9.7, ha="left", va="center")
    axes.set_xlim(LEFT - 0.6, COLUMN * steps + 1.2)
    axes.set_ylim(ROWS["x"] - 0.5, ROWS["J"] + 0.5)
    return figure


def with_numbers(figure, *, backward=True):
    """Write the numbers of the toy into a drawn network of three steps, beside each of its nodes.

    The first column is the node's value; the second one, red, which ``backward=False`` leaves out,
    is the gradient of J with respect to it.
    """
    [axes] = figure.axes
    figure.set_size_inches(8.2, 6.9)
    kinds = (("its value", BLACK), ("the gradient", RED))[: 1 + backward]
    for (row, t), columns in run_toy().nodes().items():
        for values, right, (_, color) in zip(columns, NUMBER_COLUMNS, kinds, strict=False):
            top = ROWS[row] + RAISED.get(row, 0) + LINE * (len(values) - 1) / 2
            for n, number in enumerate(numbers(values)):
                place = COLUMN * t + right, top - LINE * n
                axes.text(*place, number, color=color, fontsize=8, ha="right", va="center")
    axes.text(LEFT - 0.4, ROWS["J"], "beside each node:", fontsize=9)
    for n, (what, color) in enumerate(kinds, 1):
        axes.text(LEFT - 0.4, ROWS["J"] - 0.4 * n, what, color=color, fontsize=9)
    return figure


def draw_matrix(axes, values, limit, digits=1):
    """Draw a matrix as coloured fields, red for positive, each with its value written in it.

    ``values`` is an array (rows, columns), and ``limit`` the value at which the colour is full.
    """
    image = axes.imshow(values, cmap="RdBu_r", vmin=-limit, vmax=limit)
    rows, columns = values.shape
    for (i, j), value in np.ndenumerate(values):
        text = f"{value:.{digits}f}".replace("-", "\N{MINUS SIGN}")
        text = "0" if float(f"{value:.{digits}f}") == 0 else text
        color = "white" if abs(value) > 0.6 * limit else "black"
        axes.text(j, i, text, ha="center", va="center", fontsize=8, color=color)
    axes.set_xticks(range(columns), range(1, columns + 1))
    axes.set_yticks(range(rows), range(1, rows + 1))
    axes.grid(visible=False)
    return image


def draw_sum(parts, row_names=None):
    """Draw the matrices of the time steps, all of one shape, with plus signs, and their sum."""
    matrices = [*parts, sum(parts)]
    limit = max(np.abs(matrix).max() for matrix in matrices)
    figure, panels = plt.subplots(1, len(matrices), figsize=(6.8, 1.9), layout="constrained")
    for n, (axes, matrix) in enumerate(zip(panels, matrices, strict=True)):
        draw_matrix(axes, matrix, limit)
        axes.set_title("sum" if n == len(parts) else f"$t = {n + 1}$", fontsize=11)
        names = row_names or range(1, len(matrix) + 1)
        axes.set_yticks(range(len(matrix)), names if n == 0 else [""] * len(matrix))
        sign = {len(parts): "", len(parts) - 1: "="}.get(n, "+")
        axes.text(1.1, 0.5, sign, transform=axes.transAxes, ha="center", va="center", fontsize=14)
    return figure


def _draw_edges(axes, place, forward, backward):
    """Draw the arrows from node to node, at each step; ``place`` says where the nodes stand."""
    some = len(forward) < len(EDGES) + len(WEIGHTS)
    for edge, (ahead, back, color) in EDGES.items():
        below, above = edge.split("-")
        used, name = edge in forward | backward, ahead if edge in forward else ""
        for row, t in place:
            if row == above and t > 0:
                ends = place[below, t - 1 if edge == "a-z" else t], place[above, t]
                if edge in backward:
                    _draw_edge(axes, *ends[::-1], True, color, back)
                else:
                    _draw_edge(axes, *ends, used and some, color if used else GREY, name)


def _draw_weights(axes, place, used, backward):
    """Draw the parameters, each with an arrow for each step."""
    for edge, (name, height, before, color) in WEIGHTS.items():
        ends = [node for (row, t), node in place.items() if row == edge[-1] and t > 0]
        feet = [(x - before, height) for x, _ in ends]
        color_now = color if edge in used else GREY
        _draw_weight(axes, name, feet, ends, color_now, edge in used, edge in backward)


def _draw_edge(axes, start, end, marked, color, name):
    """Draw one arrow, with its name beside it."""
    _draw_arrow(axes, start, end, color, 2.4 if marked else 1.2)
    (x0, y0), (x1, y1) = start, end
    x, y = (x0 + x1) / 2, (y0 + y1) / 2
    if x0 == x1:
        side, x, y = "left", x + 0.18, y - 0.06  # clear of the arrow, and of the carry's
        if abs(y1 - y0) > 2:  # below the lines of the parameters
            side, x, y = "right", x - 0.56, min(y0, y1) + 0.45
        axes.text(x, y, name, color=color, fontsize=10, ha=side, va="center")
    else:
        axes.text(x + 0.05, y + 0.1, name, color=color, fontsize=10, ha="left", va="bottom")


def _draw_arrow(axes, start, end, color, width, shrink=(14, 14)):
    axes.add_patch(
        FancyArrowPatch(
            start,
            end,
            arrowstyle="-|>",
            mutation_scale=13,
            shrinkA=shrink[0],
            shrinkB=shrink[1],
            color=color,
            linewidth=width,
            zorder=2,
        )
    )


def _draw_weight(axes, name, feet, ends, color, used, back):
    """Draw a parameter, a line along the steps, and at each step an arrow from it, or into it."""
    height, (wide, high) = feet[0][1], (0.84, 0.4)
    fill = to_rgba(color, 0.15)
    corner = LEFT - wide / 2, height - high / 2
    axes.add_patch(Rectangle(corner, wide, high, facecolor=fill, edgecolor=color, zorder=3))
    axes.text(LEFT, height, name, ha="center", va="center", fontsize=10.5, zorder=4, color=color)
    width = 1.8 if back else 1.2 if used else 0.6
    side = LEFT + wide / 2, height
    if back:
        _draw_arrow(axes, feet[-1], side, color, width, (0, 0))
    else:
        axes.plot(*zip(side, feet[-1], strict=True), color=color, linewidth=width, zorder=1)
    for foot, node in zip(feet, ends, strict=True):
        if back:
            _draw_arrow(axes, node, foot, color, width, (14, 0))
            axes.plot(*foot, "o", color=color, markersize=3.5)
        elif used:
            _draw_arrow(axes, foot, node, color, width, (0, 14))
        else:
            toward = np.subtract(node, foot)
            end = node - toward * RADIUS / np.hypot(*toward)
            axes.plot(*zip(foot, end, strict=True), color=color, linewidth=width, zorder=1)
