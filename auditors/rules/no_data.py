"""See `NoData`."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import ClassVar

from ...lint import Finding, Severity, Skipped, Table, promql
from ...lint.project import Project
from ..answers import LoadedRule
from ..auditor import Auditor, Holds, Recorded, Violated
from ..errors import LiveError
from ..expressions import label as label_name
from ..expressions import quoted, selector
from ..live import Live
from ._examples import alert, group, recording

# The address of a question must stay below the 8 KB that proxies take, once its characters are escaped.
_BATCH = 50
_BATCH_LENGTH = 2500
# With more missing than this it is the wrong server, and to compare names would take longer than the audit.
_MOST_SUGGESTIONS = 50
# Exist only while an alert does.
_OF_ALERTS = frozenset({"ALERTS", "ALERTS_FOR_STATE"})
_RULES = "rules?exclude_alerts=true"


class NoData(Auditor):
    """
    Flags loaded rules that read a metric, or a label of a metric, that the server has never seen.

    **Why.**
    An expression over a metric that is not there gives nothing, without any error.
    The alert that reads it never fires, and looks as quiet as one whose condition never holds.

    **Instead.**
    Correct the name, or deploy the instrument before the alert.

    It asks the index, which knows every name that the storage still has, and no samples.
    It does not flag what is meant to be missing: the argument of `absent`, a side of `or`, the right of `unless`.
    It does not flag label values: that no request has failed yet is no mistake.
    """

    id: ClassVar[str] = "rules/no-data"
    summary: ClassVar[str] = "rule that reads a metric which does not exist"
    severity: ClassVar[Severity] = Severity.ERROR
    since: ClassVar[str] = "0.1"
    tasks: ClassVar[tuple[str, ...]] = ("1.1",)
    costs_queries: ClassVar[bool] = False

    max_suggestions: int = 20
    """For how many metrics without a label to ask which labels they have."""

    def audit(self, live: Live, project: Project) -> Iterator[Finding | Table | Skipped]:
        """Asks which of the names exist, in batches, and then which labels the existing metrics have."""
        rules = [rule for group in live.rules() for rule in group.rules]
        recorded = _OF_ALERTS | {rule.name for rule in rules if rule.kind == "recording"}
        reads = {
            position: [one for one in _needed(promql.parse(rule.query)) if one.metric not in recorded]
            for position, rule in enumerate(rules)
        }
        metrics = sorted({str(one.metric) for selectors in reads.values() for one in selectors})
        existing = frozenset(_existing(live, metrics))
        nearest = _nearest(live, [metric for metric in metrics if metric not in existing])
        for position, selectors in reads.items():
            for metric in dict.fromkeys(str(one.metric) for one in selectors if one.metric not in existing):
                yield self._missing_metric(live, rules[position], metric, nearest.get(metric))
        yield from self._labels(live, rules, reads, existing)

    def _labels(
        self,
        live: Live,
        rules: Sequence[LoadedRule],
        reads: Mapping[int, Sequence[promql.Selector]],
        existing: frozenset[str],
    ) -> Iterator[Finding]:
        asked = {
            (str(one.metric), label): None
            for selectors in reads.values()
            for one in selectors
            if one.metric in existing
            for label in _demanded(one)
        }
        lacking = asked.keys() - set(_labelled(live, [*asked]))
        told = sorted({metric for metric, _ in lacking})[: self.max_suggestions]
        present = {metric: _suggestions(partial(live.label_names, selector(metric))) for metric in told}
        for position, selectors in reads.items():
            for one in selectors:
                metric = str(one.metric)
                for label in _demanded(one):
                    if (metric, label) in lacking:
                        yield self._missing_label(live, rules[position], metric, label, present.get(metric, ()))

    def _missing_metric(self, live: Live, rule: LoadedRule, metric: str, near: str | None) -> Finding:
        return self.finding(
            f"`{rule.name}` reads `{metric}`, which does not exist on the server",
            live.place(rule.subject),
            help=f"did you mean `{near}`?" if near else "correct the name, or deploy the instrument",
        )

    def _missing_label(self, live: Live, rule: LoadedRule, metric: str, label: str, present: Sequence[str]) -> Finding:
        near = difflib.get_close_matches(label, present, n=1)
        return self.finding(
            f"`{rule.name}` reads `{metric}` by its label `{label}`, which no series of it has",
            live.place(rule.subject),
            help=f"did you mean `{near[0]}`?" if near else "correct the label",
        )

    examples: ClassVar[tuple[Recorded, ...]] = (
        Violated(
            why="a singular that should be a plural",
            answers={
                _RULES: group(alert("EventCreationStopped", "rate(app_event_created_total[5m]) == 0")),
                "label/__name__/values?match[]=app_event_created_total": [],
                'label/__name__/values?match[]={__name__=~"(app)_.+"}': ["app_events_created_total", "app_x_total"],
            },
            subjects=("alert EventCreationStopped",),
        ),
        Violated(
            why="the metric has no such label",
            answers={
                _RULES: group(alert("CheckoutFails", 'rate(app_checkout_total{reslt="failed"}[5m]) > 1')),
                "label/__name__/values?match[]=app_checkout_total": ["app_checkout_total"],
                'label/__name__/values?match[]=app_checkout_total{reslt!=""}': [],
                "labels?match[]=app_checkout_total": ["__name__", "job", "result"],
            },
            subjects=("alert CheckoutFails",),
        ),
        Holds(
            why="a recording of the same server, and metrics that are meant to be missing",
            answers={
                _RULES: group(
                    recording("job:up:sum", "sum by (job) (up)"),
                    alert("Down", 'job:up:sum == 0 or absent(up{job="api"})'),
                    alert("Quiet", 'up{job="api"} unless on (job) maintenance_mode'),
                ),
                "label/__name__/values?match[]=up": ["up"],
                'label/__name__/values?match[]=up{job!=""}': ["up"],
            },
        ),
        Holds(why="the server has no rules", answers={_RULES: {"groups": []}}),
    )


def _needed(parsed: promql.Parsed) -> Iterator[promql.Selector]:
    """The selectors by name without which the expression gives nothing."""
    stack = [parsed.expr] if parsed.expr is not None else []
    while stack:
        match stack.pop():
            case promql.Selector(metric=str()) as found:
                yield found
            case promql.Call(name=name) if name.value in ("absent", "absent_over_time"):
                continue
            case promql.Binary(op=op, left=left) if op.value in ("or", "unless"):
                stack += [left] if op.value == "unless" else []
            case other:
                stack += reversed(other.children)


def _demanded(one: promql.Selector) -> tuple[str, ...]:
    """The labels that a series must have to be selected."""
    return tuple(
        matcher.label.value
        for matcher in one.matchers
        if matcher.label.value != "__name__" and matcher.op.value in ("=", "=~") and not _matches_nothing(matcher)
    )


def _matches_nothing(matcher: promql.Matcher) -> bool:
    """Whether it also selects series without the label: they have the empty string for it."""
    if matcher.op.value == "=":
        return not matcher.value.value
    try:
        return re.fullmatch(matcher.value.value, "") is not None
    except re.error:  # RE2 and Python differ; when in doubt the label is not demanded.
        return True


def _existing(live: Live, metrics: Sequence[str]) -> Iterator[str]:
    for batch in _batches([selector(metric) for metric in metrics]):
        yield from live.label_values("__name__", *batch)


def _labelled(live: Live, asked: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """
    Those of the metrics and labels that the server has together.

    A batch asks for the names of the series that have the label: no metric may be in it with two labels.
    """
    rounds: list[dict[str, str]] = []
    taken: Counter[str] = Counter()
    for metric, label in asked:
        if taken[metric] == len(rounds):
            rounds.append({})
        rounds[taken[metric]][metric] = label
        taken[metric] += 1
    for labels in rounds:
        having = [_having(metric, label) for metric, label in labels.items()]
        for batch in _batches(having):
            yield from ((metric, labels[metric]) for metric in live.label_values("__name__", *batch))


def _having(metric: str, label: str) -> str:
    """The series of a metric that have a label."""
    name = label_name(label)
    if selector(metric) == metric:
        return f'{metric}{{{name}!=""}}'
    return f'{{{quoted(metric)},{name}!=""}}'


def _batches(selectors: Sequence[str]) -> Iterator[list[str]]:
    """Selectors in questions that are neither too many nor too long."""
    batch: list[str] = []
    for one in selectors:
        if batch and (len(batch) == _BATCH or sum(map(len, batch)) + len(one) > _BATCH_LENGTH):
            yield batch
            batch = []
        batch.append(one)
    if batch:
        yield batch


def _nearest(live: Live, missing: Sequence[str]) -> dict[str, str]:
    """For a metric that does not exist, the one with the nearest name and the same first word."""
    if not 0 < len(missing) <= _MOST_SUGGESTIONS:
        return {}
    words = sorted({metric.partition("_")[0] for metric in missing})
    pattern = f"({'|'.join(words)})_.+"
    names = _suggestions(partial(live.label_values, "__name__", f"{{__name__=~{quoted(pattern)}}}"))
    near = {metric: difflib.get_close_matches(metric, names, n=1, cutoff=0.8) for metric in missing}
    return {metric: matches[0] for metric, matches in near.items() if matches}


def _suggestions(ask: Callable[[], tuple[str, ...]]) -> tuple[str, ...]:
    """Names that may have been meant; what is missing is missing without them, too."""
    try:
        return ask()
    except LiveError:
        return ()
