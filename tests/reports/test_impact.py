"""Impacts in every format: a small tree, and one that is gone."""

import json

import pytest

from obsaudit.lint import Location, Position, Region
from obsaudit.lint.chain.impact import Dependent, Impact, Kind
from obsaudit.reports import View
from obsaudit.reports.impact import FORMATS

VIEW = View(version="1.0")


def at(source, line):
    return Location(source, None, Region(Position(line, 1), Position(line, 2)))


PAGER = Dependent(Kind.RECEIVER, "pager", at("alertmanager.yml", 9), "is notified")
ALERT = Dependent(Kind.ALERT, "Shop_Stopped", at("alerts.yml", 3), "reads shop_total", (PAGER,))
IMPACT = Impact(Kind.METRIC, "shop_total", (at("shop.py", 4),), (ALERT,))
GONE = Impact(Kind.METRIC, "shop_total", (at("shop.py", 4),), (ALERT,), gone=True, now="shops_total")


def test_text_is_a_tree():
    """
    Where it is made, what depends on it, and how much that is.
    """
    assert FORMATS["text"]([IMPACT], VIEW).splitlines() == [
        "metric shop_total",
        "  made at shop.py:4",
        "└─ alert Shop_Stopped  reads shop_total  alerts.yml:3",
        "   └─ receiver pager  is notified  alertmanager.yml:9",
        "",
        "1 alert, 1 receiver depend on metric shop_total",
    ]


def test_markdown_escapes_what_it_does_not_quote():
    """
    Names are code, and underscores in prose make nothing slanted.
    """
    text = FORMATS["markdown"]([GONE], VIEW)

    assert "It is gone: renamed to `shops_total`, as it seems." in text
    assert "- alert `Shop_Stopped` (`alerts.yml:3`): reads shop\\_total" in text
    assert "  - receiver `pager` (`alertmanager.yml:9`): is notified" in text


def test_json_is_as_deep_as_the_tree():
    """
    Each dependent has its own.
    """
    (impact,) = json.loads(FORMATS["json"]([GONE], VIEW))["impacts"]

    assert (True, "shops_total") == (impact["gone"], impact["now"])
    assert "pager" == impact["dependents"][0]["dependents"][0]["name"]


def test_mermaid_draws_each_thing_once():
    """
    Three boxes and two arrows, although the tree is drawn twice.
    """
    assert [
        "flowchart LR",
        '  n0["metric<br>shop_total"]',
        '  n1["alert<br>Shop_Stopped"]',
        '  n2["receiver<br>pager"]',
        "  n0 --> n1",
        "  n1 --> n2",
    ] == FORMATS["mermaid"]([IMPACT, IMPACT], VIEW).splitlines()


@pytest.mark.parametrize("name", ["text", "markdown"])
def test_nothing_lost_is_said(name):
    """
    An empty report would look like a broken one.
    """
    assert "nothing that is gone or changed is still needed" in FORMATS[name]([], VIEW).lower()
