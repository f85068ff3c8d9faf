"""The workspace: the keys of a researcher, and what then stands on disk."""

import asyncio
import errno
import os
import subprocess
import sys

import pytest
from builders import FAMILY, apply, codebook_yaml, edit, make_project, transcript, write_events
from screens import (
    at_most,
    codings,
    opened,
    pick,
    rewrite,
    screen_text,
    selected,
    shown,
    status,
    told,
    type_text,
    until,
)
from textual import events
from textual.widgets import OptionList

from qualcode.core.text import body_hash
from qualcode.files.project_files import read_codebook
from qualcode.session import Session
from qualcode.tui.picker import Picker

BODY = "Mei: I miss her. I miss him.\n\nThe rain came.\nLing: I sew shoes. My hands hurt.\nMei: It rains.\n"
CODES = {
    "emotion": {"definition": "Any feeling."},
    "emotion/longing": {
        "key": 1,
        "definition": "Wanting someone who is away.",
        "use_when": "The child names the absent.",
    },
    "emotion/pride": {},
    "work": {"key": 2},
}
UNWATCHED = 1_000_000


@pytest.fixture
def project(tmp_path):
    return make_project(
        tmp_path / "p",
        {
            "d1": transcript(BODY, title="At home", case="liang", kind="interview", date="2009-03-01"),
            "d2": transcript("Zhao: The field is dry.\n", title="By the field", case="zhao"),
        },
        codes=CODES,
        cases=["liang", "zhao"],
    )


@pytest.fixture
def no_watch(monkeypatch):
    """The watch on the folder sleeps, so that a test decides what the screen knows."""
    monkeypatch.setattr("qualcode.tui.app._WATCH_EVERY", UNWATCHED)


def coded(project, *found, coder="c1", document="d1", body=BODY):
    """Write codings as (quote, code) to a coder's file before the interface opens."""
    write_events(project, coder, document, [apply(n, body, quote, code) for n, (quote, code) in enumerate(found, 1)])


def code_paths(project):
    book, _ = read_codebook(project.codebook_yaml)
    return [book.path(code.id) for code in book.codes]


def brackets(pilot):
    return len(pilot.app.workspace.transcript.marks)


def row_with(pilot, text):
    """The row of the transcript widget, from 0, and the cell at which the text stands."""
    transcript = pilot.app.workspace.transcript
    for y in range(transcript.scrollable_content_region.height):
        if text in (line := transcript.render_line(y).text):
            return y, line.index(text)
    raise AssertionError(f"{text!r} is not in sight")


# ------------------------------------------------------------------------------------ moving


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        ("", "I miss her."),
        ("j", "I miss him."),
        ("down", "I miss him."),
        ("right", "I miss him."),
        ("j j k", "I miss him."),
        ("j up", "I miss her."),
        ("j left", "I miss her."),
        ("j j j", "I sew shoes."),
        ("w", "I miss her. I miss him.\n\nThe rain came."),
        ("w w", "I miss her. I miss him."),
        ("w w w", "I"),
        ("w w w w", "I miss her."),
        ("w w w l", "miss"),
        ("w w w l l h", "miss"),
        ("w w j", "The rain came."),
        ("w j", "I sew shoes. My hands hurt."),
        ("v j", "I miss her. I miss him."),
        ("v j j k", "I miss her. I miss him."),
        ("v l", "I miss her. I"),
        ("v j h h", "I miss her. I miss"),
        ("v <", "I miss her"),
        ("v > >", "I miss her. I"),
        ("j v tab k", "I miss her. I miss him."),
        ("j v tab >", " miss him."),
        ("j v tab k tab k", "I miss her."),
        ("end", "It rains."),
        ("end home", "I miss her."),
    ],
    ids=lambda value: value or "at first",
)
async def test_keys_move_the_cursor_to(project, keys, text):
    names = {"<": "less_than_sign", ">": "greater_than_sign"}
    async with opened(project) as pilot:
        await pilot.press(*(names.get(key, key) for key in keys.split()))
        assert selected(pilot) == text


async def test_escape_lets_go_of_an_extended_selection(project):
    async with opened(project) as pilot:
        await pilot.press("v", "j", "escape")
        assert not pilot.app.workspace.transcript.selection.extending
        assert selected(pilot) == "I miss her."


async def test_tab_moves_between_panels_where_nothing_is_extended(project):
    async with opened(project, size=(150, 24)) as pilot:
        seen = []
        for _ in range(3):
            await pilot.press("tab")
            seen.append(pilot.app.focused.id)
        assert set(seen) == {"documents", "transcript", "codes"}


async def test_a_line_is_reached_by_its_number(project):
    async with opened(project) as pilot:
        await pick(pilot, "g", "4")
        assert selected(pilot) == "I sew shoes."


async def test_a_line_that_is_not_there_is_refused_and_the_cursor_stays(project):
    async with opened(project) as pilot:
        await pilot.press("j")
        await pick(pilot, "g", "99")
        assert selected(pilot) == "I miss him."
        assert "99" in status(pilot)


@pytest.mark.parametrize(
    ("keys", "line"),
    [(["n"], 2), (["n", "n"], 0), (["N"], 2), (["n", "N"], 0)],
    ids=["next", "round to the first", "back round to the last", "there and back"],
)
async def test_search_finds_every_hit_and_goes_round(project, keys, line):
    text = "Mei: the sea.\nMei: No.\nMei: the Sea!\n"
    rewrite(project, text)
    async with opened(project) as pilot:
        await pick(pilot, "slash", "sea")
        transcript_view = pilot.app.workspace.transcript
        first = transcript_view.body.line_of(transcript_view.selection.start)
        await pilot.press(*keys)
        assert selected(pilot).lower() == "sea"
        assert first == 0
        assert transcript_view.body.line_of(transcript_view.selection.start) == line


async def test_search_says_how_often_a_word_occurs(project):
    async with opened(project) as pilot:
        await pick(pilot, "slash", "miss")
        await until(lambda: "2" in status(pilot) and "miss" in status(pilot))


async def test_search_that_finds_nothing_says_so_and_the_cursor_stays(project):
    async with opened(project) as pilot:
        await pick(pilot, "slash", "snow")
        await until(lambda: "snow" in status(pilot))
        assert selected(pilot) == "I miss her."


async def test_search_finds_a_chinese_word_of_two_signs(project):
    rewrite(project, "小雅：我想妈妈。今天是我的生日。\n")
    async with opened(project) as pilot:
        await pick(pilot, "slash", "生日")
        assert selected(pilot) == "生日"


async def test_next_hit_without_a_search_says_what_to_do(project):
    async with opened(project) as pilot:
        await pilot.press("n")
        await until(lambda: "/" in status(pilot))


async def test_brackets_lead_from_coding_to_coding(project):
    coded(project, ("I miss him.", "longing"), ("My hands hurt.", "work"))
    async with opened(project) as pilot:
        path = []
        for key in ("right_square_bracket", "right_square_bracket", "left_square_bracket"):
            await pilot.press(key)
            path.append(selected(pilot))
        assert path == ["I miss him.", "My hands hurt.", "I miss him."]


async def test_after_the_last_coding_there_is_a_message(project):
    async with opened(project) as pilot:
        await pilot.press("right_square_bracket")
        await until(lambda: "no further coding" in status(pilot))


async def test_braces_lead_to_turns_that_nobody_coded(project):
    coded(project, ("I sew shoes.", "work"))
    async with opened(project) as pilot:
        await pilot.press("right_curly_bracket")
        assert selected(pilot) == "It rains."
        await pilot.press("left_curly_bracket")
        assert selected(pilot) == "I miss her."


async def test_another_document_opens_by_part_of_its_title(project):
    async with opened(project) as pilot:
        await pick(pilot, "o", "field")
        assert pilot.app.workspace.document == "d2"
        assert "The field is dry." in screen_text(pilot)


async def test_a_document_opens_by_enter_in_the_panel(project):
    async with opened(project, size=(150, 24)) as pilot:
        await pilot.press("shift+tab")
        assert pilot.app.focused.id == "documents"
        await pilot.press("end", "enter")
        assert pilot.app.workspace.document == "d2"
        assert pilot.app.focused.id == "transcript"


async def test_the_documents_panel_has_its_cursor_on_the_open_document(project):
    async with opened(project, size=(150, 24)) as pilot:
        await pilot.press("shift+tab")
        assert pilot.app.workspace.document_tree.cursor_node.data == "d1"


async def test_the_interface_opens_on_the_document_asked_for(project):
    async with opened(project, document="d2") as pilot:
        assert "The field is dry." in screen_text(pilot)


# ------------------------------------------------------------------------------------ coding


async def test_a_passage_is_coded_by_typing_part_of_a_codes_name(project):
    async with opened(project) as pilot:
        await pick(pilot, "c", "long")
        assert codings(project) == [("I miss her.", "longing", "")]
        assert brackets(pilot) == 1


async def test_a_code_is_found_by_its_path(project):
    async with opened(project) as pilot:
        await pick(pilot, "c", "emotion/pr")
        assert codings(project) == [("I miss her.", "pride", "")]


async def test_c_and_enter_apply_the_code_used_last(project):
    async with opened(project) as pilot:
        await pilot.press("2", "j", "c", "enter")
        assert codings(project) == [("I miss her.", "work", ""), ("I miss him.", "work", "")]


async def test_arrows_choose_among_the_codes_found(project):
    async with opened(project) as pilot:
        await pilot.press("c")
        await type_text(pilot, "emotion/")
        await pilot.press("enter", "c")
        await type_text(pilot, "emotion/")
        await pilot.press("down", "enter")
        assert sorted(code for _, code, _ in codings(project)) == ["longing", "pride"]


async def test_escape_in_the_picker_codes_nothing(project):
    async with opened(project) as pilot:
        await pilot.press("c", "escape")
        assert codings(project) == []
        assert pilot.app.screen is pilot.app.workspace


async def test_the_picker_shows_definition_and_count_beside_the_code(project):
    coded(project, ("I miss him.", "longing"))
    async with opened(project) as pilot:
        await pilot.press("c")
        await type_text(pilot, "longing")
        detail = str(pilot.app.screen.query_one("#detail").render())
        assert "Wanting someone who is away." in detail
        assert "1 coding" in detail


async def test_an_unknown_name_is_not_created_by_one_enter(project):
    async with opened(project) as pilot:
        await pick(pilot, "c", "homesick")
        assert isinstance(pilot.app.screen, Picker)
        assert "homesick" in screen_text(pilot)
        assert "emotion" in code_paths(project)
        assert "homesick" not in code_paths(project)
        assert codings(project) == []


async def test_an_unknown_name_left_with_escape_creates_nothing(project):
    async with opened(project) as pilot:
        before = project.codebook_yaml.read_bytes()
        await pilot.press("c")
        await type_text(pilot, "homesick")
        await pilot.press("escape")
        assert project.codebook_yaml.read_bytes() == before


async def test_the_offer_to_create_a_code_creates_and_applies_it(project):
    async with opened(project) as pilot:
        await pick(pilot, "c", "homesick")
        await pilot.press("enter")
        assert "homesick" in code_paths(project)
        ((quote, code, _),) = codings(project)
        assert quote == "I miss her."
        assert code.startswith("homesick")
        assert "homesick" in screen_text(pilot)


async def test_a_code_is_created_under_the_parent_that_its_path_names(project):
    async with opened(project) as pilot:
        await pick(pilot, "c", "emotion/joy")
        await pilot.press("enter")
        assert "emotion/joy" in code_paths(project)


async def test_undo_takes_back_a_code_created_while_coding(project):
    async with opened(project) as pilot:
        await pick(pilot, "c", "homesick")
        await pilot.press("enter", "u")
        assert codings(project) == []
        assert "homesick" not in code_paths(project)


async def test_a_point_applies_the_last_code_again(project):
    async with opened(project) as pilot:
        await pilot.press("2", "j", "full_stop")
        assert codings(project) == [("I miss her.", "work", ""), ("I miss him.", "work", "")]


async def test_a_point_before_any_coding_says_what_to_do(project):
    async with opened(project) as pilot:
        await pilot.press("full_stop")
        assert codings(project) == []
        assert "c" in status(pilot)


async def test_a_digit_applies_the_code_pinned_to_it(project):
    async with opened(project) as pilot:
        await pilot.press("1")
        assert codings(project) == [("I miss her.", "longing", "")]


async def test_a_digit_without_a_code_codes_nothing_and_says_how_to_pin(project):
    async with opened(project) as pilot:
        await pilot.press("7")
        assert codings(project) == []
        assert "7" in status(pilot)


async def test_a_coding_shows_as_saved_only_when_it_is_on_disk(project):
    async with opened(project) as pilot:
        await pilot.press("1")
        assert "saved" in status(pilot).lower()
        assert codings(project)


async def test_the_same_code_twice_on_a_passage_is_one_coding(project):
    async with opened(project) as pilot:
        await pilot.press("1", "1")
        assert codings(project) == [("I miss her.", "longing", "")]
        assert "already" in status(pilot)


async def test_an_extended_selection_is_coded_whole(project):
    async with opened(project) as pilot:
        await pilot.press("v", "j", "j", "1")
        assert codings(project) == [("I miss her. I miss him.\n\nThe rain came.", "longing", "")]


async def test_a_selection_over_two_turns_is_coded_as_it_stands(project):
    async with opened(project) as pilot:
        await pilot.press("j", "j", "v", "j", "1")
        assert codings(project) == [("The rain came.\nLing: I sew shoes.", "longing", "")]


async def test_a_boundary_moved_by_a_character_is_coded_so(project):
    async with opened(project) as pilot:
        await pilot.press("v", "less_than_sign", "1")
        assert codings(project) == [("I miss her", "longing", "")]


async def test_after_coding_an_extended_selection_the_next_key_moves_on(project):
    async with opened(project) as pilot:
        await pilot.press("v", "j", "1", "j")
        assert selected(pilot) == "The rain came."


async def test_enter_on_a_code_in_the_tree_applies_it(project):
    async with opened(project, size=(150, 24)) as pilot:
        await pilot.press("tab")
        assert pilot.app.focused.id == "codes"
        await pilot.press("home", "down", "enter")
        assert codings(project) == [("I miss her.", "longing", "")]


async def test_the_definition_of_the_code_in_focus_is_shown(project):
    async with opened(project, size=(150, 24)) as pilot:
        await pilot.press("tab", "home", "down")
        await until(lambda: "Wanting someone" in str(pilot.app.workspace.query_one("#definition").render()))


async def test_counts_in_the_tree_and_the_panel_follow_a_coding(project):
    async with opened(project, size=(150, 24)) as pilot:
        await pilot.press("1")
        workspace = pilot.app.workspace
        label = lambda tree, name: next(str(n.label) for n in tree._tree_nodes.values() if name in str(n.label))  # noqa: E731
        await until(lambda: "1" in label(workspace.code_tree, "emotion"))
        assert "1" in label(workspace.document_tree, "At home")
        assert "1" not in label(workspace.code_tree, "pride")


# ------------------------------------------------------------------------------------ removing, noting


async def test_x_removes_the_coding_under_the_cursor(project):
    coded(project, ("I miss her.", "longing"))
    async with opened(project) as pilot:
        await pilot.press("x")
        assert codings(project) == []
        assert brackets(pilot) == 0


async def test_x_asks_which_where_several_codings_overlap(project):
    coded(project, ("I miss her. I miss him.", "longing"), ("miss her", "work"))
    async with opened(project) as pilot:
        await pilot.press("x")
        assert isinstance(pilot.app.screen, Picker)
        assert len(codings(project)) == 2
        await type_text(pilot, "work")
        await pilot.press("enter")
        assert codings(project) == [("I miss her. I miss him.", "longing", "")]


async def test_x_left_with_escape_removes_nothing(project):
    coded(project, ("I miss her. I miss him.", "longing"), ("miss her", "work"))
    async with opened(project) as pilot:
        await pilot.press("x", "escape")
        assert len(codings(project)) == 2
        assert brackets(pilot) == 2


async def test_x_where_nothing_is_coded_says_so(project):
    async with opened(project) as pilot:
        await pilot.press("x")
        assert "no coding" in status(pilot)


async def test_another_coders_coding_cannot_be_removed(project):
    coded(project, ("I miss her.", "longing"), coder="anna")
    async with opened(project) as pilot:
        await pilot.press("x")
        assert codings(project, "anna") == [("I miss her.", "longing", "")]
        assert brackets(pilot) == 1
        assert "anna" in status(pilot)


async def test_another_coders_coding_cannot_be_noted(project):
    coded(project, ("I miss her.", "longing"), coder="anna")
    async with opened(project) as pilot:
        await pilot.press("m")
        assert pilot.app.screen is pilot.app.workspace
        assert "anna" in status(pilot)


async def test_x_takes_only_ones_own_coding_where_two_coders_agree(project):
    coded(project, ("I miss her.", "longing"))
    write_events(project, "anna", "d1", [apply(9, BODY, "I miss her.", "longing")])
    async with opened(project) as pilot:
        await pilot.press("x")
        assert codings(project) == []
        assert codings(project, "anna") == [("I miss her.", "longing", "")]


async def test_m_writes_a_note_on_the_coding(project):
    coded(project, ("I miss her.", "longing"))
    async with opened(project) as pilot:
        await pick(pilot, "m", "flat voice")
        assert codings(project) == [("I miss her.", "longing", "flat voice")]
        await pilot.press("j", "k")
        await until(lambda: "flat voice" in screen_text(pilot))


async def test_m_shows_the_note_there_is_and_an_empty_one_takes_it_away(project):
    write_events(project, "c1", "d1", [apply(1, BODY, "I miss her.", note="sad")])
    async with opened(project) as pilot:
        await pilot.press("m")
        assert "sad" in screen_text(pilot)
        await pilot.press("backspace", "backspace", "backspace", "enter")
        assert codings(project) == [("I miss her.", "longing", "")]


async def test_m_left_with_escape_leaves_the_note(project):
    write_events(project, "c1", "d1", [apply(1, BODY, "I miss her.", note="sad")])
    async with opened(project) as pilot:
        await pilot.press("m")
        await type_text(pilot, " indeed")
        await pilot.press("escape")
        assert codings(project) == [("I miss her.", "longing", "sad")]


async def test_a_code_name_with_brackets_can_be_noted_and_removed(project):
    edit(project.codebook_yaml, codebook_yaml({"work": {"name": "[/red] work [b]"}}))
    coded(project, ("I miss her.", "work"))
    async with opened(project) as pilot:
        await pick(pilot, "m", "why")
        assert codings(project) == [("I miss her.", "work", "why")]


# ------------------------------------------------------------------------------------ undo and redo


async def test_undo_and_redo_say_what_they_did(project):
    async with opened(project) as pilot:
        await pilot.press("1", "u")
        await until(lambda: "longing" in status(pilot) and "I miss her." in status(pilot))
        assert codings(project) == []
        assert brackets(pilot) == 0
        await pilot.press("ctrl+r")
        await until(lambda: "longing" in status(pilot) and "I miss her." in status(pilot))
        assert codings(project) == [("I miss her.", "longing", "")]
        assert brackets(pilot) == 1


async def test_undo_brings_a_removed_coding_back(project):
    coded(project, ("I miss her.", "longing"))
    async with opened(project) as pilot:
        await pilot.press("x", "u")
        assert codings(project) == [("I miss her.", "longing", "")]
        assert brackets(pilot) == 1


async def test_undo_takes_a_note_back(project):
    coded(project, ("I miss her.", "longing"))
    async with opened(project) as pilot:
        await pick(pilot, "m", "sad")
        await pilot.press("u")
        assert codings(project) == [("I miss her.", "longing", "")]


async def test_undo_goes_on_after_a_restart(project):
    async with opened(project) as pilot:
        await pilot.press("1")
    async with opened(project) as pilot:
        await pilot.press("u")
        assert codings(project) == []


async def test_undo_without_limit(project):
    async with opened(project) as pilot:
        await pilot.press("1", "2", "j", "1", "u", "u", "u")
        assert codings(project) == []
        await pilot.press("ctrl+r", "ctrl+r", "ctrl+r")
        assert len(codings(project)) == 3


@pytest.mark.parametrize("key", ["u", "ctrl+r"])
async def test_nothing_to_undo_or_redo_is_a_message(project, key):
    async with opened(project) as pilot:
        before = status(pilot)
        await pilot.press(key)
        await until(lambda: "nothing" in told(pilot).lower() and status(pilot) != before)


async def test_undo_in_another_document_changes_that_document_only(project):
    async with opened(project) as pilot:
        await pilot.press("1")
        await pick(pilot, "o", "field")
        await pilot.press("u")
        assert codings(project) == []
        assert pilot.app.workspace.document == "d2"
        assert "d1" in told(pilot) or "At home" in told(pilot)


# ------------------------------------------------------------------------------------ places, help, footer


async def test_m_capital_shows_the_matrix_and_escape_leads_back(project):
    async with opened(project) as pilot:
        await pilot.press("M")
        assert "liang" in screen_text(pilot)
        assert pilot.app.screen is not pilot.app.workspace
        await pilot.press("escape")
        assert pilot.app.screen is pilot.app.workspace


async def test_equals_shows_two_cases_and_escape_leads_back(project):
    async with opened(project) as pilot:
        await pilot.press("equals_sign")
        assert pilot.app.screen is not pilot.app.workspace
        await pilot.press("escape")
        assert pilot.app.screen is pilot.app.workspace


async def test_help_lists_every_key_and_goes_away_again(project):
    async with opened(project, size=(160, 90)) as pilot:
        await until(lambda: "Compare" in screen_text(pilot))
        before = screen_text(pilot)
        await pilot.press("question_mark")
        await until(lambda: "redo" in screen_text(pilot).lower())
        listed = screen_text(pilot).replace("Ctrl+R", "^r").split()
        wanted = "j k h l w v < > Tab Esc c . 1 9 x m u ^r ] [ } { / n N g o M = ?".split()
        assert [key for key in wanted if key not in [word.strip(",:;") for word in listed]] == []
        await pilot.press("question_mark")
        await until(lambda: screen_text(pilot) == before)


async def test_the_footer_names_the_main_keys(project):
    async with opened(project) as pilot:
        foot = shown(pilot)[-1]
        assert all(word in foot for word in ("Code", "Remove", "Note", "Undo", "Matrix", "Compare", "Help"))


async def test_q_leaves(project):
    async with opened(project) as pilot:
        await pilot.press("q")
        await until(lambda: not pilot.app.is_running or pilot.app._exit)


# ------------------------------------------------------------------------------------ the mouse


async def drag(pilot, begin, end):
    """Press on the first letter of one text, move to the last of another, let go."""
    view = pilot.app.workspace.transcript
    (y1, x1), (y2, x2) = row_with(pilot, begin), row_with(pilot, end)
    inset = view.content_region.offset - view.region.offset
    target = (x2 + len(end) - 1 + inset.x, y2 + inset.y)
    await pilot.mouse_down(view, offset=(x1 + inset.x, y1 + inset.y))
    await pilot._post_mouse_events([events.MouseMove], view, target, button=1)
    await pilot.mouse_up(view, offset=target)


async def click(pilot, y, x):
    view = pilot.app.workspace.transcript
    inset = view.content_region.offset - view.region.offset
    await pilot.click(view, offset=(x + inset.x, y + inset.y))


async def test_a_click_puts_the_cursor_on_the_sentence(project):
    async with opened(project) as pilot:
        await click(pilot, *row_with(pilot, "hands"))
        assert selected(pilot) == "My hands hurt."


async def test_dragging_selects_and_the_selection_is_coded(project):
    async with opened(project) as pilot:
        await drag(pilot, "miss her", "I miss him")
        assert selected(pilot) == "miss her. I miss him"
        await pilot.press("1")
        assert codings(project) == [("miss her. I miss him", "longing", "")]


async def test_dragging_upwards_selects_too(project):
    async with opened(project) as pilot:
        await drag(pilot, "shoes", "him")
        assert selected(pilot).startswith("him.")
        assert selected(pilot).endswith("shoes")


async def test_a_click_on_a_bracket_selects_its_coding(project):
    coded(project, ("hands", "work"))
    async with opened(project) as pilot:
        y, _ = row_with(pilot, "hands")
        await click(pilot, y, pilot.app.workspace.transcript.render_line(y).text.index("["))
        assert selected(pilot) == "hands"
        await until(lambda: "work" in status(pilot))


async def test_a_click_on_a_label_selects_its_coding(project):
    coded(project, ("hands", "work"))
    async with opened(project) as pilot:
        y, _ = row_with(pilot, "hands")
        await click(pilot, y, pilot.app.workspace.transcript.render_line(y).text.index("work"))
        assert selected(pilot) == "hands"


# ------------------------------------------------------------------------------------ the size of the terminal


async def test_at_80_by_24_the_transcript_has_the_room_and_can_be_coded(project):
    async with opened(project, size=(80, 24)) as pilot:
        assert pilot.app.workspace.transcript.size.width >= 70
        assert "I miss her. I miss him." in screen_text(pilot)
        await pick(pilot, "c", "longing")
        assert codings(project) == [("I miss her.", "longing", "")]


async def test_at_80_by_24_tab_brings_each_panel_and_escape_the_transcript(project):
    async with opened(project, size=(80, 24)) as pilot:
        assert "emotion" not in screen_text(pilot)
        await pilot.press("tab")
        await until(lambda: "emotion" in screen_text(pilot))
        await pilot.press("tab")
        await until(lambda: "By the field" in screen_text(pilot))
        await pilot.press("escape")
        await until(lambda: "I miss her." in screen_text(pilot))
        assert pilot.app.focused.id == "transcript"


async def test_panels_fold_away_and_come_back_with_the_width(project):
    async with opened(project, size=(150, 24)) as pilot:
        seen = lambda: ("By the field" in screen_text(pilot), "pride" in screen_text(pilot))  # noqa: E731
        await until(lambda: seen() == (True, True))
        await pilot.resize_terminal(80, 24)
        await until(lambda: seen() == (False, False))
        await pilot.resize_terminal(150, 24)
        await until(lambda: seen() == (True, True))
        assert pilot.app.focused.id == "transcript"


async def test_a_terminal_too_small_says_so_and_recovers(project):
    async with opened(project, size=(30, 6)) as pilot:
        await until(lambda: "small" in screen_text(pilot))
        await pilot.press("j")
        await pilot.resize_terminal(100, 30)
        await until(lambda: "I miss her." in screen_text(pilot))
        assert "small" not in screen_text(pilot)


async def test_nothing_is_coded_unseen_in_a_terminal_too_small(project):
    async with opened(project, size=(30, 6)) as pilot:
        await pilot.press("1")
        assert codings(project) == []


@pytest.mark.parametrize("size", [(30, 6), (20, 4), (1, 1)], ids=str)
async def test_no_key_breaks_a_terminal_too_small(project, size):
    async with opened(project, size=size) as pilot:
        await pilot.press(
            "c", "escape", "x", "question_mark", "M", "enter", "escape", "escape", "equals_sign", "escape"
        )
        assert pilot.app.is_running
        assert pilot.app._exception is None


async def test_a_long_document_scrolls_with_the_cursor(project):
    lines = "".join(f"Mei: sentence number {number}.\n" for number in range(2_000))
    rewrite(project, lines)
    async with opened(project, size=(110, 40)) as pilot:
        await pilot.press("end")
        await until(lambda: "sentence number 1999." in screen_text(pilot))
        await pilot.press("home", "pagedown")
        at = pilot.app.workspace.transcript.selection.start
        row = pilot.app.workspace.transcript.body.line_of(at)
        assert 20 <= row <= 40
        assert f"sentence number {row}." in screen_text(pilot)


async def test_a_document_of_one_line_of_a_million_characters_is_coded(project):
    rewrite(project, "Mei: " + "I miss her so. " * 70_000 + "\n")
    with at_most(10):
        async with opened(project) as pilot:
            await pilot.press("pagedown", "j", "1")
            assert [quote for quote, _, _ in codings(project)] == ["I miss her so."]


# ------------------------------------------------------------------------------------ writing systems, hostile text


async def test_a_chinese_document_is_coded_sentence_by_sentence(project):
    rewrite(project, "小雅：我想她。她很忙。\n", title="在家")
    async with opened(project) as pilot:
        await pilot.press("j", "1")
        assert codings(project) == [("她很忙。", "longing", "")]
        assert "在家" in screen_text(pilot)


async def test_dragging_over_chinese_selects_the_signs_under_the_pointer(project):
    rewrite(project, "小雅：我想妈妈。\n")
    async with opened(project) as pilot:
        view = pilot.app.workspace.transcript
        y, at = row_with(pilot, "想妈妈")
        row = view.render_line(y).text
        cell = at + sum(1 for sign in row[:at] if ord(sign) > 0x2E80)
        inset = view.content_region.offset - view.region.offset
        await pilot.mouse_down(view, offset=(cell + inset.x, y + inset.y))
        await pilot._post_mouse_events([events.MouseMove], view, (cell + 3 + inset.x, y + inset.y), button=1)
        await pilot.mouse_up(view, offset=(cell + 3 + inset.x, y + inset.y))
        assert selected(pilot) == "想妈"


@pytest.mark.parametrize("sign", [FAMILY, "e\u0301", "क्षि", "مرحبا"], ids=["emoji", "combining", "hindi", "arabic"])
async def test_a_quote_with_signs_of_several_code_points_is_whole_on_disk(project, sign):
    rewrite(project, f"Mei: One. {sign} two.\n")
    async with opened(project) as pilot:
        await pilot.press("j", "1")
        assert codings(project)[-1][0].endswith(f"{sign} two.")


HOSTILE = "\x1b]0;owned\x07 \x1b[31mred \x9b2J \x00 \x7f \u202e end."


def controls(pilot):
    return {
        sign for row in shown(pilot) for sign in row if ord(sign) < 32 or 127 <= ord(sign) < 160 or sign == "\u202e"
    }


async def test_control_sequences_in_a_transcript_are_never_painted(project):
    rewrite(project, f"Mei: {HOSTILE}\n")
    async with opened(project) as pilot:
        await pilot.press("1")
        assert controls(pilot) == set()
        assert codings(project)[0][0].endswith("end.")


async def test_control_sequences_are_kept_in_the_quote_on_disk(project):
    rewrite(project, "Mei: It \x1b[31mhurts.\n")
    async with opened(project) as pilot:
        await pilot.press("1")
        assert codings(project) == [("It \x1b[31mhurts.", "longing", "")]


async def test_control_sequences_in_titles_notes_and_names_are_never_painted(project):
    edit(project.codebook_yaml, codebook_yaml({"work": {"name": "wo\x1b[31mrk", "definition": "a\x1b]0;owned\x07b"}}))
    rewrite(project, BODY, title="At\x1b[31m home", kind="in\x1b[31mterview", case="li\x1b[31mang")
    write_events(project, "c1", "d1", [apply(1, BODY, "I miss her.", "work", note="no\x1b[31mte")])
    async with opened(project, size=(150, 24)) as pilot:
        assert controls(pilot) == set()
        for key in ("o", "escape", "c", "escape", "m", "escape", "M", "enter", "escape", "escape", "equals_sign"):
            await pilot.press(key)
            assert controls(pilot) == set(), key


@pytest.mark.parametrize("title", ["Visit [red]1[/red] [/]", "Visit \\\\[1]"], ids=["brackets", "backslash"])
async def test_titles_that_look_like_markup_are_shown_as_they_are(project, title):
    rewrite(project, BODY, title=title)
    async with opened(project) as pilot:
        assert title in screen_text(pilot)


# ------------------------------------------------------------------------------------ what others do meanwhile


async def test_another_process_coding_appears(project):
    async with opened(project) as pilot:
        command = ["-m", "qualcode", "-p", str(project.root), "code", "d1", "work", "--quote", "My hands hurt."]
        process = await asyncio.create_subprocess_exec(
            sys.executable, *command, stdout=subprocess.DEVNULL, env={**os.environ, "QUALCODE_CODER": "anna"}
        )
        assert await process.wait() == 0
        await until(lambda: brackets(pilot) == 1)
        await until(lambda: any("work" in row and "anna" in row for row in shown(pilot)))


async def test_another_coders_coding_appears_though_i_coded_in_the_same_moment(project, no_watch):
    async with opened(project) as pilot:
        await pilot.press("1")
        with Session(project, "anna") as anna:
            anna.code("d1", quote="My hands hurt.", code="work")
        await pilot.press("j", "1")
        pilot.app._watch()
        await until(lambda: brackets(pilot) == 3)


async def test_a_transcript_edited_by_hand_is_shown_anew_with_its_codings_in_place(project):
    coded(project, ("My hands hurt.", "work"))
    async with opened(project) as pilot:
        rewrite(project, "Mei: A new beginning.\n" + BODY)
        await until(lambda: "A new beginning." in screen_text(pilot))
        await until(lambda: brackets(pilot) == 1)
        await pilot.press("right_square_bracket")
        assert selected(pilot) == "My hands hurt."


async def test_a_quote_that_is_gone_from_the_text_is_not_drawn_anywhere(project):
    coded(project, ("My hands hurt.", "work"))
    async with opened(project) as pilot:
        rewrite(project, BODY.replace("My hands hurt.", "(laughs)"))
        await until(lambda: "(laughs)" in screen_text(pilot))
        assert brackets(pilot) == 0
        assert "V goes through" in told(pilot)


async def test_a_code_added_by_hand_to_the_codebook_appears(project):
    async with opened(project) as pilot:
        edit(project.codebook_yaml, codebook_yaml({**CODES, "school": {}}))
        await until(lambda: "school" in screen_text(pilot))
        await pick(pilot, "c", "school")
        assert codings(project) == [("I miss her.", "school", "")]


async def test_a_renamed_code_is_renamed_in_the_margin(project):
    coded(project, ("I miss her.", "work"))
    async with opened(project) as pilot:
        edit(project.codebook_yaml, codebook_yaml({"work": {"name": "labour"}}))
        await until(lambda: "labour" in pilot.app.workspace.transcript.render_line(0).text)


async def test_a_broken_codebook_is_named_with_its_line_and_coding_goes_on(project):
    async with opened(project) as pilot:
        edit(project.codebook_yaml, "codes:\n  - id: work\n    name: [unclosed\n")
        await until(lambda: "codebook.yaml" in told(pilot))
        await pilot.press("1")
        assert codings(project) == [("I miss her.", "longing", "")]


async def test_a_new_document_appears_in_the_panel(project):
    async with opened(project, size=(150, 24)) as pilot:
        edit(project.transcript("d3"), transcript("Wu: Hello.\n", title="A third talk", case="zhao"))
        await until(lambda: "A third talk" in screen_text(pilot))


async def test_a_document_deleted_while_it_is_open_is_a_message(project):
    async with opened(project) as pilot:
        project.transcript("d1").unlink()
        await until(lambda: "d1" in told(pilot))
        await pilot.press("1", "j", "x")
        assert codings(project) == []
        assert pilot.app.is_running


async def test_an_event_file_with_a_torn_line_is_named_and_the_rest_is_shown(project):
    coded(project, ("I miss her.", "longing"))
    path = project.coding_file("c1", "d1")
    path.write_bytes(b"garbage\n" + path.read_bytes() + b'{"v":1,"op":"app')
    async with opened(project) as pilot:
        assert brackets(pilot) == 1
        await pilot.press("j", "2")
        assert [quote for quote, _, _ in codings(project)] == ["I miss her.", "I miss him."]


async def test_text_changed_on_disk_just_before_coding_is_refused(project, no_watch):
    async with opened(project) as pilot:
        await pilot.press("j")
        rewrite(project, "Mei: All is new. Quite new.\n")
        await pilot.press("1")
        assert codings(project) == []
        await until(lambda: "All is new." in screen_text(pilot))


async def test_the_refusal_of_changed_text_stays_readable(project, no_watch):
    async with opened(project) as pilot:
        rewrite(project, "Mei: All is new. Quite new.\n")
        await pilot.press("1")
        await pilot.pause(0.2)
        assert "changed" in told(pilot)


async def test_text_that_changes_while_the_picker_is_open_does_not_move_the_coding_elsewhere(project):
    async with opened(project) as pilot:
        await pilot.press("c")
        await type_text(pilot, "longing")
        rewrite(project, "Mei: All is new. Quite new.\n" + BODY)
        await until(lambda: "All is new." in pilot.app.workspace.transcript.body.text)
        await pilot.press("enter")
        assert {quote for quote, _, _ in codings(project)} <= {"I miss her."}


async def test_the_cursor_stays_on_its_words_when_the_text_above_grows(project):
    async with opened(project) as pilot:
        await pilot.press("end")
        rewrite(project, "Mei: All is new. Quite new.\n" + BODY)
        await until(lambda: "All is new." in pilot.app.workspace.transcript.body.text)
        await pilot.pause()
        assert selected(pilot) == "It rains."


# ------------------------------------------------------------------------------------ a full disk


@pytest.fixture
def full_disk(monkeypatch):
    """A switch: from now on nothing can be flushed to disk."""

    def refuse(_handle):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def fill():
        monkeypatch.setattr(os, "fsync", refuse)

    return fill


async def test_a_full_disk_shows_no_coding_and_says_so(project, full_disk):
    async with opened(project, size=(300, 40)) as pilot:
        full_disk()
        await pilot.press("1")
        await pilot.pause(0.1)
        assert brackets(pilot) == 0
        assert "Not saved" in told(pilot)
        assert codings(project) == []


async def test_after_room_was_made_coding_works_again(project, full_disk, monkeypatch):
    async with opened(project) as pilot:
        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", _no_room)
            await pilot.press("1")
        await pilot.press("1")
        assert codings(project) == [("I miss her.", "longing", "")]
        assert brackets(pilot) == 1


def _no_room(_handle):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("key", ["x", "u"])
async def test_on_a_full_disk_a_coding_that_could_not_be_removed_stays(project, full_disk, key):
    async with opened(project, size=(300, 40)) as pilot:
        await pilot.press("1")
        full_disk()
        await pilot.press(key)
        assert brackets(pilot) == 1
        assert codings(project) == [("I miss her.", "longing", "")]
        assert "Not saved" in told(pilot)


async def test_on_a_full_disk_a_note_is_not_shown_as_written(project, full_disk):
    coded(project, ("I miss her.", "longing"))
    async with opened(project) as pilot:
        full_disk()
        await pick(pilot, "m", "sad")
        await pilot.pause(0.1)
        assert "Not saved" in told(pilot)
        assert [mark.note for mark in pilot.app.workspace.transcript.marks] == [""]


async def test_on_a_full_disk_no_code_is_created(project, full_disk):
    async with opened(project) as pilot:
        before = project.codebook_yaml.read_bytes()
        full_disk()
        await pick(pilot, "c", "homesick")
        await pilot.press("enter")
        await pilot.pause(0.1)
        assert "Not saved" in told(pilot)
        assert project.codebook_yaml.read_bytes() == before
        assert pilot.app.screen is pilot.app.workspace


async def test_a_folder_that_cannot_be_written_shows_no_coding_and_says_so(project):
    (project.root / "codings").mkdir()
    (project.root / "codings" / "c1").write_text("in the way")
    async with opened(project) as pilot:
        await pilot.press("1")
        await pilot.pause(0.1)
        assert brackets(pilot) == 0
        assert "Not saved" in told(pilot)


# ------------------------------------------------------------------------------------ nothing there

ALL_KEYS = (
    "j k h l w v less_than_sign greater_than_sign tab escape escape full_stop 1 x m u ctrl+r right_square_bracket "
    "left_square_bracket right_curly_bracket left_curly_bracket n N end home pagedown pageup c escape o escape "
    "slash escape g escape M enter f t d escape escape equals_sign enter escape question_mark"
).split()


async def test_no_key_fails_in_a_project_without_documents(tmp_path):
    async with opened(make_project(tmp_path / "p")) as pilot:
        assert "import" in status(pilot)
        await pilot.press(*ALL_KEYS)
        assert pilot.app._exception is None


@pytest.mark.parametrize("body", ["", "\n", "Mei:\n", "Mei: \n\n\n"], ids=repr)
async def test_an_empty_document_is_opened_and_nothing_is_coded_in_it(tmp_path, body):
    project = make_project(tmp_path / "p", {"d1": transcript(body, title="At home")}, codes=CODES)
    async with opened(project) as pilot:
        await pilot.press("j", "k", "w", "v", "greater_than_sign", "escape", "x", "right_curly_bracket", "end")
        assert pilot.app._exception is None


async def test_a_project_without_codes_offers_to_create_the_first(tmp_path):
    project = make_project(tmp_path / "p", {"d1": transcript(BODY, title="At home")}, codes=())
    async with opened(project) as pilot:
        await pick(pilot, "c", "longing")
        await pilot.press("enter")
        assert code_paths(project) == ["longing"]
        assert [quote for quote, _, _ in codings(project)] == ["I miss her."]


async def test_a_coding_whose_code_is_unknown_is_shown_with_its_id(project):
    write_events(project, "c1", "d1", [apply(1, BODY, "I miss her.", "gone-code")])
    async with opened(project) as pilot:
        assert "gone-code" in screen_text(pilot)
        await pilot.press("M", "escape", "equals_sign", "escape", "c", "escape", "x")
        assert codings(project) == []


async def test_codings_of_all_coders_or_only_mine(project):
    coded(project, ("I miss her.", "longing"))
    write_events(project, "anna", "d1", [apply(9, BODY, "I sew shoes.", "work")])
    async with opened(project) as pilot:
        assert brackets(pilot) == 2
        await pilot.press("a")
        assert brackets(pilot) == 1
        await pilot.press("a")
        assert brackets(pilot) == 2


async def test_a_coding_put_on_a_text_changed_since_carries_the_new_texts_hash(project):
    async with opened(project) as pilot:
        rewrite(project, "Mei: All is new.\n")
        await until(lambda: "All is new." in pilot.app.workspace.transcript.body.text)
        await pilot.press("1")
        line = project.coding_file("c1", "d1").read_text(encoding="utf-8")
        assert body_hash("Mei: All is new.\n") in line


async def test_the_picker_is_chosen_from_by_mouse(project):
    async with opened(project) as pilot:
        await pilot.press("c")
        await type_text(pilot, "longing")
        await pilot.click(OptionList, offset=(2, 0))
        assert codings(project) == [("I miss her.", "longing", "")]
