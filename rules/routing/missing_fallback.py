"""`routing/missing-fallback`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Rule, Severity
from ...lint.nodes import AlertmanagerConfig, Route
from ...lint.telemetry.routes import Labels, Verdict, arrivals, walk


class MissingFallback(Rule):
    """
    Flags a tree whose last resort notifies nobody.

    **Why.**
    What no route matches goes to the root's receiver: an alert with a misspelt severity, of a new team, of a rule that
    lost its labels.
    A receiver without any integration drops it without a trace.

    **Instead.**
    Give the root a receiver that somebody reads, e-mail for instance, and route what may be dropped (`Watchdog`,
    `severity="none"`) to the empty one by name.

    The option `fallback-channels` says how the last resort must notify, as in `["email"]`; without it any way will do.

    Not flagged: a tree in which a route without matchers takes everything first, when that one notifies; a root whose
    receiver is not defined here.
    """

    id = "routing/missing-fallback"
    summary = "alerts that no route matches reach nobody"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("1.2",)

    fallback_channels: tuple[str, ...] = ()
    """The ways of which the last resort must have one, as in `email`; empty when any will do."""

    def check_alertmanager(self, config: AlertmanagerConfig) -> Iterator[Finding]:
        routes = _last_resorts(config)
        receivers = [config.receiver(route.target) for route in routes]
        if not routes or None in receivers:
            return
        kinds = {kind for receiver in receivers if receiver is not None for kind in receiver.kinds}
        route = routes[-1]
        at = route.place(route.receiver) if route.receiver is not None else route.at
        if not kinds:
            yield self.finding(
                f"receiver `{route.target}` notifies nobody: an alert that no other route matches is lost",
                at,
                help="name a receiver that somebody reads, and send to this one only what may be dropped",
            )
        elif self.fallback_channels and not kinds & set(self.fallback_channels):
            wanted = " or ".join(self.fallback_channels)
            yield self.finding(
                f"the last resort `{route.target}` notifies by {', '.join(sorted(kinds))}, not by {wanted}",
                at,
                help=f"add {wanted} to it",
            )

    examples = (
        Bad(
            """\
route:
  receiver: 'null'
  routes:
    - matchers: [severity="critical"]
      receiver: slack
receivers:
  - name: 'null'
  - name: slack
    slack_configs: [{channel: '#alerts', api_url_file: /etc/slack}]
""",
            at="null",
        ),
        Bad(
            """\
route:
  receiver: slack
receivers:
  - name: slack
    slack_configs: [{channel: '#alerts', api_url_file: /etc/slack}]
""",
            at="slack",
            options={"fallback_channels": ("email",)},
        ),
        Good(
            """\
route:
  receiver: mail
  routes:
    - matchers: [alertname="Watchdog"]
      receiver: 'null'
receivers:
  - name: 'null'
  - name: mail
    email_configs: [{to: oncall@example.com, from: a@example.com, smarthost: 'mail:25'}]
""",
            options={"fallback_channels": ("email",)},
        ),
        Good(
            """\
route:
  receiver: 'null'
  routes:
    - matchers: [severity="critical"]
      receiver: pager
    - receiver: pager
receivers:
  - name: 'null'
  - name: pager
    pagerduty_configs: [{routing_key_file: /etc/pagerduty}]
""",
            why="the last route takes what the others leave",
        ),
    )


def _last_resorts(config: AlertmanagerConfig) -> list[Route]:
    """The routes that an alert comes to which matches none by its labels: those with no matcher on the way."""
    if config.route is None:
        return []
    reached = arrivals(walk(config.route, Labels()))
    return [one.route for one in reached if all(step.verdict is Verdict.YES for step in one.steps)]
