"""`slos/same-query`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Related, Severity
from ...lint.nodes import Part, Slo
from ._referring import OfQueries
from ._samples import INDICATOR, REFERRING


class SameQuery(OfQueries):
    """
    Flags objectives whose good (or bad) events are counted by the very query that counts all of them.

    **Why.**
    The ratio is 1 whatever happens: the objective is always met, or every alert on its budget always fires.
    It comes from copying the query and forgetting the matcher.

    **Instead.**
    Narrow the one query: `{code!~"5.."}` for good, `{code=~"5.."}` for bad events.

    Spaces do not tell queries apart.
    Not flagged: a single query that divides something by itself, which is `promql/constant-ratio`.
    """

    id = "slos/same-query"
    summary = "the part is counted by the query for the whole"
    severity = Severity.ERROR
    since = "0.1"
    tasks = ("2.2",)

    def check_slo(self, slo: Slo) -> Iterator[Finding]:
        total = slo.queries.get(Part.TOTAL)
        for part in (Part.GOOD, Part.BAD):
            query = slo.queries.get(part)
            if query is None or total is None or _bare(query.text.value) != _bare(total.text.value):
                continue
            yield self.finding(
                f"the query for {part.value} events of `{slo.name.value}` counts all events",
                query.place(query.text),
                help="select the events that it is about",
                related=[Related(total.place(total.text), "the query for all events")],
            )

    examples = (
        Bad(
            INDICATOR.replace('{ok="1"}', ""),
            at="sum(rate(search_total[5m]))",
            files={"slo.yml": REFERRING},
            why="the objective refers to the indicator",
        ),
        Good(INDICATOR, files={"slo.yml": REFERRING}),
        Bad(
            """\
version: prometheus/v1
service: api
slos:
  - name: availability
    objective: 99.9
    sli:
      events:
        error_query: sum(rate(requests_total[{{.window}}]))
        total_query: sum( rate(requests_total[{{.window}}]) )
""",
            at="sum(rate(requests_total[{{.window}}]))",
        ),
        Bad(
            """\
apiVersion: pyrra.dev/v1alpha1
kind: ServiceLevelObjective
metadata:
  name: api
spec:
  target: "99"
  window: 4w
  indicator:
    ratio:
      errors: {metric: 'requests_total{job="api"}'}
      total: {metric: 'requests_total{job="api"}'}
""",
            at='requests_total{job="api"}',
        ),
        Good(
            """\
version: prometheus/v1
service: api
slos:
  - name: availability
    objective: 99.9
    sli:
      events:
        error_query: sum(rate(requests_total{code=~"5.."}[{{.window}}]))
        total_query: sum(rate(requests_total[{{.window}}]))
"""
        ),
    )


def _bare(query: str) -> str:
    return "".join(query.split())
