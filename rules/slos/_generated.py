"""What is known of the objective behind a burn-rate alert, and what sloth records about its objectives."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from ...lint import Location, Project, Related, promql
from ...lint.nodes import RecordingRule, Slo
from ...lint.record import Record
from ...lint.telemetry import burnrate
from ...lint.telemetry.duration import seconds, spell
from ._burn import BurnAlert, Recordings, named_window, tree_of

_OBJECTIVE, _BUDGET, _DAYS = "slo:objective:ratio", "slo:error_budget:ratio", "slo:time_period:days"
_INFO, _ID, _WINDOW = "sloth_slo_info", "sloth_id", "sloth_window"
_CURE = "generate the rules again"


class Facts(Record):
    """What an objective asks of its alerts, as far as it is known."""

    objective: str
    budget: float | None = None
    period: float | None = None
    related: tuple[Related, ...] = ()


class Mistake(Record):
    """Recordings about an objective that contradict each other."""

    message: str
    at: Location
    help: str


def facts_of(burn: BurnAlert, slo: Slo | None, recordings: Recordings) -> Facts:
    """The budget and the period of an alert: from the objective that it names, else from what sloth records."""
    recorded = _recorded(burn, recordings)
    objective, budget, days = (_value(recorded.get(name)) for name in (_OBJECTIVE, _BUDGET, _DAYS))
    period = days * 86400 if days is not None else None
    if slo is not None and slo.target is not None and slo.target.budget is not None:
        related: tuple[Related, ...] = (Related(slo.at, f"the objective: {slo.target.spelling.value}"),)
        name = f"the objective of `{slo.name.value}`"
        return Facts(name, slo.target.budget, slo.window_seconds or period, related)
    source = recorded.get(_BUDGET) or recorded.get(_OBJECTIVE)
    related = (Related(source.at, "the objective as it is recorded"),) if source is not None else ()
    left = round(1 - objective, 12) if objective is not None else budget
    return Facts("the recorded objective", left, period, related)


def mistakes(project: Project, recordings: Recordings) -> Iterator[Mistake]:
    """Where the recordings of sloth about one objective do not say the same, or not what they read."""
    for recording in project.all(RecordingRule):
        if _WINDOW in recording.labels:
            yield from _window_of(recording, recordings)
    by_id: defaultdict[str, dict[str, RecordingRule]] = defaultdict(dict)
    for recording in project.all(RecordingRule):
        if recording.name.value in (_OBJECTIVE, _BUDGET, _INFO) and _ID in recording.labels:
            by_id[recording.labels[_ID].value.value].setdefault(recording.name.value, recording)
    told = {slo.identity: slo for slo in project.all(Slo)}
    for identity, own in by_id.items():
        yield from _mistakes_of(own, told.get(identity))


def _window_of(recording: RecordingRule, recordings: Recordings) -> Iterator[Mistake]:
    label, named = recording.labels[_WINDOW].value, named_window(recording.name.value)
    told = seconds(label.value)
    if told is None or named is None:
        return
    if told != named:
        message = f"`{_WINDOW}` is {label.value}, and `{recording.name.value}` is called by another window"
        yield Mistake(message, recording.place(label), _CURE)
    elif (reads := recordings.unlike(recording, told)) is not None:
        message = f"`{recording.name.value}` reads {spell(reads)}"
        yield Mistake(message, recording.at, f"read `[{spell(told)}]`, or name it by what it reads")


def _mistakes_of(own: Mapping[str, RecordingRule], slo: Slo | None) -> Iterator[Mistake]:
    objective, budget = own.get(_OBJECTIVE), own.get(_BUDGET)
    told, left = _value(objective), _value(budget)
    if objective is None or told is None:
        return
    if budget is not None and left is not None and not burnrate.near(1 - told, left):
        message = f"a budget of {left:.6g}, where the recorded objective, {told:.6g}, leaves {1 - told:.6g}"
        yield Mistake(message, budget.at, _CURE)
    for share, who in ((_stated(own.get(_INFO)), f"`{_INFO}`"), (_promised(slo), "the specification")):
        if share is not None and not burnrate.near(1 - told, 1 - share):
            yield Mistake(f"an objective of {100 * told:.6g}%, and {who} says {100 * share:.6g}%", objective.at, _CURE)


def _stated(info: RecordingRule | None) -> float | None:
    """The objective that the information about an objective has as a label."""
    percent = info.labels.get("sloth_objective") if info is not None else None
    try:
        return float(percent.value.value) / 100 if percent is not None else None
    except ValueError:
        return None


def _promised(slo: Slo | None) -> float | None:
    return slo.target.value if slo is not None and slo.target is not None and slo.target.budget is not None else None


def _recorded(burn: BurnAlert, recordings: Recordings) -> Mapping[str, RecordingRule]:
    identities = {condition.matchers.get(_ID) for condition in burn.conditions}
    identity = identities.pop() if len(identities) == 1 else None
    if identity is None:
        return {}
    found = {}
    for name in (_OBJECTIVE, _BUDGET, _DAYS):
        own = [
            recording
            for recording in recordings.by_name.get(name, ())
            if _ID in recording.labels and recording.labels[_ID].value.value == identity
        ]
        # The same rules may lie in the repository twice.
        if own and len({_value(recording) for recording in own}) == 1:
            found[name] = own[0]
    return found


def _value(recording: RecordingRule | None) -> float | None:
    """The number of `vector(0.999)`."""
    tree = tree_of(recording.query) if recording is not None else None
    inner = promql.unwrap(tree) if tree is not None else None
    if isinstance(inner, promql.Call) and inner.name.value == "vector" and len(inner.args) == 1:
        return promql.constant(inner.args[0])
    return None
