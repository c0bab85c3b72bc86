"""The JSON report, version 1, is a promise."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from obsaudit.lint import Report
from obsaudit.lint.fingerprint import fingerprints
from obsaudit.reports import FORMATS

from . import samples
from .samples import VIEW

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "json-v1.schema.json").read_text("utf-8"))
REPORTS = {"static": samples.STATIC, "live": samples.LIVE, "clean": samples.CLEAN, "hostile": samples.hostile()}


def document(report):
    return json.loads(FORMATS["json"](report, VIEW))


@pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)
def test_holds_against_the_published_schema(report):
    """Every sample is what docs/json-v1.schema.json describes."""
    assert [] == [error.message for error in Draft202012Validator(SCHEMA).iter_errors(document(report))]


def test_empty_report():
    """Every list is there, empty or not; keys keep their order."""
    assert (
        '{"version": 1, "tool": {"name": "obsaudit", "version": "1.2.3"}, "findings": [], "suppressed": [], '
        '"baselined": [], "skipped": [], "counts": {"error": 0, "warning": 0, "info": 0, "files": 3}}'
    ) == json.dumps(document(samples.CLEAN))


def test_a_finding():
    """A finding has all its keys, null where there is nothing to say."""
    expected = {
        "rule": "promql/not-recorded",
        "severity": "info",
        "confidence": "high",
        "message": "expression repeats the recording `service:checkout_failures:rate5m`",
        "help": None,
        "source": "alerts/critical.yml",
        "subject": "alert CheckoutFailureRateHigh",
        "region": {"start": {"line": 6, "column": 11}, "end": {"line": 6, "column": 63}},
        "related": [
            {
                "source": "rules/recorded.yml",
                "subject": "recording service:checkout_failures:rate5m",
                "region": {"start": {"line": 4, "column": 17}, "end": {"line": 4, "column": 49}},
                "message": "recorded here",
            }
        ],
        "fix": {
            "title": "read the recording",
            "safe": True,
            "edits": [
                {
                    "source": "alerts/critical.yml",
                    "region": {"start": {"line": 6, "column": 11}, "end": {"line": 6, "column": 63}},
                    "text": "service:checkout_failures:rate5m",
                }
            ],
        },
        "fingerprint": fingerprints(samples.STATIC)[samples.NOT_RECORDED],
    }

    assert json.dumps(expected) == json.dumps(document(samples.STATIC)["findings"][3])


def test_lists_of_a_static_report():
    """Each finding is in the list that it was placed in, the vendored ones in a list that is there only for them."""
    static = document(samples.STATIC)

    assert ["dashboards/no-unit"] == [finding["rule"] for finding in static["suppressed"]]
    assert ["alerts/missing-runbook"] == [finding["rule"] for finding in static["baselined"]]
    assert ["alert Watchdog"] == [finding["subject"] for finding in static["vendored"]]
    assert [{"what": "helm/values.yaml", "why": "a template, not YAML"}] == static["skipped"]
    assert {"error": 1, "warning": 2, "info": 1, "files": 12} == static["counts"]
    assert {"vendored"} == static.keys() - document(Report()).keys()


def test_what_is_hidden_is_a_list_of_its_own():
    """As that of vendored findings, it is there only when there are any, and its findings have fingerprints."""
    hidden = document(Report(doubtful=(samples.UNBOUNDED,)))

    assert ["metrics/unbounded-label"] == [finding["rule"] for finding in hidden["doubtful"]]
    assert document(Report(shown=(samples.UNBOUNDED,)))["findings"] == hidden["doubtful"]
    assert Draft202012Validator(SCHEMA).is_valid(hidden)


def test_figures_of_a_live_report():
    """A live report adds its head and its tables; a finding without text has no region."""
    live = document(samples.LIVE)

    assert {"head", "tables"} == live.keys() - document(Report()).keys()
    assert [
        {"name": "server", "value": "prometheus:prod (http://prom.example:9090)"},
        {"name": "version", "value": "3.5.0"},
    ] == live["head"]
    assert [
        {
            "title": "Series by metric",
            "columns": ["metric", "series", "share"],
            "numeric": [1, 2],
            "rows": [["http_requests_total", "120,551", "61 %"], ["up", "42", "0 %"]],
            "note": "from /status/tsdb on 2026-03-01",
        }
    ] == live["tables"]
    assert [None] == [finding["region"] for finding in live["findings"]]


def test_text_is_exact():
    """What could not be printed or encoded is escaped, and read back as it was."""
    finding = document(samples.hostile())["findings"][0]

    assert [samples.HOSTILE] * 4 == [finding[key] for key in ("message", "help", "source", "subject")]
    assert samples.HOSTILE == finding["fix"]["edits"][0]["text"]
