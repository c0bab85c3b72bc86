"""Who is called: escalation policies, on-call schedules, and the services that notifications go to."""

from __future__ import annotations

from typing import ClassVar

from ..record import Record
from ..region import Text
from .node import Node


class Level(Record):
    """
    A step of an escalation: who is called, and when.

    `after` counts seconds from the alert on; None where nothing says so, or a variable does.
    """

    text: Text
    targets: tuple[str, ...]
    after: float | None


class EscalationPolicy(Node, kw_only=True):
    """
    Who is called one after the other until somebody answers.

    `repeats` is how often it begins again: 0 where nothing says so, None where a variable decides.
    `open` when targets are not known by name, so that two of them may be one.
    """

    hook: ClassVar[str] = "check_escalation_policy"
    name: Text
    levels: tuple[Level, ...]
    repeats: int | None
    open: bool = False


class Schedule(Node, kw_only=True):
    """
    Who is on call when.

    `members` is None where the people are not named; `secondary` says whether somebody stands behind the first one,
    None where another file may say it.
    """

    hook: ClassVar[str] = "check_schedule"
    name: Text
    members: tuple[str, ...] | None
    timezone: Text | None
    secondary: bool | None


class OncallService(Node, kw_only=True):
    """
    What an on-call tool takes notifications for.

    `by_name` when people know it by its name, and not by a key that is only made when it is applied.
    """

    hook: ClassVar[str] = "check_oncall_service"
    name: Text
    key: Text | None
    by_name: bool
