"""A configuration of the OpenTelemetry Collector: its components, its pipelines, and where it runs."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import ClassVar

from ..record import Record
from ..region import Text
from .node import Node


class ComponentKind(StrEnum):
    """The sections of a configuration in which components stand."""

    RECEIVER = "receiver"
    PROCESSOR = "processor"
    EXPORTER = "exporter"
    CONNECTOR = "connector"
    EXTENSION = "extension"

    @property
    def section(self) -> str:
        """The key of its section, as in `receivers`."""
        return f"{self.value}s"


class Setting(Record):
    """
    A value of a configuration: a scalar, a mapping, a list, or nothing.

    What an anchor repeats is one value; a tree of them may be a graph, and `walk` visits each once.
    """

    text: Text | None = None
    """A scalar's; None for the rest, and for an empty value."""

    entries: tuple[Entry, ...] = ()
    elements: tuple[Setting, ...] = ()
    is_mapping: bool = False
    is_list: bool = False
    flow: bool = False
    """Whether it is written in brackets."""

    def entry(self, *path: str) -> Entry | None:
        """The key and value at a path of keys."""
        found: Entry | None = None
        setting = self
        for name in path:
            found = next((entry for entry in setting.entries if entry.key.value == name), None)
            if found is None:
                return None
            setting = found.value
        return found

    def get(self, *path: str) -> Setting | None:
        """The value at a path of keys."""
        entry = self.entry(*path)
        return entry.value if entry is not None else None

    def text_at(self, *path: str) -> Text | None:
        """The scalar at a path of keys; None where there is none, or an empty one."""
        entry = self.entry(*path)
        return entry.value.text if entry is not None else None

    def elements_at(self, *path: str) -> tuple[Setting, ...]:
        """The elements of the list at a path of keys."""
        entry = self.entry(*path)
        return entry.value.elements if entry is not None else ()

    def texts_at(self, *path: str) -> tuple[Text, ...]:
        """The scalars of the list at a path of keys."""
        return tuple(element.text for element in self.elements_at(*path) if element.text is not None)

    def is_true(self, *path: str) -> bool:
        """Whether the value at a path of keys is `true`."""
        text = self.text_at(*path)
        return text is not None and text.value.lower() == "true"

    def walk(self) -> Iterator[Entry]:
        """All keys and values below it, however deep."""
        waiting, seen = [self], {id(self)}
        while waiting:
            setting = waiting.pop()
            yield from setting.entries
            below = [*(entry.value for entry in setting.entries), *setting.elements]
            for child in reversed(below):
                if id(child) not in seen:
                    seen.add(id(child))
                    waiting.append(child)


class Entry(Record):
    """A key of a mapping, and its value."""

    key: Text
    value: Setting

    @property
    def place(self) -> Text:
        """What a finding about it points at: the scalar, else the key."""
        return self.value.text if self.value.text is not None and self.value.text.value else self.key


class Component(Node, kw_only=True):
    """A receiver, processor, exporter, connector or extension as it is configured."""

    hook: ClassVar[str] = "check_component"
    kind: ComponentKind
    key: Text
    """Its id: a type, or a type and a name, as in `otlp/tempo`."""

    type: str
    """The type as it is spelt here."""

    canonical: str
    """The type in the newest spelling: `spanmetrics` and `span_metrics` are one type."""

    settings: Setting

    @property
    def id(self) -> str:
        """The id as it is spelt here."""
        return self.key.value

    @property
    def identity(self) -> str:
        """The id with its type in the newest spelling."""
        return self.canonical + self.key.value.strip()[len(self.type) :].replace(" ", "")


class ComponentReference(Record, kw_only=True):
    """A component's id where a pipeline or the service names it."""

    text: Text
    identity: str
    """The id with its type in the newest spelling."""

    canonical: str


class Pipeline(Node, kw_only=True):
    """A pipeline of the service: which components the data of a signal runs through."""

    hook: ClassVar[str] = "check_pipeline"
    name: Text
    signal: str
    """`traces`, `metrics`, `logs` or `profiles`."""

    receivers: tuple[ComponentReference, ...] | None
    """None where the key is missing, which only a configuration that others add to may do."""

    processors: tuple[ComponentReference, ...] | None
    exporters: tuple[ComponentReference, ...] | None
    settings: Setting

    def references(self) -> Iterator[tuple[str, ComponentReference]]:
        """Everything it names, with the key below which it stands."""
        for key, listed in (
            ("receivers", self.receivers),
            ("processors", self.processors),
            ("exporters", self.exporters),
        ):
            for reference in listed or ():
                yield key, reference


class Workload(Record):
    """What the resource or the Helm values around a configuration say of the collectors that run it."""

    replicas: Text | None = None
    """A number above one, or the key that turns autoscaling on; None where one collector or an unknown number runs."""

    mode: Text | None = None
    image: Text | None = None


class CollectorConfig(Node, kw_only=True):
    """
    A configuration of the collector.

    `partial` when others add to it: a fragment in a document, Helm values over a chart's defaults, a
    layer of several `--config` files. Then what is not in it may still be somewhere.
    """

    hook: ClassVar[str] = "check_collector"
    components: tuple[Component, ...]
    pipelines: tuple[Pipeline, ...]
    extensions: tuple[ComponentReference, ...] | None
    """Those that the service starts; None where it does not say."""

    settings: Setting
    """The whole of it."""

    partial: bool
    workload: Workload | None

    def of_kind(self, kind: ComponentKind) -> Iterator[Component]:
        """The components of one section."""
        return (component for component in self.components if component.kind is kind)

    def component(self, reference: ComponentReference, *kinds: ComponentKind) -> Component | None:
        """The component that a reference means, in the first of these sections that has it."""
        for kind in kinds:
            for component in self.of_kind(kind):
                if component.identity == reference.identity:
                    return component
        return None
