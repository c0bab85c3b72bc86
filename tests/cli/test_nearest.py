"""The nearest name, held against the module that it is a quicker way of."""

import difflib

from hypothesis import example, given
from hypothesis import strategies as st

from obsaudit.cli.common import nearest

# Few letters: names that are alike, and ties between them, are what matters.
NAME = st.text("ab_", max_size=8) | st.text(max_size=8)


@given(NAME, st.lists(NAME.filter(bool), max_size=12))
@example("warnin", ["warning", "error"])
@example("ab", ["ba", "aa", "bb"])
def test_it_is_the_closest_match_of_difflib(name, known):
    """
    The same one, the last by the alphabet among equals included; and none where it finds none.
    """
    matches = difflib.get_close_matches(name, known, n=1, cutoff=0.6)

    assert (f"did you mean `{matches[0]}`?" if matches else None) == nearest(name, known)
