"""`collector/policy-block-mismatch`."""

from __future__ import annotations

from collections.abc import Iterator

from ...lint import Bad, Finding, Good, Rule, Severity
from ...lint.nodes import Component
from ...lint.telemetry.sampling import TYPES
from ._policies import all_policies
from ._samples import POLICIES

# These need no settings.
_BARE = frozenset({"always_sample", "trace_flags"})


class PolicyBlockMismatch(Rule):
    """
    Flags sampling policies whose settings stand in the block of another type.

    **Why.**
    A policy takes the blocks of all types and reads the one of its own.
    `type: boolean_attribute` with a block `string_attribute` looks for an attribute without a name, and never matches.
    The collector accepts it.

    **Instead.**
    Name the block like the type.

    Not flagged: types that the collector's own release does not have, which may come from an extension.
    """

    id = "collector/policy-block-mismatch"
    summary = "policy's settings stand in the block of another type"
    severity = Severity.ERROR
    since = "0.1"
    tasks = ("3.1",)

    def check_component(self, component: Component) -> Iterator[Finding]:
        for policy in all_policies(component):
            kind = policy.type
            if kind is None or kind.value not in TYPES:
                continue
            others = [entry for entry in policy.setting.entries if entry.key.value in TYPES - {kind.value}]
            idle = policy.block is not None or kind.value in _BARE
            for other in others:
                cure = "remove it" if idle else f"call it `{kind.value}`"
                yield self.finding(
                    f"{policy.title} is of type `{kind.value}`: its block `{other.key.value}` is ignored",
                    component.place(other.key),
                    help=f"{cure}, or set the type to `{other.key.value}`",
                )
            if not others and policy.block is None and kind.value not in _BARE | {"probabilistic"}:
                yield self.finding(
                    f"{policy.title} is of type `{kind.value}` and has no block `{kind.value}`",
                    component.place(kind),
                    help=f"add the block `{kind.value}` with its settings",
                )

    examples = (
        Bad(
            POLICIES
            + "      - name: forced\n        type: boolean_attribute\n"
            + "        string_attribute: {key: app.force_sample, value: true}\n",
            at="string_attribute",
        ),
        Bad(POLICIES + "      - {name: slow, type: latency}\n", at="latency"),
        Bad(
            POLICIES
            + "      - {name: slow, type: latency, latency: {threshold_ms: 500},"
            + " status_code: {status_codes: [ERROR]}}\n",
            at="status_code",
        ),
        Good(
            POLICIES + "      - {name: forced, type: boolean_attribute, boolean_attribute: {key: force, value: true}}\n"
        ),
        Good(POLICIES + "      - {name: all, type: always_sample}\n"),
    )
