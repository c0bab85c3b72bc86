"""`alerts/bad-recording-name`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Rule, Severity, promql
from ...lint.nodes import RecordingRule
from ...lint.telemetry.duration import seconds, spell
from ._constant import templated
from ._project import tree

_WINDOW = re.compile(r"(?:rate|increase|irate|delta)_?(\d+[smhdwy])$")


class BadRecordingName(Rule):
    """
    Flags recordings whose name is not of the form `level:metric:operations`.

    **Why.**
    The colons tell a recording from a scraped metric at a glance, and the parts tell how it was made:
    `job:http_requests:rate5m` has the label `job` left, comes from `http_requests_total`, and is a rate over 5 minutes.
    A name that promises another window than the expression has misleads everyone who divides two of them.

    **Instead.**
    Name it by what it is.

    The first part may be empty, where no label is left, and the last one, where nothing was done.

    Not flagged: more parts than three; names with one colon, which can still be told from scraped metrics, unless
    `strict` is set; and constants, which are made of no metric.
    """

    id = "alerts/bad-recording-name"
    summary = "recording is not named `level:metric:operations`"
    severity = Severity.INFO
    since = "0.1"

    strict: bool = False
    """Whether a name must have all three parts."""

    def check_recording(self, recording: RecordingRule) -> Iterator[Finding]:
        name, expr = recording.name.value, tree(recording.query)
        if templated(name) or (expr is not None and not promql.metric_names(expr)):
            return
        colons = name.count(":")
        if colons < (2 if self.strict else 1):
            yield self.finding(
                f"recording `{name}` is not named `level:metric:operations`",
                recording.place(recording.name),
                help="name the labels that are left, the metric, and what was done with it",
            )
        yield from self._window(recording, expr)

    def _window(self, recording: RecordingRule, expr: promql.Expr | None) -> Iterator[Finding]:
        promised = _WINDOW.search(recording.name.value)
        if promised is None or expr is None:
            return
        windows = {part.range.seconds for part in promql.walk(expr) if isinstance(part, promql.Matrix)}
        if len(windows) != 1 or (window := windows.pop()) is None or window == seconds(promised[1]):
            return
        yield self.finding(
            f"recording `{recording.name.value}` promises {promised[1]}, and its expression looks back {spell(window)}",
            recording.place(recording.name, promised.start(), promised.end()),
            help="mend the name, or the window",
        )

    examples = (
        Bad(
            """\
- record: request_rate
  expr: sum by (job) (rate(requests_total[5m]))
""",
            at="request_rate",
        ),
        Bad(
            """\
- record: job:requests:rate1m
  expr: sum by (job) (rate(requests_total[5m]))
""",
            at="rate1m",
        ),
        Bad(
            """\
- record: job:requests
  expr: sum by (job) (requests)
""",
            at="job:requests",
            options={"strict": True},
        ),
        Good(
            """\
- record: job:requests
  expr: sum by (job) (requests)
"""
        ),
        Good(
            """\
- record: job:requests:rate5m
  expr: sum by (job) (rate(requests_total[5m]))
"""
        ),
        Good(
            """\
- record: :memory_available_bytes:sum
  expr: sum(memory_available_bytes)
""",
            why="no label is left",
        ),
    )
