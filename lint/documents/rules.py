"""
Alerting rules and recordings, in all their wrappers.

A rule file of Prometheus (prometheus.io/docs/prometheus/latest/configuration/recording_rules), a
`PrometheusRule` resource, a bare list of rules as documents show them, and values of a Helm chart
or any other mapping that holds `groups` at some depth.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from ..duration import seconds
from ..finding import Location
from ..nodes import AlertingRule, Dialect, Field, Node, Query, RecordingRule, Role, RuleGroup, Unparsable
from ..region import Text
from .tree import Tree

KIND = "Prometheus rules"

# prometheus/model/rulefmt: the keys of a group and of a rule, with those that Thanos, Mimir and VictoriaMetrics add.
_GROUP_KEYS = frozenset(
    "name interval query_offset limit rules labels partial_response_strategy source_tenants evaluation_delay"
    " align_evaluation_time_on_interval type concurrency params headers notifier_headers eval_offset eval_delay"
    " eval_alignment debug tenant extra_filter_labels ruler_evaluation_delay_duration keep_firing_for".split()
)
_RULE_KEYS = frozenset("record alert expr for keep_firing_for labels annotations debug update_entries_limit".split())


@dataclass(frozen=True, slots=True)
class _Maker:
    """Makes nodes of one file."""

    source: str

    def at(self, subject: str | None, tree: Tree) -> Location:
        return Location(self.source, subject, tree.region)

    def problem(self, message: str, tree: Tree, subject: str | None = None) -> Unparsable:
        return Unparsable(at=self.at(subject, tree), lines=tree.lines, kind=KIND, problem=message)

    def group(self, tree: Tree, dialect: Dialect) -> Iterator[Node]:
        rules = tree.get("rules")
        if rules is None:
            return
        name = tree.get("name")
        label = f"group {name.scalar}" if name is not None and name.scalar else None
        interval = tree.text_at("interval")
        group = RuleGroup(
            at=self.at(label, name if name is not None else tree),
            lines=tree.lines,
            name=name.text if name is not None else None,
            interval=interval,
            labels=_fields(tree.get("labels")),
        )
        yield group
        yield from self._group_problems(tree, label, interval)
        for rule in rules.elements():
            yield from self.rule(rule, group, dialect)

    def rule(self, tree: Tree, group: RuleGroup | None, dialect: Dialect) -> Iterator[Node]:
        if not tree.is_mapping:
            yield self.problem("a rule must be a mapping with `alert` or `record`", tree)
            return
        alert, record = tree.get("alert"), tree.get("record")
        named = alert if alert is not None and not alert.is_null else record
        if named is None or named.text is None or named.is_null:
            yield self.problem("a rule has neither `alert` nor `record`", tree)
            return
        word = "alert" if named is alert else "recording"
        subject = f"{word} {named.scalar}"
        yield from self._rule_problems(tree, subject)
        expr = tree.get("expr")
        query = None
        if expr is not None and expr.text is not None and not expr.is_null:
            query = Query(
                at=self.at(subject, named),
                lines=tree.lines,
                text=expr.text,
                role=Role.ALERT if named is alert else Role.RECORDING,
                dialect=dialect,
                interval=group.seconds if group else None,
            )
        else:
            yield self.problem("the rule has no `expr`", named, subject)
        at, lines, own = self.at(subject, named), tree.lines, _fields(tree.get("labels"))
        labels = {**group.labels, **own} if group else own
        if named is alert:
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
            )
        else:
            yield RecordingRule(at=at, lines=lines, name=named.text, query=query, labels=labels, group=group)
        if query is not None:
            yield query

    def _group_problems(self, tree: Tree, subject: str | None, interval: Text | None) -> Iterator[Node]:
        name = tree.get("name")
        if name is None or not name.scalar:
            yield self.problem("the group has no `name`", tree.get("rules") or tree)
        yield from self._key_problems(tree, _GROUP_KEYS, "a group", subject)
        yield from self._duration_problems(tree, ("interval", "query_offset"), subject)

    def _rule_problems(self, tree: Tree, subject: str) -> Iterator[Node]:
        yield from self._key_problems(tree, _RULE_KEYS, "a rule", subject)
        yield from self._duration_problems(tree, ("for", "keep_firing_for"), subject)
        alert, record = tree.get("alert"), tree.get("record")
        if alert is not None and record is not None:
            yield self.problem("a rule has both `alert` and `record`", record, subject)
        for key in ("for", "keep_firing_for", "annotations") if alert is None else ():
            value = tree.get(key)
            if value is not None:
                yield self.problem(f"a recording cannot have `{key}`", value, subject)
        for key in ("labels", "annotations"):
            value = tree.get(key)
            if value is None or value.is_null:
                continue
            if not value.is_mapping:
                yield self.problem(f"`{key}` must be a mapping", value, subject)
            for name, entry in value.entries():
                if entry.scalar is None:
                    yield self.problem(f"`{key}.{name.scalar}` must be a string", entry, subject)

    def _key_problems(self, tree: Tree, known: frozenset[str], what: str, subject: str | None) -> Iterator[Node]:
        for later, first in tree.duplicates():
            message = f"key `{later.value}` is given twice (first on line {first.region().start.line})"
            yield Unparsable(
                at=Location(self.source, subject, later.region()), lines=tree.lines, kind=KIND, problem=message
            )
        for key, _ in tree.entries():
            if key.scalar is not None and key.scalar not in known and not key.scalar.startswith("x-"):
                yield self.problem(f"{what} has no key `{key.scalar}`", key, subject)

    def _duration_problems(self, tree: Tree, keys: tuple[str, ...], subject: str | None) -> Iterator[Node]:
        for key in keys:
            value = tree.get(key)
            if value is None or value.is_null or (value.scalar is not None and "{{" in value.scalar):
                continue
            if value.scalar is None or (seconds(value.scalar) is None and value.scalar):
                yield self.problem(f"`{key}: {value.scalar or '…'}` is no duration", value, subject)


def rules_in(tree: Tree, source: str) -> Iterator[Node]:
    """
    The rules of a document; nothing when it holds none.

    Groups are looked for at any depth, so that every wrapper that is still YAML is read.
    """
    maker = _Maker(source)
    if is_bare_list(tree):
        for rule in tree.elements():
            yield from maker.rule(rule, None, Dialect.PROMQL)
        return
    groups = list(groups_in(tree))
    for group in groups:
        yield from maker.group(group, dialect_of(group))
    yield from _repeated_groups(groups, maker)


def is_bare_list(tree: Tree) -> bool:
    """Whether this is a list of rules without a group around it, as documents show them."""
    elements = list(tree.elements())
    return bool(elements) and all(_is_rule(element) for element in elements)


def holds_rules(tree: Tree) -> bool:
    """Whether this document has rules in it, at whatever depth."""
    return is_bare_list(tree) or next(groups_in(tree), None) is not None


def groups_in(tree: Tree) -> Iterator[Tree]:
    """The groups of rules below a value: elements of any list that have a name and rules in Prometheus' form."""
    seen: set[int] = set()
    waiting = [tree]
    while waiting:
        value = waiting.pop()
        if value.identity in seen:
            continue
        seen.add(value.identity)
        if _is_group(value):
            yield value
            continue
        below = list(value.elements()) or [entry for _, entry in value.entries()]
        waiting.extend(entry for entry in reversed(below) if entry.is_mapping or entry.is_sequence)


def dialect_of(group: Tree) -> Dialect:
    """Loki's rules have the same form; their expressions begin with a stream selector and use its filters."""
    kind = group.get("type")
    if kind is not None and kind.scalar in ("vlogs", "graphite"):
        return Dialect.LOGQL
    expressions = [text.value for rule in _rules(group) if (text := rule.text_at("expr")) is not None]
    if any(_looks_like_logql(expression) for expression in expressions):
        return Dialect.LOGQL
    return Dialect.PROMQL


def _looks_like_logql(expression: str) -> bool:
    _, brace, rest = expression.partition("}")
    if not brace:
        return False
    after = rest.lstrip()
    return after.startswith(("|=", "|~", "!=", "|>", "!>", "| ")) and "{" in expression.partition("}")[0]


def _is_group(tree: Tree) -> bool:
    rules = tree.get("rules")
    if rules is None or not rules.is_sequence or tree.get("folder") is not None:
        return False
    elements = list(rules.elements())
    if not elements:
        return tree.get("name") is not None
    return any(_is_rule(element) for element in elements)


def _is_rule(tree: Tree) -> bool:
    if not tree.is_mapping:
        return False
    alert, record = tree.get("alert"), tree.get("record")
    if alert is None and record is None:
        return False
    named = alert if alert is not None else record
    return named is not None and not named.is_mapping and not named.is_sequence


def _rules(group: Tree) -> Iterator[Tree]:
    rules = group.get("rules")
    return rules.elements() if rules is not None else iter(())


def _repeated_groups(groups: list[Tree], maker: _Maker) -> Iterator[Node]:
    first: dict[str, int] = {}
    for group in groups:
        name = group.get("name")
        if name is None or not name.scalar:
            continue
        if name.scalar in first:
            message = f"group `{name.scalar}` stands twice in one file (first on line {first[name.scalar]})"
            yield replace(maker.problem(message, name), at=maker.at(f"group {name.scalar}", name))
        first.setdefault(name.scalar, name.lines[0])


def _fields(tree: Tree | None) -> Mapping[str, Field]:
    if tree is None:
        return {}
    pairs = ((key.text, value.text) for key, value in tree.entries())
    return {key.value: Field(key, value) for key, value in pairs if key is not None and value is not None}
