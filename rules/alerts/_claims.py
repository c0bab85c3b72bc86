"""What the words of an annotation claim: comparisons with a number, and how long a trouble lasts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...lint.record import Record

_SECONDS = {
    **dict.fromkeys(["s", "sec", "secs", "second", "seconds"], 1.0),
    **dict.fromkeys(["m", "min", "mins", "minute", "minutes"], 60.0),
    **dict.fromkeys(["h", "hr", "hrs", "hour", "hours"], 3600.0),
    **dict.fromkeys(["d", "day", "days"], 86400.0),
    **dict.fromkeys(["w", "week", "weeks"], 604800.0),
}
_SCALES = {
    **_SECONDS,
    **dict.fromkeys(["ms", "millisecond", "milliseconds"], 0.001),
    **dict.fromkeys(["%", "percent"], 0.01),
    **{f"{prefix}{unit}": 1000.0**power for power, prefix in enumerate(["K", "M", "G", "T"], 1) for unit in ("", "B")},
    **{f"{prefix}i{unit}": 1024.0**power for power, prefix in enumerate("KMGT", 1) for unit in ("", "B")},
    "k": 1000.0,
    "kB": 1000.0,
}
_UNIT = "|".join(sorted(map(re.escape, _SCALES), key=len, reverse=True))
_NUMBER = rf"(?P<number>\d{{1,15}}(?:\.\d{{1,9}})?)\s?(?P<unit>(?:{_UNIT})(?![A-Za-z])|)"
_UP = r">=?|above|over|more than|greater than|higher than|exceed(?:s|ed|ing)?|longer than|at least"
_DOWN = r"<=?|below|under|less than|fewer than|lower than|at most"
_OF = r"(?:the\s+)?(?:(?:threshold|thresold|limit)(?:\s+value)?\s+)?(?:of\s+)?"
_COMPARISON = re.compile(
    rf"(?<![\w-])(?:(?P<up>{_UP})|(?P<down>{_DOWN}))\s+{_OF}{_NUMBER}(?![\w.]{{0,20}}\d|[\w/])", re.IGNORECASE
)
_SYMBOL = re.compile(rf"(?:(?P<up>>=?)|(?P<down><=?))\s*{_NUMBER}(?![\w.]{{0,20}}\d|[\w/])")
_SPAN = rf"(?P<number>\d{{1,9}})\s?-?(?P<unit>{'|'.join(sorted(_SECONDS, key=len, reverse=True))})(?![A-Za-z\d])"
_LASTING = re.compile(
    rf"\bfor\s+(?:(?:more than|longer than|over|at least|the last|the past)\s+)?{_SPAN}", re.IGNORECASE
)
_WITHIN = re.compile(rf"\b(?:in|over|within|during)\s+the\s+(?:last|past|next)\s+{_SPAN}", re.IGNORECASE)


class Claim(Record):
    """A number that a text names: `text[start:end]`, and what it may mean in the units of an expression."""

    start: int
    end: int
    meanings: tuple[float, ...]
    upward: bool | None
    """Whether it says «more than»; None where it names a duration."""

    exact: bool
    """Written as a sign, or as a duration after «for»; else in words."""

    unit: str
    """As it is spelt; empty where there is none."""

    @property
    def timed(self) -> bool:
        """Whether its unit is one of time."""
        return self.unit.lower() in _SECONDS


def claims(prose: str, offset: int) -> Iterator[Claim]:
    """The claims of a text that begins at `offset` of its template."""
    spans = [(match, True) for match in _LASTING.finditer(prose)] + [
        (match, False) for match in _WITHIN.finditer(prose)
    ]
    for match, exact in spans:
        meaning = int(match["number"]) * _SECONDS[match["unit"].lower()]
        yield Claim(offset + match.start(), offset + match.end(), (meaning,), None, exact, match["unit"])
    symbols = [(match, True) for match in _SYMBOL.finditer(prose)]
    words = [(match, False) for match in _COMPARISON.finditer(prose)]
    seen = [match.span("number") for match, _ in spans]
    for match, exact in (*symbols, *words):
        if match.span("number") in seen:
            continue
        seen.append(match.span("number"))
        meanings = tuple(_meanings(float(match["number"]), match["unit"]))
        yield Claim(
            offset + match.start(), offset + match.end(), meanings, match["up"] is not None, exact, match["unit"]
        )


def _meanings(number: float, unit: str) -> Iterator[float]:
    """A number as it stands, and in its unit; without a unit, in any."""
    yield number
    if not unit:
        yield from (number * scale for scale in dict.fromkeys(_SCALES.values()))
        return
    scale = _SCALES.get(unit) or _SCALES[unit.lower()]
    yield number * scale
    if scale == 60.0:
        # `m` may be a million of something, and `M` a sloppy mega.
        yield number * 1e6
    if unit[0] in "KMGTk" and scale >= 1000:
        power = "KMGT".index(unit[0].upper()) + 1
        yield from (number * 1024.0**power, number * 1000.0**power)
