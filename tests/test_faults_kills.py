"""kill -9: what was acknowledged is there, and no half of what was not. The long form is `make torture`."""

import json
import os
import random
import signal
import sys
import time

import pytest
from builders import answers, codebook_yaml, edit, events_on_disk, fresh_answers, make_project, transcript

from qualcode.analysis.check import check
from qualcode.core.events import fold
from qualcode.files import saving
from qualcode.files.project_files import read_codebook
from qualcode.files.under_way import UnderWay
from qualcode.session import Session, writing
from qualcode.session.known_sources import hash_of

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

BODY = "Mei: I miss her. I miss him.\nLing: I sew shoes.\n"
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are killed as Unix does")


@pytest.fixture
def project(tmp_path):
    return make_project(tmp_path / "p", {"d1": transcript(BODY), "d2": transcript(BODY)}, cases=["liang"])


@pytest.fixture
def incoming(tmp_path):
    for name in ("a.txt", "b.txt", "c.txt"):
        (tmp_path / name).write_text(f"Ann: Hello from {name}.\n", encoding="utf-8")
    return [tmp_path / name for name in ("a.txt", "b.txt", "c.txt")]


def killed(project, act, where, name, *, call=1):
    """Have a process do an act and be killed just before its call of `where.name` of this number."""
    pid = os.fork()
    if pid == 0:
        try:
            real, left = getattr(where, name), [call]

            def deadly(*arguments, **named):
                left[0] -= 1
                if not left[0]:
                    os.kill(os.getpid(), signal.SIGKILL)
                return real(*arguments, **named)

            with Session(project, coder="c1") as session:
                setattr(where, name, deadly)
                act(session)
        finally:
            os._exit(3)
    _, status = os.waitpid(pid, 0)
    assert os.WIFSIGNALED(status), f"it ended by itself: {status}"


def files(project):
    """Every file that is not derived, hidden ones too."""
    return {
        str(path.relative_to(project.root)): path.read_bytes()
        for path in project.root.rglob("*")
        if path.is_file() and path.name not in ("index.db", "index.db-wal", "index.db-shm", "index.db.left")
    }


def aged(project):
    """Two seconds pass."""
    for path in project.root.rglob(".*"):
        if path.is_file():
            os.utime(path, (time.time() - 3600,) * 2)


def codes(project):
    return [code.name for code in read_codebook(project.codebook_yaml)[0].codes]


def codings(project, document, coder="c1"):
    return sorted(coding.text for coding in fold(events_on_disk(project, coder, document), coder, document).values())


def rename(session):
    session.rename_code("work", "labour")


def test_a_change_of_the_codebook_that_the_log_does_not_tell_of_yet_is_finished_and_undone_as_any_other(project):
    killed(project, rename, writing.Writing, "_append_log", call=2)
    with Session(project, coder="c2") as other:
        assert codes(project) == ["emotion", "longing", "labour"]
        assert [event.note for event in events_on_disk(project, "c1", "") if event.what == "code"] == [""]
        assert other.notice_hand_edits() == 0
    with Session(project, coder="c1") as session:
        session.undo()
    assert codes(project) == ["emotion", "longing", "work"]


def test_a_change_of_the_codebook_killed_before_it_was_in_place_never_was(project):
    before = project.codebook_yaml.read_bytes()
    killed(project, rename, UnderWay, "put")
    assert project.codebook_yaml.read_bytes() != before
    with Session(project, coder="c1"):
        assert project.codebook_yaml.read_bytes() == before
        assert [event.what for event in events_on_disk(project, "c1", "")] == ["codebook"]


@pytest.mark.parametrize("call", [1, 2, 3, 4, 5])
def test_an_import_killed_while_it_writes_leaves_no_file(project, incoming, call):
    before = files(project)
    killed(project, lambda session: session.import_documents(incoming), saving.os, "replace", call=call)
    aged(project)
    with Session(project, coder="c1"):
        assert files(project) == before


def test_an_import_killed_in_its_last_step_is_there_whole_and_undone_whole(project, incoming):
    killed(project, lambda session: session.import_documents(incoming, case="zhao"), writing.Writing, "_append_log")
    with Session(project, coder="c1") as session:
        assert [row[0] for row in session.index.rows("SELECT id FROM document ORDER BY id")] == [
            "a",
            "b",
            "c",
            "d1",
            "d2",
        ]
        assert check(project)[0] == []
        session.undo()
        assert [row[0] for row in session.index.rows("SELECT id FROM document ORDER BY id")] == ["d1", "d2"]
        assert "zhao" not in project.project_yaml.read_text("utf-8")


def test_passages_of_several_documents_are_coded_all_or_none(project):
    def code_all(session):
        session.code_all([("d1", 5, 6, "I"), ("d2", 5, 6, "I")], "work")

    killed(project, code_all, writing, "append_events", call=3)  # the first notes the codebook, the second codes d1
    assert codings(project, "d2") == []
    with Session(project, coder="c1") as session:
        assert (codings(project, "d1"), codings(project, "d2")) == (["I"], ["I"])
        session.undo()
    assert (codings(project, "d1"), codings(project, "d2")) == ([], [])


def test_a_merge_killed_between_its_log_and_the_joined_codings_is_finished(project):
    with Session(project, coder="c1") as session:
        session.code("d1", 5, 11, "longing")
        session.code("d1", 7, 16, "work")
    killed(project, lambda session: session.merge_codes("work", "longing"), writing.Writing, "_append_each")
    with Session(project, coder="c1"):
        assert codings(project, "d1") == ["I miss her."]


def test_an_undo_killed_half_way_is_finished(project):
    with Session(project, coder="c1") as session:
        session.code("d1", 5, 11, "longing")
        session.code("d1", 7, 16, "work")
        session.merge_codes("work", "longing")
    killed(project, lambda session: session.undo(), writing.Writing, "_append_each")
    with Session(project, coder="c1"):
        assert codings(project, "d1") == ["I miss", "miss her."]
        assert codes(project) == ["emotion", "longing", "work"]


def test_half_a_line_of_an_act_that_is_noted_is_written_anew(project):
    def dying_in_the_middle(file, data):
        file.write(data[: len(data) // 2])
        os.getppid()

    def code_all(session):
        session.code("d1", 0, 3, "work")
        saving._write_all = dying_in_the_middle
        session.code_all([("d1", 5, 6, "I"), ("d2", 5, 6, "I")], "work")

    killed(project, code_all, os, "getppid")
    with Session(project, coder="c1") as session:
        assert codings(project, "d1") == ["Mei"]
        assert session.index.problems() == []


def test_what_somebody_edited_by_hand_after_the_crash_stays(project):
    killed(project, rename, UnderWay, "put")
    edit(project.codebook_yaml, codebook_yaml(["emotion", "by hand"]))
    os.utime(project.codebook_yaml, (time.time() + 120,) * 2)
    with Session(project, coder="c1"):
        assert codes(project) == ["emotion", "by hand"]


def test_a_document_that_somebody_coded_meanwhile_is_not_taken_away(project, incoming):
    killed(project, lambda session: session.import_documents(incoming), writing.Writing, "_put")
    path = project.coding_file("c2", "a")
    path.parent.mkdir(parents=True)
    path.write_bytes(b"")
    with Session(project, coder="c1"):
        assert sorted(file.stem for file in project.transcripts.iterdir()) == ["a", "d1", "d2"]


def test_what_a_living_process_has_under_way_is_left_alone(project):
    noted = UnderWay(project, "act")
    noted.will(makes={project.transcript("d1"): hash_of(project.transcript("d1"))})
    with saving.put_in_place(project.root / "x", saving.like_before(project.codebook_yaml)) as file:
        file.write(b"x")
        aged(project)
        with Session(project, coder="c2"):
            assert project.transcript("d1").exists()
    assert (project.root / "x").read_bytes() == b"x"
    noted.close()
    assert not list(project.root.rglob("*doing*"))


def test_a_note_that_came_with_a_copy_of_the_project_does_nothing(project, tmp_path):
    outside = tmp_path / "outside.md"
    outside.write_text("x", encoding="utf-8")
    place = project.root / ".qualcode" / "doing"
    place.mkdir(parents=True)
    for inode in (1, (place / "act.jsonl").touch() or (place / "act.jsonl").stat().st_ino):
        lines = [
            {"inode": inode},
            {"replaces": "../outside.md", "kept": ""},
            {"makes": "../outside.md", "hash": hash_of(outside)},
        ]
        (place / "act.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
        with Session(project, coder="c1"):
            assert outside.exists()


def test_begun_files_of_dead_processes_go_and_others_stay(project):
    dead = os.fork()
    if dead == 0:
        os._exit(0)
    os.waitpid(dead, 0)
    for name in (f".saving-{dead}-x", f".saving-{os.getpid()}-x", f".before-{dead}-codebook.yaml", ".gitignore"):
        (project.root / name).write_text("", encoding="utf-8")
    aged(project)
    with Session(project, coder="c1"):
        left = sorted(path.name for path in project.root.glob(".*") if path.is_file())
    assert left == [".gitignore", f".saving-{os.getpid()}-x"]


def test_acts_killed_at_any_step_are_there_whole_or_not_at_all(tmp_path):
    from tests.torture.kill_trial import Killed
    from tests.torture.kills import aimed, study

    rng = random.Random(1)
    template = study(tmp_path / "template", tmp_path / "kept", 1)
    tried: list[tuple[str, Killed]] = list(aimed(template, tmp_path / "p", 1, rng, 5))
    for number in range(2):
        tried.append(("random", template.copied(tmp_path / "p").killed(f"{number}")))
    assert [(what, k.lost, k.damaged, k.crashed) for what, k in tried if k.lost or k.damaged or k.crashed] == []
    assert sum(k.died for _, k in tried) == 7


def test_after_a_kill_the_index_answers_as_a_fresh_one(project):
    killed(project, rename, UnderWay, "put")
    with Session(project, coder="c1") as session:
        assert answers(session.index) == fresh_answers(project)


def test_an_empty_folder_for_notes_goes_when_nobody_is_about_to_use_it(project):
    for place in (project.root / ".doing", project.root / ".qualcode" / "doing"):
        place.mkdir(parents=True)
        os.utime(place, (time.time() - 3600,) * 2)
    with Session(project, coder="c1"):
        assert not list(project.root.rglob("*doing"))
    (project.root / ".doing").mkdir()
    with Session(project, coder="c1"):
        assert (project.root / ".doing").is_dir()
