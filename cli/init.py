"""`obsaudit init`."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Annotated

import typer

from ..lint.config import FILE_NAME, ConfigError
from . import common, completion
from .request import request_for


def init(
    folder: Annotated[Path, typer.Argument(help="The repository.", show_default=".")] = Path(),
    preset: Annotated[
        str | None,
        typer.Option(
            "--preset",
            help="A policy to begin with: production-readiness.",
            show_default=False,
            autocompletion=completion.preset,
        ),
    ] = None,
    stdout: Annotated[bool, typer.Option("--stdout", help="Print the file, and write nothing.")] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Show what would change, and write nothing.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Write over a file that is there.")] = False,
) -> None:
    """
    Write a first configuration, with comments, from what the repository holds.

    Prefixes of metrics, severities, owners, runbooks, fields of logs, folders of others and servers are found; what
    only the team can say is left as comments. Nothing that is there is written over.

    Examples:

    - `obsaudit init` writes `obsaudit.toml` into the current directory
    - `obsaudit init --preset production-readiness` begins with the figures of the checklist
    - `obsaudit init --diff` shows what it would change in a file that is there
    """
    from ..lint.project import Project
    from ..lint.read import Decoded, decode
    from ..lint.run import read
    from ..lint.starter import starter
    from ..readiness import PRESETS
    from ..reports import starter as reporter

    if preset is not None and preset not in PRESETS:
        raise ConfigError(f"there is no preset `{preset}`", help=f"one of {', '.join(PRESETS)}")
    if not folder.is_dir():
        raise ConfigError("no such folder", str(folder))
    path = folder / FILE_NAME
    if path.exists() and not (stdout or diff or force):
        raise ConfigError(
            "is there already", str(path), help="`--diff` shows what would change, `--force` writes over it"
        )
    cwd = folder.resolve()
    with common.progress("reading"):
        sources = [source for source in read(request_for(None, None, cwd=cwd)) if source.summary.kinds]
        project = Project(node for source in sources for node in source.nodes())
    text = reporter.render(starter(project, (source.name for source in sources)), preset)
    if stdout:
        typer.echo(text, nl=False)
        return
    if diff:
        decoded = decode(path.read_bytes(), str(path)) if path.is_file() else None
        before = decoded.text if isinstance(decoded, Decoded) else ""
        lines = difflib.unified_diff(before.splitlines(True), text.splitlines(True), f"a/{FILE_NAME}", f"b/{FILE_NAME}")
        typer.echo("".join(lines), nl=False)
        return
    common.save(path, text.encode(), "configuration")
    typer.echo(f"wrote {path}; next: `obsaudit lint`, and `obsaudit baseline write` where it finds too much", err=True)
