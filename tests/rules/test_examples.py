"""Every rule on its own examples: how many findings, where exactly, and the text after the fix."""

from datetime import date
from pathlib import Path

import pytest

from obsaudit.lint import Bad, Edit, Example, Finding, Project, Rule, Text
from obsaudit.lint.cache import Cache
from obsaudit.lint.config import Config, RuleSettings
from obsaudit.lint.documents import SourceSettings, parse
from obsaudit.lint.fixing import fix
from obsaudit.lint.nodes import Unparsable
from obsaudit.lint.record import replace
from obsaudit.lint.run import Request, run
from obsaudit.rules import ALL

CASES = [
    pytest.param(rule, example, id=f"{rule.id}-{type(example).__name__.lower()}-{number}")
    for rule in ALL
    for number, example in enumerate(rule.examples, 1)
]


def request_for(rule: Rule, example: Example, folder: Path) -> Request:
    """A run of one rule over the files of an example, as `lint` would make it."""
    for name, text in {example.path: example.text, **example.files}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    config = Config(root=folder, select=(rule.id,), rules={rule.id: RuleSettings(options=example.options)})
    # What is said of suppressions needs the rules that they name to have run.
    needed = (rule.id,) if not rule.id.startswith("meta/") else ("all",)
    return Request(
        paths=["."],
        config=Config(root=folder, select=needed, rules=config.rules),
        rules=ALL,
        cwd=folder,
        today=date(2026, 11, 23),
        cache=Cache(None, ""),
    )


def covered(finding: Finding, texts: dict[str, str]) -> str:
    """The text that a finding's region covers."""
    region = finding.at.region
    assert region is not None
    lines = texts[finding.at.source].split("\n")[region.start.line - 1 : region.end.line]
    lines[-1] = lines[-1][: region.end.column - 1]
    lines[0] = lines[0][region.start.column - 1 :]
    return "\n".join(lines)


@pytest.mark.parametrize(("rule", "example"), CASES)
def test_a_rule_judges_its_examples_as_it_says(rule, example, tmp_path):
    """
    A bad example has exactly the findings that it names, each on the text that it names; a good one has none.
    """
    report = run(request_for(rule, example, tmp_path))

    found = [covered(finding, report.texts) for finding in report.shown if finding.rule == rule.id]
    assert [] == [finding.message for finding in report.shown if finding.rule == "meta/crashed-rule"]
    assert list(example.expected if isinstance(example, Bad) else ()) == found


@pytest.mark.parametrize(
    ("rule", "example"),
    [case for case in CASES if isinstance(case.values[1], Bad) and case.values[1].fixed is not None],
)
def test_a_fix_gives_the_text_that_the_example_says(rule, example, tmp_path):
    """
    A fix changes the example to the text that it names, where it is cured; a second round changes nothing.
    """
    request = request_for(rule, example, tmp_path)
    # No fix but the rule's own; what a suppression names must have run to be unused.
    own = [one for one in ALL if one.id == rule.id or (rule.id.startswith("meta/") and one.id in example.text)]
    alone = replace(request, rules=own, config=replace(request.config, select=("all",)))
    fixes = fix(alone, unsafe=True)
    again = fix(replace(alone, contents=fixes.after), unsafe=True)

    # What a fix leaves must be read as well as before, and what it cured must be gone.
    fixable = [finding for finding in fixes.report.shown if finding.rule == rule.id and finding.fix is not None]
    before, after = (
        parse(Text.of_file(t, example.path), example.path, SourceSettings()) for t in (example.text, example.fixed)
    )
    assert [] == fixable
    assert before.kinds == after.kinds
    assert _problems(before) >= _problems(after)
    assert fixes.counts[example.path] >= 1
    assert example.fixed == fixes.after[example.path].decode()
    assert {} == again.after


def _problems(parsed):
    return sum(isinstance(node, Unparsable) for node in parsed.nodes)


@pytest.mark.parametrize(("rule", "example"), [case for case in CASES if isinstance(case.values[1], Bad)])
def test_an_example_without_a_fixed_text_has_no_fix(rule, example, tmp_path):
    """
    A fix that an example does not show is a fix that nobody has looked at.
    """
    report = run(request_for(rule, example, tmp_path))

    offered = [finding.fix for finding in report.shown if finding.rule == rule.id and finding.fix is not None]
    assert (example.fixed is not None) == bool(offered)
    assert all(isinstance(edit, Edit) for fix_ in offered for edit in fix_.edits)


@pytest.mark.parametrize(("rule", "example"), [case for case in CASES if case.values[0].about])
def test_without_one_of_its_subjects_a_rule_finds_nothing_in_a_project(rule, example):
    """
    It is not even loaded then, so a kind that it could do without must not be among them.
    """
    texts = {example.path: example.text, **example.files}
    nodes = [
        node for name, text in texts.items() for node in parse(Text.of_file(text, name), name, SourceSettings()).nodes
    ]

    for kind in rule.about:
        rest = Project((node for node in nodes if type(node) is not kind), date(2026, 11, 23))
        assert [] == list(rule.with_options(example.options).check_project(rest))
