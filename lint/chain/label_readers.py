"""Who reads a label: queries that match or group by it, and templates that print it."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from .. import gotemplate, promql
from ..nodes import AlertingRule, Dialect, Query


def mentions(query: Query, label: str) -> bool:
    """Whether a query matches or groups by a label."""
    return label in query.text.value and label in labels_in(query)


def labels_in(query: Query) -> Iterator[str]:
    """The labels that a query matches or groups by, as often as it does."""
    if query.dialect is not Dialect.PROMQL:
        return
    parsed = promql.parse(query.text.value)
    for selector in parsed.find(promql.Selector):
        yield from (matcher.label.value for matcher in selector.matchers)
    for aggregation in parsed.find(promql.Aggregation):
        if aggregation.grouping is not None:
            yield from (word.value for word in aggregation.grouping.labels)


def asks_value(query: Query, *, label: str, value: str, series: Collection[str] | None) -> str | None:
    """What a query asks for, if it wants series of these names, or of any, that have a value of a label."""
    if query.dialect is not Dialect.PROMQL or value not in query.text.value:
        return None
    for selector in promql.parse(query.text.value).find(promql.Selector):
        if series is None or selector.metric in series:
            for matcher in selector.matchers:
                if matcher.label.value == label and value in _values(matcher):
                    return f'asks for {label}="{value}"'
    return None


def _values(matcher: promql.Matcher) -> list[str]:
    """The values that a matcher names; one that excludes some does not need them."""
    if matcher.value.templated or matcher.op.value not in ("=", "=~"):
        return []
    return matcher.value.value.split("|") if matcher.op.value == "=~" else [matcher.value.value]


def reads_label(alert: AlertingRule, label: str) -> bool:
    """Whether a template of an alert prints a label."""
    return label in labels_printed(alert)


def labels_printed(alert: AlertingRule) -> Iterator[str]:
    """The labels that the templates of an alert print, as often as they do."""
    for field in (*alert.labels.values(), *alert.annotations.values()):
        template = gotemplate.parse(field.value.value)
        if isinstance(template, gotemplate.Template):
            yield from (read.name for read in template.labels_read())
