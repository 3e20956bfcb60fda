"""The lock of what drives the browser, which is installed here."""

from pathlib import Path

import locks

LOCK = Path(__file__).with_name("requirements.txt")


def test_every_requirement_of_a_locked_package_is_answered_by_a_pin():
    assert locks.unanswered(LOCK.read_text("utf-8")) == []
