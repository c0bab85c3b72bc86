"""`routing/severity-without-channel`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ...lint import Bad, Finding, Good, Location, Rule, Severity
from ...lint.nodes import AlertmanagerConfig
from ...lint.telemetry.channels import Reach, demands, reach
from ...lint.telemetry.routes import Labels
from ._walk import told

_ANY_OTHER = "any other alert"


class SeverityWithoutChannel(Rule):
    """
    Flags severities that cannot reach a way of notifying which the policy demands of them.

    **Why.**
    Whether critical alerts page and are posted is decided by the order of routes, by `continue`, and by what stands in
    which receiver.
    One `continue: true` that leads nowhere, and half of it does not happen; nobody notices until it is needed.

    **Instead.**
    Add a route behind the first one that matches the severity too, or put both ways into one receiver.

    The tree is walked with the severity known and every other label unknown; routes for single alerts (`alertname=…`)
    are passed by.
    A way is missing when no receiver that the alert could reach has it.
    The places that belong to the finding tell the walk.

    The option `channels` is the policy, as in `channels = {critical = ["pagerduty|opsgenie", "slack"]}`.
    Without it critical must reach `pagerduty` and `slack`, and high must reach `slack`, in configurations whose
    routes use receivers of both types and name the severity.

    Not flagged: a severity that may reach a receiver which is not defined here; without a policy, one that may reach a
    webhook or a topic, since these pass notifications on.
    """

    id = "routing/severity-without-channel"
    summary = "severity does not reach a channel that it must"
    severity = Severity.ERROR
    since = "0.1"
    tasks = ("1.2",)

    channels: Mapping[str, tuple[str, ...]] | None = None
    """Severity → the ways of notifying that it must reach."""

    label: str = "severity"
    """The label that tells how bad an alert is."""

    def check_alertmanager(self, config: AlertmanagerConfig) -> Iterator[Finding]:
        for severity, wanted in demands(config, self.channels, self.label).items():
            known = {self.label: frozenset([severity]), "alertname": frozenset([_ANY_OTHER])}
            reached = reach(config, Labels(known))
            if reached is None or reached.open or (self.channels is None and reached.forwarded):
                continue
            missing = reached.lacks(wanted)
            if not missing:
                continue
            yield self.finding(
                f"`{self.label}={severity}` reaches {_ways_of(reached)}, but not {_ways(missing)}",
                _end(reached),
                help="add a route for it that the walk comes to, or add the way to the receiver that it reaches",
                related=told(reached.walk),
            )

    examples = (
        Bad(
            """\
route:
  receiver: 'mail'
  routes:
    - match:
        severity: critical
      receiver: 'pagerduty-critical'
      continue: true
    - match:
        severity: high
      receiver: 'slack-alerts'
receivers:
  - name: mail
    email_configs: [{to: a@example.com, from: b@example.com, smarthost: 'mail:25'}]
  - name: 'pagerduty-critical'
    pagerduty_configs: [{service_key_file: /etc/pagerduty}]
  - name: 'slack-alerts'
    slack_configs: [{channel: '#alerts', api_url_file: /etc/slack}]
""",
            at="pagerduty-critical",
        ),
        Bad(
            """\
route:
  receiver: mail
receivers:
  - name: mail
    email_configs: [{to: a@example.com, from: b@example.com, smarthost: 'mail:25'}]
""",
            at="mail",
            options={"channels": {"critical": ("pagerduty|opsgenie",)}},
        ),
        Good(
            """\
route:
  receiver: 'slack-alerts'
  routes:
    - match:
        severity: critical
      receiver: 'pagerduty-critical'
      continue: true
    - matchers: [severity=~"critical|high"]
      receiver: 'slack-alerts'
receivers:
  - name: 'pagerduty-critical'
    pagerduty_configs: [{service_key_file: /etc/pagerduty}]
  - name: 'slack-alerts'
    slack_configs: [{channel: '#alerts', api_url_file: /etc/slack}]
"""
        ),
        Good(
            """\
route:
  receiver: slack
  routes:
    - matchers: [severity="critical", team="db"]
      receiver: pagerduty
      continue: true
receivers:
  - name: pagerduty
    pagerduty_configs: [{service_key_file: /etc/pagerduty}]
  - name: slack
    slack_configs: [{channel: '#alerts', api_url_file: /etc/slack}]
""",
            why="one team is paged: the policy may want no more",
        ),
        Good(
            """\
route:
  receiver: pager
receivers:
  - name: pager
    opsgenie_configs: [{api_key_file: /etc/opsgenie}]
""",
            options={"channels": {"critical": ("pagerduty|opsgenie",)}},
        ),
    )


def _ways_of(reached: Reach) -> str:
    ways = [f"{kind} (`{'`, `'.join(names)}`)" for kind, names in reached.kinds.items()]
    return ", ".join(ways) or "receivers that notify nobody"


def _ways(missing: tuple[str, ...]) -> str:
    return " nor ".join(way.replace("|", " or ") for way in missing)


def _end(reached: Reach) -> Location:
    """Where the alert ends up: the surest arrival, the earliest of them."""
    arrival = next((one for one in reached.arrivals if one.certain), reached.arrivals[0])
    return arrival.route.at
