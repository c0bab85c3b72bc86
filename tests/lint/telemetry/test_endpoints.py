"""Endpoints as budgets write them, and how labels are found for their parts."""

from __future__ import annotations

import pytest

from obsaudit.lint.telemetry.endpoints import Endpoint, LabelMap, endpoint, matches

LABELS = LabelMap(("method", "http_method"), ("route", "path"), ("operation",))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("POST /graphql [createEvent]", Endpoint("POST", "/graphql", "createEvent")),
        ("GET /users/:id", Endpoint("GET", "/users/:id", None)),
        ("/healthz", Endpoint(None, "/healthz", None)),
        ("[billing.checkout]", Endpoint(None, None, "billing.checkout")),
        ("GET", None),
        ("", None),
        ("checkout", None),
    ],
)
def test_endpoint(text: str, expected: Endpoint | None) -> None:
    """
    Method, route and operation are told by their form; each may be missing, not all.
    """
    assert expected == endpoint(text)


def test_labels_in_order_of_preference() -> None:
    """
    The first label of the list that the histogram has holds the part.
    """
    wanted = Endpoint("POST", "/graphql", None)

    assert {"method": "http_method", "route": "route"} == LABELS.labels(wanted, ["http_method", "path", "route"])


def test_a_part_without_label_is_named() -> None:
    """
    Where no label holds a part of the endpoint, the part is the answer.
    """
    assert "operation" == LABELS.labels(Endpoint("POST", "/graphql", "createEvent"), ["method", "route"])


@pytest.mark.parametrize(
    ("series", "expected"),
    [
        ({"method": "POST", "route": "/graphql"}, True),
        ({"method": "post", "route": "/graphql/"}, True),
        ({"method": "GET", "route": "/graphql"}, False),
        ({"method": "POST", "route": "/graphql/x"}, False),
        ({"method": "POST"}, False),
    ],
)
def test_matches(series: dict[str, str], expected: bool) -> None:
    """
    Methods match in any case, routes with or without their last slash, and nothing else does.
    """
    wanted = Endpoint("POST", "/graphql", None)

    assert expected is matches(wanted, {"method": "method", "route": "route"}, series)
