"""The words of LogQL (grafana.com/docs/loki/latest/query): functions, stages, and what is a word of PromQL only."""

from __future__ import annotations

from difflib import get_close_matches

UNWRAPPED = frozenset(
    "avg_over_time sum_over_time min_over_time max_over_time first_over_time last_over_time"
    " stddev_over_time stdvar_over_time quantile_over_time rate_counter".split()
)
"""Range aggregations of numbers: they need `| unwrap`."""

COUNTING = frozenset("count_over_time bytes_over_time bytes_rate".split())
"""Range aggregations of lines: they refuse `| unwrap`."""

RANGE_AGGREGATIONS = UNWRAPPED | COUNTING | {"rate", "absent_over_time"}

GROUPING = frozenset(
    "avg_over_time min_over_time max_over_time first_over_time last_over_time"
    " stddev_over_time stdvar_over_time quantile_over_time".split()
)
"""Range aggregations that take `by` and `without`."""

AGGREGATIONS: dict[str, bool] = {
    **dict.fromkeys("sum avg min max count stddev stdvar sort sort_desc".split(), False),
    **dict.fromkeys("topk bottomk approx_topk".split(), True),
}
"""Aggregations of series, and whether they take a number first."""

FUNCTIONS = RANGE_AGGREGATIONS | AGGREGATIONS.keys() | {"label_replace", "vector", "variants"}

STAGES = frozenset(
    "json logfmt xml unpack regexp pattern line_format label_format decolorize drop keep distinct unwrap".split()
)

CONVERSIONS = frozenset("bytes duration duration_seconds".split())
"""What `unwrap` puts around a label."""

RESERVED = frozenset(
    "by without on ignoring group_left group_right bool offset and or unless"
    " json logfmt unpack regexp pattern line_format label_format unwrap".split()
)
"""Words that every version of Loki keeps for itself: a label of that name cannot be asked for."""

PROMQL_ONLY = frozenset(
    "increase irate delta idelta deriv changes resets absent histogram_quantile label_join clamp clamp_min clamp_max"
    " round abs ceil floor predict_linear scalar time timestamp group quantile count_values present_over_time".split()
)


def nearest(word: str, known: frozenset[str]) -> str | None:
    """The known word that was probably meant."""
    close = get_close_matches(word.lower(), sorted(known), n=1, cutoff=0.7)
    return close[0] if close else None
