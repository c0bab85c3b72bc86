"""Text to verdict: a tree, a problem, or the reason why the text is not judged."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TypeVar

from ..grammar import Fault, Problem, Token, TooDeep, placeholder, templated
from ..record import Record
from .conditions import Unclear
from .lexer import tokens
from .parser import parse as parse_tree
from .pipelines import LINE_FILTERS
from .syntax import Expr
from .tree import walk

E = TypeVar("E", bound=Expr)

_LONGEST = 200_000


class Parsed(Record):
    """What became of a text: exactly one of `expr`, `problem` and `unjudged` is set."""

    text: str
    expr: Expr | None = None
    problem: Problem | None = None
    unjudged: str | None = None
    """Why it is neither right nor wrong: a template, a part of a query."""

    def find(self, kind: type[E]) -> Iterator[E]:
        """Every node of one kind, outermost first; nothing where there is no tree."""
        if self.expr is not None:
            yield from (node for node in walk(self.expr) if isinstance(node, kind))


@lru_cache(maxsize=4096)
def parse(text: str) -> Parsed:
    """
    Reads a query. Never raises; remembers what it has read.

    A text is called wrong only where Loki would certainly refuse it.
    """
    if len(text) > _LONGEST:
        return Parsed(text, unjudged=f"it is longer than {_LONGEST} characters")
    found = tokens(text)
    if found[0].kind == "|" or found[0].kind in LINE_FILTERS:
        return Parsed(text, unjudged="it is a part of a pipeline, without the streams")
    try:
        return Parsed(text, expr=parse_tree(found))
    except TooDeep:
        return Parsed(text, unjudged="it is nested too deep")
    except Unclear as unclear:
        return Parsed(text, unjudged=str(unclear))
    except Fault as fault:
        reason = _excuse(text, found, fault)
        return Parsed(text, unjudged=reason) if reason is not None else Parsed(text, problem=fault.problem)


_STRING = r'"(?:[^"\\]|\\.)*"|`[^`]*`'
# What stands behind the braces of streams, and never behind those of a metric's selector.
_PIPELINE = re.compile(r"\}\s*(?:\|[=~>]|\|\s*[A-Za-z_]|![~>]|!=\s*(?:\"|ip\b))")
_STREAMS = re.compile(
    r"\b(?:bytes_over_time|bytes_rate|count_over_time|rate|absent_over_time)\s*\(\s*"
    r"\{\s*(?P<labels>(?:[A-Za-z_]\w*\s*(?:=~|!=|!~|=)\s*\"\"\s*(?:,\s*)?)+)\}\s*\["
)


def looks_like(text: str) -> bool:
    """
    Whether a text, said to be a query, is one of log lines: a pipeline behind a selector, or a range of streams.

    A range of a selector without the name of any metric is one of streams.
    """
    if "{" not in text:
        return False
    bare = re.sub(_STRING, '""', text)
    if _PIPELINE.search(bare):
        return True
    streams = _STREAMS.search(bare)
    return streams is not None and "__name__" not in streams["labels"]


def _excuse(text: str, found: list[Token], fault: Fault) -> str | None:
    """Why a text with a fault may still be right once something else has filled it in."""
    bare = _without_strings(text, found)
    if "{{" in bare or "{%" in bare or any(_half_template(token) for token in found):
        return "it holds a template (`{{ … }}`)"
    if not fault.grammar:
        return None
    return placeholder(bare) or _variable(text, found, fault.problem)


def _without_strings(text: str, found: list[Token]) -> str:
    """The text with blanks for its strings: `<user>` is a placeholder, and `"<user>"` a capture of `pattern`."""
    pieces, done = [], 0
    for token in found:
        if token.kind == "string":
            pieces += [text[done : token.start], " " * len(token.text)]
            done = token.end
    return "".join([*pieces, text[done:]])


def _half_template(token: Token) -> bool:
    """Whether a template with quotes of its own cuts a string in two: `"{{ default "api" .app }}"`."""
    return token.kind in ("string", "bad") and token.text.count("{{") != token.text.count("}}")


def _variable(text: str, found: list[Token], problem: Problem) -> str | None:
    """A dashboard variable at the fault or directly before it may hold what is missing, or the fault itself."""
    before = [token for token in found if token.end <= problem.start]
    spots = [text[problem.start : problem.end], *(token.text for token in before[-1:] if token.kind != "string")]
    if any(templated(spot) for spot in spots):
        return "a dashboard variable stands where it cannot be followed"
    return None
