"""A fresh process that imports one peer and computes one step of the toy.

``python -m bench.first_step MODULE`` prints the seconds of the processor since the process began.
"""

import sys
import time

from bench import peers, worker
from bench.problems import SHAPES, draw


def main(module: str) -> float:
    """Compute, and return the seconds."""
    worker.pin_to_one_core()
    way = next(iter(peers.load(module)(draw(SHAPES["toy"], "float32")).values()))
    way.step()
    return time.process_time()


if __name__ == "__main__":
    sys.stdout.write(f"{main(sys.argv[1])}\n")
