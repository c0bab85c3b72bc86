"""One run of `obsaudit lint`: discover → parse → check → settle, each a function of the one before."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from . import baseline as baselines
from .accepted import accepted_in
from .answers import Answers
from .cache import digests_of
from .check import Checker
from .config import Scopes
from .finding import Finding
from .garbage import set_aside
from .nodes import Suppression
from .profile import in_stage
from .project import Packed, Project
from .read import Decoded, decode
from .record import replace
from .report import Coverage, Report, Skipped
from .request import Request
from .settle import settle
from .source import Source
from .sources import read, steady
from .suppress import Suppressions

__all__ = ["Request", "Source", "check", "read", "run"]


def run(request: Request) -> Report:
    """Checks the paths, and settles what was found."""
    report, _ = check(request)
    return report


class Contents(Mapping[str, bytes]):
    """What the files of a run held when they were read, each read again when somebody asks."""

    def __init__(self) -> None:
        self._by_name: dict[str, Callable[[], bytes]] = {}

    def add(self, name: str, data: Callable[[], bytes]) -> None:
        """Takes a file in."""
        self._by_name[name] = data

    def __getitem__(self, name: str) -> bytes:
        return self._by_name[name]()

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_name)

    def __len__(self) -> int:
        return len(self._by_name)


def check(request: Request) -> tuple[Report, Contents]:
    """The report, and what the files in it held when they were read."""
    return steady(request, _check)


def _check(request: Request) -> tuple[Report, Contents]:
    config, rules = request.config, request.config.configured(request.rules)
    scopes, checker = Scopes(config, request.cwd), Checker(rules, request.profile)
    findings: list[Finding] = []
    sources: list[Source] = []
    suppressions: list[Suppression] = []
    skipped: list[Skipped] = []
    contents = Contents()
    judged: set[str] = set()
    for source in read(request, checker):
        if source.skipped is not None:
            skipped.append(source.skipped)
        if source.is_judged:
            judged.add(scopes.key(source.name))
        if source.summary.kinds and source.data is not None:
            contents.add(source.name, source.data)
            suppressions.extend(source.summary.suppressions)
            findings.extend(source.findings)
            sources.append(source)
    single, entries = _names_files(request), list(accepted_in(config, scopes, contents, request.cwd))
    suppressions += entries
    with in_stage(request.profile, "project rules"):
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
            rules=frozenset(rule.id for rule in rules if whole or "check_project" not in rule.hooks)
            - checker.crashes.keys()
            - (checker.needing_all if single else frozenset()),
            sources=frozenset(judged)
            | baselines.gone(baseline, config.root)
            # In the whole project, a pattern that no file matches has been looked for.
            | frozenset(entry.source for entry in config.suppress if whole),
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
    """What the rules find in all files together, or have found when what they ask for was the same."""
    if not checker.looks_at_projects:
        return ()
    files = [Packed(source.summary.counts, source.nodes) for source in sources]
    project = Project(request.known, request.today, history=request.history, web=request.web, files=files)
    answers = _answers(request, sources)
    with set_aside():
        findings = tuple(checker.project(project, answers, whole=whole))
    answers.write()
    return findings


def _answers(request: Request, sources: list[Source]) -> Answers:
    """What is known of the rules' answers to a project like this."""
    history = request.history
    facts: Mapping[str, Callable[[], str | None]] = {
        "today": lambda: str(request.today),
        "history": lambda: history.head() if history is not None else "",
        # What the web says is true for now only.
        "web": lambda: None if request.web is not None else "",
    }
    files = [source.summary.digests for source in sources]
    return Answers(request.cache, str(request.cwd), [*files, digests_of(request.known)], facts)


def _names_files(request: Request) -> bool:
    """Whether single files were named, as a commit hook does, and not folders: then nothing is known of the others."""
    return bool(request.paths) and any((request.cwd / path).is_file() for path in request.paths)


def _is_whole(request: Request) -> bool:
    """Whether the paths take in the whole project: on a part of it, a rule that needs all files proves nothing."""
    given = (Path(os.path.realpath(request.cwd / path)) for path in request.paths)
    return any(request.config.root.is_relative_to(path) for path in given)


def _texts(report: Report, contents: Mapping[str, bytes]) -> dict[str, str]:
    """The texts that a reporter may show: those of sources with findings, and of the places these relate to."""
    findings = (*report.shown, *report.vendored, *report.suppressed, *report.baselined)
    sources = {finding.at.source for finding in findings if finding.at.region is not None}
    sources |= {related.at.source for finding in findings for related in finding.related if related.at.region}
    decoded = {source: decode(contents[source], source) for source in sorted(sources & contents.keys())}
    return {source: text.text for source, text in decoded.items() if isinstance(text, Decoded)}
