"""`obsaudit route`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..lint.config import ConfigError
from . import common, options

if TYPE_CHECKING:
    from ..lint.nodes import AlertmanagerConfig
    from ..lint.telemetry.routes import Labels, Step

    _Result = tuple[AlertmanagerConfig, Step, Mapping[str, bool]]

_UNKNOWN = "?"


def route(
    labels: Annotated[
        list[str] | None,
        typer.Argument(metavar="LABEL=VALUE…", help="The alert's labels; `team=?` for one whose value is unknown."),
    ] = None,
    paths: Annotated[
        list[str] | None, typer.Option("--path", "-p", help="Where to look for the configuration; repeatable.")
    ] = None,
    others: Annotated[
        bool, typer.Option("--others", help="Labels that are not given may be anything, instead of absent.")
    ] = False,
    expect: Annotated[
        list[str] | None,
        typer.Option("--expect", help="Receivers that must be reached for certain, and no others; else exit with 1."),
    ] = None,
    format: Annotated[str, typer.Option("--format", "-f", help="text or json.")] = "text",
    config: options.ConfigOption = None,
) -> None:
    """
    Say which receivers of Alertmanager an alert reaches, and why.

    Examples:

    - `obsaudit route severity=critical team=db` walks the alert through every configuration in the directory
    - `obsaudit route severity=critical team=?` tells what it may reach when the team is unknown
    - `obsaudit route severity=critical --expect pagerduty,slack` is a test of the tree
    """
    from ..lint.telemetry.routes import receivers, walk

    if format not in ("text", "json"):
        raise ConfigError(f"there is no format `{format}`", help="text or json")
    alert = _labels(labels or [], others=others)
    wanted = {name.strip() for given in expect or () for name in given.split(",")}
    results: list[_Result] = []
    failed = False
    for found in _configurations(paths, config):
        if found.route is None:
            continue
        reached = receivers(found.route, alert)
        results.append((found, walk(found.route, alert), reached))
        failed = failed or bool(wanted and reached != dict.fromkeys(wanted, True))
    if not results:
        raise ConfigError("no configuration of Alertmanager was found", help="name its place with `--path`")
    rendered = _json(results) if format == "json" else _text(results)
    common.put(rendered.encode("utf-8", "replace"), sys.stdout)
    if failed:
        typer.echo(f"obsaudit: expected {', '.join(sorted(wanted))}", err=True)
    raise typer.Exit(common.FOUND if failed else common.CLEAN)


def _labels(given: Iterable[str], *, others: bool) -> Labels:
    from ..lint.telemetry.routes import ABSENT, Labels

    known = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise ConfigError(f"`{text}` is no label with a value", help="write it as `severity=critical`")
        known[name] = None if value == _UNKNOWN else frozenset([value])
    return Labels(known, None if others else ABSENT)


def _configurations(paths: list[str] | None, config: Any) -> Iterator[AlertmanagerConfig]:
    from ..lint.nodes import AlertmanagerConfig
    from ..lint.run import read
    from .request import request_for

    for source in read(request_for(paths, config)):
        if source.skipped is not None and source.skipped.fatal:
            raise ConfigError(source.skipped.why, source.name)
        yield from (node for node in source.parsed.nodes if isinstance(node, AlertmanagerConfig))


def _text(results: list[_Result]) -> str:
    return "\n".join(line for config, step, reached in results for line in [*_lines(config, step, reached), ""])


def _lines(config: AlertmanagerConfig, step: Step, reached: Mapping[str, bool]) -> Iterator[str]:
    yield f"{config.at.source}:{config.lines[0]}"
    yield from _branch(step, "", "")
    for name, certain in reached.items():
        receiver = config.receiver(name)
        kinds = ", ".join(receiver.kinds) or "notifies nobody" if receiver is not None else "not defined"
        yield f"{'reaches' if certain else 'may reach'} {name} ({kinds})"
    if not reached:
        yield "reaches a receiver that is not named here"


def _branch(step: Step, lead: str, below: str) -> Iterator[str]:
    yield f"{lead}{_described(step)}"
    skipped = step.route.routes[len(step.steps) :]
    if step.verdict != "no":
        for number, child in enumerate(step.steps):
            last = number == len(step.steps) - 1 and not skipped
            yield from _branch(child, below + ("└─ " if last else "├─ "), below + ("   " if last else "│  "))
    if step.steps and skipped:
        count = len(skipped)
        yield f"{below}└─ {count} more {'route is' if count == 1 else 'routes are'} not tried"


def _described(step: Step) -> str:
    route = step.route
    if step.verdict == "no":
        culprits = ", ".join(matcher.spelling for matcher, verdict in step.met if verdict == "no")
        return f"✗ {route.spelling}  because not {culprits}" if len(step.met) > 1 else f"✗ {route.spelling}"
    mark = "✓" if step.verdict == "yes" else "?"
    taken = f" → {route.target}" if step.takes != "no" and route.target else ""
    doubt = f"  unless {step.blocker.spelling} takes it" if step.blocker is not None else ""
    onward = "  continues" if route.continue_ is not None else ""
    return f"{mark} {route.spelling if route.matchers else 'any'}{taken}{onward}{doubt}"


def _json(results: list[_Result]) -> str:
    configurations = [
        {
            "source": config.at.source,
            "line": config.lines[0],
            "receivers": [
                {
                    "name": name,
                    "certain": certain,
                    "channels": list(receiver.kinds) if (receiver := config.receiver(name)) is not None else None,
                }
                for name, certain in reached.items()
            ],
            "walk": _step(step),
        }
        for config, step, reached in results
    ]
    return json.dumps({"version": 1, "configurations": configurations}, indent=2, ensure_ascii=False) + "\n"


def _step(step: Step) -> dict[str, object]:
    return {
        "matchers": [{"matcher": matcher.spelling, "holds": str(verdict)} for matcher, verdict in step.met],
        "matches": str(step.verdict),
        "certain": step.certain,
        "notifies": str(step.takes),
        "receiver": step.route.target,
        "continues": step.route.continue_ is not None,
        "line": step.route.lines[0],
        "routes": [_step(below) for below in step.steps],
    }
