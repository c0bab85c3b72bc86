"""`collector/invalid-value`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from ...lint import Bad, Finding, Good, Rule, Severity, Text
from ...lint.nodes import Component, ComponentKind, Pipeline, Setting
from ...lint.re2 import Refusal, regex
from ._policies import all_policies
from ._samples import GATEWAY, POLICIES
from ._values import is_filled_in, literal, number, seconds

_TRANSFORM = "processors:\n  metricstransform:\n    transforms:\n"
_ACTIONS = frozenset({"insert", "update", "combine", "group"})
_OPERATIONS = frozenset(
    "add_label update_label delete_label_value toggle_scalar_data_type experimental_scale_value aggregate_labels"
    " aggregate_label_values".split()
)
_AGGREGATIONS = frozenset({"sum", "mean", "min", "max", "count", "median"})


class _Flaw(NamedTuple):
    """What the collector refuses, and where it stands."""

    message: str
    at: Text
    help: str


class InvalidValue(Rule):
    """
    Flags values at which the collector refuses to start.

    **Why.**
    It says so at the next restart, which is often not when the value was written; and it says only the first.

    - `memory_limiter` without `check_interval` or a limit, a spike that is no less than the limit, more than 100 %.
    - `batch` with `send_batch_max_size` below `send_batch_size`; the same for `sending_queue.batch`.
    - `metrics_transform` without what an action needs, or with an action or aggregation that there is not.
    - Sampling policies without a name, or two of one name.
    - Regular expressions that Go does not take: it has no look-around and no back references.
    - Pipelines with an empty list of receivers or exporters, and durations that are none.

    Not flagged: what an environment variable fills in.
    """

    id = "collector/invalid-value"
    summary = "the collector refuses the value"
    severity = Severity.ERROR
    since = "0.1"
    tasks = ("3.1", "3.2")

    def check_component(self, component: Component) -> Iterator[Finding]:
        if component.kind is ComponentKind.EXPORTER:
            checks: tuple[Callable[[Component], Iterator[_Flaw]], ...] = (_queue,)
        else:
            checks = _PROCESSORS.get(component.canonical, ()) if component.kind is ComponentKind.PROCESSOR else ()
        for check in checks:
            for flaw in check(component):
                yield self.finding(flaw.message, component.place(flaw.at), help=flaw.help)

    def check_pipeline(self, pipeline: Pipeline) -> Iterator[Finding]:
        for key in ("receivers", "exporters"):
            entry = pipeline.settings.entry(key)
            if entry is not None and not entry.value.elements and entry.value.text is None:
                yield self.finding(
                    f"pipeline `{pipeline.name.value}` has no {key}",
                    pipeline.place(entry.key),
                    help=f"name at least one of the {key}",
                )

    examples = (
        Bad(GATEWAY.replace("{check_interval: 1s, limit", "{limit"), at="memory_limiter"),
        Bad(GATEWAY.replace("limit_percentage: 80", "limit_mib: 400, spike_limit_mib: 400"), at="400"),
        Bad(GATEWAY.replace("  batch:\n", "  batch: {send_batch_size: 8192, send_batch_max_size: 1000}\n"), at="1000"),
        Bad(_TRANSFORM + "      - {include: a, action: insert}\n", at="insert"),
        Bad(
            _TRANSFORM + "      - {include: a, action: update, operations: [{action: delete_label, label: b}]}\n",
            at="delete_label",
        ),
        Bad(
            POLICIES
            + "      - {name: api, type: string_attribute, string_attribute:"
            + " {key: route, values: ['^/(?!live).*$'], enabled_regex_matching: true}}\n",
            at="^/(?!live).*$",
        ),
        Bad(GATEWAY.replace("receivers: [otlp]", "receivers: []"), at="receivers"),
        Good(GATEWAY),
        Good(GATEWAY.replace("check_interval: 1s", 'check_interval: "${env:INTERVAL}"')),
    )


def _limiter(component: Component) -> Iterator[_Flaw]:
    settings = component.settings
    interval = settings.text_at("check_interval")
    if settings.entry("check_interval") is None:
        yield _Flaw("`memory_limiter` has no `check_interval`", component.key, "set `check_interval: 1s`")
    elif interval is not None and not is_filled_in(interval) and not seconds(interval):
        yield _Flaw(f"`check_interval` is no duration above 0: `{interval.value}`", interval, "set `1s`")
    limits = [settings.entry(key) for key in ("limit_mib", "limit_percentage")]
    if not any(limits):
        yield _Flaw("`memory_limiter` has no limit", component.key, "set `limit_percentage` or `limit_mib`")
    for unit, most in (("mib", None), ("percentage", 100)):
        limit_at, spike_at = settings.text_at(f"limit_{unit}"), settings.text_at(f"spike_limit_{unit}")
        limit, spike = number(limit_at), number(spike_at)
        if spike_at is not None and spike is not None and limit and spike >= limit:
            yield _Flaw(
                f"`spike_limit_{unit}` of {spike:g} leaves nothing of a limit of {limit:g}",
                spike_at,
                "make it a fifth of the limit",
            )
        if limit_at is not None and limit is not None and most is not None and limit > most:
            yield _Flaw(f"{limit:g} % is more than there is", limit_at, "set 80")


def _batch(component: Component) -> Iterator[_Flaw]:
    yield from _sizes(component.settings, "send_batch_size", "send_batch_max_size", default=8192)
    timeout = component.settings.text_at("timeout")
    if timeout is not None and not is_filled_in(timeout) and seconds(timeout) is None:
        yield _Flaw(f"`{timeout.value}` is no duration", timeout, "write a unit, as in `1s`")


def _queue(component: Component) -> Iterator[_Flaw]:
    batch, queue = component.settings.get("sending_queue", "batch"), component.settings.get("sending_queue")
    if batch is None or queue is None:
        return
    yield from _sizes(batch, "min_size", "max_size", default=None)
    flush = batch.text_at("flush_timeout")
    if flush is not None and seconds(flush) == 0:
        yield _Flaw("`flush_timeout` is 0", flush, "set a duration above 0")
    size, least = number(queue.text_at("queue_size")), number(batch.text_at("min_size"))
    least_at, sizer, own = batch.text_at("min_size"), queue.text_at("sizer"), batch.text_at("sizer")
    same = sizer is not None and (own is None or own.value == sizer.value)
    if least_at is not None and same and size is not None and least is not None and least > size:
        yield _Flaw(f"a batch of {least:g} does not fit a queue of {size:g}", least_at, "make the queue longer")


def _sizes(settings: Setting, least: str, most: str, default: float | None) -> Iterator[_Flaw]:
    low_at, high_at = settings.text_at(least), settings.text_at(most)
    low, high = number(low_at) if low_at is not None else default, number(high_at)
    if high_at is not None and low is not None and high and high < low:
        yield _Flaw(
            f"`{most}` of {high:g} is below `{least}` of {low:g}", high_at, f"set it to {low:g} or more, or to 0"
        )


def _sampling(component: Component) -> Iterator[_Flaw]:
    wait = component.settings.text_at("decision_wait")
    if wait is not None and not is_filled_in(wait) and seconds(wait) is None:
        yield _Flaw(f"`{wait.value}` is no duration", wait, "write a unit, as in `30s`")
    names: set[str] = set()
    for policy in all_policies(component):
        if policy.top and policy.name is None and policy.place is not None:
            yield _Flaw("a policy has no name", policy.place, "give it a `name`")
        if policy.top and policy.name is not None:
            if policy.name.value in names:
                yield _Flaw(f"two policies are called `{policy.name.value}`", policy.name, "call one otherwise")
            names.add(policy.name.value)
        block = policy.block.value if policy.block is not None and policy.is_of("string_attribute") else None
        if block is not None and block.is_true("enabled_regex_matching"):
            yield from _regexes(block.texts_at("values"))


def _regexes(texts: tuple[Text, ...]) -> Iterator[_Flaw]:
    for text in texts:
        pattern = literal(text)
        refusal = regex(pattern) if pattern is not None else None
        if isinstance(refusal, Refusal):
            yield _Flaw(f"`{text.value}` is no regular expression: {refusal.message}", text, "use Go's syntax (RE2)")


def _transforms(component: Component) -> Iterator[_Flaw]:
    for transform in component.settings.elements_at("transforms"):
        action, include = transform.text_at("action"), transform.text_at("include")
        if action is not None and not is_filled_in(action) and action.value not in _ACTIONS:
            yield _Flaw(f"there is no action `{action.value}`", action, "use `update`, `insert`, `combine` or `group`")
        for wanted, key in (("insert", "new_name"), ("group", "group_resource_labels")):
            if action is not None and action.value == wanted and transform.entry(key) is None:
                yield _Flaw(f"`{wanted}` needs `{key}`", action, f"add `{key}`")
        kind = transform.text_at("match_type")
        if kind is not None and not is_filled_in(kind) and kind.value not in ("strict", "regexp"):
            yield _Flaw(f"there is no match type `{kind.value}`", kind, "use `strict` or `regexp`")
        elif kind is not None and kind.value == "regexp" and include is not None:
            yield from _regexes((include,))
        for part in (transform, *transform.elements_at("operations")):
            aggregation = part.text_at("aggregation_type")
            if aggregation is not None and not is_filled_in(aggregation) and aggregation.value not in _AGGREGATIONS:
                yield _Flaw(f"there is no aggregation `{aggregation.value}`", aggregation, "use `sum`, for instance")
        for operation in transform.elements_at("operations"):
            yield from _operation(operation)


_NEEDS = {
    "update_label": ("label",),
    "add_label": ("new_label", "new_value"),
    "experimental_scale_value": ("experimental_scale",),
}


def _operation(operation: Setting) -> Iterator[_Flaw]:
    action = operation.text_at("action")
    if action is None or is_filled_in(action):
        return
    if action.value not in _OPERATIONS:
        cure = "to remove a label, use `aggregate_labels` with the labels to keep in `label_set`"
        yield _Flaw(f"there is no operation `{action.value}`", action, cure)
    for key in _NEEDS.get(action.value, ()):
        if operation.entry(key) is None:
            yield _Flaw(f"`{action.value}` needs `{key}`", action, f"add `{key}`")


_PROCESSORS: dict[str, tuple[Callable[[Component], Iterator[_Flaw]], ...]] = {
    "memory_limiter": (_limiter,),
    "batch": (_batch,),
    "tail_sampling": (_sampling,),
    "metrics_transform": (_transforms,),
}
