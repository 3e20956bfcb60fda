"""The note of the chapter on several machines."""

TITLE = "A batch, shared"
ALT = """
A wide green box of columns is cut into three pieces. An arrow leads from each piece to a worker,
one of which is crossed out; its piece goes on to the worker beside it. From the workers arrows with
weights meet in a ring with a plus sign, and one arrow leaves it.
"""
DESCRIPTION = r"""
At the top a wide green box stands for the $m$ columns of a batch. It is cut into three shards, of
$m_1$, $m_2$ and $m_3$ columns. Below, three workers: each takes a shard and computes the loss of
the shard, $S_1$, $S_2$ or $S_3$, and its gradient, with the same weights. The middle one is crossed
out: it died, and a dashed arrow brings its shard to the worker on the right, which then computes
two. Arrows from the workers meet in a ring with a plus sign. Beside them stand the weights: each
shard has its part of the columns, such as $\frac{m_1}{m}$. One arrow leaves the ring: the gradient
of the whole batch.
"""
HEIGHT = 33

PIECES = [(3.0, 8.0), (11.4, 8.0), (19.8, 5.4)]  # where a shard begins, and how wide it is
WORK = {1: "$S_1$", 2: "", 3: "$S_2$, $S_3$"}  # what each worker computes


def draw(note):
    """Draw the batch, its shards, the workers, and the sum of what they send."""
    note.formula(3, 6.6, "eq-shards", size=32)
    note.write(3, 10.2, "the columns of the batch, cut into shards", size=22, color="pencil")
    plus = note.ring(15.4, 27.4, 1.3, "$+$", fill="violet", size=30)
    workers = []
    for r, (x, width) in enumerate(PIECES, start=1):
        shard = note.box(x, 11, width, 2.6, f"$m_{r}$", color="green", size=26)
        worker = note.box(x + width / 2 - 3, 17, 6, 3.2, WORK[r], color="blue", size=27)
        dead = not WORK[r]
        note.arrow(shard.bottom, worker.top, color="green", dashed=dead)
        if not dead:
            note.arrow(worker.bottom, plus.left if r == 1 else plus.right, color="blue", width=3)
        workers.append(worker)
    _death(note, workers[1], workers[2])
    note.write(4.2, 25.2, r"$\frac{m_1}{m}$", size=30, color="blue")
    for r, x in ((2, 21.4), (3, 24.2)):
        note.write(x, 25.2, rf"$\frac{{m_{r}}}{{m}}$", size=30, color="blue")
    note.arrow(plus.bottom, (15.4, 31.4), color="violet", width=3)
    note.write(16.4, 31, "as if one had done it all", size=22, color="pencil")


def _death(note, worker, heir):
    """Cross a worker out, and bring its shard to another one."""
    note.line([(worker.x0, 17), (worker.x1, 20.2)], color="red", width=3)
    note.line([(worker.x0, 20.2), (worker.x1, 17)], color="red", width=3)
    note.arrow(worker.right, heir.left, color="red", dashed=True)
    note.write(11.6, 22, "dies: another one", size=22, color="pencil")
    note.write(11.6, 23.5, "takes its shard", size=22, color="pencil")
