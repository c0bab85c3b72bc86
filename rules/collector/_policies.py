"""The policies of a `tail_sampling` processor: where they stand, and as the simulator takes them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ...lint import Text
from ...lint.nodes import Component, ComponentKind, Entry, Setting
from ...lint.record import Record
from ...lint.telemetry.sampling import UNKNOWN, Policy, Unknown, Value
from ._values import is_filled_in, literal, number

_LISTS = ("values", "status_codes")
_PARTS = {"and": "and_sub_policy", "drop": "drop_sub_policy", "composite": "composite_sub_policy"}


class WrittenPolicy(Record):
    """A policy as it is written."""

    setting: Setting
    name: Text | None
    type: Text | None
    block: Entry | None
    """The block that is called like the type: the one that counts."""

    parts: tuple[WrittenPolicy, ...]
    top: bool

    @property
    def place(self) -> Text | None:
        """What a finding about the whole policy points at."""
        if self.name is not None:
            return self.name
        return self.type or next((entry.place for entry in self.setting.entries), None)

    @property
    def title(self) -> str:
        """The policy in words."""
        return f"policy `{self.name.value}`" if self.name is not None else "a policy without a name"

    def is_of(self, kind: str) -> bool:
        """Whether its type is this one."""
        return self.type is not None and self.type.value == kind

    def walk(self) -> Iterator[WrittenPolicy]:
        """This policy and those inside it."""
        yield self
        for part in self.parts:
            yield from part.walk()


def is_tail_sampling(component: Component) -> bool:
    """Whether a component is the tail sampling processor."""
    return component.kind is ComponentKind.PROCESSOR and component.canonical == "tail_sampling"


def policies_of(component: Component) -> tuple[WrittenPolicy, ...]:
    """The policies at the top."""
    if not is_tail_sampling(component):
        return ()
    listed = component.settings.elements_at("policies")
    return tuple(_written(setting, top=True) for setting in listed if setting.is_mapping)


def all_policies(component: Component) -> Iterator[WrittenPolicy]:
    """The policies, with those inside others."""
    for policy in policies_of(component):
        yield from policy.walk()


def models(policies: Iterable[WrittenPolicy]) -> tuple[Policy, ...]:
    """The policies as the simulator takes them."""
    return tuple(_model(policy) for policy in policies)


def first_match(component: Component) -> bool | Unknown:
    """The setting `sample_on_first_match`."""
    given = component.settings.text_at("sample_on_first_match")
    if given is not None and is_filled_in(given):
        return UNKNOWN
    return given is not None and given.value.lower() == "true"


def allocation(policy: WrittenPolicy, part: WrittenPolicy) -> Setting | None:
    """The entry of `rate_allocation` that is about one part of a composite policy."""
    for entry in policy.block.value.elements_at("rate_allocation") if policy.block is not None else ():
        named = entry.text_at("policy")
        if named is not None and part.name is not None and named.value == part.name.value:
            return entry
    return None


def _written(setting: Setting, *, top: bool) -> WrittenPolicy:
    kind = setting.text_at("type")
    block = setting.entry(kind.value) if kind is not None else None
    return WrittenPolicy(
        setting=setting,
        name=setting.text_at("name"),
        type=kind,
        block=block,
        parts=tuple(_written(part, top=False) for part in _parts(kind, block) if part.is_mapping),
        top=top,
    )


def _parts(kind: Text | None, block: Entry | None) -> tuple[Setting, ...]:
    if kind is None or block is None:
        return ()
    if kind.value == "not":
        inner = block.value.get("not_sub_policy")
        return (inner,) if inner is not None else ()
    return block.value.elements_at(_PARTS[kind.value]) if kind.value in _PARTS else ()


def _model(policy: WrittenPolicy) -> Policy:
    settings: dict[str, Value] = {}
    for entry in policy.block.value.entries if policy.block is not None else ():
        if entry.key.value in _LISTS:
            texts = [element.text for element in entry.value.elements if element.text is not None]
            settings[entry.key.value] = tuple(UNKNOWN if is_filled_in(text) else literal(text) or "" for text in texts)
        elif entry.value.text is not None:
            settings[entry.key.value] = _scalar(entry.value.text, entry.key.value)
    kind = policy.type.value if policy.type is not None and not is_filled_in(policy.type) else "?"
    allocations = {index: _percentage(policy, part) for index, part in enumerate(policy.parts)}
    known = {index: share for index, share in allocations.items() if share is not None}
    return Policy(kind, settings, models(policy.parts), known if len(known) == len(allocations) else None)


def _percentage(policy: WrittenPolicy, part: WrittenPolicy) -> float | None:
    """What a part gets: nothing where it is not listed, an even share where its `percent` is not above 0."""
    entry = allocation(policy, part)
    if entry is None:
        return 0.0
    given = entry.text_at("percent")
    if given is None or number(given) == 0:
        return 100 / len(policy.parts)
    return number(given)


def _scalar(text: Text, key: str) -> Value:
    if is_filled_in(text):
        return UNKNOWN
    if text.value.lower() in ("true", "false"):
        return text.value.lower() == "true"
    amount = number(text) if key not in ("key", "hash_salt") else None
    return amount if amount is not None else literal(text) or ""
