"""`routing/unknown-matcher-label`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from ...lint import Bad, Confidence, Finding, Good, Project, Related, Rule, Severity
from ...lint.nodes import AlertingRule, AlertmanagerConfig, Inhibition, Matcher, MatchOp, Route
from ...lint.telemetry.routes import Labels, Verdict, judge
from ._project import alerts
from ._tree import matcher_place


class UnknownMatcherLabel(Rule):
    """
    Flags routes and inhibitions that ask for a label, or a value of it, which no alert of the project can carry.

    **Why.**
    A route for `severity="crit"` looks like a safety net and catches nothing; an inhibition on a label that `sum by`
    removed mutes nothing.

    **Instead.**
    Use the label and value that the alerts have, or give them the one that the route asks for.

    An alert's labels are those of its rule, and those that its expression can carry.
    One alert for which it is not known is enough for silence.
    When no value is near to the one asked for, alerts of another repository may carry it: that finding has low
    confidence.

    Not flagged: `!=` and `!~`; labels that servers add (`cluster`, `env`, …); the alerts of option `elsewhere`.
    """

    id = "routing/unknown-matcher-label"
    summary = "matcher asks for what no alert carries"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("1.2",)
    needs_all = True
    about = (AlertmanagerConfig, AlertingRule)

    elsewhere: tuple[str, ...] = ("Watchdog", "InfoInhibitor", "DeadMansSwitch")
    """Alerts of other projects, by name."""

    def check_project(self, project: Project) -> Iterator[Finding]:
        nodes = [node for config in project.loaded(AlertmanagerConfig) for node in _owners(config)]
        asked = frozenset(matcher.label.value for _, matcher in nodes)
        carriers = alerts(project, asked) if nodes else []
        known = [labels for _, labels in carriers]
        if not known:
            return
        for node, matcher in nodes:
            if matcher.value.value in self.elsewhere or any(judge(matcher, one) is not Verdict.NO for one in known):
                continue
            values = _values(matcher.label.value, known)
            near = next(iter(get_close_matches(matcher.value.value, values, n=1, cutoff=0.6)), None)
            there = f"there are {', '.join(f'`{value}`' for value in values[:8])}" if values else None
            label = matcher.label.value
            who = next((alert.at for alert, labels in carriers if near and near in (labels.values(label) or ())), None)
            what = f"`{matcher.spelling}`" if values else f"a label `{matcher.label.value}`"
            yield self.finding(
                f"no alert of this project has {what}",
                matcher_place(node, matcher),
                help=f"did you mean `{near}`?" if near else there,
                confidence=Confidence.HIGH if near else Confidence.LOW,
                related=[Related(who, f"has `{near}`")] if who is not None else (),
            )

    examples = (
        Bad(
            """\
route:
  receiver: a
  routes:
    - matchers: [severity="crit"]
    - matchers: [pod=~"db-.*"]
    - matchers: [severity="critical", severity!="page"]
inhibit_rules:
  - source_matchers: [alertname="QueueGone"]
    target_matchers: [alertname="QueueLon"]
receivers: [{name: a}]
""",
            at=("crit", "db-.*", "QueueLon"),
            files={
                "rules.yml": """\
- alert: QueueLong
  expr: sum by (job) (queue_length) > 100
  labels: {severity: critical}
- alert: QueueGone
  expr: sum by (job) (queue_length) == 0
  labels: {severity: high}
"""
            },
        ),
        Good(
            """\
route:
  receiver: a
  routes:
    - matchers: [team="db"]
    - matchers: [cluster="eu"]
    - matchers: [alertname="Watchdog"]
receivers: [{name: a}]
""",
            why="the series of the second alert may have a `team`, and the server may add `cluster`",
            files={
                "rules.yml": """\
- alert: QueueLong
  expr: sum by (job) (queue_length) > 100
- alert: QueueGone
  expr: queue_length == 0
"""
            },
        ),
    )


def _owners(config: AlertmanagerConfig) -> Iterator[tuple[Route | Inhibition, Matcher]]:
    routes = config.route.walk() if config.route is not None else iter(())
    for route in routes:
        yield from ((route, matcher) for matcher in _positive(route.matchers))
    for inhibition in config.inhibitions:
        yield from ((inhibition, matcher) for matcher in _positive((*inhibition.source, *inhibition.target)))


def _positive(matchers: Iterable[Matcher]) -> Iterator[Matcher]:
    return (one for one in matchers if one.op in (MatchOp.EQUAL, MatchOp.REGEX) and one.value.value)


def _values(label: str, known: Iterable[Labels]) -> list[str]:
    found = {value for labels in known for value in labels.values(label) or ()}
    return sorted(found - {""})
