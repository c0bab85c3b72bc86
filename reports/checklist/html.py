"""The checklist as one page that needs no network: light and dark, and fit to print."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint.checklist import Checklist, Judgement, TaskState, Verdict
from ..page import document, safe
from ..view import View
from ..wording import line_of

_MARKS = {Verdict.MET: "✓", Verdict.ATTESTED: "✓", Verdict.UNMET: "✗", Verdict.UNKNOWN: "?"}
_STYLE = """
ul { list-style: none; padding: 0 }
li { display: grid; grid-template-columns: 1.5rem 1fr; margin: .4rem 0; break-inside: avoid }
.why, .findings { color: var(--soft) }
.findings { margin: .2rem 0; padding-left: 1rem }
.met > b { color: var(--good) }
.unmet > b { color: var(--bad) }
.unknown > b { color: var(--warn) }
.attested > b { color: var(--note) }
progress { width: 100% }
"""


def render(checklist: Checklist, view: View) -> str:
    """The whole page."""
    return document("Production readiness", _STYLE, _lines(checklist))


def _lines(checklist: Checklist) -> Iterator[str]:
    yield f"<h1>Production readiness</h1><p>{checklist.done} of {checklist.total} criteria on {checklist.on}</p>"
    yield f'<progress max="{checklist.total}" value="{checklist.done}">{checklist.percent}%</progress>'
    for state in checklist.tasks:
        yield from _task(state)


def _task(state: TaskState) -> Iterator[str]:
    yield f"<h2>{safe(state.task.id)} {safe(state.task.title)} ({state.done}/{len(state.judgements)})</h2><ul>"
    for judgement in state.judgements:
        yield f'<li class="{judgement.verdict}"><b title="{judgement.verdict}">{_MARKS[judgement.verdict]}</b><div>'
        yield f"{safe(judgement.criterion.text)}"
        if judgement.verdict is not Verdict.MET:
            yield f'<div class="why">{judgement.verdict}: {safe(judgement.why)}</div>'
        yield from _findings(judgement)
        yield "</div></li>"
    yield "</ul>"


def _findings(judgement: Judgement) -> Iterator[str]:
    if not judgement.findings:
        return
    yield '<div class="findings">'
    for finding in judgement.findings:
        place, rule = safe(line_of(finding.at)), safe(finding.rule)
        yield f"<div><code>{place}</code> {safe(finding.message)} <code>{rule}</code></div>"
    yield "</div>"
