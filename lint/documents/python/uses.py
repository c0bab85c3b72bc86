"""Which calls measure, with which instrument, and which of their arguments are labels."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import libcst as cst

from ...nodes import Api, Imported, Instrument
from ..labels import INCOMPLETE
from ..source import SourceSettings
from .arguments import passed
from .borrowed import Borrowed, imported
from .instruments import Instruments
from .libraries import CLIENT_OPERATIONS, METER_OPERATIONS
from .mappings import Mappings
from .names import Names
from .scopes import Site
from .statsd import STATSD_KINDS, Statsd
from .tree import dotted_name
from .use import Passing, Use


class Uses:
    """The calls of a file that measure."""

    def __init__(
        self,
        names: Names,
        instruments: Instruments,
        mappings: Mappings,
        statsd: Statsd,
        settings: SourceSettings,
        borrowed: list[Borrowed],
    ) -> None:
        self._names = names
        self._instruments = instruments
        self._mappings = mappings
        self._statsd = statsd
        self._helpers = settings.wrapping
        self._borrowed = tuple(one.path for one in borrowed)

    def all(self) -> Iterator[tuple[Use, Site]]:
        """Every call that measures, in order."""
        for call, site in self._names.outline.calls:
            use = self._use(call, site)
            if use is not None:
                yield use, site

    def _use(self, call: cst.Call, site: Site) -> Use | None:
        func = call.func
        if isinstance(func, cst.Attribute):
            find = _FINDERS.get(func.attr.value)
            use = find(self, call, func, site) if find is not None else None
            if use is not None:
                return use
        elif isinstance(func, cst.Name) and func.value == "Observation":
            return self._observation(call, site)
        return self._of_helper(call, site) if self._helpers else None

    # prometheus_client, and what is called like it.

    def _labels(self, call: cst.Call, func: cst.Attribute, site: Site) -> Use | None:
        """prometheus_client's `X.labels(…)`, and what is called on the result."""
        if not call.args:
            return None
        instrument = self._instruments.of(func.value, site)
        outer = self._names.outline.parents.get(id(call))
        operation = outer.func.attr.value if outer is not None and isinstance(outer.func, cst.Attribute) else None
        reference = self._reference(func.value, site) if instrument is None else None
        # `timer = metrics.REQUESTS.labels(…)` of another file is measured later.
        if instrument is None and reference is None and operation not in CLIENT_OPERATIONS:
            return None
        amount = outer.args[0].value if outer is not None and outer.args and operation in CLIENT_OPERATIONS else None
        name = instrument.name if instrument else None
        arguments = tuple(call.args)
        return Use(call, Api.PROMETHEUS, instrument, name, "labels", arguments, operation, amount, reference)

    def _client_operation(self, call: cst.Call, func: cst.Attribute, site: Site) -> Use | None:
        """`X.inc()` without `labels`; aioprometheus' `X.inc({…})`; Ray's `X.inc(1, tags={…})`."""
        match func.value:
            case cst.Call(func=cst.Attribute(attr=cst.Name(value="labels"))):
                return None
        instrument = self._instruments.of(func.value, site)
        if instrument is None:
            return self._statsd.use(call, func, site) or self._borrowed_operation(call, func, site)
        if instrument.api is Api.OPENTELEMETRY:
            return self._meter_operation(call, func, site)
        return None if self._instruments.is_child(func.value, site) else self._unlabelled(call, func, instrument)

    def _unlabelled(self, call: cst.Call, func: cst.Attribute, instrument: Instrument) -> Use:
        """A call of an instrument that was given no labels before."""
        first = call.args[0].value if call.args else None
        name, operation = instrument.name, func.attr.value
        if "ray" in self._names.roots:
            tags = _as_argument(passed(call, 1, "tags"))
            return Use(call, instrument.api, instrument, name, "defaults", tags, operation, first)
        is_mapping = isinstance(first, cst.Dict)
        labels = _as_argument(first) if is_mapping else ()
        amount = None if is_mapping else first
        return Use(call, instrument.api, instrument, name, "attributes", labels, operation, amount)

    def _family(self, call: cst.Call, func: cst.Attribute, site: Site) -> Use | None:
        """A custom collector's `family.add_metric([…], value)`."""
        labels = passed(call, 0, "labels")
        instrument = self._instruments.of(func.value, site)
        if labels is None or instrument is None:
            return None
        args = _as_argument(labels)
        return Use(call, Api.PROMETHEUS, instrument, instrument.name, "values", args, "add_metric")

    # OpenTelemetry.

    def _meter_operation(self, call: cst.Call, func: cst.Attribute, site: Site) -> Use | None:
        """OpenTelemetry's `X.add(1, {…})`."""
        instrument = self._instruments.of(func.value, site)
        if instrument is None and passed(call, None, "attributes") is None:
            return self._statsd.use(call, func, site) or self._borrowed_operation(call, func, site)
        if instrument is not None and instrument.api is not Api.OPENTELEMETRY:
            return self._client_operation(call, func, site)
        attributes = _as_argument(passed(call, 1, "attributes"))
        amount, operation = passed(call, 0, "amount"), func.attr.value
        name = instrument.name if instrument else None
        reference = self._reference(func.value, site) if instrument is None else None
        return Use(call, Api.OPENTELEMETRY, instrument, name, "attributes", attributes, operation, amount, reference)

    def _observation(self, call: cst.Call, site: Site) -> Use | None:
        """What the callback of an observable instrument gives."""
        path = self._names.path(call.func, site) or ""
        if not path.startswith("opentelemetry.metrics"):
            return None
        attributes = _as_argument(passed(call, 1, "attributes"))
        return Use(call, Api.OPENTELEMETRY, None, None, "attributes", attributes, "observe")

    # What other files make.

    def _borrowed_operation(self, call: cst.Call, func: cst.Attribute, site: Site) -> Use | None:
        """`X.inc()`, `X.add(1, {…})` of something imported: only the other file can say what `X` is."""
        reference = self._reference(func.value, site, certain=False)
        if reference is None:
            return None
        attributes = passed(call, 1, "attributes")
        amount, operation = passed(call, 0, "amount"), func.attr.value
        args = _as_argument(attributes) if isinstance(attributes, cst.Dict) else ()
        passing: Passing = "attributes" if args or len(call.args) < 2 else "defaults"
        return Use(call, Api.PROMETHEUS, None, None, passing, args, operation, amount, reference)

    def _reference(self, node: cst.BaseExpression, site: Site, *, certain: bool = True) -> Imported | None:
        """Where an instrument is imported from, if it is."""
        path = self._names.path(node, site)
        if path is None or not any(path == one or path.startswith(f"{one}.") for one in self._borrowed):
            return None
        return imported(path, self._names.tree.text.source, certain=certain)

    def _of_helper(self, call: cst.Call, site: Site) -> Use | None:
        """A call of a helper that the configuration names."""
        spelt = (self._names.path(call.func, site) or dotted_name(call.func)).lstrip(".")
        helper = next((one for one in self._helpers if one.is_called(spelt)), None)
        value = passed(call, helper.position, helper.keyword) if helper is not None else None
        if helper is None or value is None:
            return None
        as_mapping = not isinstance(value, cst.SimpleString | cst.FormattedString)
        mapping = self._mappings.of(value, site) if as_mapping else INCOMPLETE
        if mapping.pairs or mapping.complete:
            return Use(call, Api.PROMETHEUS, None, None, "attributes", _as_argument(value), None)
        keyword = cst.Name(helper.keyword) if helper.keyword is not None else None
        return Use(call, Api.PROMETHEUS, None, None, "value", (cst.Arg(value, keyword=keyword),), None)


_FINDERS: dict[str, Callable[[Uses, cst.Call, cst.Attribute, Site], Use | None]] = {
    "labels": Uses._labels,
    "add_metric": Uses._family,
    **dict.fromkeys(STATSD_KINDS, lambda uses, call, func, site: uses._statsd.use(call, func, site)),
    **dict.fromkeys(CLIENT_OPERATIONS, Uses._client_operation),
    **dict.fromkeys(METER_OPERATIONS, Uses._meter_operation),
}


def _as_argument(node: cst.BaseExpression | None) -> tuple[cst.Arg, ...]:
    return (cst.Arg(node),) if node is not None else ()
