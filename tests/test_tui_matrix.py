"""The matrix screen: numbers that lead to quotes, quotes that lead to their places, and back."""

import csv
import re

import pytest
from builders import apply, make_project, open_index, transcript, write_events
from screens import opened, screen_text, selected, told, until
from textual.widgets import Input

from qualcode.analysis.matrix import matrix
from qualcode.session import Session
from qualcode.tui.grid import Grid
from qualcode.tui.matrix import MatrixScreen
from qualcode.tui.quotes import Quotes

LIANG = "Mother: I miss them. We phone.\nXiaoya: I miss her.\n"
ZHAO = "Long: I work. I am proud.\n"


@pytest.fixture
def project(tmp_path):
    project = make_project(
        tmp_path / "p",
        {
            "l1": transcript(LIANG, title="Talk", case="liang", kind="interview", date="2009-02-01",
                             speakers={"Mother": "p1", "Xiaoya": "p2"}),
            "z1": transcript(ZHAO, title="Chat", case="zhao", kind="chat", date="2009-06-07", speakers={"Long": "p3"}),
        },
        codes=("emotion", "emotion/longing", "emotion/pride", "work"),
        cases=["liang", "zhao"],
        participants=[
            {"id": "p1", "name": "Mother", "role": "parent", "case": "liang"},
            {"id": "p2", "name": "Xiaoya", "role": "child", "case": "liang"},
            {"id": "p3", "name": "Long", "role": "child", "case": "zhao"},
        ],
    )  # fmt: skip
    write_events(project, "c1", "l1", [apply(1, LIANG, "I miss them."), apply(2, LIANG, "I miss her.")])
    write_events(project, "c1", "z1", [apply(3, ZHAO, "I am proud.", "pride"), apply(4, ZHAO, "I work.", "work")])
    write_events(project, "c2", "z1", [apply(5, ZHAO, "I work.", "work")])
    return project


def grid(pilot):
    return pilot.app.screen.query_one(Grid)


def quotes(pilot):
    return pilot.app.screen.query_one(Quotes)


def numbers(pilot):
    """What the grid shows: label to values."""
    return {row.label: list(row.values) for row in grid(pilot).grid_rows}


def cell(pilot):
    return grid(pilot).row, grid(pilot).column


async def to_cell(pilot, *keys):
    await pilot.press("M", *keys)


async def test_every_cell_is_the_number_of_codings_counted_by_hand(project):
    async with opened(project) as pilot:
        await pilot.press("M")
        assert numbers(pilot) == {"emotion": [2, 1, 3], "longing": [2, 0, 2], "pride": [0, 1, 1], "work": [0, 2, 2]}
        assert list(grid(pilot).headers) == ["liang", "zhao", "total"]


async def test_every_cell_is_what_the_index_counts(project):
    async with opened(project) as pilot:
        await pilot.press("M")
        counted = matrix(open_index(project, in_memory=True), "code", "case", "segments")
        assert [list(row.values) for row in grid(pilot).grid_rows] == [list(row[1:]) for row in counted.rows]


async def test_the_numbers_stand_on_the_screen_under_their_cases(project):
    async with opened(project) as pilot:
        await pilot.press("M")
        rows = screen_text(pilot).split("\n")
        assert any(re.search(r"liang\s+zhao\s+total", row) for row in rows)
        assert any(re.search(r"emotion\s+2\s+1\s+3\b", row) for row in rows)


async def test_cells_are_shaded_by_their_value(project):
    async with opened(project) as pilot:
        await pilot.press("M", "end")
        strip = next(s for s in map(grid(pilot).render_line, range(6)) if "emotion" in s.text)
        grounds = [segment.style.bgcolor for segment in strip if re.fullmatch(r"\s*[12]\s*", segment.text)]
        assert len(set(grounds)) == 2


@pytest.mark.parametrize(
    ("presses", "expected"),
    [
        (1, {"emotion": [1, 1, 2], "longing": [1, 0, 1], "pride": [0, 1, 1], "work": [0, 1, 1]}),
        (2, {"emotion": [6, 3, 9], "longing": [6, 0, 6], "pride": [0, 3, 3], "work": [0, 4, 4]}),
        (3, {"emotion": [2, 1, 3], "longing": [2, 0, 2], "pride": [0, 1, 1], "work": [0, 2, 2]}),
    ],
    ids=["documents", "words", "segments again"],
)
async def test_t_counts_something_else(project, presses, expected):
    async with opened(project) as pilot:
        await pilot.press("M", *["t"] * presses)
        assert numbers(pilot) == expected


async def test_d_changes_the_columns(project):
    wanted = {"role": ["parent", "child"], "kind": ["chat", "interview"], "coder": ["c1", "c2"],
              "speaker": ["Long", "Mother", "Xiaoya"], "document": ["l1", "z1"], "case": ["liang", "zhao"]}  # fmt: skip
    async with opened(project) as pilot:
        await pilot.press("M")
        for columns in wanted.values():
            await pilot.press("d")
            assert sorted(grid(pilot).headers) == sorted([*columns, "total"])


async def test_f_folds_sub_codes_away_and_back(project):
    async with opened(project) as pilot:
        await pilot.press("M", "f")
        assert list(numbers(pilot)) == ["emotion", "work"]
        assert numbers(pilot)["emotion"] == [2, 1, 3]
        await pilot.press("f")
        assert list(numbers(pilot)) == ["emotion", "longing", "pride", "work"]


async def test_f_on_a_sub_code_folds_its_theme_and_the_cursor_goes_there(project):
    async with opened(project) as pilot:
        await pilot.press("M", "j", "j", "f")
        assert list(numbers(pilot)) == ["emotion", "work"]
        assert cell(pilot)[0] == 0


async def test_enter_on_a_cell_lists_its_quotes_with_their_citations(project):
    async with opened(project) as pilot:
        await to_cell(pilot, "enter")
        assert [row["text"] for row in quotes(pilot).segments] == ["I miss them.", "I miss her."]
        await until(lambda: "I miss them." in screen_text(pilot))
        assert "(Mother, interview, 2009-02-01)" in screen_text(pilot)
        assert "(Xiaoya, interview, 2009-02-01)" in screen_text(pilot)


async def test_a_cell_lists_as_many_quotes_as_its_number_says(project):
    async with opened(project) as pilot:
        await pilot.press("M")
        for row, values in enumerate(numbers(pilot).values()):
            for column, value in enumerate(values):
                if value:
                    grid(pilot).go(row, column)
                    await pilot.press("enter")
                    assert len(quotes(pilot).segments) == value
                    await pilot.press("escape")


async def test_enter_on_a_quote_goes_to_its_place_and_escape_returns_to_the_same_cell(project):
    async with opened(project) as pilot:
        await to_cell(pilot, "end", "l", "enter", "enter")
        assert pilot.app.screen is pilot.app.workspace
        assert (pilot.app.workspace.document, selected(pilot)) == ("z1", "I work.")
        await pilot.press("escape")
        assert isinstance(pilot.app.screen, MatrixScreen)
        assert cell(pilot) == (3, 1)
        assert [row["text"] for row in quotes(pilot).segments] == ["I work.", "I work."]


async def test_the_second_quote_leads_to_its_own_place(project):
    async with opened(project) as pilot:
        await to_cell(pilot, "enter", "j", "enter")
        assert selected(pilot) == "I miss her."
        await pilot.press("escape")
        assert cell(pilot) == (0, 0)
        assert quotes(pilot).at == 1


async def test_escape_leads_from_the_quotes_to_the_cell_and_from_there_to_the_workspace(project):
    async with opened(project) as pilot:
        await to_cell(pilot, "l", "enter", "escape")
        assert grid(pilot).has_focus
        assert cell(pilot) == (0, 1)
        await pilot.press("escape")
        assert pilot.app.screen is pilot.app.workspace


async def test_a_folded_matrix_is_folded_still_after_going_to_a_place_and_back(project):
    async with opened(project) as pilot:
        await to_cell(pilot, "f", "j", "l", "enter", "enter", "escape")
        assert list(numbers(pilot)) == ["emotion", "work"]
        assert cell(pilot) == (1, 1)


async def test_coding_at_the_place_of_a_quote_counts_when_one_comes_back(project):
    async with opened(project) as pilot:
        await to_cell(pilot, "enter", "enter", "c")
        pilot.app.screen.query_one(Input).value = "work"
        await pilot.press("enter", "escape")
        await until(lambda: isinstance(pilot.app.screen, MatrixScreen))
        await until(lambda: numbers(pilot)["work"] == [1, 2, 3])


async def test_an_empty_cell_has_no_quotes_and_breaks_nothing(project):
    async with opened(project) as pilot:
        await to_cell(pilot, "j", "l", "enter", "enter")
        assert isinstance(pilot.app.screen, MatrixScreen)
        assert not quotes(pilot).segments


async def test_the_total_lists_the_quotes_of_all_cases(project):
    async with opened(project) as pilot:
        await to_cell(pilot, "l", "l", "enter")
        assert [row["text"] for row in quotes(pilot).segments] == ["I miss them.", "I miss her.", "I am proud."]


async def export(pilot, path):
    await pilot.press("e")
    pilot.app.screen.query_one(Input).value = str(path)
    await pilot.press("enter")


async def test_e_exports_the_matrix_as_csv(project, tmp_path):
    async with opened(project) as pilot:
        await pilot.press("M")
        await export(pilot, tmp_path / "m.csv")
        data = (tmp_path / "m.csv").read_bytes()
        assert data.startswith(b"\xef\xbb\xbf")
        assert list(csv.reader(data.decode("utf-8-sig").splitlines())) == [
            ["code", "liang", "zhao", "total"],
            ["emotion", "2", "1", "3"],
            ["emotion/longing", "2", "0", "2"],
            ["emotion/pride", "0", "1", "1"],
            ["work", "0", "2", "2"],
        ]


async def test_e_exports_what_is_seen_only(project, tmp_path):
    async with opened(project) as pilot:
        await pilot.press("M", "f", "t", "t")
        await export(pilot, tmp_path / "m.csv")
        rows = list(csv.reader((tmp_path / "m.csv").read_text("utf-8-sig").splitlines()))
        assert rows[1:] == [["emotion", "6", "3", "9"], ["work", "0", "4", "4"]]


async def test_an_export_that_cannot_be_written_is_a_message(project, tmp_path):
    (tmp_path / "file").write_text("")
    async with opened(project) as pilot:
        await pilot.press("M")
        await export(pilot, tmp_path / "file" / "m.csv")
        await until(lambda: "m.csv" in told(pilot) or "m.csv" in screen_text(pilot))
        assert pilot.app.is_running


async def test_an_export_left_with_escape_writes_nothing(project, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    async with opened(project) as pilot:
        await pilot.press("M", "e", "escape")
        assert isinstance(pilot.app.screen, MatrixScreen)
        assert list(tmp_path.glob("*.csv")) == []


async def test_another_coders_coding_is_counted_without_leaving_the_matrix(project):
    async with opened(project) as pilot:
        await pilot.press("M")
        with Session(project, "anna") as anna:
            anna.code("l1", quote="We phone.", code="work")
        await until(lambda: numbers(pilot)["work"] == [1, 2, 3])


async def test_a_click_moves_the_cell_and_a_second_click_opens_it(project):
    async with opened(project) as pilot:
        await pilot.press("M")
        view = grid(pilot)
        inset = view.content_region.offset - view.region.offset
        y = next(y for y in range(8) if "work" in view.render_line(y).text)
        x = view.render_line(y).text.rindex("2", 0, view.render_line(y).text.rindex("2"))
        await pilot.click(view, offset=(x + inset.x, y + inset.y))
        assert cell(pilot) == (3, 1)
        await pilot.click(view, offset=(x + inset.x, y + inset.y))
        await until(lambda: len(quotes(pilot).segments) == 2)


async def test_a_quote_that_is_lost_is_not_gone_to(project):
    project.transcript("z1").write_text(transcript("Long: Other words.\n", title="Chat", case="zhao"), encoding="utf-8")
    async with opened(project) as pilot:
        await to_cell(pilot, "end", "l", "enter", "enter")
        assert isinstance(pilot.app.screen, MatrixScreen)
        await until(lambda: "not in its place" in screen_text(pilot))


async def test_the_matrix_is_usable_at_80_by_24(project):
    async with opened(project, size=(80, 24)) as pilot:
        await to_cell(pilot, "enter")
        await until(lambda: "I miss them." in screen_text(pilot) and "liang" in screen_text(pilot))


async def test_a_matrix_wider_than_the_screen_scrolls_to_its_cell(tmp_path):
    cases = [f"case-{number:02d}" for number in range(60)]
    documents = {f"d{n}": transcript("Mei: Rain.\n", case=case) for n, case in enumerate(cases)}
    project = make_project(tmp_path / "p", documents, codes=[f"code-{n:02d}" for n in range(80)], cases=cases)
    write_events(project, "c1", "d55", [apply(1, "Mei: Rain.\n", "Rain.", "code-70")])
    async with opened(project, size=(100, 30)) as pilot:
        await pilot.press("M")
        grid(pilot).go(70, 55)
        await pilot.pause()
        await until(lambda: "case-55" in screen_text(pilot) and re.search(r"code-70.* 1\b", screen_text(pilot)))
