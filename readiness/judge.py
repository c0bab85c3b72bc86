"""What a run says of each criterion. Nothing here looks at files or asks servers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date

from ..lint import Finding
from ..lint.checklist import Attestation, Checklist, Criterion, Judgement, Task, TaskState, Verdict
from ..lint.record import Record, field


class Evidence(Record):
    """
    What a run found out.

    `findings` are those that stand, accepted debt included: a baseline lets a team go on, and makes
    nothing ready. `kinds` are the kinds of node that there were.
    """

    findings: tuple[Finding, ...]
    kinds: Collection[str]
    rules: Collection[str]
    """The rules that ran."""

    unset: Mapping[str, str] = field(default_factory=dict)
    """Rules that have nothing to ask for, and the option that would tell them what."""

    auditors: Collection[str] = ()
    """The auditors that ran and had something to judge; none without a server or a snapshot."""

    silent: Mapping[str, str] = field(default_factory=dict)
    """Why others that were asked could not decide."""


def judge(tasks: Iterable[Task], evidence: Evidence, attestations: Mapping[str, Attestation], today: date) -> Checklist:
    """The checklist of a day."""
    states: list[TaskState] = []
    for task in tasks:
        judged = (_judge(one, evidence, attestations.get(one.id), today, states) for one in task.criteria)
        states.append(TaskState(task, tuple(judged)))
    return Checklist(today, tuple(states))


def _judge(
    criterion: Criterion,
    evidence: Evidence,
    attested: Attestation | None,
    today: date,
    before: Iterable[TaskState],
) -> Judgement:
    if criterion.tasks:
        return _of_tasks(criterion, [state for state in before if state.task.id in criterion.tasks])
    deciding = {*criterion.rules, *criterion.auditors}
    findings = tuple(finding for finding in evidence.findings if finding.rule in deciding)
    if findings:
        return Judgement(criterion, Verdict.UNMET, _findings(len(findings)), findings)
    gap = _gap(criterion, evidence)
    if gap is None:
        return Judgement(criterion, Verdict.MET, "nothing was found")
    if attested is None:
        return Judgement(criterion, Verdict.UNKNOWN, gap)
    if attested.until < today:
        return Judgement(criterion, Verdict.UNKNOWN, f"what {attested.owner} said ended on {attested.until}")
    why = f"{attested.owner} on {attested.on}, until {attested.until}: {attested.evidence}"
    return Judgement(criterion, Verdict.ATTESTED, why)


def _of_tasks(criterion: Criterion, states: list[TaskState]) -> Judgement:
    """All tasks done, or which are not: unmet where a criterion of theirs is, else unknown."""
    open_ = [state for state in states if state.done < len(state.judgements)]
    if not open_:
        return Judgement(criterion, Verdict.MET, "all of their criteria are met or attested")
    unmet = any(one.verdict is Verdict.UNMET for state in open_ for one in state.judgements)
    names = ", ".join(f"{state.task.id} ({state.done}/{len(state.judgements)})" for state in open_)
    return Judgement(criterion, Verdict.UNMET if unmet else Verdict.UNKNOWN, f"not done: {names}")


def _gap(criterion: Criterion, evidence: Evidence) -> str | None:
    """What keeps the criterion from being decided; None where nothing does."""
    if not criterion.rules and not criterion.auditors:
        return "only people can say: attest it"
    open_ = [auditor for auditor in criterion.auditors if auditor not in evidence.auditors]
    unset = [rule for rule in (*criterion.rules, *criterion.auditors) if rule in evidence.unset]
    if open_ and open_[0] in evidence.silent:
        return f"{open_[0]}: {evidence.silent[open_[0]]}"
    if open_:
        return f"needs a live system: {', '.join(open_)}"
    missing = [kind for kind in criterion.needs if kind not in evidence.kinds]
    if missing:
        return f"there is nothing to judge: no {_words(missing[0])} was found"
    if unset:
        return f"the policy does not say: set `{evidence.unset[unset[0]]}` of {unset[0]}"
    off = [rule for rule in criterion.rules if rule not in evidence.rules]
    return f"did not run: {', '.join(off)}" if off else None


def _words(kind: str) -> str:
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in kind).strip()


def _findings(count: int) -> str:
    return "1 finding" if count == 1 else f"{count} findings"
