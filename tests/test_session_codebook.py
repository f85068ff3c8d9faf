"""Verbs on the codebook: each is one undo step, one go in the log, and nobody else's files are touched."""

import random
import shutil
from contextlib import suppress

import pytest
from builders import (
    COMPOSED,
    DECOMPOSED,
    FAMILY,
    answers,
    apply,
    edit,
    event,
    events_on_disk,
    fresh_answers,
    make_project,
    open_index,
    transcript,
    write_events,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from qualcode.analysis.segments import segments
from qualcode.core.codebook import Code, Codebook
from qualcode.core.codebook_steps import state_of
from qualcode.errors import BadFile, BadOption, CannotSave, CannotUndo, QualcodeError, UnknownName
from qualcode.files.project_files import codebook_in, read_codebook
from qualcode.session import Session

BODY = "Mei: I miss her. I miss him.\nLing: I sew shoes. 我想妈妈。\n"
OTHER = "Mei: Rain.\n"
CODES = {
    "emotion": {"definition": "Any feeling."},
    "emotion/longing": {"key": 1, "definition": "Wanting someone."},
    "emotion/grief": {"definition": "After a loss."},
    "work": {"key": 2},
    "work/field": {},
}


@pytest.fixture
def project(tmp_path):
    return make_project(tmp_path / "p", {"d1": transcript(BODY, title="At home"), "d2": OTHER}, codes=CODES)


@pytest.fixture
def session(project):
    with Session(project, coder="c1") as found:
        found.notice_hand_edits()
        yield found


def book_of(project):
    book, problems = read_codebook(project.codebook_yaml)
    assert not problems
    return book


def paths(project):
    book = book_of(project)
    return [book.path(code.id) for code in book.live]


def counted(session):
    """Quote and code of every coding that counts, by coder."""
    return [(row["text"], row["code_id"], row["coder"]) for row in segments(session.index)]


def logged(project, coder="c1"):
    """Key, before and after of each change of a code in the log, those noticed left out."""
    return [(e.key, e.before, e.after) for e in events_on_disk(project, coder, "") if e.what == "code" and not e.note]


def csv_of(project):
    """`segments` as a file, byte for byte, from an index built from the files alone."""
    index = open_index(project, in_memory=True)
    try:
        return segments(index).csv_text()
    finally:
        index.close()


def undo_after_restart(project, coder="c1"):
    with Session(project, coder) as again:
        return again.undo()


# ------------------------------------------------------------------------------------ every verb

VERBS = {
    "add": lambda s: s.add_code("emotion/pride", definition="Joy.", key="3"),
    "add in Chinese": lambda s: s.add_code("想念 妈妈，爸爸", "emotion"),
    "rename": lambda s: s.rename_code("longing", f"caf{DECOMPOSED} 妈"),
    "define": lambda s: s.edit_code(
        "longing", definition="Other.", use_when="Two\nlines.", do_not_use_when="x", example="y"
    ),
    "recolour": lambda s: s.edit_code("emotion", color="#AABBCC"),
    "pin a digit that is taken": lambda s: s.edit_code("grief", key=1),
    "move": lambda s: s.move_code("longing", "work"),
    "move to the top": lambda s: s.move_code("longing", ""),
    "move to the first place": lambda s: s.move_code("grief", "emotion", ""),
    "move behind": lambda s: s.move_code("longing", "work", "field"),
    "up": lambda s: s.shift_code("grief", "up"),
    "down": lambda s: s.shift_code("longing", "down"),
    "indent": lambda s: s.shift_code("work", "indent"),
    "outdent": lambda s: s.shift_code("grief", "outdent"),
    "retire": lambda s: s.retire_code("longing"),
    "merge": lambda s: s.merge_codes("longing", "grief"),
    "merge a theme with sub-codes": lambda s: s.merge_codes("emotion", "work"),
    "merge a parent into its own sub-code": lambda s: s.merge_codes("emotion", "longing"),
    "delete": lambda s: s.delete_code("longing"),
    "delete a theme": lambda s: s.delete_code("emotion"),
    "delete without codings": lambda s: s.delete_code("work"),
}


@pytest.fixture
def used(project):
    """Codings of two coders: overlapping, on the same passage, and elsewhere."""
    longing = [apply(n, BODY, quote, "longing") for n, quote in enumerate(["I miss her.", "I miss him.", "妈妈"], 1)]
    write_events(
        project, "c1", "d1", [*longing, apply(4, BODY, "I miss her.", "grief"), apply(5, BODY, "miss him", "grief")]
    )
    write_events(project, "c1", "d2", [apply(6, OTHER, "Rain.", "emotion")])
    theirs = [
        apply(11, BODY, "I miss her.", "longing"),
        apply(12, BODY, "I miss her.", "grief"),
        apply(13, BODY, "miss", "grief"),
    ]
    write_events(project, "c2", "d1", theirs)
    return project


@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)
def test_a_verb_is_one_undo_step_after_a_restart(used, verb):
    with Session(used, "c1") as session:
        session.notice_hand_edits()
        book, quotes, told = book_of(used), csv_of(used), fresh_answers(used)["segments"]
        verb(session)
        assert book_of(used) != book
    undo_after_restart(used)
    assert book_of(used) == book
    assert csv_of(used) == quotes
    assert fresh_answers(used)["segments"] == told


@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)
def test_a_verb_is_done_again_by_redo(used, verb):
    with Session(used, "c1") as session:
        verb(session)
        book, quotes = book_of(used), csv_of(used)
        session.undo()
        session.redo()
    assert (book_of(used), csv_of(used)) == (book, quotes)


@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)
def test_the_log_has_each_code_before_and_after(used, verb):
    with Session(used, "c1") as session:
        before = book_of(used)
        verb(session)
    after = book_of(used)
    changed = {code.id for code in {*before.codes} ^ {*after.codes}}
    entries = logged(used)
    assert changed <= {key for key, _, _ in entries}
    for key, was, now in entries:
        if key not in changed:
            continue
        firsts = [entry for entry in entries if entry[0] == key]
        assert (without_place(firsts[0][1]), without_place(firsts[-1][2])) == (
            without_place(state_of(before, key) if key in before else None),
            without_place(state_of(after, key) if key in after else None),
        )
        assert was != now


def without_place(state):
    """Siblings may have gone meanwhile, so `previous` is left out; so are empty fields."""
    return state and {name: value for name, value in state.items() if value and name != "previous"}


@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)
def test_the_events_of_a_verb_are_one_batch(used, verb):
    with Session(used, "c1") as session:
        session.notice_hand_edits()
        known = {e.id for name in ("", "d1", "d2") for e in events_on_disk(used, "c1", name)}
        verb(session)
    new = [e for name in ("", "d1", "d2") for e in events_on_disk(used, "c1", name) if e.id not in known]
    assert len(new) == 1 or len({e.batch for e in new} - {""}) == 1


@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)
def test_other_coders_files_are_not_touched(used, verb):
    theirs = used.coding_file("c2", "d1").read_bytes()
    with Session(used, "c1") as session:
        verb(session)
        session.undo()
        session.redo()
    assert used.coding_file("c2", "d1").read_bytes() == theirs


@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)
def test_the_index_that_followed_by_sql_is_the_one_built_from_the_files(used, verb):
    with Session(used, "c1") as session:
        for work in (lambda: verb(session), session.undo, session.redo):
            work()
            assert answers(session.index) == fresh_answers(used)


# ------------------------------------------------------------------------------------ create and edit


def test_a_path_that_holds_more_than_a_name_needs_its_upper_part(session):
    with pytest.raises(UnknownName, match="joys"):
        session.add_code("joys/pride")


@pytest.mark.parametrize("name", ["", "  ", "\u200b", "a\x07b", "emotion/"], ids=repr)
def test_a_code_needs_a_name_of_visible_signs(session, project, name):
    before = project.codebook_yaml.read_bytes()
    with pytest.raises(QualcodeError):
        session.add_code(name)
    assert project.codebook_yaml.read_bytes() == before


def test_a_namesake_under_the_same_parent_is_refused_and_under_another_is_fine(session, project):
    with pytest.raises(BadOption, match="emotion/longing"):
        session.add_code("Longing", "emotion")
    session.add_code("longing", "work")
    assert "work/longing" in paths(project)


def test_a_namesake_composed_otherwise_is_refused(session):
    session.add_code(f"caf{COMPOSED}")
    with pytest.raises(BadOption):
        session.add_code(f"caf{DECOMPOSED}")


def test_a_name_may_hold_punctuation_of_any_kind(session, project):
    for name in ["a: b", "- x", "# y", "'", "R & D", "{z}", "100 %", "？！"]:
        session.add_code(name)
        assert name in paths(project)


@pytest.mark.parametrize("name", [FAMILY, "می\u200cخواهم", "क्\u200dष"], ids=["emoji", "Persian", "Hindi"])
def test_a_name_may_hold_the_joiners_that_its_script_needs(session, project, name):
    session.add_code(name)
    assert name in paths(project)


def test_a_rename_onto_a_sibling_is_refused(session):
    with pytest.raises(BadOption, match="merge"):
        session.rename_code("longing", "GRIEF")


def test_a_name_may_change_in_case_only(session, project):
    session.rename_code("longing", "Longing")
    assert "emotion/Longing" in paths(project)


def test_a_digit_goes_over_to_the_code_that_is_pinned_last(session, project):
    session.edit_code("work", key="1")
    assert {code.id: code.key for code in book_of(project).codes if code.key} == {"work": 1}


@pytest.mark.parametrize(
    "fields",
    [{"color": "red"}, {"color": "#12345"}, {"key": "10"}, {"key": "x"}, {"mood": "x"}, {"definition": "\ud800"}],
)
def test_a_field_that_makes_no_sense_is_refused_and_nothing_is_written(session, project, fields):
    before = project.codebook_yaml.read_bytes()
    with pytest.raises(BadOption):
        session.edit_code("longing", **fields)
    assert (project.codebook_yaml.read_bytes(), logged(project)) == (before, [])


def test_what_is_so_already_is_no_undo_step(session, project):
    session.rename_code("work", "toil")
    session.edit_code("longing", definition="Wanting someone.")
    session.retire_code("longing", False)
    session.move_code("grief", "emotion", "longing")
    session.undo()
    assert "work" in paths(project)


def test_a_retired_code_gives_its_digit_back_and_keeps_its_codings(used):
    with Session(used, "c1") as session:
        before = counted(session)
        session.retire_code("longing")
        assert counted(session) == before
    assert (book_of(used)["longing"].retired, book_of(used)["longing"].key) == (True, 0)


# ------------------------------------------------------------------------------------ move


@pytest.mark.parametrize("under", ["emotion", "longing"], ids=["itself", "its own sub-code"])
def test_a_move_under_itself_is_refused_and_nothing_is_written(session, project, under):
    before = project.codebook_yaml.read_bytes()
    with pytest.raises(BadOption, match="under itself"):
        session.move_code("emotion", under)
    assert (project.codebook_yaml.read_bytes(), logged(project)) == (before, [])


@pytest.mark.parametrize(
    ("code", "direction"),
    [
        ("emotion", "up"),
        ("work", "down"),
        ("emotion", "indent"),
        ("longing", "indent"),
        ("work", "outdent"),
        ("work", "left"),
    ],
)
def test_a_place_that_is_not_there_is_said(session, project, code, direction):
    before = project.codebook_yaml.read_bytes()
    with pytest.raises(BadOption):
        session.shift_code(code, direction)
    assert project.codebook_yaml.read_bytes() == before


def test_up_and_down_step_over_codes_that_cannot_be_seen(session, project):
    session.code("d1", 5, 10, "longing")
    session.add_code("emotion/pride")
    session.merge_codes("grief", "longing")  # a tombstone between longing and pride
    session.shift_code("pride", "up")
    assert [path for path in paths(project) if "/" in path] == ["emotion/pride", "emotion/longing", "work/field"]
    session.shift_code("pride", "down")
    assert [path for path in paths(project) if "/" in path] == ["emotion/longing", "emotion/pride", "work/field"]


def test_a_code_is_not_moved_under_a_parent_with_a_namesake(session):
    session.add_code("work/longing")
    with pytest.raises(BadOption, match="work/longing"):
        session.move_code("emotion/longing", "work")


# ------------------------------------------------------------------------------------ merge


def test_codings_follow_a_merge_and_twins_become_one(used):
    with Session(used, "c2") as session:
        session.merge_codes("longing", "grief")
        theirs = [(text, code) for text, code, coder in counted(session) if coder == "c2"]
        ours = [(text, code) for text, code, coder in counted(session) if coder == "c1"]
    assert sorted(theirs) == [("I miss her.", "grief")]  # the overlapping one was c2's own and is joined
    assert ours.count(("I miss her.", "grief")) == 1
    assert {code for _, code in ours} == {"grief", "emotion"}


def test_own_overlapping_codings_are_joined_over_all_their_text(used):
    with Session(used, "c1") as session:
        session.merge_codes("longing", "grief")
        mine = [text for text, code, coder in counted(session) if coder == "c1" and code == "grief"]
    assert mine == ["I miss her.", "I miss him.", "妈妈"]


def test_joined_codings_keep_both_notes(project, session):
    session.code("d1", 5, 16, "longing", note="first")
    session.code("d1", 10, 28, "grief", note="second")
    session.merge_codes("longing", "grief")
    assert [(row["text"], row["note"]) for row in segments(session.index)] == [
        ("I miss her. I miss him.", "first · second")
    ]


def test_the_note_of_a_twin_on_the_same_passage_is_still_to_be_seen_after_a_merge(project, session):
    session.code("d1", 5, 16, "longing")
    session.code("d1", 5, 16, "grief", note="the only note")
    session.merge_codes("longing", "grief")
    assert [row["note"] for row in segments(session.index)] == ["the only note"]


def test_codings_side_by_side_are_not_joined(project, session):
    session.code("d1", 5, 10, "longing")
    session.code("d1", 10, 15, "grief")
    session.merge_codes("longing", "grief")
    assert len(counted(session)) == 2


def test_a_merge_says_how_many_follow_and_how_many_fell_together(project, session):
    session.code("d1", 5, 16, "longing")
    session.code("d1", 5, 16, "grief")
    assert "1 coding follows, 1 fell together" in str(session.merge_codes("longing", "grief"))


def test_sub_codes_go_under_the_code_that_stays(session, project):
    session.merge_codes("emotion", "work")
    assert paths(project) == ["work", "work/field", "work/longing", "work/grief"]


def test_a_parent_merges_into_its_own_sub_code(session, project):
    session.merge_codes("emotion", "longing")
    assert paths(project) == ["longing", "longing/grief", "work", "work/field"]


def test_a_digit_is_handed_over_where_the_code_that_stays_has_none(session, project):
    session.merge_codes("longing", "grief")
    book = book_of(project)
    assert (book["longing"].key, book["grief"].key) == (0, 1)


def test_a_code_that_stays_keeps_its_own_digit(session, project):
    session.merge_codes("longing", "work")
    assert book_of(project)["work"].key == 2


def test_a_chain_of_merges_ends_at_the_last(used):
    with Session(used, "c1") as session:
        session.merge_codes("longing", "grief")
        session.merge_codes("grief", "work")
        session.merge_codes("work", "field")
        assert {code for _, code, _ in counted(session)} == {"field", "emotion"}
        assert answers(session.index) == fresh_answers(used)
        session.undo(3)
        assert answers(session.index)["segments"] == fresh_answers(used)["segments"]
        assert {code for _, code, _ in counted(session)} == {"longing", "grief", "emotion"}


def test_merging_into_a_code_that_was_merged_goes_to_the_one_that_stands_for_it(session, project):
    session.merge_codes("grief", "longing")
    session.merge_codes("work", "grief")
    assert book_of(project)["work"].merged_into == "longing"


@pytest.mark.parametrize("pair", [("longing", "longing"), ("grief", "longing"), ("longing", "grief")])
def test_a_code_does_not_merge_into_itself_nor_twice(session, project, pair):
    session.merge_codes("grief", "longing")
    before = project.codebook_yaml.read_bytes()
    with pytest.raises(BadOption):
        session.merge_codes(*pair)
    assert project.codebook_yaml.read_bytes() == before


def test_several_merges_in_one_go_are_undone_in_one_go(used):
    with Session(used, "c1") as session:
        session.notice_hand_edits()
        book, quotes = book_of(used), csv_of(used)
        with session.batch():
            session.merge_codes("longing", "field")
            session.merge_codes("emotion", "field")
            session.merge_codes("work", "field")
        session.undo()
    assert (book_of(used), csv_of(used)) == (book, quotes)


def test_a_parent_and_the_one_above_it_merged_in_one_go_come_back_in_one_go(tmp_path):
    project = make_project(tmp_path / "p", {"d1": BODY}, codes=["g", "g/p", "g/p/c", "o"])
    with Session(project, "c1") as session:
        book = book_of(project)
        with session.batch():
            session.merge_codes("p", "c")
            session.merge_codes("g", "c")
        session.undo()
    assert book_of(project) == book


def test_taking_away_what_fell_together_takes_both_away(project, session):
    session.code("d1", 5, 16, "longing")
    coding = session.code("d1", 5, 16, "grief")
    session.merge_codes("longing", "grief")
    shown = segments(session.index)[0]["coding_id"]
    session.uncode(shown)
    assert counted(session) == []
    session.undo()
    assert len(counted(session)) == 1
    session.undo()
    assert len(counted(session)) == 2
    assert coding.id in {row["coding_id"] for row in segments(session.index)}


def test_what_fell_together_stays_one_when_it_is_recoded(project, session):
    session.code("d1", 5, 16, "longing")
    session.code("d1", 5, 16, "grief")
    session.merge_codes("longing", "grief")
    session.recode(segments(session.index)[0]["coding_id"], "field")
    assert counted(session) == [("I miss her.", "field", "c1")]
    assert answers(session.index) == fresh_answers(project)


def test_recoding_onto_a_code_that_the_passage_has_already_leaves_one_coding(project, session):
    session.code("d1", 5, 16, "longing")
    session.recode(session.code("d1", 5, 16, "grief").id, "longing")
    assert counted(session) == [("I miss her.", "longing", "c1")]


def test_codings_whose_words_are_gone_are_not_hidden_behind_others_on_the_same_numbers(project):
    old = BODY.replace("I miss her.", "We go home.")
    lost = [apply(1, old, "We go home.", "longing"), apply(2, old, "We go home.", "grief")]
    write_events(
        project, "c1", "d1", [*lost, apply(3, BODY, "I miss her.", "longing"), apply(4, BODY, "I miss her.", "grief")]
    )
    with Session(project, "c1") as session:
        session.merge_codes("longing", "grief")
        found = [(row["text"], row["anchor"]) for row in segments(session.index)]
    assert found.count(("I miss her.", "exact")) == 1
    assert set(found) == {("I miss her.", "exact"), ("We go home.", "lost")}


def test_one_lost_coding_is_not_hidden_behind_two_that_fell_together(project):
    old = BODY.replace("I miss her.", "We go home.")
    write_events(project, "c1", "d1", [
        apply(1, BODY, "I miss her.", "longing"), apply(2, BODY, "I miss her.", "grief"), apply(3, old, "We go home.", "grief"),
    ])  # fmt: skip
    with Session(project, "c1") as session:
        session.merge_codes("longing", "grief")
        found = [(row["text"], row["anchor"]) for row in segments(session.index)]
    assert sorted(found) == [("I miss her.", "exact"), ("We go home.", "lost")]


def test_new_words_can_be_coded_where_a_lost_coding_once_stood(project, session):
    session.code("d1", 5, 16, "longing")
    edit(project.transcript("d1"), transcript(BODY.replace("I miss her.", "We go home."), title="At home"))
    session.index.refresh()
    session.code("d1", 5, 16, "longing")
    assert sorted((row["text"], row["anchor"]) for row in segments(session.index)) == [
        ("I miss her.", "lost"),
        ("We go home.", "exact"),
    ]


def test_a_coding_made_elsewhere_under_a_merged_code_counts_for_the_one_that_stays(used):
    with Session(used, "c1") as session:
        session.merge_codes("longing", "grief")
    write_events(used, "c3", "d1", [apply(21, BODY, "I sew shoes.", "longing")])
    with Session(used, "c1") as session:
        assert ("I sew shoes.", "grief", "c3") in counted(session)


def test_a_merge_by_hand_is_a_merge(used):
    text = used.codebook_yaml.read_text(encoding="utf-8")
    with Session(used, "c1") as session:
        edit(used.codebook_yaml, text.replace("name: longing\n", "name: longing\n    merged_into: grief\n"))
        session.index.refresh()
        assert {code for _, code, _ in counted(session)} == {"grief", "emotion"}
        edit(used.codebook_yaml, text)
        session.index.refresh()
        assert {code for _, code, _ in counted(session)} == {"longing", "grief", "emotion"}
        assert answers(session.index) == fresh_answers(used)


TOMBSTONE_VERBS = {
    "rename": lambda s: s.rename_code("grief", "sorrow"),
    "edit": lambda s: s.edit_code("grief", definition="New."),
    "move": lambda s: s.move_code("grief", "work"),
    "up": lambda s: s.shift_code("grief", "up"),
    "outdent": lambda s: s.shift_code("grief", "outdent"),
    "retire": lambda s: s.retire_code("grief"),
    "delete": lambda s: s.delete_code("grief"),
}


@pytest.mark.parametrize("verb", TOMBSTONE_VERBS.values(), ids=TOMBSTONE_VERBS)
def test_a_code_that_was_merged_away_is_not_changed_behind_everybodys_back(session, project, verb):
    session.merge_codes("grief", "longing")
    before = state_of(book_of(project), "grief")
    with suppress(QualcodeError):  # refused, or done to the code that stands for it
        verb(session)
    assert without_place(state_of(book_of(project), "grief")) == without_place(before)


def test_a_link_of_a_chain_of_merges_does_not_go_and_leave_the_codings_before_it_without_a_code(project, session):
    session.code("d1", 5, 16, "longing")
    session.merge_codes("longing", "grief")
    session.merge_codes("grief", "work")
    with suppress(QualcodeError):
        session.delete_code("grief")
    assert {code for _, code, _ in counted(session)} <= {"work"}


# ------------------------------------------------------------------------------------ delete


def test_a_code_with_codings_stays_as_a_tombstone_and_they_do_not_count(used):
    with Session(used, "c1") as session:
        assert "4 codings (c1 3, c2 1)" in str(session.delete_code("longing"))
        assert "longing" not in {code for _, code, _ in counted(session)}
    assert book_of(used)["longing"].deleted
    assert "emotion/longing" not in paths(used)


def test_a_code_without_codings_is_taken_out_with_all_below_it(session, project):
    session.delete_code("work")
    assert [code.id for code in book_of(project).codes] == ["emotion", "longing", "grief"]


def test_codings_that_came_by_a_merge_do_not_count_when_their_code_is_deleted(project, session):
    session.code("d1", 5, 16, "longing")
    session.merge_codes("longing", "grief")
    session.delete_code("grief")
    assert counted(session) == []
    assert answers(session.index) == fresh_answers(project)
    session.undo()
    assert counted(session) == [("I miss her.", "grief", "c1")]


def test_a_code_that_has_only_another_coders_codings_is_kept_as_a_tombstone(project):
    write_events(project, "c2", "d1", [apply(1, BODY, "I miss her.", "field")])
    with Session(project, "c1") as session:
        session.delete_code("work")
    assert (book_of(project)["work"].deleted, "field" in book_of(project)) == (True, True)


def test_the_count_says_whose_codings_would_be_gone(used):
    with Session(used, "c1") as session:
        count = session.count("emotion")
    assert (count.codings, count.by_coder, count.codes) == (9, {"c1": 6, "c2": 3}, 3)


def test_a_deleted_codes_name_is_free_again_and_its_codings_do_not_come_back_under_it(used):
    with Session(used, "c1") as session:
        session.delete_code("longing")
        new = session.add_code("emotion/longing")
        assert new.id not in {code for _, code, _ in counted(session)}


# ------------------------------------------------------------------------------------ undo where something stands in the way


def test_the_creation_of_a_code_that_is_in_use_by_now_is_not_taken_back(project):
    with Session(project, "c1") as session:
        code = session.add_code("emotion/pride")
    with Session(project, "c2") as other:
        other.code("d1", 5, 16, code.id)
    before = project.codebook_yaml.read_bytes()
    with pytest.raises(CannotUndo, match="c2"):
        undo_after_restart(project)
    assert project.codebook_yaml.read_bytes() == before


def test_a_rename_that_somebody_renamed_since_is_not_taken_back(project):
    with Session(project, "c1") as one, Session(project, "c2") as two:
        one.rename_code("longing", "yearning")
        two.rename_code("yearning", "wish")
        with pytest.raises(CannotUndo):
            one.undo()
        two.undo()
        one.undo()
    assert "emotion/longing" in paths(project)


def test_a_rename_is_taken_back_though_somebody_defined_the_code_since(project):
    with Session(project, "c1") as one, Session(project, "c2") as two:
        one.rename_code("longing", "yearning")
        two.edit_code("yearning", definition="Newer.")
        one.undo()
    assert (book_of(project)["longing"].name, book_of(project)["longing"].definition) == ("longing", "Newer.")


def test_two_coders_work_on_the_codebook_in_turn(project):
    with Session(project, "c1") as one, Session(project, "c2") as two:
        one.add_code("emotion/pride")
        two.code("d1", 5, 16, "pride")
        one.merge_codes("longing", "pride")
        two.code("d1", 17, 28, "longing")
        two.move_code("pride", "work")
        one.rename_code("pride", "dignity")
        one.index.refresh()
        two.index.refresh()
        assert answers(one.index) == answers(two.index) == fresh_answers(project)
        two.undo()
        assert "emotion/dignity" in paths(project)
    assert {key for key, _, _ in logged(project, "c2")} == {book_of(project).find("dignity").id}


# ------------------------------------------------------------------------------------ changes by hand


def test_what_was_changed_by_hand_is_logged_before_a_verb(session, project):
    text = project.codebook_yaml.read_text(encoding="utf-8")
    edit(project.codebook_yaml, text.replace("After a loss.", "After any loss."))
    session.rename_code("work", "toil")
    by_hand = [e for e in events_on_disk(project, "c1", "") if e.note == "by hand" and e.what == "code"]
    assert [(e.key, e.before["definition"], e.after["definition"]) for e in by_hand] == [
        ("grief", "After a loss.", "After any loss.")
    ]


def test_undo_takes_back_the_verb_and_not_what_was_written_by_hand(session, project):
    text = project.codebook_yaml.read_text(encoding="utf-8")
    edit(project.codebook_yaml, text.replace("After a loss.", "After any loss."))
    session.rename_code("work", "toil")
    session.undo()
    assert (book_of(project)["grief"].definition, "work" in paths(project)) == ("After any loss.", True)


def test_undo_of_several_verbs_in_one_go_leaves_what_was_written_by_hand(session, project):
    text = project.codebook_yaml.read_text(encoding="utf-8")
    edit(project.codebook_yaml, text.replace("After a loss.", "After any loss."))
    with session.batch():
        session.merge_codes("longing", "work")
        session.merge_codes("field", "work")
    session.undo()
    assert book_of(project)["grief"].definition == "After any loss."


def test_undo_of_the_first_go_does_not_take_back_that_the_codebook_was_noted(project):
    with Session(project, "c1") as session:
        with session.batch():
            session.rename_code("work", "toil")
            session.rename_code("toil", "job")
        assert "noted" not in str(session.undo()[0])


def test_several_codes_changed_by_hand_are_noticed_once(session, project):
    text = project.codebook_yaml.read_text(encoding="utf-8")
    edit(project.codebook_yaml, text.replace("After a loss.", "x").replace("Wanting someone.", "y"))
    session.index.refresh()
    assert [session.notice_hand_edits(), session.notice_hand_edits()] == [2, 0]


def test_comments_survive_every_verb(project):
    text = project.codebook_yaml.read_text(encoding="utf-8")
    edit(project.codebook_yaml, "# Ours.\n" + text.replace("- id: work", "# toil\n- id: work   # why?"))
    with Session(project, "c1") as session:
        for name, verb in VERBS.items():
            if not name.startswith("delete"):
                verb(session)
                assert all(
                    c in project.codebook_yaml.read_text(encoding="utf-8") for c in ("# Ours.", "# toil", "# why?")
                ), name
                session.undo()


@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)
def test_a_codebook_that_broke_meanwhile_is_said_with_its_line_and_left_alone(session, project, verb):
    broken = project.codebook_yaml.read_text(encoding="utf-8") + "- id: [\n"
    edit(project.codebook_yaml, broken)
    log = project.log_file("c1").read_bytes()
    with pytest.raises(BadFile) as caught:
        verb(session)
    assert [problem.path for problem in caught.value.problems] == ["codebook.yaml"]
    assert caught.value.problems[0].line >= 9
    assert project.codebook_yaml.read_text(encoding="utf-8") == broken
    assert project.log_file("c1").read_bytes() == log


def test_undo_says_that_the_codebook_is_broken(session, project):
    session.rename_code("work", "toil")
    edit(project.codebook_yaml, broken := project.codebook_yaml.read_text(encoding="utf-8") + "- id: [\n")
    with pytest.raises(BadFile):
        session.undo()
    assert project.codebook_yaml.read_text(encoding="utf-8") == broken


def test_a_broken_codebook_does_not_stop_coding(session, project):
    edit(project.codebook_yaml, project.codebook_yaml.read_text(encoding="utf-8") + "- id: [\n")
    session.index.refresh()
    session.code("d1", 5, 16, "longing")
    assert counted(session) == [("I miss her.", "longing", "c1")]


def test_a_parent_that_vanished_by_hand_is_said(session, project):
    text = project.codebook_yaml.read_text(encoding="utf-8")
    edit(project.codebook_yaml, text[: text.index("- id: work")])
    with pytest.raises(UnknownName, match="work"):
        session.move_code("longing", "work")
    assert paths(project) == ["emotion", "emotion/longing", "emotion/grief"]


# ------------------------------------------------------------------------------------ a disk that fails


@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)
def test_where_the_log_cannot_be_written_nothing_is_changed(used, monkeypatch, verb):
    with Session(used, "c1") as session:
        session.notice_hand_edits()
        book, quotes, log = used.codebook_yaml.read_bytes(), csv_of(used), used.log_file("c1").read_bytes()
        with monkeypatch.context() as broken:
            broken.setattr("qualcode.session.writing.append_events", refuse)
            with pytest.raises(CannotSave):
                verb(session)
        assert (used.codebook_yaml.read_bytes(), csv_of(used), used.log_file("c1").read_bytes()) == (book, quotes, log)
        session.index.refresh()
        assert answers(session.index) == fresh_answers(used)


def test_what_a_refused_act_put_back_is_read_though_the_clock_did_not_tick(used, monkeypatch):
    monkeypatch.setattr("qualcode.files.folder._changed_at", lambda status: 1)
    with Session(used, "c1") as session:
        session.notice_hand_edits()
        with monkeypatch.context() as broken:
            broken.setattr("qualcode.session.writing.append_events", refuse)
            with pytest.raises(CannotSave):
                session.move_code("work", after="")
        assert answers(session.index) == fresh_answers(used)


def test_a_codebook_that_is_known_is_not_read_in_full_for_each_change(session, monkeypatch):
    session.rename_code("work", "toil")
    monkeypatch.setattr("qualcode.files.project_files.load_yaml", lambda *_: pytest.fail("read in full"))
    session.rename_code("work", "labour")
    assert session.index.codebook.find("labour").id == "work"


@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)
def test_where_the_codebook_cannot_be_written_nothing_is_logged(used, monkeypatch, verb):
    with Session(used, "c1") as session:
        session.notice_hand_edits()
        book, log = used.codebook_yaml.read_bytes(), used.log_file("c1").read_bytes()
        codings = used.coding_file("c1", "d1").read_bytes()
        with monkeypatch.context() as broken:
            broken.setattr("qualcode.files.project_files.replace_file", refuse)
            with pytest.raises(CannotSave):
                verb(session)
        now = (
            used.codebook_yaml.read_bytes(),
            used.log_file("c1").read_bytes(),
            used.coding_file("c1", "d1").read_bytes(),
        )
    assert now == (book, log, codings)


def test_where_only_the_codings_cannot_be_joined_the_merge_is_not_left_half_done(used, monkeypatch):
    import qualcode.session.writing as writing

    real = writing.append_events

    def full(path, events, *folder):
        if "codings" in path.parts:
            raise CannotSave("no room")
        return real(path, events, *folder)

    with Session(used, "c1") as session:
        session.notice_hand_edits()
        book, quotes = book_of(used), csv_of(used)
        monkeypatch.setattr(writing, "append_events", full)
        with pytest.raises(CannotSave):
            session.merge_codes("longing", "grief")
    assert (book_of(used), csv_of(used)) == (book, quotes)


def refuse(*_args, **_more):
    raise CannotSave("Not saved: no room.")


# ------------------------------------------------------------------------------------ recode and keep


def test_recoding_is_one_undo_step_and_leaves_the_place(project, session):
    coding = session.code("d1", 5, 16, "longing", note="n")
    session.recode(coding.id, "work/field")
    assert counted(session) == [("I miss her.", "field", "c1")]
    session.undo()
    assert counted(session) == [("I miss her.", "longing", "c1")]


def test_recoding_to_the_code_that_it_has_writes_nothing(project, session):
    coding = session.code("d1", 5, 16, "longing")
    before = project.coding_file("c1", "d1").read_bytes()
    session.recode(coding.id, "longing")
    assert project.coding_file("c1", "d1").read_bytes() == before


@pytest.mark.parametrize("verb", ["recode", "keep", "uncode"])
def test_another_coders_coding_is_left_alone(project, session, verb):
    write_events(project, "c2", "d1", [apply(1, BODY, "I miss her.", "longing")])
    session.index.refresh()
    ident = segments(session.index)[0]["coding_id"]
    with pytest.raises(BadOption, match="c2"):
        getattr(session, verb)(*([ident, "work"] if verb == "recode" else [ident]))


def test_keeping_is_undone_like_anything_else(project, session):
    coding = session.code("d1", 5, 16, "longing")
    session.keep(coding.id)
    assert "longing" in str(undo_after_restart(project)[0])
    assert [e.op for e in events_on_disk(project, "c1", "d1")] == ["apply", "keep", "revert"]


def test_a_recoding_to_a_deleted_code_is_refused(project, session):
    coding = session.code("d1", 5, 16, "longing")
    session.code("d1", 5, 16, "work")
    session.delete_code("work")
    with pytest.raises(UnknownName):
        session.recode(coding.id, "work")


# ------------------------------------------------------------------------------------ import of codes


def test_an_import_is_one_undo_step(session, project):
    from qualcode.core.codebook_plan import Draft, plan

    before = book_of(project)
    drafts = [
        Draft(("joy", "pride"), fields={"definition": "x"}),
        Draft(("emotion", "longing"), fields={"definition": "new"}),
    ]
    session.import_codes(plan(session.index.codebook, drafts))
    assert "joy/pride" in paths(project)
    assert book_of(project)["longing"].definition == "new"
    undo_after_restart(project)
    assert book_of(project) == before


# ------------------------------------------------------------------------------------ anything in any order


def undo_all(session):
    """Undo until nothing is left, whatever the reason that is given then; how many steps that were."""
    done, told = 0, ""
    while not told:
        try:
            session.undo()
            done += 1
        except CannotUndo as error:
            told = str(error)
    assert "nothing to undo" in told
    return done


def random_verb(session, random):
    live = [code.id for code in session.index.codebook.live]
    one, other = random.choice([*live, "nothing"]), random.choice([*live, "nothing"])
    start = random.choice([5, 8, 17, 20, 34])
    rows = [row["coding_id"] for row in segments(session.index) if row["coder"] == session.coder] or ["none"]
    return random.choice([
        lambda: session.add_code(f"new {random.randint(1, 9)}", random.choice(["", one])),
        lambda: session.rename_code(one, f"named {random.randint(1, 9)}"),
        lambda: session.edit_code(one, definition=random.choice(["", "a", "b\nc", "妈"]), key=random.randint(0, 3)),
        lambda: session.move_code(one, random.choice(["", other]), random.choice([None, ""])),
        lambda: session.shift_code(one, random.choice(["up", "down", "indent", "outdent"])),
        lambda: session.retire_code(one, random.random() < 0.7),
        lambda: session.merge_codes(one, other),
        lambda: session.merge_codes(one, other),
        lambda: session.delete_code(one),
        lambda: session.code("d1", start, start + random.choice([3, 6]), one),
        lambda: session.code("d1", start, start + 6, one),
        lambda: session.code("d1", start, start + 6, one),
        lambda: session.recode(random.choice(rows), one),
        lambda: session.keep(random.choice(rows)),
        lambda: session.uncode(random.choice(rows)),
    ])  # fmt: skip


@settings(max_examples=25)
@given(seed=st.integers(0, 10**9))
def test_a_random_sequence_of_verbs_and_undoing_all_of_them_is_the_beginning(tmp_path_factory, seed):
    randomly = random.Random(seed)
    project = make_project(tmp_path_factory.mktemp("random") / "p", {"d1": BODY}, codes=CODES)
    write_events(
        project, "c2", "d1", [apply(1, BODY, "I miss her.", "longing"), apply(2, BODY, "I miss her.", "grief")]
    )
    with Session(project, "c1") as session:
        session.notice_hand_edits()
        book, quotes = book_of(project), csv_of(project)
        states = [(book, quotes)]
        for _ in range(8):
            with suppress(BadOption, UnknownName):
                random_verb(session, randomly)()
            now = (book_of(project), csv_of(project))
            if now != states[-1]:
                states.append(now)
            assert segments(session.index).csv_text() == now[1]
        done = undo_all(session)
        assert (book_of(project), csv_of(project)) == (book, quotes)
        assert answers(session.index) == fresh_answers(project)
        session.redo(done)
        assert (book_of(project), csv_of(project)) == states[-1]


@settings(max_examples=15)
@given(seed=st.integers(0, 10**9))
def test_two_coders_at_random_leave_an_index_like_that_of_the_files(tmp_path_factory, seed):
    randomly = random.Random(seed)
    project = make_project(tmp_path_factory.mktemp("random") / "p", {"d1": BODY}, codes=CODES)
    with Session(project, "c1") as one, Session(project, "c2") as two:
        for _ in range(12):
            session = randomly.choice([one, two])
            session.index.refresh()
            with suppress(BadOption, UnknownName, CannotUndo):
                randomly.choice([random_verb(session, randomly), random_verb(session, randomly), session.undo])()
        for session in (one, two):
            session.index.refresh()
            assert answers(session.index) == fresh_answers(project)


def test_a_codebook_of_the_older_log_form_is_undone_without_places(project):
    """Logs of before the codebook screen know neither `previous` nor all fields."""
    code = {"id": "old", "name": "old", "parent": "work"}
    text = project.codebook_yaml.read_text(encoding="utf-8")
    assert codebook_in(text)[0] != Codebook((Code("old", "old"),))
    edit(project.codebook_yaml, text.replace("    name: field\n", "    name: field\n  - id: old\n    name: old\n"))
    write_events(project, "c1", "", [event(1, "change", what="code", key="old", before=None, after=code)])
    undo_after_restart(project)
    assert "old" not in book_of(project)


@pytest.mark.parametrize("empty", ["", "# nothing yet\n", None], ids=["blank", "only a comment", "gone"])
@pytest.mark.parametrize("index_deleted", [False, True], ids=["known", "index deleted"])
def test_a_codebook_file_that_says_nothing_is_a_broken_one(project, empty, index_deleted):
    with Session(project, "c1") as session:
        session.add_code("joy")  # so that the log knows the codebook
    log = project.log_file("c1").read_bytes()
    good = project.codebook_yaml.read_text("utf-8")
    if index_deleted:
        shutil.rmtree(project.root / ".qualcode")
    if empty is None:
        project.codebook_yaml.unlink()
    else:
        edit(project.codebook_yaml, empty)
    with Session(project, "c1") as session:
        assert session.notice_hand_edits() == 0
        with pytest.raises(BadFile, match=r"codebook\.yaml"):
            session.add_code("new")
    assert project.log_file("c1").read_bytes() == log
    edit(project.codebook_yaml, good)
    with Session(project, "c1") as session:
        assert session.notice_hand_edits() == 0
        assert "joy" in [code.name for code in session.index.codebook.live]


def test_a_reordering_taken_back_leaves_a_code_that_went_elsewhere_since(project, session):
    with Session(project, "c2") as other:
        other.shift_code("grief", "up")
    session.index.refresh()
    session.move_code("grief", "")
    with Session(project, "c2") as other:
        other.undo()
        assert other.index.codebook["grief"].parent == ""
