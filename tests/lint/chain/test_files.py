"""What files speak of, and that no file is missed by looking only at those that speak of a name."""

from datetime import date
from pathlib import Path

import pytest

from obsaudit.lint import Project
from obsaudit.lint.cache import Cache
from obsaudit.lint.chain import words
from obsaudit.lint.chain.files import Files
from obsaudit.lint.chain.impact import Chain, Kind
from obsaudit.lint.config import Config
from obsaudit.lint.nodes import AlertingRule
from obsaudit.lint.record import replace
from obsaudit.lint.run import Request, read

PROJECTS = Path(__file__).parents[3] / "fixtures" / "projects"


def sources(project):
    folder = PROJECTS / project
    config = Config(root=folder)
    return [*read(Request(["."], config, (), folder, date(2026, 11, 23), Cache(None, "")))]


def labels_of(project):
    """Every label that an instrument declares, a query or route asks for, or an alert has; and one that nobody has."""
    words = {word for source in project for word in source.summary.words if word.startswith("n ")}
    return {"nobody_has_this", "severity", *(word[2:] for word in words)}


@pytest.mark.parametrize("project", ["healthy", "events"])
def test_a_part_of_the_project_tells_what_all_of_it_would(project):
    """
    Of every metric, recording, alert, receiver, runbook and label there is.
    """
    files = sources(project)
    whole = Chain(Project(node for source in files for node in source.nodes()))
    known = Files(files)
    pages = [(Kind.RUNBOOK, page) for page in whole.pages()]
    made = [(kind, name) for kind, names in whole.made().items() for name in names]
    labels = [(Kind.LABEL, label) for label in labels_of(files)]
    assert len(made) > 50
    assert {Kind.METRIC, Kind.ALERT, Kind.RECEIVER} <= {kind for kind, _ in made}
    assert len(labels) > 20

    for kind, name in [*made, *pages, *labels]:
        part = Chain(Project(known.about(name, label=kind is Kind.LABEL)), known.sent())
        assert (kind in whole.kinds_of(name)) == (kind in part.kinds_of(name))
        assert whole.impact(kind, name) == part.impact(kind, name)


def unpacked(files, name, *, label=False):
    """The files whose nodes somebody looked at, to say what depends on a name."""
    looked = []

    def watched(source):
        return replace(source, nodes=lambda: looked.append(source.name) or source.nodes())

    Files([watched(source) for source in files]).about(name, label=label)
    return sorted(looked)


@pytest.mark.parametrize(
    ("name", "label"),
    [("pagerduty-and-slack", False), ("nobody_makes_this", False), ("nobody_makes_this", True), ("severity", True)],
    ids=["receiver", "unknown", "unknown-label", "label-of-routes"],
)
def test_only_the_routes_are_unpacked(name, label):
    """
    Who is sent to a receiver is known without the nodes of the alerts, and of what nobody speaks nothing is.
    """
    assert ["infra/observability/alertmanager/config.yml"] == unpacked(sources("healthy"), name, label=label)


def test_of_one_metric_or_label_a_small_part_is_unpacked():
    """
    The files that speak of it, and of what depends on it.
    """
    files = sources("healthy")
    metric = unpacked(files, "app_security_rate_limited_total")

    assert "infra/observability/alerts/critical.yml" in metric
    assert 3 * len(metric) < len(files)
    assert {"web/src/metrics.ts", "infra/observability/dashboards/billing.json"}.isdisjoint(metric)
    assert [
        "docs/observability/COST-OPTIMIZATION.md",
        "infra/observability/alertmanager/config.yml",
        "infra/observability/dashboards/billing.json",
        "k8s/cost-rules.yaml",
        "web/src/metrics.ts",
    ] == unpacked(files, "plan", label=True)


@pytest.mark.parametrize(
    ("name", "about_it", "followed"),
    [
        ("app_requests_total", "Failing", ["Failing"]),
        ("guide", "Slow", ["Failing", "Slow", "Slow", "Failing"]),
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
    found = {node.name.value for node in Files(files).about(name) if isinstance(node, AlertingRule)}

    assert ({about_it}, followed) == (found, asked)
