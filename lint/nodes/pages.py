"""Pages of prose: runbooks, onboarding guides, cost documents."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from ..record import Record
from ..region import Text
from .node import Node


class Section(Record):
    """A heading and what stands below it, down to the next heading of its level or above."""

    title: Text
    level: int
    anchor: str
    """What a link to it has behind `#`, as GitHub makes it."""

    empty: bool
    """Whether nothing stands below it, not even a heading of a deeper level."""


class Link(Record):
    """A link of a page: its target as it is written."""

    target: Text


class Share(Record):
    """An entry `NAME: 60%` of a list."""

    name: str
    percent: float
    text: Text


class Breakdown(Record):
    """A list of shares that stand side by side."""

    section: str | None
    shares: tuple[Share, ...]


class Page(Node, kw_only=True):
    """A Markdown file."""

    hook: ClassVar[str] = "check_page"
    title: Text | None
    sections: tuple[Section, ...]
    links: tuple[Link, ...]
    placeholders: tuple[Text, ...]
    """What was meant to be filled in: `$X`, `TBD`, `<NAME>` outside code."""

    breakdowns: tuple[Breakdown, ...]


class Runbook(Node, kw_only=True):
    """A page that says what to do about an alert."""

    hook: ClassVar[str] = "check_runbook"
    page: Page
    alerts: tuple[str, ...]
    """The alerts it is about: named in a heading, else by its title or its file's name."""

    related: tuple[Text, ...]
    """The alerts that its section about related ones names."""

    reviewed: date | None
    """When it was last reviewed, by its front matter."""
