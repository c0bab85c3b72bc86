"""
Escalation policies and on-call schedules.

As a team writes them down (`Escalation Policy: …`, `Level 1: On-call engineer (immediate)`, or the same
with mappings and lists), and as Terraform for PagerDuty and Opsgenie.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..finding import Location
from ..nodes import EscalationPolicy, Level, Node, OncallService, Schedule, Unparsable
from ..region import Text
from .hcl import Block, HclError, literal, parse_hcl
from .tree import Tree

KIND = "on-call"

WORDS = re.compile(rb"\b(?:pagerduty|opsgenie)_(?:escalation|schedule|service|\w*integration)")
"""What a Terraform file must have to be read."""

_POLICIES = ("escalation policy", "escalation policies")
_SCHEDULES = (
    "on call",
    "on call schedule",
    "on call schedules",
    "on call rotation",
    "oncall schedule",
    "oncall schedules",
)
_SERVICES = ("service", "services", "pagerduty service", "opsgenie service")
_LEVELS = ("levels", "rules", "steps", "escalation rules")
_TARGETS = ("target", "targets", "notify", "who", "call", "user", "users", "schedule", "team")
_DELAYS = ("after", "delay", "in", "at", "wait", "escalation delay in minutes", "timeout")
_MEMBERS = ("members", "users", "participants", "people", "rotation members")
_LEVEL = re.compile(r"(?:level|tier|step) (\d+)")
_DELAY = re.compile(
    r"\(?\b(?:after |in |\+ ?)?"
    r"(?:(?P<now>immediate(?:ly)?|at once|now)|(?P<count>\d+(?:\.\d+)?) ?(?P<unit>[a-z]+))\b\)?"
)
_UNITS = {"s": 1.0, "sec": 1.0, "second": 1.0, "m": 60.0, "min": 60.0, "minute": 60.0, "h": 3600.0, "hour": 3600.0}


def is_relevant(data: bytes) -> bool:
    """Whether a Terraform file may have anything to do with being on call."""
    return WORDS.search(data) is not None


def holds_oncall(tree: Tree) -> bool:
    """Whether this document says who is called, in words of its own."""
    return any(_is_policy(key, value) or _is_schedule(key, value) for key, value in tree.entries())


def oncall_in(tree: Tree, source: str) -> Iterator[Node]:
    """The policies, schedules and services of a document."""
    for key, value in tree.entries():
        words = _words(key)
        if _is_policy(key, value):
            yield from _policies(tree, key, value, source)
        elif _is_schedule(key, value):
            yield from _schedules(key, value, source)
        elif words in _SERVICES:
            yield from _services(value, source)


# Documents in words of their own


def _is_policy(key: Tree, value: Tree) -> bool:
    return _words(key) in _POLICIES and not value.is_null


def _is_schedule(key: Tree, value: Tree) -> bool:
    return _words(key) in _SCHEDULES and (value.is_mapping or value.is_sequence)


def _policies(tree: Tree, key: Tree, value: Tree, source: str) -> Iterator[Node]:
    named = list(value.elements()) if value.is_sequence else [value]
    for policy in named:
        title = policy.text if policy.scalar is not None else _text(policy, ("name", "policy"))
        name = title if title is not None else key.text
        holder = tree if policy.scalar is not None else policy
        if name is None:
            continue
        repeat = _value(holder, ("repeat", "repeats", "num loops", "loops"))
        yield EscalationPolicy(
            at=Location(source, f"escalation policy {name.value}", name.region()),
            lines=holder.lines,
            name=name,
            levels=tuple(_levels(holder)),
            repeats=_count(repeat),
        )


def _levels(tree: Tree) -> Iterator[Level]:
    listed = _value(tree, _LEVELS)
    steps = list(listed.elements()) if listed is not None else []
    numbered = [(match, value) for key, value in tree.entries() if (match := _LEVEL.fullmatch(_words(key)))]
    steps += [value for _, value in sorted(numbered, key=lambda pair: int(pair[0][1]))]
    for number, step in enumerate(steps):
        if step.text is not None:
            who, after = _told(step.text.value)
            yield Level(step.text, (who,), after)
        elif step.is_mapping:
            yield _level(step, number)


def _level(step: Tree, number: int) -> Level:
    targets = _value(step, _TARGETS)
    names: tuple[str, ...] = ()
    if targets is not None:
        listed = [element.scalar or _scalar(element, ("name", "id")) for element in targets.elements()]
        names = (targets.scalar,) if targets.scalar is not None else tuple(name for name in listed if name)
    delay = _value(step, _DELAYS)
    text = targets.text if targets is not None and targets.text is not None else step.written()
    if delay is None or delay.scalar is None:
        return Level(text, names, 0.0 if number == 0 else None)
    bare = delay.scalar.strip()
    after = float(bare) * 60 if re.fullmatch(r"\d+(?:\.\d+)?", bare) else _told(f"({bare})")[1]
    return Level(text, names, after)


def _told(words: str) -> tuple[str, float | None]:
    """Who, and after how many seconds: `Engineering lead (15 min)`."""
    match = next((one for one in _DELAY.finditer(words.lower()) if one["now"] or _unit(one["unit"])), None)
    if match is None:
        return words.strip(), None
    who = (words[: match.start()] + words[match.end() :]).strip(" ()-–,:")
    return who, 0.0 if match["now"] else float(match["count"]) * (_unit(match["unit"]) or 0.0)


def _unit(word: str) -> float | None:
    return _UNITS.get(word, _UNITS.get(word.removesuffix("s")))


def _schedules(key: Tree, value: Tree, source: str) -> Iterator[Node]:
    for schedule in value.elements() if value.is_sequence else [value]:
        name = _text(schedule, ("name",)) or key.text
        if name is None or not schedule.is_mapping:
            continue
        keys = {_words(entry) for entry, _ in schedule.entries()}
        members = _value(schedule, _MEMBERS)
        primary = any(word.startswith("primary") for word in keys)
        yield Schedule(
            at=Location(source, f"on-call schedule {name.value}", name.region()),
            lines=schedule.lines,
            name=name,
            members=_names(members),
            timezone=_text(schedule, ("time zone", "timezone", "tz")),
            secondary=any(word.startswith(("secondary", "backup")) for word in keys) if primary else None,
        )


def _names(tree: Tree | None) -> tuple[str, ...] | None:
    if tree is None:
        return None
    if tree.scalar is not None:
        return tuple(name.strip() for name in tree.scalar.split(",") if name.strip()) if not tree.is_null else None
    names = [element.scalar or _scalar(element, ("name", "email", "user")) for element in tree.elements()]
    return tuple(name for name in names if name)


def _services(value: Tree, source: str) -> Iterator[Node]:
    for service in value.elements() if value.is_sequence else [value]:
        name = service.text if service.scalar is not None else _text(service, ("name", "service name"))
        if name is None or not name.value:
            continue
        yield OncallService(
            at=Location(source, f"on-call service {name.value}", name.region()),
            lines=service.lines,
            name=name,
            key=_text(service, ("integration key", "routing key", "service key", "key")),
            by_name=True,
        )


def _words(key: Tree) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", key.scalar or "").lower()))


def _value(tree: Tree, names: tuple[str, ...]) -> Tree | None:
    return next((value for key, value in tree.entries() if _words(key) in names), None)


def _text(tree: Tree, names: tuple[str, ...]) -> Text | None:
    value = _value(tree, names)
    return value.text if value is not None and not value.is_null else None


def _scalar(tree: Tree, names: tuple[str, ...]) -> str | None:
    value = _value(tree, names)
    return value.scalar if value is not None else None


def _count(tree: Tree | None) -> int | None:
    if tree is None or tree.scalar is None:
        return 0
    number = re.search(r"\d+", tree.scalar)
    if number:
        return int(number[0])
    return 0 if tree.scalar.lower() in ("never", "no", "none", "false", "null", "~", "") else 1


# Terraform


def terraform_in(text: Text) -> Iterator[Node]:
    """The policies, schedules and services that Terraform makes of a file."""
    try:
        blocks = parse_hcl(text)
    except HclError as error:
        region = text.region(error.offset, error.offset + 1)
        at = Location(text.source, None, region)
        yield Unparsable(at=at, lines=(region.start.line, region.start.line), kind="Terraform", problem=error.problem)
        return
    rotations = [block for block in blocks if block.labels[:1] == ("opsgenie_schedule_rotation",)]
    for block in blocks:
        if block.kind != "resource" or len(block.labels) != 2:
            continue
        name = block.literal("name") or block.head
        lines = block.lines
        match block.labels[0]:
            case "pagerduty_escalation_policy":
                at = Location(text.source, f"escalation policy {block.labels[1]}", name.region())
                yield _pagerduty_policy(block, name, at)
            case "opsgenie_escalation":
                at = Location(text.source, f"escalation policy {block.labels[1]}", name.region())
                yield _opsgenie_policy(block, name, at)
            case "pagerduty_schedule" | "opsgenie_schedule":
                at = Location(text.source, f"on-call schedule {block.labels[1]}", name.region())
                zone = block.literal("time_zone") or block.literal("timezone")
                members = _members(block, rotations)
                yield Schedule(at=at, lines=lines, name=name, members=members, timezone=zone, secondary=None)
            case "pagerduty_service" | "opsgenie_service" | "opsgenie_api_integration" | "opsgenie_integration":
                at = Location(text.source, f"on-call service {block.labels[1]}", name.region())
                yield OncallService(at=at, lines=lines, name=name, key=None, by_name=False)


def _pagerduty_policy(block: Block, name: Text, at: Location) -> EscalationPolicy:
    levels: list[Level] = []
    waited: float | None = 0.0
    for rule in block.all("rule"):
        targets = tuple(rule.all("target"))
        levels.append(Level(rule.head, tuple(map(_target, targets)), waited))
        minutes = _number(rule.attributes.get("escalation_delay_in_minutes"))
        waited = None if waited is None or minutes is None else waited + minutes * 60
    return EscalationPolicy(
        at=at,
        lines=block.lines,
        name=name,
        levels=tuple(levels),
        repeats=_number(block.attributes.get("num_loops")) if "num_loops" in block.attributes else 0,
        open=any(block.all("dynamic")),
    )


def _opsgenie_policy(block: Block, name: Text, at: Location) -> EscalationPolicy:
    levels = []
    for rule in block.all("rules"):
        minutes = _number(rule.attributes.get("delay"))
        recipients = tuple(_target(recipient) for recipient in rule.all("recipient"))
        levels.append(Level(rule.head, recipients, None if minutes is None else minutes * 60.0))
    repeat = next(block.all("repeat"), None)
    count = _number(repeat.attributes.get("count")) if repeat is not None else 0
    return EscalationPolicy(
        at=at,
        lines=block.lines,
        name=name,
        levels=tuple(levels),
        repeats=1 if repeat is not None and "count" not in repeat.attributes else count,
        open=any(block.all("dynamic")),
    )


def _target(block: Block) -> str:
    kind = literal(block.attributes.get("type"))
    who = block.attributes.get("id")
    return f"{kind.value if kind else ''} {who.value if who else ''}".strip()


def _members(block: Block, rotations: list[Block]) -> tuple[str, ...] | None:
    """Everybody in any layer; None where one of them is a list that only Terraform knows."""
    name = block.labels[1]
    if block.labels[0] == "opsgenie_schedule":
        own = [one for one in rotations if (at := one.attributes.get("schedule_id")) and f".{name}." in at.value]
        people = [who for one in own for participant in one.all("participant") for who in [_target(participant)]]
        if not own or any(one.blocks and any(one.all("dynamic")) for one in own):
            return None
        return None if any(who.startswith("team") for who in people) else tuple(dict.fromkeys(people))
    listed = [layer.elements("users") for layer in block.all("layer")]
    if not listed or None in listed or any(block.all("dynamic")):
        return None
    users = [user.value for users in listed for user in users or ()]
    return None if any("..." in user or "*" in user for user in users) else tuple(dict.fromkeys(users))


def _number(text: Text | None) -> int | None:
    return int(text.value) if text is not None and text.value.isdigit() else None
