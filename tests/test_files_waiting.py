"""Locks are waited for in turn, and not for ever."""

import fcntl
import os
import threading
import time

import pytest

from qualcode.errors import CannotSave
from qualcode.files import saving
from qualcode.files.saving import append_lines, locked_folder
from qualcode.files.waiting import wait_for_lock


@pytest.fixture
def held(tmp_path):
    """A folder that somebody else holds, and what lets it go."""
    handle = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    yield lambda: fcntl.flock(handle, fcntl.LOCK_UN)
    os.close(handle)


def test_a_lock_that_is_let_go_is_taken_at_once(tmp_path, held):
    threading.Timer(0.1, held).start()
    begun = time.monotonic()
    with locked_folder(tmp_path):
        assert time.monotonic() - begun < 5
        with pytest.raises(TimeoutError):
            wait_for_lock(os.open(tmp_path, os.O_RDONLY), 0.05)


def test_whoever_holds_it_for_ever_is_told_of_and_nothing_is_written(tmp_path, held, monkeypatch):
    monkeypatch.setattr(saving, "PATIENCE", 0.2)
    with pytest.raises(CannotSave, match="another qualcode process"), locked_folder(tmp_path):
        raise AssertionError("it was not ours")
    held()
    time.sleep(0.1)  # whoever gave up lets go again of what comes to it late
    with locked_folder(tmp_path):
        pass


def test_an_append_that_cannot_have_its_file_writes_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(saving, "PATIENCE", 0.2)
    file = tmp_path / "a.jsonl"
    file.write_bytes(b"{}\n")
    with open(file, "rb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(CannotSave):
            append_lines(file, b'{"v": 1}\n')
    assert file.read_bytes() == b"{}\n"
