"""The SARIF log holds against the standard's schema, and says what the report says."""

import inspect
import json
from pathlib import Path

import pytest
from jsonschema import Draft4Validator

from obsaudit.lint import Confidence, Edit, Finding, Fix, Location, Position, Region, Report, Severity
from obsaudit.lint.fingerprint import fingerprints
from obsaudit.reports import FORMATS

from . import samples
from .samples import VIEW, finding

SCHEMA = json.loads((Path(__file__).parent / "schemas" / "sarif-2.1.0-rtm.5.json").read_text("utf-8"))
REPORTS = {"static": samples.STATIC, "live": samples.LIVE, "clean": samples.CLEAN, "hostile": samples.hostile()}


def run_of(report):
    """The only run of the log."""
    log = json.loads(FORMATS["sarif"](report, VIEW))
    assert 1 == len(log["runs"])
    return log["runs"][0]


def uri_of(source):
    """How a file is named."""
    report = Report(shown=(finding("sample", Location(source, None, Region(Position(1, 1), Position(1, 2)))),))
    return run_of(report)["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]


@pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)
def test_holds_against_the_schema(report):
    """Every sample is valid SARIF 2.1.0."""
    log = json.loads(FORMATS["sarif"](report, VIEW))

    assert [] == [error.message for error in Draft4Validator(SCHEMA).iter_errors(log)]


def test_the_schema_is_strict():
    """The schema would tell of a misspelt property."""
    log = json.loads(FORMATS["sarif"](samples.STATIC, VIEW))
    log["runs"][0]["results"][0]["level "] = "error"

    assert 1 == len(list(Draft4Validator(SCHEMA).iter_errors(log)))


def test_rules_that_found_something_are_described():
    """Rule metadata comes from the class: docstring, summary, severity, folder and tasks."""
    driver = run_of(samples.STATIC)["tool"]["driver"]
    page = inspect.getdoc(samples.MissingRunbook)

    assert "obsaudit" == driver["name"]
    assert "1.2.3" == driver["semanticVersion"]
    assert ["alerts/missing-runbook", "metrics/unbounded-label"] == [rule["id"] for rule in driver["rules"]]
    assert {
        "id": "alerts/missing-runbook",
        "name": "MissingRunbook",
        "shortDescription": {"text": "alert has no runbook"},
        "fullDescription": {"text": "Flags alerting rules without a runbook."},
        "help": {"text": page, "markdown": page},
        "defaultConfiguration": {"level": "warning"},
        "properties": {"tags": ["alerts", "task-1.1", "task-4.1"], "problem.severity": "warning"},
    } == driver["rules"][0]
    assert [] == run_of(samples.CLEAN)["tool"]["driver"]["rules"]


def test_a_result_has_place_fix_and_relations():
    """Columns count code points, ends are exclusive, and the fix can be applied."""
    run = run_of(samples.STATIC)
    artifact = {"uri": "alerts/critical.yml", "uriBaseId": "%SRCROOT%"}
    region = {"startLine": 6, "startColumn": 11, "endLine": 6, "endColumn": 63}

    assert "unicodeCodePoints" == run["columnKind"]
    assert {
        "ruleId": "promql/not-recorded",
        "level": "note",
        "message": {"text": "expression repeats the recording `service:checkout_failures:rate5m`"},
        "locations": [
            {
                "physicalLocation": {"artifactLocation": artifact, "region": region},
                "logicalLocations": [
                    {
                        "name": "alert CheckoutFailureRateHigh",
                        "fullyQualifiedName": "alerts/critical.yml/alert CheckoutFailureRateHigh",
                    }
                ],
            }
        ],
        "partialFingerprints": {"obsaudit/v1": fingerprints(samples.STATIC)[samples.NOT_RECORDED]},
        "properties": {"confidence": "high"},
        "relatedLocations": [
            {
                "id": 1,
                "message": {"text": "recorded here"},
                "physicalLocation": {
                    "artifactLocation": {"uri": "rules/recorded.yml", "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": 4, "startColumn": 17, "endLine": 4, "endColumn": 49},
                },
                "logicalLocations": [
                    {
                        "name": "recording service:checkout_failures:rate5m",
                        "fullyQualifiedName": "rules/recorded.yml/recording service:checkout_failures:rate5m",
                    }
                ],
            }
        ],
        "fixes": [
            {
                "description": {"text": "read the recording"},
                "artifactChanges": [
                    {
                        "artifactLocation": artifact,
                        "replacements": [
                            {
                                "deletedRegion": region,
                                "insertedContent": {"text": "service:checkout_failures:rate5m"},
                            }
                        ],
                    }
                ],
                "properties": {"safe": True},
            }
        ],
        "suppressions": [],
    } == run["results"][3]


def test_help_stands_in_the_message():
    """Viewers show the message only; a rule without metadata has an id and no index."""
    first, second, third, _ = run_of(samples.STATIC)["results"][:4]

    assert first["message"]["text"].endswith("\n\nhelp: put the user in a log field or a span attribute")
    assert [1, 0, None] == [result.get("ruleIndex") for result in (first, second, third)]
    assert "low" == first["properties"]["confidence"]
    assert "add an empty `runbook_url` (unsafe)" == second["fixes"][0]["description"]["text"]


def test_what_is_not_shown_is_suppressed():
    """Suppressed, baselined and vendored findings are results, and say why they do not count."""
    assert [
        [],
        [],
        [],
        [],
        [{"kind": "inSource", "justification": "its unit is in the title"}],
        [{"kind": "external", "justification": "accepted by the baseline"}],
        [{"kind": "external", "justification": "stands in a vendored file"}],
    ] == [result["suppressions"] for result in run_of(samples.STATIC)["results"]]


def test_skips_are_notifications():
    """What could not be checked is told with the run, which failed if it was asked for by name."""
    assert [
        {
            "executionSuccessful": True,
            "toolExecutionNotifications": [
                {"level": "warning", "message": {"text": "skipped helm/values.yaml: a template, not YAML"}}
            ],
        }
    ] == run_of(samples.STATIC)["invocations"]
    assert [
        {
            "executionSuccessful": False,
            "toolExecutionNotifications": [
                {"level": "error", "message": {"text": "skipped GET /api/v1/status/tsdb: 403 Forbidden"}}
            ],
        }
    ] == run_of(samples.LIVE)["invocations"]


def test_a_live_finding_has_a_logical_location():
    """A server has no file: the series has a name, and that is all."""
    assert [
        {
            "logicalLocations": [
                {
                    "name": "metric http_requests_total",
                    "fullyQualifiedName": "prometheus:prod/metric http_requests_total",
                }
            ]
        }
    ] == run_of(samples.LIVE)["results"][0]["locations"]


@pytest.mark.parametrize(
    ("uri", "source"),
    [
        ("alerts/a.yml", "./alerts//a.yml"),
        ("a%20b%25%23%3F.yml", "a b%#?.yml"),
        ("a%3Ab.yml", "a:b.yml"),
        ("%E6%BC%A2.yml", "漢.yml"),
        ("%80.yml", "\udc80.yml"),
        ("%3F.yml", "\ud800.yml"),
        ("a%0Ab.yml", "a\nb.yml"),
    ],
)
def test_paths_are_percent_encoded(uri, source):
    """A relative path is a URI reference from the root of the sources, whatever its bytes are."""
    assert {"uri": uri, "uriBaseId": "%SRCROOT%"} == uri_of(source)


def test_an_absolute_path_is_a_file_uri():
    """It has no base."""
    assert {"uri": "file:///srv/a%20b.yml"} == uri_of("/srv/a b.yml")


def test_brackets_are_no_link():
    """`[text](target)` would be an embedded link; a range selector is left as it is."""
    report = Report(
        shown=(
            finding("see [here](javascript:x)", Location("a.yml", None, None)),
            finding("`rate(up[5m])`", Location("a.yml", None, None)),
        )
    )

    assert [r"see \[here](javascript:x)", "`rate(up[5m])`"] == [
        result["message"]["text"] for result in run_of(report)["results"]
    ]


def test_edits_of_one_file_stay_together():
    """A fix over two files has a change for each."""
    spot = Region(Position(1, 1), Position(1, 1))
    fix = Fix("rename", (Edit("a.yml", spot, "x"), Edit("b.yml", spot, "y"), Edit("a.yml", spot, "")))
    flagged = Finding("a/b", Severity.INFO, Confidence.HIGH, "m", Location("a.yml", None, spot), fix=fix)
    changes = run_of(Report(shown=(flagged,)))["results"][0]["fixes"][0]["artifactChanges"]

    assert [("a.yml", ["x", ""]), ("b.yml", ["y"])] == [
        (
            change["artifactLocation"]["uri"],
            [replacement["insertedContent"]["text"] for replacement in change["replacements"]],
        )
        for change in changes
    ]


def test_advice_is_no_fix():
    """A fix without edits cannot be applied, and SARIF has no word for it."""
    flagged = Finding(
        "a/b", Severity.INFO, Confidence.HIGH, "m", Location("a.yml", None, None), fix=Fix("ask the team", ())
    )

    assert "fixes" not in run_of(Report(shown=(flagged,)))["results"][0]


def test_text_is_exact():
    """Escaped on paper, a message is read back as it was."""
    assert (
        samples.HOSTILE + "\n\nhelp: " + samples.HOSTILE == run_of(samples.hostile())["results"][0]["message"]["text"]
    )
