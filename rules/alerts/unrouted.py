"""`alerts/unrouted`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ...lint import Bad, Finding, Good, Project, Related, Rule, Severity
from ...lint.nodes import AlertingRule, AlertmanagerConfig
from ...lint.telemetry.alert_labels import labels_of
from ...lint.telemetry.channels import Reach, demands, reach
from ...lint.telemetry.routes import Labels, asked_by
from ._project import of_prometheus
from ._watchdog import WATCHDOGS, is_watchdog

_MANY = 5
"""From how many alerts on it is said once that none of them reaches anybody."""


class Unrouted(Rule):
    """
    Flags alerts that cannot reach anybody whom their severity demands.

    **Why.**
    An alert is written in one file and routed in another.
    A severity that no route names, a `team` label that `sum by (job)` removed, a value in other letters: the alert
    fires, passes all routes, and ends at a receiver that notifies nobody, or at one that nobody reads at night.

    **Instead.**
    Give the alert the labels that a route asks for, or add a route for those that it has.

    The alert is walked through the tree with what is known of it: its own labels, and those that its expression can
    carry; what is not known matches everything that it might.
    It is unrouted when none of the receivers that it may reach notifies anybody; or when its severity must reach a way
    of notifying (see `routing/severity-without-channel`), and none of them has it.

    Where the last resort does notify, it is an answer; with `fallback-suffices = false`, an alert that certainly
    reaches nothing else is flagged too.

    Where no alert of a project reaches anybody, the tree is named once.

    Not flagged: alerts in a project with several configurations, when one of them routes them; a way of notifying that
    no alert of the severity reaches, which is one finding about the tree; alerts whose receiver is not defined here,
    unless it is the root's; alerts that must always fire.
    """

    id = "alerts/unrouted"
    summary = "no route takes the alert to whom its severity demands"
    severity = Severity.ERROR
    since = "0.1"
    tasks = ("1.2", "1.1")
    about = (AlertingRule, AlertmanagerConfig)

    channels: Mapping[str, tuple[str, ...]] | None = None
    """Severity → the ways of notifying that it must reach; the same as of `routing/severity-without-channel`."""

    label: str = "severity"
    """The label that tells how bad an alert is."""

    fallback_suffices: bool = True
    """Whether the root's receiver is enough, when it notifies somebody."""

    def check_project(self, project: Project) -> Iterator[Finding]:
        configs = [
            config
            for config in project.loaded(AlertmanagerConfig)
            if not config.partial and config.route is not None and config.route.routes
        ]
        if not configs:
            return
        alerts = [alert for alert in of_prometheus(project.loaded(AlertingRule)) if not is_watchdog(alert, WATCHDOGS)]
        asked = frozenset({self.label}).union(
            *(asked_by(config.route) for config in configs if config.route is not None)
        )
        lost = [
            (alert, fault)
            for alert in alerts
            if (fault := self._everywhere(configs, labels_of(alert, asked))) is not None
        ]
        if len(lost) == len(alerts) >= _MANY:
            # Then the tree is the culprit, and is named once.
            root = configs[0].route
            assert root is not None
            yield self.finding(
                f"none of the {len(alerts)} alerts reaches anybody",
                root.at,
                help="let the root's receiver notify somebody, or add routes for the labels that alerts have",
                related=[Related(lost[0][0].at, f"the first of them {lost[0][1][0]}")],
            )
            return
        for alert, (why, end) in lost:
            yield self.finding(
                f"`{alert.name.value}` {why}",
                alert.at,
                help="give it the labels that a route asks for, or add a route for those that it has",
                related=[end],
            )

    def _everywhere(self, configs: list[AlertmanagerConfig], labels: Labels) -> tuple[str, Related] | None:
        """What is wrong with an alert's way through the first configuration, when no other one routes it either."""
        faults = [self._fault(config, labels) for config in configs]
        return None if None in faults else faults[0]

    def _fault(self, config: AlertmanagerConfig, labels: Labels) -> tuple[str, Related] | None:
        """What is wrong with the way of an alert through a configuration, and where it ends."""
        reached = reach(config, labels)
        if reached is None:
            return None
        only_root = all(arrival.route.root for arrival in reached.arrivals)
        end = reached.arrivals[-1].route
        place = Related(end.at, "it ends here")
        if only_root and config.receiver(end.target) is None and end.target:
            return f"only reaches `{end.target}`, the root's receiver, which is not defined", place
        if reached.open:
            return None
        if not reached.kinds:
            return f"only reaches {_names(reached)}, which notifies nobody", place
        missing = self._missing(config, labels, reached)
        if missing:
            ways = ", ".join(f"{kind} (`{'`, `'.join(names)}`)" for kind, names in reached.kinds.items())
            return f"must reach {' and '.join(missing)}, and only reaches {ways}", place
        if only_root and not self.fallback_suffices:
            return f"is met by no route, and only reaches `{end.target}`, the root's receiver", place
        return None

    def _missing(self, config: AlertmanagerConfig, labels: Labels, reached: Reach) -> tuple[str, ...]:
        severities = labels.values(self.label)
        if severities is None or len(severities) != 1 or (self.channels is None and reached.forwarded):
            return ()
        wanted = demands(config, self.channels, self.label).get(next(iter(severities)), ())
        missing = reached.lacks(wanted)
        anyone = reach(config, Labels({self.label: severities})) if missing else None
        nobody = anyone.lacks(wanted) if anyone is not None else ()
        return tuple(way.replace("|", " or ") for way in missing if way not in nobody)

    examples = (
        Bad(
            "".join(f"- alert: Queue{n}\n  expr: queue_length > {n}\n  labels: {{severity: high}}\n" for n in range(6)),
            at="nobody",
            files={
                "alertmanager.yml": """\
route:
  receiver: nobody
  routes:
    - matchers: [severity="page"]
      receiver: pager
receivers:
  - name: nobody
  - name: pager
    pagerduty_configs: [{routing_key_file: /etc/key}]
"""
            },
            why="the tree knows no severity that they have",
        ),
        Bad(
            """\
- alert: QueueLong
  expr: sum by (job) (queue_length) > 100
  labels: {severity: medium}
- alert: QueueStuck
  expr: sum by (job) (queue_length) > 100
  labels: {severity: high}
- alert: QueueGone
  expr: absent(queue_length)
  labels: {severity: high, team: backend}
""",
            at=("QueueLong", "QueueStuck"),
            files={
                "alertmanager.yml": """\
route:
  receiver: 'null'
  routes:
    - matchers: [severity=~"critical|high", team="backend"]
      receiver: slack
receivers:
  - name: 'null'
  - name: slack
    slack_configs: [{channel: '#alerts', api_url_file: /etc/slack}]
"""
            },
        ),
        Bad(
            """\
- alert: QueueLong
  expr: queue_length > 100
  labels: {severity: critical, team: backend}
""",
            at="QueueLong",
            files={
                "alertmanager.yml": """\
route:
  receiver: slack
  routes:
    - matchers: [severity="critical", team="db"]
      receiver: pager
receivers:
  - name: slack
    slack_configs: [{channel: '#alerts', api_url_file: /etc/slack}]
  - name: pager
    pagerduty_configs: [{routing_key_file: /etc/pagerduty}]
"""
            },
            options={"channels": {"critical": ("pagerduty|opsgenie",)}},
        ),
        Good(
            """\
- alert: QueueLong
  expr: queue_length > 100
  labels: {severity: high}
- alert: QueueStuck
  expr: sum by (job) (queue_length) > 100
  labels: {severity: high, team: backend}
- alert: QueueOld
  expr: sum by (job) (queue_age_seconds) > 100
  labels: {severity: '{{ $labels.severity }}', team: backend}
""",
            why="the series may carry a `team`; the second has one; the third may have any severity",
            files={
                "alertmanager.yml": """\
route:
  receiver: 'null'
  routes:
    - matchers: [severity=~"critical|high", team="backend"]
      receiver: slack
receivers:
  - name: 'null'
  - name: slack
    slack_configs: [{channel: '#alerts', api_url_file: /etc/slack}]
"""
            },
        ),
        Good(
            """\
- alert: QueueLong
  expr: queue_length > 100
  labels: {severity: medium}
""",
            files={
                "alertmanager.yml": """\
route:
  receiver: mail
  routes:
    - matchers: [severity="critical"]
      receiver: mail
receivers:
  - name: mail
    email_configs: [{to: a@example.com, from: b@example.com, smarthost: 'mail:25'}]
"""
            },
            why="somebody reads the mail",
        ),
    )


def _names(reached: Reach) -> str:
    names = dict.fromkeys(arrival.receiver for arrival in reached.arrivals if arrival.receiver)
    return " and ".join(f"`{name}`" for name in names)
