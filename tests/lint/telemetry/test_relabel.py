"""What relabelling does, step by step and in general."""

from hypothesis import given
from hypothesis import strategies as st

from obsaudit.lint import Text
from obsaudit.lint.nodes import Relabel
from obsaudit.lint.telemetry.relabel import fate, removes


def step(action: str, *, sources=(), regex=None, target=None, replacement="$1", separator=";") -> Relabel:
    text = Text.of_file(regex, "prometheus.yml") if regex is not None else None
    label = Text.of_file(target, "prometheus.yml") if target is not None else None
    read = tuple(Text.of_file(source, "prometheus.yml") for source in sources)
    return Relabel(action, read, text, label, replacement, separator)


NAME = ("__name__",)
words = st.text("abc_", min_size=1, max_size=4)
labels = st.dictionaries(words, words, max_size=4)
steps = st.lists(
    st.builds(
        lambda action, source, regex, target: step(action, sources=[source], regex=regex, target=target),
        st.sampled_from("replace keep drop labeldrop labelkeep lowercase uppercase keepequal dropequal".split()),
        words,
        st.sampled_from(["a.*", "b", "(.*)", "[ab]+c?", ".+"]),
        words,
    ),
    max_size=4,
)


def test_a_pattern_matches_the_whole_value():
    """
    Prometheus anchors patterns on both ends.
    """
    drop = step("drop", sources=NAME, regex="http")

    assert drop is fate([drop], {"__name__": "http"}).dropped_by
    assert fate([drop], {"__name__": "http_requests_total"}).dropped_by is None


def test_values_are_joined_by_the_separator():
    """
    Several source labels are one value, and a pattern sees the separator.
    """
    drop = step("drop", sources=("__name__", "le"), regex="x_bucket;0.3")

    assert drop is fate([drop], {"__name__": "x_bucket", "le": "0.3"}).dropped_by
    assert fate([drop], {"__name__": "x_bucket"}).dropped_by is None


def test_what_is_renamed_first_is_dropped_by_its_new_name():
    """
    Each step sees what the one before made.
    """
    rename = step("replace", sources=NAME, regex="old_(.*)", target="__name__", replacement="new_$1")
    drop = step("drop", sources=NAME, regex="new_.*")

    assert drop is fate([rename, drop], {"__name__": "old_total"}).dropped_by
    assert fate([drop, rename], {"__name__": "old_total"}).dropped_by is None


def test_keep_drops_everything_else():
    """
    A sample that `keep` does not match is gone.
    """
    keep = step("keep", sources=NAME, regex="up|app_.*")

    assert keep is fate([keep], {"__name__": "go_goroutines"}).dropped_by
    assert fate([keep], {"__name__": "app_total"}).dropped_by is None


def test_labels_go_by_their_name():
    """
    `labeldrop` takes what it matches, `labelkeep` all else.
    """
    assert removes(step("labeldrop", regex="pod|node"), "pod")
    assert not removes(step("labeldrop", regex="pod|node"), "pod_ip")
    assert removes(step("labelkeep", regex="job"), "pod")


def test_equal_labels():
    """
    `dropequal` and `keepequal` compare with the target label.
    """
    same, other = {"a": "x", "b": "x"}, {"a": "x", "b": "y"}
    drop, keep = (step(action, sources=["a"], target="b") for action in ("dropequal", "keepequal"))

    assert (drop, None) == (fate([drop], same).dropped_by, fate([drop], other).dropped_by)
    assert (None, keep) == (fate([keep], same).dropped_by, fate([keep], other).dropped_by)


@given(steps, labels, words, words)
def test_what_is_unknown_decides_nothing(chain, known, label, value):
    """
    Knowing more never brings a sample back: what is dropped with less knowledge is dropped with more.
    """
    if label in known:
        return
    less, more = fate(chain, known), fate(chain, {**known, label: value})

    assert less.dropped_by is None or more.dropped_by is not None


@given(labels)
def test_no_steps_change_nothing(known):
    """
    Without relabelling a sample stays as it is.
    """
    assert (None, known) == (fate([], known).dropped_by, dict(fate([], known).known))
