"""The documentation page of a rule: from its docstring, its metadata, its options and its examples."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Iterator

from ..lint import Bad, Example, Rule
from ..lint.record import names_of

_LANGUAGES = {"py": "python", "yml": "yaml", "yaml": "yaml", "promql": "promql", "ts": "typescript", "json": "json"}


def markdown(rule: Rule) -> str:
    """The page as Markdown."""
    return "\n".join(_lines(rule)).rstrip() + "\n"


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


def _lines(rule: Rule) -> Iterator[str]:
    yield f"# {rule.id}"
    yield ""
    opinion = " · off unless selected" if rule.opinionated else ""
    yield f"**{rule.severity}** · since {rule.since}{_tasks(rule)}{opinion}"
    yield ""
    yield inspect.cleandoc(type(rule).__doc__ or "")
    yield ""
    yield from _options(rule)
    for example in rule.examples:
        yield from _example(example)


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


def _example(example: Example) -> Iterator[str]:
    bad = isinstance(example, Bad)
    yield f"## {'Flagged' if bad else 'Left alone'}{f': {example.why}' if example.why else ''}"
    yield ""
    for name, text in {example.path: example.text, **example.files}.items():
        if not text:
            continue
        suffix = name.rpartition(".")[2]
        yield f"```{_LANGUAGES.get(suffix, '')}"
        yield textwrap.dedent(text).strip("\n")
        yield "```"
        yield ""
    if isinstance(example, Bad) and example.fixed is not None:
        yield "becomes with the fix"
        yield ""
        yield f"```{_LANGUAGES.get(example.path.rpartition('.')[2], '')}"
        yield textwrap.dedent(example.fixed).strip("\n")
        yield "```"
        yield ""


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple | list | frozenset):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    return f'"{value}"' if isinstance(value, str) else str(value)
