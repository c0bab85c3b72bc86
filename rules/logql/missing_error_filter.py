"""`logql/missing-error-filter`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...lint import Bad, Confidence, Finding, Fix, Good, Rule, Severity, logql
from ...lint.nodes import LogQuery
from ._query import code, parts, place


class MissingErrorFilter(Rule):
    """
    Flags metrics of parsed lines that one unreadable line would fail.

    **Why.**
    A line that `json` cannot read, or whose label is no number for `unwrap`, gets the label `__error__`.
    A log query shows it; a metric query fails as a whole: the panel is empty, and the alert does not fire, for as long
    as one such line is in the range.

    **Instead.**
    `| __error__=""` behind the stages that may fail leaves those lines out.

    Not flagged: parsers behind which a label is asked for by a text (`| level="error"`), because lines without it go
    at that; a filter by a number keeps them.
    A `logfmt` without `--strict` fails only before Loki 2.9, so confidence is low.
    """

    id = "logql/missing-error-filter"
    summary = "one unreadable line fails the metric"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("2.3",)

    def check_log_query(self, query: LogQuery) -> Iterator[Finding]:
        for lines in parts(query):
            if isinstance(lines, logql.LogRange):
                stage = _failing(lines)
                if stage is not None:
                    yield self._found(query, lines, stage)

    def _found(self, query: LogQuery, lines: logql.LogRange, stage: logql.Stage) -> Finding:
        if isinstance(stage, logql.Unwrap):
            what = f"whose `{stage.label.value}` is not what {code(query, stage)} reads"
        else:
            what = f"that {code(query, stage)} cannot read"
        tolerant = isinstance(stage, logql.Parser) and stage.name.value == "logfmt" and not stage.strict
        end = lines.stages[-1].end
        edit = query.text.edit(end, end, ' | __error__=""')
        return self.finding(
            f"one line {what} fails the whole query",
            place(query, stage),
            help='add `| __error__=""`',
            fix=Fix("leave unreadable lines out", (edit,), safe=False) if edit is not None else None,
            confidence=Confidence.LOW if tolerant else Confidence.HIGH,
        )

    examples = (
        Bad(
            'sum by (level) (count_over_time({app="api"} | json [5m]))\n',
            path="query.logql",
            at="| json",
            fixed='sum by (level) (count_over_time({app="api"} | json | __error__="" [5m]))\n',
        ),
        Bad(
            'quantile_over_time(0.95, {app="api"} | json | unwrap duration(took) [5m])\n',
            path="query.logql",
            at="| unwrap duration(took)",
            fixed='quantile_over_time(0.95, {app="api"} | json | unwrap duration(took) | __error__="" [5m])\n',
        ),
        Bad(
            """\
groups:
  - name: api
    rules:
      - alert: ApiSlow
        expr: 'sum(rate({app="api"} | logfmt | duration > 1s [5m])) > 1'
""",
            at="| logfmt",
            fixed="""\
groups:
  - name: api
    rules:
      - alert: ApiSlow
        expr: 'sum(rate({app="api"} | logfmt | duration > 1s | __error__="" [5m])) > 1'
""",
        ),
        Bad(
            'sum(rate({app="api"} | json | app="api" | level="error" or took > 5 [5m]))\n',
            path="query.logql",
            at="| json",
            fixed='sum(rate({app="api"} | json | app="api" | level="error" or took > 5 | __error__="" [5m]))\n',
        ),
        Good('sum(rate({app="api"} | json | took > 5 and level="error" [5m]))\n', path="query.logql"),
        Good('sum(rate({app="api"} | json | __error__="" [5m]))\n', path="query.logql"),
        Good('sum_over_time({app="api"} | json | __error__="" | unwrap bytes [5m])\n', path="query.logql"),
        Good('sum(rate({app="api"} | json | level="error" [5m]))\n', path="query.logql", why="those have no level"),
        Good('{app="api"} | json\n', path="query.logql", why="a log query shows the error"),
        Good('sum(rate({app="api"} | pattern "<_> <status> <_>" [5m]))\n', path="query.logql", why="it never fails"),
    )


_FAILING = frozenset({"json", "logfmt", "unpack", "xml"})


def _failing(lines: logql.LogRange) -> logql.Stage | None:
    """The first stage whose errors nothing takes away: `unwrap`, if it is one of them."""
    stages = lines.stages
    parsers = [
        index for index, stage in enumerate(stages) if isinstance(stage, logql.Parser) and stage.name.value in _FAILING
    ]
    first = parsers[0] if parsers else 0
    if any(_minds_errors(stage) for stage in stages[first:]):
        return None
    streams = {matcher.label.value for matcher in lines.selector.matchers}
    unhandled = [stages[index] for index in parsers if not _asks(stages[index:], streams)]
    return lines.unwrap or (unhandled[0] if unhandled else None)


def _minds_errors(stage: logql.Stage) -> bool:
    if isinstance(stage, logql.LabelChoice):
        names = (one.value if isinstance(one, logql.Word) else one.label.value for one in stage.labels)
        return stage.name.value == "drop" and any(name.startswith("__error") for name in names)
    comparisons = (part for part in logql.walk(stage) if isinstance(part, logql.Comparison))
    return any(comparison.label.value.startswith("__error") for comparison in comparisons)


def _asks(stages: Sequence[logql.Stage], streams: set[str]) -> bool:
    """Whether a filter lets only lines through that have a label of the parser's."""
    return any(isinstance(stage, logql.LabelFilter) and _demands(stage.condition, streams) for stage in stages)


def _demands(condition: logql.Condition, streams: set[str]) -> bool:
    match condition:
        case logql.Enclosed(condition=inner):
            return _demands(inner, streams)
        case logql.Junction(op=op, left=left, right=right):
            sides = (_demands(left, streams), _demands(right, streams))
            return any(sides) if op == "and" else all(sides)
        case logql.Comparison(label=label, op=op, value=value, quantity="string"):
            # What is not known may ask for the label: then nothing is said.
            return label.value not in streams and logql.matches_empty(logql.Matcher(label, op, value)) is not True
        case _:
            return False
