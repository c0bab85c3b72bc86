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
    r"|^(?:change[-_ ]?me|changeit|replace[-_ ]?me|todo|tbd|fixme|dummy|placeholder|example|redacted"
    r"|my[-_ ]?(?:inline[-_ ]?)?(?:secret|token|key|password)|(?:secret|token|key|password|foo|bar|foobar|test)\d{0,3}"
    r"|none|null|xxx+|\.\.\.+|\*\*\*+|0{8,}|your[-_ ].*|my[-_ ]?(?:token|key|password|secret)[-_ ]?here"
    r"|(?:insert|put|add|enter|replace|fill)[-_ ].*|.*[-_ ](?:goes[-_ ])?here)$",
    re.I,
)
# A webhook of Slack names a workspace, a channel and a key; without all three, Slack answers nobody.
_SLACK = re.compile(r"//hooks\.slack\.com/services(?:/|$)", re.I)
_SLACK_KEY = re.compile(r"/services/T[A-Z0-9]{6,}/B[A-Z0-9]{6,}/[A-Za-z0-9]{20,}/?$")


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
    unfit = _SLACK.search(value) is not None and _SLACK_KEY.search(value) is None
    return State.PLACEHOLDER if unfit or _PLACEHOLDER.search(value) else State.PLAIN
