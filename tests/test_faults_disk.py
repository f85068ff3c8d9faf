"""A disk that fails, and a folder that goes away while people work: nothing is shown as saved that is not, and work goes on."""

import errno
import hashlib
import os
import shutil
import subprocess
import sys
from contextlib import ExitStack

import pytest
from builders import ROOT, events_on_disk, make_project, transcript
from screens import codings, field, opened, pick, screen_text, told, until

from qualcode.errors import CannotSave, FolderAway
from qualcode.files import saving, taking_back
from qualcode.files.event_log import read_events
from qualcode.files.saving import append_lines
from qualcode.index import index as index_module
from qualcode.index.index import Index
from qualcode.notebook import open_project
from qualcode.session import Session
from qualcode.session.whole import as_it_was_on_failure, gone_on_failure

BODY = "Mei: I miss her. I work far away.\nResearcher: And you?\nMei: I miss him.\n"


@pytest.fixture
def project(tmp_path):
    return make_project(tmp_path / "p", {"d1": transcript(BODY), "d2": transcript(BODY)})


def refuses(number):
    def call(*_args, **_more):
        raise OSError(number, os.strerror(number))

    return call


# ------------------------------------------------------------------------------------ every act, every fault


def test_acts_on_a_failing_disk_are_done_whole_or_not_at_all(tmp_path):
    from torture import disk

    library = disk.compiled(tmp_path)
    if library is None:
        pytest.skip("no C compiler here")
    wanted = [
        ("code", "write", errno.ENOSPC, 1, False),
        ("code", "write", 0, 1, False),
        ("code", "fsync ftruncate", errno.EIO, 1, False),
        ("undo", "fsync", errno.EIO, 1, True),
        ("code all hits", "fsync", errno.ENOSPC, 3, False),
        ("rename a code", "rename", errno.EIO, 1, True),
        ("merge codes", "write", errno.ENOSPC, 3, False),
        ("import", disk.WRITING, errno.ESTALE, 9, False),
        ("import", "rename", errno.ENOENT, 3, False),
        ("rename a code", disk.WRITING, errno.EACCES, 44, False),
        ("correct a text", disk.ALL, errno.ETIMEDOUT, 8, False),
        ("memo", "open", errno.EROFS, 1, False),
        # the whole folder goes away in the middle, and all that is asked for is not there
        *(("correct a text", disk.ALL, errno.ENOENT, nth, False) for nth in range(20, 28, 2)),
        *(("rename a code", disk.ALL, errno.ENOENT, nth, False) for nth in range(41, 48, 2)),
    ]
    found = list(disk.outcomes(library, tmp_path / "trials", wanted))
    assert [(one["act"], one["wrong"]) for one in found if one["wrong"]] == []
    assert (len(found), sum(bool(one["hits"]) for one in found) >= 8) == (len(wanted), True)


def test_a_flush_that_fails_after_the_write_leaves_no_line_even_where_it_cannot_be_cut_off(tmp_path, monkeypatch):
    path = tmp_path / "d1.jsonl"
    append_lines(path, b"{}\n")
    with monkeypatch.context() as disk:
        disk.setattr(saving, "flush", refuses(errno.EIO))
        disk.setattr(taking_back.os, "ftruncate", refuses(errno.EIO))
        with pytest.raises(CannotSave, match="look whether it is there"):
            append_lines(path, b'{"n": 2}\n')
        assert path.read_bytes() == b'{}\n{"n": 2}\n'
        assert taking_back.counted(path, path.read_bytes()) == b"{}\n"
    append_lines(path, b'{"n": 2}\n')
    assert path.read_bytes() == b'{}\n{"n": 2}\n'


def test_lines_of_two_appends_that_cannot_be_cut_off_now_go_together_later(tmp_path, monkeypatch):
    path = tmp_path / "d1.jsonl"
    path.write_bytes(b"{}\n" + b'{"n": 1}\n' + b'{"n": 2}\n')
    with monkeypatch.context() as disk:
        disk.setattr(taking_back, "_cut", refuses(errno.EIO))
        taking_back.take_back(path, 12, b'{"n": 2}\n')
        taking_back.take_back(path, 3, b'{"n": 1}\n')
        assert taking_back.counted(path, path.read_bytes()) == b"{}\n"
    taking_back.settle_all()
    assert (path.read_bytes(), taking_back.is_owed(path)) == (b"{}\n", False)


def test_what_is_owed_is_not_counted_and_goes_with_the_next_look(project, monkeypatch):
    with Session(project, "c1") as session:
        with monkeypatch.context() as disk:
            disk.setattr(saving, "flush", refuses(errno.EIO))
            disk.setattr(taking_back.os, "ftruncate", refuses(errno.EIO))
            disk.setattr(taking_back, "_cut", refuses(errno.EIO))
            with pytest.raises(CannotSave):
                session.code("d1", quote="miss her", code="longing")
            assert read_events(project.coding_file("c1", "d1"), "").events == []
            assert session.index.rows("SELECT id FROM coding") == []
        session.index.refresh()
        assert project.coding_file("c1", "d1").read_bytes() == b""
        session.code("d1", quote="miss her", code="longing")
    assert len(events_on_disk(project, "c1", "d1")) == 1


def test_a_batch_that_the_disk_refuses_half_way_leaves_nothing_though_there_is_no_room_to_take_it_back(
    project, monkeypatch
):
    real, flushed = saving.flush, []

    def flush(handle):
        flushed.append(os.readlink(f"/proc/self/fd/{handle}"))
        if flushed[-1].endswith("d2.jsonl"):
            refuses(errno.ENOSPC)()
        real(handle)

    with Session(project, "c1") as session:
        session.notice_hand_edits()
        monkeypatch.setattr(saving, "flush", flush)
        with pytest.raises(CannotSave):
            session.code_all([("d1", 7, 11, "miss"), ("d2", 7, 11, "miss")], "work")
    assert (events_on_disk(project, "c1", "d1"), events_on_disk(project, "c1", "d2")) == ([], [])


def test_a_file_that_is_missing_because_the_folder_is_is_not_taken_away_when_both_are_back(project, tmp_path):
    text, away = project.transcript("d1"), tmp_path / "away"
    project.root.rename(away)

    def act():
        with as_it_was_on_failure(text, project):
            away.rename(project.root)
            raise CannotSave("it went on all the same")

    with pytest.raises(FolderAway):
        act()
    away.rename(project.root)
    taking_back.settle_all()
    assert text.exists()


@pytest.mark.parametrize(("there", "stays"), [(b"ours", False), (b"theirs", True)])
def test_of_files_that_were_to_be_made_only_those_that_were_are_taken_away(project, there, stays):
    path = project.transcript("d3")

    def act():
        with ExitStack() as restore:
            gone_on_failure(path, project, hashlib.sha256(b"ours").hexdigest(), restore)
            path.write_bytes(there)
            raise CannotSave("no room")

    with pytest.raises(CannotSave):
        act()
    assert path.exists() == stays


def test_nothing_is_owed_for_a_folder_that_was_never_made(project):
    path = project.sources / "letter.txt"

    def act():
        with ExitStack() as restore:
            gone_on_failure(path, project, hashlib.sha256(b"ours").hexdigest(), restore)
            raise CannotSave("no room")

    assert not project.sources.exists()
    with pytest.raises(CannotSave):
        act()
    assert not taking_back.is_owed(path)


def test_a_drive_without_second_names_takes_codes(project, monkeypatch):
    monkeypatch.setattr(os, "link", refuses(errno.EPERM))
    with Session(project, "c1") as session:
        session.add_code("hope")
    assert "hope" in project.codebook_yaml.read_text()


# ------------------------------------------------------------------------------------ the folder goes away


@pytest.mark.parametrize("leaves_a_mount_point", [False, True], ids=["renamed", "unmounted"])
def test_a_folder_that_went_away_is_not_begun_anew_and_what_was_read_stays(project, leaves_a_mount_point):
    away = project.root.with_name("away")
    with Session(project, "c1") as session:
        session.code("d1", quote="miss her", code="longing")
        project.root.rename(away)
        if leaves_a_mount_point:
            project.root.mkdir()
        for act in (
            lambda: session.code("d2", quote="miss him", code="work"),
            lambda: session.add_code("hope"),
            lambda: session.undo(),
            lambda: session.new_memo("A memo"),
            lambda: session.milestone("now"),
        ):
            with pytest.raises(FolderAway, match="cannot be reached"):
                act()
        assert session.index.value("SELECT count(*) FROM coding") == 1
        if leaves_a_mount_point:
            assert list(project.root.iterdir()) == []
            project.root.rmdir()
        assert not project.root.exists()
        away.rename(project.root)
        session.code("d2", quote="miss him", code="work")
    assert [quote for quote, _, _ in codings(project, document="d2")] == ["miss him"]


def test_a_file_that_an_act_had_made_when_the_folder_went_away_goes_when_it_is_back(project):
    made, away = project.transcript("new"), project.root.with_name("away")

    def work():
        with ExitStack() as restore:
            gone_on_failure(made, project, hashlib.sha256(b"Hi\n").hexdigest(), restore)
            made.write_text("Hi\n")
            project.root.rename(away)
            raise FolderAway

    with pytest.raises(FolderAway):
        work()
    away.rename(project.root)
    assert made.exists()
    with open_project(project.root) as found:
        assert [row[0] for row in found.documents] == ["d1", "d2"]
    assert not made.exists()


def test_another_copy_in_the_folders_place_is_read_anew(project, tmp_path):
    index = Index(project)
    index.refresh()
    shutil.copytree(project.root, tmp_path / "copy", ignore=shutil.ignore_patterns(".qualcode"))
    project.root.rename(tmp_path / "away")
    (tmp_path / "copy").rename(project.root)
    with Session(project, "c2") as other:
        other.code("d1", quote="miss her", code="longing")
    index.refresh()
    assert index.value("SELECT coder FROM coding") == "c2"
    assert index.rows("PRAGMA database_list")[0][2] == str(project.index_db)
    index.close()


def test_a_text_that_cannot_be_read_for_a_moment_is_no_text_that_was_emptied(project, monkeypatch):
    with Session(project, "c1") as session:
        coding = session.code("d1", quote="miss her", code="longing")
        os.utime(project.transcript("d1"))
        with monkeypatch.context() as disk:
            disk.setattr("qualcode.files.text_files.read_file", refuses(errno.EIO))
            session.index.refresh()
        assert session.notice_text_edits() == []
        assert session.index.rows("SELECT id, anchor FROM coding") == [(coding.id, "exact")]
        session.index.refresh()
        assert session.index.problems() == []


def test_an_index_in_memory_for_want_of_a_better_goes_back_to_disk(project, monkeypatch):
    real = index_module._connect
    with monkeypatch.context() as disk:
        disk.setattr(index_module, "_connect", lambda name, *_: real(":memory:"))
        index = Index(project)
        index.refresh()
    monkeypatch.setattr(index_module, "_TRY_AGAIN", 0)
    index.refresh()
    assert index.rows("PRAGMA database_list")[0][2] == str(project.index_db)
    assert index.value("SELECT count(*) FROM document") == 2
    index.close()


def test_a_project_that_may_not_be_written_is_read_and_exported_elsewhere(project, tmp_path):
    pid = os.fork()  # a process of its own, as it gives up the rights of an administrator
    if not pid:
        status = 1
        try:
            _read_what_may_not_be_written(project, tmp_path)
            status = 0
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


def _read_what_may_not_be_written(project, tmp_path):
    for folder in (project.root, project.transcripts):
        folder.chmod(0o555)
    for path in (project.project_yaml, project.codebook_yaml, *project.transcripts.iterdir()):
        path.chmod(0o444)
    for above in tmp_path.parents:
        if above.stat().st_mode & 0o005 != 0o005 and os.geteuid() == 0 and str(above).startswith("/tmp/"):
            above.chmod(0o755)
    tmp_path.chmod(0o777)
    if os.geteuid() == 0:
        os.setgid(65534)
        os.setuid(65534)
    with open_project(project.root) as opened_project:
        opened_project.documents.to_csv(tmp_path / "documents.csv")
        assert len(opened_project.documents) == 2
    with Session(project, "c1") as session, pytest.raises(CannotSave, match="Permission denied"):
        session.code("d1", quote="miss her", code="longing")


# ------------------------------------------------------------------------------------ commands

IN_LITTLE_ROOM = (
    "import resource, sys\nfrom qualcode.cli.main import run\n"
    "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\nsys.exit(run(sys.argv[1:]))"
)


def in_little_room(project, *command):
    """A command where no file may grow beyond 4 KB, which is how a disk that is full looks without being one."""
    return subprocess.run(
        [sys.executable, "-c", IN_LITTLE_ROOM, "-p", str(project.root), *command], cwd=ROOT, capture_output=True, text=True
    )  # fmt: skip


@pytest.mark.skipif(sys.platform != "linux", reason="needs limits of the size of files")
def test_commands_on_a_full_disk_read_on_and_refuse_in_one_line_what_they_cannot_save(project, tmp_path):
    with Session(project, "c1") as session:
        for quote in ("miss her", "work far", "And you", "miss him"):
            for code in ("longing", "work"):
                session.code("d1", quote=quote, code=code, note="a long note " * 40)
    before = project.coding_file("c1", "d1").read_bytes()
    shutil.rmtree(project.root / ".qualcode")
    read = in_little_room(project, "segments")
    assert (read.returncode, read.stdout.count("miss her") >= 1) == (0, True)
    refused = in_little_room(project, "code", "d1", "longing", "--quote", "far away", "--coder", "c1")
    exported = in_little_room(project, "segments", "-o", str(tmp_path / "out.csv"))
    for done in (refused, exported):
        assert done.returncode == 2
        assert "Traceback" not in done.stderr
        assert "Not saved" in done.stderr.splitlines()[-1]
    assert project.coding_file("c1", "d1").read_bytes() == before
    assert not (tmp_path / "out.csv").exists()
    assert list(tmp_path.glob(".saving-*")) == []


@pytest.mark.parametrize(
    "command",
    [
        ("segments", "-o", "out.csv"),
        ("segments", "-o", "out.xlsx"),
        ("codebook", "export", "-o", "out.docx"),
        ("codebook", "import", "codes.csv", "--yes", "--coder", "c1"),
    ],
    ids=["csv", "xlsx", "docx", "codes in"],
)
def test_what_a_full_disk_refuses_leaves_the_old_file_whole_and_is_one_message(
    project, tmp_path, monkeypatch, capsys, command
):
    from qualcode.cli.main import run

    monkeypatch.chdir(tmp_path)
    outputs = [tmp_path / f"out.{form}" for form in ("csv", "xlsx", "docx")]
    for output in outputs:
        output.write_bytes(b"old")
    (tmp_path / "codes.csv").write_text("Code,Description\nhope,Looking forward\n", encoding="utf-8")
    before = project.codebook_yaml.read_bytes()
    monkeypatch.setattr(saving, "flush", refuses(errno.ENOSPC))
    assert run(["-p", str(project.root), *command]) == 2
    said = capsys.readouterr().err
    assert (said.count("qualcode: "), "No space left" in said) == (1, True)
    assert [output.read_bytes() for output in outputs] == [b"old"] * 3
    assert project.codebook_yaml.read_bytes() == before
    assert not list(tmp_path.rglob(".saving-*"))


@pytest.mark.skipif(sys.platform != "linux", reason="needs limits of the size of files")
def test_a_workbook_whose_drafts_have_no_room_is_refused_in_one_message(project, tmp_path):
    output = tmp_path / "out.xlsx"
    output.write_bytes(b"old")
    with Session(project, "c1") as session:
        session.code("d1", quote="miss her", code="longing", note="a long note " * 2000)
    done = in_little_room(project, "segments", "-o", str(output))
    assert (done.returncode, done.stderr.count("qualcode: "), "Not saved" in done.stderr) == (2, 1, True), done.stderr
    assert output.read_bytes() == b"old"
    assert not list(tmp_path.glob(".saving-*"))


# ------------------------------------------------------------------------------------ in the terminal interface


async def test_while_the_folder_is_away_nothing_is_shown_as_saved_and_the_same_keys_work_when_it_is_back(project):
    away = project.root.with_name("away")
    async with opened(project) as pilot:
        project.root.rename(away)
        await pick(pilot, "c", "longing")
        await until(lambda: "cannot be reached" in told(pilot))
        assert len(pilot.app.workspace.transcript.marks) == 0
        await until(lambda: "NOTHING IS SAVED" in screen_text(pilot))
        assert "I miss her" in screen_text(pilot)
        for key in "MWCADXS=R":
            await pilot.press(key)
            await pilot.pause(0.05)
            await pilot.press("escape")
        await until(lambda: "NOTHING IS SAVED" in screen_text(pilot))
        away.rename(project.root)
        await until(lambda: "NOTHING IS SAVED" not in screen_text(pilot), 5)
        while pilot.app.screen is not pilot.app.workspace:
            await pilot.press("escape")
        await pick(pilot, "c", "longing")
        await until(lambda: codings(project) != [])
    assert len(codings(project)) == 1


async def test_a_project_that_may_not_be_written_bears_a_sign_for_that(project, monkeypatch):
    monkeypatch.setattr("qualcode.tui.standing.can_be_written", lambda *_: False)
    async with opened(project) as pilot:
        await until(lambda: "can be read but not changed" in screen_text(pilot))
        assert "I miss her" in screen_text(pilot)


async def test_a_disk_that_is_full_bears_a_sign_until_it_takes_bytes_again(project, monkeypatch):
    async with opened(project) as pilot:
        with monkeypatch.context() as disk:
            disk.setattr(saving, "flush", refuses(errno.ENOSPC))
            disk.setattr("qualcode.tui.standing.takes_bytes", lambda _folder: False)
            await pick(pilot, "c", "longing")
            await until(lambda: "THE LAST CHANGE WAS NOT SAVED" in screen_text(pilot))
            assert "No space left on device" in screen_text(pilot)
            assert codings(project) == []
        await until(lambda: "NOT SAVED" not in screen_text(pilot), 5)
        await pick(pilot, "c", "longing")
        await until(lambda: codings(project) != [])


async def test_a_note_that_the_disk_refuses_stays_in_its_field_until_it_can_be_saved(project, monkeypatch):
    async with opened(project) as pilot:
        await pick(pilot, "c", "longing")
        await until(lambda: codings(project) != [])
        await pilot.press("m")
        field(pilot).insert("a long thought")
        with monkeypatch.context() as disk:
            disk.setattr(saving, "flush", refuses(errno.ENOSPC))
            await pilot.press("enter")
            await pilot.pause()
            assert field(pilot).text == "a long thought"
            assert codings(project)[0][2] == ""
        await pilot.press("enter")
        await until(lambda: codings(project)[0][2] == "a long thought")


async def test_a_new_code_whose_first_coding_is_refused_is_not_said_to_be_saved_there(project, monkeypatch):
    async with opened(project) as pilot:
        from qualcode.tui.desk import Desk

        def refused(*_args):
            raise CannotSave("Not saved: no room.")

        monkeypatch.setattr(Desk, "code", refused)
        pilot.app.workspace._create_and_apply("hope", "", pilot.app.workspace._chosen())
        await pilot.pause()
        assert "saved on" not in told(pilot)
        assert "no room" in told(pilot)
