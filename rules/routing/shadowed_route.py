"""`routing/shadowed-route`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Related, Rule, Severity
from ...lint.nodes import AlertmanagerConfig
from ...lint.telemetry.routes import compatible, covers
from ._tree import place, positions


class ShadowedRoute(Rule):
    """
    Flags routes behind a sibling that matches all that they match.

    **Why.**
    The first sibling that matches takes the alert.
    A route for `severity=~"warning|critical"` before one for `severity="critical"` leaves nothing to the second: the
    pager stays silent, and the chat gets what should have woken somebody.

    **Instead.**
    Put the narrower route first, or give the wider one `continue: true` where both are to be notified.

    What covers what is proved, regular expressions included: `=~"db-.*"` covers `=~"db-(a|b)"`.

    Not flagged: routes that several siblings cover only together, and routes behind one without any matcher, which are
    `routing/unreachable-route`'s.
    """

    id = "routing/shadowed-route"
    summary = "an earlier route takes all that this one matches"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("1.2",)

    def check_alertmanager(self, config: AlertmanagerConfig) -> Iterator[Finding]:
        if config.route is None:
            return
        for position in positions(config.route):
            if compatible(position.matchers) is False:
                continue
            shadows = (
                sibling
                for sibling in position.before
                if sibling.matchers and sibling.continue_ is None and covers(sibling.matchers, position.matchers)
            )
            shadow = next(shadows, None)
            if shadow is None:
                continue
            yield self.finding(
                f"an earlier route with `{shadow.spelling}` takes every alert of this one",
                place(position.route),
                help="put this route before it, or give the earlier one `continue: true`",
                related=[Related(place(shadow), "takes them")],
            )

    examples = (
        Bad(
            """\
route:
  receiver: default
  routes:
    - matchers: [severity=~"warning|critical"]
      receiver: slack
    - matchers: [severity="critical", team="db"]
      receiver: pagerduty
receivers: [{name: default}, {name: slack}, {name: pagerduty}]
""",
            at="critical",
        ),
        Bad(
            """\
route:
  receiver: default
  routes:
    - match_re:
        service: db-.*
      receiver: dba
    - match_re:
        service: ^db-(a|b)$
      receiver: dba-pager
receivers: [{name: default}, {name: dba}, {name: dba-pager}]
""",
            at="^db-(a|b)$",
        ),
        Good(
            """\
route:
  receiver: default
  routes:
    - matchers: [severity="critical", team="db"]
      receiver: pagerduty
    - matchers: [severity=~"warning|critical"]
      receiver: slack
      continue: true
    - matchers: [severity="critical"]
      receiver: pagerduty
receivers: [{name: default}, {name: slack}, {name: pagerduty}]
"""
        ),
    )
