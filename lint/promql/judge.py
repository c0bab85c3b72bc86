"""Text to verdict: a tree, a problem, or the reason why the text is not judged."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TypeVar

from ..grammar import Fault, Problem, TooDeep, holds_variables, placeholder, template, templated
from ..record import Record
from .arbiter import accepts
from .functions import METRICSQL
from .lexer import number, tokens
from .parser import parse as parse_tree
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
    """Why it is neither right nor wrong: a template, the syntax of another server."""

    def find(self, kind: type[E]) -> Iterator[E]:
        """Every sub-expression of one kind, outermost first; nothing where there is no tree."""
        if self.expr is not None:
            yield from (node for node in walk(self.expr) if isinstance(node, kind))


@lru_cache(maxsize=16384)
def parse(text: str) -> Parsed:
    """
    Reads a query. Never raises; remembers what it has read: mixins repeat themselves.

    A text is called wrong only where Prometheus would certainly refuse it.
    """
    if len(text) > _LONGEST:
        return Parsed(text, unjudged=f"it is longer than {_LONGEST} characters")
    reason = template(text)
    if reason is not None:
        return Parsed(text, unjudged=reason)
    try:
        return Parsed(text, expr=parse_tree(text))
    except TooDeep:
        return Parsed(text, unjudged="it is nested too deep")
    except Fault as fault:
        reason = _excuse(text, fault)
        return Parsed(text, unjudged=reason) if reason is not None else Parsed(text, problem=fault.problem)


_LOGQL = re.compile(
    r"\|[=~>]|\|\s*(?:json|logfmt|pattern|regexp|unpack|line_format|label_format|unwrap|decolorize|drop|keep|distinct)\b"
    r"|\}\s*![=~]\s*[\"`]"
)
# Bounded on purpose: a pattern that looks ahead without end is slow on hostile text.
_TRACEQL = re.compile(
    r"\{[^{}\"]{0,200}?(?:\b(?:resource|span|trace|event|instrumentation)[.:]|[\s{]\.)[\w.]{1,80}\s{0,9}[=!<>]"
)
_WITH = re.compile(r"\s*with\s*\(", re.IGNORECASE)
_LOGQL_FUNCTIONS = frozenset({"bytes_over_time", "bytes_rate", "rate_counter"})
_VICTORIA = re.compile(r"\b(?:vm|vl|vmagent|vmalert|vmauth|vmbackup|vmrestore|vmgateway)_[a-z]")
_METRICSQL_WORDS = frozenset({"default", "if", "ifnot", "keep_metric_names", "limit"})


def _excuse(text: str, fault: Fault) -> str | None:
    """Why a text with a fault may still be right in the place it is meant for."""
    at = text[fault.problem.start : fault.problem.end]
    if at in _LOGQL_FUNCTIONS or _LOGQL.search(text):
        return "it is LogQL"
    if _TRACEQL.search(text):
        return "it is TraceQL"
    if at in METRICSQL and text[fault.problem.end :].lstrip().startswith("("):
        return f"`{at}` is a function of MetricsQL"
    if not fault.grammar:
        return _types_of_metricsql(text)
    return _metricsql(text, at, fault) or placeholder(text) or _variable(text, fault.problem) or _second_opinion(text)


def _metricsql(text: str, at: str, fault: Fault) -> str | None:
    if _WITH.match(text):
        return "`WITH` is MetricsQL"
    if at.lower() in _METRICSQL_WORDS:
        return f"`{at}` is a keyword of MetricsQL"
    if at.lower() == "or" and text.count("{", 0, fault.problem.start) > text.count("}", 0, fault.problem.start):
        return "`or` between matchers is MetricsQL"
    if re.fullmatch(r"\d[\d.]*i|\d+\.\d+[smhdwy]", at) and number(at) is None:
        return f"`{at}` is a duration of MetricsQL"
    return None


def _types_of_metricsql(text: str) -> str | None:
    """MetricsQL takes a rate without a range, and a number where a vector is due; what VictoriaMetrics says of itself
    is read by it."""
    return "MetricsQL, which its metrics suggest, may take it" if _VICTORIA.search(text) else None


def _variable(text: str, problem: Problem) -> str | None:
    """A dashboard variable at the fault or directly before it may hold what is missing, or the fault itself."""
    if not holds_variables(text):
        return None
    if templated(text[problem.start : problem.end]):
        return "a dashboard variable stands where it cannot be followed"
    before = [token for token in tokens(text) if token.end <= problem.start]
    if before and before[-1].kind in ("word", "range", "bad") and templated(before[-1].text):
        return "a dashboard variable stands where it cannot be followed"
    return None


def _second_opinion(text: str) -> str | None:
    return "another parser of PromQL accepts it" if accepts(text) else None
