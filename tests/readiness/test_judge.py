"""The checklist: what decides a criterion, and what does not."""

from datetime import date

import pytest

from obsaudit.auditors import ALL as AUDITORS
from obsaudit.lint import Confidence, Finding, Location, Severity, nodes
from obsaudit.lint.checklist import Attestation, Criterion, Task, Verdict
from obsaudit.readiness import PRESETS, TASKS, AttestationError, Evidence, judge, load
from obsaudit.rules import ALL as RULES

TODAY = date(2026, 11, 23)
BY_RULE = Criterion("1/a", "alerts have runbooks", ("alerts/missing-runbook",), needs=("AlertingRule",))
BY_AUDITOR = Criterion("1/b", "budgets are kept", auditors=("budgets/exceeded",))
BY_PEOPLE = Criterion("1/c", "the team is trained")
FINDING = Finding(
    "alerts/missing-runbook", Severity.WARNING, Confidence.HIGH, "no runbook", Location("a.yml", "alert X", None)
)


def evidence(*findings, kinds=("AlertingRule",), rules=("alerts/missing-runbook",), **more):
    return Evidence(tuple(findings), frozenset(kinds), frozenset(rules), **more)


def verdict(criterion, found, attested=()):
    (state,) = judge([Task("1", "one", "phase", (criterion,))], found, {a.criterion: a for a in attested}, TODAY).tasks
    return state.judgements[0].verdict


def attestation(criterion, until):
    return Attestation(criterion, "lena", date(2026, 11, 1), until, "drill")


def test_rules_that_ran_and_found_nothing_meet_a_criterion():
    """
    They ran, there was something to judge, and nothing was found.
    """
    assert Verdict.MET is verdict(BY_RULE, evidence())


def test_a_finding_is_stronger_than_an_attestation():
    """
    What a rule found cannot be attested away.
    """
    attested = [attestation("1/a", date(2027, 1, 1))]

    assert Verdict.UNMET is verdict(BY_RULE, evidence(FINDING), attested)


@pytest.mark.parametrize(
    "found",
    [
        evidence(kinds=()),
        evidence(rules=()),
        evidence(unset={"alerts/missing-runbook": "annotation"}),
    ],
    ids=["nothing to judge", "the rule did not run", "the policy does not say"],
)
def test_what_nothing_decides_is_unknown(found):
    """
    Silence is not success.
    """
    assert Verdict.UNKNOWN is verdict(BY_RULE, found)


def test_an_auditor_decides_only_when_it_ran():
    """
    Without a server a criterion about it is unknown.
    """
    assert Verdict.UNKNOWN is verdict(BY_AUDITOR, evidence())
    assert Verdict.MET is verdict(BY_AUDITOR, evidence(auditors=("budgets/exceeded",)))


def test_an_attestation_holds_until_its_last_day():
    """
    On that day it holds, on the next it does not.
    """
    assert Verdict.ATTESTED is verdict(BY_PEOPLE, evidence(), [attestation("1/c", TODAY)])
    assert Verdict.UNKNOWN is verdict(BY_PEOPLE, evidence(), [attestation("1/c", date(2026, 11, 22))])
    assert Verdict.UNKNOWN is verdict(BY_PEOPLE, evidence())


def test_a_percentage_is_full_only_when_all_is_done():
    """
    Rounding never makes a whole of less.
    """
    criteria = tuple(Criterion(f"1/{n}", "x") for n in range(300))
    attested = {c.id: attestation(c.id, TODAY) for c in criteria[1:]}

    assert 99 == judge([Task("1", "one", "phase", criteria)], evidence(), attested, TODAY).percent


def test_the_checklist_names_only_what_there_is():
    """
    A rule, an auditor, a kind of node or an option that does not exist would make a criterion unknown for ever.
    """
    rules = {rule.id: rule for rule in RULES}
    auditors = {auditor.id for auditor in AUDITORS}
    criteria = [criterion for task in TASKS for criterion in task.criteria]

    assert [] == [r for c in criteria for r in c.rules if r not in rules]
    assert [] == [a for c in criteria for a in c.auditors if a not in auditors]
    assert [] == [kind for c in criteria for kind in c.needs if not hasattr(nodes, kind)]
    assert [] == [
        (rule, option)
        for preset in PRESETS.values()
        for rule, options in preset.items()
        for option in options
        if not hasattr(rules.get(rule), option)
    ]
    assert len({c.id for c in criteria}) == len(criteria)
    assert 17 == sum(task.id != "done" for task in TASKS)


def test_an_attestation_is_read_with_its_dates(tmp_path):
    """
    The file is TOML; an entry has five keys, all of them.
    """
    path = tmp_path / "readiness.toml"
    path.write_text(
        '[[attestation]]\ncriterion = "1/c"\nowner = "lena"\non = 2026-11-01\nuntil = 2027-02-01\nevidence = "drill"\n'
    )

    assert {"1/c": attestation("1/c", date(2027, 2, 1))} == load(path, {"1/c"})


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[[attestation]\n", "readiness.toml: "),
        ('[[attestation]]\ncriterion = "1/c"\n', "entry 1: must have exactly the keys"),
        (
            '[[attestation]]\ncriterion = "9/z"\nowner = "l"\non = 2026-11-01\nuntil = 2027-02-01\nevidence = "d"\n',
            "no criterion `9/z`",
        ),
        (
            '[[attestation]]\ncriterion = "1/c"\nowner = "l"\non = "soon"\nuntil = 2027-02-01\nevidence = "d"\n',
            "`on` must be a date",
        ),
    ],
)
def test_an_attestation_that_cannot_be_used_is_told(tmp_path, text, problem):
    """
    Which file, which entry, and why.
    """
    path = tmp_path / "readiness.toml"
    path.write_text(text)

    with pytest.raises(AttestationError, match=problem.replace("[", "\\[")):
        load(path, {"1/c"})


def test_tasks_that_are_done_complete_what_rests_on_them():
    """
    All done: met; something found: unmet; something not decided: unknown. The open ones are named.
    """

    def outcome(found, attested):
        tasks = [
            Task("1", "one", "phase", (BY_RULE, BY_PEOPLE)),
            Task("done", "done", "done", (Criterion("done/one", "one is complete", tasks=("1",)),)),
        ]
        last = judge(tasks, found, {one.criterion: one for one in attested}, TODAY).tasks[-1].judgements[0]
        return last.verdict, last.why

    drill = attestation("1/c", date(2027, 1, 1))
    assert (Verdict.MET, "all of their criteria are met or attested") == outcome(evidence(), [drill])
    assert (Verdict.UNMET, "not done: 1 (1/2)") == outcome(evidence(FINDING), [drill])
    assert (Verdict.UNKNOWN, "not done: 1 (1/2)") == outcome(evidence(), [])


def test_an_auditor_that_could_not_decide_says_why():
    """
    «Needs a live system» would be wrong where one was asked.
    """
    found = evidence(silent={"budgets/exceeded": "no histogram"})
    (state,) = judge([Task("1", "one", "phase", (BY_AUDITOR,))], found, {}, TODAY).tasks

    assert (Verdict.UNKNOWN, "budgets/exceeded: no histogram") == (state.judgements[0].verdict, state.judgements[0].why)
