"""
Templates of notifications: which annotations of the alerts they read.

They are Go templates as alerts have them, with other data and some functions of Alertmanager's own
(prometheus.io/docs/alerting/latest/notifications).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from .. import gotemplate
from ..gotemplate.tree import (
    Access,
    Action,
    Branch,
    Call,
    Command,
    Constant,
    Definition,
    Function,
    Node,
    Operand,
    Pipeline,
)
from ..record import Record

FUNCTIONS = frozenset(
    "toUpper toLower title trimSpace join match safeHtml safeUrl urlUnescape reReplaceAll stringSlice date tz since"
    " humanizeDuration toJson list append dict routeLabels".split()
)
_HOLDERS = ("Annotations", "CommonAnnotations")
_METHODS = frozenset(["Names", "Remove", "SortedPairs", "String", "Values"])
# These give something else when the annotation is missing.
_CHOOSING = frozenset(["and", "not", "or"])


class AnnotationRead(Record):
    """
    An annotation that is read at `text[start:end]`.

    `guarded` when the template asks whether it is there, or has something else to say.
    """

    name: str
    start: int
    end: int
    guarded: bool


@lru_cache(maxsize=1024)
def annotations_read(text: str) -> tuple[AnnotationRead, ...]:
    """Every annotation that a template reads by name; nothing where it cannot be read."""
    if not any(holder in text for holder in _HOLDERS):
        return ()
    template = gotemplate.parse(text, FUNCTIONS)
    if isinstance(template, gotemplate.TemplateProblem):
        return ()
    return tuple(_nodes(template.nodes, frozenset()))


def _nodes(nodes: tuple[Node, ...], asked: frozenset[str]) -> Iterator[AnnotationRead]:
    for node in nodes:
        match node:
            case Action(pipeline=pipeline) | Call(pipeline=Pipeline() as pipeline):
                yield from _pipeline(pipeline, asked, guarded=False)
            case Branch():
                tests = node.keyword != "range"
                reads = tuple(_pipeline(node.pipeline, asked, guarded=tests))
                yield from reads
                names = frozenset(read.name for read in reads) if tests else frozenset()
                yield from _nodes(node.body, asked | names)
                yield from _nodes(node.otherwise, asked | names)
            case Definition(body=body):
                yield from _nodes(body, asked)


def _pipeline(pipeline: Pipeline, asked: frozenset[str], *, guarded: bool) -> Iterator[AnnotationRead]:
    for command in pipeline.commands:
        head = command.operands[0]
        choosing = guarded or (isinstance(head, Function) and head.name in _CHOOSING)
        indexed = _indexed(command)
        if indexed is not None:
            yield AnnotationRead(indexed, command.start, command.end, choosing or indexed in asked)
            continue
        for operand in command.operands:
            yield from _operand(operand, asked, guarded=choosing)


def _operand(operand: Operand, asked: frozenset[str], *, guarded: bool) -> Iterator[AnnotationRead]:
    match operand:
        case Pipeline():
            yield from _pipeline(operand, asked, guarded=guarded)
        case Access(base=base, fields=fields):
            yield from _operand(base, asked, guarded=guarded)
            for holder, field in pairwise(fields):
                if holder.name in _HOLDERS and field.name not in _METHODS:
                    yield AnnotationRead(field.name, operand.start, field.end, guarded or field.name in asked)


def _indexed(command: Command) -> str | None:
    """The annotation in `index .Annotations "name"`."""
    match command.operands:
        case (Function(name="index"), Access(fields=(*_, holder)), Constant(value=str(name))):
            return name if holder.name in _HOLDERS else None
        case _:
            return None
