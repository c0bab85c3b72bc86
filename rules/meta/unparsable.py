"""`meta/unparsable`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Rule, Severity
from ...lint.nodes import Unparsable as UnparsableNode


class Unparsable(Rule):
    """
    Flags documents that are recognised and cannot be parsed, and parts of them that their reader would refuse.

    **Why.**
    What cannot be read cannot be checked, and silence would pass for «clean».
    Prometheus refuses a whole rule file for one misspelt key, and goes on with the old one.

    **Instead.**
    Correct the syntax at the place shown.

    What vmagent takes and Prometheus does not, such as `action: keep_metrics`, is worth an information only.

    Not flagged: YAML and JSON in which nothing was recognised, and templates (Helm, Jinja) that become YAML only
    when they are rendered; those are listed as skipped.
    """

    id = "meta/unparsable"
    summary = "document cannot be parsed"
    severity = Severity.ERROR
    since = "0.1"

    def check_unparsable(self, unparsable: UnparsableNode) -> Iterator[Finding]:
        message = f"{unparsable.kind}: {unparsable.problem}"
        if unparsable.unless is None:
            yield self.finding(message, unparsable.at)
            return
        yield self.finding(
            f"{message}, unless {unparsable.unless} reads it",
            unparsable.at,
            severity=Severity.INFO,
        )

    examples = (
        Bad(
            """\
groups:
  - name: api
    rules:
      - alert: ApiDown
        expr: up{job="api"} == 0
        annotation:
          summary: the API is down
""",
            at="annotation",
            why="Prometheus knows `annotations` only",
        ),
        Bad(
            """\
- alert: ApiDown
  expr: "up == 0
""",
            at="",
        ),
        Bad(
            """\
scrape_configs:
  - job_name: api
    static_configs:
      - targets: ['http://api:9464/metrics']
    metric_relabel_configs:
      - action: keep_metrics
        regex: app_.+
""",
            at=("'http://api:9464/metrics'", "keep_metrics"),
            why="vmagent's; an information only",
        ),
        Good(
            """\
- alert: ApiDown
  expr: up == 0
"""
        ),
    )
