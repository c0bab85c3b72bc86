"""`alerts/recording-shadows-metric`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Project, Related, Rule, Severity, promql
from ...lint.nodes import Api, Instrument, RecordingRule
from ._project import tree


class RecordingShadowsMetric(Rule):
    """
    Flags recordings that write under the name of a metric that is scraped.

    **Why.**
    Both write to one name.
    Whoever sums the metric counts everything twice, and a recording that reads its own name feeds on its own results.

    **Instead.**
    Name the recording `level:metric:operations`; source code cannot make a name with colons.

    A metric is known to be scraped when source in the project makes it, or when the recording itself reads it under
    a name without colons.
    """

    id = "alerts/recording-shadows-metric"
    summary = "recording has the name of a scraped metric"
    severity = Severity.ERROR
    since = "0.1"
    about = (RecordingRule,)

    def check_project(self, project: Project) -> Iterator[Finding]:
        made = {exposed: instrument for instrument in project.all(Instrument) for exposed in _exposed(instrument)}
        for recording in project.loaded(RecordingRule):
            name = recording.name.value
            expr = tree(recording.query)
            if name in made:
                yield self.finding(
                    f"recording `{name}` has the name of a metric that source code makes",
                    recording.at,
                    help="name it `level:metric:operations`",
                    related=[Related(made[name].at, "the metric is made here")],
                )
            elif expr is not None and ":" not in name and name in promql.metric_names(expr):
                yield self.finding(
                    f"recording `{name}` writes to the metric that it reads",
                    recording.at,
                    help="name it `level:metric:operations`",
                )

    examples = (
        Bad(
            """\
- record: requests_total
  expr: sum without (instance) (requests_total)
""",
            at="requests_total",
        ),
        Bad(
            """\
- record: app_requests_total
  expr: sum without (instance) (gateway_requests_total)
""",
            at="app_requests_total",
            files={
                "app.py": """\
from prometheus_client import Counter

REQUESTS = Counter("app_requests_total", "Requests answered")
"""
            },
        ),
        Good(
            """\
- record: job:requests:sum
  expr: sum by (job) (requests_total)
"""
        ),
        Good(
            """\
- record: requests
  expr: sum without (instance) (requests_total)
""",
            files={"app.py": "# nothing is measured here\n"},
        ),
    )


def _exposed(instrument: Instrument) -> Iterator[str]:
    """The names under which a server knows an instrument."""
    if instrument.name is None or instrument.api is Api.STATSD:
        return
    name = instrument.name.replace(".", "_").replace("-", "_")
    yield name
    if instrument.kind == "counter" and not name.endswith("_total"):
        yield f"{name}_total"
