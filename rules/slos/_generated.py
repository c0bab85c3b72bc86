"""What is known of the objective behind a burn-rate alert, and what sloth records about its objectives."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ...lint import Location, Project, Related, burnrate, promql
from ...lint.nodes import RecordingRule, Slo
from ._burn import BurnAlert, Recordings, tree_of

_OBJECTIVE, _BUDGET, _DAYS = "slo:objective:ratio", "slo:error_budget:ratio", "slo:time_period:days"
_INFO, _ID = "sloth_slo_info", "sloth_id"


@dataclass(frozen=True, slots=True)
class Facts:
    """What an objective asks of its alerts, as far as it is known."""

    objective: str
    budget: float | None = None
    period: float | None = None
    related: tuple[Related, ...] = ()


@dataclass(frozen=True, slots=True)
class Mistake:
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
        related = (Related(slo.at, f"the objective: {slo.target.spelling.value}"),)
        name = f"the objective of `{slo.name.value}`"
        return Facts(name, slo.target.budget, slo.window_seconds or period, related)
    source = recorded.get(_BUDGET) or recorded.get(_OBJECTIVE)
    related = (Related(source.at, "the objective as it is recorded"),) if source is not None else ()
    left = round(1 - objective, 12) if objective is not None else budget
    return Facts("the recorded objective", left, period, related)


def mistakes(project: Project) -> Iterator[Mistake]:
    """Where the recordings of sloth about one objective do not say the same."""
    by_id: defaultdict[str, dict[str, RecordingRule]] = defaultdict(dict)
    for recording in project.all(RecordingRule):
        if recording.name.value in (_OBJECTIVE, _BUDGET, _INFO) and _ID in recording.labels:
            by_id[recording.labels[_ID].value.value].setdefault(recording.name.value, recording)
    told = {slo.identity: slo for slo in project.all(Slo)}
    for identity, own in by_id.items():
        yield from _mistakes_of(own, told.get(identity))


def _mistakes_of(own: Mapping[str, RecordingRule], slo: Slo | None) -> Iterator[Mistake]:
    objective, budget = own.get(_OBJECTIVE), own.get(_BUDGET)
    told, left = _value(objective), _value(budget)
    if budget is not None and told is not None and left is not None and not burnrate.near(1 - told, left):
        message = f"a budget of {left:.6g}, where the recorded objective, {told:.6g}, leaves {1 - told:.6g}"
        yield Mistake(message, budget.at, "generate the rules again")
    info = own.get(_INFO)
    percent = info.labels.get("sloth_objective") if info is not None else None
    stated = _number(percent.value.value) if percent is not None else None
    if (
        objective is not None
        and told is not None
        and stated is not None
        and not burnrate.near(100 - stated, 100 * (1 - told))
    ):
        message = f"an objective of {100 * told:.6g}%, and `{_INFO}` says {stated:.6g}%"
        yield Mistake(message, objective.at, "generate the rules again")
    promised = slo.target.budget if slo is not None and slo.target is not None else None
    if promised is not None and not burnrate.near(1 - told, promised):
        message = f"an objective of {100 * told:.6g}%, where the specification says {100 * (1 - promised):.6g}%"
        yield Mistake(message, objective.at, "generate the rules again")


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


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
