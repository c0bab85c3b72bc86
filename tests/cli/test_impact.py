"""`obsaudit impact` after `obsaudit lint`: what was read is known."""

import json
import time

import pytest

from obsaudit.cli.impact import impact
from obsaudit.cli.linting import Asked, lint
from obsaudit.lint import sources
from obsaudit.lint.cache import Cache, clear
from obsaudit.lint.config import ConfigError

RULES = """\
groups:
  - name: shop
    rules:
      - alert: OrdersFailing
        expr: rate(app_orders_failed_total[5m]) > 1
"""
ROUTES = """\
route:
  receiver: chat
  routes: [{matchers: [alertname="OrdersFailing"], receiver: pager}]
receivers: [{name: chat}, {name: pager}]
"""
SOURCE = 'from prometheus_client import Counter\nFAILED = Counter("app_orders_failed_total", "Failed.")\n'


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A metric and its alert, and a clock by which they have been at rest for a hundred years."""
    folder = tmp_path / "p"
    folder.mkdir()
    (folder / "rules.yml").write_text(RULES)
    (folder / "app.py").write_text(SOURCE)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "c"))
    own = time.time_ns
    monkeypatch.setattr("obsaudit.cli.request.time.time_ns", lambda: own() + 3 * 10**18)
    return folder


@pytest.fixture
def opened(monkeypatch):
    """The files that were read, in order."""
    names = []
    own = sources._bytes
    monkeypatch.setattr(sources, "_bytes", lambda file, request: names.append(file.source) or own(file, request))
    return names


@pytest.fixture
def unpacked(monkeypatch):
    """The files whose nodes somebody looked at, in order."""
    names = []
    own = sources._kept_nodes
    monkeypatch.setattr(sources, "_kept_nodes", lambda source, cache: names.append(source.name) or own(source, cache))
    return names


def dependents(capsys, name="app_orders_failed_total"):
    """What `impact` says of a name."""
    capsys.readouterr()
    impact(name, formats=["json"])
    (found,) = json.loads(capsys.readouterr().out)["impacts"]
    return [(one["kind"], one["name"]) for one in found["dependents"]]


def test_files_that_have_not_changed_are_not_opened(project, opened, capsys):
    """
    But one that has changed is, and its answer is the new one.
    """
    lint(Asked(formats=["json"]))
    assert ["app.py", "rules.yml"] == opened

    assert [("alert", "OrdersFailing")] == dependents(capsys)
    (project / "rules.yml").write_text(RULES.replace("OrdersFailing", "OrdersLost"))
    assert [("alert", "OrdersLost")] == dependents(capsys)
    assert ["rules.yml"] == opened[2:]


def test_a_cache_that_was_cleared_is_no_error(project, opened, capsys, monkeypatch):
    """
    Between the look at the index and that at a file's nodes: then everything is read.
    """
    lint(Asked(formats=["json"]))
    own = Cache.load

    def cleared(cache, key):
        clear(project.parent / "c" / "obsaudit")
        return own(cache, key)

    monkeypatch.setattr(Cache, "load", cleared)

    assert [("alert", "OrdersFailing")] == dependents(capsys)
    assert ["app.py", "rules.yml"] * 2 == opened


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("app_order_failed_total", "app_orders_failed_total"),
        ("OrderFailing", "OrdersFailing"),
        ("pagers", "pager"),
        ("alert_name", "alertname"),
        ("nothing_like_it", None),
    ],
)
def test_a_name_that_is_not_there_is_looked_for_among_all(project, unpacked, name, nearest):
    """
    And only the file that has the routes is unpacked, once for each way of looking.
    """
    (project / "alertmanager.yml").write_text(ROUTES)
    lint(Asked(formats=["json"]))
    unpacked.clear()
    with pytest.raises(ConfigError, match="nothing here makes or reads") as raised:
        impact(name)

    assert (nearest and f"did you mean `{nearest}`?") == raised.value.help
    assert ["alertmanager.yml"] * 2 == unpacked


def test_who_is_sent_to_a_receiver_is_known_without_the_alerts(project, unpacked, capsys):
    """
    An alert's labels are kept beside its nodes, and these stay packed.
    """
    (project / "alertmanager.yml").write_text(ROUTES)
    lint(Asked(formats=["json"]))
    unpacked.clear()

    expected = [("alert", "OrdersFailing"), ("route", '{alertname="OrdersFailing"}')]
    assert expected == dependents(capsys, "pager")
    assert ["alertmanager.yml"] == unpacked
