"""`routing/deprecated-matcher`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...lint import Bad, Edit, Finding, Fix, Good, Rule, Severity
from ...lint.nodes import Inhibition, Matcher, OldMatchers, Route

_LABEL = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
# What would begin something else than a plain scalar behind `- `, or end it too early.
_NEEDS_QUOTES = re.compile(r": |:$| #|[\n{}\[\],]")


class DeprecatedMatcher(Rule):
    """
    Flags `match`, `match_re` and their twins in inhibitions.

    **Why.**
    Alertmanager 0.22 replaced them by `matchers`, and will drop them before version 1.0.
    They cannot say «not equal», and two of them in one route are easily taken for alternatives.

    **Instead.**
    Write `matchers`; the fix does, keeps comments, and changes no meaning.

    There is no fix where the new form stands beside the old one, and where a label or value would need a spelling that
    only newer versions read.
    """

    id = "routing/deprecated-matcher"
    summary = "matcher in the form that Alertmanager has deprecated"
    severity = Severity.INFO
    since = "0.1"
    tasks = ("1.2",)

    def check_route(self, route: Route) -> Iterator[Finding]:
        yield from self._check(route)

    def check_inhibition(self, inhibition: Inhibition) -> Iterator[Finding]:
        yield from self._check(inhibition)

    def _check(self, node: Route | Inhibition) -> Iterator[Finding]:
        for old in node.old_matchers:
            edits = _edits(old)
            new = f"{old.new_key}: [{', '.join(matcher.spelling for _, matcher in old.entries)}]"
            yield self.finding(
                f"`{old.key.value}` is deprecated since Alertmanager 0.22",
                node.place(old.key),
                help=f"write `{new}`",
                fix=Fix(f"write `{old.new_key}`", edits) if edits else None,
            )

    examples = (
        Bad(
            """\
route:
  receiver: default
  routes:
    - match:
        severity: critical   # pages
        team: "data base"
      receiver: pager
    - match_re: {service: 'db-\\d+'}
      receiver: dba
receivers: [{name: default}, {name: pager}, {name: dba}]
""",
            at=("match", "match_re"),
            fixed="""\
route:
  receiver: default
  routes:
    - matchers:
        - severity="critical"   # pages
        - team="data base"
      receiver: pager
    - matchers: ['service=~"db-\\\\d+"']
      receiver: dba
receivers: [{name: default}, {name: pager}, {name: dba}]
""",
        ),
        Bad(
            """\
route:
  receiver: default
inhibit_rules:
  - source_match: {severity: critical}
    target_match:
      severity: warning
    equal: [alertname]
receivers: [{name: default}]
""",
            at=("source_match", "target_match"),
            fixed="""\
route:
  receiver: default
inhibit_rules:
  - source_matchers: ['severity="critical"']
    target_matchers:
      - severity="warning"
    equal: [alertname]
receivers: [{name: default}]
""",
        ),
        Bad(
            """\
route:
  receiver: default
  routes:
    - match: {severity: critical}
      match_re: {team: a|b}
      receiver: pager
receivers: [{name: default}, {name: pager}]
""",
            at=("match", "match_re"),
            why="two keys become one list: that is left to a person",
        ),
        Good(
            """\
route:
  receiver: default
  routes:
    - matchers: [severity="critical", team!="db"]
      receiver: pager
receivers: [{name: default}, {name: pager}]
"""
        ),
    )


def _edits(old: OldMatchers) -> tuple[Edit, ...]:
    """The key by its new name, and each entry by a matcher; nothing where a step has no safe spelling."""
    if old.beside_new or not old.entries or not all(_is_plain(matcher) for _, matcher in old.entries):
        return ()
    key = old.key.edit(0, len(old.key.value), old.new_key)
    if old.flow:
        listed = ", ".join(_quoted(matcher) for _, matcher in old.entries)
        start = old.whole.value.index("{", len(old.key.value))
        edits = [key, old.whole.edit(start, len(old.whole.value), f"[{listed}]")]
    else:
        edits = [key, *(written.edit(0, len(written.value), f"- {_plain(one)}") for written, one in old.entries)]
    known = tuple(edit for edit in edits if edit is not None)
    return known if len(known) == len(edits) else ()


def _is_plain(matcher: Matcher) -> bool:
    """Whether every version reads the label, and none refuses the value: an empty regular expression it would."""
    return _LABEL.fullmatch(matcher.label.value) is not None and (matcher.op != "=~" or bool(matcher.value.value))


def _plain(matcher: Matcher) -> str:
    return _quoted(matcher) if _NEEDS_QUOTES.search(matcher.spelling) else matcher.spelling


def _quoted(matcher: Matcher) -> str:
    return "'" + matcher.spelling.replace("'", "''") + "'"
