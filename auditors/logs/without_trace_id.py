"""See `WithoutTraceId`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ...lint import Finding, Severity, Skipped, Table
from ...lint.project import Project
from ..answers import Sample
from ..auditor import Auditor, Holds, Recorded, Unknown, Violated, vector
from ..errors import Unsupported
from ..figures import asked
from ..live import Live, Question

_ERRORS = '{service=~".+"} | json | __error__="" | level=~"(?i)(error|err|fatal|critical|50|60)"'
_BARE = f'{_ERRORS} | trace_id="" | traceId="" | traceID=""'


def _logs(lines: str) -> str:
    """The key of the question for how many such lines there are, for examples."""
    return Question("loki/query", (("query", f"sum by (service) (count_over_time({lines} [1h]))"),)).key


class WithoutTraceId(Auditor):
    """
    Flags services whose error lines do not all have a trace id.

    **Why.**
    The error is on the screen, and what led to it is in another system under an id that the line does not have.

    **Instead.**
    See how the service sets up its logging: `logs/uncorrelated-logger` finds the place in the source.

    It asks Loki (`--loki`, or `loki` of the server in the configuration) for the JSON lines of the last hour whose
    level is an error, by the label `service`, and for those of them without any of the fields.
    Lines that are no JSON are not seen.
    Without a Loki, or without such lines, it is said to be unknown.
    """

    id: ClassVar[str] = "logs/without-trace-id"
    summary: ClassVar[str] = "error lines without a trace id"
    severity: ClassVar[Severity] = Severity.WARNING
    since: ClassVar[str] = "0.1"
    tasks: ClassVar[tuple[str, ...]] = ("2.3",)

    label: str = "service"
    """The label of Loki's streams that names the service."""

    fields: tuple[str, ...] = ("trace_id", "traceId", "traceID")
    """What the field may be called."""

    level: str = "level"
    """The field that holds the level."""

    max_share: float = 0.0
    """The share of error lines that may lack it."""

    def audit(self, live: Live, project: Project) -> Iterator[Finding | Table | Skipped]:
        """Counts the error lines of each service, and those without the fields."""
        errors = f'{{{self.label}=~".+"}} | json | __error__="" | {self.level}=~"(?i)(error|err|fatal|critical|50|60)"'
        bare = errors + "".join(f' | {field}=""' for field in self.fields)
        total = self._by_service(live.log_query(f"sum by ({self.label}) (count_over_time({errors} [1h]))"))
        if not total:
            yield Skipped(self.id, "no error line of the last hour is JSON with a level")
            return
        without = self._by_service(live.log_query(f"sum by ({self.label}) (count_over_time({bare} [1h]))"))
        shares = {name: without.get(name, 0.0) / count for name, count in total.items() if count}
        yield Table(
            title="Errors without a trace id",
            columns=("service", "errors", "without", "share"),
            rows=tuple(
                (name, f"{total[name]:,.0f}", f"{without.get(name, 0):,.0f}", f"{share:.1%}")
                for name, share in sorted(shares.items(), key=lambda one: (-one[1], one[0]))
            ),
            numeric=frozenset({1, 2, 3}),
            note=f"JSON lines of the last hour in Loki, {asked(live)}",
        )
        for name, share in sorted(shares.items()):
            if share > self.max_share:
                yield self.finding(
                    f"{share:.0%} of the error lines of `{name}` have no trace id",
                    live.place(f"service {name}"),
                    help="see how it sets up its logging: `obsaudit lint` finds the place in the source",
                )

    def _by_service(self, samples: tuple[Sample, ...]) -> dict[str, float]:
        return {sample.labels.get(self.label, ""): sample.value for sample in samples}

    examples: ClassVar[tuple[Recorded, ...]] = (
        Violated(
            answers={
                _logs(_ERRORS): vector(({"service": "api"}, 40), ({"service": "worker"}, 10)),
                _logs(_BARE): vector(({"service": "worker"}, 10)),
            },
            subjects=("service worker",),
        ),
        Holds(answers={_logs(_ERRORS): vector(({"service": "api"}, 40)), _logs(_BARE): vector()}),
        Unknown(answers={_logs(_ERRORS): vector()}, because="no error line"),
        Unknown(
            answers={_logs(_ERRORS): Unsupported("no Loki is known: give --loki")},
            because="no Loki is known",
        ),
    )
