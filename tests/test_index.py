"""The index says what the files say, whatever happened to either."""

import itertools
import os
import shutil
import unicodedata
from pathlib import Path

import pytest
from builders import (
    AT,
    answers,
    apply,
    edit,
    event,
    event_id,
    fresh_answers,
    make_project,
    open_index,
    quotes_of,
    transcript,
    write_events,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from qualcode.analysis.segments import segments
from qualcode.errors import BadFile
from qualcode.files.folder import stamps

BODY = "Mei: I miss her. I am proud.\nLing: I sew shoes.\n"


def project_in(folder):
    """One document with three codings by two coders."""
    project = make_project(folder, {"d1": transcript(BODY, case="zhao")}, cases=["zhao"])
    write_events(project, "c1", "d1", [apply(1, BODY, "I miss her"), apply(2, BODY, "I sew shoes", "work")])
    write_events(project, "c2", "d1", [apply(3, BODY, "I am proud", "emotion")])
    return project


@pytest.fixture
def project(tmp_path):
    return project_in(tmp_path / "p")


@pytest.fixture
def index(project):
    found = open_index(project)
    yield found
    found.close()


# ------------------------------------------------------------------------------------ refresh


def test_the_codings_of_all_coders_are_there(index):
    assert quotes_of(index) == [("I miss her", "exact"), ("I am proud", "exact"), ("I sew shoes", "exact")]


def test_the_quick_look_at_the_files_sees_those_that_are_read_and_no_others(project):
    project.memos.mkdir()
    others = (
        "transcripts/.hidden.md",
        "transcripts/d2.txt",
        "memos/.m.md",
        "codings/c1/d1.torn",
        "codings/c1/.d1.jsonl",
    )
    for name in ("memos/a.md", *others):
        (project.root / name).write_text("words\n", encoding="utf-8")
    write_events(project, "c1", "", [])
    index = open_index(project)
    read = dict(index.rows("SELECT path, size FROM file"))
    assert {path: size for path, (size, _) in stamps(project).items()} == read
    assert read.keys() == {
        "project.yaml", "codebook.yaml", "transcripts/d1.md", "memos/a.md",
        "codings/c1/d1.jsonl", "codings/c2/d1.jsonl", "log/c1.jsonl",
    }  # fmt: skip
    index.close()


def test_a_segment_says_who_where_and_how_many_words(index):
    row = segments(index)[2]
    assert (row["coder"], row["speaker"], row["start"], row["end"], row["line"], row["words"]) == (
        "c1",
        "Ling",
        35,
        46,
        2,
        3,
    )


def test_nothing_is_read_again_where_nothing_changed(index):
    assert index.refresh() is False


def test_another_s_work_is_seen_at_the_next_refresh(project, index):
    write_events(project, "c3", "d1", [apply(9, BODY, "shoes", "work")])
    assert index.refresh() is True
    assert ("shoes", "exact") in quotes_of(index)


@pytest.fixture
def files_read(monkeypatch):
    """Names of the files that are read from now on."""
    found, real = [], Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: found.append("/".join(path.parts[-2:])) or real(path))
    return found


def test_only_the_files_that_changed_are_read(project, index, files_read):
    edit(project.coding_file("c2", "d1"), "")
    index.refresh()
    assert [name for name in files_read if name.endswith(".jsonl")] == ["c2/d1.jsonl"]
    assert "p/codebook.yaml" not in files_read


def test_a_deleted_event_file_takes_its_codings_along(project, index):
    project.coding_file("c1", "d1").unlink()
    index.refresh()
    now, fresh = answers(index), fresh_answers(project)
    assert (now.pop("problems")[0][2][:14], fresh.pop("problems")) == ("2 events stood", [])
    assert now == fresh


def test_a_deleted_transcript_leaves_its_codings_lost(project, index):
    project.transcript("d1").unlink()
    index.refresh()
    assert {anchor for _, anchor in quotes_of(index)} == {"lost"}
    assert {row["line"] for row in segments(index)} == {0}


def test_a_deleted_transcript_leaves_the_same_as_an_index_built_anew(project, index):
    project.transcript("d1").unlink()
    index.refresh()
    assert answers(index) == fresh_answers(project)


def test_a_transcript_that_moved_and_was_deleted_leaves_the_same_as_an_index_built_anew(project, index):
    edit(project.transcript("d1"), "New.\n" + BODY)
    index.refresh()
    project.transcript("d1").unlink()
    index.refresh()
    assert answers(index)["segments"] == fresh_answers(project)["segments"]


def test_a_transcript_deleted_and_put_back_is_as_before(project, index):
    before, kept = answers(index), project.transcript("d1").read_bytes()
    project.transcript("d1").unlink()
    index.refresh()
    project.transcript("d1").write_bytes(kept)
    index.refresh()
    assert answers(index) == before


def test_a_code_renamed_by_hand_is_renamed_in_all_segments(project, index):
    edit(project.codebook_yaml, project.codebook_yaml.read_text("utf-8").replace("name: longing", "name: missing"))
    index.refresh()
    assert segments(index)[0]["code_path"] == "emotion/missing"


def test_a_merge_written_by_hand_counts_at_once(project, index):
    text = project.codebook_yaml.read_text("utf-8").replace("name: work", "name: work\n  merged_into: longing")
    edit(project.codebook_yaml, text)
    index.refresh()
    assert [row["code"] for row in segments(index)] == ["longing", "emotion", "longing"]


def test_a_participant_added_by_hand_gives_their_turns_a_role(project, index):
    text = project.project_yaml.read_text("utf-8").replace(
        "participants: []", "participants:\n- {id: l1, name: Ling, role: mother}"
    )
    edit(project.project_yaml, text)
    index.refresh()
    assert [row["role"] for row in segments(index)] == ["", "", "mother"]
    assert answers(index) == fresh_answers(project)


def test_broken_yaml_leaves_what_was_read_last_and_is_reported(project, index):
    edit(project.codebook_yaml, "codes: [\n")
    index.refresh()
    assert index.codebook.path("longing") == "emotion/longing"
    assert [(problem.path, problem.line) for problem in index.problems()] == [("codebook.yaml", 2)]


def test_a_codebook_that_never_could_be_read_is_refused_with_its_problems(project):
    edit(project.codebook_yaml, "codes: [\n")
    index = open_index(project, in_memory=True)
    with pytest.raises(BadFile, match=r"codebook\.yaml:2"):
        _ = index.codebook


def test_problems_go_when_they_are_mended(project, index):
    whole = project.coding_file("c1", "d1").read_text("utf-8")
    edit(project.coding_file("c1", "d1"), "oops\n")
    index.refresh()
    assert len(index.problems()) == 2  # a line that is none, and events that are gone
    edit(project.coding_file("c1", "d1"), whole)
    index.refresh()
    assert index.problems() == []


# ------------------------------------------------------------------------------------ a text edited by hand


def test_codings_behind_an_insertion_have_moved(project, index):
    edit(project.transcript("d1"), transcript("Rain e\u0301 妈妈.\n" + BODY, case="zhao"))
    index.refresh()
    assert [(row["start"], row["end"], row["anchor"]) for row in segments(index)] == [
        (17, 27, "moved"), (29, 39, "moved"), (47, 58, "moved"),
    ]  # fmt: skip


def test_front_matter_does_not_move_codings(project, index):
    edit(project.transcript("d1"), transcript(BODY, title="A title", case="zhao", kind="interview"))
    index.refresh()
    assert {anchor for _, anchor in quotes_of(index)} == {"exact"}


def test_a_quote_that_was_edited_is_changed_and_keeps_what_was_coded(project, index):
    edit(project.transcript("d1"), transcript(BODY.replace("miss", "hate"), case="zhao"))
    index.refresh()
    (row,) = [row for row in segments(index) if row["anchor"] == "changed"]
    assert (row["text"], row["text_when_coded"]) == ("I hate her", "I miss her")


def test_a_quote_that_was_taken_out_is_lost_and_keeps_its_words(project, index):
    edit(project.transcript("d1"), transcript(BODY.replace("I miss her", ""), case="zhao"))
    index.refresh()
    (row,) = [row for row in segments(index) if row["anchor"] == "lost"]
    assert (row["text"], row["line"], row["speaker"]) == ("I miss her", 0, "")


def test_a_quote_that_came_back_is_exact_again(project, index):
    edit(project.transcript("d1"), transcript("Nothing.\n", case="zhao"))
    index.refresh()
    edit(project.transcript("d1"), transcript(BODY, case="zhao"))
    index.refresh()
    assert {anchor for _, anchor in quotes_of(index)} == {"exact"}


def test_turns_are_those_of_the_speakers_that_are_declared_now(project, index):
    edit(project.transcript("d1"), transcript(BODY, speakers=["Ling"]))
    _ = index.body("d1").turns  # asked for before the index noticed the change
    index.refresh()
    assert [turn.speaker for turn in index.body("d1").turns] == ["", "Ling"]


@settings(max_examples=25)
@given(st.lists(st.sampled_from(["I miss her", "I am proud", "I sew shoes", "Mei: ", "Ling: ", "é", "妈妈", "\n"])))
def test_a_wrong_quote_is_never_shown(tmp_path_factory, pieces):
    project = project_in(tmp_path_factory.mktemp("edited") / "p")
    body = "".join(pieces)
    edit(project.transcript("d1"), body)
    index = open_index(project, in_memory=True)
    rows = segments(index).rows
    assert len(rows) == 3
    assert all(row["anchor"] == "lost" or body[row["start"] : row["end"]] == row["text"] for row in rows)


# ------------------------------------------------------------------------------------ the index is only a cache


def test_a_deleted_index_is_built_anew_with_the_same_rows(project, index):
    before = answers(index)
    index.close()
    shutil.rmtree(project.index_db.parent)
    assert answers(open_index(project)) == before


def test_an_index_in_memory_has_the_same_rows(project, index):
    assert fresh_answers(project) == answers(index)


def test_an_index_opened_again_reads_no_file(project, index, files_read):
    index.close()
    assert len(quotes_of(open_index(project))) == 3
    assert files_read == []


def damage_all(data):
    return b"this is no database, " * 500


def damage_behind_the_first_page(data):
    return data[:4096] + b"\xa5" * (len(data) - 4096)


def damage_the_end(data):
    return data[: len(data) // 2]


@pytest.mark.parametrize(
    "damage", [damage_all, damage_behind_the_first_page, damage_the_end, lambda data: b""],
    ids=["all", "behind the first page", "cut in half", "empty"],
)  # fmt: skip
def test_a_damaged_index_is_built_anew(project, index, damage):
    before = answers(index)
    index.close()
    project.index_db.write_bytes(damage(project.index_db.read_bytes()))
    assert answers(open_index(project)) == before


def test_an_index_of_another_version_is_built_anew(project, index):
    before = answers(index)
    index.db.execute("PRAGMA user_version = 999")
    index.db.execute("CREATE TABLE foreign_table (x)")
    index.close()
    again = open_index(project)
    assert answers(again) == before
    assert again.value("SELECT count(*) FROM sqlite_master WHERE name = 'foreign_table'") == 0


def test_where_the_index_cannot_be_written_it_lives_in_memory(tmp_path):
    project = project_in(tmp_path / "p")
    (project.root / ".qualcode").write_text("in the way")
    assert len(quotes_of(open_index(project))) == 3


def test_in_a_read_only_folder_the_index_lives_in_memory(project, monkeypatch):
    def refuse(*_args, **_options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.mkdir", refuse)
    assert len(quotes_of(open_index(project))) == 3


def test_the_order_in_which_files_arrive_makes_no_difference(tmp_path, project):
    expected = fresh_answers(project)
    files = ["project.yaml", "codebook.yaml", "transcripts/d1.md", "codings/c1/d1.jsonl", "codings/c2/d1.jsonl"]
    for number, order in enumerate(itertools.permutations(files)):
        arriving = type(project)(tmp_path / f"arriving-{number}")
        arriving.root.mkdir()
        index = open_index(arriving, in_memory=True)
        for file in order:
            (arriving.root / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(project.root / file, arriving.root / file)
            index.refresh()
        assert answers(index) == expected, order
        index.close()


def test_documents_come_by_case_then_date_then_id(tmp_path):
    fields = {
        "b": ("zhao", ""),
        "a": ("zhao", "2009-02-01"),
        "d": ("liang", "2009-01-01"),
        "c": ("", ""),
        "e": ("zhao", "2009-01-01"),
    }
    documents = {name: transcript("Hi\n", case=case, date=date) for name, (case, date) in fields.items()}
    index = open_index(make_project(tmp_path / "p", documents, cases=["zhao", "liang"]))
    assert [row[0] for row in answers(index)["documents"]] == ["e", "a", "b", "d", "c"]


# ------------------------------------------------------------------------------------ odd files


ODD_LINES = [
    pytest.param('"op": "remove", "coding": "a1", "code": ["a list"]', id="a list where no code is needed"),
    pytest.param('"op": "remove", "coding": "a1", "start": {"x": 1}', id="an object where no start is needed"),
    pytest.param('"op": "remove", "coding": "a1", "before": "\\ud800"', id="half a surrogate pair"),
    pytest.param('"op": "note", "coding": "a1", "note": "\\ud83d"', id="half an emoji in a note"),
    pytest.param(
        '"op": "apply", "code": "work", "start": 0, "end": 99999999999999999999, "quote": "Mei", "body": "h"',
        id="an offset beyond all texts",
    ),
    pytest.param(
        '"op": "apply", "code": "work", "start": 0, "end": 2, "quote": "Mei", "body": "h"', id="quote and span differ"
    ),
    pytest.param('"op": "apply", "code": "work", "start": 0, "end": 1, "quote": "", "body": "h"', id="an empty quote"),
    pytest.param('"op": "revert", "target": "zz"', id="a revert of itself"),
]


@pytest.mark.parametrize("line", ODD_LINES)
def test_an_odd_line_never_stops_the_load(project, line):
    with open(project.coding_file("c1", "d1"), "a", encoding="utf-8") as file:
        file.write(f'{{"v": 1, "id": "zz", "at": "{AT}", {line}}}\n')
    quotes = quotes_of(open_index(project))
    assert {("I miss her", "exact"), ("I am proud", "exact"), ("I sew shoes", "exact")} <= set(quotes)


@pytest.mark.parametrize("quote", ["Mei", ""], ids=["another length than the span", "empty"])
def test_a_quote_that_cannot_be_the_span_s_is_never_drawn_there(project, quote):
    write_events(project, "c1", "d1", [event(9, "apply", code="work", start=0, end=2, quote=quote, body="h")])
    rows = [row for row in segments(open_index(project)) if row["coding_id"] == event_id(9)]
    assert all(row["anchor"] == "lost" or BODY[row["start"] : row["end"]] == row["text"] != "" for row in rows)


def test_the_same_event_in_a_file_twice_counts_once(project, index):
    path = project.coding_file("c1", "d1")
    edit(path, path.read_text("utf-8") * 2)
    index.refresh()
    assert len(quotes_of(index)) == 3


@pytest.fixture
def decomposed(tmp_path):
    """A project that was unpacked from a Mac: the document's files are named in decomposed letters."""
    project = make_project(tmp_path / "mac")
    name = unicodedata.normalize("NFD", "café")
    (project.transcripts / f"{name}.md").write_text(BODY, encoding="utf-8")
    folder = project.codings / "c1"
    folder.mkdir(parents=True)
    shutil.move(write_events(project, "c1", "draft", [apply(1, BODY, "I miss her")]), folder / f"{name}.jsonl")
    if project.transcript("café").exists():
        pytest.skip("this file system does not tell composed from decomposed names")
    return project


def test_a_document_named_in_decomposed_letters_has_its_text(decomposed):
    index = open_index(decomposed)
    assert [row[0] for row in answers(index)["documents"]] == ["caf\u00e9"]
    assert index.body("caf\u00e9").text == BODY


def test_a_document_named_in_decomposed_letters_goes_when_its_file_goes(decomposed):
    index = open_index(decomposed)
    os.unlink(next(decomposed.transcripts.iterdir()))
    index.refresh()
    assert answers(index)["documents"] == []


def test_hidden_files_and_copies_of_editors_are_no_documents(project):
    for name in (".d2.md", "d2.md~", "#d2.md#", "d2.txt", ".DS_Store"):
        (project.transcripts / name).write_text("x")
    assert [row[0] for row in answers(open_index(project))["documents"]] == ["d1"]
