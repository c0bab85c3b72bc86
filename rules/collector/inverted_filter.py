"""`collector/inverted-filter`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Rule, Severity, Text
from ...lint.nodes import Component, ComponentKind
from ._values import literal

_DIFFERS = re.compile(r"\s*(?P<path>[\w.]+(?:\[\"[^\"]*\"\])?)\s*!=\s*(?P<value>\"[^\"]*\"|\w+)\s*")
_ERRORS = re.compile(
    r"\s*(?:(?:log\.)?severity_number\s*>=?\s*SEVERITY_NUMBER_(?:WARN|ERROR|FATAL)\w*"
    r"|(?:log\.)?severity_text\s*==\s*\"(?:ERROR|FATAL)\""
    r"|(?:span\.)?status\.code\s*==\s*(?:STATUS_CODE_ERROR|2))\s*"
)


class InvertedFilter(Rule):
    """
    Flags conditions of the `filter` processor that say what is to be kept.

    **Why.**
    What a condition matches is **dropped**, and of several one is enough.
    `severity_number >= SEVERITY_NUMBER_ERROR` drops the errors; `name != "a"` beside `name != "b"` drops everything,
    since whatever is `a` is not `b`.

    **Instead.**
    Turn the comparison round, and join what belongs together with `and` in one condition.

    Only these two forms are judged: a condition that drops all errors, and two that differ on one path.
    """

    id = "collector/inverted-filter"
    summary = "filter drops what it was to keep"
    severity = Severity.ERROR
    since = "0.1"
    tasks = ("3.1", "3.2")

    def check_component(self, component: Component) -> Iterator[Finding]:
        if component.kind is not ComponentKind.PROCESSOR or component.canonical != "filter":
            return
        for entry in component.settings.walk():
            conditions = [element.text for element in entry.value.elements if element.text is not None]
            yield from self._judge(component, conditions)

    def _judge(self, component: Component, conditions: list[Text]) -> Iterator[Finding]:
        seen: dict[str, str] = {}
        for condition in conditions:
            text = literal(condition)
            if text is None:
                continue
            if _ERRORS.fullmatch(text):
                yield self.finding(
                    f"`{component.id}` drops the errors: what a condition matches is dropped",
                    component.place(condition),
                    help="turn the comparison round to keep them",
                    severity=Severity.WARNING,
                )
            match = _DIFFERS.fullmatch(text)
            if match is None or match["value"] == "nil":
                continue
            other = seen.setdefault(match["path"], match["value"])
            if other != match["value"]:
                yield self.finding(
                    f"`{component.id}` drops everything: nothing is both {other} and {match['value']},"
                    " and one condition is enough",
                    component.place(condition),
                    help="join them with `and` in one condition",
                )

    examples = (
        Bad(
            "processors:\n  filter:\n    logs:\n      log_record: ['severity_number >= SEVERITY_NUMBER_ERROR']\n",
            at="severity_number >= SEVERITY_NUMBER_ERROR",
        ),
        Bad(
            """\
processors:
  filter:
    traces:
      span:
        - resource.attributes["service.name"] != "app1"
        - resource.attributes["service.name"] != "app2"
""",
            at='resource.attributes["service.name"] != "app2"',
        ),
        Good(
            """\
processors:
  filter:
    traces:
      span:
        - resource.attributes["service.name"] != "app1" and resource.attributes["service.name"] != "app2"
    logs:
      log_record: ['severity_number < SEVERITY_NUMBER_WARN']
"""
        ),
    )
