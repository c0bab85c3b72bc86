"""
The functions of PromQL: what they take, what they return, and since when.

prometheus.io/docs/prometheus/latest/querying/functions
"""

from __future__ import annotations

from difflib import get_close_matches

from ..record import Record
from .syntax import ValueType


class Function(Record):
    """A function's signature."""

    name: str
    args: tuple[ValueType, ...]
    least: int
    """How many arguments it needs."""

    most: int | None
    """How many it takes at most; None where the last type repeats without end."""

    returns: ValueType
    since: str | None = None
    """The version of Prometheus that brought it, where that is recent enough to matter."""

    experimental: bool = False
    """Whether a server must be started with `--enable-feature=promql-experimental-functions`."""

    def arg(self, index: int) -> ValueType:
        """The type of an argument; the last one repeats."""
        return self.args[min(index, len(self.args) - 1)]


_VECTOR: tuple[ValueType, ...] = ("vector",)
_MATRIX: tuple[ValueType, ...] = ("matrix",)

_OF_VECTOR = """
abs absent acos acosh asin asinh atan atanh ceil cos cosh deg exp floor histogram_avg histogram_count histogram_stddev
histogram_stdvar histogram_sum ln log10 log2 rad sgn sin sinh sort sort_desc sqrt tan tanh timestamp
"""
_OF_VECTOR_OR_NOTHING = "day_of_month day_of_week day_of_year days_in_month hour minute month year"
_OF_MATRIX = """
absent_over_time avg_over_time changes count_over_time delta deriv idelta increase irate last_over_time max_over_time
min_over_time present_over_time rate resets stddev_over_time stdvar_over_time sum_over_time
"""


def _table() -> dict[str, Function]:
    table = [Function(name, _VECTOR, 1, 1, "vector") for name in _OF_VECTOR.split()]
    table += [Function(name, _VECTOR, 0, 1, "vector") for name in _OF_VECTOR_OR_NOTHING.split()]
    table += [Function(name, _MATRIX, 1, 1, "vector") for name in _OF_MATRIX.split()]
    table += [
        Function("clamp", ("vector", "scalar", "scalar"), 3, 3, "vector"),
        Function("clamp_max", ("vector", "scalar"), 2, 2, "vector"),
        Function("clamp_min", ("vector", "scalar"), 2, 2, "vector"),
        Function("histogram_fraction", ("scalar", "scalar", "vector"), 3, 3, "vector"),
        Function("histogram_quantile", ("scalar", "vector"), 2, 2, "vector"),
        Function("label_join", ("vector", "string", "string", "string"), 3, None, "vector"),
        Function("label_replace", ("vector", "string", "string", "string", "string"), 5, 5, "vector"),
        Function("pi", (), 0, 0, "scalar"),
        Function("predict_linear", ("matrix", "scalar"), 2, 2, "vector"),
        Function("quantile_over_time", ("scalar", "matrix"), 2, 2, "vector"),
        Function("round", ("vector", "scalar"), 1, 2, "vector"),
        Function("scalar", _VECTOR, 1, 1, "scalar"),
        Function("time", (), 0, 0, "scalar"),
        Function("vector", ("scalar",), 1, 1, "vector"),
        # Renamed in 3.0 to double_exponential_smoothing; a 2.x server still has it.
        Function("holt_winters", ("matrix", "scalar", "scalar"), 3, 3, "vector"),
    ]
    table += [
        Function(name, args, least, most, returns, since, experimental=True)
        for name, args, least, most, returns, since in _EXPERIMENTAL
    ]
    return {function.name: function for function in table}


_EXPERIMENTAL: tuple[tuple[str, tuple[ValueType, ...], int, int | None, ValueType, str], ...] = (
    ("double_exponential_smoothing", ("matrix", "scalar", "scalar"), 3, 3, "vector", "3.0"),
    ("end", (), 0, 0, "scalar", "3.12"),
    ("first_over_time", _MATRIX, 1, 1, "vector", "3.7"),
    ("histogram_quantiles", ("vector", "string", "scalar", "scalar"), 3, 12, "vector", "3.11"),
    ("info", ("vector", "vector"), 1, 2, "vector", "2.55"),
    ("integral", ("matrix", "scalar"), 1, 2, "vector", "3.14"),
    ("mad_over_time", _MATRIX, 1, 1, "vector", "2.49"),
    ("max_of", ("scalar", "scalar"), 2, 2, "scalar", "3.13"),
    ("min_of", ("scalar", "scalar"), 2, 2, "scalar", "3.13"),
    ("range", (), 0, 0, "scalar", "3.12"),
    ("sort_by_label", ("vector", "string"), 1, None, "vector", "2.49"),
    ("sort_by_label_desc", ("vector", "string"), 1, None, "vector", "2.49"),
    ("start", (), 0, 0, "scalar", "3.12"),
    ("start_timestamp", _VECTOR, 1, 1, "vector", "3.14"),
    ("step", (), 0, 0, "scalar", "3.12"),
    ("ts_of_first_over_time", _MATRIX, 1, 1, "vector", "3.5"),
    ("ts_of_last_over_time", _MATRIX, 1, 1, "vector", "3.5"),
    ("ts_of_max_over_time", _MATRIX, 1, 1, "vector", "3.5"),
    ("ts_of_min_over_time", _MATRIX, 1, 1, "vector", "3.5"),
)

FUNCTIONS = _table()
"""Every function by its name."""

AGGREGATIONS: dict[str, ValueType | None] = {
    "avg": None,
    "bottomk": "scalar",
    "count": None,
    "count_values": "string",
    "group": None,
    "limit_ratio": "scalar",
    "limitk": "scalar",
    "max": None,
    "min": None,
    "quantile": "scalar",
    "stddev": None,
    "stdvar": None,
    "sum": None,
    "topk": "scalar",
}
"""Every aggregation, and the type of the parameter it takes first."""

EXPERIMENTAL_AGGREGATIONS = frozenset({"limitk", "limit_ratio"})
"""Aggregations that need `--enable-feature=promql-experimental-functions` (2.54)."""

# Functions of MetricsQL that PromQL does not have (docs.victoriametrics.com/metricsql): a query that calls one is
# written for another server.
METRICSQL = frozenset(
    """
    aggr_over_time alias any ascent_over_time bitmap_and bitmap_or bitmap_xor bottomk_avg bottomk_last bottomk_max
    bottomk_median bottomk_min buckets_limit changes_prometheus count_eq_over_time count_gt_over_time
    count_le_over_time count_ne_over_time count_values_over_time decreases_over_time default_rollup delta_prometheus
    deriv_fast descent_over_time distinct distinct_over_time drop_common_labels drop_empty_series duration_over_time
    geomean geomean_over_time histogram histogram_over_time histogram_share hoeffding_bound_lower
    hoeffding_bound_upper increase_prometheus increase_pure increases_over_time integrate interpolate iqr_over_time
    keep_last_value keep_next_value label_copy label_del label_graphite_group label_keep label_lowercase label_map
    label_match label_mismatch label_move label_set label_transform label_uppercase label_value labels_equal lag
    lifetime limit_offset mad median median_over_time mode mode_over_time now outlier_iqr_over_time outliers_iqr
    outliers_mad outliersk prometheus_buckets quantiles quantiles_over_time rand rand_exponential rand_normal
    range_avg range_first range_last range_linear_regression range_mad range_max range_median range_min
    range_normalize range_over_time range_quantile range_stddev range_stdvar range_sum range_trim_outliers
    range_trim_spikes range_trim_zscore range_zscore rate_over_sum rate_prometheus remove_resets rollup
    rollup_candlestick rollup_delta rollup_deriv rollup_increase rollup_rate rollup_scrape_interval ru running_avg
    running_max running_min running_sum scrape_interval share share_eq_over_time share_gt_over_time
    share_le_over_time smooth_exponential sort_by_label_numeric sort_by_label_numeric_desc stale_samples_over_time
    sum2 sum2_over_time sum_eq_over_time sum_gt_over_time sum_le_over_time timezone_offset tlast_over_time
    tmax_over_time tmin_over_time topk_avg topk_last topk_max topk_median topk_min ttf union
    vmrange_to_le zscore zscore_over_time
    """.split()
)


def nearest(name: str) -> str | None:
    """The known function or aggregation with the most similar name."""
    found = get_close_matches(name.lower(), [*FUNCTIONS, *AGGREGATIONS], n=1, cutoff=0.7)
    return found[0] if found else None
