"""Clients of statsd: the metric and its tags are given with each value, and nothing is declared."""

from __future__ import annotations

import libcst as cst

from ...nodes import Api, Instrument, Language
from ..binding import How
from ..metering import why_dynamic
from .arguments import passed
from .instruments import is_built
from .names import Names
from .scopes import Site
from .tree import dotted_name
from .use import Use
from .values import Values

STATSD_KINDS = {
    **dict.fromkeys(("increment", "incr", "decrement", "decr", "count", "count_with_timestamp"), "counter"),
    **dict.fromkeys(("gauge", "gauge_with_timestamp", "set"), "gauge"),
    **dict.fromkeys(("histogram", "distribution"), "histogram"),
    **dict.fromkeys(("timing", "timer", "timed", "distributed"), "summary"),
}
"""Methods of a client, and what kind of metric each gives a value."""

_CLIENTS = frozenset(
    {
        "statsd.StatsClient",
        "statsd.client.StatsClient",
        "statsd.TCPStatsClient",
        "datadog.DogStatsd",
        "datadog.dogstatsd.DogStatsd",
        "datadog.dogstatsd.base.DogStatsd",
        "datadog.statsd.DogStatsd",
        "markus.get_metrics",
        "aiodogstatsd.Client",
    }
)
_OBJECTS = frozenset({"datadog.statsd", "datadog.dogstatsd.statsd", "ddtrace.statsd", "statsd.statsd"})
_NAMES = frozenset({"statsd", "statsd_client", "dogstatsd"})


class Statsd:
    """The uses of a file's statsd clients."""

    def __init__(self, names: Names, values: Values) -> None:
        self._names = names
        self._values = values
        self._tree = names.tree

    def use(self, call: cst.Call, func: cst.Attribute, site: Site) -> Use | None:
        """`statsd.increment("orders", tags=[…])`."""
        method, name = func.attr.value, _metric_of(call)
        if method not in STATSD_KINDS or name is None or not self._is_client(func.value, site):
            return None
        tags = passed(call, None, "tags")
        args = (cst.Arg(tags),) if tags is not None else ()
        metric = self._values.of(name, site).only
        return Use(call, Api.STATSD, None, metric, "tags", args, method, passed(call, 1, "value"))

    def instrument(self, use: Use, site: Site) -> Instrument:
        """The metric that a call names, which is declared nowhere else."""
        name = _metric_of(use.call) or use.call.func
        naming = self._values.of(name, site)
        subject = f"metric {use.metric}" if use.metric else None
        return Instrument(
            at=self._tree.location(name, subject),
            lines=self._tree.lines(use.call),
            language=Language.PYTHON,
            api=Api.STATSD,
            kind=STATSD_KINDS[use.operation or "count"],
            name=use.metric,
            spelling=self._tree.cut(name),
            dynamic=why_dynamic(naming, built=is_built(name)),
            naming=naming.bound,
        )

    def _is_client(self, node: cst.BaseExpression, site: Site) -> bool:
        path = self._names.path(node, site)
        if path is not None and (path in _OBJECTS or path.endswith((".statsd", "airflow.stats.Stats", ".Stats"))):
            return True
        spelt = dotted_name(node)
        found = self._names.definitions(node, site)
        if not found:
            return spelt.rpartition(".")[2].lstrip("_") in _NAMES
        made = any(isinstance(one.value, cst.Call) and self._is_maker(one.value, one.site) for one in found)
        return made or (all(one.how is How.PARAMETER for one in found) and spelt.endswith("statsd"))

    def _is_maker(self, call: cst.Call, site: Site) -> bool:
        return self._names.path(call.func, site) in _CLIENTS


def _metric_of(call: cst.Call) -> cst.BaseExpression | None:
    return passed(call, 0, "metric") or passed(call, None, "stat")
