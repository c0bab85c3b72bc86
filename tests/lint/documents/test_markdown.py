"""Fenced blocks of Markdown: documents with regions in the outer file."""

import pytest

from obsaudit.lint import Position, Text
from obsaudit.lint.documents import SourceSettings, parse
from obsaudit.lint.nodes import AlertingRule, Measurement, Page, Query, Unparsable

PAGE = """\
# Checkout failures

1. Look at the reasons:

   ```promql
   # by reason
   sum by (reason) (rate(checkout_total[5m]))

   topk(3, checkout_total)
   ```

> ```yaml
> - alert: CheckoutFails
>   expr: >-
>     rate(checkout_total[5m])
>     > 0
> ```

```python
this is (no Python
```
"""


def nodes(text, kind):
    return [
        node for node in parse(Text.of_file(text, "page.md"), "page.md", SourceSettings()).nodes if type(node) is kind
    ]


def test_queries_of_a_block_point_into_the_page():
    """
    Indentation before a block belongs to the page; a comment above a query is no part of it.
    """
    first, second, third = nodes(PAGE, Query)

    assert ("sum by (reason) (rate(checkout_total[5m]))", Position(7, 4)) == (
        first.text.value,
        first.text.region().start,
    )
    assert ("topk(3, checkout_total)", Position(9, 4)) == (second.text.value, second.text.region().start)
    assert "rate(checkout_total[5m]) > 0" == third.text.value


def test_scalars_of_a_quoted_block_point_into_the_page():
    """
    A folded scalar in a YAML block behind quote marks: each part keeps its place.
    """
    (alert,) = nodes(PAGE, AlertingRule)
    offset = alert.query.text.value.index("> 0")

    assert Position(13, 12) == alert.at.region.start
    assert Position(16, 7) == alert.query.text.region(offset, offset + 3).start


def test_a_block_in_a_block_is_read():
    """
    A page that shows a page that shows a query.
    """
    page = "````markdown\n# Inner\n\n```promql\nup == 0\n```\n````\n"
    (query,) = nodes(page, Query)

    assert ("up == 0", Position(5, 1)) == (query.text.value, query.at.region.start)


@pytest.mark.parametrize("odd", ["\r", "\x85", "\u2028", "\x0b", "\x0c", "\x00"])
def test_only_a_line_feed_ends_a_line(odd):
    """
    Other separators move no region: neither that of a block nor that of a heading.
    """
    text = f"a{odd}b\n\n```promql\nup\n```\n\n# Head{odd}ing\n"
    nodes = parse(Text.of_file(text, "page.md"), "page.md", SourceSettings()).nodes
    (query,) = (node for node in nodes if isinstance(node, Query))

    assert 4 == query.text.region().start.line
    assert [7] == [one.title.region().start.line for node in nodes if isinstance(node, Page) for one in node.sections]


@pytest.mark.parametrize(
    ("before", "code", "labels"),
    [
        ("## Cardinality\n", "trackEvent({ userId: userId });", ["userId"]),
        ("## Labels\n\nAudit the cardinality:\n", "record_event({'user_id': user_id})", ["user_id"]),
        ("## Analytics\n", "trackEvent({ userId: userId });", []),
        ("## Cardinality\n\n## Analytics\n", "trackEvent({ userId: userId });", []),
        ("## Cardinality\n", "function trackEvent(e) { send(e); }\ntrackEvent({ userId: userId });", []),
        ("## Cardinality\n", "analytics.trackEvent({ userId: userId });", []),
        ("## Cardinality\n", "sendEvent({ userId: userId });", []),
        ("## Cardinality\n\nFirst:\n\n```sh\nmake\n```\n\nBad:\n", "trackEvent({ userId: userId });", ["userId"]),
        ("Mind the cardinality:\n", "trackEvent({ userId: userId });", ["userId"]),
        ("Mind the cardinality.\n\nBad:\n", "trackEvent({ userId: userId });", ["userId"]),
        ("Bad:\n", "// unbounded cardinality\ntrackEvent({ userId: userId });", ["userId"]),
        ("Mind the cardinality.\n\nOne.\n\nTwo.\n", "trackEvent({ userId: userId });", []),
        ("# A\n\nMind the cardinality.\n\nOne.\n\nTwo.\n", "trackEvent({ userId: userId });", []),
        ("## Cardinality\n\nThese go to the logs:\n", "trackEvent({ userId: userId });", []),
        ("## Cardinality\n\nA span has room for them:\n", "trackEvent({ userId: userId });", []),
        ("## Cardinality\n\nEvents go to Segment.\n\n1.\n\n2.\n\n3.\n", "trackEvent({ userId: userId });", []),
        ("## Cardinality\n", "import { trackEvent } from './analytics';\ntrackEvent({ userId: userId });", []),
        ("## Cardinality\n", "trackEvent({ segment: s, userId: userId });", ["segment", "userId"]),
        ("## Cardinality\n", "trackEvent({ userId: userId });\n// put them in logs instead", ["userId"]),
        *(
            (
                f"User ids would blow up cardinality, so they go to {other}:\n",
                "trackEvent({ userId: user.id });",
                [],
            )
            for other in ("Amplitude", "Segment", "Mixpanel", "PostHog", "product analytics", "GA4", "BigQuery")
        ),
    ],
)
def test_a_helper_is_what_its_section_says(before, code, labels):
    """
    What a page calls and does not define takes labels where the page speaks of cardinality, and nowhere else.
    """
    language = "python" if "'" in code else "typescript"
    nodes = parse(Text.of_file(f"{before}\n```{language}\n{code}\n```\n", "a.md"), "a.md", SourceSettings()).nodes

    assert labels == [label.name for one in nodes if isinstance(one, Measurement) for label in one.labels]


@pytest.mark.parametrize(
    ("line", "problems"),
    [
        ('- role: "..."', 0),
        ("- role: ...", 0),
        ("- role: endpoints\n        # and so on\n        ...", 0),
        ("- role: endpoints\n        [ namespaces: <list> | default all ]", 0),
        ("- role: everything", 1),
    ],
)
def test_a_sketch_is_no_mistake(line, problems):
    """
    A page shows what goes where, and leaves out what it is not about: only what could be copied is judged.
    """
    block = f"scrape_configs:\n  - job_name: api\n    kubernetes_sd_configs:\n      {line}\n"

    assert problems == len(nodes(f"```yaml\n{block}```\n", Unparsable))
