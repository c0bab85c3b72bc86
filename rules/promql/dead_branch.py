"""`promql/dead-branch`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations

from ...lint import Bad, Finding, Good, Related, Rule, Severity, promql
from ...lint.nodes import Query
from ._query import code, flow, parts, place


class DeadBranch(Rule):
    """
    Flags parts of a query that do nothing: what can never hold, always holds, or names a label that is not there.

    **Why.**
    A selector whose matchers exclude each other selects nothing, a comparison of constants is decided before any
    sample is seen, and `by (pod)` over something that has lost its `pod` groups by nothing.
    The query still answers, only not what was asked.

    **Instead.**
    Each finding says what decides it; repair that, or take the part out.

    Not flagged: what depends on the data, and anything with a dashboard variable in it.
    """

    id = "promql/dead-branch"
    summary = "part of a query that can never matter"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("1.1",)

    def check_query(self, query: Query) -> Iterator[Finding]:
        for node in parts(query):
            match node:
                case promql.Selector():
                    yield from self._matchers(query, node)
                case promql.Aggregation():
                    yield from self._grouping(query, node, flow(query))
                case promql.Binary():
                    yield from self._binary(query, node, flow(query))
                case promql.Call(name=name, args=(inner,)) if name.value == "absent":
                    yield from self._absent(query, node, inner, flow(query))

    def _matchers(self, query: Query, selector: promql.Selector) -> Iterator[Finding]:
        known = [m for m in selector.matchers if not m.label.templated and not m.value.templated]
        for one, other in combinations(known, 2):
            if one.label.value == other.label.value and _exclude(one, other):
                yield self.finding(
                    f"{code(query, one)} and {code(query, other)} exclude each other: the selector matches nothing",
                    place(query, other),
                    help="drop one of them; `=~` with `|` takes either value",
                    related=[Related(place(query, one), "the other matcher")],
                )
                return

    def _grouping(self, query: Query, aggregation: promql.Aggregation, flow: promql.Flow) -> Iterator[Finding]:
        clause = aggregation.grouping
        if clause is None or clause.kind != "by" or clause.templated:
            return
        branches = flow.of(aggregation.expr)
        for label in clause.labels:
            facts = [branch.label(label.value) for branch in branches]
            if facts and all(fact.impossible for fact in facts):
                yield self.finding(
                    f"grouping by `{label.value}` does nothing: {facts[0].why}",
                    place(query, label),
                    help=f"keep `{label.value}` inside, or leave it out here",
                    related=[Related(query.place(query.text, *facts[0].at), facts[0].why)],
                )

    def _binary(self, query: Query, binary: promql.Binary, flow: promql.Flow) -> Iterator[Finding]:
        left, right = flow.of(binary.left), flow.of(binary.right)
        if binary.op.value == "or":
            hides = any(branch.always and branch.labels.none for branch in left)
            matches_all = binary.matching is not None and binary.matching.kind == "on" and not binary.matching.labels
            if hides and (matches_all or all(branch.labels.none for branch in right)):
                yield self.finding(
                    f"{code(query, binary.left)} always returns, so this side of `or` never does",
                    place(query, binary.right),
                    help="put it on the left, or leave it out",
                )
        elif binary.op.value in _COMPARISONS and len(left) == len(right) == 1:
            value = promql.compute(binary.op.value, left[0].value, right[0].value)
            if value is not None:
                yield self.finding(
                    f"{code(query, binary)} is {'always true' if value else 'never true'}: both sides are constants",
                    place(query, binary),
                    help="compare a metric, or leave the comparison out",
                )

    def _absent(self, query: Query, call: promql.Expr, inner: promql.Expr, flow: promql.Flow) -> Iterator[Finding]:
        if any(branch.always for branch in flow.of(inner)):
            yield self.finding(
                f"{code(query, inner)} always returns, so `absent` never does",
                place(query, call),
                help="ask for the series themselves, without what fills in a value",
            )

    examples = (
        Bad('up{job="a", job="b"}\n', path="query.promql", at='job="b"'),
        Bad('up{job=~"a|b", job="c"}\n', path="query.promql", at='job="c"'),
        Bad('up{job="a", job!="a"}\n', path="query.promql", at='job!="a"'),
        Bad("sum by (pod) (sum by (job) (up))\n", path="query.promql", at="pod"),
        Bad(
            "max by (le, job) (histogram_quantile(0.9, sum by (le, job) (rate(x_bucket[5m]))))\n",
            path="query.promql",
            at="le",
        ),
        Bad("vector(0) or sum(errors_total)\n", path="query.promql", at="sum(errors_total)"),
        Bad("absent(sum(up) or vector(0))\n", path="query.promql", at="absent(sum(up) or vector(0))"),
        Bad("up and on () vector(1) > 2\n", path="query.promql", at="vector(1) > 2"),
        Good('up{job="a", instance!="b"}\n', path="query.promql"),
        Good('up{job=~"a|b", job!="a"}\n', path="query.promql"),
        Good("sum(errors_total) or vector(0)\n", path="query.promql"),
        Good("vector(0) or errors_total\n", path="query.promql", why="series with labels are added"),
        Good("sum by (job) (sum by (job, pod) (up))\n", path="query.promql"),
        Good('up{job="$job", job="b"}\n', path="query.promql", why="the variable may be `b`"),
    )


_COMPARISONS = frozenset({"==", "!=", ">", "<", ">=", "<="})


def _exclude(one: promql.Matcher, other: promql.Matcher) -> bool:
    """Whether no value satisfies both matchers; only told where one of them asks for one value."""
    if one.op.value != "=":
        one, other = other, one
    return one.op.value == "=" and _fits(one.value.value, other) is False


def _fits(value: str, matcher: promql.Matcher) -> bool | None:
    """Whether a value satisfies a matcher; None where its pattern is not one of Python's."""
    op, wanted = matcher.op.value, matcher.value.value
    if op in ("=", "!="):
        return (value == wanted) == (op == "=")
    try:
        found = re.fullmatch(wanted, value, re.DOTALL) is not None
    except re.error:
        return None
    return found == (op == "=~")
