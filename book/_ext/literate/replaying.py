"""Compare an assembled function's local variables with the numbers that a chapter showed."""

import inspect
import sys

import numpy as np


def replay(function, *args, shown, **kwargs):
    """Run ``function`` and compare its local variables with the numbers in ``shown``.

    Parameters
    ----------
    function : callable
        A Python function; a decorated one is looked through.
    shown : dict
        Name of a local variable → the array that the chapter computed for it. The arrays have to
        be equal in shape, dtype and every entry. Dicts and sequences of arrays are compared entry
        by entry.

    Returns
    -------
    object
        The result of ``function(*args, **kwargs)``.

    Raises
    ------
    AssertionError
        With the variable, the first differing index and both values; or, if a name in ``shown``
        is not a local variable of ``function``, with the names that are.
    ValueError
        If ``shown`` is empty: nothing would be compared.
    TypeError
        If ``function`` is not written in Python, so that it has no locals to look at.
    """
    code = getattr(inspect.unwrap(function), "__code__", None)
    if code is None:
        raise TypeError(f"replay needs a Python function, not {function!r}")
    if not shown:
        raise ValueError("replay: shown is empty, so nothing would be compared; name the arrays")
    result, variables = _run_and_watch(function, code, args, kwargs)
    for name, value in shown.items():
        if name not in variables:
            known = ", ".join(sorted(variables))
            what = f"{name} is not a local variable of {code.co_name} when it returns"
            raise AssertionError(f"{what}; there are {known}")
        _compare(name, variables[name], value)
    return result


def _run_and_watch(function, code, args, kwargs):
    """Call ``function``; return its result and its locals at return (of the outermost call)."""
    variables = {}

    def profile(frame, event, _):
        if event == "return" and frame.f_code is code:
            variables.clear()
            variables.update(frame.f_locals)

    before = sys.getprofile()
    sys.setprofile(profile)
    try:
        result = function(*args, **kwargs)
    finally:
        sys.setprofile(before)
    return result, variables


def _compare(name, ran, shown):
    """Raise AssertionError at the first entry in which ``ran`` differs from ``shown``."""
    if isinstance(ran, dict) and isinstance(shown, dict):
        _same(name, "keys", list(ran), list(shown))
        for key in shown:
            _compare(f"{name}[{key!r}]", ran[key], shown[key])
    elif isinstance(ran, (list, tuple)) and isinstance(shown, (list, tuple)):
        _same(name, "length", len(ran), len(shown))
        for number, pair in enumerate(zip(ran, shown, strict=True)):
            _compare(f"{name}[{number}]", *pair)
    else:
        _compare_arrays(name, np.asarray(ran), np.asarray(shown))


def _compare_arrays(name, ran, shown):
    _same(name, "shape", ran.shape, shown.shape)
    _same(name, "dtype", ran.dtype, shown.dtype)
    differ = (ran != shown) & ~((ran != ran) & (shown != shown))  # NaN equals NaN here
    if np.any(differ):
        index = tuple(int(i) for i in np.argwhere(differ)[0])
        at = f"{name}[{', '.join(map(str, index))}]" if index else name
        _same(at, "value", ran[index].item(), shown[index].item())


def _same(name, what, ran, shown):
    if ran != shown:
        message = f"{name}: the function has {what} {ran!r}, the chapter showed {shown!r}"
        raise AssertionError(message)
