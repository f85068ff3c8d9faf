"""One coder at work: what a method did is on disk when it returns."""

import os
import subprocess
import sys
from contextlib import suppress

import pytest
from builders import (
    COMPOSED,
    DECOMPOSED,
    FAMILY,
    ROOT,
    answers,
    apply,
    edit,
    event,
    events_on_disk,
    fresh_answers,
    make_project,
    transcript,
    write_events,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from qualcode.core.events import fold
from qualcode.errors import BadFile, BadOption, BadSpan, CannotSave, CannotUndo, QualcodeError, UnknownName
from qualcode.files.project_files import read_codebook
from qualcode.session import Session

BODY = "Mei: I miss her. I miss him.\nLing: I sew shoes.\n"
OTHER = "Mei: Rain.\n"


@pytest.fixture
def project(tmp_path):
    return make_project(tmp_path / "p", {"d1": transcript(BODY, title="At home"), "d2": OTHER})


@pytest.fixture
def session(project):
    with Session(project, coder="c1") as found:
        yield found


def ops(project, document="d1", coder="c1"):
    return [event.op for event in events_on_disk(project, coder, document)]


def codings(project, document="d1", coder="c1"):
    """(quote, code, note) of each coding in force, from the file alone."""
    folded = fold(events_on_disk(project, coder, document), coder, document)
    return [(coding.text, coding.code, coding.note) for coding in folded.values()]


def code_paths(project):
    codebook, _ = read_codebook(project.codebook_yaml)
    return [codebook.path(code.id) for code in codebook.codes]


# ------------------------------------------------------------------------------------ coding


def test_a_coding_is_on_disk_when_the_method_returns(project, session):
    session.code("d1", 7, 15, "longing", note="sad")
    assert codings(project) == [("miss her", "longing", "sad")]


def test_a_coding_is_flushed_before_the_method_returns(project, session, monkeypatch):
    flushed, real = [], os.fsync
    monkeypatch.setattr(os, "fsync", lambda handle: (flushed.append(os.fstat(handle).st_ino), real(handle)))
    session.code("d1", 7, 15, "longing")
    assert project.coding_file("c1", "d1").stat().st_ino in flushed


def test_the_coding_that_comes_back_is_the_one_on_disk(project, session):
    coding = session.code("d1", 7, 15, "emotion/longing")
    assert fold(events_on_disk(project, "c1", "d1"), "c1", "d1") == {coding.id: coding}


def test_a_document_may_be_named_by_its_title(project, session):
    session.code("at home", 7, 15, "longing")
    assert len(codings(project)) == 1


@pytest.mark.parametrize(
    ("body", "quote", "span"),
    [
        pytest.param(f"Mei: caf{COMPOSED} noir\n", f"{COMPOSED} noir", (8, 14), id="composed"),
        pytest.param(f"Mei: caf{DECOMPOSED} noir\n", f"{DECOMPOSED} noir", (8, 15), id="decomposed"),
        pytest.param("小雅：我想妈妈\n", "妈妈", (5, 7), id="Chinese"),
        pytest.param(f"Mei: {FAMILY} home\n", "home", (11, 15), id="behind emoji with joiners"),
        pytest.param("ليلى: أمي بعيدة\n", "بعيدة", (10, 15), id="Arabic"),
    ],
)
def test_a_quote_is_coded_where_it_stands(tmp_path, body, quote, span):
    project = make_project(tmp_path / "p", {"d1": transcript(body, title="é")})
    with Session(project, coder="c1") as session:
        coding = session.code("d1", code="work", quote=quote)
    assert ((coding.start, coding.end), coding.text) == (span, quote)


def test_a_quote_that_occurs_twice_is_refused_with_its_places(session):
    with pytest.raises(BadSpan, match=r"2 times: 5:11 \(line 1\), 17:23 \(line 1\)"):
        session.code("d1", code="longing", quote="I miss")


def test_a_quote_that_does_not_occur_is_refused(session):
    with pytest.raises(BadSpan, match="does not have"):
        session.code("d1", code="longing", quote="i miss her")


@pytest.mark.parametrize(
    "span", [(0, 0), (9, 5), (-1, 3), (40, 400)], ids=["empty", "backwards", "negative", "outside"]
)
def test_a_span_that_is_not_in_the_text_is_refused_and_nothing_is_written(project, session, span):
    with pytest.raises(BadSpan):
        session.code("d1", *span, "longing")
    assert not project.coding_file("c1", "d1").exists()


def test_a_coding_without_a_place_is_refused(session):
    with pytest.raises(BadOption, match="a start and an end, or a quote"):
        session.code("d1", code="longing")


@pytest.mark.parametrize(("document", "code"), [("nothing", "longing"), ("d1", "nothing")], ids=["document", "code"])
def test_an_unknown_name_is_refused(session, document, code):
    with pytest.raises(UnknownName, match="nothing"):
        session.code(document, 7, 15, code)


def test_the_same_code_on_the_same_span_is_the_same_coding(project, session):
    first = session.code("d1", 7, 15, "longing")
    assert session.code("d1", 7, 15, "longing") == first
    assert ops(project) == ["apply"]


def test_the_same_coding_with_a_note_has_the_note_set(project, session):
    session.code("d1", 7, 15, "longing")
    session.code("d1", 7, 15, "longing", note="sad")
    assert codings(project) == [("miss her", "longing", "sad")]


def test_another_code_on_the_same_span_is_another_coding(project, session):
    session.code("d1", 7, 15, "longing")
    session.code("d1", 7, 15, "work")
    assert len(codings(project)) == 2


def test_another_coder_on_the_same_span_has_a_coding_of_their_own(project, session):
    session.code("d1", 7, 15, "longing")
    with Session(project, coder="c2") as other:
        other.code("d1", 7, 15, "longing")
    assert (len(codings(project)), len(codings(project, coder="c2"))) == (1, 1)


def test_the_same_span_is_not_coded_twice_through_a_code_that_was_merged(tmp_path):
    project = make_project(tmp_path / "p", {"d1": BODY}, codes={"longing": {}, "missing": {"merged_into": "longing"}})
    with Session(project, coder="c1") as session:
        session.code("d1", 7, 15, "missing")
        session.code("d1", 7, 15, "missing")
    assert len(codings(project)) == 1


def test_a_text_edited_meanwhile_is_coded_as_it_is_now(project, session):
    session.code("d1", 7, 15, "longing")
    edit(project.transcript("d1"), "Ah. " + BODY)
    assert session.code("d1", 11, 19, "work").text == "miss her"


def test_a_full_disk_is_reported_and_nothing_is_coded(project, session, monkeypatch):
    session.code("d1", 7, 15, "longing")
    before = project.coding_file("c1", "d1").read_bytes()
    monkeypatch.setattr(os, "fsync", lambda handle: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(CannotSave, match="No space left on device"):
        session.code("d1", 7, 15, "work")
    assert project.coding_file("c1", "d1").read_bytes() == before
    assert answers(session.index)["segments"] == fresh_answers(project)["segments"]


def test_a_coder_s_name_must_be_fit_for_a_folder(project):
    with pytest.raises(BadOption, match="name of a coder"):
        Session(project, coder="../c1")


# ------------------------------------------------------------------------------------ uncode, note


def test_a_removed_coding_is_gone_on_disk(project, session):
    session.uncode(session.code("d1", 7, 15, "longing").id)
    assert (ops(project), codings(project)) == (["apply", "remove"], [])


def test_a_note_is_set_and_taken_away_on_disk(project, session):
    coding = session.code("d1", 7, 15, "longing")
    session.note(coding.id, "妈妈")
    assert codings(project) == [("miss her", "longing", "妈妈")]
    session.note(coding.id, "")
    assert codings(project) == [("miss her", "longing", "")]


def test_the_noted_coding_that_comes_back_is_the_one_on_disk(project, session):
    noted = session.note(session.code("d1", 7, 15, "longing").id, "sad")
    assert fold(events_on_disk(project, "c1", "d1"), "c1", "d1")[noted.id] == noted


def test_a_coding_goes_by_the_end_of_its_id(project, session):
    coding = session.code("d1", 7, 15, "longing")
    session.uncode(coding.id[-6:].upper())
    assert codings(project) == []


@pytest.mark.parametrize("wanted", ["", "abc", "%%%%", "____", "zzzzzzzz"], ids=ascii)
def test_an_id_that_says_too_little_is_refused(session, wanted):
    session.code("d1", 7, 15, "longing")
    with pytest.raises(UnknownName):
        session.uncode(wanted)


def test_a_removed_coding_cannot_be_removed_again(session):
    coding = session.code("d1", 7, 15, "longing")
    session.uncode(coding.id)
    with pytest.raises(UnknownName):
        session.uncode(coding.id)


@pytest.mark.parametrize("verb", [lambda s, i: s.uncode(i), lambda s, i: s.note(i, "x")], ids=["uncode", "note"])
def test_only_its_own_coder_changes_a_coding(project, session, verb):
    with Session(project, coder="c2") as other:
        coding = other.code("d1", 7, 15, "longing")
    session.index.refresh()
    with pytest.raises(BadOption, match="only its own coder changes a coding"):
        verb(session, coding.id)
    assert ops(project, coder="c2") == ["apply"]


# ------------------------------------------------------------------------------------ undo, redo


def test_undo_and_redo_are_on_disk_when_they_return(project, session):
    session.code("d1", 7, 15, "longing")
    session.undo()
    assert codings(project) == []
    session.redo()
    assert (codings(project), ops(project)) == ([("miss her", "longing", "")], ["apply", "revert", "revert"])


def test_steps_are_undone_newest_first_and_redone_oldest_first(project, session):
    session.code("d1", 7, 15, "longing")
    session.code("d2", 5, 9, "work")
    session.undo(2)
    assert (codings(project), codings(project, "d2")) == ([], [])
    session.redo()
    assert (len(codings(project)), len(codings(project, "d2"))) == (1, 0)
    session.redo()
    assert len(codings(project, "d2")) == 1


def test_an_undone_removal_brings_the_coding_back(project, session):
    coding = session.code("d1", 7, 15, "longing", note="sad")
    session.uncode(coding.id)
    session.undo()
    assert codings(project) == [("miss her", "longing", "sad")]
    assert session.coding(coding.id) == coding


def test_an_undone_note_is_the_one_before_it(project, session):
    coding = session.code("d1", 7, 15, "longing", note="a")
    session.note(coding.id, "b")
    session.undo()
    assert codings(project) == [("miss her", "longing", "a")]


def test_undo_works_across_sessions(project):
    for step in ("code", "undo", "redo", "undo"):
        with Session(project, coder="c1") as session:
            session.code("d1", 7, 15, "longing") if step == "code" else getattr(session, step)()
    assert codings(project) == []


def test_undo_works_when_the_index_was_deleted(project):
    with Session(project, coder="c1") as session:
        session.code("d1", 7, 15, "longing")
    for file in project.index_db.parent.iterdir():
        file.unlink()
    with Session(project, coder="c1") as session:
        session.undo()
    assert codings(project) == []


def test_undo_leaves_others_work_alone(project, session):
    with Session(project, coder="c2") as other:
        other.code("d1", 7, 15, "longing")
    with pytest.raises(CannotUndo, match="nothing to undo for c1"):
        session.undo()


def test_undo_of_nothing_is_refused(session):
    with pytest.raises(CannotUndo):
        session.undo()


def test_redo_of_nothing_is_refused(session):
    session.code("d1", 7, 15, "longing")
    with pytest.raises(CannotUndo, match="nothing to redo"):
        session.redo()


def test_redo_ends_where_something_new_was_done(session):
    session.code("d1", 7, 15, "longing")
    session.undo()
    session.code("d1", 7, 15, "work")
    with pytest.raises(CannotUndo):
        session.redo()


def test_undo_and_redo_go_on_without_limit(project, session):
    session.code("d1", 7, 15, "longing")
    for _ in range(6):
        session.undo()
        session.redo()
    assert codings(project) == [("miss her", "longing", "")]


def test_an_undo_says_what_it_did_and_where(session):
    coding = session.code("d1", 7, 15, "longing")
    (change,) = session.undo()
    assert str(change) == "Undid: coding emotion/longing on “miss her” in d1"
    assert (change.document, change.codings) == ("d1", (coding.id,))


def test_what_was_done_in_one_go_is_undone_and_redone_in_one_go(project, session):
    with session.batch():
        session.code("d1", 7, 15, "longing")
        session.code("d2", 5, 9, "work")
    session.undo()
    assert (codings(project), codings(project, "d2")) == ([], [])
    session.redo()
    assert (len(codings(project)), len(codings(project, "d2"))) == (1, 1)


def test_a_batch_within_a_batch_is_part_of_it(project, session):
    with session.batch():
        session.code("d1", 7, 15, "longing")
        with session.batch():
            session.code("d1", 7, 15, "work")
        session.code("d2", 5, 9, "work")
    session.undo()
    assert (codings(project), codings(project, "d2")) == ([], [])


def test_a_batch_that_failed_half_way_can_be_undone(project, session):
    with suppress(BadSpan), session.batch():
        session.code("d1", 7, 15, "longing")
        session.code("d1", 7, 999, "longing")
    session.undo()
    assert codings(project) == []


def test_what_comes_after_a_batch_is_a_step_of_its_own(project, session):
    with session.batch():
        session.code("d1", 7, 15, "longing")
    session.code("d2", 5, 9, "work")
    session.undo()
    assert (len(codings(project)), len(codings(project, "d2"))) == (1, 0)


STEPS = st.lists(
    st.sampled_from(["code", "code", "uncode", "note", "undo", "undo", "redo", "edit", "batch"]), max_size=10
)


def take(session, project, step, number):
    own = session.index.rows("SELECT id FROM coding WHERE coder = 'c1' ORDER BY id")
    if step == "code":
        session.code("d1", number, number + 3, "longing")
    elif step == "batch":
        with session.batch():
            session.code("d1", number, number + 2, "work")
            session.code("d2", 5, 6 + number % 4, "work", note=str(number))
    elif step in ("undo", "redo"):
        try:
            getattr(session, step)()
        except CannotUndo:
            return
    elif step == "edit":
        edit(project.transcript("d1"), "Ah. " * (number % 3) + BODY)
    elif own:
        session.uncode(own[0][0]) if step == "uncode" else session.note(own[0][0], f"note {number}")


@settings(max_examples=20)
@given(STEPS)
def test_the_index_of_a_session_says_what_the_files_say(tmp_path_factory, steps):
    project = make_project(tmp_path_factory.mktemp("steps") / "p", {"d1": BODY, "d2": OTHER})
    with Session(project, coder="c1") as session:
        for number, step in enumerate(steps):
            take(session, project, step, number)
        session.index.refresh()
        assert answers(session.index) == fresh_answers(project)


@settings(max_examples=15)
@given(st.lists(st.sampled_from(["code", "code", "uncode", "note", "batch"]), min_size=1, max_size=6))
def test_all_steps_undone_and_redone_lead_back(tmp_path_factory, steps):
    project = make_project(tmp_path_factory.mktemp("back") / "p", {"d1": BODY, "d2": OTHER})
    with Session(project, coder="c1") as session:
        for number, step in enumerate(steps):
            take(session, project, step, number)
        before, undone = answers(session.index)["segments"], 0
        while session.index.value("SELECT count(*) FROM coding"):
            session.undo()
            undone += 1
        session.redo(undone)
        assert answers(session.index)["segments"] == before


# ------------------------------------------------------------------------------------ codes


def test_a_new_code_is_in_the_codebook_and_in_the_log(project, session):
    code = session.add_code("pride", "emotion")
    assert code_paths(project) == ["emotion", "emotion/longing", "emotion/pride", "work"]
    first, event = events_on_disk(project, "c1", "")
    assert (first.what, sorted(first.after["codes"])) == ("codebook", ["emotion", "longing", "work"])
    assert (event.op, event.what, event.key, event.before) == ("change", "code", code.id, None)
    assert event.after == {"id": code.id, "name": "pride", "parent": "emotion", "previous": "longing"}


def test_a_new_code_can_be_used_at_once(project, session):
    session.add_code("emotion/pride")
    session.code("d1", 7, 15, "pride")
    assert [code for _, code, _ in codings(project)] == [session.index.codebook.find("pride").id]


def test_comments_in_the_codebook_survive_a_new_code(project, session):
    edit(project.codebook_yaml, "# ours\n" + project.codebook_yaml.read_text("utf-8") + "# the end\n")
    session.add_code("pride")
    text = project.codebook_yaml.read_text("utf-8")
    assert text.startswith("# ours\n")
    assert "# the end\n" in text


def test_the_creation_of_a_code_is_undone_and_redone_under_the_same_id(project, session):
    code = session.add_code("pride", "emotion")
    session.undo()
    assert code_paths(project) == ["emotion", "emotion/longing", "work"]
    session.redo()
    assert read_codebook(project.codebook_yaml)[0][code.id] == code


def test_the_creation_of_a_code_in_use_is_not_undone(project, session):
    session.add_code("pride")
    with Session(project, coder="c2") as other:
        other.code("d1", 7, 15, "pride")
    with pytest.raises(CannotUndo, match=r"later acts stand on it: .* c2 coded “miss her” in d1 with pride"):
        session.undo()
    assert "pride" in code_paths(project)


def test_a_code_and_its_first_coding_done_in_one_go_are_undone_in_one_go(project, session):
    with session.batch():
        session.add_code("pride")
        session.code("d1", 7, 15, "pride")
    session.undo()
    assert (code_paths(project), codings(project)) == (["emotion", "emotion/longing", "work"], [])
    session.redo()
    assert ("pride" in code_paths(project), len(codings(project))) == (True, 1)


@pytest.mark.parametrize(
    ("name", "parent"),
    [
        ("longing", "emotion"),
        ("LONGING", "emotion"),
        ("emotion/longing", ""),
        ("Work", ""),
        ("", ""),
        (" / ", ""),
        ("a\x1bb", ""),
    ],
    ids=["same name", "other case", "path", "at the top", "empty", "slash", "control character"],
)
def test_a_code_that_cannot_be_is_refused_and_nothing_is_written(project, session, name, parent):
    before = project.codebook_yaml.read_bytes()
    with pytest.raises(QualcodeError):
        session.add_code(name, parent)
    assert project.codebook_yaml.read_bytes() == before


def test_a_code_below_an_unknown_one_is_refused(session):
    with pytest.raises(UnknownName):
        session.add_code("nothing/pride")


def test_a_code_that_another_coder_added_meanwhile_is_not_added_twice(project, session):
    with Session(project, coder="c2") as other:
        other.add_code("pride")
    with pytest.raises(BadOption, match="already"):
        session.add_code("pride")
    assert code_paths(project).count("pride") == 1


def test_a_code_that_another_coder_added_meanwhile_can_be_used(project, session):
    with Session(project, coder="c2") as other:
        other.add_code("pride")
    session.code("d1", 7, 15, "pride")
    assert len(codings(project)) == 1


def test_a_code_below_one_that_another_coder_took_away_meanwhile_is_refused(project):
    with Session(project, coder="c2") as other:
        other.add_code("pride")
        with Session(project, coder="c1") as session:
            other.undo()
            with pytest.raises(QualcodeError):
                session.add_code("pride/of work")


def test_a_broken_codebook_is_not_written_to(project, session):
    edit(project.codebook_yaml, "codes: [\n")
    with pytest.raises(BadFile):
        session.add_code("pride")
    assert project.codebook_yaml.read_text("utf-8") == "codes: [\n"


def test_a_code_whose_log_cannot_be_written_is_not_added(project, session):
    before = project.codebook_yaml.read_bytes()
    project.log.write_text("in the way")
    with pytest.raises(CannotSave):
        session.add_code("pride")
    assert project.codebook_yaml.read_bytes() == before


def test_a_disk_that_is_full_once_the_codebook_was_written_does_not_cost_the_codebook(project, session, monkeypatch):
    before, real, calls = project.codebook_yaml.read_bytes(), os.fsync, []

    def fsync(handle):  # codebook.yaml and its folder still go through; from then on nothing can be written
        calls.append(handle)
        if len(calls) > 2:
            monkeypatch.setattr("pathlib.Path.write_bytes", lambda path, data: (open(path, "wb").close(), full()))
            full()
        real(handle)

    def full():
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(CannotSave):
        session.add_code("pride")
    assert project.codebook_yaml.read_bytes().startswith(before)


def test_two_coders_adding_codes_at_one_time_keep_both(project):
    script = (
        "import sys; from qualcode.session import Session\n"
        "with Session(sys.argv[1], coder=sys.argv[2]) as session:\n"
        "    for n in range(12): session.add_code(f'{sys.argv[2]} {n}')"
    )
    run = [
        subprocess.Popen([sys.executable, "-c", script, str(project.root), coder], cwd=ROOT) for coder in ("c1", "c2")
    ]
    assert [process.wait() for process in run] == [0, 0]
    assert set(code_paths(project)) >= {f"{coder} {n}" for coder in ("c1", "c2") for n in range(12)}


def test_two_sessions_of_one_coder_at_one_time_keep_all_codings(project):
    script = (
        "import sys; from qualcode.session import Session\n"
        "with Session(sys.argv[1], coder='c1') as session:\n"
        "    for n in range(12): session.code('d1', n, int(sys.argv[2]), 'longing')"
    )
    run = [subprocess.Popen([sys.executable, "-c", script, str(project.root), end], cwd=ROOT) for end in ("20", "30")]
    assert [process.wait() for process in run] == [0, 0]
    assert len(codings(project)) == 24
    with Session(project, coder="c1") as session:
        assert answers(session.index) == fresh_answers(project)


def test_a_note_on_another_file_s_coding_does_not_stand_in_the_way_of_undo(project):
    write_events(project, "c1", "d1", [apply(1, BODY, "miss her"), event(2, "note", coding=99, note="stray")])
    with Session(project, coder="c1") as session:
        session.undo()
    assert ops(project)[-1] == "revert"


def test_undo_and_redo_of_a_new_code_speak_of_its_name(session):
    code = session.add_code("pride of place")
    spoken = [session.undo()[0].text, session.redo()[0].text]
    assert all("pride of place" in text and code.id not in text for text in spoken)
