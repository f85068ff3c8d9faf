"""The framework in the interface: summaries seen in a grid, written beside their quotes, never lost."""

import pytest
from builders import apply, edit, make_project, open_index, transcript, write_events
from screens import opened, screen_text, selected, shown, told, type_text, until

from qualcode.analysis.framework import framework
from qualcode.session import Session
from qualcode.tui.framework import FrameworkScreen
from qualcode.tui.memo_text import MemoText
from qualcode.tui.quotes import Quotes
from qualcode.tui.summary_grid import SummaryGrid
from qualcode.tui.workspace import Workspace

BODY = "Mei: I miss her. I miss him.\nLing: I sew shoes.\n"
ZHAO = "Long: 我想妈妈，每天都想。\n"


@pytest.fixture
def project(tmp_path):
    documents = {
        "d1": transcript(BODY, title="At home", case="liang"),
        "d2": transcript(ZHAO, title="Noon", case="zhao"),
    }
    found = make_project(tmp_path / "p", documents, ("emotion", "emotion/longing", "work"), cases=["liang", "zhao"])
    write_events(found, "c1", "d1", [
        apply(11, BODY, "I miss her."), apply(12, BODY, "I miss him."), apply(13, BODY, "I sew shoes.", "work"),
    ])  # fmt: skip
    write_events(found, "c1", "d2", [apply(14, ZHAO, "我想妈妈")])
    return found


def on_disk(project, case="liang", code="emotion"):
    index = open_index(project, in_memory=True)
    try:
        return framework(index).cell(case, code).summary
    finally:
        index.close()


def grid(pilot):
    return pilot.app.screen.query_one(SummaryGrid)


def area(pilot):
    return pilot.app.screen.query_one(MemoText)


def line(pilot):
    return str(pilot.app.screen.query_one("#status").render())


async def write(pilot, text):
    """Type into the summary that is open."""
    area(pilot).focus()
    area(pilot).insert(text)
    await pilot.pause()


# ------------------------------------------------------------------ the grid


async def test_the_grid_has_cases_by_top_codes_and_marks_what_is_to_be_written(project):
    with Session(project, "c1") as session:
        session.summarise("liang", "emotion", "**Both** are missed [[d1#0011]].")
    async with opened(project) as pilot:
        await pilot.press("S")
        assert isinstance(pilot.app.screen, FrameworkScreen)
        text = screen_text(pilot)
        assert "emotion" in text
        assert "! 1 quote" in text
        assert "Both are missed [0011]." in text
        assert "! 2 to write" in text
        await pilot.press("escape")
        assert isinstance(pilot.app.screen, Workspace)


async def test_a_cell_whose_coding_was_removed_since_is_marked_as_outdated(project):
    with Session(project, "c1") as session:
        session.summarise("liang", "emotion", "Both are missed.")
        async with opened(project) as pilot:
            await pilot.press("S")
            assert "~" not in screen_text(pilot)
            session.uncode("000000000000000011")
            await until(lambda: "~ 1 quote · 1 removed" in screen_text(pilot))
            assert "~ 1 outdated" in screen_text(pilot)
            await pilot.press("u")
            assert "1 removed" not in screen_text(pilot)
            assert "~" not in screen_text(pilot)


async def test_y_says_that_an_outdated_summary_is_still_right(project):
    with Session(project, "c1") as session:
        session.summarise("liang", "emotion", "Both are missed.")
        session.uncode("000000000000000011")
    async with opened(project) as pilot:
        await pilot.press("S")
        assert "1 removed" in screen_text(pilot)
        await pilot.press("y")
        assert "1 removed" not in screen_text(pilot)
    assert framework(open_index(project)).cell("liang", "emotion").state == "written"


async def test_n_goes_from_one_cell_that_wants_writing_to_the_next_and_round(project):
    async with opened(project) as pilot:
        await pilot.press("S")
        places = []
        for _ in range(3):
            await pilot.press("n")
            places.append((grid(pilot).row, grid(pilot).column))
        assert places == [(0, 1), (1, 0), (0, 0)]


async def test_t_turns_the_grid_and_keeps_the_cell_under_the_cursor(project):
    async with opened(project) as pilot:
        await pilot.press("S", "right")
        assert "liang × work" in line(pilot)
        await pilot.press("t")
        assert "liang × work" in line(pilot)
        assert list(grid(pilot).labels) == ["emotion", "work"]
        assert list(grid(pilot).headers) == ["liang", "zhao"]


async def test_d_shows_all_codes(project):
    async with opened(project) as pilot:
        await pilot.press("S", "d")
        assert list(grid(pilot).headers) == ["emotion", "longing", "work"]


async def test_long_summaries_are_wrapped_in_their_cells_and_headers_stand_while_it_scrolls(tmp_path):
    cases, codes = [f"case{n}" for n in range(30)], [f"code{n}" for n in range(12)]
    project = make_project(tmp_path / "q", {}, codes, cases)
    with Session(project, "c1") as session:
        session.summarise("case29", "code11", "妈妈 " * 10 + "and words that go on and on until they no longer fit.")
    async with opened(project) as pilot:
        await pilot.press("S", "end")
        grid(pilot).go(29, 11)
        await pilot.pause()
        rows = shown(pilot)
        assert "code11" in rows[1]
        assert any("case29" in row for row in rows)
        at = next(row.index("妈妈") for row in rows if "妈妈" in row)
        texts = [row[at:] for row in rows if "妈妈" in row or "words" in row or "…" in row]
        assert len(texts) >= 3
        await pilot.press("minus")
        assert grid(pilot)._lines == 4


# ------------------------------------------------------------------ writing


async def test_what_is_saved_is_on_disk_before_the_screen_says_so(project):
    async with opened(project) as pilot:
        await pilot.press("S", "enter")
        await write(pilot, "Both are missed.")
        assert on_disk(project) == ""
        await pilot.press("ctrl+s")
        assert on_disk(project) == "Both are missed.\n"
        assert "Saved" in line(pilot)
        await pilot.press("escape")
        assert "Both are missed." in screen_text(pilot)


async def test_escape_saves_what_was_typed_and_goes_back_to_the_cell(project):
    async with opened(project) as pilot:
        await pilot.press("S", "down", "enter")
        await write(pilot, "她想妈妈。")
        await pilot.press("escape")
        assert on_disk(project, "zhao") == "她想妈妈。\n"
        assert (grid(pilot).row, grid(pilot).column, grid(pilot).has_focus) == (1, 0, True)
        assert "她想妈妈。" in screen_text(pilot)


async def test_letters_are_typed_and_are_no_commands(project):
    async with opened(project) as pilot:
        await pilot.press("S", "enter", "n", "t", "q", "M", "escape")
    assert on_disk(project) == "ntqM\n"


async def test_leaving_without_typing_writes_nothing(project):
    async with opened(project) as pilot:
        await pilot.press("S", "enter", "escape")
    assert not list(project.root.glob("memos/*"))


async def test_a_summary_written_by_hand_without_a_line_end_is_left_as_it_is(project):
    project.memo("x").parent.mkdir()
    path = project.memo("x")
    path.write_text("---\nabout: {case: liang, code: emotion}\nkind: summary\n---\nNo end", "utf-8")
    async with opened(project) as pilot:
        await pilot.press("S", "enter", "escape")
    assert path.read_text("utf-8").endswith("No end")


async def test_the_link_of_the_quote_is_put_where_the_cursor_is(project):
    async with opened(project) as pilot:
        await pilot.press("S", "enter")
        await write(pilot, "Missed.")
        area(pilot).move_cursor((0, 6))
        await pilot.press("tab", "j", "i")
        assert area(pilot).text == "Missed [[d1#0012]]."
        await pilot.press("ctrl+s")
    assert on_disk(project) == "Missed [[d1#0012]].\n"


async def test_ctrl_l_links_from_within_the_text(project):
    async with opened(project) as pilot:
        await pilot.press("S", "enter")
        await write(pilot, "See ")
        await pilot.press("ctrl+l")
        assert area(pilot).text == "See [[d1#0011]]"


async def test_enter_on_a_quote_goes_to_its_place_and_escape_back_to_the_same_cell(project):
    async with opened(project) as pilot:
        await pilot.press("S", "enter")
        await write(pilot, "Half a")
        await pilot.press("tab", "j", "enter")
        await until(lambda: isinstance(pilot.app.screen, Workspace))
        assert selected(pilot) == "I miss him."
        assert on_disk(project) == "Half a\n"
        await pilot.press("escape")
        await until(lambda: isinstance(pilot.app.screen, FrameworkScreen))
        assert area(pilot).text == "Half a"
        assert pilot.app.screen.query_one(Quotes).at == 1
        await pilot.press("escape")
        assert (grid(pilot).row, grid(pilot).column) == (0, 0)


async def test_quitting_from_the_quotes_saves_what_was_typed(project):
    async with opened(project) as pilot:
        await pilot.press("S", "enter")
        await write(pilot, "Typed.")
        await pilot.press("tab", "q")
    assert on_disk(project) == "Typed.\n"


async def test_going_to_another_place_saves_what_was_typed(project):
    async with opened(project) as pilot:
        await pilot.press("S", "enter")
        await write(pilot, "Typed.")
        await pilot.press("tab", "W")
        assert on_disk(project) == "Typed.\n"
        await pilot.press("S")
        assert area(pilot).text.startswith("Typed.")


async def test_emptied_a_summary_is_gone_and_undo_brings_it_back(project):
    with Session(project, "c1") as session:
        session.summarise("liang", "emotion", "Both are missed.")
    async with opened(project) as pilot:
        await pilot.press("S", "enter")
        area(pilot).text = ""
        await pilot.press("escape")
        assert on_disk(project) == ""
        await pilot.press("u")
    assert on_disk(project) == "Both are missed.\n"


async def test_a_summary_changed_by_somebody_else_meanwhile_is_not_written_over_and_the_typed_text_is_kept(
    project, monkeypatch, tmp_path
):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with Session(project, "c2") as other:
        memo = other.summarise("liang", "emotion", "First.")
    async with opened(project) as pilot:
        await pilot.press("S", "enter")
        await write(pilot, " Mine.")
        path = project.memo(memo.id)
        edit(path, path.read_text("utf-8").replace("First.", "Theirs."))
        await pilot.press("escape")
        assert on_disk(project) == "Theirs.\n"
        (kept,) = tmp_path.rglob(".qualcode/editing/*/text.md")
        assert "Mine." in kept.read_text("utf-8")
        assert any(str(kept) in note.message for note in pilot.app._notifications)


async def test_what_somebody_else_writes_comes_into_a_cell_in_which_nothing_was_typed(project):
    with Session(project, "c2") as other:
        other.summarise("liang", "emotion", "First.")
        async with opened(project) as pilot:
            await pilot.press("S", "enter")
            other.summarise("liang", "emotion", "Second.")
            await until(lambda: area(pilot).text.strip() == "Second.")


async def test_export_writes_a_file(project, tmp_path):
    async with opened(project) as pilot:
        await pilot.press("S", "e")
        field = pilot.app.screen.query_one("Input")
        field.value = ""
        await type_text(pilot, str(tmp_path / "f.html"))
        await pilot.press("enter")
    assert "I miss her." in (tmp_path / "f.html").read_text("utf-8")


async def test_an_export_is_told_and_the_next_is_not_offered_in_its_place(project, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    async with opened(project) as pilot:
        await pilot.press("S", "e", "enter")
        await until(lambda: "Wrote 2 cases by" in told(pilot))
        await pilot.press("e")
        assert pilot.app.screen.query_one("Input").value == str(tmp_path / "framework-2.docx")


async def test_a_project_without_cases_says_so(tmp_path):
    project = make_project(tmp_path / "q", {"d1": BODY}, ("work",))
    async with opened(project) as pilot:
        await pilot.press("S", "enter", "n", "t", "y", "right", "down")
        assert isinstance(pilot.app.screen, FrameworkScreen)
        assert "There are no cases" in line(pilot) or "Only a summary" in line(pilot)
