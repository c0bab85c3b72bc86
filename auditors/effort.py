"""
What a question costs a server, as far as it can be told without asking it.

A bound and no measurement: of each selector all series of its metric count, as many as the statistics
of the storage say, or as many as the last metric of their list where it is not among them; none where
the names of all metrics are known, and it is not one of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from enum import IntEnum

from ..lint import promql
from ..lint.record import Record, field
from .answers import Target, Tsdb
from .live import Question

# The scrape interval where the targets do not tell, and the step of a subquery that has none.
_USUAL_INTERVAL = 15.0


class Kind(IntEnum):
    """How a question is answered, the cheapest first."""

    STATUS = 0
    """From what the server holds in memory anyway."""

    INDEX = 1
    """From the index of the storage, without a sample."""

    QUERY = 2
    RANGE = 3


_KINDS = {"query": Kind.QUERY, "query_range": Kind.RANGE, "labels": Kind.INDEX, "series": Kind.INDEX}


def kind(question: Question) -> Kind:
    """How a question is answered."""
    return _KINDS.get(question.path, Kind.INDEX if question.path.startswith("label/") else Kind.STATUS)


def selectors(question: Question) -> int:
    """How many selectors the server has to look up."""
    given = [value for name, value in question.parameters if name == "match[]"]
    expression = promql.parse(dict(question.parameters).get("query", "")).expr
    found = promql.walk(expression) if expression is not None else ()
    return len(given) + sum(isinstance(one, promql.Selector) for one in found)


def metrics(question: Question) -> list[str]:
    """The metrics that a query selects by name, each once."""
    expression = promql.parse(dict(question.parameters).get("query", "")).expr
    found = promql.walk(expression) if expression is not None else ()
    names = (one.metric for one in found if isinstance(one, promql.Selector))
    return list(dict.fromkeys(name for name in names if name is not None))


class Known(Record):
    """What is known of the size of a server."""

    total: int | None = None
    by_metric: Mapping[str, int] = field(default_factory=dict)
    targets: int | None = None
    interval: float = _USUAL_INTERVAL
    """Seconds between two samples of a series."""

    names: frozenset[str] | None = None
    """Every metric that there is; None where that is not known."""

    counted: Mapping[str, int] = field(default_factory=dict)
    """The series of metrics that the statistics do not list, as a query has counted them."""

    @classmethod
    def of(cls, status: Tsdb | None, targets: Sequence[Target]) -> Known:
        """From the statistics of the storage, and the interval that most targets have."""
        intervals = Counter(target.interval for target in targets if target.interval)
        interval = intervals.most_common(1)[0][0] if intervals else None
        return cls(
            total=status.series if status else None,
            by_metric={count.name: count.value for count in status.by_metric} if status else {},
            targets=len(targets) or None,
            interval=interval or _USUAL_INTERVAL,
        )

    def is_guessed(self, metric: str) -> bool:
        """Whether a metric may exist, and its series are not more than bounded."""
        known = metric in self.by_metric or metric in self.counted
        return not known and (self.names is None or metric in self.names)

    def samples(self, question: Question) -> int | None:
        """The samples that a query reads at most; 0 for what reads none, None where it is unknown."""
        if kind(question) < Kind.QUERY:
            return 0
        parameters = dict(question.parameters)
        parsed = promql.parse(parameters["query"])
        once = self._read(parsed.expr) if parsed.expr is not None else None
        if once is None or kind(question) is Kind.QUERY:
            return once
        return once * (int(parameters["range"]) // int(parameters["step"]) + 1)

    def _read(self, expression: promql.Expr) -> int | None:
        match expression:
            case promql.Selector(metric=metric):
                return self._series(metric)
            case promql.Matrix(selector=selector, range=length):
                return self._times(self._series(selector.metric), length, self.interval)
            case promql.Subquery(expr=inner, range=length, step=step):
                every = step.seconds if step is not None and step.seconds else _USUAL_INTERVAL
                return self._times(self._read(inner), length, every)
        parts = [self._read(child) for child in expression.children]
        return None if None in parts else sum(part for part in parts if part is not None)

    def _times(self, once: int | None, length: promql.Duration, every: float) -> int | None:
        if once is None or length.seconds is None:
            return None
        return once * max(1, round(length.seconds / every))

    def _series(self, metric: str | None) -> int | None:
        if metric is not None and self.names is not None and metric not in self.names:
            return 0
        if metric is None or self.total is None:
            return self.total
        if metric in self.by_metric or metric in self.counted:
            return self.by_metric.get(metric, self.counted.get(metric))
        if metric == "up" or metric.startswith("scrape_"):
            return self.targets  # One of each for a target, and far too many to be bounded by a list of the largest.
        return min(self.by_metric.values(), default=self.total)
