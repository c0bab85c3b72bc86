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

    Not flagged: YAML and JSON in which nothing was recognised, and templates (Helm, Jinja) that become YAML only
    when they are rendered; those are listed as skipped.
    """

    id = "meta/unparsable"
    summary = "document cannot be parsed"
    severity = Severity.ERROR
    since = "0.1"

    def check_unparsable(self, unparsable: UnparsableNode) -> Iterator[Finding]:
        yield self.finding(f"{unparsable.kind}: {unparsable.problem}", unparsable.at)

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
        Good(
            """\
- alert: ApiDown
  expr: up == 0
"""
        ),
    )
