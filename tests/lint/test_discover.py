"""Which files a run looks at, and which it says are missing."""

import os
import sys
from pathlib import Path

import pytest

from obsaudit.lint.discover import File, Missing, discover, is_pattern, matcher, relative


def is_read(path: str) -> bool:
    """By ending; and one file that is known by its folder."""
    return path.lower().endswith((".yml", ".py")) or path.endswith("jobs.d/nightly")


def tree(folder: Path, files: str) -> Path:
    """Empty files by name; `name=line|line` has content."""
    for entry in files.split():
        name, _, content = entry.partition("=")
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(f"{line}\n" for line in content.split("|") if line))
    return folder


def found(cwd, *paths, exclude=(), root=None):
    """The sources of the files, and what is missing as `!source: why`."""
    entries = discover(paths or ["."], is_read, exclude, cwd, root or cwd)
    return [entry.source if isinstance(entry, File) else f"!{entry.source}: {entry.why}" for entry in entries]


def test_a_folder_is_walked_in_order(tmp_path):
    """
    Files before folders, each by name; only known endings, whatever their case.
    """
    tree(tmp_path, "b.yml a.py c.YML d.txt sub/a.yml sub/deep/x.py aa/z.yml")

    assert ["a.py", "b.yml", "c.YML", "aa/z.yml", "sub/a.yml", "sub/deep/x.py"] == found(tmp_path)


def test_a_file_that_its_folder_tells_is_found_from_within(tmp_path):
    """
    Whoever stands in the folder sees the same files, and their paths still say what they are.
    """
    folder = tree(tmp_path, "jobs.d/nightly jobs.d/other jobs.d/a.yml") / "jobs.d"

    assert ["a.yml", "../jobs.d/nightly"] == found(folder)
    assert ["../jobs.d/nightly", "other"] == found(folder, "nightly", "other")
    assert ["jobs.d/a.yml", "jobs.d/nightly"] == found(tmp_path)


def test_caches_and_environments_are_left_out_unless_named(tmp_path):
    """
    Nobody means `node_modules` by `.`, and whoever names it does.
    """
    tree(tmp_path, "node_modules/a.yml .git/b.yml .venv/lib/c.py __pycache__/d.py own/e.yml")

    assert ["own/e.yml"] == found(tmp_path)
    assert ["node_modules/a.yml"] == found(tmp_path, "node_modules")


def test_nested_ignores_and_what_they_take_back(tmp_path):
    """
    The last pattern that matches decides, the nearest file last; `!` takes back.
    """
    tree(
        tmp_path,
        ".gitignore=*.gen.yml|/top.yml|out/ a.gen.yml top.yml b.yml out/c.yml"
        " sub/.gitignore=!keep.gen.yml|b.yml sub/keep.gen.yml sub/lost.gen.yml sub/b.yml sub/top.yml sub/deep/b.yml",
    )

    assert ["b.yml", "sub/keep.gen.yml", "sub/top.yml"] == found(tmp_path)


def test_what_lies_in_an_ignored_folder_cannot_be_taken_back(tmp_path):
    """
    As in git: an ignored folder is not looked into.
    """
    tree(tmp_path, ".gitignore=out/|!out/keep.yml out/keep.yml out/.gitignore=!keep.yml a.yml")

    assert ["a.yml"] == found(tmp_path)


def test_ignores_count_up_to_the_repository(tmp_path):
    """
    A `.gitignore` between the folder and the one with `.git` counts; one above does not.
    """
    tree(tmp_path, ".gitignore=a.yml repo/.git/HEAD repo/.gitignore=b.yml repo/sub/.gitignore=c.yml")
    tree(tmp_path, "repo/sub/deep/a.yml repo/sub/deep/b.yml repo/sub/deep/c.yml repo/sub/deep/d.yml")

    assert ["repo/sub/deep/a.yml", "repo/sub/deep/d.yml"] == found(tmp_path, "repo/sub/deep")
    assert ["a.yml", "d.yml"] == found(tmp_path / "repo/sub/deep")


def test_a_named_path_wins_over_what_ignores_it(tmp_path):
    """
    Whoever names an ignored file or folder means it.
    """
    tree(tmp_path, ".git/HEAD .gitignore=out/|a.yml a.yml out/b.yml out/.gitignore=c.yml out/c.yml")

    assert [] == found(tmp_path)
    assert ["a.yml", "out/b.yml"] == found(tmp_path, "a.yml", "out")
    assert ["a.yml"] == found(tmp_path, "a.yml", exclude=["*.yml"])


@pytest.mark.parametrize("line", ["!", "\\", "a\\", "[", "//", "\t"])
def test_a_line_that_is_no_pattern_ends_nothing(tmp_path, line):
    """
    Git passes over it; the other lines still count.
    """
    tree(tmp_path, "a.yml b.yml")
    (tmp_path / ".gitignore").write_text(f"{line}\nb.yml\n")

    assert ["a.yml"] == found(tmp_path)


def test_an_ignore_file_of_odd_bytes_is_read_as_far_as_it_goes(tmp_path):
    """
    Not UTF-8, with a mark of Windows' line ends, or a folder: the rest counts.
    """
    tree(tmp_path, "a.yml b.yml sub/c.yml sub/.gitignore/d.yml")
    (tmp_path / ".gitignore").write_bytes(b"\xff\xfe\nb.yml\r\n")

    assert ["a.yml", "sub/c.yml", "sub/.gitignore/d.yml"] == found(tmp_path)


def test_exclude_is_relative_to_the_configuration(tmp_path):
    """
    The same files are left out wherever the run is started.
    """
    tree(tmp_path, "legacy/a.yml svc/legacy/b.yml svc/c.yml other/d.yml")

    assert ["svc/c.yml", "svc/legacy/b.yml"] == found(tmp_path, exclude=["/legacy/**", "other/"])
    assert ["c.yml"] == found(tmp_path / "svc", exclude=["svc/legacy/"], root=tmp_path)


def test_globs(tmp_path):
    """
    A glob is expanded where the shell did not: folders are walked, files need a known ending, once each.
    """
    tree(tmp_path, "a/x.yml a/y.txt b/x.yml b/c/x.yml")

    assert ["a/x.yml", "b/x.yml"] == found(tmp_path, "*/*.yml")
    assert ["a/x.yml", "b/c/x.yml", "b/x.yml"] == found(tmp_path, "**/x.*", "a")
    assert ["a/x.yml", "b/x.yml", "b/c/x.yml"] == found(tmp_path, "[ab]")
    assert ["a/x.yml", "b/c/x.yml"] == found(tmp_path, "a/*", "b/*/")
    assert ["!*.none: no file matches"] == found(tmp_path, "*.none")


def test_a_file_whose_name_is_a_glob_is_that_file(tmp_path):
    """
    What exists is meant before what matches.
    """
    tree(tmp_path, "[a].yml a.yml")

    assert ["[a].yml"] == found(tmp_path, "[a].yml")


def test_each_file_once(tmp_path):
    """
    By whatever names and links it is reached.
    """
    tree(tmp_path, "a.yml sub/b.yml")
    (tmp_path / "link.yml").symlink_to("a.yml")

    assert ["a.yml", "sub/b.yml"] == found(tmp_path, ".", "a.yml", "sub", "./sub/../a.yml", str(tmp_path / "a.yml"))


def test_a_folder_is_followed_once_and_a_link_each_time(tmp_path, monkeypatch):
    """
    To ask of each file where it really is takes as long as reading half of them.
    """
    tree(tmp_path, "a.yml b.yml c.yml sub/d.yml sub/e.yml")
    (tmp_path / "link.yml").symlink_to("sub/e.yml")
    asked = []
    own = os.path.realpath
    monkeypatch.setattr(os.path, "realpath", lambda path: asked.append(os.path.relpath(path, tmp_path)) or own(path))

    assert ["a.yml", "b.yml", "c.yml", "link.yml", "sub/d.yml"] == found(tmp_path)
    assert [".", "link.yml", "sub"] == asked


def test_files_above_and_beside_where_the_run_was_started(tmp_path):
    """
    They have whole paths, and patterns are relative to the configuration all the same.
    """
    tree(tmp_path, "a.yml own/b.yml beside/c.yml beside/d.yml")
    above = tmp_path.as_posix()

    assert [f"{above}/a.yml", f"{above}/beside/c.yml", "b.yml"] == found(
        tmp_path / "own", "..", exclude=["beside/d.yml"], root=tmp_path
    )


def test_links_to_folders_are_not_followed(tmp_path):
    """
    They lead in circles, or to what is walked anyway; one that is named is followed once.
    """
    tree(tmp_path, "real/a.yml")
    (tmp_path / "real" / "up").symlink_to("..")
    (tmp_path / "link").symlink_to("real")

    assert ["real/a.yml"] == found(tmp_path)
    assert ["link/a.yml"] == found(tmp_path, "link")


def test_links_that_lead_nowhere(tmp_path):
    """
    Below a folder they hold nothing to check; one that is named is missing.
    """
    (tmp_path / "gone.yml").symlink_to("nowhere")
    (tmp_path / "self.yml").symlink_to("self.yml")
    os.mkfifo(tmp_path / "pipe.yml")

    assert [] == found(tmp_path)
    assert [
        "!gone.yml: a symbolic link that leads nowhere",
        "!self.yml: a symbolic link that leads nowhere",
    ] == found(tmp_path, "gone.yml", "self.yml")


def test_what_is_missing_is_said(tmp_path):
    """
    A typo must not pass for a clean file, nor a folder that cannot be listed for an empty one.
    """
    assert ["!no.yml: no such file or directory", "!no/: no such file or directory"] == found(tmp_path, "no.yml", "no/")
    assert [f"!{'x' * 300}: file name too long"] == found(tmp_path, "x" * 300)


def test_a_folder_that_cannot_be_listed_is_said(tmp_path, monkeypatch):
    """
    A folder that may not be entered is no empty one.
    """
    tree(tmp_path, "a.yml shut/b.yml")
    scandir = os.scandir

    def refuse(folder):
        if str(folder).endswith("shut"):
            raise PermissionError(13, "Permission denied", folder)
        return scandir(folder)

    monkeypatch.setattr(os, "scandir", refuse)

    assert ["a.yml", "!shut: permission denied"] == found(tmp_path)


@pytest.mark.skipif(sys.platform == "darwin", reason="names are Unicode there")
def test_a_name_that_is_no_text(tmp_path):
    """
    A file name may be any bytes.
    """
    (tmp_path / os.fsdecode(b"caf\xe9.yml")).touch()

    assert ["caf\udce9.yml"] == found(tmp_path)


def test_a_source_is_relative_to_where_the_run_was_started(tmp_path):
    """
    With `/` between parts; a file elsewhere keeps its whole path.
    """
    assert "b/c.yml" == relative(Path("/a/b/c.yml"), Path("/a"))
    assert "c.yml" == relative(Path("/a/x/../c.yml"), Path("/a"))
    assert "/b/c.yml" == relative(Path("/b/c.yml"), Path("/a"))
    assert [str(tree(tmp_path, "a.yml sub/b.yml") / "a.yml"), "b.yml"] == found(tmp_path / "sub", str(tmp_path))


@pytest.mark.parametrize("paths", [["."], ["*"], ["**/nightly"]])
def test_a_file_without_an_ending_is_known_by_its_place(tmp_path, paths):
    """
    Its folder tells, from wherever it is walked; others without an ending stay unread.
    """
    tree(tmp_path, "jobs.d/nightly nightly jobs.d/README etc/jobs.d/nightly LICENSE")

    assert ["etc/jobs.d/nightly", "jobs.d/nightly"] == sorted(found(tmp_path, *paths))


def test_missing_and_named_are_told_apart(tmp_path):
    """
    A file named outright is marked; one that was found by walking is not.
    """
    tree(tmp_path, "a.yml b.yml")
    entries = list(discover(["a.yml", ".", "c.yml"], is_read, [], tmp_path, tmp_path))

    assert [
        File(tmp_path / "a.yml", "a.yml", named=True),
        File(tmp_path / "b.yml", "b.yml"),
        Missing("c.yml", "no such file or directory"),
    ] == entries


def test_a_matcher_of_nothing_matches_nothing():
    """
    No patterns, or none that is one.
    """
    assert not matcher([])("a.yml")
    assert not matcher(["!"])("a.yml")
    assert (True, False) == (is_pattern("a/**"), is_pattern("!"))
