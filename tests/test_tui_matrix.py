"""The matrix screen: numbers that lead to quotes, quotes that lead to their places, and back."""

import csv
import re

import pytest
from builders import apply, make_project, open_index, transcript, write_events
from matrices import cell, go, grid, here, numbers, quotes, status, title, totals, two_families
from screens import opened, screen_text, selected, told, until
from textual.widgets import Input

from qualcode.analysis.matrix import matrix
from qualcode.core.visible import columns
from qualcode.session import Session
from qualcode.tui.matrix import MatrixScreen


@pytest.fixture
def project(tmp_path):
    return two_families(tmp_path / "p")


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
            ["total", "2", "3", "5"],
        ]


async def test_e_exports_what_is_seen_only(project, tmp_path):
    async with opened(project) as pilot:
        await pilot.press("M", "f", "t", "t")
        await export(pilot, tmp_path / "m.csv")
        rows = list(csv.reader((tmp_path / "m.csv").read_text("utf-8-sig").splitlines()))
        assert rows[1:] == [["emotion", "6", "3", "9"], ["work", "0", "4", "4"], ["total", "6", "7", "13"]]


@pytest.mark.parametrize("ending", ["xlsx", "html", "md", "tex", "json"])
async def test_the_ending_says_in_which_form_to_export(project, tmp_path, ending):
    starts = {"xlsx": b"PK", "html": b"<!", "md": b"| code", "tex": b"%", "json": b"["}
    async with opened(project) as pilot:
        await pilot.press("M")
        await export(pilot, tmp_path / f"m.{ending}")
        assert (tmp_path / f"m.{ending}").read_bytes().lstrip().startswith(starts[ending])
        assert "Wrote 4 rows" in status(pilot)


async def test_an_ending_that_nothing_is_written_in_is_told(project, tmp_path):
    async with opened(project) as pilot:
        await pilot.press("M")
        await export(pilot, tmp_path / "m.pages")
        await until(lambda: ".xlsx" in told(pilot))
        assert not (tmp_path / "m.pages").exists()


async def test_the_sorted_matrix_is_exported_as_it_is_sorted(project, tmp_path):
    async with opened(project) as pilot:
        await pilot.press("M", "l", "s")
        await export(pilot, tmp_path / "m.csv")
        rows = list(csv.reader((tmp_path / "m.csv").read_text("utf-8-sig").splitlines()))
        assert [row[0] for row in rows] == ["code", "work", "emotion", "emotion/pride", "emotion/longing", "total"]


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


async def test_the_totals_stand_below_and_each_counts_once(project):
    async with opened(project) as pilot:
        await pilot.press("M")
        assert totals(pilot) == [2, 3, 5]
        await pilot.press("t")
        assert totals(pilot) == [1, 1, 2]


async def test_end_goes_to_the_last_row_and_from_there_to_the_totals(project):
    async with opened(project) as pilot:
        await pilot.press("M", "end")
        assert here(pilot) == ("work", "liang")
        await pilot.press("end")
        assert here(pilot) == ("total", "liang")
        assert "total × liang: 2 segments" in status(pilot)


async def test_a_cell_of_the_totals_lists_the_quotes_of_its_column(project):
    async with opened(project) as pilot:
        await to_cell(pilot, "end", "end", "l", "enter")
        assert [row["text"] for row in quotes(pilot).segments] == ["I work.", "I work.", "I am proud."]


async def test_dollar_and_circumflex_go_to_the_totals_and_back_to_the_first_column(project):
    async with opened(project) as pilot:
        await pilot.press("M", "dollar_sign")
        assert here(pilot) == ("emotion", "total")
        await pilot.press("circumflex_accent")
        assert here(pilot) == ("emotion", "liang")


async def test_totals_are_no_part_of_the_shading(project):
    async with opened(project) as pilot:
        await pilot.press("M", "end")
        strip = grid(pilot).render_line(1)
        assert "emotion" in strip.text
        grounds = {segment.text.strip(): segment.style.bgcolor for segment in strip if segment.text.strip() in "213"}
        assert grounds["2"].name != grounds["3"].name
        assert grounds["3"].name == grid(pilot).render_line(2)._segments[-2].style.bgcolor.name


async def test_the_status_line_says_what_a_cell_holds(project):
    async with opened(project) as pilot:
        await pilot.press("M")
        assert "emotion × liang: 2 segments — Enter lists the quotes" in status(pilot)
        await pilot.press("t")
        assert "emotion × liang: 1 document" in status(pilot)


async def test_the_title_says_what_is_shown(project):
    async with opened(project) as pilot:
        await pilot.press("M")
        assert title(pilot) == "Codes by case · segments"


async def test_the_header_and_the_labels_stand_while_the_rest_scrolls(tmp_path):
    cases = [f"case-{number:02d}" for number in range(60)]
    documents = {f"d{n}": transcript("Mei: Rain.\n", case=case) for n, case in enumerate(cases)}
    project = make_project(tmp_path / "p", documents, codes=[f"code-{n:02d}" for n in range(80)], cases=cases)
    write_events(project, "c1", "d55", [apply(1, "Mei: Rain.\n", "Rain.", "code-70")])
    async with opened(project, size=(100, 30)) as pilot:
        await pilot.press("M")
        grid(pilot).go(70, 55)
        await until(lambda: "code-70" in screen_text(pilot))
        rows = screen_text(pilot).split("\n")
        assert "case-55" in rows[1]
        assert rows[1].rstrip("│ ").endswith("total")
        assert rows[-5].split()[:2] == ["│", "total"]


async def test_only_whole_columns_are_shown_so_that_no_number_loses_digits(tmp_path):
    body = "".join(f"Mei: Rain {number}.\n" for number in range(123))
    cases = [f"case-{number:02d}" for number in range(40)]
    project = make_project(
        tmp_path / "p", {f"d{n}": transcript(body, case=case) for n, case in enumerate(cases)}, cases=cases
    )
    for number in range(40):
        rain = [apply(1_000 * number + at, body, f"Rain {at}.", "work") for at in range(123)]
        write_events(project, "c1", f"d{number}", rain)
    for width in range(90, 100):
        async with opened(project, size=(width, 20)) as pilot:
            await pilot.press("M", "end", *["l"] * 15)
            seen = next(row for row in screen_text(pilot).split("\n") if "work" in row)
            assert set(re.findall(r"\d+", seen)) == {"123", "4920"}
            await pilot.press("dollar_sign", "h")
            assert here(pilot) == ("work", "case-39")
            assert "case-39" in screen_text(pilot).split("\n")[1]


async def test_names_in_chinese_take_the_columns_that_they_really_take(tmp_path):
    body = "Mei: Rain.\n"
    documents = {"d1": transcript(body, case="梁家"), "d2": transcript(body, case="b")}
    project = make_project(tmp_path / "p", documents, codes=["思念", "x"], cases=["梁家", "b"])
    write_events(project, "c1", "d1", [apply(1, body, "Rain.", "思念")])
    async with opened(project) as pilot:
        await pilot.press("M", "j")
        header, first, second = (grid(pilot).render_line(y) for y in range(3))
        assert header.cell_length == first.cell_length == second.cell_length
        assert columns(header.text[: header.text.index("梁家") + 2]) == columns(first.text[: first.text.index("1") + 1])


async def test_a_long_header_runs_over_several_lines_and_the_status_line_has_it_in_full(tmp_path):
    body, name = "Mei: Rain.\n", "the-grandmother-who-stayed-behind-in-the-old-house-by-the-river"
    documents = {"d1": transcript(body, case=name), **{f"c{n}": transcript(body, case=f"c{n}") for n in range(20)}}
    project = make_project(tmp_path / "p", documents, cases=[name, *(f"c{n}" for n in range(20))])
    async with opened(project) as pilot:
        await pilot.press("M")
        rows = screen_text(pilot).split("\n")
        assert "grand" in rows[1] + rows[2] + rows[3]
        assert f"emotion × {name}" in status(pilot)


async def test_a_cell_that_memos_are_about_shows_a_sign(project):
    with Session(project, "c1") as session:
        session.new_memo("On work", "case:zhao code:work", text="Much.")
    async with opened(project) as pilot:
        await pilot.press("M")
        assert re.search(r"work\s+·\s+2¶\s+2", screen_text(pilot))
        await go(pilot, "work", "zhao")
        assert "1 memo ¶: K" in status(pilot)


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
