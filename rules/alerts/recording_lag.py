"""`alerts/recording-lag`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Location, Project, Related, Rule, Severity, promql
from ...lint.nodes import RecordingRule
from ._project import folder, tree


class RecordingLag(Rule):
    """
    Flags recordings that read a recording of another group, or one that stands below them in their own.

    **Why.**
    Prometheus evaluates the rules of a group one after the other, and groups side by side at different moments.
    What is read from another group, or from further below, is the result of the round before: up to an interval old,
    and after several such steps several intervals old.

    **Instead.**
    Put a chain of recordings into one group, in the order in which they read each other.

    Not flagged: alerts, which may wait for a round; ranges such as `avg_over_time(x[1h])`, where one missing sample
    says little; groups in different folders, which may be two servers; a recording of a constant, which is never old.
    """

    id = "alerts/recording-lag"
    summary = "recording reads an old result"
    severity = Severity.WARNING
    since = "0.1"
    about = (RecordingRule,)

    def check_project(self, project: Project) -> Iterator[Finding]:
        recordings = project.loaded(RecordingRule)
        makers: defaultdict[tuple[str, str], list[RecordingRule]] = defaultdict(list)
        for recording in recordings:
            makers[folder(recording), recording.name.value].append(recording)
        for recording in recordings:
            for metric, read in _reads(recording).items():
                late = _late(recording, makers.get((folder(recording), metric), []))
                if late is not None:
                    yield self._found(recording, metric, read, late)

    def _found(self, recording: RecordingRule, metric: str, read: Location, maker: RecordingRule) -> Finding:
        below = _same_group(recording, maker)
        group = f"group `{maker.group.name.value}`" if maker.group and maker.group.name else "another group"
        return self.finding(
            f"`{recording.name.value}` reads `{metric}`, which is recorded {'below it' if below else f'in {group}'}",
            read,
            help="move it above" if below else "put both into one group, in this order",
            related=[Related(maker.at, f"`{metric}` is recorded here")],
        )

    examples = (
        Bad(
            """\
groups:
  - name: one
    rules:
      - record: job:requests:rate5m
        expr: sum by (job) (rate(requests_total[5m]))
  - name: two
    rules:
      - record: :requests:rate5m
        expr: sum(job:requests:rate5m)
""",
            at="job:requests:rate5m",
        ),
        Bad(
            """\
groups:
  - name: one
    rules:
      - record: :requests:rate5m
        expr: sum(job:requests:rate5m)
      - record: job:requests:rate5m
        expr: sum by (job) (rate(requests_total[5m]))
""",
            at="job:requests:rate5m",
        ),
        Good(
            """\
groups:
  - name: one
    rules:
      - record: job:requests:rate5m
        expr: sum by (job) (rate(requests_total[5m]))
      - record: :requests:rate5m
        expr: sum(job:requests:rate5m)
"""
        ),
        Good(
            """\
groups:
  - name: one
    rules:
      - record: job:requests:rate5m
        expr: sum by (job) (rate(requests_total[5m]))
  - name: two
    rules:
      - alert: Busy
        expr: job:requests:rate5m > 1000
""",
            why="an alert may wait for a round",
        ),
        Good(
            """\
groups:
  - name: one
    rules:
      - record: job:requests:rate5m
        expr: sum by (job) (rate(requests_total[5m]))
  - name: two
    rules:
      - record: job:requests:avg1d
        expr: avg_over_time(job:requests:rate5m[1d])
""",
            why="of a day, one sample is little",
        ),
    )


def _reads(recording: RecordingRule) -> dict[str, Location]:
    """The metrics whose newest sample a recording reads, and where it does so first."""
    expr = tree(recording.query)
    if expr is None or recording.query is None:
        return {}
    found: dict[str, Location] = {}
    parts = list(promql.walk(expr))
    ranged = {id(part.selector) for part in parts if isinstance(part, promql.Matrix)}
    for part in parts:
        if isinstance(part, promql.Selector) and part.metric is not None and id(part) not in ranged:
            word = part.name or part
            found.setdefault(part.metric, recording.place(recording.query.text, word.start, word.end))
    return found


def _late(reader: RecordingRule, makers: list[RecordingRule]) -> RecordingRule | None:
    """The recording whose result of the round before is read; None when this round's is there."""
    if reader.group is None or any(maker is reader for maker in makers):
        return None
    makers = [maker for maker in makers if not _is_constant(maker)]
    beside = [maker for maker in makers if _same_group(reader, maker)]
    if any(maker.lines < reader.lines for maker in beside):
        return None
    return next(iter(beside or makers), None)


def _same_group(one: RecordingRule, other: RecordingRule) -> bool:
    return one.group is not None and other.group is not None and one.group.at == other.group.at


def _is_constant(recording: RecordingRule) -> bool:
    expr = tree(recording.query)
    return expr is not None and not any(isinstance(part, promql.Selector) for part in promql.walk(expr))
