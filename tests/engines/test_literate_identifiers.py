"""The index of identifiers: where a name is defined, where it is used."""

import pytest

from literate import load_book
from literate.source import find_identifiers

A = """\
```{code-cell}
:tangle: pkg/mod.py

import math

SIZES = low, high = 1, 2
__all__ = ["f", "Shape"]
```
```{code-cell}
:tangle: pkg/mod.py

def f(x):
    local = [math.tanh(i) for i in x]
    <<the gradient>>
    return dz


class Shape:
    inner = 1
```
```{code-cell}
:fragment: the gradient

for row, _ in enumerate(x):
    dz = SIZES[0]
    dz += row
    x[0] = (step := 1)
```
```{code-cell}
%matplotlib inline
x = [1]
assert f(x) and dz
```
"""
B = """\
```{code-cell}
from pkg.mod import f, low
dz = 1
row = dz
```
```{code-cell}
Shape.inner, high
```
"""
EXPECTED = {
    "dz": (["a:28"], ["a:16", "a:34"]),
    "f": (["a:16"], ["a:34", "b:6"]),
    "high": (["a:8"], ["b:11"]),
    "low": (["a:8"], ["b:6"]),
    "row": (["a:28"], []),
    "Shape": (["a:16"], ["b:11"]),
    "SIZES": (["a:8"], ["a:28"]),
    "step": (["a:28"], []),
}


@pytest.fixture
def identifiers(small_book):
    return find_identifiers(load_book(small_book.write({"a": A, "b": B})).cells)


def short(cells):
    return [f"{cell.doc[5:-3]}:{cell.line}" for cell in cells]


def test_where_each_name_is_defined_and_used(identifiers):
    found = {item.name: (short(item.defined), short(item.used)) for item in identifiers}
    assert found == EXPECTED


def test_the_order_is_that_of_a_dictionary(identifiers):
    assert [item.name for item in identifiers] == list(EXPECTED)


def test_a_cell_that_defines_a_name_is_not_listed_as_its_user(small_book):
    text = "```{code-cell}\n:tangle: p/m.py\n\ndef f(n):\n    return n and f(n - 1)\n```\n"
    (item,) = find_identifiers(load_book(small_book.write({"a": text})).cells)
    assert (short(item.defined), item.used) == (["a:8"], [])
