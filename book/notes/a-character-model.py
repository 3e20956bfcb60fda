"""The note of the chapter on a character model."""

TITLE = "What it says, it reads"
ALT = """
Four columns in a row: a letter below, a blue circle for the state in the middle, and above it a
letter drawn by chance. From each drawn letter a dashed arrow leads down to the next column's input,
where the same letter stands. At the end a stop is drawn.
"""
DESCRIPTION = r"""
The network reads a stop, which stands for the beginning, and its output layer gives each letter a
probability. One letter is drawn; it is written above, and again below the next column, where it is
the input of the next step. So it goes on until a stop is drawn. The states, joined by blue arrows,
remember all that was read. The equation below says how a temperature $\tau$ changes the
probabilities before a letter is drawn: a low one makes the probable letters more probable still, a
high one makes all letters more alike. The letters of the picture are an example, chosen by hand.
"""
HEIGHT = 32

NAME = ".rex."
XS = (4.6, 12, 19.4, 26.8)


def draw(note):
    """Draw the steps that spell a short name, and the equation of the temperature."""
    states, tops, inputs = [], [], []
    for t, x in enumerate(XS, start=1):
        states.append(note.ring(x, 12.4, 1.5, f"$a_{t}$", fill="blue", size=25))
        inputs.append(note.box(x - 1.1, 16.6, 2.2, 2.2, NAME[t - 1], color="green", size=27))
        tops.append(note.box(x - 1.1, 6, 2.2, 2.2, NAME[t], color="red", size=27))
        note.arrow(inputs[-1].top, states[-1].bottom, color="green")
        note.arrow(states[-1].top, tops[-1].bottom, color="red")
    for t in range(3):
        note.arrow(states[t].right, states[t + 1].left, color="blue", width=3)
        note.arrow(tops[t].right, inputs[t + 1].left, color="pencil", dashed=True, gap=0.5)
    note.write(6.4, 5, "drawn by chance", color="red")
    note.write(6.2, 18.9, "read", color="green")
    note.write(29.4, 5, "a stop: the end", size=22, color="pencil", anchor="right")
    temperature = r"\frac{1}{\tau}"
    note.formula(2.6, 23.9, "eq-temperature", size=32, parts={temperature: "red"})
    note.write(2.6, 29.6, r"low $\tau$: sure of itself", size=22, color="pencil")
    note.write(14.6, 29.6, r"high $\tau$: anything goes", size=22, color="pencil")
