"""Files become documents, kept byte for byte, in one step that can be taken back."""

import os
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from builders import DECOMPOSED, FAMILY, edit, events_on_disk, fresh_answers, make_project
from hypothesis import given, settings
from hypothesis import strategies as st

from qualcode.errors import BadFile, BadOption, CannotSave, CannotUndo
from qualcode.exchange.sources import READERS, Highlight, ImportedText, Remark
from qualcode.files.copying import write_new
from qualcode.files.folder import check_name
from qualcode.files.transcripts import read_transcript
from qualcode.session import Session
from qualcode.session.import_names import document_ids, source_name
from qualcode.session.import_speakers import parse_speakers
from qualcode.session.importing import Cancelled


@pytest.fixture
def project(tmp_path):
    return make_project(tmp_path / "p", cases=["zhao"])


@pytest.fixture
def session(project):
    with Session(project, coder="c1") as found:
        yield found


def source(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def ids_in(project):
    return [row[0] for row in fresh_answers(project)["documents"]]


def case_ids(project):
    return [row[0] for row in fresh_answers(project)["cases"]]


def read(project, document):
    return read_transcript(project.transcript(document), document, document)


def test_an_imported_text_is_a_document_when_the_method_returns(project, session, tmp_path):
    session.import_documents([source(tmp_path, "Visit 1.txt", "Mei: Hi\n")])
    found = read(project, "visit-1")
    assert (found.info.title, found.body.text, found.problems) == ("Visit 1", "Mei: Hi\n", [])


@pytest.mark.parametrize(
    ("data", "body"),
    [
        pytest.param(b"Mei: Hi\r\nLing: Ho\r\n", "Mei: Hi\nLing: Ho\n", id="Windows line ends"),
        pytest.param(b"\xef\xbb\xbfMei: Hi", "Mei: Hi\n", id="byte-order mark"),
        pytest.param("Mei: 妈妈\n".encode("utf-16"), "Mei: 妈妈\n", id="UTF-16"),
        pytest.param(f"Mei: caf{DECOMPOSED} {FAMILY}\n".encode(), f"Mei: caf{DECOMPOSED} {FAMILY}\n", id="letters stay as they are"),
    ],
)  # fmt: skip
def test_the_text_is_what_the_file_says_and_the_file_is_kept_byte_for_byte(project, session, tmp_path, data, body):
    session.import_documents([source(tmp_path, "visit.txt", data)])
    assert read(project, "visit").body.text == body
    assert (project.sources / "visit.txt").read_bytes() == data


def test_front_matter_of_the_file_is_kept_and_options_win(project, session, tmp_path):
    path = source(tmp_path, "visit.md", "---\ntitle: At home\nlanguage: no\nkind: visit\n---\nMei: Hi\n")
    session.import_documents([path], kind="interview", case="zhao")
    info = read(project, "visit").info
    assert (info.title, info.language, info.kind, info.case) == ("At home", "no", "interview", "zhao")


def test_a_new_case_is_declared(project, session, tmp_path):
    session.import_documents([source(tmp_path, "visit.txt", "Hi\n")], case="liang")
    assert case_ids(project) == ["zhao", "liang"]


def test_an_import_is_taken_back_and_made_again_in_one_go(project, session, tmp_path):
    files = [source(tmp_path, name, f"Mei: Hi {name}\n") for name in ("one.txt", "two.txt")]
    session.import_documents(files, case="liang")
    after = fresh_answers(project)["documents"]
    session.undo()
    assert (ids_in(project), case_ids(project)) == ([], ["zhao"])
    session.redo()
    assert (fresh_answers(project)["documents"], case_ids(project)) == (after, ["zhao", "liang"])


def test_another_text_under_the_id_of_one_that_was_undone_is_no_correction_of_it(project, session, tmp_path):
    for text in ("Mei: Hi\n", "Mei: Hello\n"):
        session.import_documents([source(tmp_path, "visit.txt", text)])
        assert "imported document visit" in session.undo()[0].text
    assert ids_in(project) == []


def test_an_import_is_in_the_log(project, session, tmp_path):
    session.import_documents([source(tmp_path, "visit.txt", "Hi\n")])
    (event,) = events_on_disk(project, "c1", "")
    assert (event.op, event.what, event.key, event.before) == ("change", "document", "visit", None)
    assert event.after["source"] == "sources/visit.txt"


def test_an_import_that_was_coded_since_is_not_taken_back(project, session, tmp_path):
    session.import_documents([source(tmp_path, "visit.txt", "Mei: Hi\n")])
    with Session(project, coder="c2") as other:
        other.code("visit", 5, 7, "work")
    with pytest.raises(CannotUndo, match="c2 coded “Hi” in visit with work"):
        session.undo()
    assert ids_in(project) == ["visit"]


def test_an_import_whose_facts_were_edited_since_is_not_taken_back(project, session, tmp_path):
    session.import_documents([source(tmp_path, "visit.txt", "Mei: Hi\n")])
    edit(project.transcript("visit"), "---\ntitle: By hand\nspeakers: [Mei]\n---\nMei: Hi\n")
    with pytest.raises(CannotUndo, match="changed since its import"):
        session.undo()
    assert "By hand" in project.transcript("visit").read_text("utf-8")


@pytest.mark.parametrize("coded", ["one", "two"])
def test_an_import_is_not_taken_back_by_half(project, session, tmp_path, coded):
    session.import_documents([source(tmp_path, name, f"Mei: Hi {name}\n") for name in ("one.txt", "two.txt")])
    with Session(project, coder="c2") as other:
        other.code(coded, 5, 7, "work")
    with pytest.raises(CannotUndo):
        session.undo()
    assert ids_in(project) == ["one", "two"]


@pytest.mark.parametrize(
    ("name", "data", "error"),
    [
        pytest.param("visit.xyz", "Hi\n", BadOption, id="a kind that is not known"),
        pytest.param("visit.txt", "  \n", BadFile, id="no text"),
        pytest.param("visit.txt", b"\x7fELF\x00\x01", BadFile, id="no text file"),
        pytest.param("visit.md", "---\ntitle: [\n---\nHi\n", BadFile, id="broken front matter"),
    ],
)
def test_one_file_that_cannot_be_imported_stops_all_before_anything_is_written(
    project, session, tmp_path, name, data, error
):
    with pytest.raises(error):
        session.import_documents([source(tmp_path, "good.txt", "Hi\n"), source(tmp_path, name, data)], case="liang")
    assert (ids_in(project), case_ids(project)) == ([], ["zhao"])


def test_a_document_that_is_there_already_is_not_written_over(project, session, tmp_path):
    session.import_documents([source(tmp_path, "visit.txt", "Mei: Hi\n")])
    with pytest.raises(BadFile, match="qualcode update visit"):
        session.import_documents([source(tmp_path, "visit.txt", "Mei: Ho\n")])
    assert read(project, "visit").body.text == "Mei: Hi\n"


def test_speakers_that_the_file_declares_are_those_of_the_document(project, session, tmp_path):
    path = source(tmp_path, "visit.md", "---\nspeakers:\n  Mei: p1\n  Ling:\n---\nMei: Hi\nLing: Ho\n")
    session.import_documents([path])
    assert [turn.speaker for turn in read(project, "visit").body.turns] == ["Mei", "Ling"]


# ---------------------------------------------------------------- comments and highlights

TALK = "Mei: He calls on Sundays.\nLing: I miss him so.\n"


@pytest.fixture
def with_comments(monkeypatch, tmp_path):
    """A function that makes a file of a kind whose reader gives these comments and highlights with TALK."""

    def make(*remarks, highlights=(), name="talk.fake"):
        imported = ImportedText(TALK, kind="a kind of its own", remarks=remarks, highlights=highlights)
        reader = SimpleNamespace(read=lambda data, shown_as, encoding: imported)
        monkeypatch.setitem(READERS, ".fake", "fake")
        monkeypatch.setitem(sys.modules, "qualcode.exchange.sources.fake", reader)
        return source(tmp_path, name, "as it was")

    return make


def remark(quote, text, author="Ann", date="2024-03-05"):
    start = TALK.index(quote)
    return Remark(start, start + len(quote), text, author, date)


def coded(session):
    return sorted(
        (session.index.codebook.path(code), text, note)
        for code, text, note in session.index.rows("SELECT code, quote, note FROM coding")
    )


def test_comments_are_kept_in_one_memo_with_links_to_their_lines(project, session, with_comments):
    path = with_comments(remark("on Sundays", "ask why\nagain"), remark("miss", "longing?", author=""))
    done = session.carry_out(session.plan([path]))
    (name,) = done.memos
    text = project.memo(name).read_text("utf-8")
    assert "about: {document: talk}" in text
    assert "kind: to-do" in text
    assert "- [[talk#L1]] “on Sundays”: ask why\n  again (Ann, 2024-03-05)\n" in text
    assert "- [[talk#L2]] “miss”: longing? (2024-03-05)\n" in text


def test_the_memo_of_comments_comes_and_goes_with_the_import(project, session, with_comments):
    session.carry_out(session.plan([with_comments(remark("miss", "longing?"))]))
    session.undo()
    assert (ids_in(project), os.listdir(project.memos)) == ([], [])
    session.redo()
    assert (ids_in(project), len(os.listdir(project.memos))) == (["talk"], 1)


def test_an_import_whose_comments_were_worked_on_is_not_taken_back(project, session, with_comments):
    (name,) = session.carry_out(session.plan([with_comments(remark("miss", "longing?"))])).memos
    with Session(project, coder="c2") as other:
        other.edit_memo(name, text="done\n")
    with pytest.raises(CannotUndo):
        session.undo()
    assert (ids_in(project), project.transcript("talk").exists()) == (["talk"], True)


def test_comments_become_codings_of_codes_that_are_there_or_are_made(project, session, with_comments):
    path = with_comments(
        remark("miss him", "Longing"), remark("calls", "ritual"), remark("Sundays", "ritual", author="Bo"),
        remark("He", "either/or"), Remark(TALK.index("Ling"), TALK.index("Ling"), "who is she?"),
        highlights=(Highlight(TALK.index("on"), TALK.index("Sundays") + 7, "yellow"),),
    )  # fmt: skip
    done = session.carry_out(session.plan([path], {"comments_as_codes": True}))
    assert (done.codings, done.memos) == (6, ())
    assert coded(session) == [
        ("emotion/longing", "miss him", "Ann, 2024-03-05"),
        ("highlights/highlight yellow", "on Sundays", ""),
        ("imported comments/comment", "He", "either/or (Ann, 2024-03-05)"),
        ("imported comments/ritual", "Sundays", "Bo, 2024-03-05"),
        ("imported comments/ritual", "calls", "Ann, 2024-03-05"),
        ("imported comments/who is she?", "Ling: I miss him so.", ""),
    ]


def test_codings_and_codes_of_comments_come_and_go_with_the_import(project, session, with_comments):
    before = project.codebook_yaml.read_bytes()
    path = with_comments(remark("miss", "ritual"), highlights=(Highlight(0, 3, "red"),))
    session.carry_out(session.plan([path], {"comments_as_codes": True, "case": "liang", "add_participants": True}))
    after = coded(session)
    session.undo()
    assert (ids_in(project), coded(session)) == ([], [])
    assert (case_ids(project), project.codebook_yaml.read_bytes()) == (["zhao"], before)
    session.redo()
    assert (ids_in(project), coded(session)) == (["talk"], after)
    with Session(project, coder="c1") as later:
        assert coded(later) == after
        later.undo()
        later.redo()
        assert coded(later) == after


def test_an_import_whose_codings_cannot_be_saved_is_taken_back(project, session, with_comments):
    path = with_comments(remark("miss", "ritual"))
    project.codings.mkdir()
    (project.codings / "c1").write_text("in the way")
    with pytest.raises(CannotSave):
        session.carry_out(session.plan([path], {"comments_as_codes": True}))
    assert ids_in(project) == []
    assert "ritual" not in project.codebook_yaml.read_text("utf-8")


# ---------------------------------------------------------------- all or nothing


def test_an_import_that_cannot_be_logged_leaves_nothing(project, session, tmp_path):
    plan = session.plan([source(tmp_path, f"{name}.txt", name) for name in "abc"], {"case": "liang"})
    project.log.write_text("in the way")
    before = project.project_yaml.read_bytes()
    with pytest.raises(CannotSave):
        session.carry_out(plan)
    assert (ids_in(project), os.listdir(project.sources), project.project_yaml.read_bytes()) == ([], [], before)


def test_an_import_for_which_the_disk_is_too_small_leaves_nothing(project, session, tmp_path, monkeypatch):
    def full(path, pieces):
        if path.name == "c.md":
            raise CannotSave("no room")
        write_new(path, pieces)

    monkeypatch.setattr("qualcode.files.copying.write_new", full)
    with pytest.raises(CannotSave):
        session.import_documents([source(tmp_path, f"{name}.txt", name) for name in "abcde"], case="liang")
    assert (ids_in(project), os.listdir(project.sources), case_ids(project)) == ([], [], ["zhao"])
    assert not project.log_file("c1").exists()


def test_a_plan_that_is_cancelled_says_so_and_an_import_that_is_cancelled_leaves_nothing(project, session, tmp_path):
    files = [source(tmp_path, f"{name}.txt", name) for name in "abc"]
    with pytest.raises(Cancelled):
        session.plan(files, cancelled=lambda: True)
    plan, seen = session.plan(files), []
    with pytest.raises(Cancelled):
        session.carry_out(plan, lambda done, of: seen.append(done), lambda: len(seen) == 2)
    assert (ids_in(project), os.listdir(project.sources)) == ([], [])


def test_progress_is_told_file_by_file(session, tmp_path):
    files, told = [source(tmp_path, f"{name}.txt", name) for name in "abc"], []
    session.carry_out(
        session.plan(files, progress=lambda *so_far: told.append(so_far)), lambda *so_far: told.append(so_far)
    )
    assert told == [(1, 3), (2, 3), (3, 3)] * 2


def test_a_reader_that_stumbles_stops_only_its_own_file(project, session, tmp_path, monkeypatch):
    def stumble(data, shown_as, encoding):
        raise ZeroDivisionError("oh")

    monkeypatch.setitem(READERS, ".fake", "fake")
    monkeypatch.setitem(sys.modules, "qualcode.exchange.sources.fake", SimpleNamespace(read=stumble))
    plan = session.plan([source(tmp_path, "a.fake", "x"), source(tmp_path, "b.txt", "x")])
    assert [item.id for item in plan.planned] == ["b"]
    assert "ZeroDivisionError" in plan.failed[0].problems[0]


def test_a_document_that_came_meanwhile_is_not_written_over(project, session, tmp_path):
    plan = session.plan([source(tmp_path, "a.txt", "Mei: Hi\n")])
    edit(project.transcript("a"), "Mei: Mine\n")
    assert "by now" in session.carry_out(plan).failed[0].problems[0]
    assert project.transcript("a").read_text("utf-8") == "Mei: Mine\n"


def test_an_encoding_that_was_given_is_used_again_by_redo(project, session, tmp_path):
    session.import_documents([source(tmp_path, "a.txt", "梅：好。\n".encode("big5"))], encoding="big5")
    assert read(project, "a").body.text == "梅：好。\n"
    session.undo()
    session.redo()
    assert read(project, "a").body.text == "梅：好。\n"


def test_an_import_of_before_options_were_kept_is_made_again(project, session, tmp_path):
    session.import_documents([source(tmp_path, "a.txt", "Mei: Hi\n")])
    (event,) = events_on_disk(project, "c1", "")
    assert "how" not in event.after
    session.undo()
    session.redo()
    assert ids_in(project) == ["a"]


def test_an_option_that_is_none_is_refused(session):
    with pytest.raises(BadOption, match="knows nothing of colour"):
        session.import_documents([], colour="red")


# ---------------------------------------------------------------- names


@given(st.lists(st.text(st.characters(blacklist_characters="/\x00"), min_size=1, max_size=80), min_size=1, max_size=6))
def test_any_names_of_files_give_sound_ids_each_its_own(names):
    paths = [Path("in", f"{name}.txt") for name in names]
    idents = document_ids(paths)
    assert len(set(idents)) == len(idents)
    for ident, path in zip(idents, paths, strict=True):
        assert check_name(ident, "document") == ident
        assert check_name(source_name(path), "source file").endswith(".txt")


@given(st.text(max_size=60))
def test_any_list_of_speakers_is_read_or_refused(text):
    try:
        found = parse_speakers(text)
    except BadOption:
        return
    assert all(label and "\n" not in label for label in found)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("R=researcher, M=mother-liang", {"R": "researcher", "M": "mother-liang"}),
        ("R:,小雅：=xiaoya", {"R": "", "小雅": "xiaoya"}),
        ('"Liang, Mei=mei",R', {"Liang, Mei": "mei", "R": ""}),
        ("", {}),
    ],
)
def test_speakers_are_labels_with_ids(text, found):
    assert parse_speakers(text) == found


# ---------------------------------------------------------------- any bytes whatever

BEGINNINGS = [
    b"",
    b"---\n",
    b"PK\x03\x04",
    b"WEBVTT\n\n",
    b"%PDF-1.7\n",
    b"{\\rtf1 ",
    b"{",
    b"<html>",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
]
PIECES = st.sampled_from([
    b"Mei: Hi\n", b"1\n00:00:01,000 --> 00:00:02,000\n", "龙：好\n".encode("gb18030"), b"<v Mei>Hi\n", b"\r\n", b"\x00",
    b'"text": "\\ud800"', b"speakers: {Mei: ../up}\n", b"case: ..\n", b"---\n", b"\x1b]0;x\x07", "\u202e".encode(),
])  # fmt: skip


@settings(max_examples=150)
@given(
    st.sampled_from(sorted(set(READERS) - {".pdf"})), st.sampled_from(BEGINNINGS),
    st.lists(PIECES | st.binary(max_size=40), max_size=12),
)  # fmt: skip
def test_any_bytes_are_imported_whole_and_taken_back_whole_or_refused(tmp_path_factory, suffix, begin, pieces):
    folder = tmp_path_factory.mktemp("any")
    project = make_project(folder / "p")
    path = source(folder, f"any{suffix}", begin + b"".join(pieces))
    with Session(project, coder="c1") as session:
        plan = session.plan([path], {"comments_as_codes": True, "add_participants": True})
        assert len(plan.planned) + len(plan.failed) == 1
        if not plan.planned:
            assert all(plan.failed[0].problems)
            return
        (made,) = session.carry_out(plan).documents
        assert read(project, made.id).body.text == made.imported.body
        assert read(project, made.id).problems == []
        assert made.words == plan.planned[0].words
        session.undo()
        assert ids_in(project) == []
