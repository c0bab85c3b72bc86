"""The options that several verbs have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..lint import Confidence, Severity
from . import completion

ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", help="The configuration file; the default is the nearest upwards.", show_default=False),
]
SelectOption = Annotated[
    list[str] | None,
    typer.Option(
        "--select",
        help="Run only these rules or folders (`alerts`, `promql/lost-le`); repeatable.",
        autocompletion=completion.selector,
    ),
]
IgnoreOption = Annotated[
    list[str] | None,
    typer.Option("--ignore", help="Leave out these rules or folders; repeatable.", autocompletion=completion.selector),
]
FormatOption = Annotated[
    list[str] | None,
    typer.Option(
        "--format",
        "-f",
        metavar="FORMAT[=FILE]",
        help="text, json, sarif, github, gitlab, junit, markdown or html; several as `-f text -f sarif=out.sarif`.",
        autocompletion=completion.report_format,
    ),
]
OutputOption = Annotated[
    Path | None, typer.Option("--output", "-o", help="Write the report to a file instead of the screen.")
]
ExitZeroOption = Annotated[bool, typer.Option("--exit-zero", help="Exit with 0 even when there are findings.")]
FailOnOption = Annotated[
    Severity | None,
    typer.Option("--fail-on", help="The lowest severity that makes the exit code 1 [default: warning]."),
]
MinConfidenceOption = Annotated[
    Confidence | None,
    typer.Option("--min-confidence", help="Count findings of a lower confidence, and do not show them [default: low]."),
]
MaxRequestsOption = Annotated[
    int | None, typer.Option("--max-requests", min=1, help="Requests of the run [default: 500].", show_default=False)
]
MaxSecondsOption = Annotated[
    float | None, typer.Option("--max-seconds", min=1, help="Seconds of the run [default: 300].", show_default=False)
]
MaxSamplesOption = Annotated[
    int | None,
    typer.Option("--max-samples", min=1, help="Samples that it reads [default: 50,000,000].", show_default=False),
]
MaxQuerySamplesOption = Annotated[
    int | None,
    typer.Option(
        "--max-query-samples",
        min=1,
        help="Samples that one query may be expected to read [default: 10,000,000].",
        show_default=False,
    ),
]
LokiOption = Annotated[str | None, typer.Option("--loki", help="The URL of the Loki beside it.", show_default=False)]
AlertmanagerOption = Annotated[
    str | None, typer.Option("--alertmanager", help="The URL of the Alertmanager beside it.", show_default=False)
]
RateOption = Annotated[
    float | None, typer.Option("--rate", min=0.1, help="Requests a second [default: 20].", show_default=False)
]
TimeoutOption = Annotated[
    float | None, typer.Option("--timeout", min=1, help="Seconds for one answer [default: 30].", show_default=False)
]
ConcurrencyOption = Annotated[
    int | None,
    typer.Option("--concurrency", min=1, help="Requests that are answered at a time [default: 4].", show_default=False),
]
VerboseOption = Annotated[
    bool, typer.Option("--verbose", "-v", help="List what is otherwise only counted: suppressed, baselined, hidden.")
]
