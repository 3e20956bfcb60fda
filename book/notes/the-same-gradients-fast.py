"""The note of the chapter on the fast path."""

TITLE = "All steps side by side"
ALT = """
Three narrow green columns are pushed together into one wide box, from which one arrow leads, with
W_ax, into another. Below, a chain of blue boxes, joined by arrows with W_aa, has to be walked one
after the other. At the bottom two wide boxes give one small one: a gradient.
"""
DESCRIPTION = r"""
At the top the inputs of three steps, $x_1$, $x_2$ and $x_3$, are narrow green columns. Pushed
together they are one wide box, $\mathbf{X}$, and one arrow, with $W_{ax}$, leads to an equally wide
box, $\mathbf{U}$: one product for all steps. In the middle the states $a_0$ to $a_3$ are a chain,
joined by blue arrows with $W_{aa}$: the steps wait for each other, to the right in the forward
pass, and to the left in the backward pass; the equation of the chain stands above it. At the bottom
the violet box $\mathbf{D}$, which holds all $\delta_t$, lies beside $\mathbf{X}$, turned on its
side; their product is a small box: the gradient with respect to $W_{ax}$, the sum over all steps.
"""
HEIGHT = 31


def draw(note):
    """Draw the columns and the wide box, the chain that is left, and the product for a sum."""
    _together(note)
    _chain(note)
    _one_product(note)


def _together(note):
    """Draw three columns, the wide matrix that they make, and the product with it."""
    for t in (1, 2, 3):
        note.box(0.6 + 2.3 * t, 4.6, 1.7, 4, f"$x_{t}$", color="green", size=25)
    note.arrow((9.6, 6.6), (12.2, 6.6), color="pencil")
    wide = note.box(12.4, 4.6, 5.4, 4, r"$\mathbf{X}$", color="green", size=30)
    result = note.box(23.6, 4.6, 5.4, 4, r"$\mathbf{U}$", size=30)
    note.arrow(wide.right, result.left, color="green", width=3)
    note.write(20.7, 5.9, "$W_{ax}$", color="green", anchor="center")
    note.write(12.4, 10.4, "one product for all steps", size=22, color="pencil")


def _chain(note):
    """Draw the states, which have to wait for each other."""
    note.formula(3, 13.4, "eq-one-state", size=30, parts={"W_{aa} (a_{t-1})_{:k}": "blue"})
    before = note.ring(4.6, 17.6, 1.4, "$a_0$", fill="blue", size=25)
    for t, x in enumerate((12, 19.4, 26.8), start=1):
        state = note.ring(x, 17.6, 1.4, f"$a_{t}$", fill="blue", size=25)
        note.arrow(before.right, state.left, color="blue", width=3)
        note.write(x - 3.7, 16.9, "$W_{aa}$", color="blue", anchor="center")
        before = state
    note.write(3, 20.8, "only this has to wait, there and back", size=22, color="pencil")


def _one_product(note):
    """Draw the sum over the steps as one product."""
    delta = note.box(3.2, 24, 5.4, 3, r"$\mathbf{D}$", color="violet", size=30)
    note.box(9.2, 22.8, 3, 5.4, r"$\mathbf{X}^{\top}$", color="green", size=28)
    note.arrow((12.8, 25.5), (15, 25.5), color="pencil")
    note.box(15.4, 24, 3, 3)
    link = r"\frac{\partial J}{\partial W_{ax}} = \mathbf{D}\, \mathbf{X}^{\top}"
    note.formula(20.6, 26, "eq-one-product", link=link, size=30)
    note.write(delta.x0, 29.6, "the sum over all steps is one product", size=22, color="pencil")
