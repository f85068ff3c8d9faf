"""The framework: which cells want a summary, and which summaries are older than the codings that they are about."""

import os
from datetime import UTC, datetime

import pytest
from builders import apply, edit, fresh_answers, make_project, open_index, transcript, write_events

from qualcode.analysis.audit import entries, sentence
from qualcode.analysis.filters import Filters
from qualcode.analysis.framework import framework
from qualcode.errors import BadOption, UnknownName
from qualcode.notebook import open_project
from qualcode.session import Session

LIANG = "Mei: I miss her. I miss him.\nLing: I sew shoes.\n"
ZHAO = "Long: Fine. The same.\n"
CODES = ("emotion", "emotion/longing", "emotion/grief", "work")


@pytest.fixture
def project(tmp_path):
    documents = {"d1": transcript(LIANG, case="liang"), "d2": transcript(ZHAO, case="zhao")}
    return make_project(tmp_path / "p", documents, CODES, cases=["liang", "zhao"])


@pytest.fixture
def session(project):
    with Session(project, "c1") as found:
        yield found


@pytest.fixture
def told(session):
    """State of the cell liang x emotion and what changed in it, as it is now and as an index made from the files tells it."""

    def state(code="emotion", case="liang"):
        cells = []
        for index in (session.index, open_index(session.folder, in_memory=True)):
            index.refresh()
            cell = framework(index, [code]).cell(case, code)
            cells.append((cell.state, str(cell.change)))
        assert cells[0] == cells[1]
        return cells[0]

    return state


@pytest.fixture
def written(session):
    """One coding in the cell liang x emotion, then its summary."""
    coding = session.code("d1", 5, 16, "longing")
    session.summarise("liang", "emotion", "She is missed.")
    return coding


# ------------------------------------------------------------------ which cells, which quotes


def test_rows_are_cases_and_columns_top_codes_unless_others_are_named(session):
    shown = framework(session.index)
    assert [case.id for case in shown.cases] == ["liang", "zhao"]
    assert [code.name for code in shown.codes] == ["emotion", "work"]
    assert [code.name for code in framework(session.index, ["work", "longing"]).codes] == ["work", "emotion/longing"]
    every = [code.name for code in framework(session.index, all_codes=True).codes]
    assert every == ["emotion", "emotion/longing", "emotion/grief", "work"]


def test_quotes_of_sub_codes_count_for_their_codes(session):
    session.code("d1", 5, 16, "longing")
    session.code("d1", 17, 28, "grief")
    shown = framework(session.index, ["emotion", "longing"])
    assert [shown.cell("liang", code).quotes for code in ("emotion", "longing")] == [2, 1]
    assert [row["text"] for row in shown.quotes("liang", "emotion")] == ["I miss her.", "I miss him."]
    assert shown.all_quotes["liang", "longing"][0]["text"] == "I miss her."


def test_filters_narrow_the_quotes_and_a_case_the_rows(session):
    session.code("d1", 5, 16, "longing")
    session.code("d1", 17, 28, "grief")
    shown = framework(session.index, ["emotion"], filters=Filters(case="liang", text="him"))
    assert [case.id for case in shown.cases] == ["liang"]
    assert shown.cell("liang", "emotion").quotes == 1
    narrowed = framework(session.index, ["emotion"], filters=Filters(code="grief"))
    assert [row["text"] for row in narrowed.quotes("liang", "emotion")] == ["I miss him."]


def test_an_unknown_code_is_refused_with_the_nearest(session):
    with pytest.raises(UnknownName, match="longing"):
        framework(session.index, ["longign"])


# ------------------------------------------------------------------ writing


def test_a_summary_is_a_memo_about_the_case_and_the_code(session):
    memo = session.summarise("liang", "emotion", "She is missed.")
    assert (memo.kind, memo.about.data, memo.text) == (
        "summary",
        {"case": "liang", "code": "emotion"},
        "She is missed.\n",
    )
    cell = framework(session.index).cell("liang", "emotion")
    assert (cell.memo, cell.summary) == (memo.id, "She is missed.\n")


def test_summarising_again_changes_the_same_memo_and_undo_brings_the_old_text(session):
    first = session.summarise("liang", "emotion", "One.")
    assert session.summarise("liang", "emotion", "Two.").id == first.id
    session.undo()
    assert framework(session.index).cell("liang", "emotion").summary == "One.\n"


def test_memos_of_other_kinds_about_the_cell_are_no_summaries(session):
    session.new_memo("A thought", "case:liang code:emotion", "analytic", "Hm.")
    assert framework(session.index).cell("liang", "emotion").state == "empty"


def test_of_several_summaries_the_newest_counts(session):
    for day in ("2024-05-01", "2024-03-01"):
        session.new_memo(f"Of {day}", "case:liang code:emotion", "summary", f"{day}.", day=day)
    assert framework(session.index).cell("liang", "emotion").summary == "2024-05-01.\n"
    session.summarise("liang", "emotion", "New.")
    assert sorted(row[0] for row in session.index.rows("SELECT text FROM memo")) == ["2024-03-01.\n", "New.\n"]


def test_an_empty_text_takes_the_summary_away_and_undo_brings_it_back(session):
    session.summarise("liang", "emotion", "One.")
    assert session.summarise("liang", "emotion", " ") is None
    assert framework(session.index).cell("liang", "emotion").summary == ""
    session.undo()
    assert framework(session.index).cell("liang", "emotion").summary == "One.\n"


def test_a_summary_that_was_changed_meanwhile_is_not_written_over(session):
    session.summarise("liang", "emotion", "Theirs.")
    with pytest.raises(BadOption, match="changed meanwhile"):
        session.summarise("liang", "emotion", "Mine.", seen="")
    assert framework(session.index).cell("liang", "emotion").summary == "Theirs.\n"


def test_the_summary_of_a_code_that_was_merged_is_the_summary_of_the_one_that_stays(session):
    session.summarise("liang", "grief", "Loss.")
    session.merge_codes("grief", "longing")
    assert framework(session.index, ["longing"]).cell("liang", "longing").summary == "Loss.\n"


# ------------------------------------------------------------------ missing and outdated


def test_quotes_without_a_summary_are_missing_and_a_cell_without_either_is_empty(session, told):
    session.code("d1", 5, 16, "longing")
    assert (told(), told("work")) == (("missing", ""), ("empty", ""))


def test_a_summary_just_written_is_up_to_date(told, written):
    assert told() == ("written", "")


def test_a_coding_added_since_makes_it_outdated(session, told, written):
    session.code("d1", 17, 28, "grief")
    assert told() == ("outdated", "1 added")


def test_a_coding_removed_since_makes_it_outdated(session, told, written):
    session.uncode(written.id)
    assert told() == ("outdated", "1 removed")


def test_undoing_the_removal_makes_it_up_to_date_again(session, told, written):
    session.uncode(written.id)
    session.undo()
    assert told() == ("written", "")


def test_undoing_a_coding_that_was_there_when_it_was_written_makes_it_outdated(session, told):
    coding = session.code("d1", 5, 16, "longing")
    session.summarise("liang", "emotion", "She is missed.")
    session.take_back(coding.id)
    assert told() == ("outdated", "1 removed")


def test_a_coding_made_and_undone_since_changes_nothing(session, told, written):
    session.code("d1", 17, 28, "grief")
    session.undo()
    assert told() == ("written", "")


def test_recoding_away_takes_a_coding_out_of_the_cell_and_into_another(session, told, written):
    session.summarise("liang", "work", "Nothing yet.")
    session.recode(written.id, "work")
    assert (told(), told("work")) == (("outdated", "1 removed"), ("outdated", "1 added"))


def test_recoding_among_the_sub_codes_of_the_cell_changes_nothing(session, told, written):
    session.recode(written.id, "grief")
    assert told() == ("written", "")


def test_recoded_away_and_back_it_is_as_it_was(session, told, written):
    session.recode(written.id, "work")
    session.recode(written.id, "longing")
    assert told() == ("written", "")


def test_a_coding_removed_and_made_again_on_the_same_words_is_no_change(session, told, written):
    session.uncode(written.id)
    session.code("d1", 5, 16, "longing")
    assert told() == ("written", "")


def test_notes_marks_and_keeping_are_no_change(session, told, written):
    session.note(written.id, "flat voice")
    session.mark(written.id)
    session.keep(written.id)
    assert told() == ("written", "")


def test_a_coding_in_another_case_or_code_is_no_change(session, told, written):
    session.code("d2", 6, 11, "longing")
    session.code("d1", 35, 46, "work")
    assert told() == ("written", "")


def test_another_coders_coding_counts_too(session, told, written):
    with Session(session.folder, "c2") as other:
        other.code("d1", 17, 28, "longing")
    assert told() == ("outdated", "1 added")


def test_words_of_a_quote_that_were_corrected_make_it_outdated(session, told, written):
    session.correct_text("d1", LIANG.replace("I miss her.", "I missed her."))
    assert told() == ("outdated", "1 reworded")
    session.undo()
    assert told() == ("written", "")


def test_a_correction_elsewhere_in_the_text_changes_nothing(session, told, written):
    session.correct_text("d1", "Interview in March.\n" + LIANG.replace("shoes", "shoe soles"))
    assert told() == ("written", "")


def test_a_correction_from_before_the_summary_changes_nothing(session, told):
    session.code("d1", 5, 16, "longing")
    session.correct_text("d1", LIANG.replace("I miss her.", "I missed her."))
    session.summarise("liang", "emotion", "She is missed.")
    assert told() == ("written", "")
    session.correct_text("d1", LIANG.replace("I miss her.", "I missed her so."))
    assert told() == ("outdated", "1 reworded")


def test_words_corrected_outside_qualcode_make_it_outdated(session, told, written):
    edit(session.folder.transcript("d1"), transcript(LIANG.replace("I miss her.", "I missed her."), case="liang"))
    session.index.refresh()
    cell = framework(session.index, ["emotion"]).cell("liang", "emotion")
    assert (cell.state, str(cell.change)) == ("outdated", "1 reworded")
    session.notice_text_edits()
    assert told() == ("outdated", "1 reworded")


def test_words_taken_out_of_the_text_count_as_changed(session, told, written):
    session.correct_text("d1", LIANG.replace("I miss her. ", ""))
    assert told() == ("outdated", "1 reworded")


def test_codings_that_come_with_a_merge_and_go_with_its_undo(session, told, written):
    session.code("d1", 35, 46, "work")
    session.summarise("liang", "emotion", "She is missed, still.")
    session.merge_codes("work", "grief")
    assert told() == ("outdated", "1 added")
    session.undo()
    assert told() == ("written", "")


def test_codings_that_go_with_a_code_that_is_moved_away_or_deleted(session, told, written):
    session.move_code("longing", "")
    assert told() == ("outdated", "1 removed")
    session.move_code("longing", "emotion")
    assert told() == ("written", "")
    session.delete_code("longing")
    assert told() == ("outdated", "1 removed")


def test_a_merge_of_sub_codes_within_the_cell_is_no_change_though_twins_fall_together(session, told):
    session.code("d1", 5, 16, "longing")
    session.code("d1", 5, 16, "grief")
    session.summarise("liang", "emotion", "She is missed.")
    session.merge_codes("grief", "longing")
    assert told() == ("written", "")


def test_writing_the_summary_anew_makes_it_up_to_date(session, told, written):
    session.code("d1", 17, 28, "grief")
    session.summarise("liang", "emotion", "Both are missed.")
    assert told() == ("written", "")
    session.undo()
    assert told() == ("outdated", "1 added")


def test_a_link_that_follows_a_renamed_code_does_not_count_as_writing(session, told, written):
    session.summarise("liang", "emotion", "She is missed, see [[code:work]].")
    session.code("d1", 17, 28, "grief")
    session.rename_code("work", "labour")
    assert "[[code:labour]]" in framework(session.index).cell("liang", "emotion").summary
    assert told() == ("outdated", "1 added")


def test_a_summary_read_again_and_kept_is_up_to_date_and_the_log_tells(session, told, written):
    session.code("d1", 17, 28, "grief")
    session.keep_summary("liang", "emotion")
    assert told() == ("written", "")
    assert sentence(entries(session.index)[-1]) == "c1 kept memo “liang: emotion” after reading it again"
    session.undo()
    assert told() == ("outdated", "1 added")


def test_there_must_be_a_summary_to_keep(session):
    with pytest.raises(BadOption, match="no summary"):
        session.keep_summary("liang", "emotion")


def at(path, moment):
    seconds = datetime.fromisoformat(moment).replace(tzinfo=UTC).timestamp()
    os.utime(path, (seconds, seconds))


MATTER = "---\ntitle: T\nabout: {case: liang, code: emotion}\nkind: summary\n---\n"


@pytest.mark.parametrize(("moment", "state"), [("2024-03-04", "outdated"), ("2024-03-06", "written")])
def test_a_summary_written_by_hand_is_as_old_as_its_file(project, moment, state):
    write_events(project, "c1", "d1", [apply(1, LIANG, "I miss her.")])  # on 2024-03-05
    project.memo("by-hand").parent.mkdir()
    project.memo("by-hand").write_text(f"{MATTER}Missed.\n", "utf-8")
    at(project.memo("by-hand"), moment)
    assert framework(open_index(project)).cell("liang", "emotion").state == state


def test_a_summary_edited_by_hand_since_it_was_logged_is_as_old_as_its_file(session, told, written):
    session.code("d1", 17, 28, "grief")
    path = next(session.folder.memo("x").parent.glob("*.md"))
    edit(path, path.read_text("utf-8").replace("She is", "Both are"))
    assert told() == ("written", "")
    at(path, "2024-03-06")
    assert told() == ("outdated", "2 added")


def test_the_case_of_a_removed_coding_of_a_focus_group_is_that_of_who_spoke(tmp_path):
    people = [{"id": "mei", "name": "Mei", "role": "child", "case": "liang"}]
    project = make_project(
        tmp_path / "q", {"d1": transcript(LIANG, speakers={"Mei": "mei", "Ling": ""})}, CODES, ["liang"], people
    )
    with Session(project, "c1") as session:
        coding = session.code("d1", 5, 16, "longing")
        session.summarise("liang", "emotion", "She is missed.")
        session.uncode(coding.id)
        cell = framework(session.index).cell("liang", "emotion")
    assert (cell.state, str(cell.change)) == ("outdated", "1 removed")


# ------------------------------------------------------------------ as tables


def test_the_table_has_summaries_with_remarks_and_with_quotes_where_wanted(session, written):
    session.code("d1", 17, 28, "grief")
    session.code("d2", 6, 11, "work")
    shown = framework(session.index)
    assert shown.table().to_dicts() == [
        {"case": "liang", "emotion": "She is missed.\n\n[since it was written: 1 added]", "work": ""},
        {"case": "zhao", "emotion": "", "work": "[no summary yet: 1 quote]"},
    ]
    turned = shown.table(turned=True, quotes=True)
    assert turned.columns == ("code", "liang", "zhao")
    assert turned[1]["zhao"] == "[no summary yet: 1 quote]\n\n“Fine.” (Long, no kind, undated)"


def test_the_list_names_the_cells_that_want_writing(session, written):
    session.code("d2", 6, 11, "work")
    session.uncode(written.id)
    shown = framework(session.index)
    assert [(row["case"], row["code"], row["state"], row["removed"]) for row in shown.list(shown.due())] == [
        ("liang", "emotion", "outdated", 1),
        ("zhao", "work", "missing", 0),
    ]
    assert [cell.case.id for cell in shown.due("missing")] == ["zhao"]


def test_cases_that_only_a_document_speaks_of_have_a_row(tmp_path):
    project = make_project(tmp_path / "q", {"d1": transcript(LIANG, case="wang")}, CODES, ["liang"])
    write_events(project, "c1", "d1", [apply(1, LIANG, "I miss her.")])
    shown = framework(open_index(project))
    assert [(case.id, shown.cell(case.id, "emotion").quotes) for case in shown.cases] == [("liang", 0), ("wang", 1)]


def test_reading_the_framework_changes_no_file(session, written):
    before = fresh_answers(session.folder)
    framework(session.index).table(quotes=True)
    assert fresh_answers(session.folder) == before


def test_a_notebook_has_the_framework_and_the_saved_filters(session, written):
    with open_project(session.folder.root) as project:
        session.save_filter("mine", "coder:c1")
        assert project.framework(["emotion"], case="liang").cell("liang", "emotion").summary == "She is missed.\n"
        assert [(row["name"], row["codings"]) for row in project.filters] == [("mine", 1)]
