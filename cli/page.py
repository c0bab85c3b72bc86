"""The documentation page of a rule: from its docstring, its metadata, its options and its examples."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable, Iterator, Sequence

from ..auditors.auditor import Recorded
from ..lint import Bad, Example, Finding, Rule
from ..lint.record import names_of

_LANGUAGES = {"py": "python", "yml": "yaml", "yaml": "yaml", "promql": "promql", "ts": "typescript", "json": "json"}

Judge = Callable[[Rule, Bad], Sequence[Finding]]
"""What a rule says of one of its examples."""


def markdown(rule: Rule, judge: Judge | None = None) -> str:
    """The page as Markdown; with a judge, each bad example shows what is said of it, and where."""
    return "\n".join(_lines(rule, judge)).rstrip() + "\n"


def show(rule: Rule) -> None:
    """The page in the terminal."""
    import os
    import shutil
    import sys

    from rich.console import Console
    from rich.markdown import Markdown

    plain = not sys.stdout.isatty() or bool(os.environ.get("NO_COLOR"))
    width = min(100, shutil.get_terminal_size((100, 24)).columns)
    console = Console(width=width, no_color=plain, force_terminal=not plain, highlight=False)
    if plain:
        console.file.write(markdown(rule))
        return
    console.print(Markdown(markdown(rule), code_theme="ansi_dark"))


def _lines(rule: Rule, judge: Judge | None) -> Iterator[str]:
    yield f"# {rule.id}"
    yield ""
    opinion = " · off unless selected" if rule.opinionated else ""
    yield f"**{rule.severity}** · since {rule.since}{_tasks(rule)}{opinion}"
    yield ""
    yield inspect.cleandoc(type(rule).__doc__ or "")
    yield ""
    yield from _options(rule)
    yield from _asks(rule)
    for example in rule.examples:
        yield from _example(example, judge(rule, example) if judge and isinstance(example, Bad) else ())


def _tasks(rule: Rule) -> str:
    return f" · readiness task {', '.join(rule.tasks)}" if rule.tasks else ""


def _options(rule: Rule) -> Iterator[str]:
    own = names_of(rule)
    if not own:
        return
    yield "## Options"
    yield ""
    told = notes(type(rule))
    for name in own:
        default = getattr(rule, name)
        note = told.get(name, "")
        yield f"- `{name.replace('_', '-')}` = `{_toml(default)}`{f': {note}' if note else ''}"
    yield ""


def notes(kind: type) -> dict[str, str]:
    """The string below each field of a class, which is its documentation."""
    import ast

    tree = ast.parse(textwrap.dedent(inspect.getsource(kind))).body[0]
    assert isinstance(tree, ast.ClassDef)
    return {
        before.target.id: " ".join(inspect.cleandoc(after.value.value).split())
        for before, after in zip(tree.body, tree.body[1:], strict=False)
        if isinstance(before, ast.AnnAssign)
        and isinstance(before.target, ast.Name)
        and isinstance(after, ast.Expr)
        and isinstance(after.value, ast.Constant)
        and isinstance(after.value.value, str)
    }


def _example(example: Example, findings: Sequence[Finding]) -> Iterator[str]:
    if isinstance(example, Recorded) and not example.text:
        return
    bad = isinstance(example, Bad)
    yield f"## {'Flagged' if bad else 'Left alone'}{f': {example.why}' if example.why else ''}"
    yield ""
    for name, text in {example.path: example.text, **example.files}.items():
        told = {
            finding.at.region.start.line: finding
            for finding in findings
            if finding.at.source == name and finding.at.region
        }
        if text:
            yield from _fence(name, text, f' hl_lines="{" ".join(map(str, sorted(told)))}"' if told else "")
        for line, finding in sorted(told.items()):
            yield f"Line {line}: {finding.message}" + (f"; {finding.help}" if finding.help else "")
            yield ""
    if isinstance(example, Bad) and example.fixed is not None:
        yield "becomes with the fix"
        yield ""
        yield from _fence(example.path, example.fixed)


def _fence(name: str, text: str, lines: str = "") -> Iterator[str]:
    fence = "````" if "```" in text else "```"
    yield f"{fence}{_LANGUAGES.get(name.rpartition('.')[2], '')}{lines}"
    yield textwrap.dedent(text).rstrip("\n")
    yield fence
    yield ""


def _asks(rule: Rule) -> Iterator[str]:
    """What an auditor asks, by its examples; the expressions are those of their options."""
    asked = {key: None for example in rule.examples if isinstance(example, Recorded) for key in example.answers}
    if not asked:
        return
    yield "## What it asks"
    yield ""
    yield "In its examples; options and the repository decide the rest."
    yield ""
    yield "```text"
    yield from asked
    yield "```"
    yield ""


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple | list | frozenset):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    return f'"{value}"' if isinstance(value, str) else str(value)
