"""What a run says of each criterion. Nothing here looks at files or asks servers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from ..lint import Finding
from ..lint.checklist import Attestation, Checklist, Criterion, Judgement, Task, TaskState, Verdict


@dataclass(frozen=True, slots=True)
class Evidence:
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


def judge(tasks: Iterable[Task], evidence: Evidence, attestations: Mapping[str, Attestation], today: date) -> Checklist:
    """The checklist of a day."""
    states = tuple(
        TaskState(task, tuple(_judge(one, evidence, attestations.get(one.id), today) for one in task.criteria))
        for task in tasks
    )
    return Checklist(today, states)


def _judge(criterion: Criterion, evidence: Evidence, attested: Attestation | None, today: date) -> Judgement:
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


def _gap(criterion: Criterion, evidence: Evidence) -> str | None:
    """What keeps the criterion from being decided; None where nothing does."""
    if not criterion.rules and not criterion.auditors:
        return "only people can say: attest it"
    silent = [auditor for auditor in criterion.auditors if auditor not in evidence.auditors]
    if silent:
        return f"needs a live system: {', '.join(silent)}"
    missing = [kind for kind in criterion.needs if kind not in evidence.kinds]
    if missing:
        return f"there is nothing to judge: no {_words(missing[0])} was found"
    unset = [rule for rule in criterion.rules if rule in evidence.unset]
    if unset:
        return f"the policy does not say: set `{evidence.unset[unset[0]]}` of {unset[0]}"
    off = [rule for rule in criterion.rules if rule not in evidence.rules]
    return f"did not run: {', '.join(off)}" if off else None


def _words(kind: str) -> str:
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in kind).strip()


def _findings(count: int) -> str:
    return "1 finding" if count == 1 else f"{count} findings"
