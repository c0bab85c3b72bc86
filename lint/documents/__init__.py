"""
Documents: text becomes nodes with regions, one file a format.

What a document is, its content says first and its name second. What is not recognised is left
alone; what is recognised and cannot be parsed becomes an `Unparsable` node; documents nest.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import PurePath

from ..finding import Location
from ..nodes import Node, Unparsable
from ..region import Text
from . import (
    alertmanager,
    blackbox,
    budgets,
    collector,
    dashboards,
    exposition,
    grafana_alerts,
    oncall,
    prometheus,
    provisioning,
    queries,
    retention,
    rules,
    ruletests,
    secrets,
    slos,
)
from .comments import suppressions_in
from .source import SourceSettings
from .tree import MalformedError, Tree, parse_json, parse_yaml

__all__ = ["SUFFIXES", "Parsed", "SourceSettings", "parse"]


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a file holds. `kinds` is empty where nothing in it was recognised."""

    kinds: tuple[str, ...] = ()
    nodes: tuple[Node, ...] = ()
    skipped: str | None = None
    """Why it was left alone although it looks like telemetry."""


@dataclass(frozen=True, slots=True)
class _Structured:
    """A kind of YAML or JSON document: how it is told, and what it yields."""

    name: str
    holds: Callable[[Tree], bool]
    nodes: Callable[[Tree, str], Iterator[Node]]


_STRUCTURED = (
    _Structured(rules.KIND, rules.holds_rules, rules.rules_in),
    _Structured(grafana_alerts.KIND, grafana_alerts.holds_grafana_alerts, grafana_alerts.grafana_alerts_in),
    _Structured(ruletests.KIND, ruletests.holds_rule_tests, ruletests.rule_tests_in),
    _Structured(alertmanager.KIND, alertmanager.holds_alertmanager, alertmanager.configs_in),
    _Structured(budgets.KIND, budgets.holds_budgets, budgets.budgets_in),
    _Structured(dashboards.KIND, dashboards.holds_dashboard, dashboards.dashboard_in),
    _Structured(provisioning.KIND, provisioning.holds_provisioning, provisioning.provisioning_in),
    _Structured(prometheus.KIND, prometheus.holds_config, prometheus.config_in),
    _Structured(oncall.KIND, oncall.holds_oncall, oncall.oncall_in),
    _Structured(collector.KIND, collector.holds_collector, collector.collectors_in),
    _Structured(blackbox.KIND, blackbox.holds_modules, blackbox.modules_in),
    _Structured(slos.KIND, slos.holds_slos, slos.slos_in),
    _Structured(retention.KIND, retention.holds_retention, retention.retention_in),
)

# A byte search decides whether a file is parsed at all: most YAML of a repository is none of our business.
_STRUCTURED_WORDS = re.compile(
    rb"\b(?:alert|groups|receivers?|alertmanager\.ya?ml|record"
    rb"|tests|budgets|panels|rows|providers|datasources|prober"
    rb"|pipelines|processors|exporters|connectors"
    rb"|scrape_configs|rule_files|alerting|remote_write|remote_read|storage"
    rb"|slos|retention|limits_config|compactor|table_manager|prometheusSpec)\b[\"']?[ \t]*:|PrometheusRule"
    rb"|openslo/|pyrra\.dev/|sloth\.slok\.dev/"
    rb"|\bimage[\"']?[ \t]*:[^\n]{0,200}prometheus|\bkind[\"']?[ \t]*:[ \t]*[\"']?Prometheus\b"
    rb"|(?i:escalation[-_ ]?polic|on[-_ ]?call)",
)
# Words at the beginning of a line by which text that is no YAML is still known to be rules.
_BROKEN_RULES = re.compile(r"^[ \t]*(?:-[ \t]+)?(?:alert|record)[ \t]*:|^kind:[ \t]*PrometheusRule", re.M)
_TEMPLATE = re.compile(r"\{\{-?[ \t]*(?:\.|/\*|include|if|end|range|template|with|\$|toYaml)|\{%")
_NESTING = 8
_TYPESCRIPT = (".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs")
_EXPOSITIONS = (".prom", ".txt")
_SOURCE_ENDINGS = frozenset({".py", ".ts", ".tsx", ".js", ".jsx"})


def parse(text: Text, path: str, settings: SourceSettings) -> Parsed:
    """The nodes of a file's text. Never raises, whatever the text."""
    parser = _PARSERS.get(PurePath(path).suffix.lower())
    parsed = parser(text, path, settings) if parser else Parsed()
    if not parsed.kinds:
        return parsed
    return Parsed(parsed.kinds, (*parsed.nodes, *suppressions_in(text, path)), parsed.skipped)


def relevant(data: bytes, path: str) -> bool:
    """Whether a file has any word by which its kind could be told: false for most files of a repository."""
    sieve = _SIEVES.get(PurePath(path).suffix.lower())
    return sieve is not None and sieve(data)


def _yaml(text: Text, path: str, settings: SourceSettings) -> Parsed:
    try:
        trees = parse_yaml(text)
    except MalformedError as error:
        return _malformed(text, error)
    found = [_structured(tree, text.source, _NESTING) for tree in trees]
    return _merge([*found, Parsed(nodes=tuple(rules.ignored_documents(trees, text.source)))])


def _json(text: Text, path: str, settings: SourceSettings) -> Parsed:
    try:
        return _structured(parse_json(text), text.source, _NESTING)
    except MalformedError as error:
        return _malformed(text, error)


def _malformed(text: Text, error: MalformedError) -> Parsed:
    kind = rules.KIND if _BROKEN_RULES.search(text.value) else alertmanager.KIND
    if kind == alertmanager.KIND and not alertmanager.looks_broken(text.value):
        return Parsed()
    if (_TEMPLATE if kind == rules.KIND else alertmanager.TEMPLATE).search(text.value):
        return Parsed(skipped="a template, to be rendered before it can be checked")
    region = text.region(error.offset, error.offset + 1)
    at = Location(text.source, None, region)
    line = region.start.line
    return Parsed((kind,), (Unparsable(at=at, lines=(line, line), kind=kind, problem=error.problem),))


def _structured(tree: Tree, source: str, depth: int) -> Parsed:
    found = [kind for kind in _STRUCTURED if kind.holds(tree)]
    own = Parsed(tuple(kind.name for kind in found), tuple(node for kind in found for node in kind.nodes(tree, source)))
    return _merge([own, *_nested(tree, source, depth)])


def _nested(tree: Tree, source: str, depth: int) -> Iterator[Parsed]:
    """The documents in the string values of ConfigMaps and Secrets, however these are wrapped in lists."""
    if not depth:
        return
    items = tree.get("items")
    for item in items.elements() if items is not None else ():
        yield _structured(item, source, depth - 1)
    for name, text in _values(tree):
        if not _STRUCTURED_WORDS.search(text.value.encode()):
            continue
        try:
            for inner in _trees(text, name):
                yield _structured(inner, source, depth - 1)
        except MalformedError as error:
            yield _malformed(text, error)


def _values(tree: Tree) -> Iterator[tuple[str, Text]]:
    """The values of a ConfigMap or a Secret by their keys."""
    kind, data = tree.get("kind"), tree.get("data")
    if kind is not None and kind.scalar == "Secret":
        yield from secrets.values_in(tree)
    elif kind is not None and kind.scalar == "ConfigMap" and data is not None:
        for key, value in data.entries():
            if key.scalar and value.text is not None:
                yield key.scalar, value.text


def _trees(text: Text, name: str) -> list[Tree]:
    return [parse_json(text)] if name.lower().endswith(".json") else parse_yaml(text)


def _markdown(text: Text, path: str, settings: SourceSettings) -> Parsed:
    from . import markdown, pages

    blocks = [_block(block, ending, settings) for block, ending in markdown.blocks_in(text)]
    return _merge([Parsed((pages.KIND,), tuple(pages.page_in(text, path))), *blocks])


def _block(text: Text, ending: str, settings: SourceSettings) -> Parsed:
    parsed = _PARSERS[ending](text, f"block{ending}", settings) if ending in _PARSERS else Parsed()
    if ending not in _SOURCE_ENDINGS:
        return parsed
    # Source in prose leaves things out: what does not parse there is no mistake.
    return replace(parsed, nodes=tuple(node for node in parsed.nodes if not isinstance(node, Unparsable)))


def _python(text: Text, path: str, settings: SourceSettings) -> Parsed:
    from . import python

    return Parsed(("Python",), tuple(python.extract(text, settings)))


def _typescript(text: Text, path: str, settings: SourceSettings) -> Parsed:
    from . import typescript

    return Parsed(*typescript.read(text, settings, path))


def _promql(text: Text, path: str, settings: SourceSettings) -> Parsed:
    return Parsed((queries.KIND,), tuple(queries.queries_in(text, text.source)))


def _logql(text: Text, path: str, settings: SourceSettings) -> Parsed:
    return Parsed((queries.LOG_KIND,), tuple(queries.log_queries_in(text, text.source)))


def _exposition(text: Text, path: str, settings: SourceSettings) -> Parsed:
    nodes = tuple(exposition.metrics_in(text))
    return Parsed((exposition.KIND,) if nodes else (), nodes)


def _terraform(text: Text, path: str, settings: SourceSettings) -> Parsed:
    nodes = tuple(oncall.terraform_in(text))
    return Parsed((oncall.KIND,) if nodes else (), nodes)


def _merge(parts: Iterator[Parsed] | list[Parsed]) -> Parsed:
    collected = list(parts)
    return Parsed(
        tuple(dict.fromkeys(kind for part in collected for kind in part.kinds)),
        tuple(node for part in collected for node in part.nodes),
        next((part.skipped for part in collected if part.skipped), None),
    )


def _is_python_of_interest(data: bytes) -> bool:
    from . import python

    return python.relevant(data)


def _is_typescript_of_interest(data: bytes) -> bool:
    from . import typescript

    return typescript.relevant(data)


def _has_words(data: bytes) -> bool:
    return _STRUCTURED_WORDS.search(data) is not None


_PARSERS: dict[str, Callable[[Text, str, SourceSettings], Parsed]] = {
    ".yml": _yaml,
    ".yaml": _yaml,
    ".rules": _yaml,
    ".json": _json,
    ".py": _python,
    **dict.fromkeys(_TYPESCRIPT, _typescript),
    ".promql": _promql,
    ".logql": _logql,
    **dict.fromkeys(_EXPOSITIONS, _exposition),
    ".tf": _terraform,
    ".md": _markdown,
}
_SIEVES: dict[str, Callable[[bytes], bool]] = {
    ".yml": _has_words,
    ".yaml": _has_words,
    ".rules": _has_words,
    ".json": _has_words,
    ".py": _is_python_of_interest,
    **dict.fromkeys(_TYPESCRIPT, _is_typescript_of_interest),
    ".promql": bool,
    ".logql": bool,
    **dict.fromkeys(_EXPOSITIONS, exposition.looks_exposed),
    ".tf": lambda data: oncall.WORDS.search(data) is not None,
    ".md": bool,
}
SUFFIXES = frozenset(_PARSERS)
"""The endings of the files that are looked at."""
