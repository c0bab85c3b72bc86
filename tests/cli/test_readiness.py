"""`obsaudit readiness`, on the fixture projects."""

import json
from pathlib import Path

from .shell import obsaudit

PROJECTS = Path(__file__).parents[2] / "fixtures" / "projects"
SNAPSHOT = "../../live/events.json"


def readiness(project, *arguments):
    # No cache: the projects are part of the repository, and nothing is written beside them.
    return obsaudit(PROJECTS / project, "readiness", *arguments, XDG_CACHE_HOME="/dev/null")


def checklist(project, *arguments):
    outcome = readiness(project, "-f", "json", *arguments)
    report = json.loads(outcome.out)
    return {one["id"]: one for task in report["tasks"] for one in task["criteria"]}, report["counts"]


def test_the_healthy_project_meets_all_that_files_can_decide():
    """
    What is not met there needs a server, or people.
    """
    criteria, counts = checklist("healthy")

    assert 0 == counts["unmet"]
    assert [] == [
        (name, one["why"])
        for name, one in criteria.items()
        if one["verdict"] == "unknown" and one["decided_by"] and "live system" not in one["why"]
    ]
    assert "attested" == criteria["1.4/trained"]["verdict"]


def test_a_snapshot_decides_what_needs_a_server():
    """
    The recorded server holds a metric that explodes, and a budget that is exceeded.
    """
    criteria, _ = checklist("healthy", "--snapshot", SNAPSHOT)

    assert "unmet" == criteria["2.4/compliance"]["verdict"]
    assert "cardinality/label-values" in {finding["rule"] for finding in criteria["3.2/audit"]["findings"]}


def test_the_events_project_shows_its_gaps():
    """
    Each gap with the findings that make it one.
    """
    criteria, _ = checklist("events")

    assert "unmet" == criteria["1.1/sound"]["verdict"]
    assert "promql/constant-ratio" in {finding["rule"] for finding in criteria["1.1/sound"]["findings"]}
    assert "unmet" == criteria["1.2/routing"]["verdict"]
    assert "unmet" == criteria["3.2/labels"]["verdict"]


def test_a_gate_fails_below_its_percentage():
    """
    And passes at or above it.
    """
    _, counts = checklist("healthy")

    assert 0 == readiness("healthy", "--fail-under", str(counts["percent"])).code
    assert 1 == readiness("healthy", "--fail-under", str(counts["percent"] + 1)).code


def test_the_page_and_the_badge_are_whole(tmp_path):
    """
    Each to its own file; the page needs no network.
    """
    page, badge = tmp_path / "readiness.html", tmp_path / "readiness.svg"
    outcome = readiness("healthy", "-f", f"html={page}", "-f", f"badge={badge}")

    assert (0, "") == (outcome.code, outcome.out)
    assert page.read_text().endswith("</body></html>\n")
    assert "http" not in page.read_text().replace("https://github.com", "")
    assert 'aria-label="readiness: ' in badge.read_text()


def test_each_kind_of_gap_says_what_it_is():
    """
    Found, not said by the policy, in need of a server, in need of people, and resting on other tasks.
    """
    criteria, _ = checklist("events")

    def gap(name):
        return criteria[name]["verdict"], criteria[name]["why"]

    assert ("unmet", "2 findings") == gap("1.1/tested")
    assert ("unknown", "the policy does not say: set `paths` of alerts/uncovered-path") == gap("1.1/critical-paths")
    assert ("unknown", "needs a live system: budgets/exceeded") == gap("2.4/compliance")
    assert ("unknown", "only people can say: attest it") == gap("1.4/trained")
    assert "unmet" == gap("done/phases")[0]
