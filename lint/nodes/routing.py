"""Alertmanager's configuration: the tree of routes, receivers, inhibitions, time intervals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import ClassVar

from ..record import Record
from ..region import Text
from .node import Field, Node


class MatchOp(StrEnum):
    """How a matcher compares a label with its value; a missing label is the empty string."""

    EQUAL = "="
    NOT_EQUAL = "!="
    REGEX = "=~"
    NOT_REGEX = "!~"


class Matcher(Record):
    """One comparison of a label, whichever way it is written."""

    label: Text
    op: MatchOp
    value: Text

    @property
    def spelling(self) -> str:
        """As Alertmanager prints it: `severity="critical"`."""
        value = self.value.value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        return f'{self.label.value}{self.op}"{value}"'


class OldMatchers(Record):
    """
    A `match`, `match_re` or the like: matchers in the form that Alertmanager 0.22 deprecated.

    `whole` is the document's text from the key to the end of its value, `entries` that of each label
    and its value in it; `flow` when the value stands in braces.
    """

    key: Text
    whole: Text
    entries: tuple[tuple[Text, Matcher], ...]
    flow: bool
    beside_new: bool
    """Whether the new form stands beside it, or a second key of the old form that becomes the same list."""

    new_key: str
    """What the new form is called: `matchers`, `source_matchers`, `target_matchers`."""


class Route(Node, kw_only=True):
    """A node of the routing tree, with the routes below it."""

    hook: ClassVar[str] = "check_route"
    receiver: Text | None
    """Its own; without one it takes its parent's."""

    inherited: str | None
    """The parent's receiver, or that of the next above which has one."""

    matchers: tuple[Matcher, ...]
    old_matchers: tuple[OldMatchers, ...]
    continue_: Text | None
    """The value of `continue` where it is true."""

    group_by: tuple[Text, ...]
    intervals: Mapping[str, Text]
    """`group_wait`, `group_interval` and `repeat_interval`, where they are given."""

    muted: tuple[Text, ...]
    active: tuple[Text, ...]
    routes: tuple[Route, ...]
    root: bool = False

    @property
    def target(self) -> str | None:
        """The name of the receiver that its alerts go to; None where another file decides."""
        return self.receiver.value if self.receiver is not None else self.inherited

    @property
    def spelling(self) -> str:
        """Its matchers as one set, `{}` where it has none."""
        return "{" + ", ".join(matcher.spelling for matcher in self.matchers) + "}"

    def walk(self) -> Iterator[Route]:
        """This route and all below it, in the order in which they are tried."""
        yield self
        for route in self.routes:
            yield from route.walk()


class Integration(Record):
    """
    One way in which a receiver notifies: `pagerduty`, `slack`, `email`, …

    `fields` are its scalars by their path, as in `http_config.basic_auth.password`.
    """

    kind: str
    key: Text
    fields: Mapping[str, Field]


class Receiver(Node, kw_only=True):
    """Where notifications go, by name."""

    hook: ClassVar[str] = "check_receiver"
    name: Text
    integrations: tuple[Integration, ...]

    @property
    def kinds(self) -> tuple[str, ...]:
        """How it notifies, each way once: empty for a receiver that drops what it gets."""
        return tuple(dict.fromkeys(integration.kind for integration in self.integrations))


class Inhibition(Node, kw_only=True):
    """While an alert matches the source, those that match the target are not notified."""

    hook: ClassVar[str] = "check_inhibition"
    source: tuple[Matcher, ...]
    target: tuple[Matcher, ...]
    equal: tuple[Text, ...]
    old_matchers: tuple[OldMatchers, ...]


class TimeInterval(Node, kw_only=True):
    """A named stretch of time in which routes are mute or active."""

    hook: ClassVar[str] = "check_time_interval"
    name: Text


class AlertmanagerConfig(Node, kw_only=True):
    """
    A whole configuration: the tree and what it names.

    `partial` when other files add to it (an AlertmanagerConfig resource, Helm values over a chart's
    defaults, a fragment in a document): then what is not in it may still be somewhere.
    """

    hook: ClassVar[str] = "check_alertmanager"
    route: Route | None
    receivers: tuple[Receiver, ...]
    inhibitions: tuple[Inhibition, ...]
    time_intervals: tuple[TimeInterval, ...]
    globals: Mapping[str, Field]
    partial: bool = False

    def receiver(self, name: str | None) -> Receiver | None:
        """The receiver of that name."""
        return next((receiver for receiver in self.receivers if receiver.name.value == name), None)
