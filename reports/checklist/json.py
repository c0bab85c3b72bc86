"""The checklist as JSON, version 1."""

from __future__ import annotations

from ...lint.checklist import Checklist, Judgement, TaskState, Verdict
from ..escape import dumps
from ..view import View


def render(checklist: Checklist, view: View) -> str:
    """Tasks and criteria with their verdicts, and the counts."""
    return dumps(
        {
            "version": 1,
            "tool": {"name": "obsaudit", "version": view.version},
            "date": checklist.on.isoformat(),
            "tasks": [_task(state) for state in checklist.tasks],
            "counts": {
                **{verdict.value: checklist.count(verdict) for verdict in Verdict},
                "done": checklist.done,
                "total": checklist.total,
                "percent": checklist.percent,
            },
        }
    )


def _task(state: TaskState) -> dict[str, object]:
    return {
        "id": state.task.id,
        "title": state.task.title,
        "phase": state.task.phase,
        "done": state.done,
        "criteria": [_criterion(judgement) for judgement in state.judgements],
    }


def _criterion(judgement: Judgement) -> dict[str, object]:
    return {
        "id": judgement.criterion.id,
        "text": judgement.criterion.text,
        "asks": judgement.criterion.asks,
        "verdict": judgement.verdict.value,
        "why": judgement.why,
        "decided_by": [*judgement.criterion.rules, *judgement.criterion.auditors],
        "rests_on": [*judgement.criterion.tasks],
        "findings": [
            {
                "rule": finding.rule,
                "source": finding.at.source,
                "subject": finding.at.subject,
                "line": finding.at.region.start.line if finding.at.region is not None else None,
                "message": finding.message,
            }
            for finding in judgement.findings
        ],
    }
