"""`collector/samples-nothing`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from ...lint import Bad, Confidence, Finding, Good, Rule, Severity, Text
from ...lint.nodes import Component, ComponentKind
from ._policies import WrittenPolicy, all_policies, allocation
from ._samples import POLICIES
from ._values import number


class _Flaw(NamedTuple):
    """Why a policy matches nothing, where that stands, and the cure."""

    message: str
    at: Text
    help: str
    severity: Severity = Severity.ERROR
    confidence: Confidence = Confidence.HIGH


class SamplesNothing(Rule):
    """
    Flags sampling policies that cannot keep a trace, because a setting is left at its zero.

    **Why.**
    The collector takes a setting that is missing for its zero, and says nothing:
    `probabilistic` without `sampling_percentage` keeps 0 %, `rate_limiting` without `spans_per_second` lets nobody
    through, a part of a composite policy that is missing in `rate_allocation` gets no spans, and `boolean_attribute`
    without `value` looks for `false`.

    **Instead.**
    Write the setting.

    `numeric_attribute` with only a `min_value` depends on the release: older ones take the missing `max_value` for 0.
    That is a warning with low confidence.
    """

    id = "collector/samples-nothing"
    summary = "sampling policy cannot keep a trace"
    severity = Severity.ERROR
    since = "0.1"
    tasks = ("3.1",)

    def check_component(self, component: Component) -> Iterator[Finding]:
        if component.kind is ComponentKind.PROCESSOR and component.canonical == "probabilistic_sampler":
            yield from self._sampler(component)
        for policy in all_policies(component):
            check = _CHECKS.get(policy.type.value) if policy.type is not None else None
            for flaw in check(policy) if check is not None else ():
                yield self.finding(
                    flaw.message,
                    component.place(flaw.at),
                    help=flaw.help,
                    severity=flaw.severity,
                    confidence=flaw.confidence,
                )

    def _sampler(self, component: Component) -> Iterator[Finding]:
        given = component.settings.text_at("sampling_percentage")
        if (given is None and not component.settings.entry("sampling_percentage")) or number(given) == 0:
            yield self.finding(
                f"`{component.id}` keeps 0 % of what it sees",
                component.place(given or component.key),
                help="set `sampling_percentage`",
            )

    examples = (
        Bad(POLICIES + "      - {name: tenth, type: probabilistic}\n", at="probabilistic"),
        Bad(
            POLICIES + "      - {name: tenth, type: probabilistic, probabilistic: {sampling_percentage: 0}}\n",
            at="0",
        ),
        Bad(
            POLICIES + "      - {name: forced, type: boolean_attribute, boolean_attribute: {key: force}}\n",
            at="boolean_attribute",
            why="it matches `force: false`",
        ),
        Bad(
            POLICIES
            + """\
      - name: shared
        type: composite
        composite:
          max_total_spans_per_second: 1000
          policy_order: [errors, rest]
          composite_sub_policy:
            - {name: errors, type: status_code, status_code: {status_codes: [ERROR]}}
            - {name: rest, type: always_sample}
          rate_allocation:
            - {policy: errors, percent: 50}
""",
            at="rest",
        ),
        Bad(
            POLICIES
            + "      - {name: failed, type: numeric_attribute,"
            + " numeric_attribute: {key: http.response.status_code, min_value: 500}}\n",
            at="500",
        ),
        Bad(POLICIES + "      - {name: errors, type: status_code, status_code: {status_codes: [error]}}\n", at="error"),
        Good(POLICIES + "      - {name: tenth, type: probabilistic, probabilistic: {sampling_percentage: 10}}\n"),
        Good(
            POLICIES
            + '      - {name: some, type: probabilistic, probabilistic: {sampling_percentage: "${env:SHARE}"}}\n'
        ),
    )


def _amount(setting: str, what: str) -> Callable[[WrittenPolicy], Iterator[_Flaw]]:
    def check(policy: WrittenPolicy) -> Iterator[_Flaw]:
        entry = policy.block.value.entry(setting) if policy.block is not None else None
        if entry is None and policy.type is not None and (policy.block is not None or setting == "sampling_percentage"):
            at = policy.block.key if policy.block is not None else policy.type
            yield _Flaw(f"{policy.title} has no `{setting}`: it keeps {what}", at, f"set `{setting}`")
        elif entry is not None and entry.value.text is not None and number(entry.value.text) == 0:
            yield _Flaw(f"{policy.title} keeps {what}", entry.value.text, f"give `{setting}` a value above 0")

    return check


def _listed(setting: str, known: frozenset[str] | None = None) -> Callable[[WrittenPolicy], Iterator[_Flaw]]:
    def check(policy: WrittenPolicy) -> Iterator[_Flaw]:
        if policy.block is None:
            return
        entry = policy.block.value.entry(setting)
        if entry is None or (entry.value.is_list and not entry.value.elements):
            at = entry.key if entry is not None else policy.block.key
            yield _Flaw(f"{policy.title} has no `{setting}` and matches nothing", at, f"list `{setting}`")
            return
        for element in entry.value.elements if known is not None else ():
            text = element.text
            if text is not None and known is not None and text.value.upper() in known and text.value not in known:
                yield _Flaw(f"there is no status code `{text.value}`", text, f"write `{text.value.upper()}`")

    return check


def _boolean(policy: WrittenPolicy) -> Iterator[_Flaw]:
    if policy.block is None or policy.block.value.entry("value") is not None:
        return
    key = policy.block.value.text_at("key")
    name = f"`{key.value}`" if key is not None else "its attribute"
    yield _Flaw(
        f"{policy.title} has no `value`, and matches where {name} is false",
        policy.block.key,
        "write `value: true`, or `value: false` where that is meant",
    )


def _numeric(policy: WrittenPolicy) -> Iterator[_Flaw]:
    least = policy.block.value.text_at("min_value") if policy.block is not None else None
    if policy.block is None or least is None or policy.block.value.entry("max_value") is not None:
        return
    if (number(least) or 0) > 0:
        yield _Flaw(
            f"{policy.title} has no `max_value`, which older collectors take for 0: nothing lies between",
            least,
            "set `max_value`, too",
            Severity.WARNING,
            Confidence.LOW,
        )


def _composite(policy: WrittenPolicy) -> Iterator[_Flaw]:
    yield from _amount("max_total_spans_per_second", "nothing")(policy)
    for part in policy.parts:
        if part.name is not None and allocation(policy, part) is None:
            yield _Flaw(
                f"`{part.name.value}` has no share in `rate_allocation` of {policy.title}: it keeps nothing",
                part.name,
                "give it a `percent`",
            )


_CHECKS: dict[str, Callable[[WrittenPolicy], Iterator[_Flaw]]] = {
    "probabilistic": _amount("sampling_percentage", "0 % of the traces"),
    "rate_limiting": _amount("spans_per_second", "no spans"),
    "bytes_limiting": _amount("bytes_per_second", "no bytes"),
    "string_attribute": _listed("values"),
    "status_code": _listed("status_codes", frozenset({"OK", "ERROR", "UNSET"})),
    "boolean_attribute": _boolean,
    "numeric_attribute": _numeric,
    "composite": _composite,
}
