"""
Text that is neither YAML nor JSON, and still known for what it was meant to be.

A file that its own program refuses must not pass unseen: where its lines begin with the words of one kind, it is a
finding; where they only might, the file is skipped and said to be.
"""

from __future__ import annotations

import re

from ..finding import Location
from ..nodes import Unparsable
from ..region import Text
from .kinds import KINDS
from .parsed import Parsed
from .tree import MalformedError

# What only charts and playbooks say: the templates of alerts and notifications are part of their files.
_TEMPLATE = re.compile(
    r"\{\{-?[ \t]*(?:\.(?:Values|Release|Chart|Files|Capabilities|Template)\b|include\b|toYaml\b|define\b|tpl\b)|\{%"
)
# A value that begins with an action, or a line that is one, at the place that cannot be read.
# `summary: {{ $labels.job }}` without its quotes is no chart's, and is what Prometheus refuses.
_OF_ALERTS = r"(?:if|range|with|end|else|query|printf|humanize\w*)\b"
_ACTION = re.compile(
    r"[ \t]*(?:-[ \t]+)?(?:[\w.-]+:[ \t]+\{\{-?[ \t]*\.(?!Labels\b|Value\b)"
    rf"|(?:[\w.-]+:[ \t]+)?\{{\{{(?:-|[ \t]*(?!{_OF_ALERTS})[A-Za-z_]))"
)
_LATE = 4
# What libyaml says of an anchor that is defined anew, as YAML 1.2.2 §7.1 allows.
_ANCHOR_TWICE = "second occurrence"


def malformed(text: Text, error: MalformedError, known: str | None = None) -> Parsed:
    """What is said of a text that has words of telemetry in it and cannot be parsed; `known` where its kind is said."""
    if _is_template(text, error):
        return Parsed(skipped="a template, to be rendered before it can be checked")
    if error.problem == _ANCHOR_TWICE:
        return Parsed(skipped="an anchor is given twice, which is good YAML and not read here")
    region = text.region(error.offset, error.offset + 1)
    line = region.start.line
    fitting = (kind.name for kind in KINDS if kind.is_meant(text.value))
    kind = known or next(fitting, None)
    if kind is None:
        return Parsed(skipped=f"neither YAML nor JSON: {error.problem} (line {line})")
    at = Location(text.source, None, region)
    return Parsed((kind,), (Unparsable(at=at, lines=(line, line), kind=kind, problem=error.problem),))


def _is_template(text: Text, error: MalformedError) -> bool:
    if _TEMPLATE.search(text.value):
        return True
    # libyaml notices some lines later that what began there does not end.
    before = text.value[: error.offset].split("\n")
    rest = text.value[error.offset :].partition("\n")[0]
    return any(_ACTION.match(line) for line in (*before[-_LATE:-1], before[-1] + rest))
