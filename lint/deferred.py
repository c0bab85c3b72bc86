"""
Rules that are loaded when they are first needed.

Loading all of them takes longer than checking a file does, and most have nothing to say about it. What must be known of
a rule before it looks at anything is noted in the user's cache folder, for as long as obsaudit's own code stays the
same; a run without a cache, or the first one with new code, loads them all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from pathlib import Path

from .record import Record, field, names_of, replace
from .rule import Rule


class Deferred(Record):
    """A rule as far as it is known without its module."""

    id: str
    module: str
    name: str
    """The name of its class in the module."""

    opinionated: bool
    needs_all: bool
    hooks: tuple[str, ...]
    subjects: frozenset[str]
    option_names: tuple[str, ...]
    given: Mapping[str, object] = field(default_factory=dict)
    """Options that are not the rule's own defaults."""

    @classmethod
    def of(cls, rule: Rule) -> Deferred:
        """What is noted of a rule that has its default options."""
        kind = type(rule)
        hooks = tuple(sorted(rule.hooks))
        facts = (rule.opinionated, rule.needs_all, hooks, rule.subjects, names_of(kind))
        return cls(rule.id, kind.__module__, kind.__name__, *facts)

    def with_options(self, options: Mapping[str, object]) -> Deferred:
        """The same rule with other options."""
        return replace(self, given={**self.given, **options})

    def load(self) -> Rule:
        """The rule itself."""
        rule: Rule = getattr(import_module(self.module), self.name)(**self.given)
        return rule


AnyRule = Rule | Deferred
"""What can be configured and selected; `load` makes a rule of it that looks at nodes."""


def deferred(rules: Callable[[], Iterable[Rule]], folder: Path | None, stamp: str) -> tuple[AnyRule, ...]:
    """
    What is noted of all rules, or else the rules, which are then noted.

    `folder` is the cache's, None for a run without; `stamp` changes whenever obsaudit's own code does.
    """
    from .cache import Cache  # which stands on the documents, and these on settings

    cache = Cache(folder, stamp)
    # No path of a file holds a null.
    key = cache.key(b"", "\0rules")
    known = cache.get(key)
    if isinstance(known, tuple) and known and all(isinstance(one, Deferred) for one in known):
        return known
    found = tuple(rules())
    cache.put(key, tuple(map(Deferred.of, found)))
    return found
