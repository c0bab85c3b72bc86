"""The join of alerts and pages, on two repositories that belong together."""

from datetime import date
from pathlib import Path

import pytest

from obsaudit.lint.cache import Cache
from obsaudit.lint.config import Config
from obsaudit.lint.run import Request, run
from obsaudit.rules import ALL

CORPORA = Path(__file__).parents[2].parent / "shared" / "corpora"


@pytest.mark.skipif(not CORPORA.is_dir(), reason="the corpora are not beside this checkout")
def test_alerts_and_pages_are_joined_in_both_directions():
    """
    26 alerts of kube-prometheus have no page, and 9 pages have no alert when names differ in case only.
    """
    report = run(
        Request(
            paths=["rules-kube-prometheus", "runbooks-prometheus-operator"],
            config=Config(root=CORPORA, select=("runbooks", "alerts/runbook-not-found")),
            rules=ALL,
            cwd=CORPORA,
            today=date(2026, 11, 23),
            cache=Cache(None, ""),
        )
    )
    found = {rule: {f.at.subject for f in report.shown if f.rule == rule} for rule in {f.rule for f in report.shown}}

    assert 26 == len(found["alerts/runbook-not-found"])
    assert 9 == len(found["runbooks/orphan-runbook"])
