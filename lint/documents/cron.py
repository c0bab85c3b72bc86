"""
Jobs that run on a schedule and ask whether something is well: a script with `curl` in it is a probe, too.

Kubernetes' CronJob (kubernetes.io/docs/concepts/workloads/controllers/cron-jobs), workflows of GitHub Actions
(docs.github.com/actions/using-workflows/events-that-trigger-workflows#schedule) and crontab(5) files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ..finding import Location
from ..nodes import CronProbe, Node
from ..region import Text
from .steps import at, elements, scalar_at, text_at
from .tree import Tree

KIND = "cron probes"

# What asks, and does not only fetch: where nothing of this stands beside an address, the job does something else.
_ASKS = re.compile(r"\b(?:curl|wget|httpie|https?ing|k6|playwright|puppeteer|newman|artillery|cypress|hurl|nc|ncat)\b")
# Of these, those whose addresses stand in files of their own.
_TOOL = re.compile(r"(?<![\w@])(?:k6|playwright|puppeteer|newman|artillery|cypress|hurl)\b")
# An address; or what follows a variable of the shell, of Kubernetes or of a workflow that is called like one.
_VARIABLE = r"\$(?:\w+|\{\w+\}|\(\w+\)|\{\{[^{}\n]*\}\})"
_URL = re.compile(rf"(?:https?://|{_VARIABLE}(?=/))[^\s\"'<>|;)`]+")
_HOST = re.compile(r"url|host|base|addr|endpoint|site|domain|origin|target|api", re.I)
# The address of a prober, and the parameter that says how: in the address, or handed to curl with `-d`.
_PROBER = re.compile(r"/probe(?=[?\s\"']|$)")
_MODULE = re.compile(r"(?<![\w$.-])module=(?P<module>[^\s&\"'`;|)#]+)")
_VALUE = r"(?:\*|\d+|[A-Za-z]{3})"
_FIELD = rf"{_VALUE}(?:[-/,]{_VALUE})*"
_WHEN = rf"@(?:hourly|daily|weekly|monthly|yearly|annually|midnight)|(?:{_FIELD}[ \t]+){{4}}{_FIELD}"
_CRONTAB = re.compile(rf"^[ \t]*(?P<schedule>{_WHEN})[ \t]+(?P<command>\S.*)$", re.M)
_POD = ("spec", "jobTemplate", "spec", "template", "spec")
_NESTING = 8


def holds_cron(tree: Tree) -> bool:
    """Whether this document is a job on a schedule."""
    return _is_cron_job(tree) or any(True for _ in _schedules(tree))


def cron_in(tree: Tree, source: str) -> Iterator[Node]:
    """The job as a probe; nothing where it asks for nothing."""
    if _is_cron_job(tree):
        schedule, name = text_at(tree, "spec", "schedule"), text_at(tree, "metadata", "name")
        pod = at(tree, *_POD)
        texts = list(_strings(pod, _NESTING)) if pod is not None else []
        if schedule is not None:
            suspended = scalar_at(tree, "spec", "suspend") == "true"
            lines, told_by = tree.lines, name or schedule
            yield from _probe(lines, source, told_by, schedule, texts, is_suspended=suspended, is_cluster=True)
        return
    schedules = list(_schedules(tree))
    jobs = tree.get("jobs")
    for key, job in jobs.entries() if jobs is not None and schedules else ():
        if key.text is not None:
            yield from _probe(job.lines, source, key.text, schedules[0], list(_strings(job, _NESTING)))


def crontab_in(text: Text) -> Iterator[Node]:
    """The lines of a crontab that ask for something."""
    for match in _CRONTAB.finditer(text.value):
        schedule, command = text.cut(*match.span("schedule")), text.cut(*match.span("command"))
        line = schedule.region().start.line
        yield from _probe((line, line), text.source, schedule, schedule, [command])


def _is_cron_job(tree: Tree) -> bool:
    return scalar_at(tree, "kind") == "CronJob"


def _schedules(tree: Tree) -> Iterator[Text]:
    """When a workflow runs. YAML 1.1 takes its key `on` for a boolean; its spelling is what counts here."""
    for one in elements(at(tree, "on", "schedule")):
        cron = one.text_at("cron")
        if cron is not None:
            yield cron


def _strings(tree: Tree, depth: int) -> Iterator[Text]:
    """Every string below a value that a shell may see: commands, arguments, scripts, variables."""
    if tree.is_mapping and depth:
        for _, value in tree.entries():
            yield from _strings(value, depth - 1)
    elif tree.is_sequence and depth:
        for value in tree.elements():
            yield from _strings(value, depth - 1)
    elif tree.text is not None and tree.is_string:
        yield tree.text


def _addresses(text: str) -> Iterator[re.Match[str]]:
    for match in _URL.finditer(text):
        if match[0].startswith("http") or _HOST.search(match[0].partition("/")[0]):
            yield match


def _probe(
    lines: tuple[int, int],
    source: str,
    name: Text,
    schedule: Text,
    texts: Sequence[Text],
    *,
    is_suspended: bool = False,
    is_cluster: bool = False,
) -> Iterator[CronProbe]:
    if not any(_ASKS.search(text.value) for text in texts):
        return
    urls = [text.cut(*match.span()) for text in texts for match in _addresses(text.value)]
    is_asking = any(_PROBER.search(text.value) for text in texts)
    modules = [text.cut(*match.span("module")) for text in texts for match in _MODULE.finditer(text.value)]
    tools = (text.cut(*match.span()) for text in texts for match in _TOOL.finditer(text.value))
    tool = next(tools, None)
    if urls or tool is not None or (is_asking and modules):
        yield CronProbe(
            at=Location(source, f"job {name.value}", name.region()),
            lines=lines,
            name=name,
            schedule=schedule,
            targets=tuple(urls),
            modules=tuple(modules) if is_asking else (),
            tool=tool,
            is_cluster=is_cluster,
            is_suspended=is_suspended,
        )
