"""What a record promises: what the rest of the code takes for granted of every value."""

import pickle

import pytest

from obsaudit.lint.record import Record, field, names_of, replace


class Point(Record):
    x: int
    labels: dict[str, str] = field(default_factory=dict)


class Named(Point, kw_only=True):
    name: str


class Itself(Point, eq=False):
    pass


def test_never_changes():
    with pytest.raises(AttributeError):
        Point(1).x = 2


def test_equal_by_content_and_kind():
    assert Point(1) == Point(1)
    assert Point(1) != Named(1, name="a")
    assert Itself(1) != Itself(1)
    assert 1 == len({Record(), Record()})


def test_survives_the_cache():
    named = Named(1, {"a": "b"}, name="c")
    assert named == pickle.loads(pickle.dumps(named))


def test_no_default_is_shared():
    assert Point(1).labels is not Point(1).labels


def test_replace_makes_another():
    before = Named(1, name="a")
    assert (Named(2, name="a"), 1) == (replace(before, x=2), before.x)


def test_names_are_those_of_the_bases_too():
    assert ("x", "labels", "name") == names_of(Named)
