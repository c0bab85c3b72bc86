"""What stands in a configuration where a credential belongs: the credential, a placeholder, or a tool's variable."""

from __future__ import annotations

import re
from enum import Enum, auto

_FILLED_IN = re.compile(
    r"\{\{|\{%|^ENC\[|^(?:ref\+|op://|vault:|aws-?sm:|secret://|projects/)|^\$__file|^!\w|^\$\(|^%\{"
)
_VARIABLE = re.compile(r"^\$\{?\w+(?::?[-?][^}]*)?\}?$|\$\{\w+\}|^%\w+%$")
_PLACEHOLDER = re.compile(
    r"<[^<>]+>|^\[[^\]]+\]$|x{8,}|YOUR[-_/]|REPLACE[-_]|CHANGE[-_]?ME"
    r"|^(?:change[-_ ]?me|changeit|replace[-_ ]?me|todo|tbd|fixme|dummy|placeholder|example|secret|password|redacted"
    r"|none|null|xxx+|\.\.\.+|\*\*\*+|0{8,}|your[-_ ].*|my[-_ ]?(?:token|key|password|secret)[-_ ]?here"
    r"|(?:insert|put|add|enter|replace|fill)[-_ ].*|.*[-_ ](?:goes[-_ ])?here)$",
    re.I,
)


class State(Enum):
    """What stands where a credential belongs."""

    PLAIN = auto()
    PLACEHOLDER = auto()
    VARIABLE = auto()


def filled_in(value: str) -> bool:
    """Whether another tool decides what the value is."""
    return _FILLED_IN.search(value) is not None or _VARIABLE.search(value) is not None


def state_of(value: str) -> State | None:
    """What a value is that should be a secret; None where it is empty, or another tool decrypts or fills it in."""
    if not value.strip() or _FILLED_IN.search(value):
        return None
    if _VARIABLE.search(value):
        return State.VARIABLE
    return State.PLACEHOLDER if _PLACEHOLDER.search(value) else State.PLAIN
