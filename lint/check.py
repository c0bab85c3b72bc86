"""Nodes and rules become findings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from functools import partial
from pathlib import PurePath

from .answers import Answers
from .deferred import AnyRule
from .finding import Finding, Location
from .nodes import CrashedRule, Node
from .profile import Profile
from .project import Project
from .region import Position, Region
from .rule import Rule

Hook = Callable[[Node], Iterator[Finding]]


class Checker:
    """Hands each node to the rules that look at its kind."""

    def __init__(self, rules: Sequence[AnyRule], profile: Profile | None = None) -> None:
        self.rules = tuple(rules)
        self._profile = profile
        self._loaded: dict[str, Rule] = {}
        self._hooks: dict[str, list[tuple[Rule, Hook]]] = {}
        self.crashes: Counter[str] = Counter()
        """How often each rule raised: what it would have found is not known."""

        self._project = [rule for rule in rules if "check_project" in rule.hooks]

    def load(self) -> None:
        """Loads every rule, where it is known that most will be needed."""
        for rule in self.rules:
            self._load(rule)

    @property
    def looks_at_projects(self) -> bool:
        """Whether any rule asks for all nodes together."""
        return bool(self._project)

    @property
    def needing_all(self) -> frozenset[str]:
        """The rules that have nothing to say about single files."""
        return frozenset(rule.id for rule in self._project if rule.needs_all)

    def nodes(self, nodes: Iterable[Node]) -> Iterator[Finding]:
        """The findings of all rules about these nodes, one by one."""
        for node in nodes:
            for rule, hook in self._hooks_of(node.hook):
                yield from self._safely(rule, partial(hook, node), node.at)

    def project(self, project: Project, answers: Answers | None = None, *, whole: bool = True) -> Iterator[Finding]:
        """
        The findings of the rules that look at all nodes together; `whole` when no file was left out.

        A rule whose answer is known is not asked.
        """
        for rule in self._project:
            if (rule.needs_all and not whole) or not rule.subjects <= project.kinds:
                continue
            known = answers.of(rule.id) if answers is not None else None
            if known is not None:
                yield from known
                continue
            nowhere = Location("project", None, None)
            loaded, crashes = self._load(rule), self.crashes.total()
            project.asked.clear()
            found = self._safely(loaded, partial(loaded.check_project, project), nowhere)
            # A rule that raised may not raise the next time; and the run has to know that it did.
            if answers is not None and self.crashes.total() == crashes:
                answers.keep(rule.id, project.asked, tuple(found))
            yield from found

    def _hooks_of(self, name: str) -> list[tuple[Rule, Hook]]:
        """The rules that look at one kind of node, loaded when there is the first one."""
        hooks = self._hooks.get(name)
        if hooks is None:
            rules = (self._load(rule) for rule in self.rules if name in rule.hooks)
            hooks = self._hooks[name] = [(rule, getattr(rule, name)) for rule in rules]
        return hooks

    def _load(self, rule: AnyRule) -> Rule:
        loaded = self._loaded.get(rule.id)
        if loaded is None:
            loaded = self._loaded[rule.id] = rule.load()
        return loaded

    def _safely(self, rule: Rule, ask: Callable[[], Iterator[Finding]], at: Location) -> list[Finding]:
        """A rule's answer; where it raises, what it found till then, and a finding about the rule."""
        found: list[Finding] = []
        try:
            with self._profile.rule(rule.id) if self._profile is not None else nullcontext():
                found.extend(ask())
        except Exception as error:  # a rule may raise anything, and the other rules still have their say
            self.crashes[rule.id] += 1
            crash = CrashedRule(at=at, lines=_lines(at), rule=rule.id, error=describe(error))
            found.extend(finding for _, hook in self._hooks_of(crash.hook) for finding in hook(crash))
        return found


def _lines(at: Location) -> tuple[int, int]:
    region = at.region or Region(Position(1, 1), Position(1, 1))
    return region.start.line, region.end.line


def describe(error: Exception) -> str:
    """An exception in a line: its class and message, and the line that raised it."""
    import traceback

    frames = traceback.extract_tb(error.__traceback__)
    where = f" ({PurePath(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}: {error}{where}"
