"""The parser on what others wrote: Prometheus' own cases, and rules and dashboards of many projects."""

import json
import re
from datetime import date
from pathlib import Path

import pytest

from obsaudit.lint import promql
from obsaudit.lint.cache import Cache
from obsaudit.lint.config import Config
from obsaudit.lint.run import Request, run
from obsaudit.rules.promql import syntax_error

CORPORA = Path(__file__).parents[4] / "shared" / "corpora"

# Cut in half when they were collected from Go source: Prometheus refuses them, too.
CUT = {"`", "{'foo\\'bar', "}

# Bytes that are no UTF-8 in the Go source, and became letters on the way here; and a number that is too large,
# which promql-parser takes for an infinity.
NOT_REFUSED = {'some_metric{a="ÿ"}', "label_replace(a, `b`, `cÿ`, `d`, `.*`)", "9" * 309}


def corpus(name):
    path = CORPORA / name
    if not path.exists():
        pytest.skip(f"no corpus {name} beside the checkout")
    return path


def expressions(name):
    return [json.loads(line)["expr"] for line in corpus(name).read_text("utf-8").splitlines()]


def test_what_prometheus_accepts_is_never_a_problem():
    """
    All cases that Prometheus' own parser tests accept.
    """
    texts = [text for text in expressions("promql-parse-good.jsonl") if text not in CUT]

    assert [] == [text for text in texts if promql.parse(text).problem is not None]


def test_what_prometheus_refuses_is_a_problem():
    """
    All cases that Prometheus' own parser tests refuse, but for those that cannot be told.
    """
    texts = expressions("promql-parse-bad.jsonl")
    accepted = {text for text in texts if promql.parse(text).problem is None}

    assert set() == {text for text in accepted if text not in NOT_REFUSED and not re.fullmatch(r"9{200,}", text)}


def test_what_prometheus_evaluates_has_a_tree():
    """
    All queries that the tests of Prometheus' engine evaluate.
    """
    pattern = re.compile(r"\s*eval (?:instant at \S+|range from \S+ to \S+ step \S+) (.*)")
    folder = corpus("prometheus") / "promql" / "promqltest" / "testdata"
    missing = []
    for path in sorted(folder.glob("*.test")):
        lines = path.read_text("utf-8").split("\n")
        for line, following in zip(lines, [*lines[1:], ""], strict=True):
            match = pattern.match(line)
            if match and "expect fail" not in following and promql.parse(match[1]).expr is None:
                missing.append(match[1])

    assert [] == missing


def test_no_dashboard_query_is_called_wrong():
    """
    Every query of every dashboard but those for Loki parses, variables and all.
    """
    wrong = []
    for name in ("dashboards-monitoring-mixins", "dashboards-otel-demo"):
        for path in sorted(corpus(name).rglob("*.json")):
            texts = _queries(json.loads(path.read_text("utf-8")), "")
            wrong += [(path.name, text) for text in texts if promql.parse(text).problem is not None]

    assert [] == wrong


def _queries(value, datasource):
    if isinstance(value, list):
        for item in value:
            yield from _queries(item, datasource)
    if isinstance(value, dict):
        here = json.dumps(value.get("datasource")) if value.get("datasource") else datasource
        text = value.get("expr")
        if isinstance(text, str) and text.strip() and "loki" not in here.lower():
            yield text
        for item in value.values():
            yield from _queries(item, here)


@pytest.mark.parametrize("name", ["rules-kube-prometheus", "rules-monitoring-mixins"])
def test_no_rule_is_called_wrong(name):
    """
    Every alerting rule and recording of mature rule files has a tree.
    """
    corpus(name)
    config = Config(root=CORPORA, select=("promql/syntax-error",))
    report = run(
        Request(
            [name],
            config,
            rules=[syntax_error.SyntaxError()],
            cwd=CORPORA,
            today=date(2026, 11, 23),
            cache=Cache(None, ""),
        )
    )

    assert [] == [finding.message for finding in report.shown if finding.rule == "promql/syntax-error"]
    assert report.files > 0
