"""What a change breaks, and how it says so: one change at a time."""

import pytest

from obsaudit.lint import Project
from obsaudit.lint.chain.impact import Chain
from obsaudit.lint.chain.losses import lost
from obsaudit.lint.run import read

from ..samples import request, write

SOURCE = """\
from prometheus_client import Counter, Histogram

CHECKOUTS = Counter("app_checkout_total", "Checkouts.", ["result", "plan"])
REFUNDS = Counter("app_refunds_total", "Refunds.", ["result"])
SECONDS = Histogram("app_checkout_seconds", "Time.", buckets=(0.1, 0.5, 1))
"""
RULES = """\
groups:
  - name: checkout
    rules:
      - record: job:app_checkout:rate5m
        expr: sum by (job) (rate(app_checkout_total{result="ok"}[5m]))
      - alert: CheckoutStopped
        expr: job:app_checkout:rate5m == 0
        labels: {severity: critical}
        annotations: {runbook_url: https://git.example/shop/blob/main/runbooks/checkout-stopped.md}
      - alert: CheckoutSlow
        expr: histogram_quantile(0.9, sum by (le) (rate(app_checkout_seconds_bucket[5m]))) > 0.5
        labels: {severity: low}
      - alert: CheckoutVerySlow
        expr: sum(rate(app_checkout_seconds_bucket{le="0.5"}[5m])) == 0
        labels: {severity: low}
"""
ROUTES = """\
route:
  receiver: chat
  routes:
    - matchers: [severity="critical"]
      receiver: pager
receivers:
  - name: chat
    slack_configs: [{channel: '#a'}]
  - name: pager
    pagerduty_configs: [{routing_key_file: /key}]
inhibit_rules:
  - source_matchers: [alertname="CheckoutStopped"]
    target_matchers: [alertname=~"CheckoutSlow|CheckoutVerySlow"]
"""
PAGE = "# CheckoutStopped\n\n## Impact\n\nNo sales.\n"
FILES = {
    "app.py": SOURCE,
    "rules.yml": RULES,
    "alertmanager.yml": ROUTES,
    "runbooks__checkout-stopped.md": PAGE,
}


def chain(folder, files):
    """The links of a project that lies in a folder of its own."""
    folder.mkdir()
    write(folder, **files)
    return Chain(Project(node for source in read(request(folder)) for node in source.parsed.nodes))


def told(tmp_path, file, old, new, moved=None):
    """What the change costs: what, its fate, and who depends on it."""
    files = dict(FILES)
    if moved is None:
        assert old in files[file]
        files[file] = files[file].replace(old, new)
    else:
        files[new] = files.pop(file)
    losses = lost(chain(tmp_path / "before", FILES), chain(tmp_path / "after", files), moved)
    return [
        (str(one.kind), one.name, one.now if one.gone else one.change, [below.name for below in one.dependents])
        for one in losses
    ]


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        (
            "app.py",
            '"app_checkout_total"',
            '"shop_sales_total"',
            [("metric", "app_checkout", "shop_sales", ["job:app_checkout:rate5m"])],
        ),
        (
            "app.py",
            'CHECKOUTS = Counter("app_checkout_total", "Checkouts.", ["result", "plan"])\n',
            "",
            [("metric", "app_checkout", None, ["job:app_checkout:rate5m"])],
        ),
        (
            "app.py",
            '["result", "plan"]',
            '["outcome", "plan"]',
            [("label", "result of app_checkout_total", "outcome", ["job:app_checkout:rate5m"])],
        ),
        (
            "app.py",
            "0.1, 0.5, 1",
            "0.1, 0.4, 1",
            [
                (
                    "metric",
                    "app_checkout_seconds",
                    "has lost the bucket 0.5 and has the new bucket 0.4",
                    ["CheckoutSlow", "CheckoutVerySlow"],
                )
            ],
        ),
        (
            "rules.yml",
            "record: job:app_checkout:rate5m",
            "record: job:sales:rate5m",
            [("recording", "job:app_checkout:rate5m", "job:sales:rate5m", ["CheckoutStopped"])],
        ),
        (
            "rules.yml",
            "alert: CheckoutStopped",
            "alert: SalesStopped",
            [("alert", "CheckoutStopped", "SalesStopped", ["1", "runbooks/checkout-stopped.md"])],
        ),
        (
            "rules.yml",
            "alert: CheckoutVerySlow",
            "alert: CheckoutTakesLong",
            [("alert", "CheckoutVerySlow", "CheckoutTakesLong", ["1"])],
        ),
        (
            "alertmanager.yml",
            "- name: pager\n",
            "- name: pager-eu\n",
            [("receiver", "pager", "pager-eu", ["CheckoutStopped", '{severity="critical"}'])],
        ),
        (
            "alertmanager.yml",
            'severity="critical"',
            'severity="page"',
            [("receiver", "pager", "is reached by fewer alerts", ["CheckoutStopped"])],
        ),
        (
            "alertmanager.yml",
            "pagerduty_configs: [{routing_key_file: /key}]",
            "webhook_configs: [{url: 'http://a.example'}]",
            [
                (
                    "receiver",
                    "pager",
                    "no longer notifies through pagerduty",
                    ["CheckoutStopped", '{severity="critical"}'],
                )
            ],
        ),
        ("app.py", '"Refunds."', '"Money that went back."', []),
        ("app.py", '"app_refunds_total"', '"app_paid_back_total"', []),
    ],
    ids=[
        "a metric renamed",
        "a metric removed",
        "a label renamed",
        "a bucket moved",
        "a recording renamed",
        "an alert renamed that a page and an inhibition name",
        "an alert renamed that an inhibition names beside another",
        "a receiver renamed",
        "a route changed",
        "a way of notifying removed",
        "a help text changed",
        "an unread metric renamed",
    ],
)
def test_a_change_breaks_what_depends_on_what_it_takes_away(tmp_path, file, old, new, expected):
    """
    Each change with what it was, what became of it, and those who still need it.
    """
    assert expected == told(tmp_path, file, old, new)


@pytest.mark.parametrize(
    ("new", "now"),
    [("runbooks__sales__stopped.md", "runbooks/sales/stopped.md"), ("pages__checkout-stopped.md", None)],
    ids=["moved", "gone, and written anew elsewhere"],
)
def test_a_moved_page_breaks_the_links_to_its_file(tmp_path, new, now):
    """
    The alert's link names a file that is there no more, wherever the page is now.
    """
    moved = {"runbooks/checkout-stopped.md": now} if now else {}

    assert [("runbook", "runbooks/checkout-stopped.md", now, ["CheckoutStopped"])] == told(
        tmp_path, "runbooks__checkout-stopped.md", None, new, moved
    )
