"""An empty cell offers the search: what other quotes share is looked for in the case, coded, or noted as not found."""

import pytest
from builders import apply, events_on_disk, make_project, transcript, write_events
from matrices import go, grid, here, matrix_screen, numbers, status, two_families
from screens import field, opened, pick, screen_text, selected, told, type_text, until

from qualcode.analysis.memos import memo
from qualcode.session import Session
from qualcode.tui import matrix_counting
from qualcode.tui.matrix import MatrixScreen
from qualcode.tui.matrix_negative import CaseHits

LIANG = (
    "Mother: I miss them in the evening. We phone.\nXiaoya: I miss her, I miss home.\nMother: I work in the field.\n"
)
ZHAO = "Long: I work. Some days I miss the old school. It rains.\nFather: I work in the field.\n"


@pytest.fixture
def project(tmp_path):
    project = make_project(
        tmp_path / "p",
        {"l1": transcript(LIANG, case="liang"), "z1": transcript(ZHAO, case="zhao")},
        codes=("emotion", "emotion/longing", "work"),
        cases=["liang", "zhao"],
    )
    write_events(
        project,
        "c1",
        "l1",
        [apply(1, LIANG, "I miss them in the evening."), apply(2, LIANG, "I miss her, I miss home.")],
    )
    return project


def hits(pilot):
    return matrix_screen(pilot).query_one(CaseHits)


def found(pilot):
    return [(line.document, line.hit) for line in hits(pilot).found]


async def search(pilot, label="longing", header="zhao"):
    await pilot.press("M")
    await go(pilot, label, header)
    await pilot.press("enter")


async def test_the_status_line_says_that_enter_looks_for_it(project):
    async with opened(project) as pilot:
        await pilot.press("M")
        await go(pilot, "longing", "zhao")
        assert "longing × zhao: 0 segments — Enter looks for it in this case" in status(pilot)


async def test_enter_looks_for_the_words_that_the_codes_quotes_share(project):
    async with opened(project) as pilot:
        await search(pilot)
        assert found(pilot) == [("z1", "miss")]
        assert "looked for: miss" in str(hits(pilot).border_title)
        await until(lambda: "Some days I miss the old school." in screen_text(pilot))


async def test_enter_on_a_hit_goes_there_and_escape_comes_back_to_it(project):
    async with opened(project) as pilot:
        await search(pilot)
        await pilot.press("enter")
        assert (pilot.app.workspace.document, selected(pilot)) == ("z1", "miss")
        await pilot.press("escape")
        assert isinstance(pilot.app.screen, MatrixScreen)
        assert hits(pilot).has_focus
        await pilot.press("escape")
        assert here(pilot) == ("longing", "zhao")
        assert grid(pilot).has_focus


async def test_c_codes_the_sentence_of_the_hit_and_the_cell_counts_it(project):
    async with opened(project) as pilot:
        await search(pilot)
        await pilot.press("c")
        (event,) = events_on_disk(project, "c1", "z1")
        assert (event.quote, event.code) == ("Some days I miss the old school.", "longing")
        assert numbers(pilot)["longing"] == [2, 1, 3]
        await pilot.press("u")
        assert numbers(pilot)["longing"] == [2, 0, 2]


async def test_w_looks_for_other_words(project):
    async with opened(project) as pilot:
        await search(pilot)
        await pilot.press("w")
        assert field(pilot).value == "miss"
        field(pilot).value = "rain*, work"
        await pilot.press("enter")
        assert found(pilot) == [("z1", "work"), ("z1", "rains"), ("z1", "work")]


async def test_n_notes_what_was_looked_for_as_a_memo_about_the_cell(project):
    async with opened(project) as pilot:
        await search(pilot)
        await pilot.press("n")
        await type_text(pilot, "It is the school, not the mother.")
        await pilot.press("enter")
        (path,) = list(project.memos.glob("*.md"))
        written = memo(pilot.app.desk.index, path.stem)
        assert written.about.data == {"case": "zhao", "code": "longing"}
        assert (written.kind, written.author) == ("analytic", "c1")
        assert written.title == "Looked for and not found: longing × zhao"
        assert "Words: miss" in written.text
        assert "- [[z1]]: 1 hit" in written.text
        assert "It is the school, not the mother." in written.text


async def test_a_cell_with_such_a_note_shows_a_sign_and_k_opens_it(project):
    async with opened(project) as pilot:
        await search(pilot)
        await pilot.press("n", "enter", "escape")
        await until(lambda: "·¶" in screen_text(pilot))
        assert "1 memo ¶: K" in status(pilot)
        await pilot.press("K")
        await until(lambda: "Looked for and not found" in screen_text(pilot))


async def test_a_note_left_with_escape_is_not_written(project):
    async with opened(project) as pilot:
        await search(pilot)
        await pilot.press("n", "escape")
        assert not list(project.memos.glob("*.md"))


async def test_undo_takes_the_note_back(project):
    async with opened(project) as pilot:
        await search(pilot)
        await pilot.press("n", "enter", "u")
        assert not list(project.memos.glob("*.md"))


async def test_where_the_case_says_none_of_the_words_that_is_said(tmp_path):
    async with opened(two_families(tmp_path / "q")) as pilot:
        await search(pilot)
        assert found(pilot) == []
        assert "None of these words is said in this case: n notes that" in status(pilot)


async def test_a_code_without_quotes_asks_for_words(tmp_path):
    project = make_project(tmp_path / "p", {"z1": transcript(ZHAO, case="zhao")}, cases=["zhao"])
    async with opened(project) as pilot:
        await search(pilot, "work")
        assert "w looks for words of yours" in status(pilot)
        await pick(pilot, "w", "field")
        assert found(pilot) == [("z1", "field")]
        await pilot.press("c")
        assert numbers(pilot)["work"] == [1, 1]


async def test_cells_that_are_no_code_and_case_are_only_said_to_be_empty(project):
    async with opened(project) as pilot:
        await pilot.press("M")
        await pick(pilot, "c", "document")
        await go(pilot, "longing", "z1")
        await pilot.press("enter")
        assert grid(pilot).has_focus
        assert "Nothing is coded in this cell." in status(pilot)


async def test_the_turned_matrix_offers_it_too(project):
    async with opened(project) as pilot:
        await pilot.press("M", "x")
        await go(pilot, "zhao", "longing")
        await pilot.press("enter")
        assert found(pilot) == [("z1", "miss")]


async def test_a_large_project_looks_for_words_in_a_thread(project, monkeypatch):
    monkeypatch.setattr(matrix_counting, "QUICK", 0)
    async with opened(project) as pilot:
        await pilot.press("M")
        await until(lambda: numbers(pilot))
        await go(pilot, "longing", "zhao")
        await pilot.press("enter")
        await until(lambda: found(pilot) == [("z1", "miss")])


async def test_what_was_noted_stays_said_until_the_cursor_moves(project):
    async with opened(project) as pilot:
        await search(pilot)
        await pilot.press("n", "enter")
        await until(lambda: "Noted: memos/" in status(pilot))
        await pilot.pause(1.5)  # the watch on the folder has looked meanwhile
        assert "Noted: memos/" in status(pilot)


async def test_enter_and_space_without_hits_say_why_nothing_happens(project):
    async with opened(project) as pilot:
        await search(pilot)
        await pick(pilot, "w", "zebra")
        for key in ("enter", "space"):
            await pilot.press("c")
            await until(lambda: "There is no hit to code." in status(pilot))
            await pilot.press(key)
            await until(lambda: "None of these words is said in this case" in status(pilot))


async def test_a_search_for_a_code_that_is_deleted_meanwhile_is_closed_with_the_reason(project):
    async with opened(project) as pilot:
        await search(pilot)
        with Session(project, "c2") as other:
            other.delete_code("longing")
        await until(lambda: not matrix_screen(pilot).has_class("search"))
        await until(lambda: "longing × zhao is not in the matrix any more" in told(pilot))


async def test_a_search_stays_open_where_rows_and_columns_change_about(project):
    async with opened(project, size=(120, 30)) as pilot:
        await search(pilot)
        await pilot.press("tab", "x")
        await pilot.press("tab", "n", "enter")
        await until(lambda: "Noted: memos/" in status(pilot))
        assert matrix_screen(pilot).has_class("search")
        assert "zhao × emotion/longing · looked for" in screen_text(pilot)
