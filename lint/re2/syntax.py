"""The syntax of Go's regular expressions: a pattern as a tree, or the reason why Go refuses it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

_HIGHEST = 0x10FFFF
_MOST_REPEATS = 1000
_DEEPEST = 100

Ranges: TypeAlias = tuple[tuple[int, int], ...]
"""A set of characters: first and last code point of each stretch, both inclusive."""


class Alternation(NamedTuple):
    """One of several."""

    branches: tuple[Expression, ...]


class Concatenation(NamedTuple):
    """One after the other."""

    parts: tuple[Expression, ...]


class Repetition(NamedTuple):
    """Several times; `most` is None where there is no end."""

    of: Expression
    least: int
    most: int | None


class Anchor(NamedTuple):
    """The start or the end of the value."""

    end: bool


Expression: TypeAlias = Alternation | Concatenation | Repetition | Anchor | Ranges


@dataclass(frozen=True, slots=True)
class Refusal(Exception):  # noqa: N818 - «raise Refusal» says what happens
    """What Go finds wrong with a pattern, and where."""

    message: str
    offset: int


class Unjudged(Exception):  # noqa: N818 - no error: the pattern may be fine
    """A pattern with parts that are not followed here: word boundaries, Unicode classes."""


def parse(pattern: str) -> Expression:
    """The tree of a pattern; raises `Refusal` or `Unjudged`."""
    return _Parser(pattern).whole()


def _complement(ranges: Ranges) -> Ranges:
    gaps, low = [], 0
    for first, last in sorted(ranges):
        if first > low:
            gaps.append((low, first - 1))
        low = max(low, last + 1)
    return (*gaps, (low, _HIGHEST)) if low <= _HIGHEST else tuple(gaps)


_ANY: Ranges = ((0, _HIGHEST),)
_DIGITS: Ranges = ((48, 57),)
_WORD: Ranges = ((48, 57), (65, 90), (95, 95), (97, 122))
_SPACE: Ranges = ((9, 10), (12, 13), (32, 32))
_PERL = {
    "d": _DIGITS,
    "D": _complement(_DIGITS),
    "w": _WORD,
    "W": _complement(_WORD),
    "s": _SPACE,
    "S": _complement(_SPACE),
}
_POSIX: dict[str, Ranges] = {
    "alnum": ((48, 57), (65, 90), (97, 122)),
    "alpha": ((65, 90), (97, 122)),
    "ascii": ((0, 127),),
    "blank": ((9, 9), (32, 32)),
    "cntrl": ((0, 31), (127, 127)),
    "digit": _DIGITS,
    "graph": ((33, 126),),
    "lower": ((97, 122),),
    "print": ((32, 126),),
    "punct": ((33, 47), (58, 64), (91, 96), (123, 126)),
    "space": ((9, 13), (32, 32)),
    "upper": ((65, 90),),
    "word": _WORD,
    "xdigit": ((48, 57), (65, 70), (97, 102)),
}
_CONTROL = {"a": 7, "f": 12, "t": 9, "n": 10, "r": 13, "v": 11}
_COUNT = re.compile(r"\{(\d+)(?:(,)(\d*))?\}")
_GROUP = re.compile(r"\?(?:P?<(?P<name>[^>]*)>|(?P<flags>[a-zA-Z-]*)(?P<end>[:)]))")
_HEX = re.compile(r"x(?:([0-9A-Fa-f]{2})|\{([0-9A-Fa-f]{1,6})\})")
_OCTAL = re.compile(r"[1-7][0-7]{1,2}|0[0-7]{0,2}")
_POSIX_CLASS = re.compile(r"\[:(\^?)(\w+):\]")
_REPEATS = {"*": (0, None), "+": (1, None), "?": (0, 1)}


class _Parser:
    """One reading of one pattern."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0
        self.folds = False
        self.depth = 0

    def whole(self) -> Expression:
        tree = self._alternation()
        if self.at < len(self.pattern):
            raise Refusal("unexpected `)`", self.at)
        return tree

    def _alternation(self) -> Expression:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise Unjudged
        branches = [self._concatenation()]
        while self._take("|"):
            branches.append(self._concatenation())
        self.depth -= 1
        return branches[0] if len(branches) == 1 else Alternation(tuple(branches))

    def _concatenation(self) -> Expression:
        parts: list[Expression] = []
        while self.at < len(self.pattern) and self.pattern[self.at] not in "|)":
            parts.extend(self._repeated())
        return parts[0] if len(parts) == 1 else Concatenation(tuple(parts))

    def _repeated(self) -> list[Expression]:
        start = self.at
        atom = self._atom()
        if atom is None:
            if self._repeats() is not None:  # `a(?i)*`: Go repeats the `a`
                raise Unjudged
            return []
        if isinstance(atom, list):
            *before, last = atom or [Concatenation(())]
        else:
            before, last = [], atom
        repeats = self._repeats()
        if repeats is None:
            return [*before, last]
        self._take("?")
        if self._repeats() is not None:
            raise Refusal("a repetition of a repetition", start)
        least, most = repeats
        if (most is not None and most < least) or max(least, most or 0) > _MOST_REPEATS:
            raise Refusal("a repeat count that is none", start)
        return [*before, Repetition(last, least, most)]

    def _repeats(self) -> tuple[int, int | None] | None:
        character = self.pattern[self.at : self.at + 1]
        if character in _REPEATS:
            self.at += 1
            return _REPEATS[character]
        match = _COUNT.match(self.pattern, self.at)
        if match is None:
            return None
        self.at = match.end()
        least = int(match[1])
        return least, (least if not match[2] else int(match[3]) if match[3] else None)

    def _atom(self) -> Expression | list[Expression] | None:
        """The next part; a list for quoted text, None for a change of flags."""
        start, character = self.at, self.pattern[self.at]
        if character in _REPEATS or _COUNT.match(self.pattern, self.at):
            raise Refusal(f"nothing for `{character}` to repeat", start)
        self.at += 1
        match character:
            case "(":
                return self._group(start)
            case "[":
                return self._class(start)
            case ".":
                return _ANY
            case "^" | "$":
                return Anchor(end=character == "$")
            case "\\":
                return self._escape(start)
            case _:
                return self._one(ord(character))

    def _group(self, start: int) -> Expression | None:
        outer = self.folds
        if self.pattern.startswith("?", self.at):
            match = _GROUP.match(self.pattern, self.at)
            if match is None or self.pattern.startswith(("?=", "?!", "?<=", "?<!"), self.at):
                raise Refusal("Go's regular expressions have no look-around", start)
            self.at = match.end()
            if match["flags"] is not None:
                self._set_flags(match["flags"], start)
                if match["end"] == ")":
                    return None
        tree = self._alternation()
        if not self._take(")"):
            raise Refusal("missing `)`", start)
        self.folds = outer
        return tree

    def _set_flags(self, flags: str, start: int) -> None:
        on, _, off = flags.partition("-")
        if not set(on + off) <= set("imsU"):
            raise Refusal(f"unknown flags `{flags}`", start)
        if "m" in on:
            raise Unjudged
        self.folds = (self.folds or "i" in on) and "i" not in off

    def _escape(self, start: int) -> Expression | list[Expression]:
        letter = self.pattern[self.at : self.at + 1]
        if letter in _PERL:
            self.at += 1
            return _PERL[letter]
        if letter in ("A", "z"):
            self.at += 1
            return Anchor(end=letter == "z")
        if letter == "Q":
            end = self.pattern.find("\\E", self.at)
            stop = end if end >= 0 else len(self.pattern)
            text, self.at = self.pattern[self.at + 1 : stop], stop + 2 if end >= 0 else stop
            return [self._one(ord(character)) for character in text]
        if letter in ("b", "B", "p", "P"):
            raise Unjudged
        return self._one(self._escaped(start))

    def _escaped(self, start: int) -> int:
        """The character behind a backslash."""
        letter = self.pattern[self.at : self.at + 1]
        for form, base in ((_HEX, 16), (_OCTAL, 8)):
            match = form.match(self.pattern, self.at)
            if match:
                self.at = match.end()
                code = int(next((group for group in match.groups() if group), match[0]), base)
                if code <= _HIGHEST:
                    return code
        if letter in _CONTROL:
            self.at += 1
            return _CONTROL[letter]
        if not letter:
            raise Refusal("a backslash at the end", start)
        if letter.isdigit():
            raise Refusal("Go's regular expressions have no back references", start)
        if letter.isalnum() or not letter.isascii():
            raise Refusal(f"unknown escape `\\{letter}`", start)
        self.at += 1
        return ord(letter)

    def _class(self, start: int) -> Expression:
        negated = self._take("^")
        ranges: list[tuple[int, int]] = []
        first = True
        while first or not self.pattern.startswith("]", self.at):
            if self.at >= len(self.pattern):
                raise Refusal("missing `]`", start)
            first = False
            ranges.extend(self._class_part(start))
        self.at += 1
        folded = self._fold(tuple(ranges))
        return _complement(folded) if negated else folded

    def _class_part(self, start: int) -> Ranges:
        named = _POSIX_CLASS.match(self.pattern, self.at)
        if named:
            if named[2] not in _POSIX:
                raise Refusal(f"unknown class `{named[0]}`", self.at)
            self.at = named.end()
            return _complement(_POSIX[named[2]]) if named[1] else _POSIX[named[2]]
        letter = self.pattern[self.at + 1 : self.at + 2] if self.pattern[self.at] == "\\" else ""
        if letter in ("p", "P"):
            raise Unjudged
        if letter in _PERL:
            self.at += 2
            return _PERL[letter]
        low = self._class_character(start)
        high = low
        if self.pattern.startswith("-", self.at) and not self.pattern.startswith("-]", self.at):
            self.at += 1
            high = self._class_character(start)
        if high < low:
            raise Refusal("a range that runs backwards", start)
        return ((low, high),)

    def _class_character(self, start: int) -> int:
        if self.at >= len(self.pattern):
            raise Refusal("missing `]`", start)
        character = self.pattern[self.at]
        self.at += 1
        return self._escaped(self.at - 1) if character == "\\" else ord(character)

    def _one(self, code: int) -> Ranges:
        return self._fold(((code, code),))

    def _fold(self, ranges: Ranges) -> Ranges:
        """With the other case of each letter, where `(?i)` asks for it."""
        if not self.folds:
            return ranges
        letters = (chr(code) for low, high in ranges for code in range(low, min(high, low + 1000) + 1))
        other = {ord(case) for letter in letters for case in (letter.lower(), letter.upper()) if len(case) == 1}
        return (*ranges, *((code, code) for code in sorted(other)))

    def _take(self, character: str) -> bool:
        if not self.pattern.startswith(character, self.at):
            return False
        self.at += 1
        return True
