"""The command as a whole: its verbs."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from .. import __version__
from . import baseline, cache, explain, impact, init, lint, live, lsp, readiness, route, rules, schema, snapshot
from .common import CLEAN, FAILED

app = typer.Typer(
    name="obsaudit",
    help="The policy linter and audit tool for telemetry.",
    epilog="Exit codes: 0 nothing to report · 1 findings · 2 something could not be checked.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)

app.command("lint")(lint.lint)
app.command("init")(init.init)
app.command("live")(live.live)
app.command("readiness")(readiness.readiness)
app.command("impact")(impact.impact)
app.command("explain")(explain.explain)
app.command("route")(route.route)
app.command("rules")(rules.rules)
app.command("schema")(schema.schema)
app.command("lsp")(lsp.lsp)
app.add_typer(baseline.app, name="baseline")
app.add_typer(cache.app, name="cache")
app.add_typer(snapshot.app, name="snapshot")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"obsaudit {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", "-V", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """
    obsaudit reads what a team writes (application source, Prometheus rules, budgets, …) and what it runs
    (a live Prometheus), and says where the two are wrong, dangerous, or disagree.
    """


def run() -> int:
    """Runs the verb that the arguments name; its exit code."""
    try:
        code: Any = app(prog_name="obsaudit", standalone_mode=False)
    except typer.Abort:
        raise KeyboardInterrupt from None
    except Exception as error:
        show = getattr(error, "show", None)  # a usage error of typer, whichever click it stands on
        if show is None:
            raise
        show()
        return int(getattr(error, "exit_code", FAILED))
    return code if isinstance(code, int) else CLEAN
