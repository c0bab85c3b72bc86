"""`collector/glob-as-literal`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...lint import Bad, Edit, Finding, Fix, Good, Rule, Severity, Text
from ...lint.nodes import Component, Setting
from ._policies import all_policies
from ._samples import POLICIES
from ._values import before, is_filled_in, literal

# What no plain value of an attribute has: a star or `.+`, a group with alternatives, an anchor, a class of characters.
_PATTERN = re.compile(r"\*|\.\+|\([^)]*\|[^)]*\)|^\^|\$$|\\[.dwsDWSb/]|\[[^\]]+-[^\]]+\]")


class GlobAsLiteral(Rule):
    """
    Flags values of a `string_attribute` policy that are patterns, where the policy compares letter by letter.

    **Why.**
    Without `enabled_regex_matching: true` the value `billing.*` matches an attribute that is spelt `billing.*`, and
    no `billing.checkout`.
    The traces that are meant to be kept are lost, and nothing says so.

    **Instead.**
    Set `enabled_regex_matching: true`, and anchor the value at both ends, since the collector looks for it anywhere:
    `^billing[.].*$`.

    The fix does both; it is not safe, because what is kept changes, which is the point.

    Not flagged: values that an environment variable fills in.
    """

    id = "collector/glob-as-literal"
    summary = "pattern is compared letter by letter"
    severity = Severity.ERROR
    since = "0.1"
    tasks = ("3.1",)

    def check_component(self, component: Component) -> Iterator[Finding]:
        for policy in all_policies(component):
            if not policy.is_of("string_attribute") or policy.block is None:
                continue
            block = policy.block.value
            regexes = block.text_at("enabled_regex_matching")
            if regexes is not None and regexes.value.lower() != "false":
                continue
            values = block.texts_at("values")
            for value in values:
                if is_filled_in(value) or not _PATTERN.search(value.value):
                    continue
                yield self.finding(
                    f"{policy.title} compares `{value.value}` letter by letter, and matches nothing else",
                    component.place(value),
                    help=f"set `enabled_regex_matching: true` and the value to `{anchored(value.value)}`",
                    fix=_fix(block, values),
                )

    examples = (
        Bad(
            POLICIES
            + """\
      - name: billing-critical
        type: string_attribute
        string_attribute:
          key: operation
          values: ['billing.*', 'refund']
""",
            at="billing.*",
            fixed=POLICIES
            + """\
      - name: billing-critical
        type: string_attribute
        string_attribute:
          key: operation
          enabled_regex_matching: true
          values: ['^billing\\..*$', '^refund$']
""",
        ),
        Bad(
            POLICIES
            + "      - {name: api, type: string_attribute, string_attribute: {key: route, values: ['/api/*']}}\n",
            at="/api/*",
            fixed=POLICIES
            + "      - {name: api, type: string_attribute, string_attribute: {key: route,"
            + " enabled_regex_matching: true, values: ['^/api/.*$']}}\n",
        ),
        Good(
            POLICIES
            + "      - {name: api, type: string_attribute, string_attribute:"
            + " {key: route, values: ['^/api/.*$'], enabled_regex_matching: true}}\n"
        ),
        Good(
            POLICIES
            + "      - {name: api, type: string_attribute,"
            + " string_attribute: {key: route, values: ['/api/{id}', 'a.b']}}\n"
        ),
    )


def anchored(value: str) -> str:
    """A pattern, or what was meant as a glob, as a regular expression that matches the whole value."""
    bare = value.removeprefix("^").removesuffix("$")
    if re.search(r"\\|\(|\[|\^|\$$", value):
        return f"^{bare}$"
    # Of a plain name with stars in it the dots are dots.
    parts = re.split(r"\.?[*+]", bare)
    stars = re.findall(r"\.?[*+]", bare)
    spelt = _escaped(parts[0])
    for star, part in zip(stars, parts[1:], strict=True):
        dot = r"\." if star.startswith(".") else ""
        spelt += f"{dot}.{star[-1]}{_escaped(part)}"
    return f"^{spelt}$"


def _escaped(text: str) -> str:
    return re.sub(r"([.+?{}])", r"\\\1", text)


def _fix(block: Setting, values: tuple[Text, ...]) -> Fix | None:
    """The same for each value of a policy, so that it is applied once."""
    entry = block.entry("values")
    if entry is None or block.entry("enabled_regex_matching") is not None:
        return None
    edits: list[Edit | None] = [before(entry, "enabled_regex_matching: true", flow=block.flow)]
    for value in values:
        if is_filled_in(value):
            return None
        pattern = anchored(value.value) if _PATTERN.search(value.value) else f"^{_escaped(literal(value) or '')}$"
        edits.append(value.edit(0, len(value.value), pattern))
    complete = tuple(edit for edit in edits if edit is not None)
    return Fix("match by regular expressions", complete, safe=False) if len(complete) == len(edits) else None
