"""
A snapshot that can be handed on: the values of labels are hashes, and nothing is in it that no auditor reads.

A hash is keyed by a salt that nobody keeps: within one snapshot equal values have equal hashes, so that
what belonged together still does; of two snapshots nothing can be compared, and nothing can be guessed.
The questions are rewritten like the answers, or an auditor would not find them again.
"""

from __future__ import annotations

import dataclasses
import hashlib
import hmac
import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from urllib.parse import urlsplit

from ..lint.record import Record, replace
from .answers import Json
from .errors import LiveError
from .live import Answer
from .snapshot import Reply, Snapshot, entry_of

READABLE = frozenset(
    {
        # What a series is.
        "__name__",
        "le",
        "quantile",
        # What an alert and a rule are.
        "alertname",
        "alertstate",
        "severity",
        "rule_group",
        # What a collector or an Alertmanager calls its own parts.
        "integration",
        "sampled",
        # What is scraped, by the names of the configuration.
        "job",
        # Our own: the name of a question among several in one.
        "of",
        # Of HTTP's own words.
        "method",
        "http_method",
        "http_request_method",
        "verb",
    }
)
"""Labels whose values stay: without them an auditor could not tell what it sees. They name no person and no machine."""

_LITERAL = re.compile(r'"(?:[^"\\]|\\.)*"')
_PART = re.compile(r"(?:[^|\\]|\\.)+")
_URL = re.compile(r"https?://[^\s\"'<>]+")
_ADDRESS = re.compile(r"(?<![\w.])(?:\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-fA-F:]+\])(?::\d+)?")
_HOST = re.compile(r"(?<=lookup )[^\s:]+|(?<![\w./-])[\w-][\w.-]*:\d{2,5}(?!\d)")
_LABEL = re.compile(r'(?P<name>\w+)="(?P<value>(?:[^"\\]|\\.)*)"')


def redacted(snapshot: Snapshot, salt: bytes, keep: Collection[str] = ()) -> Snapshot:
    """The snapshot without the values of labels; those in `keep` stay, as the repository has them anyway."""
    redaction = _Redaction(salt, frozenset(_public(snapshot)) | frozenset(keep), set())
    records = {
        key: replace(record, data=entry_of(record)["data"]) if isinstance(record, Answer) else record
        for key, record in snapshot.records.items()
    }
    # All answers before all questions: only then is it known which of the words in these are values.
    answers = {key: redaction.record(key, record) for key, record in records.items()}
    return dataclasses.replace(
        snapshot, records={redaction.question(key): record for key, record in answers.items()}, redacted=True
    )


def _public(snapshot: Snapshot) -> Iterator[str]:
    """
    Values that need not be hidden.

    Those of readable labels, and what a question named before any answer did: it came from the rules or
    the repository, and stands there for everybody to read.
    """
    seen: set[str] = set()
    for key, record in snapshot.records.items():
        yield from (word for word in _words(key) if word not in seen)
        if isinstance(record, Answer):
            for name, value in _labels(record.data):
                if name in READABLE:
                    yield value
                else:
                    seen.add(value)
            if key.startswith("label/"):
                seen.update(value for value in record.data or () if isinstance(value, str))


def _words(key: str) -> Iterator[str]:
    for literal in _LITERAL.findall(key):
        try:
            text = json.loads(literal)
        except ValueError:
            continue
        yield from (_unescaped(part) for part in _PART.findall(text))


def _unescaped(part: str) -> str:
    return re.sub(r"\\(.)", r"\1", part)


def _labels(data: Json) -> Iterator[tuple[str, str]]:
    """The labels of series and targets, wherever they stand in an answer."""
    if isinstance(data, list):
        for one in data:
            yield from _labels(one)
    elif isinstance(data, dict):
        for key, value in data.items():
            if key in ("metric", "labels") and isinstance(value, dict):
                yield from ((name, text) for name, text in value.items() if isinstance(text, str))
            else:
                yield from _labels(value)


class _Redaction(Record):
    salt: bytes
    public: frozenset[str]
    hidden: set[str]
    """What was replaced so far."""

    def record(self, key: str, record: Reply) -> Reply:
        """An answer, or an error, without what is to be hidden."""
        if isinstance(record, LiveError):
            return type(record)(self.prose(str(record)))
        path = key.partition("?")[0]
        warnings = tuple(map(self.prose, record.warnings))
        return Answer(self._answers.get(path, self._other(path))(record.data), warnings)

    def question(self, key: str) -> str:
        """A question with the hashes of the values that the answers have as hashes."""

        def part(match: re.Match[str]) -> str:
            plain = _unescaped(match[0])
            return self._hash(plain) if plain in self.hidden else match[0]

        def literal(match: re.Match[str]) -> str:
            try:
                text = json.loads(match[0])
            except ValueError:
                return match[0]
            return json.dumps(_PART.sub(part, text), ensure_ascii=False)

        return _LITERAL.sub(literal, key)

    def value(self, text: str) -> str:
        """The hash of a value; public ones and the empty one, which is no value, stay."""
        if not text or {text, text.rstrip("/"), text.upper()} & self.public:
            return text
        self.hidden.add(text)
        return self._hash(text)

    def prose(self, text: str) -> str:
        """A sentence without values of labels, addresses and hosts."""
        text = _LABEL.sub(self._label, text)
        text = _URL.sub(lambda match: self._url(match[0]), text)
        return _HOST.sub(lambda match: self.value(match[0]), _ADDRESS.sub(lambda match: self.value(match[0]), text))

    def labels(self, labels: Mapping[str, str]) -> dict[str, str]:
        """Labels, those that are not readable with hashes for values."""
        return {name: text if name in READABLE else self.value(text) for name, text in labels.items()}

    @property
    def _answers(self) -> Mapping[str, Callable[[Json], Json]]:
        return {
            "query": self._result,
            "query_range": self._result,
            "loki/query": self._result,
            "alertmanager/status": lambda data: data,  # The names of receivers, and how they notify.
            "alertmanager/alerts": lambda data: [{**one, "labels": self.labels(one["labels"])} for one in data],
            "alertmanager/silences": lambda data: [self._silence(one) for one in data],
            "labels": lambda data: data,
            "metadata": self._metadata,
            "targets": self._targets,
            "rules": self._rules,
            "scrape_pools": lambda data: data,
            "cardinality/label_values": lambda data: data,
            "status/buildinfo": lambda data: _only(data, "version", "application", "revision"),
            "status/runtimeinfo": lambda data: _only(data, "startTime", "storageRetention", "reloadConfigSuccess"),
            "status/tsdb": lambda data: _only(
                data, "headStats", "seriesCountByMetricName", "labelValueCountByLabelName", "totalSeries"
            ),
        }

    def _other(self, path: str) -> Callable[[Json], Json]:
        """Values of labels; of what is not known here, nothing is kept."""
        if path == "label/__name__/values" or (path.startswith("label/") and path.split("/")[1] in READABLE):
            return lambda data: data
        if path.startswith("label/"):
            return lambda data: [self.value(text) for text in data]
        return lambda data: None

    def _result(self, data: Json) -> Json:
        result = [{**one, "metric": self.labels(one["metric"])} for one in data["result"] if isinstance(one, dict)]
        return {**_only(data, "resultType"), "result": result}

    def _targets(self, data: Json) -> Json:
        kept = ("scrapePool", "health", "lastScrape", "lastScrapeDuration", "scrapeInterval", "scrapeTimeout")
        return {
            "activeTargets": [
                {
                    **_only(target, *kept),
                    "labels": self.labels(target["labels"]),
                    "scrapeUrl": self._url(target["scrapeUrl"]),
                    "lastError": self.prose(target.get("lastError") or ""),
                }
                for target in data["activeTargets"]
            ]
        }

    def _silence(self, silence: Json) -> Json:
        matchers = [
            matcher if matcher["name"] in READABLE else {**matcher, "value": self.value(matcher["value"])}
            for matcher in silence["matchers"]
        ]
        return {**silence, "matchers": matchers, "createdBy": self.value(silence.get("createdBy") or "")}

    def _rules(self, data: Json) -> Json:
        of_group = ("name", "file", "interval", "limit", "evaluationTime", "lastEvaluation")
        of_rule = ("name", "type", "query", "labels", "health", "state", "duration", "keepFiringFor", "evaluationTime")
        return {
            "groups": [
                {
                    **_only(group, *of_group),
                    "rules": [
                        {**_only(rule, *of_rule), "lastError": self.prose(rule.get("lastError") or "")}
                        for rule in group["rules"]
                    ],
                }
                for group in data["groups"]
            ]
        }

    def _metadata(self, data: Json) -> Json:
        return {name: [_only(one, "type", "unit") for one in entries] for name, entries in data.items()}

    def _label(self, match: re.Match[str]) -> str:
        value = match["value"] if match["name"] in READABLE else self.value(match["value"])
        return f'{match["name"]}="{value}"'

    def _url(self, url: str) -> str:
        parts = urlsplit(url)
        return f"{parts.scheme}://{self.value(parts.netloc.rpartition('@')[2])}{parts.path}"

    def _hash(self, text: str) -> str:
        return "h" + hmac.new(self.salt, text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()[:12]


def _only(data: Json, *keys: str) -> dict[str, Json]:
    return {key: data[key] for key in keys if key in data}
