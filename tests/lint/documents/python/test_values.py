"""How many values an expression can take, by what stands around it."""

import pytest

from obsaudit.lint import Text
from obsaudit.lint.documents import SourceSettings
from obsaudit.lint.documents.python import extract
from obsaudit.lint.nodes import Boundedness, Measurement

HEAD = """\
import datetime, os, random, time, uuid
from enum import Enum
from flask import current_app, request
from prometheus_client import Counter

SEEN = Counter("seen_total", "Seen", ["value"])
KNOWN = {"a", "b"}
NAMES = {"a": "first", "b": "second"}
class Plan(Enum):
    FREE = "free"
    PAID = "paid"
def shortened(value):
    return value[:8]
"""


def judged(body: str, settings: SourceSettings | None = None) -> Boundedness:
    """The boundedness of the label that the last measurement of a function's body passes."""
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    code = f"{HEAD}def handle(value, plan: Plan, flag: bool, user_id, error):\n{lines}"
    found = extract(Text.of_file(code, "a.py"), settings or SourceSettings())
    return [node for node in found if isinstance(node, Measurement)][-1].labels[0].boundedness


def passing(expression: str) -> Boundedness:
    """The boundedness of one expression."""
    return judged(f"SEEN.labels({expression}).inc()")


@pytest.mark.parametrize(
    "expression",
    [
        "request.path",
        "request.headers['X-Plan']",
        "request.headers.get('X-Plan')",
        "request.args.get('source', 'none')",
        "str(request.url)",
        "f'user {request.remote_addr}'",
        "'path:' + request.path",
        "'%s' % request.path",
        "'{}'.format(request.path)",
        "request.path.split('/')[1]",
        "request.path.lower()[:10]",
        "shortened(request.path)",
        "request.json['plan'] or 'none'",
        "request.path if flag else 'none'",
        "request.user.id",
        "uuid.uuid4()",
        "str(uuid.uuid4())[:8]",
        "time.time()",
        "datetime.datetime.now().isoformat()",
        "random.randint(1, 9)",
        "id(value)",
    ],
)
def test_sources_without_end(expression):
    """
    Casts, slices, formats and helper functions change a value, and not how many there are.
    """
    assert Boundedness.UNBOUNDED == passing(expression)


@pytest.mark.parametrize(
    "expression",
    [
        "'a'",
        "plan",
        "plan.value",
        "Plan.FREE.value",
        "Plan(value)",
        "flag",
        "value in KNOWN",
        "not value",
        "isinstance(value, str)",
        "type(error).__name__",
        "error.__class__.__name__",
        "request.method",
        "request.url_rule.rule",
        "request.endpoint",
        "os.environ['REGION']",
        "os.getenv('REGION')",
        "current_app.config['NAME']",
        "NAMES.get(request.path, 'other')",
        "NAMES[request.path]",
        "request.path if request.path in KNOWN else 'other'",
        "hash(value) % 16",
        "random.choice(('a', 'b'))",
    ],
)
def test_few_values(expression):
    """
    Literals, enumerations, truth values, templates, configuration and look-ups in a known table have an end.
    """
    assert passing(expression) <= Boundedness.UNKNOWN


@pytest.mark.parametrize("expression", ["value", "value.name", "load(value)", "clean(request.path)", "value[0]"])
def test_what_cannot_be_followed_is_unknown(expression):
    """
    A parameter, or what an unknown function returns, may be anything, and is never reported.
    """
    assert Boundedness.UNKNOWN == passing(expression)


@pytest.mark.parametrize("expression", ["user_id", "value.user_id", "value['email']", "str(user_id)", "f'{user_id}'"])
def test_a_name_only_raises_a_suspicion(expression):
    """
    What is called like an identifier is suspect, and no more than that.
    """
    assert Boundedness.SUSPECT == passing(expression)


@pytest.mark.parametrize(
    "body",
    [
        "x = request.path\nif x not in KNOWN:\n    x = 'other'\nSEEN.labels(x).inc()",
        "x = request.path\nif x not in KNOWN:\n    return\nSEEN.labels(x).inc()",
        "x = request.path\nif x not in KNOWN:\n    raise ValueError\nSEEN.labels(x).inc()",
        "x = request.path\nif x in KNOWN:\n    SEEN.labels(x).inc()",
        "x = request.path\nif x == 'a' or x == 'b':\n    SEEN.labels(x).inc()",
        "x = request.path\nif flag and x in KNOWN:\n    SEEN.labels(x).inc()",
        "if request.path in KNOWN:\n    SEEN.labels(request.path).inc()",
        "match request.path:\n    case 'a':\n        x = 'b'\n    case _:\n        x = 'other'\nSEEN.labels(x).inc()",
        "x = request.path\nx = 'constant'\nSEEN.labels(x).inc()",
        "for x in ('a', 'b'):\n    SEEN.labels(x).inc()",
        "for x in Plan:\n    SEEN.labels(x.value).inc()",
        "if flag:\n    x = request.path\n    return x\nelse:\n    x = 'a'\nSEEN.labels(x).inc()",
    ],
)
def test_sanitizers_clear_a_value(body):
    """
    A test against known values, an early exit or a new assignment ends what was unbounded before.
    """
    assert judged(body) <= Boundedness.UNKNOWN


@pytest.mark.parametrize(
    "body",
    [
        "x = 'a'\nif flag:\n    x = request.path\nSEEN.labels(x).inc()",
        "x = request.path\nif x in KNOWN:\n    pass\nSEEN.labels(x).inc()",
        "x = request.path\nif x not in KNOWN:\n    SEEN.labels(x).inc()",
        "x = request.path\nif x not in KNOWN:\n    x = 'other'\nx = request.url\nSEEN.labels(x).inc()",
        "x, y = request.path, 'a'\nSEEN.labels(x).inc()",
        "if (x := request.path):\n    SEEN.labels(x).inc()",
        "x = 'a'\nx += request.path\nSEEN.labels(x).inc()",
        "for x in request.args.getlist('x'):\n    SEEN.labels(x).inc()",
        "try:\n    pass\nexcept ValueError as e:\n    SEEN.labels(str(e)).inc()",
        "try:\n    pass\nexcept ValueError as e:\n    SEEN.labels(e.args[0]).inc()",
    ],
)
def test_what_clears_nothing(body):
    """
    A test that the value need not pass, or one before a new assignment, leaves it unbounded.
    """
    assert Boundedness.UNBOUNDED == judged(body)


def test_configured_names_are_bounded():
    """
    What the team knows to be bounded is no suspicion, and its own sanitizers are believed.
    """
    settings = SourceSettings(bounded=("user_id",), sanitizers=("clean",))

    assert Boundedness.CONFIG == judged("SEEN.labels(user_id).inc()", settings)
    assert Boundedness.ENUM == judged("SEEN.labels(clean(request.path)).inc()", settings)


def test_many_ways_through_helpers_end():
    """
    A helper that returns its argument in eight places, called nine times in a row, has 8⁹ ways: known soon.
    """
    helper = "def kept(flag, value):\n" + "    if flag:\n        return value\n" * 8
    body = "    value = kept(flag, value)\n" * 9 + "    SEEN.labels(value).inc()\n"

    found = extract(Text.of_file(f"{HEAD}{helper}def handle(flag, value):\n{body}", "a.py"), SourceSettings())

    assert [Boundedness.UNKNOWN] == [node.labels[0].boundedness for node in found if isinstance(node, Measurement)]
