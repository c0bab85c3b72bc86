"""The checklist in the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from typing import Literal

from rich.console import Console
from rich.text import Text

from ...lint.checklist import Checklist, Judgement, Verdict
from ..escape import visible
from ..view import View
from ..wording import line_of

_MARKS = {Verdict.MET: "x", Verdict.UNMET: " ", Verdict.ATTESTED: "x", Verdict.UNKNOWN: "?"}
_STYLES = {Verdict.MET: "green", Verdict.UNMET: "red", Verdict.ATTESTED: "cyan", Verdict.UNKNOWN: "yellow"}


def render(checklist: Checklist, view: View) -> str:
    """Phases, tasks and criteria, each with its verdict and the evidence."""
    file = StringIO()
    system: Literal["standard"] | None = "standard" if view.color else None
    console = Console(file=file, width=view.width, force_terminal=view.color, color_system=system, highlight=False)
    for line in _lines(checklist, view):
        console.print(line, soft_wrap=not view.color)
    return file.getvalue()


def _lines(checklist: Checklist, view: View) -> Iterator[Text]:
    phase = None
    for state in checklist.tasks:
        if state.task.phase != phase:
            phase = state.task.phase
            yield Text(f"\n{phase}" if phase else "", "bold")
        yield Text(f"  {state.task.id} {state.task.title} ({state.done}/{len(state.judgements)})", "bold")
        for judgement in state.judgements:
            yield _line(judgement)
            yield from _findings(judgement, view)
    yield Text(f"\n{_summary(checklist)}", "bold")


def _line(judgement: Judgement) -> Text:
    line = Text(f"    [{_MARKS[judgement.verdict]}] ", _STYLES[judgement.verdict])
    line.append(judgement.criterion.text, "default")
    if judgement.verdict is not Verdict.MET:
        line.append(f"  {visible(judgement.why)}", "dim")
    return line


def _findings(judgement: Judgement, view: View) -> Iterator[Text]:
    shown = judgement.findings if view.verbose else judgement.findings[:3]
    for finding in shown:
        yield Text(visible(f"          {line_of(finding.at)}: {finding.message} [{finding.rule}]"), "dim")
    if len(shown) < len(judgement.findings):
        yield Text(f"          and {len(judgement.findings) - len(shown)} more (--verbose)", "dim")


def _summary(checklist: Checklist) -> str:
    counts = ", ".join(f"{checklist.count(verdict)} {verdict}" for verdict in Verdict)
    return f"{checklist.done} of {checklist.total} criteria ({checklist.percent}%): {counts}"
