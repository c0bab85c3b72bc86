"""`--since` and `--staged`, on real repositories."""

import json
import subprocess

import pytest

from .shell import obsaudit

SOURCE = """\
from prometheus_client import Counter

CHECKOUTS = Counter("app_checkout_total", "Checkouts.", ["result"])
CHECKOUTS.labels(result="ok").inc()
"""
ALERT = """\
- alert: CheckoutStopped
  expr: sum(rate(app_checkout_total[5m])) == 0
"""
CONFIG = 'metric-prefixes = ["app_"]\nselect = ["promql", "alerts/missing-for", "alerts/missing-severity"]\n'


def git(folder, *arguments):
    identity = ("-c", "user.name=t", "-c", "user.email=t@example", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def project(tmp_path):
    """A committed project with two findings that were there before."""
    folder = tmp_path / "project"
    folder.mkdir()
    git(folder, "init", "--initial-branch=main")
    (folder / "app.py").write_text(SOURCE)
    (folder / "alerts.yml").write_text(ALERT)
    (folder / "obsaudit.toml").write_text(CONFIG)
    git(folder, "add", ".")
    git(folder, "commit", "-m", "begin")
    return folder


def found(folder, *arguments):
    outcome = obsaudit(folder, "lint", "-f", "json", *arguments)
    report = json.loads(outcome.out)
    return [(finding["rule"], finding["source"]) for finding in report["findings"]], len(report["baselined"])


BEFORE = [("alerts/missing-for", "alerts.yml"), ("alerts/missing-severity", "alerts.yml")]


def test_a_change_of_nothing_shows_nothing(project):
    """
    What was there before is counted, not shown.
    """
    assert (BEFORE, 0) == found(project)
    assert ([], 2) == found(project, "--since", "main")


def test_what_a_change_breaks_in_another_file_is_shown(project):
    """
    A metric renamed in source breaks the alert that reads it, in a file that nobody touched.
    """
    (project / "app.py").write_text(SOURCE.replace("app_checkout_total", "app_checkouts_total"))

    assert ([("promql/unknown-metric", "alerts.yml")], 2) == found(project, "--since", "HEAD")


def test_what_a_change_touches_is_shown_although_it_was_there(project):
    """
    Whoever changes a line answers for it.
    """
    (project / "alerts.yml").write_text(ALERT.replace("CheckoutStopped", "CheckoutStops"))

    assert (BEFORE, 0) == found(project, "--since", "HEAD")


def test_a_new_file_and_a_renamed_one_are_told_apart(project):
    """
    What moves with its file is old; what is in a file that git does not know is new.
    """
    git(project, "mv", "alerts.yml", "rules.yml")
    (project / "more.yml").write_text(ALERT.replace("CheckoutStopped", "Other"))

    shown, kept = found(project, "--since", "HEAD")
    assert ([(rule, "more.yml") for rule, _ in BEFORE], 2) == (shown, kept)


def test_a_branch_is_held_against_where_it_left(project):
    """
    What went on in the main branch meanwhile is not this branch's doing.
    """
    git(project, "switch", "-c", "feature")
    (project / "app.py").write_text(SOURCE + "# later\n")
    git(project, "commit", "-am", "later")
    git(project, "switch", "main")
    (project / "alerts.yml").unlink()
    git(project, "commit", "-am", "without alerts")
    git(project, "switch", "feature")

    assert ([], 2) == found(project, "--since", "main")


def test_staged_sees_the_index_and_not_the_work_tree(project):
    """
    What is not added will not be committed.
    """
    broken = ALERT + "- alert: Odd\n  expr: rate(x[\n"
    (project / "alerts.yml").write_text(broken)
    assert ([], 2) == found(project, "--staged")

    git(project, "add", "alerts.yml")
    (project / "alerts.yml").write_text(ALERT)
    shown, _ = found(project, "--staged")
    assert ("promql/syntax-error", "alerts.yml") in shown


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("--since", "nowhere"), "obsaudit: git: there is no revision `nowhere`"),
        (("--since", "HEAD", "--fix"), "go with neither fixes"),
        (("--since", "HEAD", "alerts.yml"), "name folders"),
    ],
)
def test_what_cannot_be_answered_is_told(project, arguments, problem):
    """
    Exit code 2, one message, no traceback.
    """
    outcome = obsaudit(project, "lint", *arguments)

    assert 2 == outcome.code
    assert problem in outcome.err
    assert "Traceback" not in outcome.err


@pytest.mark.parametrize("asked", [("--staged",), ("--since", "HEAD")])
def test_before_the_first_commit_everything_is_new(tmp_path, asked):
    """
    The hook runs at the first commit, too.
    """
    git(tmp_path, "init", "--quiet")
    (tmp_path / "alerts.yml").write_text("- alert: Odd\n  expr: rate(x[\n")
    git(tmp_path, "add", "alerts.yml")

    shown, accepted = found(tmp_path, *asked)
    assert 0 == accepted
    assert ("promql/syntax-error", "alerts.yml") in shown


def test_outside_a_repository_there_is_nothing_to_compare_with(tmp_path):
    """
    Said as it is.
    """
    outcome = obsaudit(tmp_path, "lint", "--since", "HEAD")

    assert 2 == outcome.code
    assert "not a git repository" in outcome.err


def test_impact_shows_what_a_change_takes_away_and_is_still_needed(project):
    """
    A renamed metric, the name it has now, and the alert that reads the old one.
    """
    (project / "app.py").write_text(SOURCE.replace("app_checkout_total", "app_checkouts_total"))

    outcome = obsaudit(project, "impact", "--since", "HEAD", "-f", "json")
    (loss,) = json.loads(outcome.out)["impacts"]
    assert 1 == outcome.code
    assert ("metric", "app_checkout", True, "app_checkouts") == (loss["kind"], loss["name"], loss["gone"], loss["now"])
    assert ["CheckoutStopped"] == [one["name"] for one in loss["dependents"]]


def test_impact_of_a_change_that_takes_nothing_away_is_clean(project):
    """
    A new metric breaks nobody.
    """
    (project / "app.py").write_text(SOURCE + 'MORE = Counter("app_more_total", "More.")\n')

    outcome = obsaudit(project, "impact", "--since", "HEAD")
    assert (0, "nothing that is gone or changed is still needed\n") == (outcome.code, outcome.out)


RENAMED = SOURCE.replace("app_checkout_total", "app_checkouts_total")
BROKEN = [("promql/unknown-metric", "alerts.yml")]


def test_staged_renames_are_followed(project):
    """
    A file that moves takes its old findings along; what it breaks elsewhere is shown.
    """
    git(project, "mv", "app.py", "shop.py")
    git(project, "mv", "alerts.yml", "rules.yml")
    assert ([], 2) == found(project, "--staged")

    (project / "shop.py").write_text(RENAMED)
    git(project, "add", ".")
    assert ([("promql/unknown-metric", "rules.yml")], 2) == found(project, "--staged")


def test_impact_follows_pages_that_git_knows_to_be_moved(project):
    """
    The link names the old file; the loss names the new one.
    """
    link = "https://git.example/shop/blob/main/runbooks/stopped.md"
    (project / "alerts.yml").write_text(f"{ALERT}  annotations: {{runbook_url: {link}}}\n")
    (project / "runbooks").mkdir()
    (project / "runbooks" / "stopped.md").write_text("# CheckoutStopped\n\n## Impact\n\nNobody can buy anything.\n")
    git(project, "add", ".")
    git(project, "commit", "-m", "write a runbook")
    git(project, "mv", "runbooks/stopped.md", "runbooks/checkout.md")

    (loss,) = json.loads(obsaudit(project, "impact", "--since", "HEAD", "-f", "json").out)["impacts"]
    assert ("runbook", "runbooks/stopped.md", "runbooks/checkout.md") == (loss["kind"], loss["name"], loss["now"])
    assert ["CheckoutStopped"] == [one["name"] for one in loss["dependents"]]


def test_what_another_rule_tells_of_is_told_once(project):
    """
    `promql/unknown-metric` and the broken link point at the same words.
    """
    (project / "obsaudit.toml").write_text(CONFIG.replace('"promql"', '"promql", "meta"'))
    git(project, "commit", "-am", "select more")
    (project / "app.py").write_text(RENAMED)

    assert BROKEN == found(project, "--since", "HEAD")[0]
