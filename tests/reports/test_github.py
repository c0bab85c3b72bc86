"""Workflow commands are escaped as the runner unescapes them."""

import re

import pytest

from obsaudit.lint import Report
from obsaudit.reports import FORMATS

from . import samples
from .samples import VIEW

render = FORMATS["github"]


def test_static_report():
    """A command a finding, at its lines, and columns where GitHub takes them."""
    assert [
        (
            "::error file=app/charge.py,line=4,endLine=4,col=23,endColumn=30,title=metrics/unbounded-label"
            "::label `user` of `requests` takes its values from `user.id`"
            "%0Ahelp: put the user in a log field or a span attribute"
        ),
        (
            "::warning file=alerts/critical.yml,line=4,endLine=4,col=16,endColumn=39,title=alerts/missing-runbook"
            "::alert `CheckoutFailureRateHigh` has no runbook%0Ahelp: add `runbook_url:` under `annotations`"
        ),
        "::warning file=alerts/critical.yml,line=6,endLine=8,title=alerts/missing-for::expression has no `for`",
        (
            "::notice file=alerts/critical.yml,line=6,endLine=6,col=11,endColumn=63,title=promql/not-recorded"
            "::expression repeats the recording `service:checkout_failures:rate5m`"
        ),
        "::notice title=vendored files::1 warning",
        "::warning title=skipped::helm/values.yaml: a template, not YAML",
        (
            "1 error, 2 warnings, 1 info in 12 files (1 suppressed, 1 baselined, 1 vendored, 1 skipped); "
            "1 fixable with --fix, 1 with --fix --unsafe-fixes"
        ),
    ] == render(samples.STATIC, VIEW).splitlines()


def test_live_report():
    """What has no file names its subject in the message; what could not be asked is an error."""
    assert [
        (
            "::error title=cardinality/metric-share::metric http_requests_total: "
            "metric `http_requests_total` holds 61 %25 of all series%0Ahelp: drop the label `path`"
        ),
        "::error title=skipped::GET /api/v1/status/tsdb: 403 Forbidden",
        "1 error (1 skipped)",
    ] == render(samples.LIVE, VIEW).splitlines()


COMMAND = re.compile(r"::(error|warning|notice) ([^:]*(?::(?!:)[^:]*)*)::(.*)")


def parsed(line):
    """A command as the runner reads it: level, properties and message, unescaped."""
    level, properties, message = COMMAND.fullmatch(line).groups()
    pairs = (pair.split("=", 1) for pair in properties.split(","))
    return level, {key: unescaped(value, ("%3A", ":"), ("%2C", ",")) for key, value in pairs}, unescaped(message)


def unescaped(text, *more):
    # As `unescapeData` and `unescapeProperty` of the runner: the per cent sign comes last.
    for spelt, character in (("%0D", "\r"), ("%0A", "\n"), *more, ("%25", "%")):
        text = text.replace(spelt, character)
    return text


@pytest.mark.parametrize(
    "source", ["a.yml", "a,b:c%.yml", "line=1,a.yml", "::error::.yml", "%2C%253A.yml", "a b=c.yml"]
)
@pytest.mark.parametrize("message", ["plain", "50% of a:b, c=d", "one\ntwo\r\n::error::x", "%0A%25", "::"])
def test_annotations_are_read_back(source, message):
    """What the runner makes of a command is the finding: its file, its place, its rule and its words."""
    command, *_ = render(samples.only("up", "up", message=message, source=source), VIEW).splitlines()

    place = {"file": source, "line": "1", "endLine": "1", "col": "1", "endColumn": "3", "title": "alerts/sample"}
    assert ("warning", place, message) == parsed(command)


def test_a_message_cannot_start_a_command_or_a_property():
    """Line breaks, and in properties colons and commas, are percent-encoded."""
    report = samples.only("up", "up", message="50%: a,b\r\n::error::x", source="a,b:c%.yml")

    assert [
        (
            "::warning file=a%2Cb%3Ac%25.yml,line=1,endLine=1,col=1,endColumn=3,title=alerts/sample"
            "::50%25: a,b%0D%0A::error::x"
        ),
        "1 warning in 1 file",
    ] == render(report, VIEW).splitlines()


def test_every_line_of_a_hostile_report_is_ours():
    """One command each for the finding, the vendored files and the skip, and one summary."""
    lines = render(samples.hostile(), VIEW).splitlines()

    assert ["::error", "::notice", "::warning", "1"] == [line.split(" ")[0] for line in lines]


def test_clean_report():
    """Nothing found annotates nothing."""
    assert "nothing to check: no file here holds telemetry that is read\n" == render(Report(), VIEW)
