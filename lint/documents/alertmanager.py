"""
Alertmanager's configuration, in all its wrappers.

The file itself, an `AlertmanagerConfig` resource, and Helm values or other mappings that hold one at
some depth. Secrets and ConfigMaps are opened by whoever asks here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ..finding import Location
from ..nodes import (
    AlertmanagerConfig,
    Field,
    Inhibition,
    Integration,
    Matcher,
    MatchOp,
    Node,
    OldMatchers,
    Receiver,
    Route,
    TimeInterval,
    Unparsable,
)
from ..record import Record
from ..region import Text
from .alertmanager_check import KIND, problems_in
from .matchers import BadMatcherError, parse_matchers
from .tree import MalformedError, Tree, parse_yaml

__all__ = ["KIND", "configs_in", "holds_alertmanager"]

_OPERATORS = {"match": MatchOp.EQUAL, "match_re": MatchOp.REGEX}
_INTERVALS = ("group_wait", "group_interval", "repeat_interval")
# Values that hold a configuration as text: Mimir and Cortex, kube-prometheus-stack.
_AS_TEXT = ("alertmanager_config", "stringConfig", "alertmanager.yml", "alertmanager.yaml")
_OPENED_ELSEWHERE = ("ConfigMap", "Secret", "List", "ConfigMapList", "SecretList")
_DEPTH = 6


def holds_alertmanager(tree: Tree) -> bool:
    """Whether this document has a configuration in it, at whatever depth."""
    return next(_found(tree), None) is not None


def configs_in(tree: Tree, source: str) -> Iterator[Node]:
    """The configurations of a document: each as a whole, its parts one by one, and what Alertmanager refuses in it."""
    for found in _found(tree):
        partial = found.partial or source.lower().endswith((".md", ".markdown"))
        reader = _Reader(source, found.camel)
        config = reader.config(found.tree, partial)
        yield config
        if config.route is not None:
            yield from config.route.walk()
        yield from (*config.receivers, *config.inhibitions, *config.time_intervals)
        yield from reader.problems
        if not found.camel:
            yield from problems_in(found.tree, config, source)


class _Found(Record):
    """A configuration: `camel` when its keys are spelt as in a resource, `partial` when others add to it."""

    tree: Tree
    camel: bool = False
    partial: bool = False


def _found(tree: Tree) -> Iterator[_Found]:
    kind = tree.get("kind")
    spec = tree.get("spec")
    if kind is not None and kind.scalar == "AlertmanagerConfig" and spec is not None:
        yield _Found(spec, camel=True, partial=True)
    elif _is_config(tree):
        yield _Found(tree)
    elif kind is None or kind.scalar not in _OPENED_ELSEWHERE:
        yield from _below(tree, _DEPTH)


def _is_config(tree: Tree) -> bool:
    route, receivers = tree.get("route"), tree.get("receivers")
    listed = receivers is not None and receivers.is_sequence
    if route is not None and route.is_mapping and (route.get("receiver") is not None or listed):
        return True
    return (
        listed
        and receivers is not None
        and any(_configured(receiver) for receiver in receivers.elements())
        and (route is None or route.is_null or route.is_mapping)
    )


def _configured(receiver: Tree) -> bool:
    return any(key.scalar is not None and key.scalar.endswith("_configs") for key, _ in receiver.entries())


def _below(tree: Tree, depth: int) -> Iterator[_Found]:
    if not depth:
        return
    for key, value in tree.entries():
        if value.is_mapping:
            # Values override a chart's own configuration, key by key.
            found = [_Found(value, partial=True)] if _is_config(value) else _below(value, depth - 1)
            yield from found
        elif key.scalar in _AS_TEXT and value.text is not None and "route:" in value.text.value:
            try:
                yield from (_Found(inner) for inner in parse_yaml(value.text) if _is_config(inner))
            except MalformedError:
                continue


class _Path(Record):
    """What the routes above pass down."""

    receiver: str | None = None
    root: bool = False


class _Reader:
    """Makes the nodes of one configuration; what it cannot read stands in `problems`."""

    def __init__(self, source: str, camel: bool) -> None:
        self._source, self._camel = source, camel
        self.problems: list[Unparsable] = []

    def config(self, tree: Tree, partial: bool) -> AlertmanagerConfig:
        route = tree.get("route")
        named = route if route is not None and route.is_mapping else None
        intervals = [self._get(tree, "mute_time_intervals"), self._get(tree, "time_intervals")]
        keys = [key for key, _ in tree.entries() if key.scalar == "route"]
        return AlertmanagerConfig(
            at=Location(self._source, "alertmanager", (keys[0] if keys else tree).region),
            lines=tree.lines,
            route=self._route(named, _Path(root=True)) if named is not None else None,
            receivers=tuple(self._receivers(tree)),
            inhibitions=tuple(self._inhibitions(tree)),
            time_intervals=tuple(
                interval
                for listed in intervals
                for element in _elements(listed)
                if (interval := self._interval(element)) is not None
            ),
            globals=_scalars(tree.get("global")),
            partial=partial,
        )

    def _route(self, tree: Tree, above: _Path) -> Route:
        receiver = tree.text_at("receiver")
        matchers, old = self._matchers(tree, "", None)
        subject = "route" if above.root else f"route {', '.join(matcher.spelling for matcher in matchers) or '{}'}"
        name = receiver.value if receiver is not None else above.receiver
        continues = tree.get("continue")
        at = receiver.region() if receiver is not None else _first_key(tree).region
        return Route(
            at=Location(self._source, subject, at),
            lines=tree.lines,
            receiver=receiver,
            inherited=above.receiver,
            matchers=matchers,
            old_matchers=old,
            continue_=continues.text if continues is not None and _is_true(continues) else None,
            group_by=_texts(self._get(tree, "group_by")),
            intervals={
                key: value.text
                for key in _INTERVALS
                if (value := self._get(tree, key)) is not None and value.text is not None and not value.is_null
            },
            muted=_texts(self._get(tree, "mute_time_intervals")),
            active=_texts(self._get(tree, "active_time_intervals")),
            routes=tuple(
                self._route(child, _Path(name)) for child in _elements(tree.get("routes")) if child.is_mapping
            ),
            root=above.root,
        )

    def _receivers(self, tree: Tree) -> Iterator[Receiver]:
        for receiver in _elements(tree.get("receivers")):
            name = receiver.text_at("name")
            if name is None:
                continue
            yield Receiver(
                at=Location(self._source, f"receiver {name.value}", name.region()),
                lines=receiver.lines,
                name=name,
                integrations=tuple(self._integrations(receiver)),
            )

    def _integrations(self, receiver: Tree) -> Iterator[Integration]:
        for key, value in receiver.entries():
            name = _snake(key.scalar or "")
            if not name.endswith("_configs") or key.text is None:
                continue
            for element in _elements(value):
                yield Integration(name.removesuffix("_configs"), key.text, _scalars(element, snake=self._camel))

    def _inhibitions(self, tree: Tree) -> Iterator[Inhibition]:
        for number, rule in enumerate(_elements(self._get(tree, "inhibit_rules")), 1):
            if not rule.is_mapping:
                continue
            source, old_source = self._matchers(rule, "source_", "source_match")
            target, old_target = self._matchers(rule, "target_", "target_match")
            yield Inhibition(
                at=Location(self._source, f"inhibition {number}", _first_key(rule).region),
                lines=rule.lines,
                source=source,
                target=target,
                equal=_texts(rule.get("equal")),
                old_matchers=(*old_source, *old_target),
            )

    def _interval(self, tree: Tree) -> TimeInterval | None:
        name = tree.text_at("name")
        if name is None:
            return None
        at = Location(self._source, f"time interval {name.value}", name.region())
        return TimeInterval(at=at, lines=tree.lines, name=name)

    # Matchers

    def _matchers(
        self, tree: Tree, prefix: str, resource: str | None
    ) -> tuple[tuple[Matcher, ...], tuple[OldMatchers, ...]]:
        """The matchers of a route or of one side of an inhibition, and those of them in the old form."""
        if self._camel:
            listed = self._get(tree, resource or "matchers")
            return tuple(self._of_resource(listed)), ()
        found: list[Matcher] = []
        old: list[OldMatchers] = []
        new = tree.get(f"{prefix}matchers")
        forms = [f"{prefix}{form}" for form in _OPERATORS if tree.get(f"{prefix}{form}") is not None]
        for form, operator in _OPERATORS.items():
            for key, value in tree.entries():
                if key.scalar == f"{prefix}{form}" and value.is_mapping:
                    crowded = new is not None or len(forms) > 1
                    block = self._old(key, value, operator, f"{prefix}matchers", crowded)
                    old.append(block)
                    found.extend(matcher for _, matcher in block.entries)
        for element in _elements(new):
            found.extend(self._of_string(element))
        return tuple(found), tuple(old)

    def _old(self, key: Tree, value: Tree, operator: MatchOp, new_key: str, crowded: bool) -> OldMatchers:
        entries = tuple(
            (label.written(until=entry), Matcher(label.text, operator, entry.text))
            for label, entry in value.entries()
            if label.text is not None and entry.text is not None
        )
        whole = key.written(until=value)
        flow = value.written().value.startswith("{")
        return OldMatchers(key.written(), whole, entries, flow, crowded, new_key)

    def _of_string(self, element: Tree) -> tuple[Matcher, ...]:
        text = element.text
        if text is None or element.is_null:
            return ()
        try:
            return parse_matchers(text)
        except BadMatcherError as error:
            region = text.region(error.start, error.end)
            at = Location(self._source, None, region)
            self.problems.append(Unparsable(at=at, lines=element.lines, kind=KIND, problem=error.problem))
            return ()

    def _of_resource(self, listed: Tree | None) -> Iterator[Matcher]:
        for element in _elements(listed):
            label, value = element.text_at("name"), element.text_at("value")
            if label is None:
                continue
            kind, regex = element.get("matchType"), element.get("regex")
            operator = kind.scalar if kind is not None and kind.scalar else "=~" if regex and _is_true(regex) else "="
            if operator in tuple(MatchOp):
                yield Matcher(label, MatchOp(operator), value if value is not None else label.cut(0, 0))

    def _get(self, tree: Tree, key: str) -> Tree | None:
        return tree.get(_camel(key) if self._camel else key)


def _elements(tree: Tree | None) -> Iterator[Tree]:
    return tree.elements() if tree is not None else iter(())


def _texts(tree: Tree | None) -> tuple[Text, ...]:
    return tuple(element.text for element in _elements(tree) if element.text is not None)


def _first_key(tree: Tree) -> Tree:
    return next((key for key, _ in tree.entries()), tree)


def _is_true(tree: Tree) -> bool:
    return (tree.scalar or "").lower() in ("true", "yes", "on", "y") and not tree.is_string


def _scalars(tree: Tree | None, path: str = "", *, snake: bool = False, depth: int = 6) -> Mapping[str, Field]:
    """The scalars below a value by their path; those of a list by the list's own."""
    fields: dict[str, Field] = {}
    if tree is None or not depth:
        return fields
    for key, value in tree.entries():
        name = _snake(key.scalar or "") if snake else key.scalar or ""
        for element in [value, *value.elements()]:
            if element.text is not None and key.text is not None and not element.is_null:
                fields.setdefault(f"{path}{name}", Field(key.text, element.text))
            fields.update(_scalars(element, f"{path}{name}.", snake=snake, depth=depth - 1))
    return fields


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])([A-Z])", lambda match: f"_{match[1].lower()}", name)
