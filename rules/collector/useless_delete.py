"""`collector/useless-delete`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...lint import Bad, Finding, Fix, Good, Rule, Severity
from ...lint.nodes import Component, ComponentKind, Setting
from ._values import before, is_filled_in

# What the name of a metric has: anything else makes a pattern of it (opentelemetry.io/docs/specs/otel/metrics/api).
_NAME = re.compile(r"[\w./:-]*")
_HEAD = """\
processors:
  metricstransform:
    transforms:
"""


class UselessDelete(Rule):
    """
    Flags transforms of metrics that do nothing: labels that are not removed, and patterns that match no metric.

    **Why.**
    `delete_label_value` removes no label.
    It deletes the points at which the label has the value `label_value`; without one, the points at which the label is
    empty, or no string at all.
    The series that it was meant to save are still there, and other points may be lost.

    `include` is a name unless `match_type` is `regexp`: `app_events_.*` matches no metric.

    **Instead.**
    Sum the label away: `action: aggregate_labels` with the labels to keep in `label_set`, and `aggregation_type: sum`.
    Add `match_type: regexp`; the fix does that, and is not safe, because the transform begins to work.

    Not flagged: names that an environment variable fills in.
    """

    id = "collector/useless-delete"
    summary = "transform of metrics does nothing"
    severity = Severity.ERROR
    since = "0.1"
    tasks = ("3.2",)

    def check_component(self, component: Component) -> Iterator[Finding]:
        if component.kind is not ComponentKind.PROCESSOR or component.canonical != "metrics_transform":
            return
        for transform in component.settings.elements_at("transforms"):
            yield from self._pattern(component, transform)
            for operation in transform.elements_at("operations"):
                yield from self._operation(component, operation)

    def _pattern(self, component: Component, transform: Setting) -> Iterator[Finding]:
        entry, kind = transform.entry("include"), transform.text_at("match_type")
        include = entry.value.text if entry is not None else None
        if entry is None or include is None or is_filled_in(include) or _NAME.fullmatch(include.value):
            return
        if kind is not None and kind.value != "strict":
            return
        edit = before(entry, "match_type: regexp", flow=transform.flow) if kind is None else None
        if edit is None and kind is not None:
            edit = kind.edit(0, len(kind.value), "regexp")
        yield self.finding(
            f"`{include.value}` is taken for the name of a metric, which none has",
            component.place(include),
            help="add `match_type: regexp`",
            fix=Fix("match by a regular expression", (edit,), safe=False) if edit is not None else None,
        )

    def _operation(self, component: Component, operation: Setting) -> Iterator[Finding]:
        action, label = operation.text_at("action"), operation.text_at("label")
        if action is None or action.value != "delete_label_value":
            return
        if label is None:
            yield self.finding(
                "`delete_label_value` without `label` deletes nothing",
                component.place(action),
                help="name the label and the value whose points are to go",
            )
        elif operation.entry("label_value") is None:
            yield self.finding(
                f"`delete_label_value` does not remove the label `{label.value}`:"
                " without `label_value` it deletes the points at which it is empty or no string",
                component.place(action),
                help="to remove the label, use `aggregate_labels` with the labels to keep in `label_set`"
                " and `aggregation_type: sum`",
            )

    examples = (
        Bad(
            _HEAD
            + """\
      - include: app_events_total
        action: update
        operations:
          - action: delete_label_value
            label: user_id
""",
            at="delete_label_value",
        ),
        Bad(
            _HEAD
            + """\
      - include: app_events_.*
        action: update
        new_name: events
""",
            at="app_events_.*",
            fixed=_HEAD
            + """\
      - match_type: regexp
        include: app_events_.*
        action: update
        new_name: events
""",
        ),
        Bad(
            _HEAD + "      - {include: system.*, action: update, match_type: strict}\n",
            at="system.*",
            fixed=_HEAD + "      - {include: system.*, action: update, match_type: regexp}\n",
        ),
        Good(
            _HEAD
            + """\
      - include: ^app_events_.*$
        match_type: regexp
        action: update
        operations:
          - action: aggregate_labels
            label_set: [visibility, action]
            aggregation_type: sum
"""
        ),
        Good(
            _HEAD
            + """\
      - include: system.cpu.time
        action: update
        operations:
          - {action: delete_label_value, label: state, label_value: idle}
"""
        ),
    )
