"""`promql/vector-mismatch`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Confidence, Finding, Good, Related, Rule, Severity, promql
from ...lint.nodes import Query
from ...lint.record import Record
from ._query import code, flow, parts, place
from ._series import kept


class VectorMismatch(Rule):
    """
    Flags operations between two vectors whose series can never meet.

    **Why.**
    Two series meet when they have the same labels, or the same of those in `on (…)`.
    If one side always has a label that the other side cannot have, no series meet and the result is empty.
    An alert on it never fires, and nothing says so.

    **Instead.**
    Keep the label on both sides, or leave it out of the join with `ignoring (…)` or `on (…)`.
    Where several series of one side meet one of the other, say so with `group_left` or `group_right`: without it
    Prometheus refuses the query as soon as there are two.

    Each finding shows the fragment that removed the label.
    A metric as it was scraped has an `instance`, so that it does not meet an aggregate that has lost it; as relabelling
    can take the label away, that finding has low confidence.
    Not flagged: other labels that are only possible on one side, because whether they are there depends on the data.
    """

    id = "promql/vector-mismatch"
    summary = "two vectors that can never match"
    severity = Severity.ERROR
    since = "0.1"
    tasks = ("1.1",)

    def check_query(self, query: Query) -> Iterator[Finding]:
        for node in parts(query):
            if isinstance(node, promql.Binary) and _joins(node):
                yield from self._check(query, node, flow(query))

    def _check(self, query: Query, binary: promql.Binary, flow: promql.Flow) -> Iterator[Finding]:
        clashes = [
            _clash(binary, left.labels, right.labels)
            for left in flow.of(binary.left)
            for right in flow.of(binary.right)
        ]
        found = [clash for clash in clashes if clash is not None]
        if not found or len(found) < len(clashes):
            yield from self._scraped(query, binary, flow)
            yield from self._several(query, binary, flow)
            return
        clash = found[0]
        part = binary.matching if binary.matching is not None else binary.op
        yield self.finding(
            f"the two sides of `{binary.op.value}` never match: {clash.message}",
            place(query, part),
            help=clash.cure,
            related=[
                Related(query.place(query.text, *fact.at), fact.why)
                for fact in (clash.left, clash.right)
                if fact.at != (0, 0)
            ],
        )

    def _scraped(self, query: Query, binary: promql.Binary, flow: promql.Flow) -> Iterator[Finding]:
        """A metric as it was scraped against an aggregate without `instance`."""
        if binary.op.value == "unless" or not kept(binary.matching, _INSTANCE, everything=True):
            return
        for scraped, other in ((binary.left, binary.right), (binary.right, binary.left)):
            facts = [branch.label("instance") for branch in flow.of(other)]
            if _is_scraped(scraped) and facts and all(fact.impossible for fact in facts):
                yield self.finding(
                    f"the two sides of `{binary.op.value}` hardly match: {code(query, scraped)} has an `instance`, "
                    f"and {facts[0].why}",
                    place(query, binary.matching if binary.matching is not None else binary.op),
                    help="aggregate both sides alike, or join with `on (…)`",
                    confidence=Confidence.LOW,
                    related=[Related(query.place(query.text, *facts[0].at), facts[0].why)],
                )
                return

    def _several(self, query: Query, binary: promql.Binary, flow: promql.Flow) -> Iterator[Finding]:
        """Several series of one side for one of the other, without `group_left` or `group_right`."""
        matching = binary.matching
        if matching is None or matching.templated or binary.group is not None or binary.op.value in _SETS:
            return
        left, right = (_told_apart_by(flow.of(side), matching) for side in (binary.left, binary.right))
        if left is None or right is None or bool(left) == bool(right):
            return
        more, group = (left, "group_left") if left else (right, "group_right")
        labels = " and ".join(f"`{label}`" for label in sorted(more))
        yield self.finding(
            f"the {'left' if left else 'right'} side has a series for each {labels}, "
            "which the join leaves out: several meet one, and Prometheus refuses that",
            place(query, matching),
            help=f"add `{group}`, or aggregate {labels} away first",
        )

    examples = (
        Bad(
            "sum by (job, code) (errors_total) / ignoring (code) sum by (job) (requests_total)\n",
            path="query.promql",
            at="ignoring (code)",
        ),
        Bad("errors_total / sum by (job) (requests_total)\n", path="query.promql", at="/"),
        Bad(
            'sum(rate(errors_total[5m])) / rate(requests_total{job="api"}[5m])\n',
            path="query.promql",
            at="/",
        ),
        Bad(
            'sum by (pod) (a) / on (pod, job) sum by (job) (b{job="api"})\n',
            path="query.promql",
            at="on (pod, job)",
        ),
        Bad('errors_total{code="500"} / errors_total{code="200"}\n', path="query.promql", at="/"),
        Bad('up{job="api"} and on (job) count by (cluster) (up)\n', path="query.promql", at="on (job)"),
        Good('sum(rate(errors_total{code="500"}[5m])) / sum(rate(errors_total[5m]))\n', path="query.promql"),
        Good('errors_total{code="500"} / ignoring (code) errors_total{code="200"}\n', path="query.promql"),
        Good("sum by (job, pod) (a) / on (job) group_left sum by (job) (b)\n", path="query.promql"),
        Good("a / on (job) group_left sum by (job) (b)\n", path="query.promql"),
        Good("job:a:sum / sum by (job) (b)\n", path="query.promql", why="the recording may have no label but `job`"),
        Good('a{x="1"} or b{x="2"}\n', path="query.promql", why="`or` keeps what does not match"),
        Good('sum by ($group) (a) / on (job) b{job="api"}\n', path="query.promql", why="the variable may be `job`"),
    )


class _Clash(Record):
    """Why two vectors never match."""

    message: str
    cure: str
    left: promql.Fact
    right: promql.Fact


_SETS = frozenset({"and", "or", "unless"})


def _told_apart_by(branches: tuple[promql.Branch, ...], matching: promql.Clause) -> frozenset[str] | None:
    """The labels outside a join that tell the series of one side apart; None where they are not all known."""
    if len(branches) != 1 or not branches[0].labels.closed:
        return None
    named = branches[0].labels.named
    possible = {name for name, fact in named.items() if not fact.impossible and fact.value is None}
    return frozenset(possible - matching.names if matching.kind == "on" else possible & matching.names)


_INSTANCE = frozenset({"instance"})


def _is_scraped(expr: promql.Expr) -> bool:
    """Whether an expression returns the series of one metric as they were scraped: no recording, no aggregate."""
    expr = promql.unwrap(expr)
    match expr:
        case promql.Selector(metric=str(metric)):
            return ":" not in metric and not metric.startswith("ALERTS")
        case promql.Matrix(selector=selector):
            return _is_scraped(selector)
        case promql.Call(name=name, args=(inner, *_)) if name.value in _LABELS_KEPT:
            return _is_scraped(inner)
        case promql.Binary() if expr.right.type == "scalar":
            return _is_scraped(expr.left)
        case _:
            return False


_LABELS_KEPT = frozenset({"abs", "ceil", "delta", "deriv", "floor", "increase", "irate", "rate", "round"})


def _joins(binary: promql.Binary) -> bool:
    vectors = binary.left.type == "vector" and binary.right.type == "vector"
    return vectors and binary.op.value != "or" and not binary.fills


def _clash(binary: promql.Binary, left: promql.Labels, right: promql.Labels) -> _Clash | None:
    matching = binary.matching
    if matching is not None and matching.templated:
        return None
    names = set(left.named) | set(right.named)
    if matching is not None and matching.kind == "on":
        names = set(matching.names)
    elif matching is not None:
        names -= matching.names
    for name in sorted(names - {"__name__"}):
        one, other = left[name], right[name]
        if one.impossible and other.guaranteed:
            return _Clash(f"`{name}` is always on the right and never on the left", _cure(matching, name), one, other)
        if one.guaranteed and other.impossible:
            return _Clash(f"`{name}` is always on the left and never on the right", _cure(matching, name), one, other)
        if None not in (one.value, other.value) and one.value != other.value:
            message = f'`{name}` is "{one.value}" on the left and "{other.value}" on the right'
            return _Clash(message, _cure(matching, name), one, other)
    return None


def _cure(matching: promql.Clause | None, name: str) -> str:
    if matching is not None and matching.kind == "on":
        return f"keep `{name}` on both sides, or leave it out of `on (…)`"
    return f"keep `{name}` on both sides, or join with `ignoring ({name})`"
