"""What a change took away, or made into something else, and what still depends on it as it was."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping

from .. import promql
from ..finding import Location
from ..nodes import AlertingRule, Instrument, Node, Query, Receiver, RecordingRule, Role, Runbook
from ..telemetry.shelf import leads_to, link_of
from .dependents import Dependent, Impact, Kind, unique
from .impact import Chain
from .label_readers import mentions, reads_label
from .values import Changed, jobs, values
from .words import SUFFIXES


def lost(
    before: Chain, after: Chain, moved: Mapping[str, str] | None = None, changed: Changed | None = None
) -> list[Impact]:
    """
    What a change took away and something still depends on.

    `moved` are the files that it renamed, by their old name; `changed` the constants in those that it touched.
    A thing that is gone and has no reader left is no loss.
    """
    renamed = moved or {}
    found = (
        *_gone(before, after, renamed),
        *_labels(before, after),
        *values(before, after, changed or Changed({}, {})),
        *jobs(before, after),
        *_buckets(before, after),
        *_pages(before, after, renamed),
        *_receivers(before, after),
    )
    return [impact for impact in found if impact.dependents]


def _gone(before: Chain, after: Chain, moved: Mapping[str, str]) -> Iterator[Impact]:
    """Metrics, recordings, alerts and receivers whose name nothing has any more."""
    made = after.made()
    for kind, was in before.made().items():
        there = made.get(kind, {})
        fresh = {name: nodes for name, nodes in there.items() if name not in was}
        for name, nodes in was.items():
            if name not in there:
                places = tuple(node.at for node in nodes)
                dependents = after.impact(kind, name).dependents
                now = _successor(name, nodes, fresh, moved)
                yield Impact(kind, name, places, dependents, True, now, spelt=_series(kind, name))
    labels = after.labels()
    fresh_labels = [name for name in labels if name not in before.labels()]
    for name, at in before.labels().items():
        if name not in labels:
            near = next(iter(difflib.get_close_matches(name, fresh_labels, n=1)), None)
            below = after.impact(Kind.LABEL, name).dependents
            yield Impact(Kind.LABEL, name, tuple(at), below, True, near, spelt=(name,))


def _series(kind: Kind, name: str) -> tuple[str, ...]:
    return tuple(name + suffix for suffix in SUFFIXES) if kind is Kind.METRIC else (name,)


def _successor(
    name: str, was: Iterable[Node], fresh: Mapping[str, Iterable[Node]], moved: Mapping[str, str]
) -> str | None:
    """The new thing that is what the old one was; else, of the new ones, that with the nearest name."""
    old = {identity for node in was if (identity := _identity(node, moved)) is not None}
    same = [other for other, nodes in fresh.items() if any(_identity(node, {}) in old for node in nodes)]
    near = difflib.get_close_matches(name, same or fresh, n=1, cutoff=0.0 if same else 0.6)
    return near[0] if near else None


def _identity(node: Node, moved: Mapping[str, str]) -> tuple[object, ...] | None:
    """What a thing is, whatever it is called."""
    source = moved.get(node.at.source, node.at.source)
    match node:
        case Instrument() if node.binding is not None:
            return source, node.binding
        case AlertingRule() | RecordingRule() if node.query is not None:
            return type(node).__name__, " ".join(node.query.text.value.split())
        case Receiver() if node.kinds:
            return source, *sorted(node.kinds)
    return None


def _labels(before: Chain, after: Chain) -> Iterator[Impact]:
    """Labels that one metric lost while another one has them still."""
    still = after.labels()
    for name, (old, new) in _pairs(before, after):
        if old.labels is None or new.labels is None:
            continue
        had, has = {label.value: label for label in old.labels}, {label.value for label in new.labels}
        fresh = [label for label in has if label not in had]
        for label, text in had.items():
            if label in has or label not in still:
                continue

            def why(query: Query, label: str = label) -> str | None:
                return f"names {label}" if mentions(query, label) or _prints(after, query, label) else None

            near = fresh if len(fresh) == 1 else difflib.get_close_matches(label, fresh, n=1)
            yield Impact(
                Kind.LABEL,
                f"{label} of {old.name}",
                (old.place(text),),
                after.of_readers(name, why),
                True,
                near[0] if near else None,
                spelt=(label,),
            )


def _prints(chain: Chain, query: Query, label: str) -> bool:
    if query.role is not Role.ALERT:
        return False
    return any(alert.query == query and reads_label(alert, label) for alert in chain.alerts())


def _buckets(before: Chain, after: Chain) -> Iterator[Impact]:
    """Histograms that count other buckets than before."""
    for name, (old, new) in _pairs(before, after):
        if old.buckets is None or new.buckets is None or set(old.buckets) == set(new.buckets):
            continue
        gone, fresh = sorted(set(old.buckets) - set(new.buckets)), sorted(set(new.buckets) - set(old.buckets))

        def why(query: Query, name: str = name, gone: list[float] = gone) -> str | None:
            return _reads_bucket(query, f"{name}_bucket", gone)

        told = [
            f"has lost {_listed(gone, 'bucket')}" if gone else "",
            f"has {_listed(fresh, 'new bucket')}" if fresh else "",
        ]
        change = " and ".join(part for part in told if part)
        below, bounds = after.of_readers(name, why), tuple(f"{bound:g}" for bound in gone)
        yield Impact(Kind.METRIC, new.name or name, (new.at,), below, change=change, spelt=bounds)


def _reads_bucket(query: Query, series: str, gone: list[float]) -> str | None:
    """What it means to a query that buckets are gone; nothing to one that asks for another bucket, or only counts."""
    parsed = promql.parse(query.text.value)
    for selector in parsed.find(promql.Selector):
        bounds = [matcher.value.value for matcher in selector.matchers if matcher.label.value == "le"]
        if selector.metric == series and any(_number(bound) in gone for bound in bounds):
            return f"asks for the bucket {bounds[0]}, which is gone"
    reads = any(selector.metric == series for selector in parsed.find(promql.Selector))
    quantile = any(call.name.value == "histogram_quantile" for call in parsed.find(promql.Call))
    return "estimates a quantile from the buckets" if reads and quantile else None


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _listed(values: list[float], what: str) -> str:
    return f"the {what}{'s' if len(values) > 1 else ''} {', '.join(f'{value:g}' for value in values)}"


def _pairs(before: Chain, after: Chain) -> Iterator[tuple[str, tuple[Instrument, Instrument]]]:
    """The instruments that are there before and after, where one makes the metric."""
    now = after.instruments()
    for name, was in before.instruments().items():
        if len(was) == 1 and len(now.get(name, ())) == 1:
            yield name, (was[0], now[name][0])


def _pages(before: Chain, after: Chain, moved: Mapping[str, str]) -> Iterator[Impact]:
    """Runbooks that no longer lie where alerts and pages look for them."""
    now = after.pages()
    for source, page in before.pages().items():
        if source not in now:
            to = moved.get(source)
            found = unique(_linked(before, after, page, now.get(to or "")))
            yield Impact(Kind.RUNBOOK, source, (page.at,), found, True, to)


def _linked(before: Chain, after: Chain, page: Runbook, now: Runbook | None) -> Iterator[Dependent]:
    for alert in after.alerts():
        link = link_of(alert)
        named = link is not None and leads_to(link, page)
        found = after.shelf.page_of(alert)
        missed = found is None and link is not None and before.shelf.page_of(alert) is page
        if missed or (named and (now is None or link is None or not leads_to(link, now))):
            yield Dependent(Kind.ALERT, alert.name.value, alert.at, "leads to it")
    stem = page.at.source.rpartition("/")[2]
    for source, other in after.pages().items():
        for link_out in other.page.links:
            if link_out.target.value.split("#")[0].rpartition("/")[2] == stem:
                yield Dependent(Kind.RUNBOOK, source, other.place(link_out.target), "links to it")


def _receivers(before: Chain, after: Chain) -> Iterator[Impact]:
    """Receivers that alerts no longer come to, and those that no longer pass them on in some way."""
    was, now = _reached(before), _reached(after)
    places = {name: tuple(node.at for node in nodes) for name, nodes in before.made()[Kind.RECEIVER].items()}
    after_receivers = after.made()[Kind.RECEIVER]
    at = {alert.name.value: alert.at for alert in after.alerts()}
    for name, made in places.items():
        left = sorted(alert for alert in was if name in was[alert] and alert in now and name not in now[alert])
        dependents = unique(Dependent(Kind.ALERT, alert, at[alert], _instead(now[alert])) for alert in left)
        if name in after_receivers:
            yield Impact(
                Kind.RECEIVER, name, _at(after_receivers[name]), dependents, change="is reached by fewer alerts"
            )
            ways = _ways(before.made()[Kind.RECEIVER][name]) - _ways(after_receivers[name])
            if ways:
                told = f"no longer notifies through {', '.join(sorted(ways))}"
                below = after.impact(Kind.RECEIVER, name).dependents
                yield Impact(Kind.RECEIVER, name, _at(after_receivers[name]), below, change=told)
        elif not after.impact(Kind.RECEIVER, name).dependents:
            yield Impact(Kind.RECEIVER, name, made, dependents, True)


def _reached(chain: Chain) -> dict[str, set[str]]:
    """Alert → the receivers that it may come to."""
    found: dict[str, set[str]] = {}
    for alert in chain.alerts():
        found.setdefault(alert.name.value, set()).update(chain.reached(alert))
    return found


def _instead(receivers: Iterable[str]) -> str:
    names = ", ".join(sorted(receivers))
    return f"now comes to {names}" if names else "now comes to nobody"


def _at(nodes: Iterable[Node]) -> tuple[Location, ...]:
    return tuple(node.at for node in nodes)


def _ways(nodes: Iterable[Node]) -> set[str]:
    return {kind for node in nodes if isinstance(node, Receiver) for kind in node.kinds}
