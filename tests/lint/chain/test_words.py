"""What files speak of, and that no file is missed by looking only at those that speak of a name."""

from datetime import date
from pathlib import Path

import pytest

from obsaudit.lint import Project
from obsaudit.lint.cache import Cache
from obsaudit.lint.chain import words
from obsaudit.lint.chain.impact import Chain, Kind
from obsaudit.lint.chain.words import about
from obsaudit.lint.config import Config
from obsaudit.lint.nodes import AlertingRule
from obsaudit.lint.run import Request, read

PROJECTS = Path(__file__).parents[3] / "fixtures" / "projects"


def sources(project):
    folder = PROJECTS / project
    config = Config(root=folder)
    return [*read(Request(["."], config, (), folder, date(2026, 11, 23), Cache(None, "")))]


@pytest.mark.parametrize("project", ["healthy", "events"])
def test_a_part_of_the_project_tells_what_all_of_it_would(project):
    """
    Of every metric, recording, alert and runbook there is.
    """
    files = sources(project)
    whole = Chain(Project(node for source in files for node in source.nodes()))
    pages = [(Kind.RUNBOOK, page) for page in whole.pages()]
    made = [(kind, name) for kind, names in whole.made().items() if kind is not Kind.RECEIVER for name in names]
    assert len(made) > 50

    for kind, name in [*made, *pages]:
        part = Chain(Project(about(files, name)))
        assert whole.kinds_of(name)[0] == part.kinds_of(name)[0]
        assert whole.impact(kind, name) == part.impact(kind, name)


def test_other_files_stay_packed():
    """
    Of one metric a small part of the project is unpacked.
    """
    files = sources("healthy")
    looked = {node.at.source for node in about(files, "app_security_rate_limited_total")}

    assert "infra/observability/alerts/critical.yml" in looked
    assert 3 * len(looked) < len(files)
    assert looked.isdisjoint({"web/src/metrics.ts", "infra/observability/dashboards/billing.json"})


@pytest.mark.parametrize(
    ("name", "about_it", "followed"),
    [
        ("app_requests_total", "Failing", ["Failing", "Failing"]),
        ("guide", "Slow", ["Failing", "Slow", "Slow", "Failing", "Slow"]),
    ],
    ids=["metric", "page"],
)
def test_links_are_followed_of_the_alerts_that_matter(tmp_path, monkeypatch, name, about_it, followed):
    """
    Of a thousand alerts beside the one that reads a metric nobody works out where their links lead.
    """
    alert = "- alert: {}\n  expr: rate({}[5m]) > 1\n  annotations: {{runbook_url: https://x/{}.md}}\n"
    one, other = ("Failing", "app_requests_total", "page"), ("Slow", "app_seconds_sum", "guide")
    (tmp_path / "a.yml").write_text(alert.format(*one) + alert.format(*other))
    files = [*read(Request(["."], Config(root=tmp_path), (), tmp_path, date(2026, 11, 23), Cache(None, "")))]
    asked = []
    own = words.keys_of
    monkeypatch.setattr(words, "keys_of", lambda link, alert: asked.append(alert.name.value) or own(link, alert))
    found = {node.name.value for node in about(files, name) if isinstance(node, AlertingRule)}

    assert ({about_it}, followed) == (found, asked)
