"""What is kept between runs, and never in the way of one."""

import os
import pickle
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

from obsaudit.cli import cache as command
from obsaudit.lint import cache as caches
from obsaudit.lint import documents
from obsaudit.lint.cache import Cache, Summary, clear, code_stamp, default_folder, entries_in
from obsaudit.lint.config import ConfigError
from obsaudit.lint.finding import Location
from obsaudit.lint.nodes import AlertingRule, Unparsable
from obsaudit.lint.record import replace
from obsaudit.lint.run import read, run

from ..cli.shell import COMMAND, environment, obsaudit
from .samples import ALERT, TODAY, Crashing, Flagged, Lonely, request, told, write

BAD = ALERT.format("Bad")


@pytest.fixture
def parsed(monkeypatch):
    """The sources that were parsed, in order."""
    sources = []
    parse = documents.parse

    def counted(text, path, settings):
        sources.append(path)
        return parse(text, path, settings)

    monkeypatch.setattr(documents, "parse", counted)
    return sources


def entries(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_a_file_that_has_not_changed_is_not_parsed_again(tmp_path, parsed):
    """
    The report is the same, and a changed or renamed file is another one.
    """
    project, kept = tmp_path / "p", Cache(tmp_path / "c", "salt")
    write(project, a_yml=BAD, b_yml=ALERT.format("Good"))
    first, second = run(request(project, cache=kept)), run(request(project, cache=kept))

    assert first == second
    assert ["a.yml", "b.yml"] == parsed
    (project / "a.yml").rename(project / "c.yml")
    write(project, b_yml=BAD)
    assert ["test/flagged b.yml:1", "test/flagged c.yml:1"] == told(run(request(project, cache=kept)).shown)
    assert ["a.yml", "b.yml", "b.yml", "c.yml"] == parsed


def test_another_salt_knows_nothing(tmp_path, parsed):
    """
    Other rules, options or code find other things.
    """
    project = tmp_path / "p"
    write(project, a_yml=BAD)
    for salt in ("one", "two", "one"):
        run(request(project, cache=Cache(tmp_path / "c", salt)))

    assert ["a.yml", "a.yml"] == parsed


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x80",
        b"not a pickle",
        pickle.dumps("another value"),
        pickle.dumps(range(10**6))[:-3],
        b"cnowhere\nnothing\n.",
        b"\x80\x04\x95\xff\xff\xff\xff\xff\xff\xff\x7f.",
    ],
    ids=["empty", "torn", "text", "foreign", "cut", "of a class that is no more", "too long"],
)
@pytest.mark.parametrize("summed", [False, True], ids=["as it is", "with its sum"])
def test_an_entry_that_cannot_be_read_is_written_anew(tmp_path, content, summed, parsed):
    """
    A disk that was full, another version, another program.
    """
    project, kept = tmp_path / "p", Cache(tmp_path / "c", "salt")
    write(project, a_yml=BAD)
    run(request(project, cache=kept))
    (entry,) = entries(tmp_path / "c")
    good = entry.read_bytes()
    entry.write_bytes(caches._sum(entry.parent.name + entry.name, content) + content if summed else content)

    assert ["test/flagged a.yml:1"] == told(run(request(project, cache=kept)).shown)
    assert good == entry.read_bytes()
    assert ["a.yml", "a.yml"] == parsed


def test_no_wrong_byte_of_an_entry_is_believed(tmp_path):
    """
    Wherever it is, it might unpickle to another finding, or call what was never meant: so might another's entry.
    """
    kept, at = Cache(tmp_path, "salt"), Location("a.yml", None, None)
    kept.store("abcdef", Summary(("rules",)), (), (Unparsable(at=at, lines=(1, 1), kind="text", problem="torn"),))
    path = tmp_path / "ab" / "cdef"
    whole = path.read_bytes()

    def known(data):
        path.write_bytes(data)
        return kept.load("abcdef") is not None

    assert known(whole)
    flipped = (whole[:at] + bytes([whole[at] ^ 1 << at % 8]) + whole[at + 1 :] for at in range(len(whole)))
    assert not any(map(known, flipped))
    assert not any(known(whole[:length]) for length in range(len(whole)))
    assert not known(whole + b"\0")
    assert known(whole)
    path.rename(tmp_path / "ab" / "xxxx")
    assert kept.load("abxxxx") is None


@pytest.mark.parametrize("place", ["c", "c/aa"])
def test_a_folder_that_cannot_be_written_is_no_error(tmp_path, place, monkeypatch):
    """
    A file lies where the folder should be.
    """
    project = tmp_path / "p"
    write(project, a_yml=BAD)
    kept = Cache(tmp_path / "c", "salt")
    monkeypatch.setattr(Cache, "key", lambda self, data, source: "aa" + "0" * 38)
    (tmp_path / place).parent.mkdir(exist_ok=True)
    (tmp_path / place).write_text("in the way")

    assert ["test/flagged a.yml:1"] == told(run(request(project, cache=kept)).shown)
    assert "in the way" == (tmp_path / place).read_text()


def test_a_disk_that_is_full_leaves_no_half_entry(tmp_path, monkeypatch):
    """
    What cannot be kept whole is not kept.
    """
    project, kept = tmp_path / "p", Cache(tmp_path / "c", "salt")
    write(project, a_yml=BAD)

    def full(dir):
        (half := dir / "half").touch()
        return os.open("/dev/full", os.O_WRONLY), str(half)

    monkeypatch.setattr(caches.tempfile, "mkstemp", full)

    assert ["test/flagged a.yml:1"] == told(run(request(project, cache=kept)).shown)
    assert [] == entries(tmp_path / "c")


def test_a_rule_that_raised_is_asked_again(tmp_path, parsed):
    """
    Its findings are not whole, and the run has to know.
    """
    project, kept = tmp_path / "p", Cache(tmp_path / "c", "salt")
    write(project, a_yml="# obsaudit: ignore[test/crashing] -- because\n" + ALERT.format("Good") + ALERT.format("Boom"))
    asked = request(project, rules=(Crashing(),), cache=kept)

    assert told(run(asked).shown) == told(run(asked).shown) == ["meta/crashed-rule a.yml:4", "test/crashing a.yml:4"]
    assert ["a.yml", "a.yml"] == parsed


def test_runs_at_the_same_time_do_not_disturb_each_other(tmp_path):
    """
    An entry is there whole or not at all, whoever writes it.
    """
    project = tmp_path / "p"
    write(project, **{f"f{number}_yml": BAD for number in range(20)})
    asked = [request(project, cache=Cache(tmp_path / "c", "salt")) for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        reports = list(pool.map(run, asked))

    assert [reports[0]] * 6 == reports
    assert 20 == len(entries(tmp_path / "c"))
    assert reports[0] == run(replace(asked[0], cache=Cache(None, "")))


def test_the_folder_is_the_users_own(monkeypatch):
    """
    A relative `XDG_CACHE_HOME` is to be ignored, or entries would lie in the repository; no home, no cache.
    """
    monkeypatch.setenv("HOME", "/home/me")

    assert Path("/x/obsaudit") == default_folder({"XDG_CACHE_HOME": "/x"})
    assert Path("/home/me/.cache/obsaudit") == default_folder({"XDG_CACHE_HOME": "x"})
    assert Path("/home/me/.cache/obsaudit") == default_folder({})

    def homeless():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", homeless)
    assert default_folder({}) is None


def test_the_stamp_changes_with_the_code(monkeypatch, tmp_path):
    """
    A module that is edited, replaced by one of the same age, or gone.
    """
    module = tmp_path / "lint" / "cache.py"
    for path in (module, tmp_path / "rules" / "a" / "b.py", tmp_path / "rules" / "a" / "c.py"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x = 1\n")
        os.utime(path, (1, 1))
    monkeypatch.setattr(caches, "__file__", str(module))
    stamps = [code_stamp(), code_stamp()]
    (tmp_path / "rules" / "a" / "b.py").write_text("x = 10\n")
    os.utime(tmp_path / "rules" / "a" / "b.py", (1, 1))
    stamps.append(code_stamp())
    (tmp_path / "rules" / "a" / "c.py").unlink()
    stamps.append(code_stamp())
    os.utime(module, (0, 0))
    stamps.append(code_stamp())

    assert [0, 0, 1, 2, 3] == [list(dict.fromkeys(stamps)).index(stamp) for stamp in stamps]


def test_a_run_that_checks_nothing_leaves_nothing_behind(tmp_path):
    """
    `live` and `route` read the same files without rules: the next `lint` must not take them for checked.
    """
    write(tmp_path, a_yml=BAD)
    asked = replace(request(tmp_path), cache=Cache(tmp_path / "cache", "salt"))
    before = run(replace(asked, cache=Cache(None, ""))).shown

    assert [0] == [len(source.findings) for source in read(asked)]
    assert before == run(asked).shown
    assert before


def test_nodes_stay_packed_where_nothing_has_changed(tmp_path, monkeypatch):
    """
    The findings about the whole project are known, too, until any file is changed, added or gone.
    """
    project, kept = tmp_path / "p", Cache(tmp_path / "c", "salt")
    write(project, a_yml=BAD)
    unpacked = []
    nodes = caches.Entry.nodes
    monkeypatch.setattr(caches.Entry, "nodes", lambda entry: unpacked.append(entry) or nodes(entry))

    def lonely():
        return "test/lonely a.yml:1" in told(run(request(project, rules=(Flagged(), Lonely()), cache=kept)).shown)

    assert [True, True] == [lonely(), lonely()]
    assert [] == unpacked
    write(project, b_yml=ALERT.format("Good"))
    assert [False, False] == [lonely(), lonely()]
    assert 1 == len(unpacked)
    (project / "b.yml").unlink()
    assert lonely()
    assert 1 == len(unpacked)


def test_what_single_files_say_is_not_what_the_project_says(tmp_path):
    """
    Rules about the whole project judge a folder and not a file of it, though no byte differs; and days differ.
    """
    project, kept = tmp_path / "p", Cache(tmp_path / "c", "salt")
    write(project, a_yml=BAD)

    class Whole(Lonely):
        needs_all = True

    whole = replace(request(project, cache=kept), rules=(Whole(),))

    assert [1, 0, 1] == [len(run(replace(whole, paths=paths)).shown) for paths in (["."], ["a.yml"], ["."])]

    class Dated(Lonely):
        def check_project(self, project):
            yield self.finding(f"today is {project.today}", project.all(AlertingRule)[0].at)

    dated = replace(request(project, cache=Cache(tmp_path / "c", "dated")), rules=(Dated(),))
    days = [TODAY, date(2026, 12, 1), TODAY]
    assert [f"today is {day}" for day in days] == [run(replace(dated, today=day)).shown[0].message for day in days]


def test_the_longest_unused_entries_go_first(tmp_path):
    """
    Once a day, until those left fit; what was used lately stays.
    """
    cache = Cache(tmp_path / "c", "salt")
    for number in range(4):
        cache.store(f"{number:02x}" * 4, Summary(), (), ())
        os.utime(tmp_path / "c" / f"{number:02x}" / (f"{number:02x}" * 3), (1000 * number, 1000 * number))
    size = next(entries_in(tmp_path / "c")).size
    cache.tidy(5000.0, limit=2 * size)
    left = [entry.path.parent.name for entry in entries_in(tmp_path / "c")]
    cache.tidy(5001.0, limit=0)

    assert ["02", "03"] == left
    assert 2 == len(list(entries_in(tmp_path / "c"))), "tidied a moment ago"
    cache.tidy(5000.0 + 90000, limit=0)
    assert [] == list(entries_in(tmp_path / "c"))


def test_clearing_leaves_what_is_not_ours(tmp_path):
    """
    Only entries go.
    """
    folder = tmp_path / "c"
    Cache(folder, "salt").store("abcdef", Summary(), (), ())
    (folder / "notes.txt").write_text("mine")

    assert 1 == clear(folder)
    assert ["notes.txt"] == [path.name for path in folder.iterdir()]
    assert 0 == clear(tmp_path / "nowhere")


def test_a_cache_that_cannot_be_cleared_is_told(tmp_path, monkeypatch):
    """
    A file system that is mounted read-only: whoever clears it must not believe that it is empty.
    """
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    Cache(tmp_path / "obsaudit", "salt").store("abcdef", Summary(), (), ())

    def refused(path, missing_ok=False):
        raise OSError(30, "Read-only file system")

    with monkeypatch.context() as frozen:
        frozen.setattr(Path, "unlink", refused)
        with pytest.raises(ConfigError, match="no entry could be taken out"):
            command.clear()
    command.clear()
    assert [] == list(entries_in(tmp_path / "obsaudit"))


def test_many_runs_share_a_cache(tmp_path):
    """
    Several processes write and read the same entries at once: all reports are the same, and nothing is torn.

    One is killed in the middle, which it cannot tidy up after, and the cache is cleared under the others.
    """
    folder = tmp_path / "work"
    folder.mkdir()
    for number in range(30):
        (folder / f"a{number}.yml").write_text(f"- alert: A{number}\n  expr: up == 0\n")
    kept = Path(environment(folder)["XDG_CACHE_HOME"]) / "obsaudit"
    runs = [
        subprocess.Popen([*COMMAND, "lint", "-f", "json"], cwd=folder, stdout=subprocess.PIPE, env=environment(folder))
        for _ in range(5)
    ]
    while not list(entries_in(kept)) and any(run.poll() is None for run in runs):
        time.sleep(0.001)
    runs[0].kill()
    clear(kept)
    runs[0].communicate()
    outputs = {run.communicate(timeout=120)[0] for run in runs[1:]}

    assert 1 == len(outputs)
    assert outputs == {obsaudit(folder, "lint", "-f", "json").out.encode()}
