"""The style of the book's plots, and the one graph that every derivation points into.

Each colour means one thing throughout the book: blue is time and ``W_aa``, red the loss and
``W_ya``, green the inputs and the gate. Colour never stands alone: lines differ in their dashes
too, and edges carry their names.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import Circle, FancyArrowPatch
from matplotlib_inline.backend_inline import set_matplotlib_formats

BLUE, RED, GREEN, GREY = "#1b5faa", "#b3261e", "#23762f", "#8a8a8a"

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

# the nodes of one time step, from the input up to its share of the loss, and where they stand
ROWS = {"x": 0.0, "z": 1.45, "a": 2.9, "o": 4.35, "y": 5.8, "J": 7.25}
NAMES = {"x": "x", "z": "z", "a": "a", "o": "o", "y": r"\hat{y}", "J": "J"}
EDGES = {
    "x-z": ("$W_{ax}$", GREEN),
    "a-z": ("$W_{aa}$", BLUE),
    "z-a": (r"$\tanh$", GREEN),
    "a-o": ("$W_{ya}$", RED),
    "o-y": ("softmax", RED),
    "y-J": (r"$-\ln$", RED),
}
COLUMN = 3.1


def use_book_style():
    """Give every plot of a chapter the book's look: SVG without a date, on a clear ground."""
    plt.rcParams.update(STYLE)
    set_matplotlib_formats("svg", metadata={"Date": None}, bbox_inches="tight")


def draw_network(steps=3, *, backward=(), shapes=None):
    """Draw the unrolled network.

    Without ``backward``, arrows run forward in their colours. With it, only the edges named there
    (keys of ``EDGES``) are coloured, and their arrows point back, as the gradient travels.
    ``shapes`` maps a node's letter to the text of its shape, which is written beside its nodes.
    """
    figure, axes = plt.subplots(figsize=(6.4, 5.2))
    axes.set_aspect("equal")
    axes.axis("off")
    place = {("a", 0): (0.0, ROWS["a"])}
    place |= {(row, t): (COLUMN * t, y) for t in range(1, steps + 1) for row, y in ROWS.items()}
    for t in range(1, steps + 1):
        for edge, (name, color) in EDGES.items():
            below, above = edge.split("-")
            start = place[below, t - 1 if edge == "a-z" else t]
            _draw_edge(axes, start, place[above, t], edge in backward, not backward, color, name)
    for (row, t), (x, y) in place.items():
        axes.add_patch(Circle((x, y), 0.4, facecolor="none", edgecolor="black", zorder=3))
        axes.text(x, y, f"${NAMES[row]}_{t}$", ha="center", va="center", fontsize=12, zorder=4)
        if shapes and row in shapes:
            axes.text(x + 0.45, y + 0.28, shapes[row], fontsize=8.5, ha="left", va="center")
    axes.set_xlim(-0.5, COLUMN * steps + 1.2)
    axes.set_ylim(-0.5, ROWS["J"] + 0.5)
    return figure


def draw_matrix(axes, values, limit, digits=1):
    """Draw a matrix as coloured fields, red for positive, each with its value written in it.

    ``limit`` is the value at which the colour is full.
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
    """Draw one matrix for each time step, plus signs between them, and after "=" their sum."""
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


def _draw_edge(axes, start, end, marked, forward, color, name):
    """One arrow with its name; grey where the gradient under discussion does not go."""
    color = color if marked or forward else GREY
    if marked:
        start, end = end, start
    axes.add_patch(
        FancyArrowPatch(
            start,
            end,
            arrowstyle="-|>",
            mutation_scale=13,
            shrinkA=14,
            shrinkB=14,
            color=color,
            linewidth=2.4 if marked else 1.2,
            zorder=2,
        )
    )
    if marked or forward:
        (x0, y0), (x1, y1) = start, end
        x, y = (x0 + x1) / 2, (y0 + y1) / 2
        if x0 == x1:
            axes.text(x + 0.14, y, name, color=color, fontsize=10, ha="left", va="center")
        else:
            axes.text(x + 0.05, y + 0.1, name, color=color, fontsize=10, ha="left", va="bottom")
