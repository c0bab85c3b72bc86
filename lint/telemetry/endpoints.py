"""Endpoints as budgets name them, and how they are found among the labels of a histogram."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from ..record import Record

_ENDPOINT = re.compile(r"(?:(?P<method>[A-Z]+)\s+)?(?P<route>/\S*)?\s*(?:\[(?P<operation>[^\]]+)\])?")


class Endpoint(Record):
    """`POST /graphql [createEvent]`: each part may be missing."""

    method: str | None
    route: str | None
    operation: str | None


def endpoint(text: str) -> Endpoint | None:
    """The parts of an endpoint; None where the text names none."""
    match = _ENDPOINT.fullmatch(text.strip())
    if match is None or not any(match.groups()):
        return None
    return Endpoint(match["method"], match["route"], match["operation"])


class LabelMap(Record):
    """The labels that may hold each part of an endpoint, in order of preference."""

    method: tuple[str, ...]
    route: tuple[str, ...]
    operation: tuple[str, ...]

    def labels(self, wanted: Endpoint, present: Iterable[str]) -> dict[str, str] | str:
        """The label of each part of the endpoint, or the name of the part that no label holds."""
        there = frozenset(present)
        found = {}
        for part in ("method", "route", "operation"):
            if getattr(wanted, part) is None:
                continue
            label = next((name for name in getattr(self, part) if name in there), None)
            if label is None:
                return part
            found[part] = label
        return found


USUAL = LabelMap(
    method=("method", "http_method", "http_request_method", "verb"),
    route=("route", "http_route", "path", "handler", "endpoint", "uri", "url"),
    operation=("operation", "operation_name", "operationName", "graphql_operation", "graphql_operation_name"),
)
"""The labels that hold them in most code."""


def matches(wanted: Endpoint, labels: Mapping[str, str], series: Mapping[str, str]) -> bool:
    """Whether a series is one of the endpoint: methods in any case, a route with or without its last slash."""
    return all(
        _folded(part, series.get(label, "")) == _folded(part, getattr(wanted, part)) for part, label in labels.items()
    )


def _folded(part: str, value: str) -> str:
    if part == "method":
        return value.upper()
    return value.rstrip("/") or "/" if part == "route" else value
