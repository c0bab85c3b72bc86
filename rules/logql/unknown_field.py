"""`logql/unknown-field`."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from ...lint import Bad, Confidence, Finding, Good, Project, Related, Rule, Severity, logql
from ...lint.nodes import LogCall, LogField, LogQuery
from ...lint.record import Record
from ...lint.telemetry.identifiers import is_correlation_field, snake_case
from ._query import parts, place

_SOURCE = """\
import structlog

log = structlog.get_logger()
log.info("created", event_id=event_id)
"""


class UnknownField(Rule):
    """
    Flags log queries that ask for a field which no log call of the project writes.

    **Why.**
    `| json | user_id="4711"` finds nothing where the source logs `userId`, and nothing says so: the answer looks like
    «no such lines» in the middle of an incident.

    **Instead.**
    Ask for the field as it is written; the help names the nearest one, and the finding shows where it is logged.

    Only filters behind `| json` or `| logfmt` are looked at, and only where the project has log calls with fields in a
    language that is read.
    Where the source has the same name in another spelling, confidence is high.
    Otherwise the stream must be known as the project's, by a filter on a field that it does write, and confidence is
    low: loggers add fields in ways that are not followed.
    Not flagged: labels of streams, fields that the query's own stages make, trace and request ids, what loggers add to
    every line, as the option `added` lists it, and names that the text of a message contains.
    """

    id = "logql/unknown-field"
    summary = "log query asks for a field that nothing writes"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("2.3",)
    needs_all = True
    about = (LogQuery, LogCall)

    added: tuple[str, ...] = (
        "app",
        "caller",
        "cluster",
        "component",
        "container",
        "detected_level",
        "duration",
        "env",
        "environment",
        "err",
        "error",
        "event",
        "exc_info",
        "exception",
        "file",
        "filename",
        "func",
        "funcName",
        "host",
        "hostname",
        "instance",
        "job",
        "level",
        "levelname",
        "lineno",
        "logger",
        "message",
        "method",
        "module",
        "msg",
        "name",
        "namespace",
        "node",
        "path",
        "pathname",
        "pid",
        "pod",
        "process",
        "req",
        "request",
        "res",
        "response",
        "responseTime",
        "service",
        "service_name",
        "severity",
        "stack",
        "stack_info",
        "stacktrace",
        "status",
        "stream",
        "team",
        "thread",
        "time",
        "timestamp",
        "ts",
        "url",
        "version",
    )
    """Fields that loggers, agents and access logs write, whatever the log calls pass."""

    def check_project(self, project: Project) -> Iterator[Finding]:
        calls = project.all(LogCall)
        written = {field.key: field for call in calls for field in call.fields}
        if not written:
            return
        queries = project.all(LogQuery)
        asked = [one for query in queries for one in _asked(query)]
        names = {snake_case(name) for name in written}
        own = {one.stream for one in asked if one.name in names}
        foreign = {snake_case(name) for name in (*self.added, *_stream_labels(queries))}
        messages = " ".join(call.message.value for call in calls if call.message is not None)
        for one in asked:
            name = one.label.value
            if name in written or one.name in foreign or is_correlation_field(name) or name in messages:
                continue
            if any(one.name.startswith(f"{known}_") for known in names | foreign):
                continue  # a part of a field that holds an object
            if one.name in names or one.stream in own:
                yield self._found(one, written)

    def _found(self, one: _Asked, written: dict[str, LogField]) -> Finding:
        name = one.label.value
        same = next((known for known in written if snake_case(known) == one.name), None)
        close = get_close_matches(name, sorted(written), n=1, cutoff=0.6)
        near = same or (close[0] if close else None)
        return self.finding(
            f"no log call writes `{name}`",
            place(one.query, one.label),
            help=f"did you mean `{near}`?" if near else "log it, or ask for a field that is logged",
            related=[Related(written[near].at, f"`{near}` is written here")] if near else [],
            confidence=Confidence.HIGH if same else Confidence.LOW,
        )

    examples = (
        Bad(
            '{service="api"} | json | user_id="4711"\n',
            path="queries.logql",
            at="user_id",
            files={"app.ts": 'import pino from "pino";\nconst logger = pino();\nlogger.info({ userId }, "joined");\n'},
        ),
        Bad(
            """\
{service="api"} | json | event_id="1"
{service="api"} |= "db_time_ms" | json | db_time_ms > 1000
""",
            path="queries.logql",
            at="db_time_ms",
            files={"app.py": _SOURCE},
        ),
        Good(
            """\
{service="api"} | json | event_id="1" | level="error" | trace_id="abc" | service="api"
{service="api"} | json took="db.took" | json | took > 1000
""",
            path="queries.logql",
            files={"app.py": _SOURCE},
        ),
        Good(
            '{app="nginx"} | json | upstream_addr="10.0.0.1"\n',
            path="queries.logql",
            files={"app.py": _SOURCE},
            why="nothing tells that the stream is the project's",
        ),
        Good(
            '{service="api"} | json | user_id="4711"\n',
            path="queries.logql",
            why="no log call with fields is known",
        ),
    )


class _Asked(Record):
    """A field that a filter asks for, and how the stream that should have it is selected."""

    query: LogQuery
    label: logql.Word
    stream: frozenset[tuple[str, str, str]]

    @property
    def name(self) -> str:
        """The same for all spellings of the field."""
        return snake_case(self.label.value)


def _asked(query: LogQuery) -> Iterator[_Asked]:
    for logs in parts(query):
        if isinstance(logs, logql.Logs):
            matchers = logs.selector.matchers
            stream = frozenset((matcher.label.value, matcher.op.value, matcher.value.value) for matcher in matchers)
            yield from (_Asked(query, label, stream) for label in _fields(logs))


def _stream_labels(queries: list[LogQuery]) -> Iterator[str]:
    for query in queries:
        selectors = (part for part in parts(query) if isinstance(part, logql.Selector))
        yield from (matcher.label.value for selector in selectors for matcher in selector.matchers)


def _fields(logs: logql.Logs) -> Iterator[logql.Word]:
    """The labels that filters take from the line itself, and not from the stream or from what a stage has made."""
    extracted = reshaped = False
    made: set[str] = set()
    for stage in logs.stages:
        match stage:
            case logql.Parser(name=name, extractions=extractions):
                if name.value not in ("json", "logfmt") or reshaped:
                    return
                made.update(extraction.label.value for extraction in extractions)
                extracted = extracted or not extractions
            case logql.LineFormat():
                reshaped = True
            case logql.LabelFormat(labellings=labellings):
                made.update(labelling.label.value for labelling in labellings)
            case logql.LabelFilter() if extracted:
                labels = (part.label for part in logql.walk(stage) if isinstance(part, logql.Comparison))
                yield from (label for label in labels if _is_field(label, made))


def _is_field(label: logql.Word, made: set[str]) -> bool:
    name = label.value
    return not (label.templated or name in made or name.startswith("__") or name.endswith("_extracted"))
