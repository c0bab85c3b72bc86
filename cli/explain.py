"""`obsaudit explain`."""

from __future__ import annotations

from typing import Annotated

import typer

from ..lint.config import ConfigError


def explain(
    rule: Annotated[str, typer.Argument(help="The id of a rule or auditor, as in `alerts/missing-for`.")],
) -> None:
    """
    Say what a rule flags, why, and what to write instead.

    Example: `obsaudit explain promql/constant-ratio`
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
    show(found)
