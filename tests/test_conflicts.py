"""Conflicts that git leaves: told with their lines, read as ours meanwhile, and never written into."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from qualcode.analysis.check import check
from qualcode.core.conflicts import conflicts, our_side, their_side
from qualcode.errors import BadFile
from qualcode.files.folder import ProjectFolder
from qualcode.session import Session
from qualcode.session.starting import new_project
from qualcode.tui.app import QualcodeApp
from qualcode.tui.desk import Desk
from tests.builders import edit, events_on_disk, make_project, open_index, quotes_of, transcript
from tests.screens import until

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


def test_two_versions_that_begin_alike_are_told_from_where_they_differ(project: ProjectFolder) -> None:
    long = "  definition: " + "words that both versions have, and many of them, " * 4
    edit(
        project.codebook_yaml,
        project.codebook_yaml.read_text("utf-8").replace("  name: work\n", f"  name: work\n{long}mine\n"),
    )
    in_conflict(project.codebook_yaml, f"{long}mine", f"{long}yours")
    (told,) = (problem for problem in check(project)[0] if problem.path == "codebook.yaml")
    assert "them, mine”, theirs “…" in told.message
    assert "them, yours”" in told.message


def half_merged(project: ProjectFolder) -> bytes:
    """The codebook as git leaves it: a change of theirs that fits, a new code of theirs, and a conflict; as it was before."""
    before = project.codebook_yaml.read_bytes()
    in_conflict(project.codebook_yaml, "  name: work", "  name: labour")
    text = project.codebook_yaml.read_text("utf-8").replace("name: longing", "name: yearning")
    edit(project.codebook_yaml, text + "- id: theirs\n  name: theirs\n")
    return before


def test_the_last_good_codebook_counts_meanwhile_and_what_was_chosen_afterwards(project: ProjectFolder) -> None:
    with Session(project, "c1") as session:
        before = session.index.codebook
        half_merged(project)
        session.index.refresh()
        assert session.index.codebook == before
    with Session(project, "c2") as session:  # another process
        assert session.index.codebook == before
        assert session.code("one", quote="rained", code="longing").code == "longing"
    (told,) = (problem for problem in check(project)[0] if problem.path == "codebook.yaml")  # as check reads it too
    assert "the last version without conflict is used" in told.message
    left = project.codebook_yaml.read_text("utf-8")
    edit(project.codebook_yaml, their_side(left, conflicts(left)))
    index = open_index(project)
    assert [index.codebook[code].name for code in ("work", "longing", "theirs")] == ["labour", "yearning", "theirs"]


def test_where_no_good_version_is_known_ours_counts_meanwhile(project: ProjectFolder) -> None:
    half_merged(project)
    index = open_index(project)
    assert [index.codebook[code].name for code in ("work", "longing", "theirs")] == ["work", "yearning", "theirs"]


def test_an_index_in_memory_takes_the_last_good_version_from_the_one_on_disk(project: ProjectFolder) -> None:
    before = open_index(project).codebook
    half_merged(project)
    assert open_index(project, in_memory=True).codebook == before


def test_the_last_good_project_counts_meanwhile(project: ProjectFolder) -> None:
    before = open_index(project).project
    in_conflict(project.project_yaml, "title: A study", "title: Their study")
    edit(
        project.project_yaml,
        project.project_yaml.read_text("utf-8").replace("- id: liang\n", "- id: zhao\n- id: liang\n"),
    )
    assert open_index(project).project == before


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


def test_a_text_that_was_sound_is_looked_at_again_once_it_changed(project: ProjectFolder) -> None:
    with Session(project, "c1") as session:
        session.code("one", 0, 4, "work")
        sound = in_conflict(project.transcript("one"), "P: We waited long.", "P: We waited for long.")
        with pytest.raises(BadFile, match="conflict"):
            session.code("one", 4, 8, "work")
        edit(project.transcript("one"), sound)
        session.code("one", 8, 12, "work")
    assert len(events_on_disk(project, "c1", "one")) == 2


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
        await until(lambda: any("a conflict that git left" in note.message for note in app._notifications))
        await pilot.press("j", "c", *"longing", "enter")
        await pilot.pause()
    assert [event.op for event in events_on_disk(project, "c1", "one")] == ["apply"]


def test_without_gitattributes_the_events_of_both_sides_count_and_the_markers_are_told(project: ProjectFolder) -> None:
    with Session(project, "c1") as session:
        for quote in ("waited", "rained", "How"):
            session.code("one", quote=quote, code="longing")
    path = project.coding_file("c1", "one")
    first, ours, theirs = path.read_text(encoding="utf-8").splitlines()
    edit(path, f"{first}\n<<<<<<< HEAD\n{ours}\n=======\n{theirs}\n>>>>>>> other\n")
    index = open_index(project, in_memory=True)
    assert len(quotes_of(index)) == 3
    assert [(problem.line, "both sides are loaded" in problem.message) for problem in index.problems()] == [(2, True)]
    with Session(project, "c1") as session:
        session.code("one", quote="long", code="longing")  # work goes on below it
    assert len(events_on_disk(project, "c1", "one")) == 4


def git(root: Path, *command: str) -> str:
    who = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
    return subprocess.run(["git", "-C", str(root), *who, *command], capture_output=True, text=True).stdout


def test_check_tells_of_an_unfinished_merge_and_of_missing_attributes(tmp_path: Path) -> None:
    project = new_project(tmp_path / "study")
    assert check(project)[0] == []
    edit(project.transcript("eins"), "A: one\n")
    for command in (
        ["init", "-q", "-b", "main"],
        ["add", "-A"],
        ["commit", "-q", "-m", "begin"],
        ["checkout", "-q", "-b", "b"],
    ):
        git(project.root, *command)
    assert check(project)[0] == []
    edit(project.transcript("eins"), "A: two\n")
    git(project.root, "commit", "-qam", "changed")
    git(project.root, "checkout", "-q", "main")
    git(project.root, "rm", "-q", "transcripts/eins.md")
    git(project.root, "commit", "-qm", "deleted")
    git(project.root, "merge", "-q", "b")
    assert [(problem.path, problem.message) for problem in check(project)[0]] == [(".git", "a merge is not finished")]
    git(project.root, "merge", "--abort")
    edit(project.root / ".gitattributes", "transcripts/** -text\n")
    (problem,) = check(project)[0]
    assert "`codings/** merge=union -text`" in problem.advice


def test_new_projects_tell_git_how_to_treat_each_kind_of_file(tmp_path: Path) -> None:
    root = new_project(tmp_path / "study").root
    git(root, "init", "-q")
    files = [
        "codings/c1/访谈.jsonl",
        "log/c1.jsonl",
        "transcripts/访谈.md",
        "sources/访谈.docx",
        "memos/备忘.md",
        "codebook.yaml",
    ]
    told = git(root, "-c", "core.quotePath=false", "check-attr", "merge", "text", "eol", "--", *files)
    assert told.splitlines() == [
        f"{file}: {name}: {value}"
        for file, values in zip(
            files,
            [("union", "unset", "unspecified")] * 2
            + [("unspecified", "unset", "unspecified"), ("unset", "unset", "unspecified")]
            + [("unspecified", "set", "lf")] * 2,
            strict=True,
        )
        for name, value in zip(("merge", "text", "eol"), values, strict=True)
    ]
