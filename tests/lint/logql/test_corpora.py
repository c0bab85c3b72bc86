"""The parser on what others wrote: the log queries of the dashboards of many projects."""

from pathlib import Path

import pytest

from obsaudit.lint import logql
from obsaudit.lint.documents import SourceSettings, parse
from obsaudit.lint.nodes import LogQuery
from obsaudit.lint.region import Text

CORPORA = Path(__file__).parents[4] / "shared" / "corpora"


def test_no_log_query_of_a_dashboard_is_called_wrong():
    """
    Every log query of the collected dashboards has a tree, variables and all.
    """
    paths = sorted(CORPORA.glob("dashboards-*/**/*.json"))
    if not paths:
        pytest.skip("no corpora beside the checkout")
    nodes = [
        node
        for path in paths
        for node in parse(Text.of_file(path.read_text("utf-8"), path.name), path.name, SourceSettings()).nodes
    ]
    texts = [node.text.value for node in nodes if isinstance(node, LogQuery)]

    assert len(texts) > 30
    assert [] == [text for text in texts if logql.parse(text).expr is None]
