"""`obsaudit rules`."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from ..lint import Bad
from ..lint.config import ConfigError
from . import common


def rules(
    folder: Annotated[str | None, typer.Argument(help="Only this folder, as in `alerts`.", show_default=False)] = None,
    format: Annotated[str, typer.Option("--format", "-f", help="text, json or markdown.")] = "text",
) -> None:
    """
    List the rules and auditors: id, severity, summary, whether there is a fix.

    Examples: `obsaudit rules`, `obsaudit rules promql`, `obsaudit rules --format json`
    """
    from ..auditors import ALL as AUDITORS
    from ..rules import ALL as RULES

    rows = [
        {
            "id": rule.id,
            "severity": str(rule.severity),
            "summary": rule.summary,
            "live": kind == "live",
            "opinionated": rule.opinionated,
            "fix": any(isinstance(example, Bad) and example.fixed is not None for example in rule.examples),
            "tasks": list(rule.tasks),
        }
        for kind, known in (("lint", RULES), ("live", AUDITORS))
        for rule in known
        if folder is None or rule.id.startswith(f"{folder}/")
    ]
    if not rows:
        folders = {rule.id.partition("/")[0] for rule in (*RULES, *AUDITORS)}
        near = common.nearest(folder or "", sorted(folders)) or f"one of {', '.join(sorted(folders))}"
        raise ConfigError(f"there is no folder of rules `{folder}`", help=near)
    render = {"json": _json, "markdown": _markdown, "text": _text}.get(format)
    if render is None:
        raise ConfigError(f"there is no format `{format}`", help="one of text, json, markdown")
    typer.echo(render(rows))


_Row = dict[str, object]


def _json(rows: list[_Row]) -> str:
    return json.dumps(rows, indent=2)


def _markdown(rows: list[_Row]) -> str:
    lines = ["| id | severity | flags | fix |", "| --- | --- | --- | --- |"]
    lines += [
        f"| `{row['id']}` | {row['severity']} | {row['summary']} | {'yes' if row['fix'] else ''} |" for row in rows
    ]
    return "\n".join(lines)


def _text(rows: list[_Row]) -> str:
    width = max(len(str(row["id"])) for row in rows)
    return "\n".join(
        f"{row['id']!s:<{width}}  {row['severity']!s:<7}  {row['summary']}{_marks(row)}".rstrip() for row in rows
    )


def _marks(row: _Row) -> str:
    marks = [word for word in ("live", "fix", "opinionated") if row[word]]
    return f"  [{', '.join(marks)}]" if marks else ""
