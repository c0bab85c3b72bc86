"""Broken links: what a change takes away and files that it did not touch still ask for, on real repositories."""

import json

import pytest

from .shell import obsaudit
from .test_since import CONFIG, git


@pytest.fixture
def project(tmp_path):
    """A repository with nothing but a configuration."""
    git(tmp_path, "init", "--initial-branch=main")
    (tmp_path / "obsaudit.toml").write_text(CONFIG)
    return tmp_path


def commit(folder, files):
    """Commits some files."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    git(folder, "add", ".")
    git(folder, "commit", "-m", "write")


RECORDINGS = """\
groups:
  - name: checkout
    rules:
      - record: job:app_checkout:rate5m
        expr: sum by (job) (rate(app_checkout_total[5m]))
"""
BOARD = {
    "title": "Shop",
    "uid": "shop",
    "schemaVersion": 39,
    "panels": [
        {
            "id": 1,
            "type": "timeseries",
            "title": "Checkouts",
            "targets": [{"refId": "A", "expr": "sum(job:app_checkout:rate5m)"}],
        }
    ],
}
READER = """\
- alert: CheckoutStopped
  expr: job:app_checkout:rate5m{job="shop"} == 0
"""


def broken(folder, *arguments):
    """The broken links of a change: where, what is there, and the other end."""
    report = json.loads(obsaudit(folder, "lint", "-f", "json", "--select", "meta", *arguments).out)
    found = []
    for finding in report["findings"]:
        start, end = finding["region"]["start"], finding["region"]["end"]
        line = (folder / finding["source"]).read_text().splitlines()[start["line"] - 1]
        others = [(one["source"], one["subject"]) for one in finding["related"]]
        found.append((finding["source"], line[start["column"] - 1 : end["column"] - 1], others))
    return found


@pytest.mark.parametrize("asked", [("--staged",), ("--since", "HEAD")])
def test_recordings_that_go_with_their_whole_file_are_missed_by_their_readers(project, asked):
    """
    No other recording of the project is alike, and yet what was defined here, and is not, is known for certain.
    """
    commit(project, {"recordings.yml": RECORDINGS, "alerts.yml": READER, "board.json": json.dumps(BOARD, indent=1)})
    assert [] == broken(project, *asked)

    git(project, "rm", "recordings.yml")
    end = [("recordings.yml", "recording job:app_checkout:rate5m")]
    assert [
        ("alerts.yml", "job:app_checkout:rate5m", end),
        ("board.json", "job:app_checkout:rate5m", end),
    ] == broken(project, *asked)


def test_recordings_that_go_with_their_readers_are_no_loss(project):
    """
    Nor are those that moved into another file.
    """
    commit(project, {"recordings.yml": RECORDINGS, "alerts.yml": READER})
    git(project, "mv", "recordings.yml", "more.yml")
    assert [] == broken(project, "--since", "HEAD")

    git(project, "rm", "-f", "more.yml", "alerts.yml")
    assert [] == broken(project, "--since", "HEAD")


def test_a_lost_bucket_is_told_where_it_is_asked_for(project):
    """
    By `le`, and by a limit for a quantile; a quantile with another limit has lost nothing.
    """
    source = 'from prometheus_client import Histogram\n\nS = Histogram("app_seconds", "Time.", buckets=(0.1, 0.3, 1))\n'
    quantile = "histogram_quantile(0.3, sum by (le) (rate(app_seconds_bucket[5m])))"
    alerts = f"""\
- alert: Slow
  expr: rate(app_seconds_bucket{{le="0.30"}}[5m]) > 1
- alert: Slower
  expr: {quantile} > 0.3
- alert: Slowest
  expr: {quantile} > 1
"""
    commit(project, {"app.py": source, "alerts.yml": alerts})
    (project / "app.py").write_text(source.replace("0.3", "0.4"))

    end = [("app.py", "metric app_seconds")]
    assert [("alerts.yml", '"0.30"', end), ("alerts.yml", "0.3", end)] == broken(project, "--since", "HEAD")


JOBS = """\
global: {}
scrape_configs:
  - job_name: shop
    static_configs: [{targets: ["shop:8000"]}]
  - job_name: billing
    static_configs: [{targets: ["billing:8000"]}]
"""
ASKING = """\
- alert: ShopDown
  expr: absent(up{job="shop"})
- alert: AnyDown
  expr: up{job=~"billing|shop"} == 0
- alert: OtherDown
  expr: up{job!="shop"} == 0
"""


def lost(folder):
    """What `impact --since` tells: what is gone, what it is called now, and who still needs it."""
    impacts = json.loads(obsaudit(folder, "impact", "--since", "HEAD", "-f", "json").out)["impacts"]
    return [
        (one["kind"], one["name"], one["now"], [(below["kind"], below["name"]) for below in one["dependents"]])
        for one in impacts
    ]


@pytest.mark.parametrize(
    ("old", "new", "now"),
    [("job_name: shop", "job_name: store", "store"), (JOBS[JOBS.index("  - job_name: shop") :], "", None)],
    ids=["renamed", "removed"],
)
def test_a_job_that_goes_is_missed_by_who_asks_for_it(project, old, new, now):
    """
    In queries and in routes; what excludes it does not need it.
    """
    routes = "route:\n  receiver: chat\n  routes: [{matchers: [job=shop], receiver: chat}]\nreceivers: [{name: chat}]\n"
    commit(project, {"prometheus.yml": JOBS, "alerts.yml": ASKING, "alertmanager.yml": routes})
    (project / "prometheus.yml").write_text(JOBS.replace(old, new))

    needed = [("alert", "AnyDown"), ("alert", "ShopDown"), ("route", '{job="shop"}')]
    assert ("job", "shop", now, needed) in lost(project)
    end = [("prometheus.yml", "job shop")]
    assert [("alertmanager.yml", end), ("alerts.yml", end), ("alerts.yml", end)] == [
        (source, ends) for source, _, ends in broken(project, "--since", "HEAD") if ends == end
    ]
    assert ("alerts.yml", '"shop"', end) in broken(project, "--since", "HEAD")


@pytest.mark.parametrize(
    "after",
    [
        JOBS.replace("job_name: shop", "job_name: store").replace("8000", "8001"),
        JOBS.replace("8000", "9000"),
    ],
    ids=["its targets decide", "it has other targets"],
)
def test_a_job_that_may_still_be_there_is_no_loss(project, after):
    """
    Relabelling may give any job to what is scraped from now on.
    """
    commit(project, {"prometheus.yml": JOBS, "alerts.yml": ASKING})
    step = "    relabel_configs: [{source_labels: [__meta_x], target_label: job}]\n"
    (project / "prometheus.yml").write_text(after + step)

    assert [] == lost(project)
    assert [] == broken(project, "--since", "HEAD")


PYTHON = """\
from prometheus_client import Counter

from .results import TIMEOUT, Result

CHECKOUTS = Counter("shop_checkouts_total", "Checkouts.", ["result", "reason"])


def fail():
    CHECKOUTS.labels(result=Result.FAILED.value, reason=TIMEOUT).inc()
"""
RESULTS = """\
from enum import Enum

TIMEOUT = "timeout"


class Result(str, Enum):
    OK = "ok"
    FAILED = "failed"
"""
TYPESCRIPT = """\
import { Counter } from 'prom-client';
import { Result, TIMEOUT } from './results';

const checkouts = new Counter({ name: 'shop_checkouts_total', help: 'Checkouts.', labelNames: ['result', 'reason'] });

export function fail() {
  checkouts.inc({ result: Result.FAILED, reason: TIMEOUT });
}
"""
RESULTS_TS = """\
export const TIMEOUT = 'timeout';

export enum Result { OK = 'ok', FAILED = 'failed' }
"""
FAILING = """\
- alert: Failing
  expr: rate(shop_checkouts_total{result="failed"}[5m]) > 1 or rate(shop_checkouts_total{reason="timeout"}[5m]) > 1
"""


@pytest.mark.parametrize(
    "files",
    [
        {"shop/metrics.py": PYTHON, "shop/results.py": RESULTS},
        {"shop/app.ts": TYPESCRIPT, "shop/results.ts": RESULTS_TS},
    ],
    ids=["Python", "TypeScript"],
)
@pytest.mark.parametrize(
    ("value", "new", "name"),
    [
        ("failed", "failure", 'result="failed" of shop_checkouts_total'),
        ("timeout", "too_slow", 'reason="timeout" of shop_checkouts_total'),
    ],
    ids=["a member of an enumeration", "a constant"],
)
def test_a_value_renamed_in_another_module_is_missed_by_who_asks_for_it(project, files, value, new, name):
    """
    The module says nothing of telemetry; the label has its value from there.
    """
    commit(project, {**files, "alerts.yml": FAILING})
    path, text = list(files.items())[1]
    assert value in text
    (project / path).write_text(text.replace(value, new))

    assert [("value", name, new, [("alert", "Failing")])] == lost(project)
    assert [("alerts.yml", f'"{value}"')] == [found[:2] for found in broken(project, "--since", "HEAD")]


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("shop/results.py", "FAILED", "BROKEN"),
        ("shop/metrics.py", "Result.FAILED.value", "outcome()"),
        ("shop/results.py", 'OK = "ok"', 'OK = "fine"'),
        ("shop/results.py", 'FAILED = "failed"', 'FAILED = "failure"\n    AGAIN = "failed"'),
    ],
    ids=[
        "only the name",
        "what is not known",
        "a value that nobody asks for",
        "another member has it, that is used, too",
    ],
)
def test_a_value_that_may_still_be_given_is_no_loss(project, path, old, new):
    """
    Unknown is not bad.
    """
    more = "\n\ndef again():\n    CHECKOUTS.labels(result=Result.AGAIN.value, reason=TIMEOUT).inc()\n"
    files = {"shop/metrics.py": PYTHON + more, "shop/results.py": RESULTS}
    commit(project, {**files, "alerts.yml": FAILING})
    (project / path).write_text(files[path].replace(old, new))

    assert [] == lost(project)
    assert [] == broken(project, "--since", "HEAD")


def test_a_value_that_is_renamed_where_it_is_given_is_missed(project):
    """
    Where all values are known, none of them has to be a constant.
    """
    source = PYTHON.replace("Result.FAILED.value", '"failed"')
    commit(project, {"shop/metrics.py": source, "shop/results.py": RESULTS, "alerts.yml": FAILING})
    (project / "shop/metrics.py").write_text(source.replace('"failed"', '"failure"'))

    assert [("value", 'result="failed" of shop_checkouts_total', "failure", [("alert", "Failing")])] == lost(project)
