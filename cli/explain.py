"""`obsaudit explain`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..lint import Report, Rule
from ..lint.config import ConfigError
from ..lint.record import replace
from . import common, completion, options


def explain(
    rule: Annotated[
        str,
        typer.Argument(help="The id of a rule or auditor, as in `alerts/missing-for`.", autocompletion=completion.rule),
    ],
    paths: Annotated[
        list[str] | None,
        typer.Argument(help="Files or folders: show what the rule computes there.", show_default=False),
    ] = None,
    config: options.ConfigOption = None,
) -> None:
    """
    Say what a rule flags, why, and what to write instead.

    Examples:

    - `obsaudit explain promql/constant-ratio` is the page of a rule
    - `obsaudit explain collector/sampling-not-reduced infra/` shows what is kept of which traffic, and by which policy
    """
    import difflib

    from ..auditors import ALL as AUDITORS
    from ..rules import ALL as RULES
    from .page import show

    known = {one.id: one for one in (*RULES, *AUDITORS)}
    found = known.get(rule)
    if found is None:
        short = [name for name in known if name.rpartition("/")[2] == rule]
        near = short or difflib.get_close_matches(rule, sorted(known), n=1)
        raise ConfigError(
            f"there is no rule `{rule}`", help=f"did you mean `{near[0]}`?" if near else "see `obsaudit rules`"
        )
    if paths:
        _compute(found, paths, config)
    else:
        show(found)


def _compute(rule: Rule, paths: list[str], config: Path | None) -> None:
    from ..lint.project import Project
    from ..lint.run import read
    from ..reports import FORMATS
    from .request import request_for

    request = request_for(paths, config)
    (own,) = replace(request.config, select=(rule.id,)).configured([rule])
    sources = tuple(read(request))
    project = Project((node for source in sources for node in source.parsed.nodes), request.today)
    tables = tuple(own.load().computed(project))
    if not tables:
        why = "there is nothing there that it computes on" if _computes(rule) else "the rule computes nothing"
        raise ConfigError(f"{rule.id}: {why}", help=f"`obsaudit explain {rule.id}` is its page")
    files = sum(bool(source.parsed.kinds) for source in sources)
    common.emit(Report(tables=tables, files=files), FORMATS, common.targets(None, None, FORMATS))


def _computes(rule: Rule) -> bool:
    return type(rule).computed is not Rule.computed
