"""The checklist in Markdown: for a pull request or a wiki."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from ...lint.checklist import Checklist, Judgement, Verdict
from ..escape import visible
from ..view import View
from ..wording import line_of

_BOXES = {Verdict.MET: "x", Verdict.ATTESTED: "x", Verdict.UNMET: " ", Verdict.UNKNOWN: " "}
_SPECIAL = re.compile(r"([\\`*_\[\]|~#])")


def render(checklist: Checklist, view: View) -> str:
    """A heading a task, a box a criterion, and what stands in the way below it."""
    return "\n".join(_lines(checklist, view)) + "\n"


def _lines(checklist: Checklist, view: View) -> Iterator[str]:
    yield "# Production readiness"
    yield ""
    counts = ", ".join(f"{checklist.count(verdict)} {verdict}" for verdict in Verdict)
    yield f"**{checklist.done} of {checklist.total} criteria ({checklist.percent}%)** on {checklist.on}: {counts}"
    for state in checklist.tasks:
        yield ""
        yield f"## {state.task.id} {state.task.title} ({state.done}/{len(state.judgements)})"
        yield ""
        for judgement in state.judgements:
            yield _line(judgement)
            yield from _findings(judgement, view)


def _line(judgement: Judgement) -> str:
    note = "" if judgement.verdict is Verdict.MET else f" — {judgement.verdict}: {_plain(judgement.why)}"
    return f"- [{_BOXES[judgement.verdict]}] {_plain(judgement.criterion.text)}{note}"


def _findings(judgement: Judgement, view: View) -> Iterator[str]:
    shown = judgement.findings if view.verbose else judgement.findings[:5]
    for finding in shown:
        yield f"  - `{finding.rule}` {_plain(line_of(finding.at))}: {_plain(finding.message)}"
    if len(shown) < len(judgement.findings):
        yield f"  - and {len(judgement.findings) - len(shown)} more"


def _plain(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", html.escape(visible(text), quote=False))
