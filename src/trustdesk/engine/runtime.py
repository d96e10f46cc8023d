"""What compiled conditions call for. Nothing here raises: a result that cannot be is missing."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

from .functions import FUNCTIONS
from .values import MISSING, UNKNOWN, Absent, worst

ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}
COMPARISON: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def settle(value: Any) -> Any:
    """A number too large to be one is missing; integers stay exact as long as they are exact in JSON."""
    return value if -1e300 < value < 1e300 else MISSING


def arithmetic(op: str, left: Any, right: Any) -> Any:
    """Numbers, durations and times are all plain numbers here; money is a pair."""
    if left.__class__ is Absent or right.__class__ is Absent:
        return worst(left, right)
    if left.__class__ is tuple or right.__class__ is tuple:
        return _money(op, left, right)
    try:
        return settle(ARITHMETIC[op](left, right))
    except (ZeroDivisionError, OverflowError):
        return MISSING


def _money(op: str, left: Any, right: Any) -> Any:
    if left.__class__ is tuple and right.__class__ is tuple:
        if left[1] != right[1]:
            return MISSING  # two currencies: nobody gave the rate
        amount = arithmetic(op, left[0], right[0])
        return amount if op == "/" or amount.__class__ is Absent else (amount, left[1])
    currency = left[1] if left.__class__ is tuple else right[1]
    amount = arithmetic(
        op, left[0] if left.__class__ is tuple else left, right[0] if right.__class__ is tuple else right
    )
    return amount if amount.__class__ is Absent else (amount, currency)


def compare_money(op: str, left: Any, right: Any) -> Any:
    if left.__class__ is Absent or right.__class__ is Absent:
        return worst(left, right)
    return COMPARISON[op](left[0], right[0]) if left[1] == right[1] else MISSING


def call(function: str, *arguments: Any) -> Any:
    result: Any = False
    for argument in arguments:
        if argument.__class__ is Absent:
            if argument is UNKNOWN:
                return UNKNOWN
            result = MISSING
    if result is MISSING:
        return MISSING
    if function == "money":
        return arguments
    value = FUNCTIONS[function].run(*arguments)
    return value if not isinstance(value, float) or math.isfinite(value) else MISSING
