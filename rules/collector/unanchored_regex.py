"""`collector/unanchored-regex`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...lint import Bad, Confidence, Finding, Fix, Good, Rule, Severity
from ...lint.nodes import Component
from ...lint.re2 import Regex, regex, satisfiable
from ._policies import all_policies
from ._samples import POLICIES
from ._values import literal

# A star behind a letter, a digit, a slash or a dash repeats that, which nobody means: `val*` matches `va`.
_GLOB = re.compile(r"(?<!\\)[A-Za-z0-9/_-]\*")


class UnanchoredRegex(Rule):
    """
    Flags regular expressions of a `string_attribute` policy that match in the middle of a value, too.

    **Why.**
    The collector looks for the expression anywhere in the value: `/live` matches `/api/deliveries/live-7`, and `val*`
    matches `interval`, since a star repeats the letter before it.
    A policy that drops health checks then drops customers' requests.

    **Instead.**
    Anchor it: `^/live$`; or say that anything may stand around it: `.*live.*`.

    A star behind a letter is certainly a mistake; that an expression without anchors is one, is a guess (low
    confidence).

    Not flagged: expressions that match the same values with anchors as without.
    """

    id = "collector/unanchored-regex"
    summary = "regular expression matches in the middle of a value"
    severity = Severity.WARNING
    since = "0.1"
    tasks = ("3.1",)

    def check_component(self, component: Component) -> Iterator[Finding]:
        for policy in all_policies(component):
            if not policy.is_of("string_attribute") or policy.block is None:
                continue
            if not policy.block.value.is_true("enabled_regex_matching"):
                continue
            for value in policy.block.value.texts_at("values"):
                pattern = literal(value)
                if pattern is None:
                    continue
                if _GLOB.search(pattern):
                    yield self.finding(
                        f"`{pattern}` is a regular expression: the star repeats the character before it",
                        component.place(value),
                        help=f"write `^{_GLOB.sub(lambda match: match[0][0] + '.*', pattern).strip('^$')}$`",
                    )
                    continue
                if _is_whole(pattern):
                    continue
                bare = pattern.removeprefix("^").removesuffix("$")
                anchored = f"^{bare}$" if "|" not in bare else f"^(?:{bare})$"
                edit = value.edit(0, len(value.value), anchored) if pattern == value.value else None
                yield self.finding(
                    f"`{pattern}` matches anywhere in the value",
                    component.place(value),
                    help=f"anchor it: `{anchored}`",
                    confidence=Confidence.LOW,
                    fix=Fix("anchor the expression", (edit,), safe=False) if edit is not None else None,
                )

    examples = (
        Bad(
            POLICIES
            + """\
      - name: no-probes
        type: drop
        drop:
          drop_sub_policy:
            - name: probes
              type: string_attribute
              string_attribute: {key: url.path, values: [/live, "^/ready$"], enabled_regex_matching: true}
""",
            at="/live",
            fixed=POLICIES
            + """\
      - name: no-probes
        type: drop
        drop:
          drop_sub_policy:
            - name: probes
              type: string_attribute
              string_attribute: {key: url.path, values: [^/live$, "^/ready$"], enabled_regex_matching: true}
""",
        ),
        Bad(
            POLICIES
            + "      - {name: values, type: string_attribute, string_attribute:"
            + " {key: kind, values: [val*], enabled_regex_matching: true}}\n",
            at="val*",
        ),
        Good(
            POLICIES
            + "      - {name: values, type: string_attribute, string_attribute:"
            + ' {key: kind, values: ["^val.*", ".*error.*"], enabled_regex_matching: true}}\n'
        ),
    )


def _is_whole(pattern: str) -> bool:
    """Whether anchors would change nothing; true where that cannot be told."""
    anywhere, whole = regex(f"(?:.*)(?:{pattern})(?:.*)"), regex(pattern)
    if not isinstance(anywhere, Regex) or not isinstance(whole, Regex):
        return True
    return satisfiable((anywhere,), (whole,)) is not True
