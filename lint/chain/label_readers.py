"""Who reads a label: queries that match or group by it, and templates that print it."""

from __future__ import annotations

from collections.abc import Iterator

from .. import gotemplate, promql
from ..nodes import AlertingRule, Dialect, Query


def mentions(query: Query, label: str) -> Iterator[bool]:
    """Whether a query matches or groups by a label, for each place where it could."""
    if query.dialect is not Dialect.PROMQL or label not in query.text.value:
        return
    parsed = promql.parse(query.text.value)
    for selector in parsed.find(promql.Selector):
        yield from (matcher.label.value == label for matcher in selector.matchers)
    for aggregation in parsed.find(promql.Aggregation):
        if aggregation.grouping is not None:
            yield from (word.value == label for word in aggregation.grouping.labels)


def reads_label(alert: AlertingRule, label: str) -> bool:
    """Whether a template of an alert prints a label."""
    for field in (*alert.labels.values(), *alert.annotations.values()):
        template = gotemplate.parse(field.value.value)
        if isinstance(template, gotemplate.Template) and any(read.name == label for read in template.labels_read()):
            return True
    return False
