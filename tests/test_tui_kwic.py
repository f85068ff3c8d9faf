"""The concordance screen: words aligned as they are found, to their places and back, coded in one step."""

import pytest
from builders import apply, edit, make_project, transcript, write_events
from screens import codings, field, opened, pick, screen_text, selected, shown, type_text, until

from qualcode.session import Session
from qualcode.tui.hit_lines import HitLines
from qualcode.tui.kwic import KwicScreen

D1 = "Mother: I rang home. Nobody was home.\n\nLing: 我想妈妈，妈妈不在。 Mother is far. Come home.\n"
D2 = "Bo: We stay home, home is here.\n\nMother: Hm.\n"


@pytest.fixture
def project(tmp_path):
    return make_project(
        tmp_path / "p",
        {"d1": transcript(D1, title="One", case="zhao"), "d2": transcript(D2, title="Two")},
        cases=["zhao"],
    )


def hits(pilot):
    return pilot.app.screen.query_one(HitLines)


def line(pilot):
    found = hits(pilot).line
    return found and (found.document, found.start)


async def look(pilot, words):
    """Open the concordance, type words, and go down to the hits."""
    await pilot.press("X")
    await until(lambda: isinstance(pilot.app.screen, KwicScreen))
    await type_text(pilot, words)
    await pilot.press("enter")
    await until(lambda: hits(pilot).found or "Nobody says" in screen_text(pilot))
    await pilot.pause()


async def test_x_opens_the_concordance_and_escape_leads_back(project):
    async with opened(project) as pilot:
        await pilot.press("X")
        await until(lambda: "Concordance" in screen_text(pilot))
        await pilot.press("escape")
        assert pilot.app.screen is pilot.app.workspace


async def test_hits_appear_while_words_are_typed_and_stand_one_below_another(project):
    async with opened(project) as pilot:
        await pilot.press("X")
        await type_text(pilot, "hom")
        await until(lambda: "5 hits in 2 documents" in screen_text(pilot))
        rows = [row for row in shown(pilot) if ("d1:" in row or "d2:" in row) and "Come" not in row]
        at = rows[0].index("hom")
        assert [row[at : at + 3] for row in rows] == ["hom"] * 4
        await type_text(pilot, "x")
        await until(lambda: "Nobody says “homx”" in screen_text(pilot))


async def test_chinese_stands_aligned_by_the_columns_it_takes(project):
    async with opened(project) as pilot:
        await look(pilot, "妈妈")
        first, second = (row for row in shown(pilot) if "d1:3" in row)
        from qualcode.core.visible import columns

        assert columns(first[: first.index("妈妈")]) == columns(second[: second.index("妈妈，妈妈") + 3])


async def test_enter_goes_to_the_place_and_escape_returns_to_the_same_hit(project):
    async with opened(project, document="d2") as pilot:
        await look(pilot, "home")
        await pilot.press("j")
        here = line(pilot)
        await pilot.press("enter")
        assert (pilot.app.workspace.document, selected(pilot)) == ("d1", "home")
        assert pilot.app.workspace.transcript.selection.start == D1.index("home", 20)
        await pilot.press("escape")
        assert isinstance(pilot.app.screen, KwicScreen)
        assert line(pilot) == here == ("d1", D1.index("home", 20))


async def test_all_hits_but_those_marked_out_are_coded_in_one_step_that_u_takes_back(project):
    async with opened(project) as pilot:
        await look(pilot, "home")
        await pilot.press("j", "space")
        await until(lambda: "1 marked out" in screen_text(pilot))
        await pick(pilot, "c", "longing")
        await until(lambda: "Coded: emotion/longing on 3 passages in 2 documents" in screen_text(pilot))
        assert [quote for quote, _, _ in codings(project)] == ["I rang home.", "Come home."]
        assert [quote for quote, _, _ in codings(project, document="d2")] == ["We stay home, home is here."]
        await pilot.press("u")
        await until(lambda: "Undid" in screen_text(pilot))
        assert codings(project) + codings(project, document="d2") == []


async def test_the_unit_that_is_coded_can_be_chosen(project):
    async with opened(project) as pilot:
        await look(pilot, "far")
        await pilot.press("w")
        await until(lambda: "c codes the turn of each" in screen_text(pilot))
        await pick(pilot, "c", "work")
        await until(lambda: "Coded: work on 1 passage" in screen_text(pilot))
        assert [quote for quote, _, _ in codings(project)] == ["我想妈妈，妈妈不在。 Mother is far. Come home."]


async def test_a_hit_that_has_the_code_already_is_not_coded_again(project):
    with Session(project, "c1") as session:
        session.code("d1", *span("I rang home."), "work")
    async with opened(project) as pilot:
        await look(pilot, "rang")
        await pick(pilot, "c", "work")
        await until(lambda: "work on 0 passages (1 had it from you already)" in screen_text(pilot))
        assert len(codings(project)) == 1


def span(words):
    return D1.index(words), D1.index(words) + len(words)


async def test_the_codes_at_a_hit_are_shown_and_follow_what_is_coded(project):
    write_events(project, "c2", "d1", [apply(1, D1, "rang home", "work")])
    async with opened(project, size=(130, 24)) as pilot:
        await look(pilot, "rang")
        await until(lambda: any("d1:1" in row and "work" in row for row in shown(pilot)))
        await pick(pilot, "c", "longing")
        await until(lambda: any("d1:1" in row and "longing" in row for row in shown(pilot)))


async def test_hits_are_sorted_by_the_words_after_with_the_cursor_on_the_same_hit(project):
    async with opened(project) as pilot:
        await look(pilot, "home")
        here = line(pilot)
        await pilot.press("s", "s")
        await until(lambda: "by the words after" in screen_text(pilot))
        assert [found.right.strip(" .,") for found in hits(pilot).found][-3:] == [
            "home is here", "is here", "Nobody was home",
        ]  # fmt: skip
        assert line(pilot) == here


async def test_whole_words_only(project):
    async with opened(project) as pilot:
        await look(pilot, "her")
        assert len(hits(pilot).found) == 2
        await pilot.press("t")
        await until(lambda: not hits(pilot).found)


async def test_what_others_change_in_a_text_is_found_anew(project):
    async with opened(project) as pilot:
        await look(pilot, "home")
        edit(project.transcript("d2"), transcript("Bo: We stay.\n", title="Two"))
        await until(lambda: "3 hits in 1 document" in screen_text(pilot), 8)


async def test_a_concordance_can_be_asked_for_from_elsewhere(project):
    async with opened(project) as pilot:
        pilot.app.show_concordance("home", "zhao")
        await until(lambda: "3 hits in 1 document · only zhao" in screen_text(pilot))
        pilot.app.show_concordance("home")
        await until(lambda: "5 hits in 2 documents" in screen_text(pilot))
        assert "only" not in screen_text(pilot)


async def test_a_tab_leads_from_the_hits_to_the_words_and_back(project):
    async with opened(project) as pilot:
        await look(pilot, "home")
        await pilot.press("tab")
        assert field(pilot).has_focus
        await pilot.press("escape")
        assert hits(pilot).has_focus


async def test_hostile_text_is_shown_as_signs(tmp_path):
    project = make_project(tmp_path / "p", {"d1": transcript("Bo: \x1b]0;owned\x07 home\n")})
    async with opened(project) as pilot:
        await look(pilot, "home")
        await until(lambda: "␛]0;owned" in screen_text(pilot))


async def test_help_explains_the_concordance_first_there(project):
    async with opened(project) as pilot:
        await look(pilot, "home")
        await pilot.press("question_mark")
        await until(lambda: "leave a hit out" in screen_text(pilot))
