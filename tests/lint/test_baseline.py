"""Accepted debt: read, written, and never lost by the way."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from obsaudit.lint import Confidence, Finding, Location, Severity
from obsaudit.lint.baseline import Baseline, Key, accept, gone, load, rewrite, save
from obsaudit.lint.config import ConfigError
from obsaudit.lint.report import Coverage

A, B, GONE = Key("r/a", "a.yml", "alert A"), Key("r/b", "b.yml", ""), Key("r/a", "gone.yml", "alert A")


def test_it_is_sorted_one_line_an_entry_without_line_numbers(tmp_path):
    """
    Two branches that accept different things merge without a conflict in most cases.
    """
    save(Baseline({B: 2, A: 1, GONE: 0}), tmp_path / "debt.txt")

    assert (
        "# obsaudit baseline: accepted findings, one line each: [rule, source, subject, count]\n"
        '["r/a", "a.yml", "alert A", 1]\n'
        '["r/b", "b.yml", "", 2]\n'
    ) == (tmp_path / "debt.txt").read_text()


def test_there_need_not_be_one(tmp_path):
    """
    No file accepts nothing; entries that stand twice, as after a merge, add up.
    """
    assert Baseline() == load(tmp_path / "debt.txt")
    (tmp_path / "debt.txt").write_text(
        '\n# ours\n["r/a","a.yml","alert A",1]\r\n["r/a","a.yml","alert A",2]\n["r/b","b.yml",null,1]'
    )
    assert Baseline({A: 3, B: 1}) == load(tmp_path / "debt.txt")


@pytest.mark.parametrize(
    "line",
    [
        "<<<<<<< ours",
        "{}",
        "5",
        "null",
        '"abcd"',
        '["r/a", "a.yml", 1]',
        '["r/a", "a.yml", "s", 1, 2]',
        '["r/a", 1, "s", 1]',
        '{"a": 1, "b": 2, "c": 3, "d": 4}',
        "[" * 100_000,
    ],
    ids=lambda line: line[:12],
)
def test_a_line_that_is_no_entry(tmp_path, line):
    """
    A conflict that was not resolved must not accept half of the debt.
    """
    (tmp_path / "debt.txt").write_text(f'["r/a", "a.yml", "s", 1]\n{line}\n')

    with pytest.raises(ConfigError, match=r"debt\.txt:2: is no baseline entry\n  help: write it anew$"):
        load(tmp_path / "debt.txt")


@pytest.mark.parametrize("count", ["0", "-1", "1.5", "true", '"1"', "null"])
def test_a_count_is_a_positive_whole_number(tmp_path, count):
    """
    Nothing else counts findings.
    """
    (tmp_path / "debt.txt").write_text(f'["r/a", "a.yml", "s", {count}]\n')

    with pytest.raises(ConfigError, match=r"debt\.txt:1: an entry's count is a positive whole number"):
        load(tmp_path / "debt.txt")


def test_a_baseline_that_is_no_text_or_no_file(tmp_path):
    """
    The line of the first wrong byte; a folder is no empty baseline.
    """
    (tmp_path / "debt.txt").write_bytes(b'# x\n["\xff", "a", "s", 1]\n')

    with pytest.raises(ConfigError, match=r"debt\.txt:2: the baseline is not UTF-8"):
        load(tmp_path / "debt.txt")
    with pytest.raises(ConfigError, match="the baseline cannot be read: is a directory"):
        load(tmp_path)


WORDS = st.text(st.characters() | st.characters(categories=["Cs"]), max_size=6)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.dictionaries(st.builds(Key, WORDS, WORDS, WORDS), st.integers(1, 9), max_size=6))
def test_what_is_written_is_read(tmp_path_factory, entries):
    """
    Whatever stands in names: quotes, line separators, bytes that are no text.
    """
    path = tmp_path_factory.getbasetemp() / "debt.txt"
    save(Baseline(entries), path)

    assert Baseline(entries) == load(path)
    assert len(entries) + 1 == path.read_bytes().count(b"\n")


def test_what_was_not_judged_keeps_its_entries():
    """
    A run over a part of the files, or of the rules, loses nothing of the others.
    """
    before, found = Baseline({A: 2, B: 2, GONE: 1}), Baseline({A: 1, B: 9})
    coverage = Coverage(rules=frozenset({"r/a"}), sources=frozenset({"a.yml", "b.yml"}))

    assert Baseline({A: 1, B: 2, GONE: 1}) == rewrite(before, found, coverage=coverage, accept_new=True)


def test_pruning_accepts_nothing_new():
    """
    It takes out what is gone, and never grows.
    """
    new = Key("r/a", "a.yml", "alert New")
    before, found = Baseline({A: 1, B: 3}), Baseline({A: 5, B: 1, new: 1})
    coverage = Coverage(rules=frozenset({"r/a", "r/b"}), sources=frozenset({"a.yml", "b.yml"}))

    assert Baseline({A: 1, B: 1}) == rewrite(before, found, coverage=coverage, accept_new=False)
    assert found == rewrite(before, found, coverage=coverage, accept_new=True)


KEYS = st.builds(Key, st.sampled_from(["r/a", "r/b"]), st.sampled_from(["a", "b", "c"]), st.just("s"))
COUNTS = st.dictionaries(KEYS, st.integers(1, 3)).map(Baseline)
COVERAGES = st.builds(
    Coverage, st.frozensets(st.sampled_from(["r/a", "r/b"])), st.frozensets(st.sampled_from(["a", "b", "c"]))
)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(COUNTS, COUNTS, COVERAGES, st.booleans())
def test_rewriting_never_touches_what_was_not_judged(before, found, coverage, accept_new):
    """
    And doing it twice is doing it once.
    """
    after = rewrite(before, found, coverage=coverage, accept_new=accept_new)

    for key in {*before, *found}:
        if not coverage.judged(key.rule, key.source):
            assert before[key] == after[key]
        else:
            assert (found[key] if accept_new else min(found[key], before[key])) == after[key]
    assert after == rewrite(after, found, coverage=coverage, accept_new=accept_new)


def test_sources_that_are_gone(tmp_path):
    """
    A link that leads nowhere is still there.
    """
    (tmp_path / "a.yml").touch()
    (tmp_path / "b.yml").symlink_to("nowhere")

    assert frozenset({"gone.yml"}) == gone(Baseline([A, B, GONE]), tmp_path)


def test_a_subject_is_accepted_and_no_other():
    """
    Of two alerts in one file the debt of one is not the other's, and one that has no name has an entry of its own.
    """
    places = [Location("a.yml", subject, None) for subject in ("alert A", "alert B", None, "alert A")]
    found = [Finding("r/a", Severity.WARNING, Confidence.HIGH, "is wrong", at) for at in places]

    assert {("r/a", "x/a.yml", "alert A"): 2, ("r/a", "x/a.yml", "alert B"): 1, ("r/a", "x/a.yml", ""): 1} == accept(
        found, lambda source: f"x/{source}"
    )
