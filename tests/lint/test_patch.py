"""What `git diff` prints is read to the letter."""

import subprocess

import pytest

from obsaudit.lint.patch import FLAGS, Change, changes


def test_a_line_of_a_file_is_no_name():
    """
    A line that begins with `-- ` is told as `--- ` when it goes, and one with `++ ` as `+++ ` when it comes.
    """
    patch = b"""\
diff --git a/a.yml b/a.yml
index 1..2 100644
--- a/a.yml
+++ b/a.yml
@@ -1,2 +1,2 @@
--- a/x.yml
-rename to y.yml
+++ b/z.yml
+diff --git a/u b/u
@@ -9 +9,0 @@
-x
"""
    assert {"a.yml": Change("a.yml", ((1, 2), (9, 10)))} == dict(changes(patch))


@pytest.mark.parametrize(
    "name", ["a", "a b", 'a"b', "a\tb", "a\nb", "a\\tb", "é", "\udce9", "\a\b\v\f\r\x01", "b/a", '"a"']
)
def test_names_are_those_that_git_was_given(tmp_path, name):
    """
    New, changed and renamed.
    """

    def git(*arguments):
        return subprocess.run(["git", *arguments], cwd=tmp_path, check=True, capture_output=True).stdout.strip()

    git("init")
    empty = git("write-tree")
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("one\ntwo\n")
    git("add", ".")
    assert {name: Change(None, ((1, 2),))} == dict(changes(git("diff", "--cached", *FLAGS, empty)))

    path.write_text("one\n2\n")
    assert {name: Change(name, ((2, 2),))} == dict(changes(git("diff", *FLAGS)))

    git("add", ".")
    before = git("write-tree")
    git("mv", name, f"{name} c")
    assert {f"{name} c": Change(name, ())} == dict(changes(git("diff", "--cached", *FLAGS, before)))
