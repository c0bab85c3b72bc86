"""`alerts/unused-recording`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Confidence, Finding, Good, Project, Rule, Severity
from ...lint.nodes import Query, RecordingRule, Role
from ._constant import templated
from ._project import Reads


class UnusedRecording(Rule):
    """
    Flags recordings that no alert, dashboard, recording or document reads.

    **Why.**
    A recording costs an evaluation every interval and its series all day.

    **Instead.**
    Delete it, or use it where the same expression stands in full.

    Only said where a dashboard, or another reader outside the rules, reads some recording; otherwise the readers lie
    elsewhere.
    Dashboards that were made by hand may still read the rest, so the finding has low confidence.
    A query that cannot be judged is searched for the name.

    Not flagged: a recording that only another tool reads, such as a federation; suppress it there, with the reason.
    """

    id = "alerts/unused-recording"
    summary = "nobody reads the recording"
    severity = Severity.INFO
    since = "0.1"
    needs_all = True
    about = (RecordingRule,)

    def check_project(self, project: Project) -> Iterator[Finding]:
        queries, recordings = project.all(Query), project.loaded(RecordingRule)
        outside = Reads(query for query in queries if query.role not in (Role.ALERT, Role.RECORDING))
        if not any(recording.name.value in outside for recording in recordings):
            return
        reads = Reads(queries)
        told: set[str] = set()
        for recording in recordings:
            name = recording.name.value
            if name not in reads and name not in told and not templated(name):
                told.add(name)
                yield self.finding(
                    f"nobody reads the recording `{name}`",
                    recording.at,
                    help="delete it, or read it where its expression is repeated",
                    confidence=Confidence.LOW,
                )

    examples = (
        Bad(
            """\
- record: job:requests:rate5m
  expr: sum by (job) (rate(requests_total[5m]))
- record: job:errors:rate5m
  expr: sum by (job) (rate(errors_total[5m]))
""",
            at="job:errors:rate5m",
            files={"runbook.md": "# Load\n\n```promql\njob:requests:rate5m > 100\n```\n"},
        ),
        Good(
            """\
- record: job:requests:rate5m
  expr: sum by (job) (rate(requests_total[5m]))
""",
            why="dashboards are not among the files, and may read it",
        ),
        Good(
            """\
- record: job:requests:rate5m
  expr: sum by (job) (rate(requests_total[5m]))
""",
            files={"runbook.md": '# Load\n\n```promql\n{__name__=~"job:.*:rate5m"} > 100\n```\n'},
        ),
    )
