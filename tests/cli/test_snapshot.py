"""`obsaudit snapshot`, and what `lint` and `live` make of a snapshot."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from obsaudit.tests.auditors.servers import stub
from obsaudit.tests.auditors.test_faults import serve, success

from .shell import obsaudit

SECRET = "s3cr3t-token"
RULES = """\
groups:
  - name: all
    rules:
      - alert: A
        expr: rate(app_queue_length[5m]) > 0 and app_served_total > 1
        for: 5m
"""


@pytest.fixture
def taken(tmp_path: Path) -> Path:
    """A snapshot of a server with a gauge and a counter, and one target that is down."""
    (tmp_path / "rules.yml").write_text(RULES, encoding="utf-8")
    replies = {
        "labels": success(["__name__", "instance", "job", "queue"]),
        "label/__name__/values": success(["app_queue_length", "app_served_total", "up"]),
        "metadata": success({"app_queue_length": [{"type": "gauge", "help": "x", "unit": ""}]}),
    }
    path = tmp_path / "prod.json"
    with stub(serve(replies)) as address:
        arguments = ("snapshot", "--url", f"http://{address}", "-o", str(path))
        outcome = obsaudit(tmp_path, *arguments, OBSAUDIT_BEARER_TOKEN=SECRET)
    assert 0 == outcome.code, outcome
    return path


def test_take_and_audit(tmp_path: Path, taken: Path) -> None:
    """
    The file holds hashes for instances and no credential, and an audit of it finds the target that is down.
    """
    text = taken.read_text("utf-8")
    document = json.loads(text)

    outcome = obsaudit(tmp_path, "live", "--snapshot", str(taken), "--format", "json")

    assert document["redacted"] is True
    assert not [word for word in (SECRET, "api-1", "user:pw") if word in text]
    assert 1 == outcome.code
    assert ["scrape/target-down"] == [finding["rule"] for finding in json.loads(outcome.out)["findings"]]


def test_lint_knows_the_server(tmp_path: Path, taken: Path) -> None:
    """
    With the snapshot the types of the server's metrics are known, without it they are not.
    """
    (tmp_path / "rules.yml").write_text(RULES, encoding="utf-8")

    def found(*more: str) -> list[str]:
        outcome = obsaudit(tmp_path, "lint", "--select", "promql", "--format", "json", *more)
        return [finding["rule"] for finding in json.loads(outcome.out)["findings"]]

    assert [] == found()
    assert ["promql/rate-of-gauge"] == found("--snapshot", str(taken))


def test_lint_knows_the_labels_of_the_server(tmp_path: Path, taken: Path) -> None:
    """
    A label that no series of the metric has is told, with low confidence; those of others are not asked for.
    """
    rules = RULES.replace("rate(app_queue_length[5m])", 'app_queue_length{queue="a", queu="b", pod="c"}')
    (tmp_path / "rules.yml").write_text(rules, encoding="utf-8")

    outcome = obsaudit(
        tmp_path, "lint", "--select", "promql/unknown-label", "--format", "json", "--snapshot", str(taken)
    )

    [finding] = json.loads(outcome.out)["findings"]
    assert ("`app_queue_length` has no label `queu`", "low", "did you mean `queue`?") == (
        finding["message"],
        finding["confidence"],
        finding["help"],
    )
    asked = [key for key in json.loads(taken.read_text("utf-8"))["answers"] if key.startswith("labels")]
    assert ["labels?match[]=app_queue_length", "labels?match[]=app_served_total"] == asked


def test_take_has_the_limits_of_an_audit(tmp_path: Path) -> None:
    """
    Each limit of `live` is one of `snapshot`, too: what it forbids is told, and the exit code is 2.
    """
    with stub(serve({})) as address:
        arguments = ("snapshot", "--url", f"http://{address}", "-o", "a.json", "--no-cache")
        few = obsaudit(tmp_path, *arguments, "--max-requests", "2")
        wrong = [
            obsaudit(tmp_path, *arguments, option, "0")
            for option in (
                "--max-seconds",
                "--max-samples",
                "--max-query-samples",
                "--rate",
                "--timeout",
                "--concurrency",
            )
        ]

    assert (2, True) == (few.code, "the limit of 2 requests for a run is used up" in few.err)
    assert [2] * 6 == [one.code for one in wrong]
    assert all("should be greater than" in one.err for one in wrong)


def test_diff(tmp_path: Path, taken: Path) -> None:
    """
    A snapshot against itself: nothing grew and nothing is lost.
    """
    outcome = obsaudit(tmp_path, "snapshot", "diff", str(taken), str(taken))

    assert 0 == outcome.code, outcome
    assert "+0.0%" in outcome.out


def test_diff_of_what_is_no_snapshot(tmp_path: Path) -> None:
    """
    A file that is no snapshot is said to be none.
    """
    (tmp_path / "a.json").write_text("[]", encoding="utf-8")

    outcome = obsaudit(tmp_path, "snapshot", "diff", "a.json", "a.json")

    assert 2 == outcome.code
    assert "`a.json` is not a snapshot" in outcome.err


def test_lint_knows_what_the_server_does_not_have(tmp_path: Path, taken: Path) -> None:
    """
    Of the repository's own metrics the one that the server lacks is told; that the others exist is known by their names
    alone, where the server does not tell their types.
    """
    rules = RULES.replace("app_served_total > 1", "app_served_total > 1 and app_serves_total > 1")
    (tmp_path / "rules.yml").write_text(rules, encoding="utf-8")
    (tmp_path / "obsaudit.toml").write_text('metric-prefixes = ["app_"]\n', encoding="utf-8")

    def without(*paths: str) -> list[str]:
        document = json.loads(taken.read_text("utf-8"))
        document["answers"] = {key: one for key, one in document["answers"].items() if key not in paths}
        (tmp_path / "less.json").write_text(json.dumps(document), encoding="utf-8")
        arguments = ("lint", "--select", "promql/unknown-metric", "--format", "json", "--snapshot", "less.json")
        return [
            f"{one['message'].rpartition('defines ')[2]}, {one['help']}"
            for one in json.loads(obsaudit(tmp_path, *arguments).out)["findings"]
        ]

    names = "label/__name__/values"
    assert ["`app_serves_total`, did you mean `app_served_total`?"] == without()
    assert without() == without("metadata?limit_per_metric=3")
    assert ["`app_served_total`", "`app_serves_total`"] == [one.partition(",")[0] for one in without(names)]
