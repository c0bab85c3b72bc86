"""
Go's regular expressions (RE2) as label matchers use them: anchored on both ends.

They become automata, which answer what Python's `re` cannot: whether Go would take the pattern at all,
and whether any value satisfies several patterns at once (so: whether one pattern covers another).
`.` matches a line feed too, as in Prometheus; labels have none.
Syntax: https://pkg.go.dev/regexp/syntax
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from ..record import Record
from .syntax import Alternation, Anchor, Concatenation, Expression, Ranges, Refusal, Repetition, Unjudged, parse

__all__ = ["Refusal", "Regex", "literal", "regex", "satisfiable"]

_MOST_STATES = 4000
_MOST_PRODUCTS = 3000

_FREE, _AT_START, _AT_END = "free", "start", "end"


class Regex(Record):
    """A pattern as a nondeterministic automaton: state 0 begins, state 1 accepts."""

    edges: tuple[tuple[tuple[Ranges, int], ...], ...]
    jumps: tuple[tuple[tuple[str, int], ...], ...]

    def matches(self, value: str) -> bool:
        """Whether the whole value matches."""
        states = self.begin
        for character in value:
            states = self.step(states, ord(character))
            if not states:
                return False
        return self.accepts(states, empty=not value)

    @property
    def begin(self) -> frozenset[int]:
        """The states before the first character."""
        return self._reach(frozenset([0]), (_FREE, _AT_START))

    def step(self, states: frozenset[int], character: int) -> frozenset[int]:
        """The states after one more character."""
        after = {
            target
            for state in states
            for ranges, target in self.edges[state]
            if any(low <= character <= high for low, high in ranges)
        }
        return self._reach(frozenset(after), (_FREE,))

    def accepts(self, states: frozenset[int], *, empty: bool) -> bool:
        """Whether the value may end in these states; an empty one is at its start and at its end."""
        return 1 in states or 1 in self._reach(states, (_FREE, _AT_START, _AT_END) if empty else (_FREE, _AT_END))

    def _reach(self, states: frozenset[int], by: tuple[str, ...]) -> frozenset[int]:
        reached, waiting = set(states), list(states)
        while waiting:
            for kind, target in self.jumps[waiting.pop()]:
                if kind in by and target not in reached:
                    reached.add(target)
                    waiting.append(target)
        return frozenset(reached)


@lru_cache(maxsize=4096)
def regex(pattern: str) -> Regex | Refusal | None:
    """The automaton of a pattern, or why Go refuses it; None where that cannot be told here."""
    try:
        return _build(parse(pattern))
    except Refusal as refusal:
        # Anchored, `a)|(b` becomes `^(?:a)|(b)$`, which Go takes; what it then means nobody meant.
        return None if refusal.message == "unexpected `)`" else refusal
    except Unjudged:
        return None


@lru_cache(maxsize=4096)
def literal(text: str) -> Regex:
    """The automaton that matches one value only."""
    return _build(Concatenation(tuple(((ord(character), ord(character)),) for character in text)))


@lru_cache(maxsize=8192)
def satisfiable(wanted: tuple[Regex, ...], unwanted: tuple[Regex, ...]) -> bool | None:
    """Whether some value matches all of the one and none of the other; None where the search grows too large."""
    automata = (*wanted, *unwanted)
    alphabet = tuple(_representatives(automata))
    first = tuple(automaton.begin for automaton in automata)
    seen, waiting = {first}, [first]
    while waiting:
        product = waiting.pop()
        verdicts = [
            automaton.accepts(states, empty=product is first)
            for automaton, states in zip(automata, product, strict=True)
        ]
        if all(verdicts[: len(wanted)]) and not any(verdicts[len(wanted) :]):
            return True
        for character in alphabet:
            after = tuple(
                automaton.step(states, character) for automaton, states in zip(automata, product, strict=True)
            )
            if all(after[: len(wanted)]) and after not in seen:
                seen.add(after)
                waiting.append(after)
        if len(seen) > _MOST_PRODUCTS:
            return None
    return False


def _representatives(automata: Iterable[Regex]) -> Iterator[int]:
    """One character of each class that these automata cannot tell apart."""
    borders = {0}
    for automaton in automata:
        for edges in automaton.edges:
            for ranges, _ in edges:
                for low, high in ranges:
                    borders |= {low, high + 1}
    return (border for border in sorted(borders) if border <= 0x10FFFF)


class _Builder:
    """Thompson's construction."""

    def __init__(self) -> None:
        self.edges: list[list[tuple[Ranges, int]]] = [[], []]
        self.jumps: list[list[tuple[str, int]]] = [[], []]

    def state(self) -> int:
        if len(self.edges) >= _MOST_STATES:
            raise Unjudged
        self.edges.append([])
        self.jumps.append([])
        return len(self.edges) - 1

    def add(self, expression: Expression, start: int, end: int) -> None:
        match expression:
            case Alternation(branches=branches):
                for branch in branches:
                    self.add(branch, start, end)
            case Concatenation(parts=parts):
                for part in parts[:-1]:
                    middle = self.state()
                    self.add(part, start, middle)
                    start = middle
                if parts:
                    self.add(parts[-1], start, end)
                else:
                    self.jumps[start].append((_FREE, end))
            case Anchor(end=at_end):
                self.jumps[start].append((_AT_END if at_end else _AT_START, end))
            case Repetition():
                self._repeat(expression, start, end)
            case ranges:
                self.edges[start].append((ranges, end))

    def _repeat(self, repetition: Repetition, start: int, end: int) -> None:
        for _ in range(repetition.least):
            after = self.state()
            self.add(repetition.of, start, after)
            start = after
        if repetition.most is None:
            # A state of its own, so that the loop lets nobody back into what stands before it.
            loop = self.state()
            self.jumps[start].append((_FREE, loop))
            self.add(repetition.of, loop, loop)
            self.jumps[loop].append((_FREE, end))
            return
        for _ in range(repetition.most - repetition.least):
            self.jumps[start].append((_FREE, end))
            after = self.state()
            self.add(repetition.of, start, after)
            start = after
        self.jumps[start].append((_FREE, end))


def _build(expression: Expression) -> Regex:
    builder = _Builder()
    builder.add(expression, 0, 1)
    return Regex(tuple(map(tuple, builder.edges)), tuple(map(tuple, builder.jumps)))
