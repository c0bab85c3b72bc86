"""A file whose status has not changed is not read again; and never is it taken for what it is not."""

import os
import pickle
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from obsaudit.lint import sources
from obsaudit.lint.cache import Cache, _sum, clear, entries_in
from obsaudit.lint.config import Config
from obsaudit.lint.index import AGE, DOUBT, GoneError, Index, Kept, Mark, Row
from obsaudit.lint.record import replace
from obsaudit.lint.run import read, run

from .samples import ALERT, Crashing, Flagged, Lonely, request, told, write

BAD = ALERT.format("Bad")
LATER = 10**18
"""Nanoseconds by which a clock is ahead of the files that a test writes: they have been at rest for long."""


@pytest.fixture
def opened(monkeypatch):
    """The files that were read, in order."""
    names = []
    own = sources._bytes

    def counted(file, request):
        names.append(file.source)
        return own(file, request)

    monkeypatch.setattr(sources, "_bytes", counted)
    return names


def changed(folder):
    """When the last of its files changed, in nanoseconds."""
    return max(path.stat().st_ctime_ns for path in folder.rglob("*") if path.is_file())


def asked(project, now=None, **more):
    """A run with an index, by a clock that is far ahead unless it is given."""
    kept = Cache(project.parent / "c", "salt")
    at = changed(project) + LATER if now is None else now
    return replace(request(project, cache=kept, **more), index=Index.of(kept, project, (".",), at))


def rewritten(path, text):
    """Another text of the same size and age, as a tool writes it that keeps times; only the change time tells."""
    before = path.stat()
    path.write_text(text)
    while path.stat().st_ctime_ns == before.st_ctime_ns:
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (before.st_size, before.st_mtime_ns) == (path.stat().st_size, path.stat().st_mtime_ns)


@pytest.fixture
def project(tmp_path):
    """Two files of alerts, one without a telemetry word."""
    folder = tmp_path / "p"
    write(folder, a_yml=BAD, b_yml=ALERT.format("Good"), c_py="x = 1\n")
    return folder


def test_a_file_that_has_not_changed_is_not_opened(project, opened):
    """
    The report is the same, texts and all; a changed file is opened, and so is one that is new.
    """
    first = run(asked(project))
    second = run(asked(project))

    assert first == second
    assert first.texts
    assert ["a.yml", "b.yml", "c.py"] == opened
    write(project, b_yml=BAD, d_yml=BAD)
    assert [f"test/flagged {name}.yml:1" for name in "abd"] == told(run(asked(project)).shown)
    assert ["b.yml", "d.yml"] == opened[3:]
    assert 3 == len(run(asked(project)).shown)
    assert [] == opened[5:]


def test_the_report_is_the_same_as_without_an_index(project, opened):
    """
    Files that cannot be parsed, and those that are skipped, are said to be so each time.
    """
    write(project, d_yml="- alert: X\n  expr: 'up", e_yml=b"- alert: \xff\n  expr: up", f_py=b"\0 logging")
    plain = run(request(project))

    assert [plain] * 3 == [run(asked(project)) for _ in range(3)]


@pytest.mark.parametrize(
    ("name", "text"),
    [("a.yml", ALERT.format("Fad")), ("a.yml", ALERT.format("Bad")[:-1] + "1"), ("b.yml", ALERT.format("Bad1"))],
    ids=["mended", "as bad", "worse"],
)
def test_a_change_that_keeps_size_and_time_is_seen(project, name, text):
    """
    `touch -d`, `cp -p` and `rsync -t` set a time back; that of the change they cannot.

    Of a file that was clean nobody asks for the text again, which would show that it is another one.
    """
    run(asked(project))
    rewritten(project / name, text)

    assert run(request(project)) == run(asked(project))


def test_a_file_that_is_replaced_is_seen(project):
    """
    By one of the same size, wherever the times come from: it is another inode.
    """
    run(asked(project))
    write(project, other_yml=BAD.replace("Bad", "Fad"))
    (project / "other.yml").replace(project / "a.yml")

    assert () == run(asked(project)).shown


@pytest.mark.parametrize(("rest", "believed"), [(0, False), (DOUBT, False), (DOUBT + 1, True)])
def test_a_file_that_changed_a_moment_ago_is_read_again(project, opened, rest, believed):
    """
    A second change may fall into the same tick of the clock: then size and times would be the same.
    """
    for name in ("b.yml", "c.py"):
        (project / name).unlink()
    now = changed(project) + rest
    run(asked(project, now))
    run(asked(project, now + 1))

    assert ["a.yml"] * (1 if believed else 2) == opened


def test_a_file_from_the_future_is_never_believed(project, opened):
    """
    Its time says nothing of when it was written.
    """
    os.utime(project / "a.yml", ns=(3 * LATER, 3 * LATER))
    for _ in range(2):
        run(asked(project, 2 * LATER))

    assert ["a.yml", "b.yml", "c.py", "a.yml"] == opened


@pytest.mark.parametrize(("after", "used"), [(0, True), (AGE - 1, True), (AGE, False), (-1, False)])
def test_an_index_serves_for_a_day(project, opened, after, used):
    """
    Then the entries are looked at again, so that the cache keeps what is in use; one from the future is none.
    """
    now = changed(project) + LATER
    run(asked(project, now))
    run(asked(project, now + after))

    assert 3 * (1 if used else 2) == len(opened)


def test_rules_options_and_folders_have_their_own(project, opened):
    """
    What another salt, another folder or other paths know is not asked for.
    """
    run(asked(project))
    kept = Cache(project.parent / "c", "other")
    now = changed(project) + LATER
    run(replace(asked(project), cache=kept, index=Index.of(kept, project, (".",), now)))
    again = asked(project)
    run(replace(again, index=Index.of(again.cache, project, ("..",), now)))
    run(replace(again, index=Index.of(again.cache, project.parent, (".",), now)))

    assert 12 == len(opened)


def test_a_lower_limit_skips_what_is_known(project):
    """
    `max-file-size` is no matter of the rules.
    """
    run(asked(project))
    small = Config(root=project, max_file_size=20)

    assert ["a.yml", "b.yml"] == [one.what for one in run(asked(project, config=small)).skipped]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x80",
        pickle.dumps("another value"),
        pickle.dumps(Kept(1, {"a.yml": Row(Mark(0, 0, 0, 0, 0), "key")})),
        b"cnowhere\nnothing\n.",
    ],
    ids=["empty", "torn", "foreign", "old", "of a class that is no more"],
)
def test_an_index_that_cannot_be_read_is_written_anew(project, opened, content):
    """
    A disk that was full, another version, another program.
    """
    first, index = run(asked(project)), asked(project).index
    path = index.cache._path(index._key)
    path.write_bytes(_sum(index._key, content) + content)

    assert [first] * 2 == [run(asked(project)) for _ in range(2)]
    assert 6 == len(opened)


def test_a_row_that_cannot_be_read_is_read_from_its_file(project, opened):
    """
    Each stands for itself.
    """
    first, index = run(asked(project)), asked(project).index
    rows = {name: row._replace(packed=b"\x80") if row.key else row for name, row in index._rows.items()}
    index.cache.put(index._key, Kept(changed(project) + LATER, rows))

    assert first == run(asked(project))
    assert ["a.yml", "b.yml"] == opened[3:]


def test_what_the_cache_has_lost_is_read_again(project, opened):
    """
    Another run tidied it away: the nodes are in the files still, and a second run finds them in the cache.
    """
    rules = (Flagged(), Lonely())
    first = run(asked(project, rules=rules))
    index = asked(project).index
    kept = index.cache.get(index._key)
    clear(project.parent / "c")
    index.cache.put(index._key, kept)
    write(project, d_yml="- alert: D\n  expr: up == 0\n")

    assert len(first.shown) < len(run(asked(project, rules=rules)).shown)
    assert ["a.yml", "b.yml", "c.py", "d.yml"] == opened[-4:]


def test_nodes_that_a_disk_has_changed_are_read_again(project, opened):
    """
    The index promised them, and they are asked for in the middle of the run.
    """
    rules = (Flagged(), Lonely())
    first, index = run(asked(project, rules=rules)), asked(project).index.cache
    paths = [kept.path for kept in entries_in(project.parent / "c")]
    of_nodes = [path for path in paths if (entry := index.load(path.parent.name + path.name)) and entry.packed]
    for path in of_nodes:
        path.write_bytes(path.read_bytes()[:-40] + b"!" + path.read_bytes()[-39:])
    write(project, d_py="import logging\n")

    assert 2 == len(of_nodes)
    assert first.shown == run(asked(project, rules=rules)).shown
    assert ["a.yml", "b.yml", "c.py", "d.py"] == opened[-4:]


def test_a_file_that_changes_during_the_run_is_gone(project):
    """
    What was found in it belongs to bytes that are no more; who is steady begins anew.
    """
    run(asked(project))
    one, *_ = read(asked(project))
    rewritten(project / "a.yml", BAD.replace("Bad", "Fad"))

    with pytest.raises(GoneError, match=r"a\.yml"):
        one.data()
    (project / "a.yml").unlink()
    with pytest.raises(GoneError, match=r"a\.yml"):
        one.data()


def test_a_run_begins_anew_where_a_file_changed_under_it(project, monkeypatch):
    """
    The report is that of the files as they are, and not of two times at once.
    """
    own = sources._same_bytes

    def late(source, path, cache):
        write(project, a_yml="\n" + BAD)
        return own(source, path, cache)

    monkeypatch.setattr(sources, "_same_bytes", late)
    report = run(asked(project))

    assert ["test/flagged a.yml:2"] == told(report.shown)
    assert {"a.yml": "\n" + BAD} == report.texts


def test_what_a_rule_raised_at_is_not_known(project, opened):
    """
    Its findings are not whole, and the run has to know each time.
    """
    write(project, a_yml=ALERT.format("Boom"))
    first = run(asked(project, rules=(Crashing(),)))

    assert first == run(asked(project, rules=(Crashing(),)))
    assert ["meta/crashed-rule a.yml:1", "test/crashing a.yml:1"] == told(first.shown)
    assert ["a.yml", "b.yml", "c.py", "a.yml"] == opened


def test_a_run_without_rules_makes_nobody_believe_that_there_is_nothing(project):
    """
    `impact` reads the same files without rules.
    """
    list(read(asked(project)))

    assert ["test/flagged a.yml:1"] == told(run(asked(project)).shown)
    assert ["test/flagged a.yml:1"] == told(run(asked(project)).shown)


def test_texts_that_are_not_saved_go_before_files(project):
    """
    What an editor holds is not what the index knows, and the index does not learn it.
    """
    run(asked(project))
    held = run(asked(project, contents={"a.yml": ALERT.format("Fine").encode()}))

    assert () == held.shown
    assert ["test/flagged a.yml:1"] == told(run(asked(project)).shown)


def test_a_file_without_a_telemetry_word_is_known_to_have_none(project, opened):
    """
    Until it changes.
    """
    for _ in range(2):
        run(asked(project))
    assert 1 == opened.count("c.py")
    write(project, c_py="import logging\nlogging.getLogger().info('x')\n")
    run(asked(project))

    assert 2 == opened.count("c.py")


def test_runs_at_the_same_time_do_not_disturb_each_other(project):
    """
    The index is there whole or not at all, whoever writes it.
    """
    requests = [asked(project) for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        reports = list(pool.map(run, requests))

    assert [reports[0]] * 6 == reports
    assert reports[0] == run(asked(project)) == run(request(project))


def test_several_processes_leave_the_same_index(project, monkeypatch, opened):
    """
    What the cache has need not be sent; the report is the same.
    """
    monkeypatch.setattr(sources, "_WORTH_HELP", 1)
    monkeypatch.setattr("obsaudit.lint.workers._BATCH", 1)
    rules = (Flagged(), Lonely())
    first = run(asked(project, rules=rules, jobs=2))

    assert first == run(asked(project, rules=rules, jobs=2)) == run(request(project, rules=rules))
    assert 6 == len(opened)


def test_no_cache_is_no_error(project):
    """
    Then nothing is kept.
    """
    nothing = Cache(None, "salt")
    index = Index.of(nothing, Path("p"), (".",), changed(project) + LATER)

    assert run(request(project)) == run(replace(request(project), index=index))
