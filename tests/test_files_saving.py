"""Nothing is lost: flushed before it is called saved, whole lines only, one writer at a time."""

import errno
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from builders import ROOT, apply, event, events_on_disk, make_project, write_events
from hypothesis import given
from hypothesis import strategies as st

from qualcode.errors import CannotSave
from qualcode.files import saving
from qualcode.files.event_log import append_events, event_lines, read_events
from qualcode.files.saving import append_lines, replace_file

BODY = "I miss her. I miss him."
LINE = b'{"n": 1}\n'


def full_disk(*_args):
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.fixture
def flushed(monkeypatch):
    """Names and contents of the files at the moment each was flushed to disk."""
    found = []
    real = os.fsync

    def fsync(handle):
        path = os.readlink(f"/proc/self/fd/{handle}") if os.path.exists("/proc/self/fd") else ""
        found.append((path, Path(path).read_bytes() if os.path.isfile(path) else b""))
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    return found


# ------------------------------------------------------------------------------------ appending


def test_lines_are_appended(tmp_path):
    path = tmp_path / "codings" / "c1" / "d1.jsonl"
    append_lines(path, LINE)
    append_lines(path, b"{}\n")
    assert path.read_bytes() == LINE + b"{}\n"


@pytest.mark.skipif(not os.path.exists("/proc/self/fd"), reason="looks at open files through /proc")
def test_an_append_is_flushed_with_all_its_bytes_before_it_returns(tmp_path, flushed):
    append_lines(tmp_path / "d1.jsonl", LINE)
    assert (str(tmp_path / "d1.jsonl"), LINE) in flushed


def test_the_first_append_also_flushes_the_folder(tmp_path, flushed):
    append_lines(tmp_path / "d1.jsonl", LINE)
    assert [path for path, _ in flushed] == [str(tmp_path / "d1.jsonl"), str(tmp_path)]


def test_an_append_tells_the_sizes_before_and_after(tmp_path):
    path = tmp_path / "d1.jsonl"
    append_lines(path, LINE)
    appended = append_lines(path, LINE)
    assert (appended.size_before, appended.size_after, appended.torn) == (9, 18, False)


def test_a_torn_end_is_set_aside(tmp_path):
    path = tmp_path / "d1.jsonl"
    path.write_bytes(LINE + b'{"n": 2, "quo')
    assert append_lines(path, b"{}\n").torn
    assert path.read_bytes() == LINE + b"{}\n"
    assert (tmp_path / "d1.jsonl.torn").read_bytes() == b'{"n": 2, "quo\n'


def test_an_end_torn_within_a_letter_is_set_aside(tmp_path):
    path = tmp_path / "d1.jsonl"
    path.write_bytes(LINE + '{"quote": "妈'.encode()[:-1])
    append_lines(path, b"{}\n")
    assert path.read_bytes() == LINE + b"{}\n"


def test_torn_ends_are_collected(tmp_path):
    path = tmp_path / "d1.jsonl"
    for torn in (b'{"a', b'{"b'):
        with open(path, "ab") as file:
            file.write(torn)
        append_lines(path, LINE)
    assert (tmp_path / "d1.jsonl.torn").read_bytes() == b'{"a\n{"b\n'


def test_a_whole_last_line_without_its_line_end_is_kept(tmp_path):
    path = tmp_path / "d1.jsonl"
    path.write_bytes(LINE.rstrip())
    assert not append_lines(path, b"{}\n").torn
    assert path.read_bytes() == LINE + b"{}\n"


def test_a_file_torn_before_its_first_line_end_starts_anew(tmp_path):
    path = tmp_path / "d1.jsonl"
    path.write_bytes(b'{"v": 1, "i')
    append_lines(path, LINE)
    assert path.read_bytes() == LINE


@given(st.integers(0, 400))
def test_whatever_a_power_cut_leaves_the_whole_lines_are_read(tmp_path_factory, cut):
    events = [apply(1, BODY, "miss her", note="妈妈"), apply(2, BODY, "miss him"), event(3, "remove", coding=1)]
    path = tmp_path_factory.mktemp("cut") / "d1.jsonl"
    data = event_lines(events)[:cut]
    path.write_bytes(data)
    append_events(path, [event(9, "remove", coding=2)])
    whole = read_events(path, "d1.jsonl")
    assert whole.problems == []
    assert len(whole.events) in (data.count(b"\n") + 1, data.count(b"\n") + 2)  # 2: cut just before a line end


def test_a_full_disk_at_the_flush_leaves_the_file_as_it_was(tmp_path, monkeypatch):
    path = tmp_path / "d1.jsonl"
    append_lines(path, LINE)
    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(CannotSave, match=r"d1\.jsonl could not be written \(No space left on device\)"):
        append_lines(path, b"{}\n")
    assert path.read_bytes() == LINE


class DiskThatFillsUp(io.FileIO):
    """Takes five bytes, then is full once, then has room again (somebody emptied the bin)."""

    writes = 0

    def write(self, data):
        self.writes += 1
        if self.writes == 2:
            full_disk()
        return super().write(bytes(data)[:5] if self.writes == 1 else data)


def open_on_that_disk(name, mode, buffering=-1):
    raw = DiskThatFillsUp(name, mode.replace("b", ""))
    return raw if buffering == 0 else io.BufferedRandom(raw)


def test_a_disk_that_fills_up_within_a_line_leaves_the_file_as_it_was(tmp_path, monkeypatch):
    path = tmp_path / "d1.jsonl"
    append_lines(path, LINE)
    monkeypatch.setattr(saving, "open", open_on_that_disk, raising=False)
    with pytest.raises(CannotSave):
        append_lines(path, b'{"n": 2}\n')
    assert path.read_bytes() == LINE


def test_a_full_disk_while_a_torn_end_is_set_aside_loses_nothing(tmp_path, monkeypatch):
    path = tmp_path / "d1.jsonl"
    path.write_bytes(LINE + b'{"torn')
    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(CannotSave):
        append_lines(path, LINE)
    assert path.read_bytes() == LINE + b'{"torn'


def test_a_place_that_cannot_be_a_folder_is_refused_with_what_to_do(tmp_path):
    (tmp_path / "codings").write_text("a file")
    with pytest.raises(CannotSave, match="Nothing was changed"):
        append_lines(tmp_path / "codings" / "d1.jsonl", LINE)


def test_two_processes_appending_to_one_file_tear_no_line(tmp_path):
    path = tmp_path / "d1.jsonl"
    script = (
        "import sys; from pathlib import Path; from qualcode.files.saving import append_lines\n"
        'for n in range(150): append_lines(Path(sys.argv[1]), b\'{"who": "%s", "n": %d, "x": "\' % '
        "(sys.argv[2].encode(), n) + b'x' * 9000 + b'\"}\\n')"
    )
    writers = [subprocess.Popen([sys.executable, "-c", script, str(path), who], cwd=ROOT) for who in ("a", "b")]
    assert [writer.wait() for writer in writers] == [0, 0]
    lines = [json.loads(line) for line in path.read_bytes().splitlines()]
    for who in ("a", "b"):
        assert [line["n"] for line in lines if line["who"] == who] == list(range(150))


# ------------------------------------------------------------------------------------ whole files


def test_a_file_is_replaced(tmp_path):
    path = tmp_path / "codebook.yaml"
    replace_file(path, b"old")
    replace_file(path, b"new")
    assert (path.read_bytes(), os.listdir(tmp_path)) == (b"new", ["codebook.yaml"])


@pytest.mark.skipif(not os.path.exists("/proc/self/fd"), reason="looks at open files through /proc")
def test_a_replaced_file_is_flushed_before_it_takes_its_place(tmp_path, flushed):
    replace_file(tmp_path / "codebook.yaml", b"new")
    assert [content for _, content in flushed] == [b"new", b""]  # the file, then the folder
    assert flushed[1][0] == str(tmp_path)


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_full_disk_leaves_the_old_file_and_no_litter(tmp_path, monkeypatch, call):
    path = tmp_path / "codebook.yaml"
    path.write_bytes(b"old")
    monkeypatch.setattr(os, call, full_disk)
    with pytest.raises(CannotSave):
        replace_file(path, b"new")
    assert (path.read_bytes(), os.listdir(tmp_path)) == (b"old", ["codebook.yaml"])


def test_a_replaced_file_keeps_its_permissions(tmp_path):
    path = tmp_path / "codebook.yaml"
    path.write_bytes(b"old")
    path.chmod(0o640)
    replace_file(path, b"new")
    assert path.stat().st_mode & 0o777 == 0o640


# ------------------------------------------------------------------------------------ reading events


def test_a_torn_last_line_is_reported_and_the_rest_is_read(tmp_path):
    path = tmp_path / "d1.jsonl"
    path.write_bytes(event_lines([apply(1, BODY, "miss her")]) + b'{"v": 1, "id"')
    loaded = read_events(path, "codings/c1/d1.jsonl")
    (problem,) = loaded.problems
    assert (len(loaded.events), problem.path, problem.line) == (1, "codings/c1/d1.jsonl", 2)
    assert "torn" in problem.message


@pytest.mark.parametrize(
    ("line", "message"),
    [
        pytest.param(b"<<<<<<< HEAD", "not a line of JSON", id="a merge conflict"),
        pytest.param(b'{"v": 1, "note": "caf\xe9"}', "not UTF-8 text", id="not UTF-8"),
        pytest.param(b"[" * 100_000, "not a line of JSON", id="nested beyond reading"),
        pytest.param(b"[]", "not an event (a JSON object was expected)", id="a list"),
    ],
)
def test_a_broken_line_is_reported_with_its_number_and_the_rest_is_read(tmp_path, line, message):
    path = tmp_path / "d1.jsonl"
    one, other = (event_lines([apply(n, BODY, "miss her")]) for n in (1, 2))
    path.write_bytes(one + line + b"\n" + other)
    loaded = read_events(path, "d1.jsonl")
    assert len(loaded.events) == 2
    assert [(problem.line, problem.message) for problem in loaded.problems] == [(2, message)]


def test_blank_lines_and_windows_line_ends_are_no_trouble(tmp_path):
    path = tmp_path / "d1.jsonl"
    path.write_bytes(event_lines([apply(1, BODY, "miss her")]).replace(b"\n", b"\r\n") + b"\r\n\n")
    loaded = read_events(path, "d1.jsonl")
    assert (len(loaded.events), loaded.problems) == (1, [])


def test_letters_of_all_scripts_are_written_as_themselves(tmp_path):
    project = make_project(tmp_path / "p")
    path = write_events(project, "c1", "d1", [apply(1, "我想妈妈 e\u0301", "妈妈", note="أمي")])
    assert '"quote": "妈妈"' in path.read_text("utf-8")
    assert [event.note for event in events_on_disk(project, "c1", "d1")] == ["أمي"]
