"""A first configuration as `obsaudit.toml`: what was found, and why; what was not, as comments."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence

from ..lint.starter import Guess, Starter

_SEVERITIES = (
    "critical",
    "high",
    "medium",
    "low",
    "warning",
    "info",
    "page",
    "ticket",
    "none",
    "error",
    "major",
    "minor",
)


def render(found: Starter, preset: str | None, known: Sequence[str] = _SEVERITIES) -> str:
    """The file. `known` are the severities that need no mention."""
    lines = [
        "# Configuration of obsaudit: `obsaudit rules` lists the rules, `obsaudit explain RULE` their options.",
        f"# Made by `obsaudit init` from what it found in {found.files} files; it is yours from here on.",
        "",
        *_preset(preset),
        "",
        "# The lowest severity that makes the exit code 1: error, warning or info.",
        'fail-on = "warning"',
        "",
        "# To be shown only what the facts decide, and not what a name or a habit suggests:",
        '# min-confidence = "high"',
        "",
        *_prefixes(found.prefixes),
        "",
        *_unread(found.unread),
        *_vendored(found.vendored),
        *_alerts(found, known),
        *_logs(found),
        *_policies(found, preset),
        *_servers(found),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _preset(preset: str | None) -> Iterator[str]:
    yield "# The figures of the production checklist: 20 alerts, 10 runbooks with their sections, 5 objectives, …"
    yield f"extends = {_text(preset)}" if preset else '# extends = "production-readiness"'


def _prefixes(guesses: Sequence[Guess]) -> Iterator[str]:
    yield "# Metrics that begin so are this repository's own: one that a query reads and nothing makes is an error."
    yield from _list("metric-prefixes", guesses, '["shop_"]')


def _unread(guesses: Sequence[Guess]) -> Iterator[str]:
    if guesses:
        yield "# Files that are not read: the data of tests is wrong on purpose, and no server loads it."
        yield from _list("exclude", guesses, "")
        yield ""


def _vendored(guesses: Sequence[Guess]) -> Iterator[str]:
    yield "# Files that others own: counted, shown last, never failing the run."
    yield from _list("vendored", guesses, '["vendor/**"]')


def _alerts(found: Starter, known: Sequence[str]) -> Iterator[str]:
    if any(one.value not in known for one in found.severities if one.sure):
        yield ""
        yield '[rules."alerts/unknown-severity"]'
        yield from _list("severities", found.severities, "")
    elif found.severities:
        yield ""
        yield f"# Severities: {_told(found.severities)}. To accept no others:"
        yield '# [rules."alerts/unknown-severity"]'
        yield f"# severities = {_array(one.value for one in found.severities if one.sure)}"
    owners = [one for one in found.owners if one.sure]
    if owners and not {"team", "owner"} & {one.value for one in owners}:
        yield ""
        yield '[rules."alerts/missing-owner"]'
        yield from _list("labels", owners, "")
    if found.links and "runbook_url" not in {one.value for one in found.links[:1]}:
        yield ""
        yield '[rules."alerts/missing-runbook"]'
        yield from _list("annotation", found.links, "")
    if found.runbooks:
        yield ""
        yield f"# Runbooks: {_told(found.runbooks)}."


def _logs(found: Starter) -> Iterator[str]:
    if any(one.sure for one in found.context):
        yield ""
        yield "# Fields that an error is to be logged with wherever they are at hand."
        yield '[rules."logs/missing-context"]'
        yield from _list("fields", found.context, "")
    yield ""
    yield "# Own helpers that no reader of source can know: `obsaudit explain metrics/unbounded-label` tells more."
    if found.wrappers:
        yield f"# Found without help: {_told(found.wrappers)}."
    yield "# [source]"
    yield '# label-wrappers = ["telemetry.track:1"]            # its second argument ends up as labels'
    yield '# correlated-loggers = ["app.logging.get_logger"]   # returns a logger that writes the trace id'


def _policies(found: Starter, preset: str | None) -> Iterator[str]:
    """What only the team can say: as comments, unless it asked for the checklist."""
    mark = "" if preset else "# "
    if found.domains:
        yield ""
        yield "# What there must be a dashboard about."
        yield f'{mark}[rules."dashboards/missing-dashboard"]'
        yield f"{mark}domains = {_array(one.value for one in found.domains)}"
    if found.probed:
        yield ""
        yield "# What must be probed from outside."
        yield f'{mark}[rules."synthetics/unprobed-path"]'
        yield f"{mark}paths = {_array(one.value for one in found.probed)}"
    yield ""
    yield "# What some alert must read, by the names of its metrics."
    yield '# [rules."alerts/uncovered-path".paths]'
    yield '# checkout = ["shop_checkout_*"]'


def _servers(found: Starter) -> Iterator[str]:
    yield ""
    yield "# Servers for `obsaudit live`; credentials come from the environment or from files, never from here."
    for name, guess in found.servers.items():
        mark = "" if guess.sure else "# "
        yield f"{mark}[servers.{name}]  # {guess.seen}"
        yield f"{mark}url = {_text(guess.value)}"
    if not found.servers:
        yield "# [servers.prod]"
        yield '# url = "https://prometheus.example"'


def _list(key: str, guesses: Sequence[Guess], example: str) -> Iterator[str]:
    """A key with one value a line, each with what it was seen in."""
    sure = [one for one in guesses if one.sure]
    if not sure:
        yield f"# {key} = {example}"
    else:
        yield f"{key} = ["
    yield from (f"    {_text(one.value)},  # {_plain(one.seen)}" for one in sure)
    yield from (
        f"    # {_text(one.value)},  # {_plain(one.seen)}"
        if sure
        else f"# found: {_text(one.value)}, {_plain(one.seen)}"
        for one in guesses
        if not one.sure
    )
    if sure:
        yield "]"


def _told(guesses: Sequence[Guess]) -> str:
    told = [f"`{_plain(one.value)}` ({_plain(one.seen)})" for one in guesses[:6]]
    return ", ".join(told) + (", …" if len(guesses) > 6 else "")


def _array(values: Iterable[str]) -> str:
    return f"[{', '.join(map(_text, dict.fromkeys(values)))}]"


def _text(value: str) -> str:
    # JSON's escapes are TOML's, but for DEL, which TOML wants escaped.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _plain(text: str) -> str:
    """Text for a comment, which ends with its line."""
    return "".join(character if character.isprintable() else "�" for character in text)
