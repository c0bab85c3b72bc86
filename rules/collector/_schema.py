"""The keys of the components whose settings are known for certain, by the path at which they stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ...lint.nodes import Entry, Setting
from ...lint.record import Record, field
from ...lint.telemetry.sampling import TYPES


class Schema(Record):
    """A mapping's keys, and what is known of the values of some; those of a list are its elements'."""

    keys: frozenset[str]
    below: Mapping[str, Schema] = field(default_factory=dict)

    def unknown(self, setting: Setting) -> Iterator[tuple[Entry, frozenset[str]]]:
        """The keys that do not belong there, with those that do."""
        for entry in setting.entries:
            if entry.key.value not in self.keys:
                yield entry, self.keys
            inner = self.below.get(entry.key.value)
            if inner is not None:
                for value in (entry.value, *entry.value.elements):
                    yield from inner.unknown(value)


def _schema(keys: str, **below: Schema) -> Schema:
    return Schema(frozenset(keys.split()) | frozenset(below), below)


_LEAVES = {
    "always_sample": _schema(""),
    "latency": _schema("threshold_ms upper_threshold_ms"),
    "numeric_attribute": _schema("key min_value max_value invert_match"),
    "probabilistic": _schema("hash_salt sampling_percentage"),
    "status_code": _schema("status_codes"),
    "string_attribute": _schema("key values enabled_regex_matching cache_max_size invert_match"),
    "rate_limiting": _schema("spans_per_second"),
    "bytes_limiting": _schema("bytes_per_second burst_capacity"),
    "span_count": _schema("min_spans max_spans"),
    "trace_state": _schema("key values"),
    "trace_flags": _schema(""),
    "boolean_attribute": _schema("key value invert_match"),
    "ottl_condition": _schema("error_mode span spanevent"),
}
# An extension may add types: the block of a type that is not known is left alone.
_PART = _schema("name type", **_LEAVES)
_AND = _schema("", and_sub_policy=_PART)
_COMPOSITE = _schema(
    "max_total_spans_per_second policy_order",
    composite_sub_policy=_schema("name type", **_LEAVES, **{"and": _AND}),
    rate_allocation=_schema("policy percent"),
)
_POLICY = _schema(
    "name type",
    **_LEAVES,
    **{
        "and": _AND,
        "drop": _schema("", drop_sub_policy=_PART),
        "not": _schema("", not_sub_policy=_PART),
        "composite": _COMPOSITE,
    },
)
assert set(_POLICY.below) == set(TYPES)

_OPERATION = _schema(
    "action aggregated_values aggregation_type experimental_scale label label_set label_value new_label new_value",
    value_actions=_schema("value new_value"),
)

PROCESSORS: dict[str, Schema] = {
    "tail_sampling": _schema(
        "decision_wait decision_wait_after_root_received num_traces expected_new_traces_per_sec block_on_overflow"
        " drop_pending_traces_on_shutdown maximum_trace_size_bytes sample_on_first_match sampling_strategy",
        policies=_POLICY,
        decision_cache=_schema("sampled_cache_size non_sampled_cache_size"),
    ),
    "batch": _schema("metadata_cardinality_limit metadata_keys send_batch_max_size send_batch_size timeout"),
    "memory_limiter": _schema(
        "check_interval limit_mib limit_percentage spike_limit_mib spike_limit_percentage ballast_size_mib"
        " min_gc_interval_when_soft_limited min_gc_interval_when_hard_limited"
        " max_gc_interval_when_soft_limited max_gc_interval_when_hard_limited"
    ),
    "metrics_transform": _schema(
        "",
        transforms=_schema(
            "include match_type action new_name aggregation_type submatch_case experimental_match_labels metric_name"
            " group_resource_labels",
            operations=_OPERATION,
        ),
    ),
}
PIPELINE = _schema("receivers processors exporters")
SERVICE = _schema("pipelines extensions", telemetry=_schema("logs metrics traces resource profiles"))
TOP = frozenset({"receivers", "processors", "exporters", "connectors", "extensions", "service"})
SIGNALS = frozenset({"traces", "metrics", "logs", "profiles"})
