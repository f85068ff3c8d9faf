"""Working on the quotes of a cell: what is done is on disk, counted at once, undone in one step, and one comes back to the cell."""

import pytest
from builders import apply, event_id, events_on_disk, make_project, transcript, write_events
from matrices import LIANG, ZHAO, cell, go, grid, here, matrix_screen, numbers, quotes, status, texts, two_families
from screens import field, opened, pick, screen_text, selected, told, type_text, until

from qualcode.core.events import fold
from qualcode.session import Session
from qualcode.tui.matrix import MatrixScreen


@pytest.fixture
def project(tmp_path):
    return two_families(tmp_path / "p")


def codings(project, document, coder="c1"):
    """Quote, code, note and mark of each coding in force, in order of place, from the coder's file alone."""
    folded = fold(events_on_disk(project, coder, document), coder, document)
    return [(c.text, c.code, c.note, c.mark) for c in sorted(folded.values(), key=lambda c: (c.start, c.code))]


async def open_cell(pilot, label, header):
    await pilot.press("M")
    await go(pilot, label, header)
    await pilot.press("enter")


# -------------------------------------------------------------------- what is shown


async def test_the_rest_of_the_turn_stands_around_a_quote_and_t_takes_it_away(project):
    async with opened(project) as pilot:
        await open_cell(pilot, "pride", "zhao")
        await until(lambda: "I work. I am proud." in screen_text(pilot))
        await pilot.press("t")
        await until(lambda: "I am proud." in screen_text(pilot) and "I work. I am proud." not in screen_text(pilot))


async def test_what_is_said_around_a_quote_is_dimmed_and_the_quote_is_not(project):
    async with opened(project) as pilot:
        await open_cell(pilot, "pride", "zhao")
        dim = {
            segment.text: bool(segment.style.dim) for segment in quotes(pilot).render_line(0) if segment.text.strip()
        }
        assert dim["I work. "] is True
        assert dim["I am proud."] is False


async def test_the_code_of_a_quote_is_named_where_it_is_not_the_cell_s(project):
    async with opened(project) as pilot:
        await open_cell(pilot, "emotion", "zhao")
        await until(lambda: "(Long, chat, 2009-06-07) · c1 · pride" in screen_text(pilot))
        await pilot.press("escape")
        await go(pilot, "pride", "zhao")
        await pilot.press("enter")
        await until(
            lambda: "(Long, chat, 2009-06-07) · c1" in screen_text(pilot) and "· pride" not in screen_text(pilot)
        )


async def test_many_quotes_are_listed_as_they_are_reached(tmp_path):
    lines = [f"Mei: Rain number {number}." for number in range(300)]
    body = "\n".join(lines) + "\n"
    project = make_project(tmp_path / "p", {"d": transcript(body, case="a")}, cases=["a"])
    write_events(project, "c1", "d", [apply(n + 1, body, f"Rain number {n}.", "work") for n in range(300)])
    async with opened(project) as pilot:
        await open_cell(pilot, "work", "a")
        assert "300 quotes" in str(quotes(pilot).border_title)
        for _ in range(110):
            quotes(pilot).action_move(1)
        assert quotes(pilot).current["text"] == "Rain number 110."
        await pilot.press("end")
        assert quotes(pilot).current["text"] == "Rain number 299."
        await pilot.press("k", "enter")
        assert selected(pilot) == "Rain number 298."
        await pilot.press("escape")
        assert quotes(pilot).current["text"] == "Rain number 298."


async def test_a_long_turn_is_cut_at_words(tmp_path):
    body = "Mei: " + "rain falls " * 100 + "HERE " + "wind blows " * 100 + "\n"
    project = make_project(tmp_path / "p", {"d": transcript(body, case="a")}, cases=["a"])
    write_events(project, "c1", "d", [apply(1, body, "HERE", "work")])
    async with opened(project) as pilot:
        await open_cell(pilot, "work", "a")
        left, right = quotes(pilot)._around.of(quotes(pilot).current)
        assert left.startswith(("… rain ", "… falls "))
        assert right.endswith(("blows …", "wind …"))


# -------------------------------------------------------------------- what is done


async def test_c_recodes_and_the_counts_change_at_once(project):
    async with opened(project) as pilot:
        await open_cell(pilot, "longing", "liang")
        await pick(pilot, "c", "pride")
        assert codings(project, "l1") == [("I miss them.", "pride", "", ""), ("I miss her.", "longing", "", "")]
        assert numbers(pilot)["longing"] == [1, 0, 1]
        assert numbers(pilot)["pride"] == [1, 1, 2]
        assert texts(pilot) == ["I miss her."]


async def test_a_new_code_can_be_made_for_the_quote(project):
    async with opened(project) as pilot:
        await open_cell(pilot, "longing", "liang")
        await pilot.press("c")
        await type_text(pilot, "emotion/sorrow")
        await pilot.press("enter", "enter")
        assert numbers(pilot)["sorrow"] == [1, 0, 1]
        await pilot.press("u")
        assert "sorrow" not in numbers(pilot)
        assert numbers(pilot)["longing"] == [2, 0, 2]


async def test_x_removes_and_u_brings_it_back(project):
    async with opened(project) as pilot:
        await open_cell(pilot, "longing", "liang")
        await pilot.press("x")
        assert codings(project, "l1") == [("I miss her.", "longing", "", "")]
        assert numbers(pilot)["emotion"] == [1, 1, 2]
        assert "Removed “I miss them.”" in status(pilot)
        await pilot.press("u")
        assert numbers(pilot)["emotion"] == [2, 1, 3]
        await pilot.press("ctrl+r")
        assert numbers(pilot)["emotion"] == [1, 1, 2]


async def test_m_writes_a_note(project):
    async with opened(project) as pilot:
        await open_cell(pilot, "longing", "liang")
        await pilot.press("j", "m")
        await type_text(pilot, "like the aunt")
        await pilot.press("enter")
        assert codings(project, "l1")[1] == ("I miss her.", "longing", "like the aunt", "")
        await until(lambda: "like the aunt" in screen_text(pilot))


async def test_the_note_that_is_there_can_be_written_on(project):
    write_events(project, "c1", "l1", [apply(1, LIANG, "I miss them.", note="first")])
    async with opened(project) as pilot:
        await open_cell(pilot, "longing", "liang")
        await pilot.press("m")
        await type_text(pilot, ", then")
        await pilot.press("enter")
        assert codings(project, "l1")[0][2] == "first, then"


async def test_s_splits_to_a_sub_code_of_the_cells_code(project):
    async with opened(project) as pilot:
        await open_cell(pilot, "emotion", "liang")
        await pick(pilot, "s", "pride")
        assert codings(project, "l1")[0][1] == "pride"
        assert numbers(pilot)["emotion"] == [2, 1, 3]


async def test_splitting_offers_no_codes_from_elsewhere(project):
    async with opened(project) as pilot:
        await open_cell(pilot, "emotion", "liang")
        await pilot.press("s")
        assert [choice.label for choice in pilot.app.screen._choices] == ["emotion/longing", "emotion/pride"]


async def test_a_new_name_makes_a_sub_code_and_one_undo_takes_both_back(project):
    async with opened(project) as pilot:
        await open_cell(pilot, "longing", "liang")
        await pilot.press("v", "v", "s")
        await type_text(pilot, "for the mother")
        await pilot.press("enter", "enter")
        assert numbers(pilot)["for the mother"] == [2, 0, 2]
        assert numbers(pilot)["longing"] == [2, 0, 2]
        assert "for the mother" in project.codebook_yaml.read_text("utf-8")
        await pilot.press("u")
        assert "for the mother" not in numbers(pilot)
        assert [code for _, code, *_ in codings(project, "l1")] == ["longing", "longing"]
        assert "for the mother" not in project.codebook_yaml.read_text("utf-8")


async def test_asterisk_marks_an_exemplary_quote_and_takes_the_mark_back(project):
    async with opened(project) as pilot:
        await open_cell(pilot, "longing", "liang")
        await pilot.press("asterisk")
        assert codings(project, "l1")[0][3] == "exemplary"
        await until(lambda: "★ I miss them." in screen_text(pilot))
        await pilot.press("asterisk")
        assert codings(project, "l1")[0][3] == ""


async def test_several_quotes_are_worked_on_as_one_step(project):
    async with opened(project) as pilot:
        await open_cell(pilot, "longing", "liang")
        await pilot.press("v", "space")
        assert "2 marked" in str(quotes(pilot).border_title)
        await until(lambda: "✓" in screen_text(pilot))
        await pilot.press("x")
        assert codings(project, "l1") == []
        assert numbers(pilot)["longing"] == [0, 0, 0]
        await pilot.press("u")
        assert len(codings(project, "l1")) == 2
        assert numbers(pilot)["longing"] == [2, 0, 2]


async def test_all_quotes_of_a_cell_are_marked_at_once(project):
    async with opened(project) as pilot:
        await open_cell(pilot, "emotion", "total")
        await pilot.press("ctrl+a", "asterisk")
        assert [mark for *_, mark in codings(project, "l1") + codings(project, "z1")] == [
            "exemplary",
            "exemplary",
            "",
            "exemplary",
        ]


async def test_a_note_on_several_is_added_to_what_is_noted(project):
    write_events(project, "c1", "l1", [apply(1, LIANG, "I miss them.", note="first"), apply(2, LIANG, "I miss her.")])
    async with opened(project) as pilot:
        await open_cell(pilot, "longing", "liang")
        await pilot.press("v", "v", "m")
        await type_text(pilot, "both")
        await pilot.press("enter")
        assert [note for _, _, note, _ in codings(project, "l1")] == ["first · both", "both"]


async def test_another_coders_quote_is_not_changed_and_the_reason_is_said(project):
    before = events_on_disk(project, "c2", "z1")
    async with opened(project) as pilot:
        await open_cell(pilot, "work", "zhao")
        await pilot.press("j")
        assert quotes(pilot).current["coder"] == "c2"
        for key in ("x", "c", "s", "m", "asterisk"):
            await pilot.press(key)
            assert isinstance(pilot.app.screen, MatrixScreen)
            assert "c2's coding, and you are c1; each coder changes their own" in status(pilot)
    assert events_on_disk(project, "c2", "z1") == before


async def test_of_several_quotes_only_the_users_own_are_changed(project):
    async with opened(project) as pilot:
        await open_cell(pilot, "work", "zhao")
        await pilot.press("v", "v", "x")
        assert "1 segment of other coders left" in status(pilot)
        assert numbers(pilot)["work"] == [0, 1, 1]
        assert [row["coder"] for row in quotes(pilot).segments] == ["c2"]


async def test_undo_puts_the_cursor_on_the_quote_that_it_brought_back(project):
    async with opened(project) as pilot:
        await open_cell(pilot, "longing", "liang")
        await pilot.press("j", "x", "k", "u")
        assert texts(pilot) == ["I miss them.", "I miss her."]
        assert quotes(pilot).current["text"] == "I miss her."


# -------------------------------------------------------------------- and back


async def test_escape_returns_to_the_same_cell_though_it_was_emptied_and_empty_ones_are_hidden(project):
    async with opened(project) as pilot:
        await pilot.press("M", "z")
        await go(pilot, "pride", "zhao")
        await pilot.press("enter", "x")
        assert texts(pilot) == []
        await pilot.press("escape")
        assert here(pilot) == ("pride", "zhao")
        assert grid(pilot).has_focus


async def test_escape_returns_to_the_same_cell_though_the_order_changed(project):
    async with opened(project) as pilot:
        await pilot.press("M", "s")
        assert list(numbers(pilot)) == ["emotion", "longing", "pride", "work"]
        await go(pilot, "longing", "↓liang")
        await pilot.press("enter")
        await pick(pilot, "c", "work")
        await pick(pilot, "c", "work")
        assert next(iter(numbers(pilot))) == "work"
        await pilot.press("escape")
        assert here(pilot) == ("longing", "↓liang")


async def test_one_comes_back_from_a_place_to_the_same_quote_though_the_numbers_changed_there(project):
    async with opened(project) as pilot:
        await open_cell(pilot, "emotion", "liang")
        await pilot.press("j", "enter")
        await pick(pilot, "c", "work")
        await pilot.press("escape")
        await until(lambda: isinstance(pilot.app.screen, MatrixScreen))
        assert numbers(pilot)["work"] == [1, 2, 3]
        assert quotes(pilot).current["text"] == "I miss her."
        assert quotes(pilot).has_focus


async def test_in_the_grid_beside_open_quotes_those_of_each_cell_are_shown(project):
    async with opened(project) as pilot:
        await open_cell(pilot, "emotion", "liang")
        await pilot.press("tab", "l")
        assert cell(pilot) == (0, 1)
        assert texts(pilot) == ["I am proud."]
        await pilot.press("tab")
        assert quotes(pilot).has_focus


async def test_what_another_coder_does_meanwhile_is_listed(project):
    async with opened(project) as pilot:
        await open_cell(pilot, "work", "zhao")
        write_events(project, "c3", "z1", [apply(9, ZHAO, "I work.", "work")])
        await until(lambda: len(texts(pilot)) == 3)


async def test_a_click_on_a_quote_goes_there_the_second_time(project):
    async with opened(project) as pilot:
        await open_cell(pilot, "longing", "liang")
        line = next(y for y in range(12) if "I miss her." in quotes(pilot).render_line(y).text)
        await pilot.click(quotes(pilot), offset=(5, line + 1))
        await until(lambda: quotes(pilot).current["text"] == "I miss her.")
        await pilot.click(quotes(pilot), offset=(5, line + 1))
        await until(lambda: pilot.app.screen is pilot.app.workspace)
        assert selected(pilot) == "I miss her."


async def test_the_id_of_a_coding_stays_when_it_is_recoded(project):
    async with opened(project) as pilot:
        await open_cell(pilot, "longing", "liang")
        await pick(pilot, "c", "work")
    (first, *_) = [event for event in events_on_disk(project, "c1", "l1") if event.op == "recode"]
    assert (first.coding, first.code) == (event_id(1), "work")


async def test_the_prompt_for_a_note_left_with_escape_changes_nothing(project):
    before = events_on_disk(project, "c1", "l1")
    async with opened(project) as pilot:
        await open_cell(pilot, "longing", "liang")
        await pilot.press("m")
        assert field(pilot) is not None
        await pilot.press("escape")
    assert events_on_disk(project, "c1", "l1") == before


async def test_recoding_to_the_code_that_is_there_says_that_nothing_was_done(project):
    before = events_on_disk(project, "c1", "l1")
    async with opened(project) as pilot:
        await open_cell(pilot, "longing", "liang")
        await pick(pilot, "c", "longing")
        await until(lambda: "longing is the code already" in status(pilot))
        assert "u takes it back" not in status(pilot)
    assert events_on_disk(project, "c1", "l1") == before


async def test_splitting_a_code_without_sub_codes_asks_for_the_name_of_the_first(project):
    async with opened(project) as pilot:
        await open_cell(pilot, "longing", "liang")
        await pilot.press("s")
        await until(lambda: "longing has no sub-codes yet" in screen_text(pilot))


async def test_while_quotes_are_open_the_status_line_says_what_enter_does_there(project):
    async with opened(project, size=(120, 30)) as pilot:
        await open_cell(pilot, "longing", "liang")
        await until(lambda: "Enter goes to the place of the quote" in status(pilot))
        await pilot.press("tab")
        await until(lambda: "Enter lists the quotes" in status(pilot))


async def test_quotes_whose_code_is_deleted_meanwhile_are_closed_with_the_reason(project):
    async with opened(project) as pilot:
        await open_cell(pilot, "longing", "liang")
        with Session(project, "c2") as other:
            other.delete_code("longing")
        await until(lambda: not matrix_screen(pilot).has_class("quotes"))
        assert "longing × liang is not in the matrix any more" in told(pilot)


async def test_the_quotes_stay_open_where_rows_and_columns_change_about(project):
    async with opened(project, size=(120, 30)) as pilot:
        await open_cell(pilot, "longing", "liang")
        await pilot.press("tab", "x")
        await until(lambda: "liang × emotion/longing: 2 quotes" in screen_text(pilot))
        assert here(pilot) == ("liang", "longing")
