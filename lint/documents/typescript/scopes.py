"""Scopes, names and blocks of a module: what a name may be bound to at a place, and what is known to hold there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ...record import Record
from ..binding import How
from .tree import Node, leaves


@dataclass(slots=True, eq=False)
class Block:
    """A suite of statements, or an arm of a condition."""

    parent: Block | None
    node: Node
    tests: tuple[tuple[Node, bool], ...] = ()
    """Conditions that held on entry, or did not."""

    matched: Node | None = None
    """For a `case` of constants: what the `switch` is on."""

    handler: Node | None = None
    """The `catch` clause that it is the body of."""

    loop: bool = False
    guards: list[tuple[Node, Node]] = field(default_factory=list)
    """`if` statements in it without an `else`: the condition and the body."""

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
    value: Node | None = None
    path: tuple[str | int, ...] = ()
    """For `{a: [b]} = value`: which property of which element."""

    target: str | None = None
    """For an import: the module and the name in it, `prom-client.Counter`; `prom-client` for all of it."""

    scope: Scope | None = None
    """For a function or class: its own scope."""

    annotation: Node | None = None
    default: Node | None = None
    exported: bool = False


@dataclass(slots=True, eq=False)
class Parameter:
    """A parameter as it stands in its list."""

    pattern: Node
    annotation: Node | None = None
    default: Node | None = None
    decorators: tuple[Node, ...] = ()
    rest: bool = False
    kept: bool = False
    """Whether TypeScript makes a field of it, in a constructor: `constructor(private readonly log: Logger)`."""


@dataclass(slots=True, eq=False)
class Scope:
    """A module, a class, an object literal or a function."""

    kind: str
    """`module`, `class` or `function`."""

    name: str
    parent: Scope | None
    node: Node
    owner: Scope | None = None
    """The class that a method belongs to."""

    definitions: dict[str, list[Definition]] = field(default_factory=dict)
    members: dict[str, list[Definition]] = field(default_factory=dict)
    """Of a class: its methods, its fields, and what its methods assign to `this`."""

    mutations: dict[str, list[tuple[Node, Node, Site]]] = field(default_factory=dict)
    """`name[key] = value` and `name.key = value`: what is put into an object after it was made."""

    parameters: tuple[Parameter, ...] = ()
    returns: list[tuple[Node, Site]] = field(default_factory=list)
    callee: Node | None = None
    """For a function that is an argument: the call that it is handed to."""

    exported: bool = False

    def chain(self) -> Iterator[Scope]:
        """The scopes in which a name is looked up, in order."""
        scope: Scope | None = self
        while scope is not None:
            yield scope
            scope = scope.parent

    def home_of(self, name: str) -> Scope:
        """The nearest scope that binds a name; this one where none does."""
        return next((one for one in self.chain() if name in one.definitions), self)

    def define(self, one: Definition) -> None:
        """Binds a name."""
        self.definitions.setdefault(one.name, []).append(one)

    def hold(self, one: Definition) -> None:
        """Binds a member of a class."""
        self.members.setdefault(one.name, []).append(one)

    def enclosing_function(self) -> Scope | None:
        """The function around, this one included."""
        return next((one for one in self.chain() if one.kind == "function"), None)


class Argument(Record, eq=False):
    """What a parameter stands for in a call that is followed: `value`, and the way into it."""

    value: Node | None
    site: Site


class Frame(Record, eq=False):
    """A call that is being followed: which arguments its function's parameters stand for, by position."""

    scope: Scope
    arguments: tuple[Argument, ...]
    outer: Frame | None = None
    depth: int = 0


class Site(Record, eq=False):
    """A place at which an expression is looked at; the order is its byte in the file."""

    scope: Scope
    block: Block
    order: int
    frame: Frame | None = None

    def within(self, frame: Frame | None) -> Site:
        """The same place, in a call that is being followed."""
        return Site(self.scope, self.block, self.order, frame)


@dataclass(slots=True, eq=False)
class Outline:
    """What one walk over a module found."""

    module: Scope
    root: Block
    calls: list[tuple[Node, Site]] = field(default_factory=list)
    """Calls and `new` expressions, in the order of the source."""

    functions: dict[int, Scope] = field(default_factory=dict)
    """By the id of the function's node."""

    classes: list[Scope] = field(default_factory=list)
    parents: dict[int, Node] = field(default_factory=dict)
    """For a call whose result is called upon, as in `x.labels(…).inc()`: the outer call."""

    mentions: dict[str, int] = field(default_factory=dict)
    """How often each name is read."""

    errors: list[Node] = field(default_factory=list)
    catches: list[tuple[Node, Site]] = field(default_factory=list)


def bindings(name: str, site: Site) -> tuple[Definition, ...]:
    """The definitions that may be the one which a name refers to at a place."""
    for scope in site.scope.chain():
        found = scope.definitions.get(name)
        if found is None:
            continue
        if len(found) == 1 or scope is not site.scope:
            return tuple(found)
        return _reaching(found, site)
    return ()


def frame_for(frame: Frame | None, scope: Scope) -> Frame | None:
    """The innermost call being followed whose function is `scope`."""
    while frame is not None and frame.scope is not scope:
        frame = frame.outer
    return frame


def _reaching(found: list[Definition], site: Site) -> tuple[Definition, ...]:
    """Those of a name's definitions, in order, that no later one on the way to the site replaces."""
    around = set(map(id, site.block.ancestors()))
    in_loop = any(block.loop for block in site.block.ancestors())
    last = -1
    for one in found:
        if one.site.order < site.order and id(one.site.block) in around and one.how is not How.AUGMENTED:
            last = one.site.order
    reaching = [
        one
        for one in found
        if _arrives(one, around) and (last <= one.site.order < site.order or (in_loop and one.site.order >= site.order))
    ]
    return tuple(reaching) or tuple(found)


def _arrives(one: Definition, around: set[int]) -> bool:
    """Whether control can go on from a definition: not where the block that it stands in leaves."""
    for block in one.site.block.ancestors():
        if id(block) in around:
            return True
        if leaves(block.node):
            return False
    return True
