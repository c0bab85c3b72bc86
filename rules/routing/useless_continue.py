"""`routing/useless-continue`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Rule, Severity
from ...lint.nodes import AlertmanagerConfig, Route
from ...lint.telemetry.routes import compatible
from ._tree import positions


class UselessContinue(Rule):
    """
    Flags `continue: true` where no later sibling can match the same alert.

    **Why.**
    Somebody wanted the alert to reach a second receiver, and it does not: what follows asks for something else.
    In the most common case, a route for `severity: critical` continues to one for `severity: high`.

    **Instead.**
    Add a sibling behind it that matches the same alerts, or put both ways of notifying into one receiver.
    Where one receiver is enough, delete the `continue`.

    Not flagged: routes with a later sibling that some of their alerts meet, and matchers that cannot be compared.
    """

    id = "routing/useless-continue"
    summary = "`continue` leads nowhere"
    severity = Severity.INFO
    since = "0.1"
    tasks = ("1.2",)

    def check_alertmanager(self, config: AlertmanagerConfig) -> Iterator[Finding]:
        if config.route is None:
            return
        for position in positions(config.route):
            route = position.route
            if route.continue_ is None:
                continue
            if any(compatible((*position.matchers, *later.matchers)) is not False for later in position.after):
                continue
            if compatible(position.matchers) is False:
                continue
            yield self.finding(
                _message(route, position.after),
                route.place(route.continue_),
                help="add a route behind it that matches the same alerts, or delete it",
            )

    examples = (
        Bad(
            """\
route:
  receiver: default
  routes:
    - match: {severity: critical}
      receiver: pagerduty
      continue: true
    - match: {severity: high}
      receiver: slack
receivers: [{name: default}, {name: pagerduty}, {name: slack}]
""",
            at="true",
        ),
        Bad(
            """\
route:
  receiver: default
  routes:
    - matchers: [severity="critical"]
      receiver: pagerduty
      continue: true
receivers: [{name: default}, {name: pagerduty}]
""",
            at="true",
        ),
        Good(
            """\
route:
  receiver: default
  routes:
    - matchers: [severity="critical"]
      receiver: pagerduty
      continue: true
    - matchers: [severity=~"high|critical"]
      receiver: slack
receivers: [{name: default}, {name: pagerduty}, {name: slack}]
"""
        ),
    )


def _message(route: Route, after: tuple[Route, ...]) -> str:
    if not after:
        return "`continue` on the last route has nothing to continue to"
    return f"`continue` leads nowhere: no later route can match an alert with `{route.spelling}`"
