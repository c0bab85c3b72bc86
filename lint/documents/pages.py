"""Markdown as prose: headings, links, lists of shares, and whether the page is a runbook."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from ..finding import Location
from ..nodes import Breakdown, Link, Node, Page, Runbook, Section, Share
from ..record import Record
from ..region import Text
from .markdown import tokens_of

if TYPE_CHECKING:
    from markdown_it.token import Token

KIND = "Markdown page"

_FRONT_MATTER = re.compile(r"\A---[ \t]*\r?\n(?P<body>.*?)\r?\n---[ \t]*(?:\r?\n|\Z)", re.S)
_REVIEWED = re.compile(
    r"^(?:last[-_ ]?)?review(?:ed)?(?:[-_ ]?(?:on|at|date))?\s*:\s*[\"']?(\d{4}-\d{2}-\d{2})", re.M | re.I
)
_PLACEHOLDER = re.compile(r"(?<![\w`$])\$[XYZ](?![\w}])|\b(?:TBD|TODO|FIXME)\b|<[A-Z][A-Z0-9_ -]*[A-Z0-9]>")
_SHARE = re.compile(r"\s*(?P<name>[^:%\n]+?)\s*:\s*(?P<percent>\d+(?:\.\d+)?)\s*%\s*")
_ALERT_HEADING = re.compile(r"alerts?\s*:\s*(.+)", re.I)
_ALERT_NAME = re.compile(r"\b[A-Z][A-Za-z0-9]*[a-z][A-Za-z0-9]*[A-Z][A-Za-z0-9]*\b")
_RELATED = re.compile(r"related\s+alerts?|see\s+also\s+alerts?", re.I)
_RUNBOOK_FOLDERS = frozenset({"runbook", "runbooks", "playbook", "playbooks"})
_RUNBOOK_SECTIONS = frozenset(
    "symptom symptoms meaning impact triage diagnosis investigation resolution mitigation remediation".split()
)
_INDEX = frozenset({"_index", "index", "readme", "template"})


def page_in(text: Text, path: str) -> Iterator[Node]:
    """The page of a Markdown file and, where it is one, its runbook."""
    # Front matter is no Markdown; its lines stay, so that those below keep their numbers.
    front = _FRONT_MATTER.match(text.value)
    body = "\n" * text.value.count("\n", 0, front.end()) + text.value[front.end() :] if front else text.value
    reader = _Reader(text, tokens_of(body), _starts(text.value))
    page = reader.page(path)
    yield page
    runbook = _runbook(page, reader, path, front["body"] if front else "")
    if runbook is not None:
        yield runbook


class _Reader(Record):
    """The tokens of one page, and the places of its lines."""

    text: Text
    tokens: list[Token]
    starts: list[int]

    def page(self, path: str) -> Page:
        sections = tuple(self.sections())
        title = next((section.title for section in sections if section.level == 1), None)
        named = title or (sections[0].title if sections else None)
        region = named.region() if named is not None else self.text.region(0, 1)
        return Page(
            at=Location(self.text.source, f"page {PurePosixPath(path).stem}", region),
            lines=(1, len(self.starts)),
            title=title,
            sections=sections,
            links=tuple(self.links()),
            placeholders=tuple(self.placeholders()),
            breakdowns=tuple(self.breakdowns()),
        )

    def sections(self) -> Iterator[Section]:
        seen: dict[str, int] = {}
        for index, token in enumerate(self.tokens):
            if token.type != "heading_open" or token.map is None:
                continue
            content = self.tokens[index + 1].content
            title = self.find(content, token.map[0], token.map[1])
            anchor = re.sub(r"[^\w\- ]", "", content.lower()).strip().replace(" ", "-")
            count = seen.get(anchor, 0)
            seen[anchor] = count + 1
            below = self.tokens[index + 3] if index + 3 < len(self.tokens) else None
            level = int(token.tag[1])
            empty = below is None or (below.type == "heading_open" and int(below.tag[1]) <= level)
            yield Section(title, level, f"{anchor}-{count}" if count else anchor, empty)

    def links(self) -> Iterator[Link]:
        for token in self.tokens:
            if token.type != "inline" or token.map is None:
                continue
            for child in token.children or ():
                target = child.attrGet("href") if child.type == "link_open" else None
                if isinstance(target, str) and target:
                    yield Link(self.find(target, token.map[0], token.map[1]))

    def placeholders(self) -> Iterator[Text]:
        for token in self.tokens:
            if token.type != "inline" or token.map is None:
                continue
            for child in token.children or ():
                for match in _PLACEHOLDER.finditer(child.content) if child.type in ("text", "html_inline") else ():
                    yield self.find(match[0], token.map[0], token.map[1])

    def breakdowns(self) -> Iterator[Breakdown]:
        section: str | None = None
        lists: list[list[Share]] = []
        for index, token in enumerate(self.tokens):
            if token.type == "heading_open":
                section = self.tokens[index + 1].content
            elif token.type in ("bullet_list_open", "ordered_list_open"):
                lists.append([])
            elif token.type in ("bullet_list_close", "ordered_list_close"):
                shares = lists.pop()
                if len(shares) > 1:
                    yield Breakdown(section, tuple(shares))
            elif token.type == "inline" and lists and token.map is not None:
                match = _SHARE.fullmatch(token.content)
                if match:
                    text = self.find(token.content, token.map[0], token.map[1])
                    lists[-1].append(Share(match["name"], float(match["percent"]), text))

    def names_below(self, heading: re.Pattern[str]) -> Iterator[Text]:
        """The names of alerts in the lists and paragraphs of a section."""
        inside = 0
        for index, token in enumerate(self.tokens):
            if token.type == "heading_open":
                level = int(token.tag[1])
                if inside and level <= inside:
                    inside = 0
                if heading.search(self.tokens[index + 1].content):
                    inside = level
            elif inside and token.type == "inline" and token.map is not None and token.level > 0:
                visible = " ".join(child.content for child in token.children or () if child.type != "html_inline")
                for match in _ALERT_NAME.finditer(visible):
                    yield self.find(match[0], token.map[0], token.map[1])

    def find(self, words: str, first: int, end: int) -> Text:
        """Words of a block of lines, where they stand; the whole block where they cannot be found as they are."""
        start = self.starts[first]
        stop = self.starts[end] if end < len(self.starts) else len(self.text.value)
        at = self.text.value.find(words, start, stop)
        if at >= 0:
            return self.text.cut(at, at + len(words))
        stripped = self.text.value[start:stop].rstrip()
        return self.text.cut(start, start + max(1, len(stripped)))


def _runbook(page: Page, reader: _Reader, path: str, front: str) -> Runbook | None:
    pure = PurePosixPath(path)
    if pure.stem.lower() in _INDEX:
        return None
    named = [match[1] for section in page.sections if (match := _ALERT_HEADING.match(section.title.value))]
    titles = {section.title.value.lower().split(" (")[0].strip() for section in page.sections}
    in_folder = bool(_RUNBOOK_FOLDERS & {part.lower() for part in pure.parts[:-1]})
    if not in_folder and len(titles & _RUNBOOK_SECTIONS) < 3 and not named:
        return None
    alerts = [name for names in named for name in re.findall(r"\w+", names)]
    if not alerts:
        title = page.title.value if page.title is not None else ""
        alerts = [title] if _ALERT_NAME.fullmatch(title) else [pure.stem]
    reviewed = _REVIEWED.search(front)
    return Runbook(
        at=page.at,
        lines=page.lines,
        page=page,
        alerts=tuple(alerts),
        related=tuple(reader.names_below(_RELATED)),
        reviewed=_date(reviewed[1]) if reviewed else None,
    )


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _starts(text: str) -> list[int]:
    return [0, *(match.end() for match in re.finditer("\n", text))]
