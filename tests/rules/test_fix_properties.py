"""Fixes do in any surroundings what they do in their examples: quoted, indented, nested, with other line ends."""

import json
import re
import tempfile
import textwrap
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from functools import cache
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from obsaudit.lint import Bad, Rule, Text
from obsaudit.lint.cache import Cache
from obsaudit.lint.config import Config, RuleSettings
from obsaudit.lint.documents import SourceSettings, parse
from obsaudit.lint.fixing import fix
from obsaudit.lint.nodes import Unparsable
from obsaudit.lint.record import replace
from obsaudit.lint.run import Request, run
from obsaudit.rules import ALL

FIXED = {
    rule: fixed
    for rule in ALL
    if (fixed := [one for one in rule.examples if isinstance(one, Bad) and one.fixed is not None])
}
SIGNS = "é😀"  # One character outside of ASCII, one that is two in UTF-16.

# Where a rule finds nothing, or offers no fix, though it does in its example.
ELSEWHERE = {
    ("alerts/missing-runbook", "fence"): "an alert in a page is a sample",
    ("collector/deprecated-component", "fence"): "a sample is renamed by hand: its references may stand elsewhere",
    (
        "collector/glob-as-literal",
        "config map",
    ): "a key is put in where the lines of the file are those of the document",
    ("collector/useless-delete", "config map"): "a key is put in where the lines of the file are those of the document",
    ("logs/inconsistent-field", "fence"): "a page is a sample, and decides no spelling",
    ("meta/unused-suppression", "flow"): "what is dumped has lost its comments",
    ("slos/budget-arithmetic", "flow"): "what is dumped has lost its comments",
}


def indented(text: str, by: int) -> str:
    return textwrap.indent(text, " " * by)


def requoted(mark: str) -> Callable[[str], str]:
    """Every plain string of a YAML text in these quotes, and the rest as it stands."""

    def quote(value: str) -> str:
        return json.dumps(value, ensure_ascii=False) if mark == '"' else "'" + value.replace("'", "''") + "'"

    def requote(text: str) -> str:
        scalars = [
            token
            for token in yaml.scan(text)
            if isinstance(token, yaml.ScalarToken) and token.plain and isinstance(yaml.safe_load(token.value), str)
        ]
        for token in reversed(scalars):
            if token.start_mark.line == token.end_mark.line:
                text = text[: token.start_mark.index] + quote(token.value) + text[token.end_mark.index :]
        return text

    return requote


def in_flow(text: str) -> str:
    return "---\n".join(yaml.safe_dump(one, default_flow_style=True, width=9999) for one in yaml.safe_load_all(text))


def as_json(indent: int | None, ascii_: bool) -> Callable[[str], str]:
    return lambda text: json.dumps(json.loads(text), indent=indent, ensure_ascii=ascii_) + "\n"


def fenced(language: str) -> Callable[[str], str]:
    """A text in a fence of that language, in a list of a page."""

    def fence(text: str) -> str:
        block = indented(f"```{language}\n{text}```\n", 2)
        return f"# Page {SIGNS}\n\n- A step\n\n{block}\nThe end\n"

    return fence


def in_config_map(text: str) -> str:
    return f"kind: ConfigMap\nmetadata: {{name: rules}}\ndata:\n  {SIGNS}.yml: |\n{indented(text, 4)}"


def in_alert(style: str) -> Callable[[str], str]:
    """A query as the expression of an alerting rule, between a comment and other keys."""

    def wrap(query: str) -> str:
        value = {"plain": query, "'": "'" + query.replace("'", "''") + "'", '"': json.dumps(query)}
        block = {"|": f"|\n{indented(query, 4)}\n", ">": f">-\n{indented(query, 4)}\n"}
        spelt = block.get(style) or f"{value[style].strip()}\n"
        return f"- alert: Alert{SIGNS}\n  # {SIGNS}\n  expr: {spelt}  for: 5m\n"

    return lambda query: wrap(query.rstrip("\n"))


# What may be done to a text, by the ending of its file: how, and the ending afterwards.
SURROUNDINGS = {
    "yml": {
        "comment": (lambda text: f"# {SIGNS}\n{text}", "yml"),
        "document": (lambda text: f"{SIGNS}: 1\n---\n{text}", "yml"),
        "indented": (lambda text: indented(text, 3), "yml"),
        "config map": (in_config_map, "yml"),
        "fence": (fenced("yaml"), "md"),
        "double": (requoted('"'), "yml"),
        "single": (requoted("'"), "yml"),
        "flow": (in_flow, "yml"),
    },
    "promql": {
        "comment": (lambda text: f"# {SIGNS}\n{text}", "promql"),
        "fence": (fenced("promql"), "md"),
        "plain": (in_alert("plain"), "yml"),
        "single": (in_alert("'"), "yml"),
        "double": (in_alert('"'), "yml"),
        "literal": (in_alert("|"), "yml"),
        "folded": (in_alert(">"), "yml"),
    },
    "logql": {"fence": (fenced("logql"), "md")},
    "py": {
        "comment": (lambda text: f"# {SIGNS}\n{text}", "py"),
        "string": (lambda text: f'"""{SIGNS}"""; {SIGNS[0]} = 1\n{text}', "py"),
        "indented": (lambda text: f"if {SIGNS[0]}:\n{indented(text, 3)}", "py"),
        "fence": (fenced("python"), "md"),
    },
    "ts": {
        "comment": (lambda text: f"// {SIGNS}\n{text}", "ts"),
        "same line": (lambda text: f"/* {SIGNS} */ {text}", "ts"),
        "indented": (lambda text: f"{{\n{indented(text, 3)}}}\n", "ts"),
        "fence": (fenced("ts"), "md"),
    },
    "json": {
        "narrow": (as_json(None, False), "json"),
        "wide": (as_json(4, False), "json"),
        "escaped": (as_json(2, True), "json"),
        "config map": (in_config_map, "yml"),
    },
}

# What is spelt anew has its fix spelt anew, too; all else of the text stays as it is.
RESPELT = {"double", "single", "flow"}


def in_folder(folder: str, rule: Rule, example: Bad, path: str, text: str) -> Request:
    """A run of all rules over an example whose text is another one."""
    for name, content in {**example.files, path: text}.items():
        file = Path(folder) / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode())
    return Request(
        paths=["."],
        config=Config(root=Path(folder), select=("all",), rules={rule.id: RuleSettings(options=example.options)}),
        rules=ALL,
        cwd=Path(folder),
        today=date(2026, 11, 23),
        cache=Cache(None, ""),
    )


def alone(request: Request, rule: Rule, example: Bad) -> Request:
    """A run of one rule; what a suppression names must have run to be unused."""
    rules = [one for one in ALL if one.id == rule.id or (rule.id.startswith("meta/") and one.id in example.text)]
    return replace(request, rules=rules)


def spelt_alike(text: str, other: str, names: tuple[str, ...]) -> bool:
    """Whether two texts are the same, or say the same where a fix may be spelt otherwise than in its example."""
    if RESPELT.isdisjoint(names):
        return text == other
    if len(names) == 1:
        return list(yaml.safe_load_all(text)) == list(yaml.safe_load_all(other))
    return sorted(re.findall(r"\w+", text)) == sorted(re.findall(r"\w+", other))


def problems(text: str, path: str) -> int:
    parsed = parse(Text.of_file(text, path), path, SourceSettings())
    return sum(isinstance(node, Unparsable) for node in parsed.nodes)


def surrounded(example: Bad, names: Iterable[str], crlf: bool) -> tuple[str, str, str]:
    """The path, text and fixed text of an example in these surroundings."""
    path, text, fixed = example.path, example.text, example.fixed
    for name in names:
        stem, ending = path.rsplit(".", 1)
        change, after = SURROUNDINGS[ending][name]
        path, text, fixed = path if after == ending else f"{stem}.{after}", change(text), change(fixed)
    return (path, text.replace("\n", "\r\n"), fixed.replace("\n", "\r\n")) if crlf else (path, text, fixed)


def counts(report):
    return Counter(finding.rule for finding in report.shown)


def check(rule: Rule, example: Bad, names: tuple[str, ...], crlf: bool) -> bool:
    """
    Holds a rule's fix against its example in other surroundings; whether it offered as many as there.

    The fixed text in the surroundings is the text in the surroundings fixed: nothing else of the file changes.
    """
    path, text, expected = surrounded(example, names, crlf)
    with tempfile.TemporaryDirectory() as folder:
        everything = in_folder(folder, rule, example, path, text)
        fixes = fix(alone(everything, rule, example), unsafe=True)
        known, now = run(everything), run(replace(everything, contents=fixes.after))
    changed, applied = fixes.after.get(path, text.encode()).decode(), fixes.counts.get(path, 0)
    as_usual = applied == usually(rule, FIXED[rule].index(example))

    assert not as_usual or spelt_alike(changed, expected, names)
    # None is left: to apply them twice changes nothing.
    assert 0 == sum(finding.fix is not None for finding in fixes.report.shown if finding.rule == rule.id)
    assert problems(text, path) >= problems(changed, path)
    assert Counter() == counts(now) - counts(known)
    return as_usual


@cache
def usually(rule: Rule, number: int) -> int:
    """How many fixes an example has as it is."""
    example = FIXED[rule][number]
    with tempfile.TemporaryDirectory() as folder:
        request = alone(in_folder(folder, rule, example, example.path, example.text), rule, example)
        return fix(request, unsafe=True).counts[example.path]


@pytest.mark.parametrize("rule", FIXED, ids=lambda rule: rule.id)
def test_a_fix_does_the_same_in_any_surroundings(rule):
    """
    Quoted, indented, in a page or a ConfigMap, behind signs of all widths: the fix is there, and does what it did.
    """
    cases = [(example, name) for example in FIXED[rule] for name in SURROUNDINGS[example.path.rsplit(".", 1)[-1]]]
    missing = {name for example, name in cases if not check(rule, example, (name,), crlf=False)}

    assert {name for id_, name in ELSEWHERE if id_ == rule.id} == missing


@pytest.mark.parametrize("rule", FIXED, ids=lambda rule: rule.id)
@settings(max_examples=8, deadline=None, derandomize=True)
@given(data=st.data())
def test_a_fix_breaks_nothing_in_surroundings_within_others(rule, data):
    """
    Two surroundings at once and the line ends of Windows: a fix may be withheld there, never wrong.
    """
    example, ending, names = data.draw(st.sampled_from(FIXED[rule])), None, []
    for _ in range(2):
        ending = ending or example.path.rsplit(".", 1)[-1]
        if ending in SURROUNDINGS:
            names.append(data.draw(st.sampled_from(sorted(SURROUNDINGS[ending]))))
            ending = SURROUNDINGS[ending][names[-1]][1]

    check(rule, example, tuple(names), data.draw(st.booleans()))
