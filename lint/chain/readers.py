"""Who reads which metric: looked for by the words of the texts, and proved by the trees of those that have the word."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property

from .. import promql
from ..nodes import Dialect, Query
from .words import metrics_of


def may_read(query: Query) -> set[str]:
    """What a query may read, by the words of its text: a look at it is a hundred times faster than its tree."""
    if query.dialect is not Dialect.PROMQL:
        return set()
    text = query.text.value
    words = promql.words(text)
    # Other names than words stand in quotes.
    return words | metrics_of(query) if '{"' in text or "{'" in text or "__name__" in text else words


class Readers:
    """The queries of a project by the metrics that they read; few of these are asked for, and none before that."""

    def __init__(self, queries: Iterable[Query]) -> None:
        self._queries = queries

    def of(self, metric: str) -> list[Query]:
        """Those that read a metric, in the order of the files."""
        return [query for query in self._by_word.get(metric, ()) if metric in metrics_of(query)]

    @cached_property
    def _by_word(self) -> dict[str, list[Query]]:
        found: defaultdict[str, list[Query]] = defaultdict(list)
        for query in self._queries:
            for word in may_read(query):
                found[word].append(query)
        return found
