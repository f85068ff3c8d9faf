"""Two transcripts beside each other: independent cursors, the same codes lit, codings made on either side."""

import pytest
from builders import apply, make_project, transcript, write_events
from screens import codings, opened, pick, screen_text, selected, shown, type_text, until

from qualcode.session import Session
from qualcode.tui.compare import CompareScreen
from qualcode.tui.two_transcripts import TwoTranscripts

ANN = "Ann: I miss her. I am proud.\n" + "".join(f"Ann: Line {n}.\n" for n in range(60))
BEA = "Bea: It rains. I miss him. We work. I miss them all.\n" + "".join(f"Bea: Row {n}.\n" for n in range(60))


@pytest.fixture
def project(tmp_path):
    """Ann longing and pride; Bea longing twice and work once."""
    found = make_project(
        tmp_path / "p",
        {"ann": transcript(ANN, title="Ann", case="a"), "bea": transcript(BEA, title="Bea", case="b"),
         "cy": transcript("Cy: I miss it.\n", title="Cy", case="b")},
        codes={"emotion": {}, "emotion/longing": {"key": 1}, "emotion/pride": {"key": 2}, "work": {"key": 3}},
        cases=["a", "b"],
    )  # fmt: skip
    write_events(found, "c1", "ann", [apply(1, ANN, "I miss her."), apply(2, ANN, "I am proud.", "pride")])
    write_events(found, "c1", "bea", [apply(3, BEA, "I miss him."), apply(4, BEA, "We work.", "work"),
                                      apply(5, BEA, "I miss them all.")])  # fmt: skip
    return found


def here(pilot, side):
    """The words under the cursor of a side."""
    view = pilot.app.screen.query_one(f"#{side}")
    return view.body.text[view.selection.start : view.selection.end]


def line(pilot):
    return str(pilot.app.screen.status.render())


async def both(pilot, *keys):
    """Ann on the left, Bea on the right, then keys."""
    await pick(pilot, "B", "Bea")
    await until(lambda: isinstance(pilot.app.screen, TwoTranscripts) and pilot.app.screen.focused is not None)
    await pilot.press(*keys)
    await pilot.pause()


async def test_b_opens_another_transcript_beside_this_one(project):
    async with opened(project, document="ann") as pilot:
        await both(pilot)
        assert here(pilot, "left") == "I miss her."
        assert any("Ann" in row and "Bea" in row for row in shown(pilot))


# ------------------------------------------------------------------ codings on either side


async def test_a_coding_made_on_the_left_is_on_disk_at_once(project):
    async with opened(project, document="ann") as pilot:
        await both(pilot, "j", "3")
        assert ("I am proud.", "work", "") in codings(project, document="ann")
        assert len(codings(project, document="bea")) == 3


async def test_a_coding_made_on_the_right_is_on_disk_at_once(project):
    async with opened(project, document="ann") as pilot:
        await both(pilot, "tab", "2")
        assert ("It rains.", "pride", "") in codings(project, document="bea")
        assert len(codings(project, document="ann")) == 2


async def test_a_code_can_be_picked_repeated_and_undone_across_the_sides(project):
    async with opened(project, document="ann") as pilot:
        await both(pilot)
        await pick(pilot, "c", "work")
        await pilot.press("tab", "full_stop")
        assert ("I miss her.", "work", "") in codings(project, document="ann")
        assert ("It rains.", "work", "") in codings(project, document="bea")
        await pilot.press("tab", "u", "u")
        assert len(codings(project, document="ann")) == 2
        assert len(codings(project, document="bea")) == 3


async def test_an_extended_selection_is_coded_on_its_side(project):
    async with opened(project, document="ann") as pilot:
        await both(pilot, "tab", "v", "j", "3")
        assert ("It rains. I miss him.", "work", "") in codings(project, document="bea")


async def test_a_coding_is_removed_on_its_side(project):
    async with opened(project, document="ann") as pilot:
        await both(pilot, "tab", "j", "x")
        assert ("I miss him.", "longing", "") not in codings(project, document="bea")
        assert len(codings(project, document="ann")) == 2


async def test_a_note_is_written_on_the_right(project):
    async with opened(project, document="ann") as pilot:
        await both(pilot, "tab", "j", "m")
        await type_text(pilot, "quietly")
        await pilot.press("enter")
        assert ("I miss him.", "longing", "quietly") in codings(project, document="bea")


# ------------------------------------------------------------------ cursors


async def test_each_side_has_its_own_cursor_and_scrolls_by_itself(project):
    async with opened(project, document="ann") as pilot:
        await both(pilot, "end")
        assert here(pilot, "left") == "Line 59."
        assert here(pilot, "right") == "It rains."
        assert pilot.app.screen.query_one("#right").scroll_y == 0
        await pilot.press("tab", "j")
        assert (here(pilot, "left"), here(pilot, "right")) == ("Line 59.", "I miss him.")


async def test_the_unit_of_one_side_is_not_that_of_the_other(project):
    async with opened(project, document="ann") as pilot:
        await both(pilot, "w", "tab", "j")
        assert here(pilot, "right") == "I miss him."
        assert here(pilot, "left").startswith("I miss her. I am proud.")


# ------------------------------------------------------------------ the same codes over there


def lit(pilot, side):
    """The rows of a side on which something is lit."""
    view = pilot.app.screen.query_one(f"#{side}")
    return [row.text for row in map(view.render_line, range(8)) if "»" in row.text]


async def test_passages_with_the_code_under_the_cursor_are_lit_on_the_other_side_only(project):
    async with opened(project, document="ann", size=(150, 30)) as pilot:
        await both(pilot)
        assert any("»longing" in row for row in lit(pilot, "right"))
        assert lit(pilot, "left") == []
        await pilot.press("j")
        await until(lambda: lit(pilot, "right") == [])


async def test_going_to_the_other_side_lights_this_one(project):
    async with opened(project, document="ann", size=(150, 30)) as pilot:
        await both(pilot, "tab", "j")
        await until(lambda: any("»longing" in row for row in lit(pilot, "left")))
        assert lit(pilot, "right") == []


async def test_brackets_go_through_the_passages_over_there_that_carry_the_same_code(project):
    async with opened(project, document="ann") as pilot:
        await both(pilot, "right_square_bracket")
        assert (here(pilot, "left"), here(pilot, "right")) == ("I miss her.", "I miss him.")
        assert "passage 1 of 2 with emotion/longing" in line(pilot)
        await pilot.press("right_square_bracket")
        assert here(pilot, "right") == "I miss them all."
        await pilot.press("right_square_bracket")
        assert here(pilot, "right") == "I miss him."
        await pilot.press("left_square_bracket")
        assert here(pilot, "right") == "I miss them all."


async def test_a_code_that_the_other_side_does_not_have_is_said(project):
    async with opened(project, document="ann") as pilot:
        await both(pilot, "j", "right_square_bracket")
        assert "No passage on the other side carries the same code." in line(pilot)
        assert here(pilot, "right") == "It rains."


async def test_where_nothing_is_coded_the_brackets_say_what_does_help(project):
    async with opened(project, document="ann") as pilot:
        await both(pilot, "tab", "left_square_bracket")
        assert "Nothing is coded here" in line(pilot)
        await pilot.press("right_parenthesis")
        assert here(pilot, "right") == "I miss him."
        await pilot.press("right_parenthesis", "left_parenthesis")
        assert here(pilot, "right") == "I miss him."


async def test_a_new_coding_lights_what_is_alike_over_there(project):
    async with opened(project, document="ann", size=(150, 30)) as pilot:
        await both(pilot, "j", "3")
        await until(lambda: any("»work" in row for row in lit(pilot, "right")))


# ------------------------------------------------------------------ documents and ways


async def test_o_opens_another_document_on_the_side_of_the_cursor(project):
    async with opened(project, document="ann") as pilot:
        await both(pilot, "tab")
        await pick(pilot, "o", "Cy")
        assert (here(pilot, "left"), here(pilot, "right")) == ("I miss her.", "I miss it.")
        await pilot.press("3")
        assert codings(project, document="cy") == [("I miss it.", "work", "")]


async def test_one_document_on_both_sides_shows_a_new_coding_twice(project):
    async with opened(project, document="ann") as pilot:
        await pick(pilot, "B", "Ann")
        await until(lambda: isinstance(pilot.app.screen, TwoTranscripts) and pilot.app.screen.focused is not None)
        await pilot.press("j", "3")
        left, right = (pilot.app.screen.query_one(f"#{side}").marks for side in ("left", "right"))
        assert len(left) == len(right) == 3


async def test_escape_leads_back_to_the_workspace_with_the_new_coding_shown(project):
    async with opened(project, document="ann") as pilot:
        await both(pilot, "j", "3", "escape")
        assert pilot.app.screen is pilot.app.workspace
        await until(lambda: len(pilot.app.workspace.transcript.marks) == 3)
        assert selected(pilot) == "I miss her."


async def test_escape_first_lets_go_of_what_is_extended(project):
    async with opened(project, document="ann") as pilot:
        await both(pilot, "v", "j", "escape")
        assert isinstance(pilot.app.screen, TwoTranscripts)


async def test_from_the_compare_screen_both_quotes_are_found_and_escape_comes_back_to_the_quote(project):
    async with opened(project, document="ann") as pilot:
        await pilot.press("equals_sign", "l", "j")
        await until(lambda: pilot.app.screen.view.here is not None)
        at = pilot.app.screen.view.at
        await pilot.press("B")
        await until(lambda: isinstance(pilot.app.screen, TwoTranscripts) and pilot.app.screen.focused is not None)
        assert (here(pilot, "left"), here(pilot, "right")) == ("I miss them all.", "I miss her.")
        await pilot.press("3", "escape")
        await until(lambda: isinstance(pilot.app.screen, CompareScreen))
        assert pilot.app.screen.view.at == at
        assert ("I miss them all.", "work", "") in codings(project, document="bea")


async def test_another_coders_coding_appears_on_its_side(project):
    async with opened(project, document="ann") as pilot:
        await both(pilot)
        with Session(project, "anna") as anna:
            anna.code("bea", quote="It rains.", code="work")
        await until(lambda: len(pilot.app.screen.query_one("#right").marks) == 4)
        assert len(pilot.app.screen.query_one("#left").marks) == 2


async def test_a_shows_only_the_users_own_codings_on_both_sides(project):
    with Session(project, "anna") as anna:
        anna.code("bea", quote="It rains.", code="work")
    async with opened(project, document="ann") as pilot:
        await both(pilot)
        assert len(pilot.app.screen.query_one("#right").marks) == 4
        await pilot.press("a")
        assert len(pilot.app.screen.query_one("#right").marks) == 3


async def test_in_a_narrow_terminal_the_transcripts_stand_above_each_other(project):
    async with opened(project, document="ann", size=(50, 24)) as pilot:
        await both(pilot)
        left, right = (pilot.app.screen.query_one(f"#{side}").region for side in ("left", "right"))
        assert left.bottom <= right.y
        assert left.width == right.width > 40


async def test_the_status_says_how_many_passages_there_are_alike(project):
    async with opened(project, document="ann") as pilot:
        await both(pilot, "j", "k")
        assert "emotion/longing (c1)" in line(pilot)
        assert "there: 2 with the same code" in line(pilot)


async def test_help_of_two_transcripts_begins_with_the_keys_of_comparing(project):
    async with opened(project, document="ann") as pilot:
        await both(pilot, "question_mark")
        await until(lambda: "Compare" in screen_text(pilot))
