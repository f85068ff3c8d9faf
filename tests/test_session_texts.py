"""Correcting texts: on disk, in the log, undone, by several coders, and from outside."""

import shutil

import pytest
from builders import edit, make_project, transcript

from qualcode.analysis.audit import audit
from qualcode.analysis.review import review
from qualcode.analysis.segments import segments
from qualcode.errors import BadOption, BadSpan, CannotUndo, UnknownName
from qualcode.files.folder import ProjectFolder
from qualcode.files.text_files import read_body
from qualcode.index.index import Index
from qualcode.session import Session

BODY = """Ying: What did you do on your birthday?

Mei: I wrote a letter. I miss her so much.

Ying: Mhm.

Mei: My hands hurt from the cold.
"""
MATTER = {"title": "A talk", "case": "zhao", "speakers": {"Ying": "ying", "Mei": ""}}


@pytest.fixture
def project(tmp_path):
    return make_project(
        tmp_path / "p", {"d1": transcript(BODY, **MATTER), "d2": transcript("Bo: Rain.\n")}, cases=["zhao"]
    )


def states(project):
    index = Index(project)
    index.refresh()
    found = [(row["text"], row["anchor"]) for row in segments(index)]
    index.close()
    return found


def snapshot(project):
    """The files that a user keeps, byte for byte, logs aside."""
    return {path.relative_to(project.root): path.read_bytes() for path in sorted(project.root.rglob("*"))
            if path.is_file() and ".qualcode" not in path.parts and "log" not in path.parts}  # fmt: skip


def test_a_correction_keeps_front_matter_and_tells_where_codings_stand(project):
    with Session(project, "c1") as session:
        session.code("d1", quote="I wrote a letter.", code="work")
        session.code("d1", quote="My hands hurt", code="work")
        matter = project.transcript("d1").read_text("utf-8").split("---\n")[1]
        done = session.correct_text("d1", BODY.replace("a letter", "one letter").replace("Mhm.", "I see."))
        assert (done.places, done.exact, done.moved, done.changed, done.lost) == (2, 0, 1, 1, 0)
        assert "1 on words that were changed" in str(done)
    assert project.transcript("d1").read_text("utf-8").split("---\n")[1] == matter
    assert states(project) == [("I wrote one letter.", "changed"), ("My hands hurt", "moved")]


def test_undo_and_redo_take_text_and_codings_along_also_another_day(project):
    with Session(project, "c1") as session:
        session.code("d1", quote="I miss her", code="emotion")
        before = snapshot(project)
        session.correct_text("d1", "Well.\n" + BODY.replace("miss", "missed"))
        after = snapshot(project)
    shutil.rmtree(project.root / ".qualcode")
    with Session(project, "c1") as session:
        assert "corrected the text of d1" in session.undo()[0].text
        assert snapshot(project) == before
        assert states(project) == [("I miss her", "exact")]
        session.redo()
        assert snapshot(project) == after
        assert states(project) == [("I missed her", "changed")]


def test_codings_made_after_a_correction_stay_when_it_is_undone(project):
    with Session(project, "c1") as session:
        session.correct_text("d1", BODY.replace("I wrote", "I sat down and wrote"))
        correction = audit(session.index).entries[-1].event_id
        session.code("d1", quote="My hands hurt", code="work")
        session.take_back(correction)
    assert read_body(project.transcript("d1")) == BODY
    assert states(project) == [("My hands hurt", "moved")]


def test_the_same_text_again_is_no_correction(project):
    before = snapshot(project)
    with Session(project, "c1") as session:
        assert str(session.correct_text("d1", BODY)) == "d1: nothing was changed."
        assert str(session.correct_text("d1", BODY.replace("\n", "\r\n"))) == "d1: nothing was changed."
        assert str(session.correct_text("d1", BODY.rstrip("\n"))) == "d1: nothing was changed."
    assert snapshot(project) == before
    assert not project.log_file("c1").exists()


@pytest.mark.parametrize("text", ["", " \n\n"])
def test_an_empty_text_is_refused(project, text):
    before = snapshot(project)
    with Session(project, "c1") as session, pytest.raises(BadOption, match="would be empty"):
        session.correct_text("d1", text)
    assert snapshot(project) == before


def test_a_correction_of_a_text_that_was_changed_meanwhile_is_kept_apart(project):
    with Session(project, "c1") as session:
        seen = session.body("d1")
        with Session(project, "c2") as other:
            other.correct_text("d1", BODY.replace("Mhm.", "I see."))
        with pytest.raises(BadOption, match="changed on disk meanwhile") as refused:
            session.correct_text("d1", BODY.replace("letter", "poem"), seen=seen)
    kept = str(refused.value).split("It is kept in ")[1].split(";")[0]
    with open(kept, encoding="utf-8") as file:
        assert "poem" in file.read()
    assert "I see." in read_body(project.transcript("d1"))


def test_two_coders_who_coded_while_one_corrected_are_right_after_their_folders_are_merged(project, tmp_path):
    with Session(project, "c1") as session:
        session.code("d1", quote="I miss her so much.", code="emotion")
    theirs = ProjectFolder(tmp_path / "theirs")
    shutil.copytree(project.root, theirs.root)
    with Session(theirs, "c2") as session:
        session.code("d1", quote="My hands hurt from the cold.", code="work")
        session.code("d1", quote="I wrote a letter.", code="work")
    with Session(project, "c1") as session:
        session.correct_text(
            "d1", BODY.replace("What did you do", "So what did you do").replace("a letter", "her a letter")
        )
        session.code("d1", quote="wrote her a letter", code="emotion/longing")
    shutil.copytree(theirs.root / "codings" / "c2", project.root / "codings" / "c2")
    assert states(project) == [
        ("I wrote her a letter.", "changed"), ("wrote her a letter", "exact"), ("I miss her so much.", "moved"),
        ("My hands hurt from the cold.", "moved"),
    ]  # fmt: skip
    for name in (
        "transcripts",
        "log",
        "codings",
    ):  # and the other way round: the corrected text comes to the other coder
        shutil.copytree(project.root / name, theirs.root / name, dirs_exist_ok=True)
    assert states(theirs) == states(project)
    with Session(theirs, "c2") as session:
        assert session.notice_text_edits() == []
        assert [row["text_when_coded"] for row in review(session.index)] == ["I wrote a letter."]
        session.accept([row["coding_id"] for row in review(session.index)])
        assert not review(session.index)


def test_each_coder_accepts_their_own(project):
    with Session(project, "c1") as session:
        mine = session.code("d1", quote="I miss her so much.", code="emotion")
        session.correct_text("d1", BODY.replace("so much", "very much"))
    with Session(project, "c2") as session, pytest.raises(BadOption, match="only its own coder"):
        session.accept([mine.id])


def test_accepting_all_is_one_step_and_lost_ones_are_refused(project):
    with Session(project, "c1") as session:
        ids = [
            session.code("d1", quote=quote, code="work").id for quote in ("I wrote a letter.", "I miss her so much.")
        ]
        gone = session.code("d1", quote="My hands hurt from the cold.", code="work").id
        text = BODY.replace("a letter", "one letter").replace("so much", "very much")
        session.correct_text("d1", text.replace("My hands hurt from the cold.", "(laughs)"))
        with pytest.raises(BadOption, match="lost its place"):
            session.accept([*ids, gone])
        assert [state for _, state in states(project)] == ["changed", "changed", "lost"]
        session.accept(ids)
        assert [state for _, state in states(project)] == ["exact", "exact", "lost"]
        session.undo()
        assert [state for _, state in states(project)] == ["changed", "changed", "lost"]
        session.rebind(gone, quote="(laughs)")
        assert states(project)[-1] == ("(laughs)", "exact")
        with pytest.raises(BadSpan):
            session.rebind(gone, quote="not there")


# ---------------------------------------------------------------- from outside


def test_an_edit_from_outside_is_carried_at_once_logged_with_the_next_act_and_undone(project):
    with Session(project, "c1") as session:
        session.code("d1", quote="I miss her so much.", code="emotion")
        before = project.transcript("d1").read_bytes()
        edit(project.transcript("d1"), transcript("Rain.\n" + BODY.replace("miss", "missed"), **MATTER))
        session.index.refresh()
        assert states(project) == [("I missed her so much.", "changed")]
        session.code("d1", quote="Mhm.", code="work")
        told = [entry.act for entry in audit(session.index).entries]
        assert told[-2:] == ["corrected text", "coded"]
        session.undo()
        assert "changed outside qualcode" in session.undo()[0].text
    assert project.transcript("d1").read_bytes() == before
    assert states(project) == [("I miss her so much.", "exact")]


def test_a_search_and_replace_outside_while_nobody_looks_is_carried_too(project):
    with Session(project, "c1") as session:
        session.code("d1", quote="I miss her so much.", code="emotion")
    edit(project.transcript("d1"), transcript(BODY.replace("Mei", "Mei-Ling"), **MATTER))
    with Session(project, "c2") as session:
        (corrected,) = session.notice_text_edits()
        assert (corrected.moved, corrected.changed, corrected.lost) == (1, 0, 0)
        assert session.notice_text_edits() == []


def test_half_a_file_seen_while_an_editor_saves_harms_nothing(project):
    path = project.transcript("d1")
    with Session(project, "c1") as session:
        session.code("d1", quote="I miss her so much.", code="emotion")
        edit(path, "")
        session.index.refresh()
        edit(path, transcript(BODY.replace("Mhm.", "I see."), **MATTER))
        session.index.refresh()
        assert states(project) == [("I miss her so much.", "exact")]
        (corrected,) = session.notice_text_edits()
        assert corrected.places == 1


def test_without_the_old_text_the_words_are_looked_for(project):
    with Session(project, "c1") as session:
        session.code("d1", quote="My hands hurt from the cold.", code="work")
    shutil.rmtree(project.root / ".qualcode")
    edit(project.transcript("d1"), transcript("Rain.\n" + BODY, **MATTER))
    index = Index(project)
    index.refresh()
    assert [(row["state"], row["text_now"]) for row in review(index)] == [("found", "My hands hurt from the cold.")]
    index.close()


def test_an_undo_over_a_later_edit_from_outside_is_refused(project):
    with Session(project, "c1") as session:
        session.correct_text("d1", BODY.replace("Mhm.", "I see."))
        correction = audit(session.index).entries[-1].event_id
        edit(project.transcript("d1"), transcript(BODY.replace("Mhm.", "I do see."), **MATTER))
        with pytest.raises(CannotUndo, match=r"later acts stand on it|changed since"):
            session.take_back(correction)
        session.undo()
        session.undo()
    assert read_body(project.transcript("d1")) == BODY


# ---------------------------------------------------------------- a new version of the file, and labels


def test_a_new_version_of_the_file_is_kept_and_carried(project, tmp_path):
    new = tmp_path / "talk, mended.txt"
    new.write_text(BODY.replace("Mhm.", "I see."), "utf-8")
    with Session(project, "c1") as session:
        session.code("d1", quote="My hands hurt", code="work")
        done = session.update_text("d1", new)
        assert (done.places, done.lost) == (1, 0)
        assert audit(session.index).entries[-1].step.after["source"].startswith("sources/")
        assert (project.sources / "talk, mended.txt").read_bytes() == new.read_bytes()
        session.undo()
    assert read_body(project.transcript("d1")) == BODY


def test_a_label_is_renamed_in_turns_and_front_matter_as_one_step(project):
    before = snapshot(project)
    with Session(project, "c1") as session:
        session.code("d1", quote="I miss her so much.", code="emotion")
        codings = snapshot(project)
        session.rename_speaker("d1", "Mei", "Mei Zhao")
        info = session.index.document_info("d1")
        assert list(info.speakers) == ["Ying", "Mei Zhao"]
        assert [turn.speaker for turn in session.body("d1").turns] == ["Ying", "Mei Zhao", "Ying", "Mei Zhao"]
        assert states(project) == [("I miss her so much.", "moved")]
        with pytest.raises(UnknownName, match="Nobody is called 'Mei'"):
            session.rename_speaker("d1", "Mei", "M")
        with pytest.raises(BadOption):
            session.rename_speaker("d1", "Mei Zhao", "Ying")
        session.undo()
        assert snapshot(project) == codings
        session.undo()
    assert {path: data for path, data in snapshot(project).items() if "codings" not in path.parts} == before
