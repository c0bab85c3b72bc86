"""The metric libraries: how each declares an instrument, and how it is given labels."""

from __future__ import annotations

from typing import Literal

from ...nodes import Api
from ...record import Record

Role = Literal["name", "help", "labels", "namespace", "subsystem", "unit", "buckets"]


class Signature(Record):
    """How an instrument is declared: its parameters in order, and which of them say what."""

    api: Api
    kind: str
    parameters: tuple[str, ...]
    roles: tuple[tuple[Role, str], ...]
    suffix: str = ""
    """What the library itself puts behind the name."""

    transient: bool = False

    def parameter(self, role: Role) -> str | None:
        """The parameter that plays a role."""
        return dict(self.roles).get(role)


_CLIENT = ("name", "documentation", "labelnames", "namespace", "subsystem", "unit", "registry", "_labelvalues")
_CLIENT_ROLES: tuple[tuple[Role, str], ...] = (
    ("name", "name"),
    ("help", "documentation"),
    ("labels", "labelnames"),
    ("namespace", "namespace"),
    ("subsystem", "subsystem"),
    ("unit", "unit"),
    ("buckets", "buckets"),
)
_FAMILY_ROLES: tuple[tuple[Role, str], ...] = (
    ("name", "name"),
    ("help", "documentation"),
    ("labels", "labels"),
    ("unit", "unit"),
)


def _client(kind: str, suffix: str = "", *more: str) -> Signature:
    return Signature(Api.PROMETHEUS, kind, (*_CLIENT, *more), _CLIENT_ROLES, suffix)


def _family(kind: str, suffix: str, *parameters: str) -> Signature:
    return Signature(
        Api.PROMETHEUS, kind, ("name", "documentation", *parameters), _FAMILY_ROLES, suffix, transient=True
    )


PROMETHEUS_CLIENT = {
    "Counter": _client("counter", "_total"),
    "Gauge": _client("gauge", "", "multiprocess_mode"),
    "Histogram": _client("histogram", "", "buckets"),
    "Summary": _client("summary"),
    "Info": _client("info", "_info"),
    "Enum": _client("enum", "", "states"),
    "CounterMetricFamily": _family("counter", "_total", "value", "labels", "created", "unit", "exemplar"),
    "GaugeMetricFamily": _family("gauge", "", "value", "labels", "unit"),
    "HistogramMetricFamily": _family("histogram", "", "buckets", "sum_value", "labels", "unit"),
    "SummaryMetricFamily": _family("summary", "", "count_value", "sum_value", "labels", "unit"),
    "InfoMetricFamily": _family("info", "_info", "value", "labels"),
    "UntypedMetricFamily": _family("untyped", "", "value", "labels"),
    "UnknownMetricFamily": _family("untyped", "", "value", "labels", "unit"),
    "StateSetMetricFamily": _family("enum", "", "value", "labels"),
}
"""prometheus_client's classes, whichever of its modules they are imported from."""

_RAY_ROLES: tuple[tuple[Role, str], ...] = (
    ("name", "name"),
    ("help", "description"),
    ("labels", "tag_keys"),
    ("buckets", "boundaries"),
)
OTHER_CLASSES = {
    "aioprometheus.Counter": Signature(Api.PROMETHEUS, "counter", ("name", "doc"), (("name", "name"), ("help", "doc"))),
    "aioprometheus.Gauge": Signature(Api.PROMETHEUS, "gauge", ("name", "doc"), (("name", "name"), ("help", "doc"))),
    "aioprometheus.Histogram": Signature(
        Api.PROMETHEUS, "histogram", ("name", "doc"), (("name", "name"), ("help", "doc"))
    ),
    "aioprometheus.Summary": Signature(Api.PROMETHEUS, "summary", ("name", "doc"), (("name", "name"), ("help", "doc"))),
    "ray.util.metrics.Counter": Signature(Api.PROMETHEUS, "counter", ("name", "description", "tag_keys"), _RAY_ROLES),
    "ray.util.metrics.Gauge": Signature(Api.PROMETHEUS, "gauge", ("name", "description", "tag_keys"), _RAY_ROLES),
    "ray.util.metrics.Histogram": Signature(
        Api.PROMETHEUS, "histogram", ("name", "description", "boundaries", "tag_keys"), _RAY_ROLES
    ),
}

_METER_ROLES: tuple[tuple[Role, str], ...] = (
    ("name", "name"),
    ("help", "description"),
    ("unit", "unit"),
    ("buckets", "explicit_bucket_boundaries_advisory"),
)


def _meter(kind: str, *parameters: str) -> Signature:
    return Signature(Api.OPENTELEMETRY, kind, ("name", *parameters), _METER_ROLES)


METER_METHODS = {
    "create_counter": _meter("counter", "unit", "description"),
    "create_up_down_counter": _meter("updowncounter", "unit", "description"),
    "create_histogram": _meter("histogram", "unit", "description"),
    "create_gauge": _meter("gauge", "unit", "description"),
    "create_observable_counter": _meter("counter", "callbacks", "unit", "description"),
    "create_observable_up_down_counter": _meter("updowncounter", "callbacks", "unit", "description"),
    "create_observable_gauge": _meter("gauge", "callbacks", "unit", "description"),
}
"""Methods of an OpenTelemetry meter that make an instrument."""

CLIENT_OPERATIONS = frozenset(
    "inc dec set observe time info state count_exceptions track_inprogress set_to_current_time set_function".split()
)
METER_OPERATIONS = frozenset({"add", "record", "set"})

DEFAULT_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0)
"""What prometheus_client's Histogram has without `buckets=`."""
