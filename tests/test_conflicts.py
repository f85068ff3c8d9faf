"""Conflicts that git leaves: told with their lines, read as ours meanwhile, and never written into."""

from __future__ import annotations

from pathlib import Path

import pytest

from qualcode.analysis.check import check
from qualcode.core.conflicts import conflicts, our_side, their_side
from qualcode.errors import BadFile
from qualcode.files.folder import ProjectFolder
from qualcode.session import Session
from qualcode.tui.app import QualcodeApp
from qualcode.tui.desk import Desk
from tests.builders import edit, events_on_disk, make_project, open_index, quotes_of, transcript

BODY = "I: How was it?\nP: We waited long.\nP: Then it rained.\n"
LEFT = "<<<<<<< HEAD\nours\n||||||| 12ab\nbefore\n=======\ntheirs\n>>>>>>> b\n"
DIFF2 = "<<<<<<< HEAD\nours\n=======\ntheirs\n>>>>>>> b\n"


@pytest.fixture
def project(tmp_path: Path) -> ProjectFolder:
    return make_project(tmp_path / "p", {"one": transcript(BODY, title="One", case="liang")}, cases=["liang"])


def in_conflict(path: Path, line: str, theirs: str) -> str:
    """Leave a conflict about one line of a file; the file as it was before."""
    before = path.read_text(encoding="utf-8")
    assert f"{line}\n" in before
    edit(path, before.replace(f"{line}\n", f"<<<<<<< HEAD\n{line}\n=======\n{theirs}\n>>>>>>> other\n"))
    return before


@pytest.mark.parametrize("left", [LEFT, DIFF2], ids=["with the ancestor", "without"])
def test_both_versions_can_be_told_apart(left: str) -> None:
    text = f"one\n{left}two\n{left}three\n"
    found = conflicts(text)
    assert our_side(text, found) == "one\nours\ntwo\nours\nthree\n"
    assert their_side(text, found) == "one\ntheirs\ntwo\ntheirs\nthree\n"
    assert text.split("\n")[found[1].first - 1].startswith("<<<")
    assert text.split("\n")[found[1].last - 1].startswith(">>>")


@pytest.mark.parametrize(
    "text",
    ["Title\n=======\nwords\n", "<<<<<<< a\nno end\n=======\n", "=======\n>>>>>>> b\n<<<<<<< a\n", "<<<<<<<<\na\n=======\nb\n>>>>>>>>\n"],
    ids=["a heading", "never ended", "out of order", "longer rows"],
)  # fmt: skip
def test_a_row_of_signs_is_no_conflict(text: str) -> None:
    assert conflicts(text) == []


def test_a_transcript_with_a_row_of_equals_signs_is_read_as_it_is(project: ProjectFolder) -> None:
    edit(project.transcript("one"), transcript(f"{BODY}=======\nP: Later.\n"))
    index = open_index(project)
    assert index.body("one").text == f"{BODY}=======\nP: Later.\n"
    assert index.problems() == []


@pytest.mark.parametrize(
    ("file", "line", "theirs"),
    [
        ("codebook.yaml", "  name: work", "  name: labour"),
        ("project.yaml", "title: A study", "title: Their study"),
        ("transcripts/one.md", "title: One", "title: Their one"),
        ("transcripts/one.md", "P: We waited long.", "P: We waited for long."),
        ("memos/m.md", "Ours says so.", "Theirs does not."),
    ],
)
def test_a_conflict_is_one_problem_with_its_lines_and_both_versions(
    project: ProjectFolder, file: str, line: str, theirs: str
) -> None:
    project.memos.mkdir()
    edit(project.memo("m"), "---\ntitle: M\nabout: project\n---\nOurs says so.\n")
    path = project.root / file
    in_conflict(path, line, theirs)
    first = path.read_text(encoding="utf-8").split("\n").index("<<<<<<< HEAD") + 1
    problems, _ = check(project)  # from the files alone
    told = [problem for problem in problems if problem.path == file]
    assert [problem.line for problem in told] == [first]
    message = f"{told[0]}"
    assert f"lines {first} to {first + 4}" in message
    assert line.strip() in message
    assert theirs.strip() in message
    assert f"git checkout --ours {file}" in message


def test_the_codebook_counts_as_ours_says_and_is_not_written_into(project: ProjectFolder) -> None:
    with Session(project, "c1") as session:
        session.code("one", quote="waited", code="longing")
        in_conflict(project.codebook_yaml, "  name: work", "  name: labour")
        left = project.codebook_yaml.read_bytes()
        with pytest.raises(BadFile, match="a conflict that git left"):
            session.add_code("new")
        with pytest.raises(BadFile, match="a conflict that git left"):
            session.edit_code("longing", definition="other")
        assert session.code("one", quote="rained", code="work").code == "work"  # coding goes on
        assert session.index.codebook.path("work") == "work"
    assert project.codebook_yaml.read_bytes() == left
    assert [event.what for event in events_on_disk(project, "c1", "") if event.what != "codebook"] == []
    index = open_index(project, in_memory=True)
    assert [row["code"] for row in session_segments(index)] == ["longing", "work"]


def session_segments(index):  # type: ignore[no-untyped-def]
    from qualcode.analysis.segments import segments

    return [{"code": row["code"].rpartition("/")[2]} for row in segments(index)]


def test_project_yaml_is_not_written_into(project: ProjectFolder) -> None:
    in_conflict(project.project_yaml, "title: A study", "title: Their study")
    left = project.project_yaml.read_bytes()
    with Session(project, "c1") as session:
        assert session.index.project.title == "A study"
        with pytest.raises(BadFile, match="a conflict that git left"):
            session.set_case("liang", {"visits": "3"})
    assert project.project_yaml.read_bytes() == left


def test_codings_stay_in_place_and_nothing_is_taken_for_a_correction(project: ProjectFolder) -> None:
    with Session(project, "c1") as session:
        session.code("one", quote="rained", code="longing")
        before = in_conflict(project.transcript("one"), "P: We waited long.", "P: We waited for long.")
        session.index.refresh()
        assert quotes_of(session.index) == [("rained", "exact")]
        assert session.notice_text_edits() == []
        with pytest.raises(BadFile, match="a conflict that git left"):
            session.code("one", quote="waited", code="longing")
        with pytest.raises(BadFile, match="a conflict that git left"):
            session.correct_text("one", BODY.replace("rained", "snowed"))
        session.note(session.index.value("SELECT id FROM coding"), "seen meanwhile")
        edit(project.transcript("one"), before.replace("We waited long", "We waited for long"))
        session.index.refresh()
        assert quotes_of(session.index) == [("rained", "moved")]
        assert len(session.notice_text_edits()) == 1  # their version was chosen: that is a change
        assert project.transcript("one").read_text(encoding="utf-8").count("<<<") == 0


def test_a_memo_is_read_and_not_written_into(project: ProjectFolder) -> None:
    with Session(project, "c1") as session:
        memo = session.new_memo("M", text="Ours says so.\n\nMore.\n")
        in_conflict(project.memo(memo.id), "Ours says so.", "Theirs does not.")
        left = project.memo(memo.id).read_bytes()
        with pytest.raises(BadFile, match="a conflict that git left"):
            session.edit_memo(memo.id, text="over it\n")
        assert session.index.value("SELECT text FROM memo") == "Ours says so.\n\nMore.\n"
    assert project.memo(memo.id).read_bytes() == left


async def test_the_screen_tells_of_a_conflict_and_works_on(project: ProjectFolder) -> None:
    app = QualcodeApp(Desk(project, "c1"))
    async with app.run_test(size=(130, 40)) as pilot:
        await pilot.pause()
        in_conflict(project.codebook_yaml, "  name: work", "  name: labour")
        app._take_over(app.desk.fingerprint())
        await pilot.pause()
        assert any("a conflict that git left" in note.message for note in app._notifications)
        await pilot.press("j", "c", *"longing", "enter")
        await pilot.pause()
    assert [event.op for event in events_on_disk(project, "c1", "one")] == ["apply"]
