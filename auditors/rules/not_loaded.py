"""See `NotLoaded`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from ...lint import Confidence, Finding, Related, Severity, Skipped, Table, promql
from ...lint.nodes import AlertingRule, Dialect, RecordingRule
from ...lint.project import Project
from ...lint.telemetry.duration import seconds, spell
from ..answers import LoadedRule
from ..auditor import Auditor, Holds, Recorded, Unknown, Violated
from ..live import Live
from ._examples import alert, group, recording

_RULES = "rules?exclude_alerts=true"
_NAMED = 5
_FILE = """\
groups:
  - name: api
    rules:
      - alert: ApiDown
        expr: sum(up{job="api"}) by (cluster) == 0
        for: 5m
      - alert: ApiSlow
        expr: api:latency:p95 > 0.5
        for: 10m
"""


class NotLoaded(Auditor):
    """
    Flags rules of the repository that the server has not loaded, or has loaded in another version.

    **Why.**
    The pull request is merged, the file is on disk, and the server still evaluates last month's threshold: it was
    not reloaded, it refused the file, or somebody changed it by hand.

    **Instead.**
    Reload the server and look at its log; `prometheus_config_last_reload_successful` says whether it took it.

    Expressions are compared by what they mean, not by how they are written.
    A repository none of whose rules is on the server belongs to another server: that is said to be unknown.
    Where a server has some of the rules only, the rest may be another server's, and the confidence is low.
    It does not judge rules in documents, nor those that a template fills in.
    """

    id: ClassVar[str] = "rules/not-loaded"
    summary: ClassVar[str] = "server has no such rule, or another version"
    severity: ClassVar[Severity] = Severity.WARNING
    since: ClassVar[str] = "0.1"
    tasks: ClassVar[tuple[str, ...]] = ("1.1",)
    costs_queries: ClassVar[bool] = False

    def audit(self, live: Live, project: Project) -> Iterator[Finding | Table | Skipped]:
        """Compares the rules of the repository with those that the server has."""
        own = list(_own(project))
        if not own:
            return
        loaded: dict[str, list[LoadedRule]] = {}
        for group_ in live.rules():
            for version in group_.rules:
                loaded.setdefault(version.subject, []).append(version)
        known = [rule for rule in own if rule.at.subject in loaded]
        if not known:
            yield Skipped(
                self.id, f"the server has none of the {len(own)} rules of the repository: it may be another one"
            )
            return
        missing = [rule for rule in own if rule.at.subject not in loaded]
        if missing:
            yield self._missing(live, missing, len(own))
        for rule in known:
            other = _difference(rule, loaded[rule.at.subject or ""])
            if other is not None:
                yield self.finding(
                    f"the server has another version of `{rule.name.value}`: {other}",
                    live.place(rule.at.subject or ""),
                    help="reload the server, or bring the change that was made there into the repository",
                    related=[Related(rule.at, "the rule in the repository")],
                )

    def _missing(self, live: Live, missing: Sequence[AlertingRule | RecordingRule], count: int) -> Finding:
        named = ", ".join(f"`{rule.name.value}`" for rule in missing[:_NAMED])
        more = f" and {len(missing) - _NAMED} more" if len(missing) > _NAMED else ""
        return self.finding(
            f"{len(missing)} of the {count} rules of the repository are not loaded: {named}{more}",
            live.place("rules"),
            help="reload the server, and look at its log",
            related=[Related(rule.at, "not loaded") for rule in missing[:_NAMED]],
            confidence=Confidence.LOW,
        )

    examples: ClassVar[tuple[Recorded, ...]] = (
        Violated(
            why="one has another threshold, the other is not there",
            text=_FILE,
            path="rules.yml",
            answers={_RULES: group(alert("ApiDown", 'sum by (cluster) (up{job="api"}) == 1', duration=300))},
            subjects=("rules", "alert ApiDown"),
        ),
        Violated(
            why="it waits for another time",
            text=_FILE[: _FILE.index("      - alert: ApiSlow")],
            path="rules.yml",
            answers={_RULES: group(alert("ApiDown", 'sum by (cluster) (up{job="api"}) == 0', duration=60))},
            subjects=("alert ApiDown",),
        ),
        Holds(
            why="the server prints expressions in its own way",
            text=_FILE[: _FILE.index("      - alert: ApiSlow")],
            path="rules.yml",
            answers={_RULES: group(alert("ApiDown", 'sum by (cluster) (up{job="api"}) == 0', duration=300))},
        ),
        Holds(why="the repository has no rules"),
        Unknown(
            text=_FILE,
            path="rules.yml",
            answers={_RULES: group(recording("job:up:sum", "sum by (job) (up)"))},
            because="none of the 2 rules",
        ),
    )


def _own(project: Project) -> Iterator[AlertingRule | RecordingRule]:
    """The rules of the repository that a server could load, and that can be compared."""
    rules: list[AlertingRule | RecordingRule] = [*project.all(AlertingRule), *project.all(RecordingRule)]
    for rule in rules:
        query = rule.query
        if (
            rule.at.source.lower().endswith((".md", ".markdown"))
            or query is None
            or query.dialect is not Dialect.PROMQL
        ):
            continue
        if promql.parse(query.text.value).expr is not None and not promql.templated(query.text.value):
            yield rule


def _difference(rule: AlertingRule | RecordingRule, versions: Sequence[LoadedRule]) -> str | None:
    """How every version on the server differs; None where one is the same."""
    return None if any(_differs(rule, one) is None for one in versions) else _differs(rule, versions[0])


def _differs(rule: AlertingRule | RecordingRule, loaded: LoadedRule) -> str | None:
    assert rule.query is not None
    here, there = promql.parse(rule.query.text.value).expr, promql.parse(loaded.query).expr
    if there is not None and promql.normal(here) != promql.normal(there):
        return f"`{' '.join(loaded.query.split())}`"
    if isinstance(rule, AlertingRule):
        hold = (seconds(rule.for_.value) if rule.for_ is not None else 0.0) or 0.0
        if hold != loaded.hold:
            return f"`for` is {spell(loaded.hold)} there and {spell(hold)} here"
        return _labels({name: field.value.value for name, field in rule.labels.items()}, loaded.labels)
    return None


def _labels(here: Mapping[str, str], there: Mapping[str, str]) -> str | None:
    for name in sorted({*here, *there}):
        if here.get(name) != there.get(name) and "{{" not in here.get(name, ""):
            return f"label `{name}` is `{there.get(name, '')}` there and `{here.get(name, '')}` here"
    return None
