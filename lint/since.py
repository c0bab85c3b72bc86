"""What a change brings about: the findings that it touches, and those that it causes elsewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping

from .finding import Finding
from .patch import Change
from .record import replace
from .report import Report

_Key = tuple[str, str, str, str]


def since(
    report: Report,
    before: Report,
    changes: Mapping[str, Change],
    relative: Callable[[str], str],
    summing_up: Collection[str] = (),
) -> Report:
    """
    The report of a work tree with only what differs from the one before it.

    A finding is shown when it stands on a changed line, or when the same one was not there before:
    a rename in source breaks an alert in a file that nobody touched. The others are placed with what
    is accepted: counted, not shown.
    The rules `summing_up` say of any kind of thing that it is gone, and are not heard where another rule says more.
    """
    renamed = {change.before: path for path, change in changes.items() if change.before is not None}
    known = Counter(_key(finding, relative, renamed) for finding in before.shown)
    shown, kept = [], []
    for finding in report.shown:
        key = _key(finding, relative, {})
        if _is_touched(finding, changes, relative) or known[key] < 1:
            shown.append(finding)
        else:
            kept.append(finding)
        known[key] -= 1
    said = [finding for finding in shown if finding.rule not in summing_up]
    echoes = [one for one in shown if one.rule in summing_up and any(_meet(one, other) for other in said)]
    shown = [finding for finding in shown if finding not in echoes]
    return replace(report, shown=tuple(shown), baselined=(*report.baselined, *kept))


def _meet(one: Finding, other: Finding) -> bool:
    """Whether two findings point at the same words."""
    here, there = one.at.region, other.at.region
    if one.at.source != other.at.source or here is None or there is None:
        return False
    return here.start < there.end and there.start < here.end


def _is_touched(finding: Finding, changes: Mapping[str, Change], relative: Callable[[str], str]) -> bool:
    change, region = changes.get(relative(finding.at.source)), finding.at.region
    return change is not None and region is not None and change.touches(region.start.line, region.end.line)


def _key(finding: Finding, relative: Callable[[str], str], renamed: Mapping[str, str]) -> _Key:
    path = relative(finding.at.source)
    return finding.rule, renamed.get(path, path), finding.at.subject or "", finding.message
