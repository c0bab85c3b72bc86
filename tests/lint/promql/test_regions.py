"""
Regions in the outer file, for the expressions of all corpora, in every kind of scalar.

A sample of them by default; all of them with `OBSAUDIT_TEST_ALL=1`.
"""

import json
import os
import random
import re
from pathlib import Path

import pytest
import yaml

from obsaudit.lint import Text, promql
from obsaudit.lint.documents import SourceSettings, parse
from obsaudit.lint.nodes import Query
from obsaudit.lint.promql.lexer import tokens

CORPORA = Path(__file__).parents[4] / "shared" / "corpora"
SAMPLE = None if os.environ.get("OBSAUDIT_TEST_ALL") else 150
PREFIX = "groups:\n  - name: é✓\n    rules:\n      - alert: a\n        expr: "


def expressions():
    """Every expression of the corpora: Prometheus' own cases, rules and dashboards; each once."""
    cases = CORPORA / "promql-parse-good.jsonl"
    found = {json.loads(line)["expr"] for line in cases.read_text("utf-8").splitlines()} if cases.exists() else set()
    for path in sorted(CORPORA.glob("rules-*/**/*.y*ml")):
        text = path.read_text("utf-8")
        nodes = parse(Text.of_file(text, path.name), path.name, SourceSettings()).nodes
        found.update(node.text.value for node in nodes if isinstance(node, Query))
    for path in sorted(CORPORA.glob("dashboards-*/**/*.json")):
        found.update(map(json.loads, re.findall(r'"expr": ("(?:[^"\\]|\\.)*")', path.read_text("utf-8"))))
    texts = sorted(found)
    return random.Random(7).sample(texts, min(SAMPLE or len(texts), len(texts)))


def indented(text, width=10):
    return text.replace("\n", "\n" + " " * width)


def escaped(text):
    return json.dumps(text, ensure_ascii=False)


# How a text is written as each kind of scalar, and how a piece of that writing is read again.
SCALARS = {
    "plain": (lambda text: text, lambda cut: cut),
    "plain, folded": (lambda text: text.replace(" ", "\n          "), lambda cut: cut),
    "single": (lambda text: "'" + text.replace("'", "''") + "'", lambda cut: cut.replace("''", "'")),
    "double": (escaped, lambda cut: yaml.safe_load(f'"{cut}"')),
    "double, escaped": (
        lambda text: escaped(text).replace("{", r"\x7b").replace("e", r"\u0065"),
        lambda cut: yaml.safe_load(f'"{cut}"'),
    ),
    "literal": (lambda text: "|\n" + " " * 10 + indented(text), lambda cut: cut),
    "literal, indented": (lambda text: "|4-\n" + " " * 12 + indented(text, 12), lambda cut: cut),
    "folded": (lambda text: ">-\n" + " " * 10 + text.replace(" ", "\n          "), lambda cut: cut),
}


def query_of(text):
    nodes = parse(Text.of_file(text, "rules.yml"), "rules.yml", SourceSettings()).nodes
    return next((node for node in nodes if isinstance(node, Query)), None)


def cut_out(text, region):
    """What a region covers: as an editor would select it."""
    lines = text.split("\n")[region.start.line - 1 : region.end.line]
    lines[-1] = lines[-1][: region.end.column - 1]
    lines[0] = lines[0][region.start.column - 1 :]
    return "\n".join(lines)


def pieces(text):
    """The extents of all tokens, and of everything in the tree that a finding may point at."""
    yield from ((token.start, token.end) for token in tokens(text) if token.end > token.start)
    expr = promql.parse(text).expr
    for node in promql.walk(expr) if expr is not None else ():
        yield node.start, node.end
        matchers = node.matchers if isinstance(node, promql.Selector) else ()
        clause = node.grouping if isinstance(node, promql.Aggregation) else None
        yield from ((matcher.start, matcher.end) for matcher in matchers)
        yield from ((label.start, label.end) for label in (clause.labels if clause is not None else ()))


@pytest.mark.parametrize("style", SCALARS)
def test_every_region_is_the_text_of_its_part(style):
    """
    Cut out of the outer file and read as its scalar is read, a region is what it stands for, but for line breaks.
    """
    if not CORPORA.exists():
        pytest.skip("no corpora beside the checkout")
    write, read = SCALARS[style]
    texts, tried = expressions(), 0
    for expression in texts:
        outer = PREFIX + write(expression) + "\n        for: 5m\n"
        try:
            query = query_of(outer)
        except RecursionError:  # pragma: no cover - told by the assertion below
            query = None
        # Not every text can be written in every way, plainly least of all.
        if query is None or query.text.value.rstrip("\n") != expression.rstrip("\n"):
            continue
        tried += 1
        inner = query.text.value
        for start, end in pieces(inner):
            found = cut_out(outer, query.text.region(start, end))
            assert inner[start:end].split() == read(found).split(), (expression, start, end)

    assert len(texts) / 3 < tried


def test_each_part_is_cut_where_it_stands_in_the_corpora():
    """
    The same for the rule files as they are, with whatever scalars their authors chose.
    """
    paths = sorted(CORPORA.glob("rules-*/**/*.y*ml"))
    if not paths:
        pytest.skip("no rule corpora beside the checkout")
    checked = 0
    unescaped = {name: SCALARS[name][1] for name in ("plain", "single", "double", "literal", "folded")}
    for path in random.Random(7).sample(paths, min(len(paths), SAMPLE or len(paths))):
        outer = path.read_text("utf-8")
        for query in parse(Text.of_file(outer, path.name), path.name, SourceSettings()).nodes:
            if not isinstance(query, Query):
                continue
            inner = query.text.value
            for start, end in pieces(inner):
                found = cut_out(outer, query.text.region(start, end))
                assert inner[start:end].split() == unescaped[query.text.styles[0]](found).split(), (path, inner)
                checked += 1

    assert checked > 10_000
