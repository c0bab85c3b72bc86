"""
What rules about the project have found, kept for as long as what they asked for is the same.

Each asks for nodes of some kinds only. Where these have not changed, nor moved, it finds what it found before: after a
change to a log call, no rule about alerts looks at anything again.
"""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Callable, Collection, Iterable, Mapping

from .cache import Cache
from .finding import Finding
from .record import Record

GENERATIONS = 3
"""Answers that are kept of a rule: people go to and fro between branches, and `--since` looks at two states."""


class Answer(Record):
    """What a rule found when it asked for this."""

    asked: tuple[str, ...]
    """The names of kinds of nodes and of facts."""

    digest: bytes
    packed: bytes

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings, unpacked: most of what is kept is not what a run asks for."""
        findings: tuple[Finding, ...] = pickle.loads(self.packed)
        return findings


class Answers:
    """
    The answers of all rules, the last ones first.

    `place` tells one project from another. `files` are for each file what changes with its nodes, by their kind;
    `facts` what else a rule may ask for, by name, and how it stands: None where nobody knows for how long.
    """

    def __init__(
        self,
        cache: Cache,
        place: str,
        files: Iterable[Mapping[str, bytes]],
        facts: Mapping[str, Callable[[], str | None]],
    ) -> None:
        self._cache, self._facts = cache, facts
        # No path of a file holds a null.
        self._key = cache.key(place.encode("utf-8", "surrogatepass"), "\0answers")
        kept = cache.get(self._key)
        self._kept: dict[str, tuple[Answer, ...]] = kept if isinstance(kept, dict) else {}
        self._fresh: dict[str, Answer] = {}
        self._files = _digests(files)

    def of(self, rule: str) -> tuple[Finding, ...] | None:
        """What a rule would find; None where that is not known."""
        for answer in self._kept.get(rule, ()):
            if answer.digest == self._digest(answer.asked):
                return answer.findings
        return None

    def keep(self, rule: str, asked: Collection[str], findings: tuple[Finding, ...]) -> None:
        """Takes in what a rule has found, after it has asked for this."""
        names = tuple(sorted(asked))
        digest = self._digest(names)
        if digest is not None:
            self._fresh[rule] = Answer(names, digest, pickle.dumps(findings, pickle.HIGHEST_PROTOCOL))

    def write(self) -> None:
        """Keeps what is new."""
        if self._fresh:
            older = {rule: self._kept.get(rule, ())[: GENERATIONS - 1] for rule in self._fresh}
            fresh = {rule: (answer, *older[rule]) for rule, answer in self._fresh.items()}
            self._cache.put(self._key, {**self._kept, **fresh})

    def _digest(self, asked: tuple[str, ...]) -> bytes | None:
        """Of all that was asked for."""
        digest = hashlib.blake2b(digest_size=20)
        for name in asked:
            fact = self._facts.get(name)
            stands = self._files.get(name, b"") if fact is None else fact()
            if stands is None:
                return None
            digest.update(repr((name, stands)).encode())
        return digest.digest()


def _digests(files: Iterable[Mapping[str, bytes]]) -> dict[str, bytes]:
    """For each kind of node a digest of those in all files, in their order."""
    hashes: dict[str, hashlib.blake2b] = {}
    for kinds in files:
        for kind, digest in kinds.items():
            hashes.setdefault(kind, hashlib.blake2b(digest_size=20)).update(digest)
    return {kind: one.digest() for kind, one in hashes.items()}
