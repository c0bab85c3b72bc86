"""Documents of every kind, mutated: parsing never raises, and every place lies inside the text."""

import ast
import random
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from obsaudit.lint import Text
from obsaudit.lint.cache import Cache
from obsaudit.lint.check import Checker
from obsaudit.lint.documents import (
    SUFFIXES,
    SourceSettings,
    ending_of,
    exposition,
    is_read,
    pages,
    parse,
    queries,
    relevant,
    typescript,
)
from obsaudit.lint.documents.kinds import KINDS as STRUCTURED
from obsaudit.lint.documents.python.skim import skim
from obsaudit.lint.documents.python.words import has_telemetry
from obsaudit.lint.documents.tree import MalformedError, parse_json, parse_yaml
from obsaudit.lint.nodes import Unparsable
from obsaudit.lint.project import Project
from obsaudit.lint.read import Decoded, decode, searchable
from obsaudit.lint.source import Unread, judge
from obsaudit.rules import ALL

from .mutants import of_bytes, of_values, outside

FIXTURES = Path(__file__).parents[3] / "fixtures" / "projects"
SEEDS = range(12)
CHECKER = Checker(ALL)
NASTY = [
    "\t", "\r", "\x85", "\u2028", "\ufeff", "😀", "\x00", "'", '"', "`", "{{", "}}", "[", "]", "{", "}", "&a ", "*a",
    "<<: ",
    "!!x ", "|", ">-", "- ", ": ", "# obsaudit: ignore[a/b] -- c", "$x", "[[x]]", "\\", "\\u00e9", "\\ud83d", "9" * 400,
    "0x",
    "(" * 60, "1e999", "-", "~", "null", "%YAML 1.1\n", "---\n", "...\n", "\n\n", " " * 40,
]  # fmt: skip


def sample():
    """A few real files of each ending."""
    files = sorted(path for path in FIXTURES.rglob("*") if path.suffix in SUFFIXES and path.stat().st_size < 20_000)
    for ending in sorted(SUFFIXES):
        yield from random.Random(ending).sample(
            own := [path for path in files if path.suffix == ending], min(3, len(own))
        )


def mutated(text, chance):
    """The text after a few edits: pieces cut, doubled, moved, or something nasty put in."""
    for _ in range(chance.randint(1, 4)):
        start = chance.randint(0, len(text))
        end = min(len(text), start + chance.choice([1, 3, 20, 200]))
        piece = chance.choice(["", text[start:end] * 2, chance.choice(NASTY), chance.choice(NASTY) + text[start:end]])
        text = text[:start] + piece + text[end:]
    return text


@pytest.mark.parametrize("path", list(sample()), ids=lambda path: path.relative_to(FIXTURES).as_posix())
def test_no_mutation_is_too_much(path):
    """
    Neither a parser nor a rule raises, and findings, fixes and suppressions point into the text.
    """
    whole = path.read_text("utf-8")
    for seed in SEEDS:
        text = mutated(whole, random.Random(f"{path.name} {seed}"))
        source = path.relative_to(FIXTURES).as_posix()
        nodes = parse(Text.of_file(text, source), source, SourceSettings()).nodes
        findings = list(CHECKER.nodes(nodes))

        crashed = [finding.message for finding in findings if finding.rule == "meta/crashed-rule"]
        places = [finding.at.region for finding in findings if finding.at.region]
        places += [edit.region for finding in findings if finding.fix for edit in finding.fix.edits]
        places += [node.at.region for node in nodes if node.at.region]
        assert (seed, [], []) == (seed, crashed, outside(places, text)), _shown(text, seed)


def _shown(text, seed):
    return f"seed {seed}: {re.sub(r'[^ -~]', lambda match: ascii(match[0])[1:-1], text[:3000])}"


CORPORA = Path(__file__).parents[4] / "shared" / "corpora"
KINDS = sorted(
    {kind.name for kind in STRUCTURED}
    | {pages.KIND, queries.KIND, queries.LOG_KIND, exposition.KIND, typescript.KIND, "Python"}
)
# What no fixture is, or only in another form.
MORE = {
    "node.prom": b'# HELP up Whether it is.\n# TYPE up gauge\nup{job="a",x="\\n"} 1 1700000000\nerrors_total 1e3\n' * 4,
    "cron.d/probes": b"MAILTO=a\n*/5 * * * * root curl 'http://b:9115/probe?module=m&target=x'\n@hourly k6 run a.js\n"
    * 4,
    "grafana.yml": b"""\
apiVersion: 1
groups:
  - name: checkout
    folder: shop
    interval: 1m
    rules:
      - uid: a
        title: CheckoutFails
        condition: C
        data:
          - refId: A
            datasourceUid: prom
            model: {expr: "sum(rate(errors_total[5m])) > 1", refId: A}
        for: 5m
        noDataState: OK
        annotations: {summary: "{{ $labels.job }} fails", runbook_url: "https://a.example/b"}
        labels: {severity: critical}
""",
    "values.yaml": b"""\
prometheus:
  prometheusSpec:
    scrapeInterval: 30s
    evaluationInterval: 1m
    retention: 30d
    additionalScrapeConfigs:
      - job_name: api
        scrape_interval: 15s
        metrics_path: /metrics
        static_configs: [{targets: [api:9090]}]
        metric_relabel_configs:
          - {source_labels: [__name__], regex: "go_.+", action: drop}
""",
    "monitor.yml": b"""\
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {name: api, labels: {team: shop}}
spec:
  selector: {matchLabels: {app: api}}
  sampleLimit: 10000
  endpoints:
    - port: http
      path: /metrics
      interval: 30s
      scrapeTimeout: 10s
      metricRelabelings:
        - {sourceLabels: [__name__], regex: "go_.+", action: drop}
        - {regex: "pod|instance", action: labeldrop}
""",
}
REACHED = 40
"""Mutants that must still be taken for the kind that their file was."""


@cache
def by_kind():
    """Files of each kind, those of the corpora behind those of the fixtures: name → bytes."""
    foreign = [path for path in sorted(CORPORA.rglob("*")) if is_read(path.name) and path.is_file()]
    chosen = [
        *(path for path in sorted(FIXTURES.parent.rglob("*")) if is_read(path.name) and path.is_file()),
        *random.Random("corpora").sample(foreign, min(100, len(foreign))),
    ]
    files = {path.as_posix(): data for path in chosen if 0 < len(data := path.read_bytes()) < 8_000}
    found = {kind: {} for kind in KINDS}
    for name, data in {**files, **MORE}.items():
        for kind in judged(data, name).summary.kinds if relevant(data, name, SourceSettings()) else ():
            found[kind][name] = data
    return found


def judged(data, name):
    """The file as a run reads and checks it."""
    return judge(Unread(name, data, "", Path(name)), SourceSettings(), CHECKER, Cache(None, ""), None)


def parses(text, name):
    """Whether a parser that knows no telemetry takes it; of Python, what the skim leaves is parsed."""
    try:
        match ending_of(name):
            case ".py" if has_telemetry(text.encode()):
                ast.parse(skim(text).code)
            case ".json":
                parse_json(Text.of_file(text, name))
            case ".yml" | ".yaml" | ".rules":
                parse_yaml(Text.of_file(text, name))
    except (SyntaxError, MalformedError, ValueError, RecursionError):
        return False
    return True


def mistakes(source, text, name):
    """What is wrong with the answer about a mutant of a file that was recognised."""
    nodes = source.nodes()
    if source.skipped is not None and source.skipped.fatal:
        yield source.skipped.why
    yield from (one.message for one in source.findings if one.rule == "meta/crashed-rule")
    yield from (f"outside: {region}" for region in outside((nodes, source.findings), text))
    # Values of other types may leave a document of no known kind; text that is no document is never passed over.
    if source.skipped is None and not any(isinstance(node, Unparsable) for node in nodes) and not parses(text, name):
        yield "silent"


@pytest.mark.parametrize("kind", KINDS)
def test_no_mutant_is_passed_over(kind):
    """
    Whatever became of a file of each kind: nothing raises, every place of every node lies inside the text, and what
    can no longer be parsed is a finding, or skipped with the reason.

    A file that lost the words by which its kind is told is not recognised any more, and not looked at.
    """
    chance = random.Random(kind)
    files = by_kind()[kind]
    reached, wrong, nodes = Counter(), [], []
    for name in (chance.sample(sorted(files), min(6, len(files))) * 6)[:6]:
        for how, data in (*of_bytes(files[name], chance), *of_values(files[name], ending_of(name), chance, 12)):
            if not relevant(searchable(data), name, SourceSettings()):
                continue
            source, text = judged(data, name), decode(data, name)
            reached.update(source.summary.kinds)
            nodes += source.nodes()
            shown = text.text if isinstance(text, Decoded) else data.decode("utf-8", "replace")
            wrong += [(name, how, mistake) for mistake in mistakes(source, shown, name)]
    crashed = [one.message for one in CHECKER.project(Project(nodes)) if one.rule == "meta/crashed-rule"]

    assert ([], []) == (wrong, crashed)
    assert reached[kind] >= REACHED
