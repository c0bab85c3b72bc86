"""One run of `obsaudit lint`: discover → parse → check → settle, each a function of the one before."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path

from . import baseline as baselines
from . import documents
from .cache import Cache, Summary
from .check import Checker, describe
from .config import Config, Scopes
from .discover import File, Missing, discover, reason
from .documents import Parsed
from .finding import Finding, Location
from .fix import apply, by_source, fixable
from .nodes import Node, Suppression, Unparsable
from .project import Project
from .read import Decoded, Undecodable, decode, searchable
from .region import Position, Region, Text
from .report import Coverage, Report, Skipped
from .rule import Rule, hooks_of
from .settle import settle
from .suppress import Suppressions

Progress = Callable[[int, int], None]
"""Called with the files done and the files there are."""

_MOST_PASSES = 10
_MANY = 1 << 30


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
    known: tuple[Node, ...] = ()
    """What is known besides the files, as a snapshot tells of a server: rules about the project see it, too."""

    @property
    def baseline_path(self) -> Path:
        """Where the baseline lies."""
        return self.config.root / self.config.baseline


@dataclass(frozen=True, slots=True)
class Source:
    """
    A file that was read: its bytes, its nodes and the findings about them alone; or why it was not.

    `data` is None where it could not be read; `key` is its name in the cache.
    """

    name: str
    data: bytes | None = None
    summary: Summary = field(default_factory=Summary)
    findings: tuple[Finding, ...] = ()
    skipped: Skipped | None = None
    key: str | None = None
    nodes: Callable[[], tuple[Node, ...]] = tuple
    """Its nodes; a function, since few runs look at those of files that have not changed."""

    @property
    def parsed(self) -> Parsed:
        """What it holds."""
        return Parsed(self.summary.kinds, self.nodes(), self.summary.skipped)

    @property
    def is_judged(self) -> bool:
        """Whether rules saw all that it holds: not where it is skipped, or cannot be parsed."""
        return self.data is not None and self.skipped is None and self.summary.readable


@dataclass(frozen=True, slots=True)
class Fixes:
    """What fixing comes to: the report afterwards, and the files that change, before and after."""

    report: Report
    before: Mapping[str, bytes]
    after: Mapping[str, bytes]
    counts: Mapping[str, int]
    """How many were applied in each."""


def run(request: Request) -> Report:
    """Checks the paths, and settles what was found."""
    report, _ = _run(request)
    return report


def _run(request: Request) -> tuple[Report, dict[str, bytes]]:
    """The report, and what the files in it held when they were read."""
    config, rules = request.config, request.config.configured(request.rules)
    scopes, checker = Scopes(config, request.cwd), Checker(rules)
    findings: list[Finding] = []
    sources: list[Source] = []
    suppressions: list[Suppression] = []
    skipped: list[Skipped] = []
    contents: dict[str, bytes] = {}
    judged: set[str] = set()
    for source in read(request, checker):
        if source.skipped is not None:
            skipped.append(source.skipped)
        if source.is_judged:
            judged.add(scopes.key(source.name))
        if source.summary.kinds and source.data is not None:
            contents[source.name] = source.data
            suppressions.extend(source.summary.suppressions)
            findings.extend(source.findings)
            sources.append(source)
    single = _names_files(request)
    findings.extend(_of_project(request, checker, sources, whole=not single))
    if single and checker.needing_all:
        what = f"{len(checker.needing_all)} rules about the whole project"
        skipped.append(Skipped(what, "single files were given: name a folder"))
    baseline = baselines.load(request.baseline_path) if request.use_baseline else baselines.Baseline()
    whole = _is_whole(request) and not any(skip.fatal for skip in skipped)
    report = settle(
        findings,
        config,
        scopes,
        suppressions=Suppressions(suppressions, request.today),
        baseline=baseline,
        judge=checker.nodes,
        coverage=Coverage(
            rules=frozenset(rule.id for rule in rules if whole or "check_project" not in hooks_of(rule))
            - checker.crashes.keys()
            - (checker.needing_all if single else frozenset()),
            sources=frozenset(judged) | baselines.gone(baseline, config.root),
        ),
        known={rule.id for rule in request.rules},
        skipped=skipped,
        files=len(contents),
    )
    kinds: Counter[str] = Counter()
    for source in sources:
        kinds.update(source.summary.counts)
    return replace(report, texts=_texts(report, contents), nodes=kinds), contents


def _of_project(request: Request, checker: Checker, sources: list[Source], *, whole: bool) -> tuple[Finding, ...]:
    """What the rules find in all files together, or have found when all of them were the same."""
    if not checker.looks_at_projects:
        return ()
    names = "\n".join((*(source.key or source.name for source in sources), *map(repr, request.known)))
    key = request.cache.key(names.encode("utf-8", "surrogatepass"), f"project {request.today} {whole}")
    known = request.cache.load(key)
    if known is not None and all(source.key for source in sources):
        return known.findings
    crashes = checker.crashes.total()
    nodes = (node for source in sources for node in source.nodes())
    findings = tuple(checker.project(Project((*nodes, *request.known), request.today), whole=whole))
    if checker.crashes.total() == crashes and all(source.key for source in sources):
        request.cache.store(key, Summary(), findings)
    return findings


def _names_files(request: Request) -> bool:
    """Whether single files were named, as a commit hook does, and not folders: then nothing is known of the others."""
    return bool(request.paths) and any((request.cwd / path).is_file() for path in request.paths)


def _is_whole(request: Request) -> bool:
    """Whether the paths take in the whole project: on a part of it, a rule that needs all files proves nothing."""
    given = (Path(os.path.realpath(request.cwd / path)) for path in request.paths)
    return any(request.config.root.is_relative_to(path) for path in given)


def read(request: Request, checker: Checker | None = None) -> Iterator[Source]:
    """
    Every file of the paths, parsed, and checked where there is a checker.

    A file without a telemetry word is not even decoded.
    """
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


def fix(request: Request, *, unsafe: bool) -> Fixes:
    """
    Applies fixes until none is left. Nothing is written: that is the caller's to do.

    A file that its fixes would make unreadable is left as it was, and said to be.
    """
    before: dict[str, bytes] = {}
    after: dict[str, bytes] = {}
    refused: dict[str, Skipped] = {}
    counts: Counter[str] = Counter()
    for _ in range(_MOST_PASSES):
        report, contents = _run(request)
        changed: dict[str, bytes] = {}
        for source, findings in by_source(fixable(report.shown, unsafe=unsafe)).items():
            if source in refused or source not in contents:
                continue
            fixed = _fixed(source, contents[source], findings, request)
            if isinstance(fixed, Skipped):
                refused[source] = fixed
            elif fixed is not None:
                changed[source], applied = fixed
                counts[source] += applied
                before.setdefault(source, contents[source])
        if not changed:
            break
        after |= changed
        request = replace(request, contents={**request.contents, **changed})
    else:
        report, _ = _run(request)
    report = replace(report, skipped=(*report.skipped, *refused.values()))
    return Fixes(report, before, after, counts)


def _fixed(source: str, data: bytes, findings: list[Finding], request: Request) -> tuple[bytes, int] | Skipped | None:
    """The file after its fixes and how many they are; why it is better left alone; None where nothing changes."""
    decoded = decode(data, source)
    if isinstance(decoded, Undecodable):
        return None
    fixed = apply(decoded.text, findings)
    if fixed.text == decoded.text:
        return None
    after = decoded.encode(fixed.text)
    # An encoding with shifts may have several spellings of one text: then more would change than was fixed.
    if after is None or decoded.encode(decoded.text) != data:
        return Skipped(source, f"its encoding {decoded.codec.upper()} cannot hold the fixes")
    if _problems(fixed.text, source, request) > _problems(decoded.text, source, request):
        return Skipped(source, "its fixes would break it: none was applied")
    return after, len(fixed.applied)


def _problems(text: str, source: str, request: Request) -> int:
    parsed = _documents(text, source, request)
    return _MANY if isinstance(parsed, Skipped) else sum(isinstance(node, Unparsable) for node in parsed.nodes)


def _documents(text: str, source: str, request: Request) -> Parsed | Skipped:
    try:
        return documents.parse(Text.of_file(text, source), source, request.config.source)
    except Exception as error:  # a parser's own mistake: the other files are still to be checked
        return Skipped(source, f"a mistake of obsaudit, please report it: {describe(error)}", fatal=True)


def _read(file: File, request: Request, checker: Checker | None) -> Source:
    name, limit = file.source, request.config.max_file_size
    if Path(name).suffix.lower() not in documents.SUFFIXES:
        return Source(name, skipped=Skipped(name, "files with this ending are not read"))
    try:
        data = _bytes(file, request)
    except OSError as error:
        # A file that went away after it was listed leaves nothing to check; one that was named is missed.
        fatal = file.named or not isinstance(error, FileNotFoundError)
        return Source(name, skipped=Skipped(name, reason(error), fatal))
    if len(data) > limit:
        return Source(name, skipped=Skipped(name, f"larger than {limit / 1e6:g} MB (`max-file-size`)"))
    if not documents.relevant(searchable(data), name, request.config.source):
        return Source(name, data)
    key = request.cache.key(data, name)
    entry = request.cache.load(key)
    if entry is not None:
        return Source(name, data, entry.summary, entry.findings, _left(name, entry.summary), key, entry.nodes)
    parsed = _parse(file, data, request)
    if isinstance(parsed, Skipped):
        return Source(name, skipped=parsed)
    summary = Summary.of(parsed)
    findings = _findings(parsed, checker, partial(request.cache.store, key, summary))
    return Source(name, data, summary, findings, _left(name, summary), key, lambda: parsed.nodes)


def _left(name: str, summary: Summary) -> Skipped | None:
    return Skipped(name, summary.skipped) if summary.skipped else None


_Keep = Callable[[tuple[Finding, ...], tuple[Node, ...]], None]


def _findings(parsed: Parsed, checker: Checker | None, keep: _Keep) -> tuple[Finding, ...]:
    """What the rules find in one file, kept for the next run. What was not checked is not kept as checked."""
    if checker is None:
        return ()
    crashes = checker.crashes.total()
    findings = tuple(checker.nodes(parsed.nodes))
    # A rule that raised may not raise the next time; and the run has to know that it did.
    if checker.crashes.total() == crashes:
        keep(findings, parsed.nodes)
    return findings


def _parse(file: File, data: bytes, request: Request) -> Parsed | Skipped:
    decoded = decode(data, file.source)
    if isinstance(decoded, Undecodable) and decoded.at is None:
        return Skipped(file.source, decoded.why)
    text = decoded.text if isinstance(decoded, Decoded) else data.decode("utf-8", "replace")
    parsed = _documents(text, file.source, request)
    if isinstance(parsed, Skipped):
        return parsed
    if isinstance(decoded, Undecodable) and decoded.at is not None and parsed.kinds:
        return _undecodable(file, decoded.why, decoded.at)
    return parsed


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


def _texts(report: Report, contents: Mapping[str, bytes]) -> dict[str, str]:
    """The texts that a reporter may show: those of sources with findings, and of the places these relate to."""
    findings = (*report.shown, *report.vendored, *report.suppressed, *report.baselined)
    sources = {finding.at.source for finding in findings if finding.at.region is not None}
    sources |= {related.at.source for finding in findings for related in finding.related if related.at.region}
    decoded = {source: decode(contents[source], source) for source in sorted(sources & contents.keys())}
    return {source: text.text for source, text in decoded.items() if isinstance(text, Decoded)}
