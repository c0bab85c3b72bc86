"""
Burn-rate alerts: which alerts are some, what they compare, and which objective they are about.

Long because alerts, recordings and objectives refer to each other by the same few names.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

from ...lint import Project, promql
from ...lint.nodes import AlertingRule, Dialect, Query, RecordingRule, Slo, SloDialect
from ...lint.record import Record
from ...lint.telemetry.duration import seconds

_COMPARISONS = frozenset({">", ">="})
_AGGREGATIONS = frozenset({"sum", "max", "min", "avg", "group"})
# A recording that tells its window: `slo:sli_error:ratio_rate5m`, `apiserver_request:burnrate1d`.
_NAMED = re.compile(r"(?<!\d)(\d+[smhdw](?:\d+[smh])?)$")
_HINT = re.compile(r"burn|error_?budget|slo(?![a-z])", re.I)
# Labels by which alerts and recordings name their objective: `slo`, `sloth_slo`, `objective`, `service_level`.
_ABOUT = re.compile(r"slo|sli|objective|service_?level", re.I)
# Nobody who alerts on a budget may lose half of everything.
_LARGEST_BUDGET = 0.5
_DEPTH = 4
_DAY = 86400.0
_MUCH = 12


class Condition(Record):
    """One window of a burn-rate alert: `errors:ratio_rate1h > 14.4 * 0.001`."""

    part: promql.Binary
    sli: promql.Expr
    threshold: float
    factor: float | None
    """None where the threshold is one number."""

    budget: float | None
    window: float | None
    metric: str | None
    """The recording that it reads, where it reads one only."""

    matchers: Mapping[str, str]


class BurnAlert(Record):
    """An alert on the burn rate of a budget: one of its pairs of windows is enough."""

    alert: AlertingRule
    query: Query
    pairs: tuple[tuple[Condition, ...], ...]

    @property
    def conditions(self) -> Iterator[Condition]:
        """Every window of every pair."""
        return (condition for pair in self.pairs for condition in pair)


class Recordings(Record):
    """The recordings of a project by name, and the windows that they read."""

    by_name: Mapping[str, tuple[RecordingRule, ...]]

    @classmethod
    def of(cls, project: Project) -> Recordings:
        """Those of a project."""
        found: defaultdict[str, list[RecordingRule]] = defaultdict(list)
        for recording in project.all(RecordingRule):
            found[recording.name.value].append(recording)
        return cls({name: tuple(own) for name, own in found.items()})

    def read(self, metric: str, matchers: Mapping[str, str]) -> tuple[RecordingRule, ...]:
        """The recordings whose series a selector with these labels takes."""
        return tuple(
            recording
            for recording in self.by_name.get(metric, ())
            if all(
                recording.labels[name].value.value == value
                for name, value in matchers.items()
                if name in recording.labels
            )
        )

    def window(self, expr: promql.Expr, depth: int = _DEPTH) -> float | None:
        """How far back an expression looks; None where it is not known or its parts differ."""
        ranges = {part.range.seconds for part in _outermost(expr) if isinstance(part, promql.Matrix | promql.Subquery)}
        if ranges:
            return ranges.pop() if len(ranges) == 1 else None
        lengths = {self._of_selector(part, depth) for part in _outermost(expr) if isinstance(part, promql.Selector)}
        return lengths.pop() if len(lengths) == 1 else None

    def unlike(self, recording: RecordingRule, told: float) -> float | None:
        """What a recording reads that is not the window that it tells: as a whole, or on one side of a ratio."""
        tree = tree_of(recording.query)
        if tree is None:
            return None
        whole = self.window(tree)
        ratios = [part for part in promql.walk(tree) if isinstance(part, promql.Binary) and part.op.value == "/"]
        parts = (window for ratio in ratios if whole is None for window in _ranges(ratio))
        return next((window for window in (whole, *parts) if window not in (None, told)), None)

    def of_period(self, expr: promql.Expr) -> bool:
        """Whether an expression, or a recording in it, holds a window's events against those of a day or more."""
        trees = [expr]
        for part in promql.walk(expr):
            if isinstance(part, promql.Selector):
                read = (tree_of(recording.query) for recording in self.read(part.metric or "", equalities(part)))
                trees += [tree for tree in read if tree is not None]
        return any(_is_of_period(part) for tree in trees for part in promql.walk(tree))

    def _of_selector(self, selector: promql.Selector, depth: int) -> float | None:
        metric = selector.metric
        if metric is None:
            return None
        named = named_window(metric)
        if named is not None or not depth:
            return named
        trees = [tree_of(recording.query) for recording in self.read(metric, equalities(selector))]
        lengths = {self.window(tree, depth - 1) if tree is not None else None for tree in trees}
        return lengths.pop() if len(lengths) == 1 else None

    def metrics(self, expr: promql.Expr, depth: int = _DEPTH) -> frozenset[str]:
        """Every metric that an expression reads, directly or through recordings."""
        found = set(promql.metric_names(expr))
        for selector in (part for part in promql.walk(expr) if isinstance(part, promql.Selector) and depth):
            for recording in self.read(selector.metric or "", equalities(selector)):
                tree = tree_of(recording.query)
                found |= self.metrics(tree, depth - 1) if tree is not None else frozenset()
        return frozenset(found)

    def of_slo(self, slo: Slo) -> frozenset[str]:
        """Every metric that the queries of an objective read; none where they have no tree."""
        trees = (tree_of(query) for query in slo.queries.values())
        return frozenset(metric for tree in trees if tree is not None for metric in self.metrics(tree))


def burn_alerts(project: Project, recordings: Recordings) -> Iterator[BurnAlert]:
    """Every alert of the project that compares error ratios with multiples of a budget."""
    for alert in project.all(AlertingRule):
        # A factor is multiplied, or there are two windows: whatever has neither word is not worth a parse.
        text = alert.query.text.value if alert.query is not None else ""
        tree = tree_of(alert.query) if "*" in text or "and" in text.lower() else None
        if tree is None or alert.query is None:
            continue
        pairs = tuple(_pair(list(_conditions(side, recordings))) for side in _sides(tree, "or"))
        found = BurnAlert(alert, alert.query, tuple(pair for pair in pairs if pair))
        if found.pairs and _is_burn(found):
            yield found


def slo_of(burn: BurnAlert, slos: list[Slo]) -> Slo | None:
    """The objective that an alert is about; None where none is named, or several that differ."""
    labels = [(name, field.value.value) for name, field in burn.alert.labels.items()]
    labels += [pair for condition in burn.conditions for pair in condition.matchers.items()]
    values = {value for name, value in labels if _ABOUT.search(name)}
    identities = {value for name, value in labels if name == "sloth_id"}
    segments = {segment for condition in burn.conditions for segment in (condition.metric or "").split(":")}
    # Names are unique in a service only; what sloth generates tells the service too.
    named = [
        slo
        for slo in slos
        if (slo.identity in identities)
        or (not identities and slo.dialect is not SloDialect.SLOTH and _named(slo, values, segments))
    ]
    kinds = {(slo.target.value if slo.target else None, slo.window_seconds) for slo in named}
    return named[0] if len(kinds) == 1 else None


def _named(slo: Slo, values: set[str], segments: set[str]) -> bool:
    name = slo.name.value
    return name in values or folded(name) in {folded(segment) for segment in segments}


def folded(name: str) -> str:
    """A name without its spelling: `api-availability`, `api_availability` and `APIAvailability` are one."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def named_window(metric: str) -> float | None:
    """The window that the name of a recording tells."""
    match = _NAMED.search(metric)
    return seconds(match[1]) if match is not None else None


def stem(metric: str) -> str:
    """The name of a recording without the window that it tells."""
    return _NAMED.sub("", metric)


def tree_of(query: Query | None) -> promql.Expr | None:
    """The tree of a query, if it has one."""
    return promql.parse(query.text.value).expr if query is not None and query.dialect is Dialect.PROMQL else None


def equalities(selector: promql.Selector) -> dict[str, str]:
    """The labels of which a selector asks for one value."""
    return {
        matcher.label.value: matcher.value.value
        for matcher in selector.matchers
        if matcher.op.value == "=" and not matcher.value.templated and matcher.label.value != "__name__"
    }


def _is_burn(found: BurnAlert) -> bool:
    written = [condition for condition in found.conditions if condition.factor is not None]
    if any(len({condition.window for condition in pair}) > 1 for pair in found.pairs) and written:
        return True
    names = (found.alert.name.value, *(condition.metric or "" for condition in found.conditions))
    hinted = any(_HINT.search(name) for name in names)
    return hinted and (bool(written) or any(len(pair) > 1 for pair in found.pairs))


def _pair(conditions: list[Condition]) -> tuple[Condition, ...]:
    """The windows among the conditions: those with a factor, if any has one; the others ask for some traffic."""
    written = [condition for condition in conditions if condition.factor is not None]
    return tuple(written or [condition for condition in conditions if condition.threshold < 1])


def _conditions(expr: promql.Expr, recordings: Recordings) -> Iterator[Condition]:
    for side in _sides(expr, "and"):
        inner = _compared(side)
        threshold = promql.constant(inner.right) if inner is not None else None
        if inner is None or threshold is None or inner.left.type != "vector":
            continue
        factor, budget = _product(inner.right)
        selectors = [part for part in promql.walk(inner.left) if isinstance(part, promql.Selector)]
        window = recordings.window(inner.left)
        # A share of the events of the whole period is no rate of burning: each window has a threshold of its own.
        if (window is None and factor is None) or recordings.of_period(inner.left):
            continue
        one = selectors[0] if len(selectors) == 1 else None
        yield Condition(
            part=inner,
            sli=inner.left,
            threshold=threshold,
            factor=factor,
            budget=budget,
            window=window,
            metric=one.metric if one is not None else None,
            matchers=equalities(one) if one is not None else {},
        )


def _sides(expr: promql.Expr, op: str) -> Iterator[promql.Expr]:
    """What stands between operators of one kind; of `unless` what is left."""
    expr = promql.unwrap(expr)
    match expr:
        case promql.Binary(op=word, left=left, right=right) if word.value == op:
            yield from _sides(left, op)
            yield from _sides(right, op)
        case promql.Binary(op=word, left=left) if word.value == "unless":
            yield from _sides(left, op)
        case _:
            yield expr


def _compared(expr: promql.Expr) -> promql.Binary | None:
    """The comparison of a window, beneath the aggregations around it."""
    expr = promql.unwrap(expr)
    while isinstance(expr, promql.Aggregation) and expr.op.value in _AGGREGATIONS:
        expr = promql.unwrap(expr.expr)
    return expr if isinstance(expr, promql.Binary) and expr.op.value in _COMPARISONS else None


def _product(expr: promql.Expr) -> tuple[float | None, float | None]:
    """Factor and budget of `14.4 * 0.001` or `14.4 * (1 - 0.999)`: of the two the smaller is the budget."""
    expr = promql.unwrap(expr)
    if not isinstance(expr, promql.Binary) or expr.op.value != "*":
        return None, None
    left, right = promql.constant(expr.left), promql.constant(expr.right)
    if left is None or right is None:
        return None, None
    factor, budget = max(left, right), min(left, right)
    return (factor, budget) if 0 < budget <= _LARGEST_BUDGET and factor > 0 else (None, None)


def _ranges(expr: promql.Expr) -> Iterator[float | None]:
    """The ranges of what an expression computes with; what stands behind `and` only says when."""
    if isinstance(expr, promql.Matrix | promql.Subquery):
        yield expr.range.seconds
        return
    guarded = isinstance(expr, promql.Binary) and expr.op.value in ("and", "unless")
    for child in expr.children[:1] if guarded else expr.children:
        yield from _ranges(child)


def _is_of_period(expr: promql.Expr) -> bool:
    """Whether a ratio counts bad events over one window, and all events over another that is much longer."""
    if not isinstance(expr, promql.Binary) or expr.op.value != "/":
        return False
    above = {length for length in _ranges(expr.left) if length}
    below = {length for length in _ranges(expr.right) if length}
    return len(above) == 1 and bool(below) and min(below) >= max(_DAY, _MUCH * max(above))


def _outermost(expr: promql.Expr) -> Iterator[promql.Expr]:
    """Every part that reads series, without what stands inside a range."""
    if isinstance(expr, promql.Matrix | promql.Subquery | promql.Selector):
        yield expr
        return
    for child in expr.children:
        yield from _outermost(child)
