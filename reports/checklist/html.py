"""The checklist as one page that needs no network: light and dark, and fit to print."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from ...lint.checklist import Checklist, Judgement, TaskState, Verdict
from ..escape import visible
from ..view import View
from ..wording import line_of

_MARKS = {Verdict.MET: "✓", Verdict.ATTESTED: "✓", Verdict.UNMET: "✗", Verdict.UNKNOWN: "?"}
_STYLE = """
:root { color-scheme: light dark; --line: #8884; --soft: color-mix(in srgb, currentColor 70%, transparent);
  --met: #2e7d32; --unmet: #c62828; --unknown: #b28704; --attested: #0277bd }
@media (prefers-color-scheme: dark) {
  :root { --met: #66bb6a; --unmet: #ef5350; --unknown: #ffca28; --attested: #4fc3f7 }
}
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem }
h2 { border-top: 1px solid var(--line); padding-top: 1rem }
ul { list-style: none; padding: 0 }
li { display: grid; grid-template-columns: 1.5rem 1fr; margin: .4rem 0 }
.why, .findings { color: var(--soft) }
.findings { margin: .2rem 0; padding-left: 1rem }
.met > b { color: var(--met) }
.unmet > b { color: var(--unmet) }
.unknown > b { color: var(--unknown) }
.attested > b { color: var(--attested) }
code { overflow-wrap: anywhere }
progress { width: 100% }
@media print { body { max-width: none; padding: 0 } h2 { break-after: avoid } li { break-inside: avoid } }
"""


def render(checklist: Checklist, view: View) -> str:
    """The whole page."""
    return "\n".join(_lines(checklist)) + "\n"


def _lines(checklist: Checklist) -> Iterator[str]:
    yield '<!doctype html><html lang="en"><head><meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>Production readiness</title><style>{_STYLE}</style></head><body>"
    yield f"<h1>Production readiness</h1><p>{checklist.done} of {checklist.total} criteria on {checklist.on}</p>"
    yield f'<progress max="{checklist.total}" value="{checklist.done}">{checklist.percent}%</progress>'
    for state in checklist.tasks:
        yield from _task(state)
    yield "</body></html>"


def _task(state: TaskState) -> Iterator[str]:
    yield f"<h2>{escape(state.task.id)} {escape(state.task.title)} ({state.done}/{len(state.judgements)})</h2><ul>"
    for judgement in state.judgements:
        yield f'<li class="{judgement.verdict}"><b title="{judgement.verdict}">{_MARKS[judgement.verdict]}</b><div>'
        yield f"{_safe(judgement.criterion.text)}"
        if judgement.verdict is not Verdict.MET:
            yield f'<div class="why">{judgement.verdict}: {_safe(judgement.why)}</div>'
        yield from _findings(judgement)
        yield "</div></li>"
    yield "</ul>"


def _findings(judgement: Judgement) -> Iterator[str]:
    if not judgement.findings:
        return
    yield '<div class="findings">'
    for finding in judgement.findings:
        place, rule = _safe(line_of(finding.at)), _safe(finding.rule)
        yield f"<div><code>{place}</code> {_safe(finding.message)} <code>{rule}</code></div>"
    yield "</div>"


def _safe(text: str) -> str:
    return escape(visible(text))
