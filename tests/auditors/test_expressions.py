"""PromQL that is put together: a name or a value can never be taken for syntax."""

from __future__ import annotations

import pytest

from obsaudit.auditors.expressions import label, selector
from obsaudit.lint import promql


@pytest.mark.parametrize(
    ("metric", "matchers", "expected"),
    [
        ("up", None, "up"),
        ("job:up:sum", {}, "job:up:sum"),
        ("up", {"job": ("api",)}, 'up{job="api"}'),
        ("up", {"job": ('a"b\\c',)}, 'up{job="a\\"b\\\\c"}'),
        ("up", {"route": ("/a", "/a/")}, 'up{route=~"/a|/a/"}'),
        ("up", {"route": ("/a.b", "/c*")}, 'up{route=~"/a\\\\.b|/c\\\\*"}'),
        ("http.duration", {"http.method": ("GET",)}, '{"http.duration","http.method"="GET"}'),
    ],
)
def test_selector(metric: str, matchers: dict[str, tuple[str, ...]] | None, expected: str) -> None:
    """
    Names that are not legal are quoted, values escaped, and alternatives become a regular expression.
    """
    assert expected == selector(metric, matchers)


@pytest.mark.parametrize("value", ['"', "\\", "a|b", "[createEvent]", "}", "\n", "ü", "$1"])
def test_selector_holds_any_value(value: str) -> None:
    """
    Whatever the value, the selector is one selector of that metric.
    """
    for values in ((value,), (value, "other")):
        [found] = promql.parse(selector("up", {"route": values})).find(promql.Selector)

        assert "up" == found.metric
        assert ["route"] == [matcher.label.value for matcher in found.matchers]


def test_label() -> None:
    """
    A label that is a legal name stands as it is; another one is quoted.
    """
    assert ("user_id", '"user.id"', '"1st"') == (label("user_id"), label("user.id"), label("1st"))
