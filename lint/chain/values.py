"""What a change took away that is a value: of the label `job`, and of the labels that source gives."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ..finding import Location
from ..nodes import LabelValue, ScrapeJob
from ..telemetry.wire import exposed, sanitized
from .constants import Constants
from .dependents import Impact, Kind
from .impact import Chain


class Changed(NamedTuple):
    """The constants of the source files that a change touched: those of before, and those of now."""

    before: Constants
    after: Constants


def jobs(before: Chain, after: Chain) -> Iterator[Impact]:
    """
    Jobs by whose name nothing is scraped any more.

    Where another job has a name from now on that depends on its targets, it may be any.
    """
    was, now = _jobs(before), _jobs(after)
    if set(now.pop(None, {})) - set(was.pop(None, {})):
        return
    fresh = [name for name in now if name not in was]
    for name, places in was.items():
        if name is None or name in now:
            continue
        same = [other for other in fresh if other is not None and not set(places).isdisjoint(now[other])]
        near = same or difflib.get_close_matches(name, [other for other in fresh if other is not None], n=1)
        yield Impact(
            Kind.JOB,
            name,
            tuple(places.values()),
            after.of_value("job", name),
            True,
            near[0] if near else None,
            spelt=(name,),
        )


def _jobs(chain: Chain) -> dict[str | None, dict[object, Location]]:
    """What jobs are called on their series, with what tells each apart; None for those of which that is not known."""
    found: defaultdict[str | None, dict[object, Location]] = defaultdict(dict)
    for job in chain.project.loaded(ScrapeJob):
        label = None if _renames(job) else job.label
        targets = tuple(target.value for target in job.targets)
        apart = (job.at.source, targets or job.name.value) if label is not None else (job.at.source, job.name.value)
        found[label][apart] = job.at
    return found


def _renames(job: ScrapeJob) -> bool:
    steps = (*job.relabels, *job.metric_relabels)
    return any(step.target_label is not None and step.target_label.value == "job" for step in steps)


def values(before: Chain, after: Chain, changed: Changed) -> Iterator[Impact]:
    """Values that source no longer gives to a label."""
    now = _given(after, changed.after)
    for (metric, label), was in _given(before, changed.before).items():
        there = now.get((metric, label))
        if there is None:
            continue  # The label or the metric is gone, which is told as such.
        fresh = [value for value in there.known if value not in was.known]
        for value, at in was.known.items():
            if value in there.known or (there.is_open and not _changed(value, was, there)):
                continue
            near = fresh if len(fresh) == 1 else difflib.get_close_matches(value, fresh, n=1)
            yield Impact(
                Kind.VALUE,
                f'{label}="{value}" of {metric}',
                (at,),
                after.of_value(label, value, exposed(metric)),
                True,
                near[0] if near else None,
                spelt=(value,),
            )


class _Given:
    """The values that measurements give to a label of a metric."""

    def __init__(self) -> None:
        self.known: dict[str, Location] = {}
        self.names: dict[str, frozenset[str]] = {}
        """The values of the constants that it is given."""

        self.is_open = False
        """Whether it may have others, too."""

    def add(self, label: LabelValue, constants: Constants) -> None:
        """Takes in what one measurement gives."""
        name = _constant(label)
        found = label.values
        if found is None and name is not None and name in constants:
            self.names[name] = constants[name]
            found = tuple(constants[name])
        self.is_open = self.is_open or found is None
        for value in found or ():
            self.known.setdefault(value, label.at)


def _given(chain: Chain, constants: Constants) -> Mapping[tuple[str, str], _Given]:
    found: defaultdict[tuple[str, str], _Given] = defaultdict(_Given)
    passed_on, unread = chain.project.source.passed_on, set[str]()
    for use in chain.project.source.measurements:
        metric = use.instrument.name if use.instrument is not None else use.metric
        if metric is None:
            continue
        if not use.complete or id(use.instrument) in passed_on or any(label.name is None for label in use.labels):
            unread.add(metric)
        for label in use.labels:
            if label.name is not None:
                found[metric, sanitized(label.name)].add(label, constants)
    for (metric, _), given in found.items():
        given.is_open = given.is_open or metric in unread
    return found


def _constant(label: LabelValue) -> str | None:
    """The last name of what a value comes from: `FAILED` of `Result.FAILED.value`."""
    code = label.chain[-1].code if label.chain else ""
    name = code.removesuffix(".value").rpartition(".")[2]
    return name if name.isidentifier() else None


def _changed(value: str, was: _Given, there: _Given) -> bool:
    """Whether the constant that it came from is there, and stands for something else."""
    given = [name for name, values in was.names.items() if value in values]
    return any(name in there.names and value not in there.names[name] for name in given)
