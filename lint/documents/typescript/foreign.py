"""What is not made in this file: imports, and members of what comes from elsewhere, told by their names."""

from __future__ import annotations

import re

from ...nodes import Boundedness
from ...record import replace
from ...telemetry.identifiers import identifier
from ..value import CONFIGURED, FEW, UNKNOWN, Value, suspect, unbounded
from .sources import (
    CONFIG_HOLDER,
    CONFIG_NAMES,
    ERROR_TEXTS,
    FEW_MEMBERS,
    PREFIX_NAMES,
    TRANSPARENT_METHODS,
    URL_PARTS,
)
from .tree import Node, Source, unwrap

_CAPITAL = re.compile(r"\.[A-Z]\w*$")
_ERROR_NAMES = frozenset({"err", "error", "e", "ex", "exception", "cause", "reason"})


def imported(target: str) -> Value[Node]:
    """What is imported under a path."""
    holder, _, last = target.rpartition(".")
    is_constant = last.isupper() and len(last) > 1
    # A member of something with a capital letter is one of an enumeration or of a table of constants.
    is_member = _CAPITAL.search(holder) is not None
    return CONFIGURED if is_constant or is_member else UNKNOWN


def member_of(holder: Value[Node], name: str, node: Node, receiver: str, source: Source) -> Value[Node]:
    """A member of something that is not made in this file; `receiver` is what that is called."""
    if name == "statusCode":
        return FEW
    if name in ("length", "size") or name in FEW_MEMBERS:
        return UNKNOWN
    caught = holder.source in ERROR_TEXTS.values()
    if (caught or receiver in _ERROR_NAMES) and name in ERROR_TEXTS and name != "reason":
        return unbounded(ERROR_TEXTS[name], node)
    if caught:
        return UNKNOWN
    if receiver.lower() in CONFIG_NAMES or name in PREFIX_NAMES or CONFIG_HOLDER.search(source.code(node)):
        return CONFIGURED
    meaning = identifier(name) or identifier(f"{receiver}_{name}")
    if holder.bound is Boundedness.UNBOUNDED:
        return holder if meaning or name in URL_PARTS or name in TRANSPARENT_METHODS else UNKNOWN
    value: Value[Node] = suspect(meaning, node) if meaning else UNKNOWN
    return replace(value, parameters=holder.parameters)


def called(node: Node, source: Source) -> str:
    """What an expression is called: `req` of `this.req`."""
    return source.code(unwrap(node)).rpartition(".")[2]
