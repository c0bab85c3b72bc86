"""
Attestations: what only people can say, with an owner and an end.

    [[attestation]]
    criterion = "1.4/trained"
    owner = "lena"
    on = 2026-11-02
    until = 2027-02-02
    evidence = "game day of 30 October, notes in the team's wiki"
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from datetime import date
from pathlib import Path
from typing import Any

from ..lint.checklist import Attestation

_KEYS = {"criterion": str, "owner": str, "on": date, "until": date, "evidence": str}


class AttestationError(Exception):
    """A file of attestations that cannot be used: which file, which entry, and why."""


def load(path: Path, known: Collection[str]) -> dict[str, Attestation]:
    """The attestations in a file by criterion; none without one. Raises `AttestationError`."""
    if not path.is_file():
        return {}
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise AttestationError(f"{path}: {error}") from None
    entries = data.get("attestation", [])
    unknown = sorted(set(data) - {"attestation"})
    if unknown or not isinstance(entries, list):
        raise AttestationError(f"{path}: only `[[attestation]]` tables may stand here")
    return {
        entry.criterion: entry
        for entry in (_entry(given, f"{path}: entry {n}", known) for n, given in enumerate(entries, 1))
    }


def _entry(given: Any, where: str, known: Collection[str]) -> Attestation:
    if not isinstance(given, dict) or set(given) != set(_KEYS):
        raise AttestationError(f"{where}: must have exactly the keys {', '.join(_KEYS)}")
    for key, kind in _KEYS.items():
        if not isinstance(given[key], kind):
            raise AttestationError(f"{where}: `{key}` must be a {'date' if kind is date else 'string'}")
    if given["criterion"] not in known:
        raise AttestationError(f"{where}: the checklist has no criterion `{given['criterion']}`")
    return Attestation(**given)
