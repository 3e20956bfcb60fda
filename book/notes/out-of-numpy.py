"""The note of the chapter on the export."""

TITLE = "The cell, as others run it"
ALT = """
A box, the cell, has an arrow for the input coming in from below, one for the probabilities going
out at the top, and a blue loop from its right side back to its left: the state.
An arrow leads from the box to a sheet of paper, a file, and from there to three small boxes.
"""
DESCRIPTION = r"""
On the left stands the cell as a box, with its operators written in it: two products, a sum,
$\tanh$, a product, a sum, softmax. From below the input $x_t$ comes in, at the top $\hat y_t$ goes
out. A blue loop leads from the right side around the box to its left side: the state $a_t$, which
is the $a_{t-1}$ of the next step; this is what Scan does. An arrow leads to a file, and arrows from
the file to three places where it runs: a server, a phone, a browser. Below stands the equation for
engines that have examples in rows: all is transposed.
"""
HEIGHT = 31


def draw(note):
    """Draw the cell with its loop, the file and who reads it; below, the equation in rows."""
    cell = note.box(5, 8.6, 8, 7.6, color="ink")
    for n, text in enumerate(("products, sum", r"$\tanh$", "product, sum", "softmax")):
        note.write(9, 14.8 - 1.7 * n, text, size=23, anchor="center")
    note.arrow((9, 19.4), cell.bottom, color="green", width=3)
    note.write(9.6, 19, "$x_t$", color="green", size=28)
    note.arrow(cell.top, (9, 5.6), color="red", width=3)
    note.write(9.6, 6.8, r"$\hat y_t$", color="red", size=28)
    _loop(note)
    _file(note)
    state = r"""a_t^{\top} &= \tanh\left( x_t^{\top} W_{ax}^{\top} + a_{t-1}^{\top} W_{aa}^{\top}
        + \mathbf{1}_m b_a^{\top} \right)"""
    note.write(3, 24.2, "examples in rows: all is transposed", size=22, color="pencil")
    parts = {r"a_{t-1}^{\top} W_{aa}^{\top}": "blue"}
    note.formula(3, 27, "eq-rows", link=state.replace("&", ""), size=29, parts=parts)


def _loop(note):
    """Lead the state from the right of the cell around it, to its left."""
    note.line([(13, 12.4), (14.8, 12.4), (14.8, 21), (3, 21), (3, 12.4)], color="blue", width=3)
    note.arrow((3, 12.4), (5, 12.4), color="blue", width=3)
    note.write(11.6, 20.4, "$a_t$", color="blue", size=28)


def _file(note):
    """Draw the file, and where it is read."""
    note.arrow((15.6, 9.4), (17.8, 9.4), color="pencil")
    file = note.box(18, 7, 3.6, 4.8, color="ink")
    note.write(19.8, 9.8, "file", size=23, anchor="center")
    for n, place in enumerate(("server", "phone", "browser")):
        reader = note.box(24, 5.6 + 3.2 * n, 5, 2.3, place, color="violet", size=23)
        note.arrow(file.right, reader.left, color="violet")
    note.write(17, 16.4, "whole or not at all,", size=22, color="pencil")
    note.write(17, 17.9, "checked, then moved", size=22, color="pencil")
    note.write(17, 19.4, "into its place", size=22, color="pencil")
