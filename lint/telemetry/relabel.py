"""
What relabelling does to a sample of which some labels are known.

Source: prometheus.io/docs/prometheus/latest/configuration/configuration/#relabel_config.
What is not known stays unknown: a step that depends on it neither drops nor keeps.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from .. import re2
from ..nodes import Relabel
from ..record import Record

_DEFAULT = "(.*)"
_GROUP = re.compile(r"\$(?:\$|\{(\w+)\}|(\w+))")


class Fate(Record):
    """What becomes of a sample: the step that drops it, or what is known of its labels afterwards."""

    dropped_by: Relabel | None
    known: Mapping[str, str]
    removed: Mapping[str, Relabel]
    """Labels that are certainly gone, and the step that took them."""


def fate(steps: Iterable[Relabel], known: Mapping[str, str]) -> Fate:
    """
    Follows a sample through the steps.

    `known` are labels with their values, a missing one as an empty string; of all others nothing is known.
    """
    labels: dict[str, str] = dict(known)
    removed: dict[str, Relabel] = {}
    for step in steps:
        if _drops(step, labels):
            return Fate(step, labels, removed)
        _change(step, labels, removed)
    return Fate(None, labels, removed)


def removes(step: Relabel, label: str) -> bool:
    """Whether a step takes a label of that name from every sample."""
    matches = _matches(step, label)
    return (step.action == "labeldrop" and matches is True) or (step.action == "labelkeep" and matches is False)


def source_of(step: Relabel, labels: Mapping[str, str]) -> str | None:
    """The joined values of a step's source labels; None where one of them is not known."""
    values = [labels.get(name) for name in step.source_labels]
    return None if None in values else step.separator.join(value for value in values if value is not None)


def _drops(step: Relabel, labels: Mapping[str, str]) -> bool:
    source = source_of(step, labels)
    if source is None:
        return False
    if step.action in ("drop", "keep"):
        return _matches(step, source) is (step.action == "drop")
    target = labels.get(step.target_label.value) if step.target_label is not None else None
    if target is None:
        return False
    return (step.action == "dropequal" and source == target) or (step.action == "keepequal" and source != target)


def _change(step: Relabel, labels: dict[str, str], removed: dict[str, Relabel]) -> None:
    if step.action in ("labeldrop", "labelkeep"):
        for name in [name for name in labels if removes(step, name)]:
            labels[name] = ""
            removed.setdefault(name, step)
        return
    if step.action in ("labelmap", "conditional"):
        # It may write to any label; those that it copies from, or whether it is taken at all, are not known.
        labels.clear()
        return
    target = step.target_label.value if step.target_label is not None else None
    if target is None or step.action in ("keep", "drop", "keepequal", "dropequal"):
        return
    if "$" in target:
        labels.clear()
        return
    written = _written(step, labels)
    if written is None:
        labels.pop(target, None)
    elif written is not _UNTOUCHED:
        labels[target] = written
        if written:
            removed.pop(target, None)


_UNTOUCHED = "\0"


def _written(step: Relabel, labels: Mapping[str, str]) -> str | None:
    """What a step writes into its target; `_UNTOUCHED` where it writes nothing, None where that is not known."""
    source = source_of(step, labels)
    if source is None:
        return None
    if step.action in ("lowercase", "uppercase"):
        return source.lower() if step.action == "lowercase" else source.upper()
    if step.action != "replace":
        return None
    matches = _matches(step, source)
    if matches is not True:
        return _UNTOUCHED if matches is False else None
    return _filled(step, source)


def _filled(step: Relabel, source: str) -> str | None:
    """The replacement with its groups filled in; None where Python's groups may differ from Go's."""
    if "$" not in step.replacement:
        return step.replacement
    pattern = step.regex.value if step.regex is not None else _DEFAULT
    try:
        match = re.fullmatch(pattern, source, re.DOTALL)
    except re.error:
        return None
    if match is None:
        return None

    def group(reference: re.Match[str]) -> str:
        name = reference[1] or reference[2]
        if name is None:
            return "$"
        try:
            return match[int(name) if name.isdigit() else name] or ""
        except (IndexError, re.error):
            return ""

    return _GROUP.sub(group, step.replacement)


def _matches(step: Relabel, value: str) -> bool | None:
    """Whether the step's pattern matches a whole value; None where that cannot be told."""
    if step.regex is None:
        return True
    automaton = re2.regex(step.regex.value)
    return automaton.matches(value) if isinstance(automaton, re2.Regex) else None
