"""The tree of a Go template: frozen values, every one with the offsets of its text."""

from __future__ import annotations

from typing import Literal as OneOf

from ..record import Record


class Piece(Record):
    """A part of a template: `text[start:end]`, offsets in code points."""

    start: int
    end: int


class Dot(Piece):
    """`.`: the data at hand."""


class Nil(Piece):
    """`nil`."""


class Constant(Piece):
    """A string, number, character or boolean. `verbatim` when the spelling holds no escape."""

    value: str | int | float | bool
    verbatim: bool = False


class Variable(Piece):
    """`$x`, or `$` for the data that the template began with."""

    name: str


class Function(Piece):
    """The name of a function."""

    name: str


class Access(Piece):
    """`base.a.b`: fields or map keys, read one after the other."""

    base: Operand
    fields: tuple[Field, ...]


class Field(Piece):
    """One step of an access."""

    name: str


class Command(Piece):
    """An operand, or a function and its arguments."""

    operands: tuple[Operand, ...]


class Pipeline(Piece):
    """`$x := a | b c`: each command's result is the last argument of the next. In parentheses, an operand."""

    commands: tuple[Command, ...]
    variables: tuple[str, ...] = ()
    """What it declares or assigns."""


Operand = Dot | Nil | Constant | Variable | Function | Access | Pipeline


class Prose(Piece):
    """The text between actions, as it stands before trimming."""

    value: str


class Action(Piece):
    """`{{ pipeline }}`: prints the result, unless it declares a variable."""

    pipeline: Pipeline


class Branch(Piece):
    """`{{ if }}`, `{{ with }}`, `{{ range }}`, and what to do otherwise."""

    keyword: OneOf["if", "with", "range"]
    pipeline: Pipeline
    body: tuple[Node, ...]
    otherwise: tuple[Node, ...]


class Call(Piece):
    """`{{ template "name" pipeline }}`."""

    name: str
    pipeline: Pipeline | None


class Definition(Piece):
    """`{{ define "name" }}`; a `{{ block }}` is a definition followed by its call."""

    name: str
    body: tuple[Node, ...]


class Jump(Piece):
    """`{{ break }}` or `{{ continue }}`."""


Node = Prose | Action | Branch | Call | Definition | Jump
