"""
The functions that alert templates may call, and what they take and give.

Go's own: pkg.go.dev/text/template#hdr-Functions.
Prometheus': prometheus.io/docs/prometheus/latest/configuration/template_reference.
`tmpl` is left out: only consoles have it.
"""

from __future__ import annotations

from enum import StrEnum

from ..record import Record


class Kind(StrEnum):
    """What is known of a value; the words are those of messages."""

    ROOT = "the alert's data"
    LABELS = "the labels"
    EXTERNAL_LABELS = "the external labels"
    FLOAT = "a float64"
    INT = "an integer"
    TEXT = "a string"
    BOOL = "a boolean"
    SAMPLES = "a list of samples"
    SAMPLE = "a sample"
    SAMPLE_LABELS = "the labels of a sample"
    UNKNOWN = "unknown"


class Signature(Record):
    """
    How a function is called.

    `takes` are the kinds of its first arguments, None where anything will do; `most` is None for any number.
    `carries` when a result tells its argument's value: `printf` does, `gt` does not.
    """

    least: int
    most: int | None
    gives: Kind = Kind.UNKNOWN
    takes: tuple[frozenset[Kind] | None, ...] = ()
    carries: bool = True


_TEXT = frozenset([Kind.TEXT])
_NUMBER = frozenset([Kind.TEXT, Kind.FLOAT, Kind.INT])
_SAMPLE = frozenset([Kind.SAMPLE])
_SAMPLES = frozenset([Kind.SAMPLES])

_OF_TEXT = Signature(1, 1, Kind.TEXT, (_TEXT,))
_OF_NUMBER = Signature(1, 1, Kind.TEXT, (_NUMBER,))
_TO_TEXT = Signature(0, None, Kind.TEXT)
_COMPARES = Signature(2, 2, Kind.BOOL, carries=False)

FUNCTIONS: dict[str, Signature] = {
    # Go
    "and": Signature(1, None),
    "or": Signature(1, None),
    "not": Signature(1, 1, Kind.BOOL, carries=False),
    "len": Signature(1, 1, Kind.INT, carries=False),
    "index": Signature(1, None),
    "slice": Signature(1, 4),
    "print": _TO_TEXT,
    "printf": Signature(1, None, Kind.TEXT, (_TEXT,)),
    "println": _TO_TEXT,
    "html": _TO_TEXT,
    "js": _TO_TEXT,
    "urlquery": _TO_TEXT,
    "call": Signature(1, None),
    "eq": Signature(2, None, Kind.BOOL, carries=False),
    "ne": _COMPARES,
    "lt": _COMPARES,
    "le": _COMPARES,
    "gt": _COMPARES,
    "ge": _COMPARES,
    # Prometheus: queries
    "query": Signature(1, 1, Kind.SAMPLES, (_TEXT,), carries=False),
    "first": Signature(1, 1, Kind.SAMPLE, (_SAMPLES,)),
    "label": Signature(2, 2, Kind.TEXT, (_TEXT, _SAMPLE)),
    "value": Signature(1, 1, Kind.UNKNOWN, (_SAMPLE,)),
    "strvalue": Signature(1, 1, Kind.TEXT, (_SAMPLE,)),
    "sortByLabel": Signature(2, 2, Kind.SAMPLES, (_TEXT, _SAMPLES)),
    # Prometheus: numbers
    "humanize": _OF_NUMBER,
    "humanize1024": _OF_NUMBER,
    "humanizeDuration": _OF_NUMBER,
    "humanizePercentage": _OF_NUMBER,
    "humanizeTimestamp": _OF_NUMBER,
    "toTime": Signature(1, 1, Kind.UNKNOWN, (_NUMBER,)),
    "toDuration": Signature(1, 1, Kind.UNKNOWN, (_NUMBER,)),
    "now": Signature(0, 0),
    # Prometheus: strings
    "title": _OF_TEXT,
    "toUpper": _OF_TEXT,
    "toLower": _OF_TEXT,
    "stripPort": _OF_TEXT,
    "stripDomain": _OF_TEXT,
    "match": Signature(2, 2, Kind.BOOL, (_TEXT, _TEXT), carries=False),
    "reReplaceAll": Signature(3, 3, Kind.TEXT, (_TEXT, _TEXT, _TEXT)),
    "graphLink": _OF_TEXT,
    "tableLink": _OF_TEXT,
    "parseDuration": Signature(1, 1, Kind.FLOAT, (_TEXT,)),
    "parseDurationTime": Signature(1, 1, Kind.UNKNOWN, (_TEXT,)),
    "urlQueryEscape": _OF_TEXT,
    # Prometheus: others
    "args": Signature(0, None),
    "safeHtml": Signature(1, 1, Kind.TEXT, (_TEXT,)),
    "externalURL": Signature(0, 0, Kind.TEXT),
    "pathPrefix": Signature(0, 0, Kind.TEXT),
}

COMPARISONS = frozenset(["eq", "ne", "lt", "le", "gt", "ge"])

VMALERT = frozenset(
    """crlfEscape htmlEscape jsonEscape pathEscape queryEscape quotesEscape
    $activeAt $alertID $expr $for $groupID $type ActiveAt AlertID Expr For GroupID Type""".split()
)
"""Functions, variables and fields of VictoriaMetrics' vmalert that Prometheus lacks."""
