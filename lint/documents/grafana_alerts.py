"""
Alerting rules that Grafana evaluates: provisioning files, their exports, and the operator's resource.

grafana.com/docs/grafana/latest/alerting/set-up/provision-alerting-resources/file-provisioning.
A rule has queries and expressions under `data`; the one that `condition` names decides.
What makes it fire therefore stands outside of the query, and is not judged.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..finding import Location
from ..logql import looks_like as looks_like_logql
from ..nodes import (
    AlertingRule,
    Dialect,
    Evaluator,
    Field,
    LogQuery,
    Node,
    Query,
    RecordingRule,
    Role,
    RuleGroup,
    Unparsable,
)
from ..record import Record
from .tree import Tree

KIND = "Grafana alerts"

_EXPRESSIONS = frozenset({"__expr__", "-100"})
"""The data sources that compute on the results of others."""

_DIALECTS = {
    "prometheus": Dialect.PROMQL,
    "loki": Dialect.LOGQL,
    "victoriametrics-metrics-datasource": Dialect.METRICSQL,
}


def holds_grafana_alerts(tree: Tree) -> bool:
    """Whether this document provisions alerting rules."""
    return next(_groups(tree), None) is not None


def grafana_alerts_in(tree: Tree, source: str) -> Iterator[Node]:
    """The alerting rules of a document; a condition that is none of a rule's queries becomes a problem."""
    for group in _groups(tree):
        yield from _Reader(source).group(group, _name(tree, group))


class _Reader(Record):
    """Makes nodes of one file."""

    source: str

    def group(self, tree: Tree, name: Tree | None) -> Iterator[Node]:
        group = RuleGroup(
            at=Location(self.source, f"group {name.scalar}" if name is not None else None, (name or tree).region),
            lines=tree.lines,
            name=name.text if name is not None else None,
            interval=tree.text_at("interval"),
            labels={},
        )
        yield group
        for rule in _elements(tree, "rules"):
            title = rule.get("title")
            if title is not None and title.scalar:
                yield from self.rule(rule, title, group)

    def rule(self, tree: Tree, title: Tree, group: RuleGroup) -> Iterator[Node]:
        record = tree.get("record")
        metric = record.get("metric") if record is not None else None
        named, word = (title, "alert") if metric is None else (metric, "recording")
        at = Location(self.source, f"{word} {named.scalar}", named.region)
        queries = list(self.queries(tree, at, group, Role.ALERT if metric is None else Role.RECORDING))
        yield from self.problems(tree, at)
        if named.text is None:
            return
        # Of two queries neither alone tells which labels the alert has.
        query = queries[0] if len(queries) == 1 and not _has_classic_conditions(tree) else None
        labels = _fields(tree.get("labels"))
        if metric is not None:
            yield RecordingRule(at=at, lines=tree.lines, name=named.text, query=None, labels=labels, group=group)
        else:
            yield AlertingRule(
                at=at,
                lines=tree.lines,
                name=named.text,
                query=query if isinstance(query, Query) else None,
                for_=tree.text_at("for"),
                keep_firing_for=tree.text_at("keep_firing_for") or tree.text_at("keepFiringFor"),
                labels=labels,
                annotations=_fields(tree.get("annotations")),
                group=group,
                evaluator=Evaluator.GRAFANA,
                log_query=query if isinstance(query, LogQuery) else None,
            )
        yield from queries

    def queries(self, tree: Tree, at: Location, group: RuleGroup, role: Role) -> Iterator[Query | LogQuery]:
        for entry in _elements(tree, "data"):
            model, uid = entry.get("model"), entry.get("datasourceUid")
            text = model.text_at("expr") if model is not None else None
            dialect = _dialect(model, text.value) if model is not None and text is not None else None
            if text is None or dialect is None or (uid is not None and uid.scalar in _EXPRESSIONS):
                continue
            if dialect is Dialect.LOGQL:
                yield LogQuery(at=at, lines=tree.lines, text=text, role=role, interval=group.seconds)
            else:
                yield Query(at=at, lines=tree.lines, text=text, role=role, dialect=dialect, interval=group.seconds)

    def problems(self, tree: Tree, at: Location) -> Iterator[Node]:
        condition = tree.get("condition")
        names = [ref.scalar for entry in _elements(tree, "data") if (ref := entry.get("refId")) is not None]
        if condition is None or not condition.scalar or not names or condition.scalar in names:
            return
        known = ", ".join(f"`{name}`" for name in names)
        problem = f"condition `{condition.scalar}` is none of the rule's queries and expressions ({known})"
        place = Location(self.source, at.subject, condition.region)
        yield Unparsable(at=place, lines=tree.lines, kind=KIND, problem=problem)


def _groups(tree: Tree) -> Iterator[Tree]:
    kind, spec = tree.get("kind"), tree.get("spec")
    operated = kind is not None and kind.scalar == "GrafanaAlertRuleGroup" and spec is not None
    for group in [spec] if operated and spec is not None else _elements(tree, "groups"):
        rules = list(_elements(group, "rules"))
        if any(rule.get("title") is not None and rule.get("data") is not None for rule in rules):
            yield group


def _name(tree: Tree, group: Tree) -> Tree | None:
    metadata = tree.get("metadata")
    return group.get("name") or (metadata.get("name") if metadata is not None else None)


def _dialect(model: Tree, expression: str) -> Dialect | None:
    """The language of a query; None for that of a data source which is none of ours."""
    source = model.get("datasource")
    kind = source.get("type") if source is not None else None
    if kind is not None and kind.scalar:
        return _DIALECTS.get(kind.scalar)
    return Dialect.LOGQL if looks_like_logql(expression) else Dialect.PROMQL


def _has_classic_conditions(tree: Tree) -> bool:
    """Whether an old kind of expression decides, which loses all labels."""
    models = (entry.get("model") for entry in _elements(tree, "data"))
    kinds = (model.get("type") for model in models if model is not None)
    return any(kind is not None and kind.scalar == "classic_conditions" for kind in kinds)


def _elements(tree: Tree, key: str) -> Iterator[Tree]:
    value = tree.get(key)
    return value.elements() if value is not None else iter(())


def _fields(tree: Tree | None) -> Mapping[str, Field]:
    pairs = ((key.text, value.text) for key, value in tree.entries()) if tree is not None else ()
    return {key.value: Field(key, value) for key, value in pairs if key is not None and value is not None}
