"""
What Prometheus refuses in a rule file although it is YAML (prometheus/model/rulefmt), and says so with one line.

A whole file is refused for one misspelt key, and the server goes on with the old one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..finding import Location
from ..nodes import Node, Unparsable
from ..record import Record
from ..telemetry.duration import seconds
from .tree import Tree

KIND = "Prometheus rules"

# The keys of rulefmt, with those that Thanos, Mimir and VictoriaMetrics add.
VMALERT_GROUP_KEYS = frozenset(
    "type concurrency params headers notifier_headers eval_offset eval_delay eval_alignment debug tenant"
    " extra_filter_labels".split()
)
VMALERT_RULE_KEYS = frozenset({"debug", "update_entries_limit"})
GROUP_KEYS = VMALERT_GROUP_KEYS | frozenset(
    "name interval query_offset limit rules labels partial_response_strategy source_tenants evaluation_delay"
    " align_evaluation_time_on_interval ruler_evaluation_delay_duration".split()
)
RULE_KEYS = VMALERT_RULE_KEYS | frozenset("record alert expr for keep_firing_for labels annotations".split())
FILE_KEYS = frozenset({"groups", "namespace"})

_GROUP_DURATIONS = ("interval", "query_offset", "evaluation_delay")
_ALERT_DURATIONS = ("for", "keep_firing_for")
_PARTIAL_RESPONSE = frozenset({"abort", "warn"})
_MOST_DIGITS = 18


class Judge(Record):
    """Says what is wrong with the trees of one file."""

    source: str

    def problem(self, message: str, tree: Tree, subject: str | None = None) -> Unparsable:
        """A part of the document that its reader refuses."""
        at = Location(self.source, subject, tree.region)
        return Unparsable(at=at, lines=tree.lines, kind=KIND, problem=message)

    def file(self, tree: Tree) -> Iterator[Node]:
        """The outermost keys of a plain rule file."""
        yield from self._keys(tree, FILE_KEYS, "a rule file", None)

    def group(self, tree: Tree, subject: str | None) -> Iterator[Node]:
        """A group without its rules."""
        name = tree.get("name")
        if name is None or not name.scalar:
            yield self.problem("the group has no `name`", name or tree.get("rules") or tree, subject)
        yield from self._keys(tree, GROUP_KEYS, "a group", subject)
        yield from self._durations(tree, _GROUP_DURATIONS, subject)
        yield from self._named(tree, ("labels",), subject)
        limit = tree.get("limit")
        if limit is not None and not _is_count(limit):
            yield self.problem(f"`limit: {limit.scalar or '…'}` is no whole number", limit, subject)
        strategy = tree.get("partial_response_strategy")
        if strategy is not None and (strategy.scalar or "").lower() not in _PARTIAL_RESPONSE:
            yield self.problem("`partial_response_strategy` is neither `abort` nor `warn`", strategy, subject)

    def rule(self, tree: Tree, subject: str, *, is_alert: bool, is_foreign: bool = False) -> Iterator[Node]:
        """An alerting rule or a recording; in a group that vmalert alone evaluates, the latter may say more."""
        yield from self._keys(tree, RULE_KEYS, "a rule", subject)
        yield from self._durations(tree, _ALERT_DURATIONS, subject)
        yield from self._named(tree, ("labels", "annotations"), subject)
        if not is_alert:
            yield from () if is_foreign else self._recording(tree, subject)
        elif (record := tree.get("record")) is not None and record.scalar:
            yield self.problem("a rule has both `alert` and `record`", record, subject)

    def repeated(self, groups: Iterable[Tree]) -> Iterator[Node]:
        """Groups of one file with the same name."""
        first: dict[str, int] = {}
        for group in groups:
            name = group.get("name")
            if name is None or not name.scalar:
                continue
            if name.scalar in first:
                message = f"group `{name.scalar}` stands twice in one file (first on line {first[name.scalar]})"
                yield self.problem(message, name, f"group {name.scalar}")
            first.setdefault(name.scalar, name.lines[0])

    def _recording(self, tree: Tree, subject: str) -> Iterator[Node]:
        name = tree.get("record")
        if name is not None and name.scalar and ("{" in name.scalar or "}" in name.scalar) and not _is_template(name):
            yield self.problem(f"`{name.scalar}` is no metric name: labels go under `labels`", name, subject)
        for key in _ALERT_DURATIONS:
            value = tree.get(key)
            if value is not None and value.scalar and seconds(value.scalar) != 0:
                yield self.problem(f"a recording cannot have `{key}`", value, subject)
        annotations = tree.get("annotations")
        if annotations is not None and any(True for _ in annotations.entries()):
            yield self.problem("a recording cannot have `annotations`", annotations, subject)

    def _named(self, tree: Tree, keys: tuple[str, ...], subject: str | None) -> Iterator[Node]:
        """Labels and annotations: a mapping of names to strings."""
        for key in keys:
            value = tree.get(key)
            if value is None or value.is_null:
                continue
            if not value.is_mapping:
                if not _is_template(value):
                    yield self.problem(f"`{key}` must be a mapping", value, subject)
                continue
            yield from self._repeated_keys(value, subject)
            for name, entry in value.entries():
                if entry.scalar is None:
                    yield self.problem(f"`{key}.{name.scalar}` must be a string", entry, subject)
                if name.scalar == "__name__" and key == "labels":
                    yield self.problem("label `__name__` would rename the metric: that is refused", name, subject)
                elif not name.scalar:
                    yield self.problem(f"a name under `{key}` is empty", name, subject)

    def _keys(self, tree: Tree, known: frozenset[str], what: str, subject: str | None) -> Iterator[Node]:
        yield from self._repeated_keys(tree, subject)
        for key, _ in tree.entries():
            if key.scalar is not None and key.scalar not in known:
                yield self.problem(f"{what} has no key `{key.scalar}`", key, subject)

    def _repeated_keys(self, tree: Tree, subject: str | None) -> Iterator[Node]:
        for later, first in tree.duplicates():
            message = f"key `{later.value}` is given twice (first on line {first.region().start.line})"
            at = Location(self.source, subject, later.region())
            yield Unparsable(at=at, lines=tree.lines, kind=KIND, problem=message)

    def _durations(self, tree: Tree, keys: tuple[str, ...], subject: str | None) -> Iterator[Node]:
        for key in keys:
            value = tree.get(key)
            if value is None or value.is_null or _is_template(value):
                continue
            if value.scalar is None or seconds(value.scalar) is None:
                yield self.problem(f"`{key}: {value.scalar or '…'}` is no duration", value, subject)


def _is_template(tree: Tree) -> bool:
    """Whether Helm or the like has yet to fill it in."""
    return tree.scalar is not None and "{{" in tree.scalar


def _is_count(tree: Tree) -> bool:
    """A number that is not quoted; like Prometheus, one with a fraction is let through."""
    if tree.is_null or _is_template(tree):
        return True
    if tree.scalar is None or tree.is_string or len(tree.scalar) > _MOST_DIGITS:
        return False
    return tree.scalar.lstrip("+-").replace("_", "").replace(".", "", 1).isdigit()
