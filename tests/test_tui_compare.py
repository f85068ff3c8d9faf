"""The compare screen: two to four cases, roles or months side by side, every quote in full."""

import pytest
from builders import apply, edit, make_project, transcript, write_events
from screens import opened, screen_text, selected, shown, type_text, until
from textual.app import App

from qualcode.analysis.table import Table
from qualcode.session import Session
from qualcode.tui.compare import CompareScreen
from qualcode.tui.side_blocks import Block
from qualcode.tui.sides import Sides

LONG = "We " + "really " * 40 + "miss them."
LIANG = f"Mother: {LONG}\nXiaoya: I miss her.\n"
ZHAO = "Long: I miss them too. I am proud.\n"
WU = "Wu: Nobody left.\n"
TALL = (110, 40)
CODES = ("emotion", "emotion/longing", "emotion/pride", "work")


@pytest.fixture
def project(tmp_path):
    project = make_project(
        tmp_path / "p",
        {
            "l1": transcript(LIANG, title="Talk", case="liang", kind="interview", date="2009-02-01"),
            "z1": transcript(ZHAO, title="Chat", case="zhao", kind="chat", date="2009-06-07"),
            "w1": transcript(WU, title="Visit", case="wu", kind="visit", date="2009-07-01"),
        },
        codes=CODES,
        cases={"liang": {}, "zhao": {}, "wu": {}},
    )
    write_events(project, "c1", "l1", [apply(1, LIANG, LONG), apply(2, LIANG, "I miss her.")])
    write_events(project, "c1", "z1", [apply(3, ZHAO, "I miss them too."), apply(4, ZHAO, "I am proud.", "pride")])
    write_events(project, "c1", "w1", [apply(5, WU, "Nobody left.", "work")])
    return project


def sides(pilot):
    return pilot.app.screen.query_one(Sides)


def columns(pilot):
    """The words of the left and of the right column."""
    width = sides(pilot).column_width
    rows = [sides(pilot).render_line(y).text for y in range(sides(pilot).scrollable_content_region.height)]
    split = [(row[:width], row[width + 3 :]) for row in rows if row[width : width + 3] == " │ "]
    return tuple(" ".join(" ".join(side).replace("▌", " ").split()) for side in zip(*split, strict=True))


def paths(pilot):
    return [block.path for block in sides(pilot).blocks]


def row_of(pilot, text):
    return next(y for y, row in enumerate(shown(pilot)) if text in row)


async def test_the_first_two_cases_stand_side_by_side(project):
    async with opened(project) as pilot:
        await pilot.press("equals_sign")
        await until(lambda: any("liang" in row and "zhao" in row for row in shown(pilot)))
        left, right = columns(pilot)
        assert "I miss her." in left
        assert "I miss her." not in right
        assert "I miss them too." in right


async def test_quotes_stand_in_full_with_their_citations(project):
    async with opened(project) as pilot:
        await pilot.press("equals_sign")
        left, right = columns(pilot)
        assert f"{LONG} (Mother, interview, 2009-02-01)" in left
        assert "I miss them too. (Long, chat, 2009-06-07)" in right


async def test_rows_are_codes_in_the_order_of_the_codebook(project):
    async with opened(project) as pilot:
        await pilot.press("equals_sign")
        assert paths(pilot) == ["emotion", "emotion/longing", "emotion/pride"]
        assert row_of(pilot, "emotion/longing") < row_of(pilot, "emotion/pride")


async def test_both_columns_are_in_step(project):
    async with opened(project, size=TALL) as pilot:
        await pilot.press("equals_sign")
        assert row_of(pilot, "We really") == row_of(pilot, "I miss them too.") > row_of(pilot, "emotion/longing")
        assert row_of(pilot, "I am proud.") == row_of(pilot, "emotion/pride") + 2


@pytest.mark.parametrize(
    ("keys", "document", "quote"),
    [
        ("enter", "l1", LONG),
        ("j enter", "l1", "I miss her."),
        ("l enter", "z1", "I miss them too."),
        ("tab enter", "z1", "I miss them too."),
        ("l j enter", "z1", "I am proud."),
        ("right_square_bracket enter", "z1", "I am proud."),
        ("right_square_bracket left_square_bracket enter", "z1", "I miss them too."),
        ("l h enter", "l1", LONG),
    ],
)
async def test_enter_goes_to_the_place_of_the_quote_and_escape_back_to_it(project, keys, document, quote):
    async with opened(project) as pilot:
        await pilot.press("equals_sign", *keys.split()[:-1])
        await until(lambda: bool(sides(pilot).blocks))
        at = sides(pilot).at
        await pilot.press("enter")
        assert pilot.app.screen is pilot.app.workspace
        assert (pilot.app.workspace.document, selected(pilot)) == (document, quote)
        await pilot.press("escape")
        assert isinstance(pilot.app.screen, CompareScreen)
        await pilot.pause()
        assert sides(pilot).at == at


async def test_any_other_case_can_be_put_on_the_right(project):
    async with opened(project, size=TALL) as pilot:
        await pilot.press("equals_sign", "2")
        await type_text(pilot, "wu")
        await pilot.press("enter")
        await until(lambda: any("liang" in row and "wu" in row for row in shown(pilot)))
        assert "Nobody left." in screen_text(pilot)
        assert "I miss them too." not in screen_text(pilot)


async def test_any_other_case_can_be_put_on_the_left(project):
    async with opened(project) as pilot:
        await pilot.press("equals_sign", "1")
        await type_text(pilot, "wu")
        await pilot.press("enter")
        await until(lambda: "Nobody left." in columns(pilot)[0])


async def test_the_chosen_cases_stay_after_going_to_a_place_and_back(project):
    async with opened(project) as pilot:
        await pilot.press("equals_sign", "2")
        await type_text(pilot, "wu")
        await pilot.press("enter", "enter", "escape")
        await until(lambda: isinstance(pilot.app.screen, CompareScreen))
        assert pilot.app.screen.cases == ["liang", "wu"]


async def test_a_side_without_quotes_on_a_code_is_blank(project):
    async with opened(project, size=TALL) as pilot:
        await pilot.press("equals_sign", "2")
        await type_text(pilot, "wu")
        await pilot.press("enter")
        assert columns(pilot)[1] == "Nobody left. (Wu, visit, 2009-07-01) · c1"


async def test_another_coders_coding_appears_on_its_side(project):
    async with opened(project) as pilot:
        await pilot.press("equals_sign")
        with Session(project, "anna") as anna:
            anna.code("z1", quote="I miss them too.", code="work")
        await until(lambda: any(block.path == "work" for block in sides(pilot).blocks))


async def test_two_cases_stand_side_by_side_at_80_by_24(project):
    async with opened(project, size=(80, 24)) as pilot:
        await pilot.press("equals_sign")
        left, right = columns(pilot)
        assert LONG[:60] in left
        assert "I miss them too." in right


async def test_chinese_quotes_keep_the_columns_apart(project):
    edit(project.transcript("l1"), transcript("小雅：我很想念我的妈妈。\n", title="Talk", case="liang"))
    write_events(project, "c1", "l1", [apply(9, "小雅：我很想念我的妈妈。\n", "我很想念我的妈妈。")])
    async with opened(project) as pilot:
        await pilot.press("equals_sign")
        strip = next(s for s in map(sides(pilot).render_line, range(8)) if "我很想念我的妈妈。" in s.text)
        assert strip.crop(sides(pilot).column_width, sides(pilot).column_width + 3).text == " │ "


@pytest.mark.parametrize("cases", [[], ["liang"]], ids=["no case", "one case"])
async def test_fewer_than_two_cases_are_a_message(tmp_path, cases):
    project = make_project(tmp_path / "p", {"l1": transcript(LIANG, case="liang")}, codes=CODES, cases=cases)
    async with opened(project, document="l1") as pilot:
        await pilot.press("equals_sign")
        await until(lambda: "two cases" in screen_text(pilot).lower())


@pytest.mark.parametrize("keys", ["enter", "j k l h tab", "1 enter", "2 enter", "right_square_bracket"])
async def test_no_key_fails_where_there_is_one_case(tmp_path, keys):
    project = make_project(tmp_path / "p", {"l1": transcript(LIANG, case="liang")}, codes=CODES, cases=["liang"])
    async with opened(project) as pilot:
        await pilot.press("equals_sign", *keys.split())
        assert pilot.app._exception is None
        assert pilot.app.is_running


async def test_a_case_that_has_a_column_already_is_not_offered_for_another(project):
    async with opened(project) as pilot:
        await pilot.press("equals_sign", "2")
        await type_text(pilot, "liang")
        await pilot.press("enter", "escape")
        assert pilot.app.screen.cases == ["liang", "zhao"]


# ------------------------------------------------------------------ more columns, other dimensions


async def chosen(pilot, key, text):
    """Press a key that opens a picker, and take what is typed."""
    await pilot.press(key)
    await type_text(pilot, text)
    await pilot.press("enter")


async def test_a_third_column_can_be_added_and_taken_away(project):
    async with opened(project, size=TALL) as pilot:
        await pilot.press("equals_sign")
        await chosen(pilot, "plus", "wu")
        assert (pilot.app.screen.cases, sides(pilot).count) == (["liang", "zhao", "wu"], 3)
        await until(lambda: any(row.count(" │ ") == 2 and "Nobody left." in row for row in shown(pilot)))
        await pilot.press("tab", "minus")
        assert (pilot.app.screen.cases, sides(pilot).count) == (["liang", "wu"], 2)


async def test_a_column_number_that_is_free_adds_one(project):
    async with opened(project) as pilot:
        await pilot.press("equals_sign")
        await chosen(pilot, "3", "wu")
        assert pilot.app.screen.cases == ["liang", "zhao", "wu"]


async def test_where_all_have_a_column_the_next_is_refused_with_the_reason(project):
    async with opened(project) as pilot:
        await pilot.press("equals_sign")
        await chosen(pilot, "plus", "wu")
        await pilot.press("plus")
        await until(lambda: "There is no other case." in screen_text(pilot))


async def test_there_are_never_fewer_than_two_columns(project):
    async with opened(project) as pilot:
        await pilot.press("equals_sign", "minus")
        assert pilot.app.screen.cases == ["liang", "zhao"]
        assert "fewest" in screen_text(pilot)


async def test_kinds_can_be_compared_instead_of_cases_and_cases_come_back_as_they_were(project):
    async with opened(project, size=TALL) as pilot:
        await pilot.press("equals_sign")
        await chosen(pilot, "2", "wu")
        await chosen(pilot, "d", "kind")
        assert pilot.app.screen.cases == ["chat", "interview"]
        await until(lambda: "I miss them too." in columns(pilot)[0])
        await chosen(pilot, "d", "case")
        assert pilot.app.screen.cases == ["liang", "wu"]


@pytest.mark.parametrize("by", ["document", "month", "coder", "speaker"])
async def test_other_dimensions_open_with_their_first_two(project, by):
    with Session(project, "anna") as anna:
        anna.code("z1", quote="I miss them too.", code="work")
    async with opened(project) as pilot:
        await pilot.press("equals_sign")
        await chosen(pilot, "d", by)
        assert len(pilot.app.screen.cases) == 2
        assert sides(pilot).blocks


@pytest.mark.parametrize(("by", "expected"), [("role", ["mother", "child"]), ("speaker", ["Mother", "Xiaoya"])])
async def test_who_asks_is_not_what_a_comparison_opens_with(tmp_path, by, expected):
    people = [{"id": "r", "name": "R", "role": "Researcher"}, {"id": "m", "name": "Mother", "role": "mother"},
              {"id": "x", "name": "Xiaoya", "role": "child"}]  # fmt: skip
    body = "R: Well?\nMother: I miss them.\nXiaoya: I miss her.\n"
    project = make_project(tmp_path / "q", {"d1": transcript(body)}, participants=people)
    async with opened(project) as pilot:
        await pilot.press("equals_sign")
        await chosen(pilot, "d", by)
        assert pilot.app.screen.cases == expected


async def test_a_dimension_with_too_few_things_says_so(project):
    async with opened(project) as pilot:
        await pilot.press("equals_sign")
        await chosen(pilot, "d", "coder")
        await until(lambda: "There are no two coders to compare." in screen_text(pilot))
        await pilot.press("enter", "j", "f", "o", "b")
        assert pilot.app._exception is None


# ------------------------------------------------------------------ which codes


async def test_o_puts_the_greatest_difference_first_and_the_codebook_order_back(project):
    async with opened(project) as pilot:
        await pilot.press("equals_sign")
        await chosen(pilot, "2", "wu")
        assert paths(pilot) == ["emotion", "emotion/longing", "work"]
        await pilot.press("o")
        assert paths(pilot) == ["work", "emotion", "emotion/longing"]
        await pilot.press("o")
        assert paths(pilot) == ["emotion", "emotion/longing", "work"]


async def test_b_shows_what_both_have_then_what_only_one_has(project):
    async with opened(project) as pilot:
        await pilot.press("equals_sign", "b")
        assert paths(pilot) == ["emotion", "emotion/longing"]
        await pilot.press("b")
        assert paths(pilot) == ["emotion/pride"]
        await pilot.press("b")
        assert paths(pilot) == ["emotion", "emotion/longing", "emotion/pride"]


async def test_what_only_one_has_is_said_in_words_beside_the_heading(project):
    async with opened(project, size=TALL) as pilot:
        await pilot.press("equals_sign")
        assert "only zhao" in shown(pilot)[row_of(pilot, "■ emotion/pride")]
        await chosen(pilot, "plus", "wu")
        assert "not wu" in shown(pilot)[row_of(pilot, "■ emotion/longing")]


async def test_each_code_has_a_sentence_on_who_has_how_much(project):
    async with opened(project, size=(150, 40)) as pilot:
        await pilot.press("equals_sign")
        told = "liang 2 passages in 1 document, zhao 1 in 1; per 1,000 words 43.5 against 142.9: about 3 times as much in zhao"
        assert told in screen_text(pilot)


async def test_an_expression_narrows_the_quotes_and_an_empty_one_brings_them_back(project):
    async with opened(project, size=TALL) as pilot:
        await pilot.press("equals_sign", "slash")
        await type_text(pilot, "kind:chat")
        await pilot.press("enter")
        await until(lambda: "kind:chat" in screen_text(pilot))
        assert "I miss her." not in columns(pilot)[0]
        assert "I miss them too." in columns(pilot)[1]
        await pilot.press("slash")
        pilot.app.screen.query_one("Input").value = ""
        await pilot.press("enter")
        await until(lambda: "I miss her." in columns(pilot)[0])


async def test_a_mistake_in_an_expression_is_told_and_the_quotes_stay(project):
    async with opened(project) as pilot:
        await pilot.press("equals_sign", "slash")
        await type_text(pilot, "kind:")
        await pilot.press("enter")
        await until(lambda: pilot.app._notifications)
        assert paths(pilot) == ["emotion", "emotion/longing", "emotion/pride"]


async def test_an_expression_that_nothing_matches_says_why(project):
    async with opened(project) as pilot:
        await pilot.press("equals_sign", "slash")
        await type_text(pilot, "kind:visit")
        await pilot.press("enter")
        await until(lambda: not sides(pilot).blocks)
        assert "Nothing is coded in these" in screen_text(pilot)


async def test_f_folds_the_block_under_the_cursor_and_unfolds_it(project):
    async with opened(project, size=TALL) as pilot:
        await pilot.press("equals_sign", "f")
        await until(lambda: "▸ ■ emotion/longing" in screen_text(pilot))
        assert "I miss her." not in screen_text(pilot)
        assert "per 1,000 words" in screen_text(pilot)
        await pilot.press("enter")
        await until(lambda: "I miss her." in screen_text(pilot))


async def test_a_folded_theme_takes_its_sub_codes_along(project):
    async with opened(project) as pilot:
        await pilot.press("equals_sign", "left_square_bracket", "f")
        assert paths(pilot) == ["emotion"]
        await pilot.press("f")
        assert paths(pilot) == ["emotion", "emotion/longing", "emotion/pride"]


async def test_fold_all_leaves_headings_and_sentences_and_comes_undone(project):
    async with opened(project) as pilot:
        await pilot.press("equals_sign", "o", "F")
        assert all(block.folded for block in sides(pilot).blocks)
        await pilot.press("F")
        assert not any(block.folded for block in sides(pilot).blocks)


@pytest.mark.parametrize("name", ["c.html", "c.docx", "c.md", "c.csv"])
async def test_what_is_shown_can_be_written_to_a_file(project, tmp_path, name):
    async with opened(project) as pilot:
        await pilot.press("equals_sign", "e")
        pilot.app.screen.query_one("Input").value = str(tmp_path / name)
        await pilot.press("enter")
        await until(lambda: (tmp_path / name).exists())
        assert (tmp_path / name).stat().st_size > 100


# ------------------------------------------------------------------ much of it


def rows_of(count, code):
    """So many quotes of different lengths."""
    return [
        Table(["text", "coding_id", "document", "speaker", "title", "kind", "date", "coder", "anchor", "note"],
              [("so " * (5 + number % 60) + f"{code}-{number}", f"{code}-{number}", "d", "Ann", "T", "talk", "", "c1", "exact", "")])[0]
        for number in range(count)
    ]  # fmt: skip


class Showing(App):
    """The columns alone."""

    def compose(self):
        yield Sides()


@pytest.fixture
async def large():
    """400 codes, four sides, 20,000 quotes."""
    blocks = [
        Block(f"k{number}", f"code {number}", "", [rows_of(12 + number % 2, f"{number}{side}") for side in "abcd"], "Told.")
        for number in range(400)
    ]  # fmt: skip
    app = Showing()
    async with app.run_test(size=(140, 40)) as pilot:
        app.query_one(Sides).show(blocks, 4)
        app.query_one(Sides).focus()
        await pilot.pause()
        yield pilot


async def test_only_the_blocks_in_sight_are_laid_out(large):
    view = sides(large)
    assert sum(len(side) for block in view.blocks for side in block.sides) == 20_000
    assert sum(block.laid_out for block in view.blocks) < 5
    await large.press("end")
    await large.pause()
    assert sum(block.laid_out for block in view.blocks) < 12
    assert "code 399" in screen_text(large)


async def test_going_up_into_what_was_not_seen_yet_does_not_make_lines_jump(large):
    view = sides(large)
    view.scroll_to(y=round(view.virtual_size.height * 0.6), animate=False, force=True)
    await large.pause()
    for _ in range(25):
        before = [row[:138] for row in shown(large)]  # without the scroll bar
        view.scroll_to(y=view.scroll_y - 9, animate=False, force=True)
        await large.pause()
        assert [row[:138] for row in shown(large)][9:] == before[:-9]


async def test_the_columns_of_all_sides_stay_in_step_after_long_jumps(large):
    view = sides(large)
    for key in ("end", "home", "right_square_bracket", "right_square_bracket", "right_square_bracket"):
        await large.press(key)
    await large.pause()
    heading = next(y for y, row in enumerate(shown(large)) if "code 3" in row)
    first = shown(large)[heading + 2]
    assert first.count(" │ ") == 3
    assert all(part.strip().startswith(("so so", "▌ so so")) for part in first.split(" │ "))
    assert view.at.block == 3


@pytest.fixture
def counted_aside(monkeypatch):
    """As in a project with very many codings: a worker counts."""
    monkeypatch.setattr("qualcode.tui.compare._AT_ONCE", 0)


async def test_a_worker_counts_where_there_are_very_many_codings(project, counted_aside):
    async with opened(project, size=TALL) as pilot:
        await pilot.press("equals_sign")
        await until(lambda: paths(pilot) == ["emotion", "emotion/longing", "emotion/pride"])
        await pilot.press("o", "b", "b")
        await until(lambda: paths(pilot) == ["emotion/pride"])


async def test_what_a_worker_counts_follows_changes(project, counted_aside):
    async with opened(project, size=TALL) as pilot:
        await pilot.press("equals_sign")
        await until(lambda: sides(pilot).blocks)
        with Session(project, "anna") as anna:
            anna.code("z1", quote="I miss them too.", code="work")
        await until(lambda: "work" in paths(pilot))


async def test_a_mistake_in_an_expression_that_a_worker_meets_is_told(project, counted_aside):
    async with opened(project) as pilot:
        await pilot.press("equals_sign", "slash")
        await type_text(pilot, "kind:")
        await pilot.press("enter")
        await until(lambda: pilot.app._notifications)
