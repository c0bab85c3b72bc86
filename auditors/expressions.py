"""PromQL that auditors ask, put together so that a name can never be taken for syntax."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence

from .live import Live

_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
# RE2 takes a backslash only before punctuation, so that `re.escape` would escape too much.
_META = re.compile(r"[\\.+*?()|\[\]{}^$]")
_ESCAPED = r"\\\g<0>"
_METRIC = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")


def selector(metric: str, matchers: Mapping[str, Sequence[str]] | None = None) -> str:
    """The series of a metric whose labels have one of these values. UTF-8 names are quoted, as Prometheus 3 has it."""
    fitting = [_matcher(label(name), values) for name, values in (matchers or {}).items()]
    if _METRIC.fullmatch(metric):
        return f"{metric}{{{','.join(fitting)}}}" if fitting else metric
    return f"{{{','.join((quoted(metric), *fitting))}}}"


def label(name: str) -> str:
    """The name of a label, as it stands in `by (…)` and in a matcher."""
    return name if _NAME.fullmatch(name) else quoted(name)


def labels(names: Iterable[str]) -> str:
    """Names of labels between the parentheses of `by (…)`."""
    return ", ".join(label(name) for name in names)


def quoted(text: str) -> str:
    """A string of PromQL: the escapes are those of JSON."""
    return json.dumps(text, ensure_ascii=False)


def sizes(live: Live, vectors: Mapping[str, str]) -> dict[str, int]:
    """How many series each expression gives, all in one request. An empty vector has no entry."""
    union = " or ".join(f'label_replace(count({text}), "of", {quoted(name)}, "", "")' for name, text in vectors.items())
    return {sample.labels["of"]: int(sample.value) for sample in live.query(union)}


def _matcher(name: str, values: Sequence[str]) -> str:
    if len(values) == 1:
        return f"{name}={quoted(values[0])}"
    return f"{name}=~{quoted('|'.join(_META.sub(_ESCAPED, value) for value in values))}"
