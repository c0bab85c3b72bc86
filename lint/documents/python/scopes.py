"""Scopes, names and suites of a module: what a name may be bound to at a place, and what is known to hold there."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

import libcst as cst

from ...record import Record
from ..binding import LATEST, How


@dataclass(slots=True, eq=False)
class Handler:
    """An `except` clause."""

    name: str | None
    types: tuple[cst.BaseExpression, ...]
    reraises: bool = False
    keeps: bool = False
    """Whether it hands the exception to something: a tracker, a future, a caller, another log call."""

    told: set[int] = field(default_factory=set)
    """The calls in it that log the exception's text."""


@dataclass(slots=True, eq=False)
class Block:
    """A suite of statements."""

    parent: Block | None
    start: int
    arm: tuple[int, int] | None = None
    """The statement it belongs to and which of its alternatives it is: two arms of one `if` exclude each other."""

    loop: bool = False
    handler: Handler | None = None
    tests: tuple[tuple[cst.BaseExpression, bool], ...] = ()
    """Conditions that held on entry, or did not."""

    matched: cst.BaseExpression | None = None
    """The subject of a `match`, in a `case` for constants."""

    leaves: bool = False
    """Whether it ends by `return`, `raise`, `continue` or `break`."""

    end: int = 0
    guards: list[tuple[int, cst.BaseExpression, Block]] = field(default_factory=list)
    """`if` statements in it: their order, condition and body."""

    def ancestors(self) -> Iterator[Block]:
        """The block itself, then the ones around it, innermost first."""
        block: Block | None = self
        while block is not None:
            yield block
            block = block.parent


@dataclass(slots=True, eq=False)
class Definition:
    """One binding of a name."""

    name: str
    how: How
    site: Site
    value: cst.BaseExpression | None = None
    path: tuple[int, ...] = ()
    """For `a, (b, c) = value`: which element of which element."""

    target: str | None = None
    """For an import: the dotted path."""

    scope: Scope | None = None
    """For a function or class: its own scope."""

    annotation: cst.BaseExpression | None = None


@dataclass(slots=True, eq=False)
class Mutation:
    """`name[key] = value`, `name.update(…)`, `name.append(…)`: what is put into a container after it was made."""

    how: str
    args: tuple[cst.Arg, ...]
    key: cst.BaseExpression | None
    value: cst.BaseExpression | None
    site: Site


@dataclass(slots=True, eq=False)
class Scope:
    """A module, a class or a function."""

    kind: str
    """`module`, `class` or `function`."""

    name: str
    parent: Scope | None
    node: cst.CSTNode
    owner: Scope | None = None
    """The class that a method belongs to."""

    definitions: dict[str, list[Definition]] = field(default_factory=dict)
    attributes: dict[str, list[Definition]] = field(default_factory=dict)
    """Of a class: what its methods assign to `self`."""

    mutations: dict[str, list[Mutation]] = field(default_factory=dict)
    parameters: tuple[cst.Param, ...] = ()
    star: str | None = None
    double_star: str | None = None
    returns: list[tuple[cst.BaseExpression, Site]] = field(default_factory=list)
    yields: list[tuple[cst.BaseExpression, Site]] = field(default_factory=list)
    decorators: tuple[cst.BaseExpression, ...] = ()
    bases: tuple[cst.BaseExpression, ...] = ()
    shared: set[str] = field(default_factory=set)
    """Names declared `global` or `nonlocal`."""

    @property
    def receiver(self) -> str | None:
        """What a method calls its object: `self`, mostly."""
        if self.owner is None or not self.parameters or self.is_static:
            return None
        return self.parameters[0].name.value

    @property
    def is_static(self) -> bool:
        """Whether it is a method without a receiver."""
        return any(isinstance(one, cst.Name) and one.value == "staticmethod" for one in self.decorators)

    def chain(self) -> Iterator[Scope]:
        """The scopes in which a name is looked up, in order: a class body is seen from itself only."""
        yield self
        scope = self.parent
        while scope is not None:
            if scope.kind != "class":
                yield scope
            scope = scope.parent

    def define(self, one: Definition) -> None:
        """Binds a name; one of the module where the scope declares it `global`, or `nonlocal`."""
        home = self
        while one.name in self.shared and home.parent is not None:
            home = home.parent
        home.definitions.setdefault(one.name, []).append(one)

    def enclosing(self, kind: str) -> Scope | None:
        """The nearest scope of a kind, from this one outwards."""
        scope: Scope | None = self
        while scope is not None and scope.kind != kind:
            scope = scope.parent
        return scope


class Frame(Record, eq=False):
    """A call that is being followed: which expressions its function's parameters stand for."""

    scope: Scope
    arguments: dict[str, Argument]
    outer: Frame | None = None
    depth: int = 0


class Argument(Record, eq=False):
    """
    What a parameter stands for in a call that is followed.

    One expression, or, for `*args` and `**kwargs`, the arguments that they collect.
    """

    value: cst.BaseExpression | None
    site: Site
    collected: tuple[cst.Arg, ...] = ()


class Site(Record, eq=False):
    """A place at which an expression is looked at."""

    scope: Scope
    block: Block
    order: int
    frame: Frame | None = None

    def within(self, frame: Frame | None) -> Site:
        """The same place, in a call that is being followed."""
        return Site(self.scope, self.block, self.order, frame)


def bindings(name: str, site: Site) -> tuple[Definition, ...]:
    """The definitions that may be the one which a name refers to at a place."""
    for scope in site.scope.chain():
        found = scope.definitions.get(name)
        if found is None or name in scope.shared:
            continue
        if scope is site.scope and (scope.kind == "function" or len(found) > 1):
            return _reaching(found, site)
        return tuple(found)
    return ()


def _reaching(found: list[Definition], site: Site) -> tuple[Definition, ...]:
    """Those of a name's definitions, in order, that no later one on the way to the site replaces."""
    around = dict.fromkeys(site.block.ancestors())
    arms = dict(block.arm for block in around if block.arm)
    nearest: Definition | None = None
    for one in found:
        if one.site.order <= site.order and one.site.block in around and one.how is not How.AUGMENTED:
            nearest = one
    since = nearest.site.order if nearest else -1
    reaching = [one for one in found if since <= one.site.order <= site.order and _arrives(one, around, arms)]
    loop = next((block for block in around if block.loop), None)
    if loop is not None and since < loop.start:
        reaching += [one for one in found if site.order < one.site.order <= loop.end]
    return tuple(reaching) or tuple(found)


def _arrives(one: Definition, around: Collection[Block], arms: Mapping[int, int]) -> bool:
    """
    Whether control can go from a definition to a site: not from another arm, and not from one that leaves.

    `around` are the blocks around the site, `arms` the alternatives that these are.
    """
    for block in one.site.block.ancestors():
        if block in around:
            return True
        if block.leaves:
            return False
        if block.arm and arms.get(block.arm[0], block.arm[1]) != block.arm[1]:
            return False
    return True


@dataclass(slots=True)
class Outline:
    """What one walk over a module found."""

    module: Scope
    root: Block
    calls: list[tuple[cst.Call, Site]] = field(default_factory=list)
    functions: list[Scope] = field(default_factory=list)
    classes: list[Scope] = field(default_factory=list)
    parents: dict[int, cst.Call] = field(default_factory=dict)
    """For a call whose result is called upon, as in `X.labels(…).inc()`: the outer call."""

    def outside(self, scope: Scope) -> Site:
        """A place at the end of the file, from which what is around a scope is seen."""
        return Site(scope.parent or scope, self.root, LATEST)
