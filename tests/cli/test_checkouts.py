"""`--since` and `--staged` in any kind of checkout, under any configuration, with any names."""

import os
from pathlib import Path

import pytest

from .shell import obsaudit
from .test_since import ALERT, BROKEN, CONFIG, RENAMED, SOURCE, found, git, project

__all__ = ["project"]


@pytest.fixture
def worktree(project):
    """A second work tree of the project, on a branch of its own."""
    git(project, "worktree", "add", "-b", "feature", "../worktree")
    return project.parent / "worktree"


@pytest.fixture
def shallow(project):
    """What a pipeline checks out: the last commit of a branch, and the last one of main, which meet nowhere."""
    git(project, "switch", "-c", "feature")
    (project / "more.py").write_text("# more\n")
    git(project, "add", ".")
    git(project, "commit", "-m", "more")
    git(project, "switch", "main")
    (project / "README.md").write_text("# Shop\n")
    git(project, "add", ".")
    git(project, "commit", "-m", "say what it is")
    git(project.parent, "clone", "--depth=1", "--branch=feature", f"file://{project}", "shallow")
    clone = project.parent / "shallow"
    git(clone, "fetch", "--depth=1", "origin", "main:refs/remotes/origin/main")
    return clone


@pytest.mark.parametrize("checkout", ["worktree", "shallow"])
def test_any_kind_of_checkout_will_do(request, checkout):
    """
    A linked work tree keeps its index elsewhere; a shallow clone may not hold the place where branches meet.
    """
    folder = request.getfixturevalue(checkout)
    revision = "main" if checkout == "worktree" else "origin/main"
    assert ([], 2) == found(folder, "--since", revision)

    (folder / "app.py").write_text(RENAMED)
    assert (BROKEN, 2) == found(folder, "--since", revision)
    assert ([], 2) == found(folder, "--staged")

    git(folder, "add", "app.py")
    assert (BROKEN, 2) == found(folder, "--staged")
    assert 1 == obsaudit(folder, "impact", "--since", revision).code


def test_what_a_sparse_checkout_leaves_out_is_there(project):
    """
    The metric is defined in a folder that nobody has checked out, and the alert reads it.
    """
    (project / "src").mkdir()
    (project / "alerts").mkdir()
    git(project, "mv", "app.py", "src/app.py")
    git(project, "mv", "alerts.yml", "alerts/api.yml")
    git(project, "commit", "-m", "move")
    git(project, "sparse-checkout", "set", "alerts")
    assert not (project / "src").exists()
    assert ([], 2) == found(project, "--since", "HEAD")

    (project / "alerts" / "api.yml").write_text(ALERT.replace("checkout", "checkuot"))
    assert ([("promql/unknown-metric", "alerts/api.yml")], 2) == found(project, "--since", "HEAD")


@pytest.fixture
def module(project):
    """A submodule of the project: another project, with two findings of its own."""
    library = project.parent / "library"
    git(project.parent, "clone", str(project), "library")
    git(project, "-c", "protocol.file.allow=always", "submodule", "add", str(library), "lib")
    git(project, "commit", "-m", "take the library in")
    return project / "lib"


def test_files_of_a_submodule_are_those_of_the_commit_that_is_asked_for(project, module):
    """
    What was there before is not new; what has changed since that commit is.
    """
    assert ([], 4) == found(project, "--since", "HEAD")
    assert ([], 4) == found(project, "--staged")

    (module / "alerts.yml").write_text(ALERT.replace("Stopped", "Gone"))
    gone = [("alerts/missing-for", "lib/alerts.yml"), ("alerts/missing-severity", "lib/alerts.yml")]
    assert (gone, 2) == found(project, "--since", "HEAD")
    assert ([], 4) == found(project, "--staged")

    git(module, "commit", "-a", "-m", "rename")
    assert ([], 4) == found(project, "--staged"), "the index asks for the commit before"
    git(project, "add", "lib")
    assert (gone, 2) == found(project, "--staged")
    git(project, "commit", "-m", "take the next one")
    assert (gone, 2) == found(project, "--since", "HEAD~1")

    (module / "alerts.yml").write_text(ALERT.replace("Stopped", "Gone  # touched"))
    git(module, "commit", "-a", "-m", "say something")
    git(project, "add", "lib")
    assert (gone, 2) == found(project, "--staged")


def test_a_merge_that_is_not_done_is_told(project):
    """
    There are three texts of a file, and none of them is what will be committed.
    """
    git(project, "switch", "-c", "feature")
    (project / "alerts.yml").write_text(ALERT.replace("== 0", "== 1"))
    git(project, "commit", "-a", "-m", "one")
    git(project, "switch", "main")
    (project / "alerts.yml").write_text(ALERT.replace("== 0", "== 2"))
    git(project, "commit", "-a", "-m", "two")
    with pytest.raises(Exception, match="merge"):
        git(project, "merge", "feature")

    outcome = obsaudit(project, "lint", "--staged")
    assert (2, "obsaudit: git: `alerts.yml` is not merged: `git add` it first\n") == (outcome.code, outcome.err)
    assert [("meta/unparsable", "alerts.yml")] == found(project, "--since", "HEAD")[0]
    (project / "alerts.yml").write_text(ALERT.replace("== 0", "== 3"))
    git(project, "add", "alerts.yml")
    assert ([], 2) == found(project, "--staged")


@pytest.mark.parametrize("name", ["my alerts.yml", "größe.yml", 'a"b.yml', "a\tb.yml", "a\\b.yml", "a\nb.yml"])
def test_any_name_will_do(project, name):
    """
    Git quotes some, and puts a tab behind others.
    """
    git(project, "mv", "alerts.yml", name)
    assert ([], 2) == found(project, "--staged")
    git(project, "commit", "-m", "move")

    (project / name).write_text(ALERT.replace("Stopped", "Stopped  # touched"))
    touched = [("alerts/missing-for", name), ("alerts/missing-severity", name)]
    assert (touched, 0) == found(project, "--since", "HEAD")
    assert ([], 2) == found(project, "--staged")


@pytest.mark.parametrize("name", [b"caf\xe9", b" two  spaces "])
def test_any_folder_will_do(tmp_path, name):
    """
    Its name need be no UTF-8, and may end in a space.
    """
    folder = Path(os.fsdecode(os.path.join(os.fsencode(tmp_path), name)))
    folder.mkdir()
    git(folder, "init", "--initial-branch=main")
    for file, text in {"app.py": SOURCE, "alerts.yml": ALERT, "obsaudit.toml": CONFIG}.items():
        (folder / file).write_text(text)
    git(folder, "add", ".")
    git(folder, "commit", "-m", "begin")
    (folder / "app.py").write_text(RENAMED)

    assert (BROKEN, 2) == found(folder, "--since", "HEAD")


def test_a_linked_folder_is_the_repository(project):
    """
    Git knows files by the real path, and a report by the one that was given.
    """
    (link := project.parent / "link").symlink_to(project)

    assert ([], 2) == found(project, str(link), "--since", "HEAD")
    assert ([], 2) == found(link, "--since", "HEAD")


TWO = ALERT + "  labels: {team: a}\n" + ALERT.replace("Stopped", "Slow") + "  labels: {team: a}\n"
SETTINGS = {
    "diff.noprefix": "true",
    "diff.mnemonicPrefix": "true",
    "diff.context": "9",
    "diff.interHunkContext": "9",
    "diff.renames": "false",
    "color.ui": "always",
    "diff.external": "false",
    "diff.up.textconv": "tr a-z A-Z <",
    "diff.submodule": "log",
}


@pytest.mark.parametrize("attribute", ["-diff", "diff=up", "binary"])
def test_the_users_settings_do_not_change_what_is_touched(project, attribute):
    """
    Those of `git diff` are for people, and an attribute may hide a generated file from them.
    """
    (project / ".gitattributes").write_text(f"*.yml {attribute}\n")
    (project / "alerts.yml").write_text(TWO)
    git(project, "add", ".")
    git(project, "commit", "-m", "two")
    for name, value in SETTINGS.items():
        git(project, "config", name, value)
    touched = TWO.replace("CheckoutSlow", "CheckoutSlow  # touched")
    (project / "alerts.yml").write_text(f"# Of the shop.\n{touched}")

    both = [("alerts/missing-for", "alerts.yml"), ("alerts/missing-severity", "alerts.yml")]
    assert (both, 2) == found(project, "--since", "HEAD")
    git(project, "checkout", "alerts.yml")
    git(project, "mv", "alerts.yml", "rules.yml")
    assert ([], 4) == found(project, "--staged")
