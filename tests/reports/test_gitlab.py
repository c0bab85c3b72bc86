"""GitLab's code quality report."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from obsaudit.reports import FORMATS

from . import samples
from .samples import VIEW


def issues(report):
    return json.loads(FORMATS["gitlab"](report, VIEW))


@pytest.mark.parametrize("report", [samples.STATIC, samples.LIVE, samples.CLEAN, samples.hostile()])
def test_a_report_is_what_gitlab_documents(report):
    """Required keys, types and severities are those of GitLab's description, and no other key is there."""
    schema = json.loads((Path(__file__).parent / "schemas" / "gitlab-code-quality.json").read_text("utf-8"))

    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(issues(report))


def test_a_report_begins_with_no_mark():
    """GitLab's parser refuses a byte order mark."""
    assert FORMATS["gitlab"](samples.hostile(), VIEW).startswith("[")


def test_an_issue():
    """An issue has what GitLab asks for, and columns."""
    first = issues(samples.STATIC)[0]

    assert 32 == len(first.pop("fingerprint"))
    assert {
        "type": "issue",
        "check_name": "metrics/unbounded-label",
        "description": "label `user` of `requests` takes its values from `user.id` "
        "(put the user in a log field or a span attribute)",
        "severity": "major",
        "location": {
            "path": "app/charge.py",
            "positions": {"begin": {"line": 4, "column": 23}, "end": {"line": 4, "column": 30}},
        },
    } == first


def test_every_issue_is_told_apart():
    """Severities are GitLab's, what was skipped is an issue, and no fingerprint comes twice."""
    found = issues(samples.STATIC)

    assert ["major", "minor", "minor", "info", "info"] == [issue["severity"] for issue in found]
    assert 5 == len({issue["fingerprint"] for issue in found})
    assert "skipped helm/values.yaml: a template, not YAML" == found[-1]["description"]


def test_a_live_report():
    """GitLab takes no issue without a line."""
    finding, skipped = issues(samples.LIVE)

    assert {"path": "prometheus:prod", "lines": {"begin": 1}} == finding["location"]
    assert "major" == skipped["severity"]


def test_clean_report():
    """Nothing found is an empty array."""
    assert [] == issues(samples.CLEAN)


def test_text_is_exact():
    """Escaped on paper, text is read back as it was."""
    assert samples.HOSTILE == issues(samples.hostile())[0]["location"]["path"]
