"""Clients of statsd: the metric and its tags are given with each value, and nothing is declared."""

from __future__ import annotations

import re

from ...finding import Location
from ...nodes import Api, Instrument, Language
from ..metering import why_dynamic
from .mappings import Mappings
from .names import Names
from .scopes import Site
from .tree import Node, arguments_of, unwrap
from .use import Use
from .values import Values

STATSD_KINDS = {
    **dict.fromkeys(("increment", "decrement", "incrementBy", "decrementBy", "count"), "counter"),
    **dict.fromkeys(("gauge", "gaugeDelta", "set", "unique"), "gauge"),
    **dict.fromkeys(("histogram", "distribution"), "histogram"),
    **dict.fromkeys(("timing", "timer", "asyncTimer"), "summary"),
}
"""Methods of a client, and what kind of metric each gives a value."""

_NAME = re.compile(r"^_?(dog)?statsd?(client)?$|^dogstatsd$", re.IGNORECASE)
_PACKAGES = ("hot-shots", "node-statsd", "statsd-client", "lynx")


class Statsd:
    """The uses of a file's statsd clients."""

    def __init__(self, names: Names, values: Values, mappings: Mappings) -> None:
        self._names = names
        self._values = values
        self._mappings = mappings
        self._source = names.source

    def use(self, call: Node, receiver: Node, method: str, site: Site) -> Use | None:
        """`statsd.increment('orders', 1, ['plan:free'])`, `tracer.dogstatsd.increment('orders', 1, {plan})`."""
        args = arguments_of(call)
        if not args or not self._is_client(receiver, site):
            return None
        tags = next((arg for arg in reversed(args[1:]) if self._holds_tags(arg, site)), None)
        metric = self._instrument(call, args[0], method, site)
        amount = args[1] if len(args) > 1 and args[1] is not tags else None
        return Use(
            call, Api.STATSD, metric, metric.name, lambda there: self._mappings.of_tags(tags, there), method, amount
        )

    def _instrument(self, call: Node, name: Node, method: str, site: Site) -> Instrument:
        """The metric that a call names, which is declared nowhere else."""
        naming = self._values.of(name, site)
        subject = f"metric {naming.only}" if naming.only else None
        return Instrument(
            at=Location(self._source.text.source, subject, self._source.cut(name).region()),
            lines=self._source.lines(call),
            language=Language.TYPESCRIPT,
            api=Api.STATSD,
            kind=STATSD_KINDS[method],
            name=naming.only,
            spelling=self._source.cut(name),
            dynamic=why_dynamic(naming, built=self._names.is_built(name, site)),
            naming=naming.bound,
        )

    def _holds_tags(self, node: Node, site: Site) -> bool:
        made = self._names.origin(node, site)
        return made is not None and made[0].type in ("array", "object")

    def _is_client(self, node: Node, site: Site) -> bool:
        made = self._names.origin(node, site)
        if made is not None and made[0].type == "new_expression":
            path = self._names.called(made[0], made[1]) or ""
            return path.partition(".")[0] in _PACKAGES
        return _NAME.match(self._source.code(unwrap(node)).rpartition(".")[2]) is not None
