"""`routing/unreachable-route`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Related, Rule, Severity
from ...lint.nodes import AlertmanagerConfig, Matcher
from ...lint.telemetry.routes import compatible
from ._tree import Position, matcher_place, place, positions


class UnreachableRoute(Rule):
    """
    Flags routes that no alert can ever reach.

    **Why.**
    Alertmanager takes the first route that matches.
    Behind a route without matchers nothing is tried any more; and below a route for `severity="warning"`, one for
    `severity="critical"` matches nothing.
    Its receiver waits for alerts that go elsewhere.

    **Instead.**
    Put the route without matchers last, or give it `continue: true`; move a route out of the one that excludes it.

    Regular expressions are compared as sets of values: `=~"db-.*"` and `="web-1"` exclude each other.

    Not flagged: routes behind one with narrower matchers, which are `routing/shadowed-route`'s.
    """

    id = "routing/unreachable-route"
    summary = "no alert can reach the route"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("1.2",)

    def check_alertmanager(self, config: AlertmanagerConfig) -> Iterator[Finding]:
        if config.route is None:
            return
        for position in positions(config.route):
            yield from self._excluded(position)
            yield from self._cut_off(position)

    def _excluded(self, position: Position) -> Iterator[Finding]:
        """Matchers that cannot hold together."""
        route = position.route
        if compatible(position.above) is False or compatible(position.matchers) is not False:
            return
        culprit = next(own for own in route.matchers if self._clash(own, position.matchers))
        other = next((one for one in position.matchers if one is not culprit and _alike(one, culprit)), None)
        yield self.finding(
            f"no alert can meet {_listed(one for one in position.matchers if _alike(one, culprit))} together",
            matcher_place(route, culprit),
            help="move the route out of the one above it, or correct the matcher",
            related=[Related(matcher_place(route, other), "excluded by this")] if other is not None else (),
        )

    def _clash(self, matcher: Matcher, matchers: tuple[Matcher, ...]) -> bool:
        return compatible(one for one in matchers if _alike(one, matcher)) is False

    def _cut_off(self, position: Position) -> Iterator[Finding]:
        """A route before it takes all."""
        blocker = next((one for one in position.before if not one.matchers and one.continue_ is None), None)
        if blocker is None:
            return
        yield self.finding(
            "a route before this one has no matchers, and takes every alert",
            place(position.route),
            help="put the route without matchers last, or give it `continue: true`",
            related=[Related(blocker.at, "takes every alert that comes here")],
        )

    examples = (
        Bad(
            """\
route:
  receiver: default
  routes:
    - receiver: slack
    - matchers: [severity="critical"]
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
    - matchers: [severity=~"warning|info", team="db"]
      routes:
        - matchers:
            - severity="critical"
          receiver: pagerduty
receivers: [{name: default}, {name: pagerduty}]
""",
            at="critical",
        ),
        Good(
            """\
route:
  receiver: default
  routes:
    - receiver: audit
      continue: true
    - matchers: [severity=~"warning|critical"]
      receiver: slack
      routes:
        - matchers: [severity="critical"]
          receiver: pagerduty
    - receiver: slack
receivers: [{name: default}, {name: audit}, {name: slack}, {name: pagerduty}]
"""
        ),
    )


def _alike(one: Matcher, other: Matcher) -> bool:
    return one.label.value == other.label.value


def _listed(matchers: Iterator[Matcher]) -> str:
    return " and ".join(dict.fromkeys(f"`{matcher.spelling}`" for matcher in matchers))
