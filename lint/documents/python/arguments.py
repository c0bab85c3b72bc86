"""The arguments of a call."""

from __future__ import annotations

import libcst as cst


def passed(call: cst.Call, position: int | None, keyword: str | None) -> cst.BaseExpression | None:
    """The argument at a position or by a keyword; None where it is left out or hidden in `*args`."""
    for index, arg in enumerate(call.args):
        if arg.keyword is not None:
            if arg.keyword.value == keyword:
                return arg.value
        elif arg.star:
            return None
        elif index == position:
            return arg.value
    return None
