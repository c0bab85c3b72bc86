"""The documentation page of a rule: from its docstring, its metadata, its options and its examples."""

from __future__ import annotations

import inspect
import textwrap
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

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
    yield from _examples(rule, judge)


def _tasks(rule: Rule) -> str:
    return f" · readiness task {', '.join(rule.tasks)}" if rule.tasks else ""


def _options(rule: Rule) -> Iterator[str]:
    own = names_of(rule)
    if not own:
        return
    yield "## Options"
    yield ""
    told, hints = notes(type(rule)), get_type_hints(type(rule))
    for name in own:
        default = getattr(rule, name)
        note = told.get(name, "")
        yield f"- `{name.replace('_', '-')}` = `{_toml(default)}` ({_kind(hints[name])}){f': {note}' if note else ''}"
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


def _examples(rule: Rule, judge: Judge | None) -> Iterator[str]:
    from ..auditors.auditor import Recorded  # every command loads this file, and few the auditors

    shown = [one for one in rule.examples if not isinstance(one, Recorded) or one.text]
    counted: Counter[str] = Counter()
    for example in shown:
        heading = "Flagged" if isinstance(example, Bad) else "Left alone"
        counted[heading] += 1
        # Headings are anchors, and a table of contents: each says something of its own.
        many = sum(isinstance(one, Bad) == isinstance(example, Bad) for one in shown) > 1
        said = f": {example.why}" if example.why else f" ({counted[heading]})" if many else ""
        yield f"## {heading}{said}"
        yield ""
        yield from _example(example, judge(rule, example) if judge and isinstance(example, Bad) else ())


def _example(example: Example, findings: Sequence[Finding]) -> Iterator[str]:
    for name, text in {example.path: example.text, **example.files}.items():
        told = sorted(
            (one.at.region.start.line, one.message, one.help or "")
            for one in findings
            if one.at.source == name and one.at.region is not None
        )
        lines = " ".join(str(line) for line in dict.fromkeys(line for line, _, _ in told))
        if text:
            yield from _fence(name, text, f' hl_lines="{lines}"' if lines else "")
        for line, message, cure in told:
            yield f"Line {line}: {message}" + (f"; {cure}" if cure else "")
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
    from ..auditors.auditor import Recorded

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


def _kind(hint: Any) -> str:
    """What an option takes, in words."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return " or ".join(_kind(one) for one in arguments if one is not NoneType)
    if origin in (tuple, frozenset):
        return f"list of {_kind(arguments[0])}s"
    if isinstance(origin, type) and issubclass(origin, Mapping):
        inner = _kind(arguments[1])
        return f"table of {inner.replace('list', 'lists', 1) if inner.startswith('list') else f'{inner}s'}"
    return _KINDS.get(hint, "text")


_KINDS: Mapping[Any, str] = {bool: "true or false", int: "whole number", float: "number", str: "string"}


def _toml(value: object) -> str:
    if value is None:
        return "unset"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key} = {_toml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, tuple | list | frozenset):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    return f'"{value}"' if isinstance(value, str) else str(value)
