"""Go's regular expressions as automata: what Go takes, what matches, what covers what."""

import re
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obsaudit.lint import re2

VALUES = ["".join(letters) for length in range(6) for letters in product("abc", repeat=length)]


def automaton(pattern):
    regex = re2.regex(pattern)
    assert isinstance(regex, re2.Regex), regex
    return regex


@pytest.mark.parametrize(
    ("pattern", "matching", "other"),
    [
        ("a|b", ["a", "b"], ["", "ab", "xa"]),
        ("^(foo1|foo2)$", ["foo1", "foo2"], ["foo", "foo12"]),
        ("db-.*", ["db-", "db-1"], ["db", "xdb-1"]),
        ("(?i)Warn(ing)?", ["warn", "WARNING"], ["war"]),
        (r"\d{2,3}", ["12", "123"], ["1", "1234"]),
        (r"[^\d]+", ["ab"], ["", "a1"]),
        (r"\Qa.b\E", ["a.b"], ["axb"]),
        (r"[[:alpha:]_]\x41", ["_A", "zA"], ["1A"]),
        ("a**?".replace("**", "*"), ["", "aa"], ["b"]),
        ("", [""], ["a"]),
        ("x{,2}", ["x{,2}"], ["x"]),
    ],
)
def test_a_pattern_matches_whole_values(pattern, matching, other):
    """
    Matchers are anchored: a pattern matches the whole value or not at all.
    """
    regex = automaton(pattern)

    assert matching == [value for value in [*matching, *other] if regex.matches(value)]


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("(a", "missing `)`"),
        ("[a", "missing `]`"),
        ("*a", "nothing for `*` to repeat"),
        ("a**", "a repetition of a repetition"),
        ("a{2}{3}", "a repetition of a repetition"),
        ("a{1001}", "a repeat count that is none"),
        ("[b-a]", "a range that runs backwards"),
        (r"(a)\1", "Go's regular expressions have no back references"),
        ("(?=a)", "Go's regular expressions have no look-around"),
        (r"\y", r"unknown escape `\y`"),
        ("a\\", "a backslash at the end"),
        ("(?x)a", "unknown flags `x`"),
    ],
)
def test_what_go_refuses_is_refused(pattern, message):
    """
    Python takes some of these; Alertmanager does not start with them.
    """
    assert message == re2.regex(pattern).message


@pytest.mark.parametrize("pattern", [r"\bfoo\b", r"\pL+", "(?m)^a$", "a)|(b", "a(?i)*", "(((a{100}){100}){100})"])
def test_what_is_not_followed_is_not_judged(pattern):
    """
    None is neither yes nor no.
    """
    assert re2.regex(pattern) is None


@pytest.mark.parametrize(
    ("wide", "narrow", "covered"),
    [
        ("db-.*", "db-(a|b)", True),
        ("db-(a|b)", "db-.*", False),
        (".*", "", True),
        (".+", "", False),
        ("[a-z]+", "warning|critical", True),
        ("a?b?", "ab|a|b|", True),
    ],
)
def test_one_pattern_covers_another(wide, narrow, covered):
    """
    A pattern covers another when nothing matches the second without the first.
    """
    assert covered is (re2.satisfiable((automaton(narrow),), (automaton(wide),)) is False)


PATTERNS = st.recursive(
    st.sampled_from(["a", "b", "[ab]", "[^a]", ".", ""]),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map(lambda pair: f"(?:{pair[0]}|{pair[1]})"),
        st.tuples(inner, st.sampled_from("*+?")).map(lambda pair: f"(?:{pair[0]}){pair[1]}"),
    ),
    max_leaves=5,
)


@given(PATTERNS)
def test_matching_agrees_with_python(pattern):
    """
    Where both languages agree on the syntax, they agree on what matches.
    """
    regex, oracle = automaton(pattern), re.compile(pattern, re.S)

    assert [value for value in VALUES if oracle.fullmatch(value)] == [value for value in VALUES if regex.matches(value)]


@given(PATTERNS, PATTERNS)
def test_nothing_matches_what_is_not_satisfiable(one, other):
    """
    The proof that a pattern covers another has no counterexample among small values.
    """
    first, second = automaton(one), automaton(other)
    if re2.satisfiable((first,), (second,)) is False:
        assert [] == [value for value in VALUES if first.matches(value) and not second.matches(value)]
