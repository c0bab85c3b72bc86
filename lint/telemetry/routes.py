"""
The way of an alert through a routing tree: which receivers it reaches certainly, which possibly, and why.

An alert is what is known of its labels: a label may have a value, one of several, none, or be unknown.
The walk is Alertmanager's (https://prometheus.io/docs/alerting/latest/configuration/#route): an alert
goes to the first route that matches, and to the next ones where a route continues; where none below a
route matches, the route itself takes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import StrEnum
from functools import lru_cache
from typing import Generic, TypeVar

from .. import re2
from ..nodes import Matcher, MatchOp, Route
from ..record import Record, field

T = TypeVar("T")

Values = frozenset[str]
"""The values that a label may have; the empty string stands for «does not have it», as in Alertmanager."""

ABSENT: Values = frozenset([""])


class Verdict(StrEnum):
    """Whether something holds of an alert of which not all is known."""

    YES = "yes"
    NO = "no"
    MAYBE = "maybe"


class Labels(Record):
    """What is known of an alert's labels. `others` are the values of every label that is not in `known`."""

    known: Mapping[str, Values | None] = field(default_factory=dict)
    others: Values | None = None

    @classmethod
    def exactly(cls, labels: Mapping[str, str]) -> Labels:
        """An alert with these labels and no others."""
        return cls({name: frozenset([value]) for name, value in labels.items()}, ABSENT)

    def values(self, label: str) -> Values | None:
        """What a label may be; None where it may be anything."""
        return self.known.get(label, self.others)


class Alike(Generic[T]):
    """An answer about alerts, found once for all that the labels which are asked for do not tell apart."""

    def __init__(self, asked: Iterable[str], answer: Callable[[Labels], T]) -> None:
        self.asked = frozenset(asked)
        self._answer = answer
        self._known: dict[tuple[Values | None, ...], T] = {}

    def __call__(self, labels: Labels) -> T:
        """The answer about an alert with such labels."""
        alike = tuple(map(labels.values, self.asked))
        if alike not in self._known:
            self._known[alike] = self._answer(labels)
        return self._known[alike]


class Step(Record):
    """
    A route that was looked at.

    `met` says of each matcher whether it holds; `certain` whether the alert surely comes this far;
    `takes` whether this route itself notifies; `blocker` is the route before it that may have ended the search.
    """

    route: Route
    met: tuple[tuple[Matcher, Verdict], ...]
    verdict: Verdict
    certain: bool
    takes: Verdict = Verdict.NO
    steps: tuple[Step, ...] = ()
    blocker: Route | None = None


class Arrival(Record):
    """A route that notifies of the alert, and the steps that led there, the root first."""

    steps: tuple[Step, ...]
    certain: bool

    @property
    def route(self) -> Route:
        """The route that notifies."""
        return self.steps[-1].route

    @property
    def receiver(self) -> str | None:
        """The receiver that is notified; None where another file names it."""
        return self.route.target


def asked_by(root: Route) -> frozenset[str]:
    """The labels on which it depends where an alert goes."""
    return frozenset(matcher.label.value for route in root.walk() for matcher in route.matchers)


def walk(root: Route, labels: Labels) -> Step:
    """The routes that an alert with such labels passes, as a tree."""
    return _enter(root, _judge(root.matchers, labels), labels, certain=True, blocker=None)


def arrivals(step: Step, above: tuple[Step, ...] = ()) -> Iterator[Arrival]:
    """Where the alert ends up."""
    path = (*above, step)
    for below in step.steps:
        yield from arrivals(below, path)
    if step.takes is not Verdict.NO:
        yield Arrival(path, step.certain and step.verdict is Verdict.YES and step.takes is Verdict.YES)


def receivers(root: Route, labels: Labels) -> dict[str, bool]:
    """The receivers that are reached, by name, and whether that is certain."""
    reached: dict[str, bool] = {}
    for arrival in arrivals(walk(root, labels)):
        if arrival.receiver is not None:
            reached[arrival.receiver] = reached.get(arrival.receiver, False) or arrival.certain
    return reached


def judge(matcher: Matcher, labels: Labels) -> Verdict:
    """Whether a matcher holds of the alert."""
    values = labels.values(matcher.label.value)
    if values is None:
        return _of_anything(matcher.op, matcher.value.value)
    verdicts = {holds(matcher.op, matcher.value.value, value) for value in values}
    if verdicts == {True}:
        return Verdict.YES
    return Verdict.NO if verdicts == {False} else Verdict.MAYBE


@lru_cache(maxsize=65536)
def holds(op: MatchOp, wanted: str, value: str) -> bool | None:
    """Whether a value meets a matcher; None where its regular expression cannot be judged."""
    match op:
        case MatchOp.EQUAL:
            return value == wanted
        case MatchOp.NOT_EQUAL:
            return value != wanted
    regex = re2.regex(wanted)
    if not isinstance(regex, re2.Regex):
        return None
    return regex.matches(value) is (op is MatchOp.REGEX)


def compatible(matchers: Iterable[Matcher], refused: Iterable[Matcher] = ()) -> bool | None:
    """
    Whether some alert meets all of these matchers, and none of `refused`; None where that cannot be told.

    Labels are independent: it is enough to look at each label that has a matcher.
    """
    by_label: dict[str, tuple[list[re2.Regex], list[re2.Regex]]] = {}
    for matcher, negate in [*((one, False) for one in matchers), *((one, True) for one in refused)]:
        regex = _regex(matcher)
        if regex is None:
            return None
        wanted, unwanted = by_label.setdefault(matcher.label.value, ([], []))
        positive = (matcher.op in (MatchOp.EQUAL, MatchOp.REGEX)) is not negate
        (wanted if positive else unwanted).append(regex)
    verdicts = [re2.satisfiable(tuple(wanted), tuple(unwanted)) for wanted, unwanted in by_label.values()]
    if False in verdicts:
        return False
    return None if None in verdicts else True


def covers(wide: Iterable[Matcher], narrow: tuple[Matcher, ...]) -> bool:
    """
    Whether every alert that meets the narrow matchers surely meets the wide ones.

    The narrow ones are to be met by some alert at all. Every pair of siblings is asked about, which in a tree of
    hundreds are a hundred thousand: most routes want one value, and need no automaton.
    """
    return all(_implied(matcher, narrow) for matcher in wide)


def _implied(matcher: Matcher, known: tuple[Matcher, ...]) -> bool:
    """Whether a matcher surely holds of what meets the others; labels are independent: those of its own decide."""
    own = [one for one in known if one.label.value == matcher.label.value]
    for one in own:
        if one.op is MatchOp.EQUAL:
            return holds(matcher.op, matcher.value.value, one.value.value) is True
    return compatible(own, [matcher]) is False


def _regex(matcher: Matcher) -> re2.Regex | None:
    if matcher.op in (MatchOp.EQUAL, MatchOp.NOT_EQUAL):
        return re2.literal(matcher.value.value)
    regex = re2.regex(matcher.value.value)
    return regex if isinstance(regex, re2.Regex) else None


def _of_anything(op: MatchOp, wanted: str) -> Verdict:
    """Whether a matcher holds whatever the label is, as `=~".*"` does."""
    regex = re2.regex(wanted) if op in (MatchOp.REGEX, MatchOp.NOT_REGEX) else None
    if isinstance(regex, re2.Regex) and re2.satisfiable((), (regex,)) is False:
        return Verdict.YES if op is MatchOp.REGEX else Verdict.NO
    return Verdict.MAYBE


def _judge(matchers: tuple[Matcher, ...], labels: Labels) -> tuple[tuple[Matcher, Verdict], ...]:
    return tuple((matcher, judge(matcher, labels)) for matcher in matchers)


def _together(verdicts: Iterable[Verdict]) -> Verdict:
    known = set(verdicts)
    if Verdict.NO in known:
        return Verdict.NO
    return Verdict.MAYBE if Verdict.MAYBE in known else Verdict.YES


def _any(verdicts: Iterable[Verdict]) -> Verdict:
    return _NEGATED[_together(_NEGATED[verdict] for verdict in verdicts)]


_NEGATED = {Verdict.YES: Verdict.NO, Verdict.NO: Verdict.YES, Verdict.MAYBE: Verdict.MAYBE}


def _enter(
    route: Route,
    met: tuple[tuple[Matcher, Verdict], ...],
    labels: Labels,
    *,
    certain: bool,
    blocker: Route | None,
) -> Step:
    verdict = _together(verdict for _, verdict in met)
    if verdict is Verdict.NO:
        return Step(route, met, verdict, certain, blocker=blocker)
    here = certain and verdict is Verdict.YES
    steps: list[Step] = []
    sure, stopper = here, None
    for child in route.routes:
        step = _enter(child, _judge(child.matchers, labels), labels, certain=sure, blocker=stopper)
        steps.append(step)
        if step.verdict is Verdict.NO or child.continue_ is not None:
            continue
        if step.verdict is Verdict.YES:
            break
        sure, stopper = False, child
    takes = _NEGATED[_any(step.verdict for step in steps)]
    return Step(route, met, verdict, certain, takes, tuple(steps), blocker)
