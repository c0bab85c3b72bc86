"""
Alerting rules and recordings, in all their wrappers.

A rule file of Prometheus (prometheus.io/docs/prometheus/latest/configuration/recording_rules), which
Thanos, Mimir, Loki and vmalert took over; a `PrometheusRule` or `VMRule` resource; the namespaces that
`mimirtool rules get` prints; a bare list of rules as documents show them; values of a Helm chart or any
other mapping that holds groups at some depth.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from .. import promql
from ..finding import Location
from ..logql import looks_like as looks_like_logql
from ..nodes import AlertingRule, Dialect, Field, LogQuery, Node, Query, RecordingRule, Role, RuleGroup
from ..record import Record
from .rules_check import FILE_KEYS, GROUP_KEYS, KIND, VMALERT_GROUP_KEYS, VMALERT_RULE_KEYS, Judge
from .steps import scalar_at
from .tree import Tree

__all__ = ["KIND", "holds_rules", "ignored_documents", "rules_in"]


class _Maker(Record):
    """Makes nodes of one file."""

    source: str
    judge: Judge
    is_file: bool = False
    """Whether nothing stands around the groups: then Prometheus can load the file."""

    def at(self, subject: str | None, tree: Tree) -> Location:
        return Location(self.source, subject, tree.region)

    def group(self, tree: Tree, dialect: Dialect) -> Iterator[Node]:
        name, rules = tree.get("name"), tree.get("rules")
        label = f"group {name.scalar}" if name is not None and name.scalar else None
        group = RuleGroup(
            at=self.at(label, name if name is not None else tree),
            lines=tree.lines,
            name=name.text if name is not None else None,
            interval=tree.text_at("interval"),
            labels=_fields(tree.get("labels")),
            is_loadable=self.is_file and dialect is Dialect.PROMQL and not (name and name.text and name.text.is_nested),
        )
        yield group
        yield from self.judge.group(tree, label)
        if rules is not None and not rules.is_sequence and not rules.is_null:
            yield self.judge.problem("`rules` must be a list", rules, label)
        for rule in rules.elements() if rules is not None else ():
            yield from self.rule(rule, group, dialect)

    def rule(self, tree: Tree, group: RuleGroup | None, dialect: Dialect) -> Iterator[Node]:
        if tree.is_null:
            return
        if not tree.is_mapping:
            yield self.judge.problem("a rule must be a mapping with `alert` or `record`", tree)
            return
        alert = tree.get("alert")
        is_alert = alert is not None and alert.scalar != "" and not alert.is_null
        named = alert if is_alert else tree.get("record")
        if named is None or named.text is None or not named.scalar or named.is_null:
            yield self.judge.problem("a rule has neither `alert` nor `record`", tree)
            return
        subject = f"{'alert' if is_alert else 'recording'} {named.scalar}"
        yield from self.judge.rule(tree, subject, is_alert=is_alert, is_foreign=dialect is Dialect.OTHER)
        at, lines = self.at(subject, named), tree.lines
        query: Query | None = None
        log_query: LogQuery | None = None
        if (text := tree.text_at("expr")) is None or not text.value:
            yield self.judge.problem("the rule has no `expr`", tree.get("expr") or named, subject)
        else:
            role, interval = Role.ALERT if is_alert else Role.RECORDING, group.seconds if group else None
            here = _dialect_here(text.value, dialect)
            if here is Dialect.LOGQL:
                log_query = LogQuery(at=at, lines=lines, text=text, role=role, interval=interval)
            elif here is not Dialect.OTHER:
                query = Query(at=at, lines=lines, text=text, role=role, dialect=here, interval=interval)
        own = _fields(tree.get("labels"))
        labels = {**group.labels, **own} if group and group.labels else own
        if is_alert:
            yield AlertingRule(
                at=at,
                lines=lines,
                name=named.text,
                query=query,
                for_=tree.text_at("for"),
                keep_firing_for=tree.text_at("keep_firing_for"),
                labels=labels,
                annotations=_fields(tree.get("annotations")),
                group=group,
                log_query=log_query,
            )
        else:
            yield RecordingRule(at=at, lines=lines, name=named.text, query=query, labels=labels, group=group)
        yield from (node for node in (query, log_query) if node is not None)


def rules_in(tree: Tree, source: str) -> Iterator[Node]:
    """The rules of a document; nothing when it holds none."""
    # The values of Helm are no rule file.
    is_file = _is_rule_file(tree) and not PurePosixPath(source).name.startswith("values")
    maker = _Maker(source, Judge(source), is_file)
    if _is_bare_list(tree):
        for rule in tree.elements():
            yield from maker.rule(rule, None, Dialect.PROMQL)
        return
    if is_file:
        yield from maker.judge.file(tree)
    victoria = scalar_at(tree, "kind") == "VMRule"
    for groups in _lists(tree):
        for group in groups:
            yield from maker.group(group, _dialect_of(group, victoria))
        yield from maker.judge.repeated(groups)


def ignored_documents(trees: list[Tree], source: str) -> Iterator[Node]:
    """Rule files behind `---`: a server reads the first document of a file and no other."""
    if not trees or not _is_rule_file(trees[0]):
        return
    for tree in trees[1:]:
        if _is_rule_file(tree) and any(_lists(tree)):
            groups = tree.get("groups") or tree
            yield Judge(source).problem("only the first document of a file is read: these rules are ignored", groups)


def holds_rules(tree: Tree) -> bool:
    """Whether this document has rules in it, at whatever depth."""
    return _is_bare_list(tree) or next(_lists(tree), None) is not None


def _is_bare_list(tree: Tree) -> bool:
    """Whether this is a list of rules without a group around it, as documents show them."""
    elements = list(tree.elements())
    return bool(elements) and all(_is_rule(element) for element in elements)


def _lists(tree: Tree) -> Iterator[list[Tree]]:
    """The lists of groups below a value: each is the `groups` of one file."""
    if _is_rule_file(tree):
        held = tree.get("groups")
        yield [group for group in held.elements() if group.is_mapping] if held is not None else []
        return
    seen: set[int] = set()
    waiting = [tree]
    # The documents of a List are looked at one by one, each for itself.
    if (scalar_at(tree, "kind") or "").endswith("List") and tree.get("items") is not None:
        waiting = []
    while waiting:
        value = waiting.pop()
        if value.identity in seen:
            continue
        seen.add(value.identity)
        below = list(value.elements()) or [entry for _, entry in value.entries()]
        groups = [entry for entry in below if _is_group(entry)]
        if groups:
            yield groups
        inside = {group.identity for group in groups}
        waiting.extend(
            entry
            for entry in reversed(below)
            if (entry.is_mapping or entry.is_sequence) and entry.identity not in inside
        )


def _is_rule_file(tree: Tree) -> bool:
    """
    Whether this is a rule file and nothing around it, judged by its form, so that one without a sound rule counts.

    What else has `groups` at its top has other keys inside them.
    """
    groups = tree.get("groups")
    if groups is None or not groups.is_sequence or tree.get("kind") is not None or tree.get("apiVersion") is not None:
        return False
    elements = list(groups.elements())
    if any(_is_group(element) for element in elements):
        return True
    alone = all(key.scalar in FILE_KEYS for key, _ in tree.entries())
    return alone and bool(elements) and all(_has_only(element, GROUP_KEYS) for element in elements)


def _has_only(tree: Tree, known: frozenset[str]) -> bool:
    return tree.is_mapping and all(key.scalar in known for key, _ in tree.entries())


def _is_group(tree: Tree) -> bool:
    rules = tree.get("rules")
    if rules is None or not rules.is_sequence or tree.get("folder") is not None:
        return False
    elements = list(rules.elements())
    if not elements:
        return tree.get("name") is not None
    return any(_is_rule(element) for element in elements)


def _is_rule(tree: Tree) -> bool:
    named = tree.get("alert") or tree.get("record")
    return named is not None and not named.is_mapping and not named.is_sequence


def _dialect_of(group: Tree, victoria: bool) -> Dialect:
    """The language of a group: a ruler evaluates all of it."""
    kind = group.get("type")
    if kind is not None and kind.scalar in ("vlogs", "graphite"):
        return Dialect.OTHER
    rules = [] if (held := group.get("rules")) is None else list(held.elements())
    expressions = (rule.get("expr") for rule in rules)
    if any(
        looks_like_logql(expression.scalar)
        for expression in expressions
        if expression is not None and expression.scalar
    ):
        return Dialect.LOGQL
    if victoria or _has_any(group, VMALERT_GROUP_KEYS) or any(_has_any(rule, VMALERT_RULE_KEYS) for rule in rules):
        return Dialect.METRICSQL
    return Dialect.PROMQL


def _has_any(tree: Tree, keys: frozenset[str]) -> bool:
    return any(key.scalar in keys for key, _ in tree.entries())


def _dialect_here(expression: str, dialect: Dialect) -> Dialect:
    """Most of what is written for VictoriaMetrics is PromQL, and judged as such."""
    if dialect is Dialect.METRICSQL and promql.parse(expression).expr is not None:
        return Dialect.PROMQL
    return dialect


def _fields(tree: Tree | None) -> Mapping[str, Field]:
    if tree is None:
        return {}
    pairs = ((key.text, value.text) for key, value in tree.entries())
    return {key.value: Field(key, value) for key, value in pairs if key is not None and value is not None}
