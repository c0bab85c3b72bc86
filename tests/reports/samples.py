"""Reports made by hand, with regions found in real text."""

from __future__ import annotations

from obsaudit.lint import (
    Confidence,
    Edit,
    Finding,
    Fix,
    Location,
    Position,
    Region,
    Related,
    Report,
    Rule,
    Severity,
    Skipped,
    Table,
    Text,
)
from obsaudit.lint.nodes import Suppression
from obsaudit.reports import View

ALERTS = """\
groups:
  - name: checkout
    rules:
      - alert: CheckoutFailureRateHigh
        expr: |
          sum by (service) (rate(checkout_failures_total[5m]))
            / sum by (service) (rate(checkout_requests_total[5m]))
            > 0.05
        labels:
          severity: page
"""
RECORDING = """\
groups:
  - name: recorded
    rules:
      - record: service:checkout_failures:rate5m
        expr: sum by (service) (rate(checkout_failures_total[5m]))
"""
SOURCE = """\
from app.telemetry import requests

def charge(user, amount):
\trequests.labels(user=user.id).inc()
"""
TEXTS = {"alerts/critical.yml": ALERTS, "rules/recorded.yml": RECORDING, "app/charge.py": SOURCE}


class MissingRunbook(Rule):
    """
    Flags alerting rules without a runbook.

    Why: at three in the morning nobody knows what to do.

    Instead: link one.
    """

    id = "alerts/missing-runbook"
    summary = "alert has no runbook"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("1.1", "4.1")


class UnboundedLabel(Rule):
    """Flags labels that take a new value for every user."""

    id = "metrics/unbounded-label"
    summary = "label is unbounded"
    severity = Severity.ERROR
    since = "0.1"


RULES = (MissingRunbook(), UnboundedLabel())


def region(source: str, part: str, text: str | None = None) -> Region:
    """The extent of the first `part` in a source."""
    whole = TEXTS[source] if text is None else text
    start = whole.index(part)
    return Text.of_file(whole, source).region(start, start + len(part))


def at(source: str, part: str, subject: str | None = None) -> Location:
    """The place of the first `part` in a source."""
    return Location(source, subject, region(source, part))


def finding(message: str, at: Location, rule: str = "alerts/sample", severity: Severity = Severity.WARNING) -> Finding:
    """A plain finding."""
    return Finding(rule, severity, Confidence.HIGH, message, at)


def only(text: str, part: str, *, message: str = "sample", source: str = "sample.yml") -> Report:
    """A report of one finding, at the first `part` of a text."""
    place = Location(source, None, region(source, part, text))
    return Report(shown=(finding(message, place),), files=1, texts={source: text})


ALERT = "alert CheckoutFailureRateHigh"
UNBOUNDED = Finding(
    "metrics/unbounded-label",
    Severity.ERROR,
    Confidence.LOW,
    "label `user` of `requests` takes its values from `user.id`",
    at("app/charge.py", "user.id", "metric requests"),
    help="put the user in a log field or a span attribute",
)
MISSING_RUNBOOK = Finding(
    "alerts/missing-runbook",
    Severity.WARNING,
    Confidence.HIGH,
    "alert `CheckoutFailureRateHigh` has no runbook",
    at("alerts/critical.yml", "CheckoutFailureRateHigh", ALERT),
    help="add `runbook_url:` under `annotations`",
    fix=Fix(
        "add an empty `runbook_url`",
        (Edit("alerts/critical.yml", region("alerts/critical.yml", "labels:"), "annotations: {}\n        labels:"),),
        safe=False,
    ),
)
NOT_RECORDED = Finding(
    "promql/not-recorded",
    Severity.INFO,
    Confidence.HIGH,
    "expression repeats the recording `service:checkout_failures:rate5m`",
    at("alerts/critical.yml", "sum by (service) (rate(checkout_failures_total[5m]))", ALERT),
    fix=Fix(
        "read the recording",
        (
            Edit(
                "alerts/critical.yml",
                region("alerts/critical.yml", "sum by (service) (rate(checkout_failures_total[5m]))"),
                "service:checkout_failures:rate5m",
            ),
        ),
    ),
    related=(
        Related(
            at("rules/recorded.yml", "service:checkout_failures:rate5m", "recording service:checkout_failures:rate5m"),
            "recorded here",
        ),
    ),
)
WHOLE_EXPRESSION = finding(
    "expression has no `for`",
    at("alerts/critical.yml", ALERTS[ALERTS.index("sum by") : ALERTS.index("        labels")], ALERT),
    rule="alerts/missing-for",
)
SUPPRESSED = finding(
    "panel `Latency` has no unit", Location("dash.json", "panel Latency", None), rule="dashboards/no-unit"
)
BASELINED = finding("alert `Old` has no runbook", Location("old.yml", "alert Old", None), rule="alerts/missing-runbook")
VENDORED = finding("alert `Watchdog` has no runbook", Location("vendor/mixin.yml", "alert Watchdog", None))


def accepted(reason: str) -> Suppression:
    """A comment with a reason."""
    return Suppression(
        at=Location("dash.json", None, None),
        lines=(1, 1),
        rules=("dashboards/no-unit",),
        reason=reason,
        until=None,
        problem=None,
        covers=(1, 1),
        extent=Region(Position(1, 1), Position(1, 1)),
        alone=False,
    )


STATIC = Report(
    shown=(UNBOUNDED, MISSING_RUNBOOK, WHOLE_EXPRESSION, NOT_RECORDED),
    suppressed=(SUPPRESSED,),
    suppressions=(accepted("its unit is in the title"),),
    baselined=(BASELINED,),
    vendored=(VENDORED,),
    skipped=(Skipped("helm/values.yaml", "a template, not YAML"),),
    files=12,
    texts=TEXTS,
)
LIVE = Report(
    shown=(
        Finding(
            "cardinality/metric-share",
            Severity.ERROR,
            Confidence.HIGH,
            "metric `http_requests_total` holds 61 % of all series",
            Location("prometheus:prod", "metric http_requests_total", None),
            help="drop the label `path`",
            related=(Related(Location("prometheus:prod", "label path", None), "has 48,211 values"),),
        ),
    ),
    skipped=(Skipped("GET /api/v1/status/tsdb", "403 Forbidden", fatal=True),),
    tables=(
        Table(
            "Series by metric",
            ("metric", "series", "share"),
            (("http_requests_total", "120,551", "61 %"), ("up", "42", "0 %")),
            frozenset({1, 2}),
            "from /status/tsdb on 2026-03-01",
        ),
    ),
    head=(("server", "prometheus:prod (http://prom.example:9090)"), ("version", "3.5.0")),
)
CLEAN = Report(files=3)

HOSTILE = (
    "\x1b[31mred\x1b[0m [bold]b[/] a,b:c|d`e`<img src=x>&\r\n::error::x %0A \u202eabc\u202c \x9b2J \udc80 "
    "漢字 e\u0301👩\u200d👩\u200d👧 @team #1 \x00\x07"
)
"""A name that tries every parser between it and a screen."""

VIEW = View(version="1.2.3", rules=RULES, width=80)


def hostile() -> Report:
    """A report in which every text of a user is `HOSTILE`."""
    text = f"first\n\t{HOSTILE}"
    spot = Location(HOSTILE, HOSTILE, Text.of_file(text, HOSTILE).region(7, 12))
    flagged = Finding(
        "alerts/sample",
        Severity.ERROR,
        Confidence.LOW,
        HOSTILE,
        spot,
        HOSTILE,
        Fix(HOSTILE, (Edit(HOSTILE, Text.of_file(text, HOSTILE).region(7, 12), HOSTILE),)),
        (Related(spot, HOSTILE), Related(Location(HOSTILE, HOSTILE, None), HOSTILE)),
    )
    return Report(
        shown=(flagged,),
        suppressed=(flagged,),
        suppressions=(accepted(HOSTILE),),
        baselined=(flagged,),
        vendored=(flagged,),
        skipped=(Skipped(HOSTILE, HOSTILE),),
        files=1,
        tables=(Table(HOSTILE, (HOSTILE, HOSTILE), ((HOSTILE, HOSTILE),), note=HOSTILE),),
        head=((HOSTILE, HOSTILE),),
        texts={HOSTILE: text},
    )
