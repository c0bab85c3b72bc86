"""The way of an alert through a tree, against Alertmanager's own."""

import random
import shutil
import subprocess
from collections import Counter

import pytest
import yaml

from obsaudit.lint import Text
from obsaudit.lint.documents import SourceSettings, parse
from obsaudit.lint.nodes import AlertmanagerConfig
from obsaudit.lint.telemetry.routes import ABSENT, Labels, arrivals, compatible, covers, receivers, walk

AMTOOL = shutil.which("amtool")
TREE = """\
route:
  receiver: root
  routes:
    - matchers: [severity="critical", team!="db"]
      receiver: pager
      continue: true
    - matchers: [severity=~"critical|high"]
      receiver: chat
      routes:
        - matchers: [team="db"]
          receiver: dba
    - receiver: rest
receivers: [{name: root}, {name: pager}, {name: chat}, {name: dba}, {name: rest}]
"""


def tree(text=TREE):
    nodes = parse(Text.of_file(text, "alertmanager.yml"), "alertmanager.yml", SourceSettings()).nodes
    return next(node for node in nodes if isinstance(node, AlertmanagerConfig)).route


@pytest.mark.parametrize(
    ("labels", "reached"),
    [
        ({"severity": "critical"}, {"pager": True, "chat": True}),
        ({"severity": "critical", "team": "db"}, {"dba": True}),
        ({"severity": "high"}, {"chat": True}),
        ({"severity": "low"}, {"rest": True}),
        ({}, {"rest": True}),
    ],
)
def test_an_alert_goes_where_alertmanager_would_send_it(labels, reached):
    """
    The first route that matches takes the alert; `continue` lets the next ones see it; a missing label is empty.
    """
    assert reached == receivers(tree(), Labels.exactly(labels))


@pytest.mark.parametrize(
    ("known", "others", "reached"),
    [
        ({"severity": frozenset(["critical"]), "team": None}, ABSENT, {"pager": False, "dba": False, "chat": False}),
        ({"severity": frozenset(["critical", "high"])}, ABSENT, {"pager": False, "chat": True}),
        ({"severity": None}, ABSENT, {"pager": False, "chat": False, "rest": False}),
        ({"severity": frozenset(["low"])}, None, {"rest": True}),
    ],
)
def test_what_is_not_known_is_only_possible(known, others, reached):
    """
    A label of unknown value may match: then what follows is possible, and certain only where it happens either way.
    """
    assert reached == receivers(tree(), Labels(known, others))


def test_the_walk_tells_who_stands_in_the_way():
    """
    A route behind one that may match is reached unless that one takes the alert.
    """
    step = walk(tree(), Labels({"severity": None}, ABSENT))

    assert ["maybe", "maybe", "yes"] == [str(below.verdict) for below in step.steps]
    assert [None, None, '{severity=~"critical|high"}'] == [
        below.blocker and below.blocker.spelling for below in step.steps
    ]
    assert [False, False, False] == [arrival.certain for arrival in arrivals(step)]


def matchers(*texts):
    listed = ", ".join(f"'{text}'" for text in texts)
    root = tree(f"route: {{receiver: a, routes: [{{matchers: [{listed}]}}]}}\nreceivers: [{{name: a}}]")
    return root.routes[0].matchers


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (['a="x"', 'a="y"'], False),
        (['a="x"', 'b="y"'], True),
        (['a=~"x.*"', 'a!~".*y"'], True),
        (['a=~"x|y"', 'a!="x"', 'a!="y"'], False),
        (['a=""', 'a=~".+"'], False),
        (['a=~"\\\\bx"', 'a="y"'], None),
    ],
)
def test_matchers_exclude_each_other_or_not(texts, expected):
    """
    Whether any value meets all matchers of a label is proved, not guessed; what cannot be followed is unknown.
    """
    assert expected is compatible(matchers(*texts))


def test_covering_needs_every_matcher_of_the_wider_route():
    """
    A route covers another only when each of its matchers holds of every alert of the other.
    """
    assert covers(matchers('a=~"x|y"'), matchers('a="x"', 'b="z"'))
    assert not covers(matchers('a=~"x|y"', 'c="z"'), matchers('a="x"', 'b="z"'))


def test_covering_agrees_with_what_is_proved():
    """
    Most pairs are judged without an automaton, and as one would judge them.
    """
    dice, told = random.Random(8), Counter()
    spellings = [
        f'{label}{op}"{value}"' for label in "ab" for op in ("=", "!=", "=~", "!~") for value in ("x", "x|y", "")
    ]
    for _ in range(400):
        wide, narrow = (matchers(*dice.choices(spellings, k=dice.randint(1, 3))) for _ in range(2))
        if compatible(narrow) is not True:
            continue
        expected = all(compatible(narrow, [matcher]) is False for matcher in wide)
        told[expected] += 1
        assert expected is covers(wide, narrow)

    assert min(told.values()) > 20


def random_tree(dice):
    count = 0

    def matcher():
        op = dice.choice(["=", "!=", "=~", "!~"])
        values = ["x", "y", ""] if "~" not in op else ["x|y", ".*", ".+", "^x$", "[xy]", "z?"]
        return f'{dice.choice("abc")}{op}"{dice.choice(values)}"'

    def route(depth):
        nonlocal count
        count += 1
        below = [route(depth - 1) for _ in range(dice.randint(0, 3))] if depth else []
        own = [matcher() for _ in range(dice.randint(0, 2))]
        return {"receiver": f"r{count}", "matchers": own, "continue": dice.random() < 0.3, "routes": below}

    root = {"receiver": "root", "routes": [route(2) for _ in range(3)]}
    return {"route": root, "receivers": [{"name": "root"}, *({"name": f"r{number + 1}"} for number in range(count))]}


@pytest.mark.skipif(AMTOOL is None, reason="needs amtool of the Debian package prometheus-alertmanager")
@pytest.mark.parametrize("seed", range(12))
def test_the_walk_agrees_with_amtool(seed, tmp_path):
    """
    On random trees every alert reaches what `amtool config routes test` says, in its order.

    With one label hidden, what is certain is reached, and what is reached was possible.
    """
    dice = random.Random(seed)
    text = yaml.safe_dump(random_tree(dice))
    file = tmp_path / "alertmanager.yml"
    file.write_text(text)
    for _ in range(4):
        labels = {name: value for name in "abc" if (value := dice.choice(["x", "y", "z", ""]))}
        given = [f"{name}={value}" for name, value in labels.items()]
        answer = subprocess.run(
            [AMTOOL, "config", "routes", "test", f"--config.file={file}", *given],
            capture_output=True,
            text=True,
            check=False,
        )
        expected = answer.stdout.strip().split(",")
        found = [arrival.receiver for arrival in arrivals(walk(tree(text), Labels.exactly(labels)))]
        hidden = {**{name: frozenset([labels.get(name, "")]) for name in "abc"}, dice.choice("abc"): None}
        possible = receivers(tree(text), Labels(hidden, ABSENT))

        assert expected == found
        assert set(expected) <= set(possible)
        assert {name for name, certain in possible.items() if certain} <= set(expected)
