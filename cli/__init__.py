"""The command line: one file a verb; each parses its arguments, calls one function, and prints."""

from __future__ import annotations

import os
import sys
from typing import Annotated, Any

import typer

from .. import __version__
from . import baseline, explain, lint, live, rules

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
app.command("live")(live.live)
app.command("explain")(explain.explain)
app.command("rules")(rules.rules)
app.add_typer(baseline.app, name="baseline")


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


def main() -> None:
    """Runs the command line; the process ends with its exit code and never with a traceback for the user's mistakes."""
    from ..lint.config import ConfigError

    try:
        code: Any = app(standalone_mode=False)
    except (KeyboardInterrupt, typer.Abort):
        code = 130
    except ConfigError as error:
        typer.echo(f"obsaudit: {error}", err=True)
        code = 2
    except BrokenPipeError:
        # The reader of the report went away (`| head`): nothing is left to say, not even at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 1
    except Exception as error:
        show = getattr(error, "show", None)  # a usage error of typer, whichever click it stands on
        if show is None:
            raise
        show()
        code = getattr(error, "exit_code", 2)
    sys.exit(code if isinstance(code, int) else 0)
