"""Completion, asked for as a shell asks: by the variables that its script sets."""

import pytest

from .shell import obsaudit

ASKED = {
    "explain promql/constant": ["promql/constant-ratio"],
    "explain cardinality/label-v": ["cardinality/label-values"],
    "lint --select promql/constant": ["promql/constant-ratio"],
    "lint --ignore alerts,promql/constant": ["alerts,promql/constant-ratio"],
    "live --select cardinality/label-v": ["cardinality/label-values"],
    "lint --select cardinality/label-v": [],
    "lint --format s": ["sarif"],
    "live -f g": ["github", "gitlab"],
    "lint --min-confidence h": ["high"],
    "init --preset p": ["production-readiness"],
}


@pytest.mark.parametrize(("line", "offered"), ASKED.items(), ids=ASKED)
def test_what_a_shell_offers(tmp_path, line, offered):
    """
    What could stand there for that verb, and nothing else.
    """
    assert offered == offers(tmp_path, line)


def test_a_folder_is_offered_before_its_rules(tmp_path):
    """
    A selector may be either.
    """
    assert ["retention", "retention/"] == [name[:10] for name in offers(tmp_path, "lint --ignore retenti")[:2]]


def offers(folder, line):
    words = f"obsaudit {line}"
    asked = {"COMP_WORDS": words, "COMP_CWORD": str(len(words.split()) - 1)}
    answer = obsaudit(folder, _OBSAUDIT_COMPLETE="complete_bash", **asked)
    assert "" == answer.err.strip()
    return [name for name in answer.out.split("\n") if name]
