"""One run of `obsaudit lint`: discover → parse → check → settle, each a function of the one before."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from . import baseline as baselines
from . import documents
from .cache import Cache, Entry
from .check import Checker
from .config import Config, Scopes
from .discover import File, Missing, discover
from .documents import Parsed
from .finding import Finding, Location
from .fix import apply, by_source, fixable
from .nodes import Node, Suppression, Unparsable
from .project import Project
from .read import Decoded, Undecodable, decode, searchable
from .region import Position, Region, Text
from .report import Report, Skipped
from .rule import Rule
from .settle import settle
from .suppress import Suppressions, widen

Progress = Callable[[int, int], None]
"""Called with the files done and the files there are."""

_MOST_PASSES = 10


@dataclass(frozen=True, slots=True)
class Request:
    """
    What to check, with everything that a run takes from outside.

    `contents` are texts that stand for what is on disk: standard input under its name, files with
    fixes that are not written yet.
    """

    paths: Sequence[str]
    config: Config
    rules: Sequence[Rule]
    cwd: Path
    today: date
    cache: Cache
    contents: Mapping[str, bytes] = field(default_factory=dict)
    progress: Progress | None = None
    use_baseline: bool = True

    @property
    def baseline_path(self) -> Path:
        """Where the baseline lies."""
        return self.config.root / self.config.baseline


@dataclass(frozen=True, slots=True)
class Source:
    """A file that was read: its nodes and the findings about them alone, or why it has none."""

    name: str
    parsed: Parsed = field(default_factory=Parsed)
    findings: tuple[Finding, ...] = ()
    skipped: Skipped | None = None


def run(request: Request) -> Report:
    """Checks the paths, and settles what was found."""
    config, rules = request.config, request.config.configured(request.rules)
    scopes, checker = Scopes(config, request.cwd), Checker(rules)
    findings: list[Finding] = []
    nodes: list[Node] = []
    suppressions: list[Suppression] = []
    skipped: list[Skipped] = []
    checked: set[str] = set()
    for source in read(request, checker):
        if source.skipped is not None:
            skipped.append(source.skipped)
        if source.parsed.kinds:
            checked.add(scopes.key(source.name))
            suppressions.extend(widen(source.parsed.nodes))
            findings.extend(source.findings)
            nodes.extend(source.parsed.nodes)
    findings.extend(checker.project(Project(nodes, request.today)))
    report = settle(
        findings,
        config,
        scopes,
        suppressions=Suppressions(suppressions, request.today),
        baseline=baselines.load(request.baseline_path) if request.use_baseline else baselines.Baseline(),
        judge=checker.nodes,
        ran={rule.id for rule in rules},
        known={rule.id for rule in request.rules},
        checked=checked,
        skipped=skipped,
        files=len(checked),
    )
    return replace(report, texts=_texts(report, request))


def read(request: Request, checker: Checker) -> Iterator[Source]:
    """Every file of the paths, parsed and checked; a file without a telemetry word is not even decoded."""
    config = request.config
    entries = list(discover(request.paths, documents.SUFFIXES, config.exclude, request.cwd, config.root))
    found = {entry.source for entry in entries}
    given = [File(request.cwd / name, name, named=True) for name in request.contents if name not in found]
    total = len(entries) + len(given)
    for number, entry in enumerate([*entries, *given], 1):
        if isinstance(entry, Missing):
            yield Source(entry.source, skipped=Skipped(entry.source, entry.why, fatal=True))
        else:
            yield _read(entry, request, checker)
        if request.progress is not None:
            request.progress(number, total)


def fix(request: Request, *, unsafe: bool) -> tuple[Report, dict[str, bytes], int]:
    """
    Applies fixes until none is left: the report afterwards, the new contents by source, the number of fixes.

    Nothing is written: that is the caller's to do.
    """
    contents: dict[str, bytes] = {}
    count = 0
    report = run(request)
    for _ in range(_MOST_PASSES):
        changed: dict[str, bytes] = {}
        for source, findings in by_source(fixable(report.shown, unsafe=unsafe)).items():
            decoded = _decoded(source, request)
            if decoded is None:
                continue
            fixed = apply(decoded.text, findings)
            if fixed.applied and fixed.text != decoded.text:
                data = decoded.encode(fixed.text)
                if data is not None:
                    changed[source] = data
                    count += len(fixed.applied)
        if not changed:
            break
        contents |= changed
        request = replace(request, contents={**request.contents, **changed})
        report = run(request)
    return report, contents, count


def _read(file: File, request: Request, checker: Checker) -> Source:
    try:
        data = _bytes(file, request)
    except OSError as error:
        why = (error.strerror or type(error).__name__).lower()
        return Source(file.source, skipped=Skipped(file.source, why, fatal=True))
    limit = request.config.max_file_size
    if len(data) > limit:
        why = f"larger than {limit // 1_000_000} MB (`max-file-size`)"
        return Source(file.source, skipped=Skipped(file.source, why))
    if not documents.relevant(searchable(data), file.source):
        return Source(file.source)
    key = request.cache.key(data, file.source)
    entry = request.cache.load(key)
    if entry is None:
        decoded = decode(data, file.source)
        if isinstance(decoded, Undecodable) and decoded.at is None:
            return Source(file.source, skipped=Skipped(file.source, decoded.why))
        text = decoded.text if isinstance(decoded, Decoded) else data.decode("utf-8", "replace")
        parsed = documents.parse(Text.of_file(text, file.source), file.source, request.config.source)
        if isinstance(decoded, Undecodable) and decoded.at is not None and parsed.kinds:
            parsed = _undecodable(file, decoded.why, decoded.at)
        entry = Entry(parsed, tuple(checker.nodes(parsed.nodes)))
        request.cache.store(key, entry)
    skipped = Skipped(file.source, entry.parsed.skipped) if entry.parsed.skipped else None
    return Source(file.source, entry.parsed, entry.findings, skipped)


def _bytes(file: File, request: Request) -> bytes:
    given = request.contents.get(file.source)
    if given is not None:
        return given
    limit = request.config.max_file_size
    with file.path.open("rb") as stream:
        return stream.read(limit + 1)


def _undecodable(file: File, why: str, at: Position) -> Parsed:
    region = Region(at, Position(at.line, at.column + 1))
    node = Unparsable(at=Location(file.source, None, region), lines=(at.line, at.line), kind="text", problem=why)
    return Parsed(("text",), (node,))


def _decoded(source: str, request: Request) -> Decoded | None:
    try:
        decoded = decode(_bytes(File(request.cwd / source, source), request), source)
    except OSError:
        return None
    return decoded if isinstance(decoded, Decoded) else None


def _texts(report: Report, request: Request) -> dict[str, str]:
    """The texts that a reporter may show: those of sources with findings, and of the places these relate to."""
    findings = (*report.shown, *report.vendored, *report.suppressed, *report.baselined)
    sources = {finding.at.source for finding in findings if finding.at.region is not None}
    sources |= {related.at.source for finding in findings for related in finding.related if related.at.region}
    decoded = {source: _decoded(source, request) for source in sorted(sources)}
    return {source: text.text for source, text in decoded.items() if text is not None}
