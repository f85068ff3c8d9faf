"""The compare screen: two cases side by side, every quote in full."""

import pytest
from builders import apply, edit, make_project, transcript, write_events
from screens import opened, screen_text, selected, shown, type_text, until

from qualcode.session import Session
from qualcode.tui.compare import CompareScreen, SideBySide

LONG = "We " + "really " * 40 + "miss them."
LIANG = f"Mother: {LONG}\nXiaoya: I miss her.\n"
ZHAO = "Long: I miss them too. I am proud.\n"
WU = "Wu: Nobody left.\n"
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
    return pilot.app.screen.query_one(SideBySide)


def columns(pilot):
    """The words of the left and of the right column."""
    width = sides(pilot).column_width
    rows = [sides(pilot).render_line(y).text for y in range(sides(pilot).scrollable_content_region.height)]
    split = [(row[:width], row[width + 3 :]) for row in rows if row[width : width + 3] == " │ "]
    return tuple(" ".join(" ".join(side).replace("▌", " ").split()) for side in zip(*split, strict=True))


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
        assert [block.path for block in sides(pilot).blocks] == ["emotion/longing", "emotion/pride"]
        assert row_of(pilot, "emotion/longing") < row_of(pilot, "emotion/pride")


async def test_both_columns_are_in_step(project):
    async with opened(project) as pilot:
        await pilot.press("equals_sign")
        assert row_of(pilot, "We really") == row_of(pilot, "I miss them too.") == row_of(pilot, "emotion/longing") + 1
        assert row_of(pilot, "I am proud.") == row_of(pilot, "emotion/pride") + 1


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
    async with opened(project) as pilot:
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
    async with opened(project) as pilot:
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


async def test_the_same_case_on_both_sides_breaks_nothing(project):
    async with opened(project) as pilot:
        await pilot.press("equals_sign", "2")
        await type_text(pilot, "liang")
        await pilot.press("enter", "j", "l", "enter")
        assert pilot.app._exception is None
