"""The chain: what depends on a metric, a label, an alert, a runbook, a receiver."""

import pytest

from obsaudit.lint import Project
from obsaudit.lint.chain.impact import Chain, Kind
from obsaudit.lint.run import read

from ..samples import request, write

SOURCE = """\
from prometheus_client import Counter

CHECKOUTS = Counter("app_checkout_total", "Checkouts.", ["result"])
CHECKOUTS.labels(result="ok").inc()
"""
RULES = """\
groups:
  - name: checkout
    rules:
      - record: job:app_checkout:rate5m
        expr: sum by (job) (rate(app_checkout_total[5m]))
      - alert: CheckoutStopped
        expr: job:app_checkout:rate5m == 0
        for: 5m
        labels: {severity: critical}
        annotations:
          summary: '{{ $labels.job }} sells nothing'
          runbook_url: https://wiki.example/checkout-stopped
      - alert: StillStopped
        expr: ALERTS{alertname="CheckoutStopped"} == 1
        labels: {severity: low}
"""
ROUTES = """\
route:
  receiver: chat
  routes:
    - matchers: [severity="critical"]
      receiver: pager
inhibit_rules:
  - source_matchers: [alertname="CheckoutStopped"]
    target_matchers: [severity="low"]
    equal: [job]
receivers: [{name: chat}, {name: pager}]
"""
PANEL = """\
{"title": "Shop", "schemaVersion": 39, "panels": [
  {"type": "stat", "title": "Sales", "targets": [{"expr": "sum(increase(app_checkout_total[1d]))"}]}]}
"""


@pytest.fixture
def chain(tmp_path):
    """A small project, from the source to the pager."""
    write(
        tmp_path,
        app_py=SOURCE,
        rules_yml=RULES,
        alertmanager_yml=ROUTES,
        **{"shop.json": PANEL, "runbooks__checkout-stopped.md": "# CheckoutStopped\n\n## Impact\n\nNo sales.\n"},
    )
    return Chain(Project(node for source in read(request(tmp_path)) for node in source.parsed.nodes))


def tree(dependents):
    """Kinds and names, as deep as they go."""
    return [(str(one.kind), one.name, tree(one.below)) for one in dependents]


PAGED = [
    ("alert", "StillStopped", [("receiver", "chat", [])]),
    ("receiver", "pager", []),
    ("runbook", "runbooks/checkout-stopped.md", []),
]


def test_a_metric_leads_to_everything_that_reads_it(chain):
    """
    Recording, alert, the alert on that alert, route, runbook, panel: each once, in its place.
    """
    impact = chain.impact(Kind.METRIC, "app_checkout_total")

    assert ["app.py"] == [at.source for at in impact.made]
    assert [
        ("recording", "job:app_checkout:rate5m", [("alert", "CheckoutStopped", PAGED)]),
        ("panel", "Sales", []),
    ] == tree(impact.dependents)


def test_an_instrument_is_known_by_its_own_name_too(chain):
    """
    `app_checkout` in source is `app_checkout_total` on the wire.
    """
    assert [Kind.METRIC] == chain.kinds_of("app_checkout")
    assert tree(chain.impact(Kind.METRIC, "app_checkout_total").dependents) == tree(
        chain.impact(Kind.METRIC, "app_checkout").dependents
    )


def test_an_alert_leads_to_its_receivers_and_its_page(chain):
    """
    The route is walked with the labels that the alert can have; what names the alert depends on it, too.
    """
    muting = ("inhibition", "1", [])

    assert [PAGED[0], muting, *PAGED[1:]] == tree(chain.impact(Kind.ALERT, "CheckoutStopped").dependents)


def test_a_receiver_leads_back_to_routes_and_alerts(chain):
    """
    Who falls silent when the receiver goes.
    """
    assert [("alert", "CheckoutStopped", []), ("route", '{severity="critical"}', [])] == tree(
        chain.impact(Kind.RECEIVER, "pager").dependents
    )


def test_a_runbook_leads_back_to_its_alerts(chain):
    """
    Asked for by its file or its name.
    """
    assert [("alert", "CheckoutStopped", [])] == tree(chain.impact(Kind.RUNBOOK, "checkout-stopped").dependents)
    assert [Kind.RUNBOOK] == chain.kinds_of("runbooks/checkout-stopped.md")


def test_a_label_leads_to_who_groups_matches_or_prints_it(chain):
    """
    A grouping of a recording, a template of an alert; a route that asks for it, an inhibition that compares it.
    """
    job = chain.impact(Kind.LABEL, "job")
    severity = chain.impact(Kind.LABEL, "severity")

    assert [
        ("recording", "job:app_checkout:rate5m", "names job"),
        ("alert", "CheckoutStopped", "prints job"),
        ("inhibition", "1", "compares job"),
    ] == [(str(one.kind), one.name, one.why) for one in job.dependents]
    assert ["asks for severity", "asks for severity"] == [one.why for one in severity.dependents]


def test_what_nobody_knows_has_no_kind(chain):
    """
    The command then says what was probably meant.
    """
    assert [] == chain.kinds_of("app_chekout_total")


def test_alerts_that_read_each_other_end(tmp_path):
    """
    A circle is followed once round.
    """
    rules = '- alert: {}\n  expr: ALERTS{{alertname="{}"}} == 1\n'
    write(tmp_path, a_yml=rules.format("A", "B") + rules.format("B", "A"))
    chain = Chain(Project(node for source in read(request(tmp_path)) for node in source.parsed.nodes))

    assert [("alert", "B", [("alert", "A", [])])] == tree(chain.impact(Kind.ALERT, "A").dependents)
