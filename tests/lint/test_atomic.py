"""Files are written whole or not at all, and stay what they were."""

import errno
import os
import stat

import pytest

from obsaudit.lint.atomic import write


def test_a_new_file_has_the_permissions_of_any_new_file(tmp_path):
    """
    A temporary file is private; what it becomes is not.
    """
    mask = os.umask(0o027)
    try:
        write(tmp_path / "new.txt", b"x")
    finally:
        os.umask(mask)

    assert 0o640 == stat.S_IMODE((tmp_path / "new.txt").stat().st_mode)
    assert b"x" == (tmp_path / "new.txt").read_bytes()


def test_permissions_and_links_stay(tmp_path):
    """
    A link stays a link, and what it points at keeps its permissions.
    """
    real, link = tmp_path / "real.yml", tmp_path / "link.yml"
    real.write_bytes(b"old")
    real.chmod(0o755)
    link.symlink_to("real.yml")

    write(link, b"new")

    assert link.is_symlink()
    assert (b"new", 0o755) == (real.read_bytes(), stat.S_IMODE(real.stat().st_mode))
    assert ["link.yml", "real.yml"] == sorted(os.listdir(tmp_path))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_the_owner_stays(tmp_path):
    """
    Root that fixes a user's file does not take it.
    """
    path = tmp_path / "theirs.yml"
    path.write_bytes(b"old")
    os.chown(path, 12345, 23456)

    write(path, b"new")

    assert (12345, 23456) == (path.stat().st_uid, path.stat().st_gid)


def test_a_pipe_is_written_to_and_not_replaced(tmp_path):
    """
    `--output /dev/null` must leave a device there.
    """
    path = tmp_path / "pipe"
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write(path, b"report")
        assert b"report" == os.read(reader, 100)
    finally:
        os.close(reader)

    assert stat.S_ISFIFO(path.stat().st_mode)


def test_a_file_that_may_not_be_written_is_not_replaced(tmp_path, monkeypatch):
    """
    The folder may be written, so replacing would work: the file says no.
    """
    path = tmp_path / "kept.yml"
    path.write_bytes(b"old")
    monkeypatch.setattr(os, "access", lambda name, mode: False)

    with pytest.raises(PermissionError, match="Permission denied"):
        write(path, b"new")
    assert b"old" == path.read_bytes()


def test_a_full_disk_leaves_the_old_content_and_nothing_else(tmp_path, monkeypatch):
    """
    Where the new content cannot be kept, the old one is, and no half file lies beside it.
    """
    path = tmp_path / "kept.yml"
    path.write_bytes(b"old")

    def full(handle):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write(path, b"new")

    assert b"old" == path.read_bytes()
    assert ["kept.yml"] == os.listdir(tmp_path)
