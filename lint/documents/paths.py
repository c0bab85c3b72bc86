"""
The paths through a function, as far as the life of one thing matters: where it is ended, and where control leaves.

Each language turns its statements into these steps; what follows from them is decided here once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Generic, TypeVar

from ..nodes import Ending
from ..record import Record

N = TypeVar("N")
"""The language's node of syntax."""


class Exit(Enum):
    """How control leaves."""

    RETURN = auto()
    RAISE = auto()
    BREAK = auto()


class Do(Record, Generic[N]):
    """A statement or an expression: may it raise, does it start or end the thing, does it hand the thing on?"""

    at: N
    raises: bool = False
    starts: bool = False
    ends: bool = False
    escapes: bool = False


class Leave(Record, Generic[N]):
    """`return`, `throw`, `break`, `continue`."""

    at: N
    how: Exit


class Call(Record, Generic[N]):
    """The body of a function that is called here and now: it returns to where it was called."""

    body: Sequence[Action[N]]


class Branch(Record, Generic[N]):
    """One of several ways, of which one is taken."""

    arms: tuple[Sequence[Action[N]], ...]


class Loop(Record, Generic[N]):
    """A body that runs any number of times, or at least once."""

    body: Sequence[Action[N]]
    once: bool = False


class Try(Record, Generic[N]):
    """A body, what catches, and what runs in any case."""

    body: Sequence[Action[N]]
    handlers: tuple[Sequence[Action[N]], ...]
    catches_all: bool
    otherwise: Sequence[Action[N]] = ()
    final: Sequence[Action[N]] = ()


Action = Do[N] | Leave[N] | Call[N] | Branch[N] | Loop[N] | Try[N]


class Flow(Record, Generic[N]):
    """What may be after some steps: ended or not where they are done, and on each way out."""

    after: frozenset[bool]
    """Whether nothing is open, where control goes on; empty where it never does."""

    out: tuple[tuple[Exit, bool, N], ...] = ()
    """Ways out, whether the thing was ended on them, and where they leave."""

    escapes: bool = False
    ends: bool = False
    """Whether anything in the steps ends it at all."""


@dataclass(slots=True)
class _Sum(Generic[N]):
    after: set[bool] = field(default_factory=set)
    out: dict[tuple[Exit, bool], N] = field(default_factory=dict)
    escapes: bool = False
    ends: bool = False

    def add(self, flow: Flow[N], *, ways: bool = True) -> None:
        """Takes over what another flow says; its ways out only where they are not caught."""
        self.escapes |= flow.escapes
        self.ends |= flow.ends
        for how, ended, at in flow.out if ways else ():
            self.out.setdefault((how, ended), at)

    def flow(self) -> Flow[N]:
        """The sum as a value."""
        out = tuple((how, ended, at) for (how, ended), at in self.out.items())
        return Flow(frozenset(self.after), out, self.escapes, self.ends)


def run(actions: Sequence[Action[N]], before: frozenset[bool]) -> Flow[N]:
    """What may be after steps that begin with the thing ended or not."""
    total: _Sum[N] = _Sum()
    state = before
    for action in actions:
        if not state:
            break
        flow = _step(action, state)
        total.add(flow)
        state = flow.after
    total.after = set(state)
    return total.flow()


def _step(action: Action[N], before: frozenset[bool]) -> Flow[N]:
    match action:
        case Do():
            out = tuple((Exit.RAISE, ended, action.at) for ended in before) if action.raises else ()
            after = frozenset({action.ends}) if action.ends or action.starts else before
            return Flow(after, out, action.escapes, action.ends)
        case Leave():
            return Flow(frozenset(), tuple((action.how, ended, action.at) for ended in before))
        case Call():
            return _call(action, before)
        case Branch():
            return _branch(action, before)
        case Loop():
            return _loop(action, before)
        case Try():
            return _try(action, before)


def _call(action: Call[N], before: frozenset[bool]) -> Flow[N]:
    flow = run(action.body, before)
    total: _Sum[N] = _Sum()
    total.add(flow)
    total.after = set(flow.after) | {ended for how, ended, _ in flow.out if how is Exit.RETURN}
    total.out = {key: at for key, at in total.out.items() if key[0] is Exit.RAISE}
    return total.flow()


def _branch(action: Branch[N], before: frozenset[bool]) -> Flow[N]:
    total: _Sum[N] = _Sum()
    for arm in action.arms:
        flow = run(arm, before)
        total.add(flow)
        total.after |= flow.after
    return total.flow()


def _loop(action: Loop[N], before: frozenset[bool]) -> Flow[N]:
    flow = run(action.body, before)
    again = run(action.body, before | flow.after)
    total: _Sum[N] = _Sum()
    total.add(again)
    total.after = set(again.after) | (set() if action.once else set(before))
    for (how, ended), _ in list(total.out.items()):
        if how is Exit.BREAK:
            total.after.add(ended)
            del total.out[how, ended]
    return total.flow()


def _try(action: Try[N], before: frozenset[bool]) -> Flow[N]:
    body = run([*action.body, *action.otherwise], before)
    inner: _Sum[N] = _Sum()
    inner.add(body, ways=False)
    inner.after = set(body.after)
    raised = frozenset(ended for how, ended, _ in body.out if how is Exit.RAISE)
    for how, ended, at in body.out:
        if how is not Exit.RAISE or not (action.handlers and action.catches_all):
            inner.out.setdefault((how, ended), at)
    for handler in action.handlers if raised else ():
        flow = run(handler, raised)
        inner.add(flow)
        inner.after |= flow.after
    return _finally(inner, action.final) if action.final else inner.flow()


def _finally(inner: _Sum[N], final: Sequence[Action[N]]) -> Flow[N]:
    """What runs in any case, on the way on and on each way out."""
    total: _Sum[N] = _Sum()
    total.escapes, total.ends = inner.escapes, inner.ends
    if inner.after:
        flow = run(final, frozenset(inner.after))
        total.add(flow)
        total.after = set(flow.after)
    for (how, ended), at in inner.out.items():
        flow = run(final, frozenset({ended}))
        total.add(flow)
        for after in flow.after:
            total.out.setdefault((how, after), at)
    if not inner.after and not inner.out:
        total.add(run(final, frozenset({False})))
    return total.flow()


class Verdict(Record, Generic[N]):
    """On which paths the thing is ended, and where one leaves on which it is not."""

    ending: Ending
    leak: N | None = None


def verdict(actions: Sequence[Action[N]], open_at_first: bool) -> Verdict[N]:
    """What follows from all the paths together."""
    flow = run(actions, frozenset({not open_at_first}))
    returned = next((at for how, ended, at in flow.out if how is not Exit.RAISE and not ended), None)
    raised = next((at for how, ended, at in flow.out if how is Exit.RAISE and not ended), None)
    if not flow.ends:
        return Verdict(Ending.UNKNOWN if flow.escapes else Ending.NEVER)
    if returned is not None or False in flow.after:
        return Verdict(Ending.NOT_ON_RETURN, returned)
    return Verdict(Ending.ALWAYS) if raised is None else Verdict(Ending.NOT_ON_EXCEPTION, raised)
