"""Conditions with three answers: they say yes or no only where no unknown part could change that."""

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obsaudit.lint.telemetry.conditions import holds

FACTS = {"yes": True, "no": False, "maybe": None, 'f ( x, "a or (b" )': True, "( a + b ) > 1": False}
ATOMS = st.sampled_from(["yes", "no", "maybe"])
CONDITIONS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        inner.map("not {}".format),
        inner.map("({})".format),
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(" ".join),
    ),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("condition", "verdict"),
    [
        ("yes", True),
        ("not no and yes", True),
        ("not (yes or maybe)", False),
        ("maybe or yes", True),
        ("maybe and no", False),
        ("maybe or no", None),
        ("no and maybe or yes", True),
        ('f(x, "a or (b") and yes', True),
        ("(a + b) > 1 or no", False),
        ("", None),
        ("yes and", None),
        ("or yes", None),
        ("(yes", None),
        ("yes)", None),
        ('yes or "', None),
        ("(" * 5000 + "yes" + ")" * 5000, None),
    ],
)
def test_what_joins_conditions(condition, verdict):
    """
    `or` binds least, then `and`, then `not`; what is no condition is unknown.
    """
    assert verdict is holds(condition, FACTS.get)


@given(CONDITIONS)
def test_an_answer_holds_whatever_the_unknown_is(condition):
    """
    As Python decides the same words, each unknown taken for yes and for no.
    """
    verdict = holds(condition, FACTS.get)
    count = condition.count("maybe")
    for values in itertools.islice(itertools.product([True, False], repeat=count), 64):
        names = {f"maybe{index}": value for index, value in enumerate(values)}
        index = itertools.count()
        text = re.sub("maybe", lambda match, index=index: f"maybe{next(index)}", condition)

        assert verdict in (None, eval(text, {}, {"yes": True, "no": False, **names}))
