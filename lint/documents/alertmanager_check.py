"""What Alertmanager refuses in its configuration: unknown keys, missing and contradicting values, bad types."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from urllib.parse import urlsplit

from .. import re2
from ..finding import Location
from ..nodes import AlertmanagerConfig, MatchOp, Node, Route, Unparsable
from ..record import Record
from ..region import Region, Text
from ..telemetry.duration import seconds
from . import alertmanager_schema as schema
from .tree import Tree

KIND = "Alertmanager"

_LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
_OPEN = re.compile(r"\{\{|\$\{?\w|^<.*>$", re.S)
_TIME = re.compile(r"(?:[01]?\d|2[0-3]):[0-5]\d|24:00")
_WEEKDAYS = "sunday monday tuesday wednesday thursday friday saturday".split()
_MONTHS = "january february march april may june july august september october november december".split()


def problems_in(tree: Tree, config: AlertmanagerConfig, source: str) -> Iterator[Node]:
    """Why Alertmanager would not load this configuration."""
    checker = _Checker(source, config.partial)
    yield from checker.keys(tree, schema.TOP, "the configuration")
    if not config.partial:
        yield from checker.root(tree, config)
    if config.route is not None:
        yield from checker.routes(tree.get("route"))
    yield from checker.sections(tree.get("global"), schema.GLOBAL, "`global`")
    yield from checker.receivers(tree)
    for rule in _elements(tree.get("inhibit_rules")):
        yield from checker.inhibition(rule)
    yield from checker.time_intervals(tree, config)
    yield from checker.matchers(config)


class _Checker(Record):
    """Says what is wrong in one file; in a partial one, other files may give what it lacks."""

    source: str
    partial: bool

    def problem(self, message: str, tree: Tree, subject: str | None = None) -> Unparsable:
        return self.at(message, tree.region, tree.lines, subject)

    def at(self, message: str, region: Region, lines: tuple[int, int], subject: str | None = None) -> Unparsable:
        return Unparsable(at=Location(self.source, subject, region), lines=lines, kind=KIND, problem=message)

    # Keys and scalars

    def keys(self, tree: Tree, known: frozenset[str], what: str) -> Iterator[Node]:
        """Keys that nobody knows, and keys given twice; strict YAML refuses both."""
        for later, first in tree.duplicates():
            line = first.region().start.line
            yield self.at(f"key `{later.value}` is given twice (first on line {line})", later.region(), tree.lines)
        for key, _ in tree.entries():
            if key.scalar is not None and key.scalar not in known:
                near = difflib.get_close_matches(key.scalar, sorted(known), n=1, cutoff=0.75)
                meant = f": did you mean `{near[0]}`?" if near else ""
                yield self.problem(f"{what} has no key `{key.scalar}`{meant}", key)

    def sections(self, tree: Tree | None, known: frozenset[str], what: str) -> Iterator[Node]:
        """A block of settings, with the blocks below that stand in several places."""
        if tree is None:
            return
        if known:
            yield from self.keys(tree, known, what)
        yield from self._pairs(tree)
        for key, value in tree.entries():
            name = key.scalar or ""
            if name in schema.SECTIONS:
                yield from self.sections(value, schema.SECTIONS[name], f"`{name}`")
            yield from self._scalar(name, value)

    def _pairs(self, tree: Tree) -> Iterator[Node]:
        for key, value in tree.entries():
            name = (key.scalar or "").removesuffix("_file")
            own = tree.get(name)
            if name != key.scalar and own is not None and _given(own) and _given(value):
                yield self.problem(f"`{name}` and `{key.scalar}` exclude each other", key)

    def _scalar(self, name: str, value: Tree) -> Iterator[Node]:
        if value.is_null or value.scalar is None or _OPEN.search(value.scalar):
            return
        if name in schema.BOOLEANS and (value.is_string or value.scalar.lower() not in _BOOLEANS):
            yield self.problem(f"`{name}: {value.scalar}` is neither true nor false", value)
        if name in schema.DURATIONS and value.scalar and seconds(value.scalar) is None:
            yield self.problem(f"`{name}: {value.scalar}` is no duration", value)
        if name in ("smtp_smarthost", "smarthost") and value.scalar and not re.search(r":\w+$", value.scalar):
            yield self.problem(f"`{name}: {value.scalar}` has no port", value)
        if name.endswith(("_url", "_api_url")) and name in schema.GLOBAL:
            yield from self._url(name, value)

    def _url(self, name: str, value: Tree) -> Iterator[Node]:
        if value.scalar is None or value.is_null or _OPEN.search(value.scalar):
            return
        try:
            parts = urlsplit(value.scalar)
        except ValueError:
            parts = urlsplit("")
        if parts.scheme not in ("http", "https") or not parts.netloc:
            yield self.problem(f"`{name}` is no http or https URL", value)

    # Routes

    def root(self, tree: Tree, config: AlertmanagerConfig) -> Iterator[Node]:
        """What only holds of the tree's first node, in a configuration that is all there is."""
        route = tree.get("route")
        if config.route is None or route is None:
            yield self.problem("there is no `route`", _key(tree, "receivers"))
            return
        if config.route.target in (None, ""):
            yield self.problem("the root route has no `receiver`", _key(tree, "route"))
        for key, value in route.entries():
            name = key.scalar or ""
            filled = any(value.elements()) or any(value.entries())
            if name in ("match", "match_re", "matchers", "mute_time_intervals", "active_time_intervals") and filled:
                yield self.problem(f"the root route cannot have `{name}`: every alert must enter there", key)
        if config.route.continue_ is not None:
            yield self.problem("the root route cannot have `continue`", _key(route, "continue"))

    def routes(self, tree: Tree | None) -> Iterator[Node]:
        """A route and those below it."""
        if tree is None:
            return
        yield from self.sections(tree, schema.ROUTE, "a route")
        for key in ("group_interval", "repeat_interval"):
            value = tree.get(key)
            if value is not None and value.scalar and seconds(value.scalar) == 0:
                yield self.problem(f"`{key}` cannot be zero", value)
        yield from self._group_by(tree)
        yield from self._old(tree, ("match", "match_re"))
        yield from self._lists(tree, ("matchers", "group_by", "mute_time_intervals", "active_time_intervals", "routes"))
        for child in _elements(tree.get("routes")):
            yield from self.routes(child)

    def _lists(self, tree: Tree, names: Iterable[str]) -> Iterator[Node]:
        for name in names:
            value = tree.get(name)
            if value is not None and not value.is_sequence and not value.is_null:
                yield self.problem(f"`{name}` must be a list", value)

    def _group_by(self, tree: Tree) -> Iterator[Node]:
        seen: set[str] = set()
        labels = [label for label in _elements(tree.get("group_by")) if label.scalar is not None]
        for label in labels:
            name = label.scalar or ""
            if name in seen:
                yield self.problem(f"`group_by` has `{name}` twice", label)
            seen.add(name)
            if name == "..." and len(labels) > 1:
                yield self.problem("`...` stands for all labels, and cannot stand beside others", label)

    def _old(self, tree: Tree, names: Iterable[str]) -> Iterator[Node]:
        for name in names:
            value = tree.get(name)
            if value is None or value.is_null:
                continue
            if not value.is_mapping:
                yield self.problem(f"`{name}` must be a mapping of labels to values", value)
            for label, entry in value.entries():
                if label.scalar is not None and not _LABEL.fullmatch(label.scalar):
                    yield self.problem(f"`{label.scalar}` is no label name", label)
                if entry.is_null and name.endswith("_re"):
                    yield self.problem(f"`{label.scalar}` has no regular expression", label)

    def matchers(self, config: AlertmanagerConfig) -> Iterator[Node]:
        """Regular expressions that Go refuses, wherever they stand."""
        routes: Iterable[Route] = config.route.walk() if config.route is not None else ()
        owners = [(node, node.matchers) for node in routes]
        places = [*owners, *((node, (*node.source, *node.target)) for node in config.inhibitions)]
        for node, matchers in places:
            for matcher in matchers:
                if matcher.op not in (MatchOp.REGEX, MatchOp.NOT_REGEX) or _OPEN.search(matcher.value.value):
                    continue
                verdict = re2.regex(matcher.value.value)
                if isinstance(verdict, re2.Refusal):
                    message = f"`{matcher.value.value}` is no regular expression of Go: {verdict.message}"
                    yield self.at(message, _visible(matcher.value, matcher.label), node.lines, node.at.subject)

    # Receivers

    def receivers(self, tree: Tree) -> Iterator[Node]:
        """Receivers without a name, with one that is taken, and with integrations that lack something."""
        shared = tree.get("global")
        known = frozenset(["name", *(f"{kind}_configs" for kind in schema.KINDS)])
        first: dict[str, int] = {}
        for receiver in _elements(tree.get("receivers")):
            name = receiver.get("name")
            subject = f"receiver {name.scalar}" if name is not None and name.scalar else None
            yield from self.keys(receiver, known, "a receiver")
            if name is not None and name.scalar:
                if name.scalar in first:
                    message = f"receiver `{name.scalar}` is defined twice (first on line {first[name.scalar]})"
                    yield self.problem(message, name, subject)
                first.setdefault(name.scalar, name.lines[0])
            else:
                yield self.problem("a receiver has no `name`", receiver)
            for key, value in receiver.entries():
                kind = (key.scalar or "").removesuffix("_configs")
                for element in _elements(value) if kind in schema.KINDS else ():
                    yield from self._integration(kind, element, shared, key)

    def _integration(self, kind: str, tree: Tree, shared: Tree | None, key: Tree) -> Iterator[Node]:
        facts = schema.KINDS[kind]
        yield from self.sections(tree, facts.keys, f"`{kind}_configs`")
        for need in facts.needs:
            own = any((value := tree.get(name)) is not None and _given(value) for name in need.own)
            there = shared is not None and any(
                (value := shared.get(name)) is not None and _given(value) for name in need.globals
            )
            elsewhere = self.partial and bool(need.globals)
            if not own and not there and not elsewhere:
                wanted = " or ".join(f"`{name}`" for name in need.own)
                also = (
                    f", and `global` has no {' or '.join(f'`{name}`' for name in need.globals)}" if need.globals else ""
                )
                yield self.problem(f"`{key.scalar}` needs {wanted}{also}", tree if tree.is_mapping else key)
        for name in facts.urls:
            value = tree.get(name)
            if value is not None:
                yield from self._url(name, value)
        yield from self._special(kind, tree)

    def _special(self, kind: str, tree: Tree) -> Iterator[Node]:
        update, url = tree.get("update_message"), tree.get("api_url")
        bot = url is not None and "/api/chat.postMessage" in (url.scalar or "")
        if kind == "slack" and update is not None and update.scalar == "true" and not bot:
            yield self.problem("`update_message` needs a bot token: a webhook cannot change what it sent", update)
        for responder in _elements(tree.get("responders")) if kind == "opsgenie" else ():
            if not any(responder.get(name) is not None for name in ("id", "name", "username")):
                yield self.problem("a responder needs `id`, `name` or `username`", responder)
            if responder.get("type") is None:
                yield self.problem("a responder needs a `type`", responder)

    # Inhibitions and time intervals

    def inhibition(self, tree: Tree) -> Iterator[Node]:
        """A rule that mutes."""
        yield from self.keys(tree, schema.INHIBITION, "an inhibition")
        yield from self._old(tree, ("source_match", "source_match_re", "target_match", "target_match_re"))
        yield from self._lists(tree, ("source_matchers", "target_matchers", "equal"))

    def time_intervals(self, tree: Tree, config: AlertmanagerConfig) -> Iterator[Node]:
        """Definitions that cannot be read, names given twice, and names that routes use and nobody defines."""
        defined: set[str] = set()
        for name in ("mute_time_intervals", "time_intervals"):
            for interval in _elements(tree.get(name)):
                yield from self.keys(interval, schema.INTERVAL, "a time interval")
                title = interval.get("name")
                if title is None or not title.scalar:
                    yield self.problem("a time interval has no `name`", interval)
                elif title.scalar in defined:
                    yield self.problem(f"time interval `{title.scalar}` is defined twice", title)
                defined.add(title.scalar or "" if title is not None else "")
                for period in _elements(interval.get("time_intervals")):
                    yield from self._period(period)
        for route in config.route.walk() if config.route is not None and not config.partial else ():
            for used in (*route.muted, *route.active):
                if used.value not in defined:
                    message = f"time interval `{used.value}` is not defined"
                    yield self.at(message, used.region(), route.lines, route.at.subject)

    def _period(self, tree: Tree) -> Iterator[Node]:
        yield from self.keys(tree, schema.PERIOD, "a time interval")
        for time in _elements(tree.get("times")):
            for name in ("start_time", "end_time"):
                value = time.get(name)
                if value is None or not _TIME.fullmatch(value.scalar or ""):
                    yield self.problem(f"`{name}` must be a time as in `08:30`", value if value is not None else time)
        for key, accepts in _RANGES.items():
            for value in _elements(tree.get(key)):
                if not all(accepts(end.strip().lower()) for end in (value.scalar or "").split(":")):
                    yield self.problem(f"`{value.scalar}` is none of `{key}`", value)


_BOOLEANS = frozenset("true false yes no on off y n".split())
_RANGES: Mapping[str, Callable[[str], bool]] = {
    "weekdays": lambda end: end in _WEEKDAYS,
    "months": lambda end: end in _MONTHS or end.isdigit(),  # Alertmanager takes a thirteenth
    "days_of_month": lambda end: bool(re.fullmatch(r"-?\d+", end)) and 1 <= abs(int(end)) <= 31,
    "years": lambda end: end.isdigit(),
}


def _elements(tree: Tree | None) -> Iterator[Tree]:
    return tree.elements() if tree is not None else iter(())


def _given(tree: Tree) -> bool:
    return not tree.is_null and tree.scalar != ""


def _key(tree: Tree, name: str) -> Tree:
    return next((key for key, _ in tree.entries() if key.scalar == name), tree)


def _visible(text: Text, label: Text) -> Region:
    """The value's place, or the label's where the value is empty."""
    return text.region() if text.value else label.region()
