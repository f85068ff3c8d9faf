"""The displays screen: four displays, down to the quotes behind each number and to their places."""

import pytest
from builders import apply, make_project, transcript, write_events
from lxml import etree
from screens import opened, screen_text, selected, told, until
from textual.widgets import Input

from qualcode.session import Session
from qualcode.tui.displays import DisplaysScreen
from qualcode.tui.plot_view import PlotView
from qualcode.tui.quotes import Quotes

LIANG = "Mother: I miss them. We phone.\nXiaoya: I miss her.\n"
ZHAO = "Long: I work. I am proud.\n"


@pytest.fixture
def project(tmp_path):
    project = make_project(
        tmp_path / "p",
        {
            "l1": transcript(LIANG, title="Talk", case="liang", kind="interview", date="2009-01-31"),
            "l2": transcript(LIANG, title="Later", case="liang", kind="interview", date="2009-03-02"),
            "z1": transcript(ZHAO, title="Chat", case="zhao", kind="chat", date="2009-03-07"),
        },
        codes=("emotion", "emotion/longing", "emotion/pride", "work"),
        cases=["liang", "zhao"],
    )
    write_events(project, "c1", "l1", [apply(1, LIANG, "I miss them."), apply(2, LIANG, "I miss her."),
                                       apply(3, LIANG, "I miss them. We phone.", "work")])  # fmt: skip
    write_events(project, "c1", "z1", [apply(4, ZHAO, "I am proud.", "pride"), apply(5, ZHAO, "I work.", "work")])
    return project


def view(pilot):
    return pilot.app.screen.query_one(PlotView)


def quotes(pilot):
    return [row["text"] for row in pilot.app.screen.query_one(Quotes).segments]


def drawn(pilot):
    """Label to what stands beside it, pieces apart."""
    return {row.label: [piece.text.split() for piece in row.pieces] for row in view(pilot).plot.rows}


async def show(pilot, *keys):
    await pilot.press("D", *keys)
    await until(lambda: isinstance(pilot.app.screen, DisplaysScreen) and view(pilot).plot.headers)
    await pilot.pause()


def status(pilot):
    return str(pilot.app.screen.query_one("#status").render())


async def test_d_opens_frequencies_by_case_on_the_screen(project):
    async with opened(project) as pilot:
        await show(pilot)
        rows = {label: [piece[-1] for piece in pieces] for label, pieces in drawn(pilot).items()}
        assert rows == {"emotion": ["2", "1"], "work": ["1", "1"]}
        text = screen_text(pilot)
        assert "liang" in text
        assert "█" in text
        assert "emotion × liang: 2 codings in 2 documents, 16 words" in status(pilot)


async def test_two_shows_codes_over_time_with_no_data_apart_from_zero(project):
    async with opened(project) as pilot:
        await show(pilot, "2")
        assert drawn(pilot)["emotion"] == [["█2"], ["░░"], ["0"], ["░░"], ["░░"], ["▄1"]]
        assert "Jan" in screen_text(pilot)
        await pilot.press("l")
        assert "liang × 2009-02: no data" in status(pilot)


async def test_d_goes_through_periods_and_p_to_rates(project):
    async with opened(project) as pilot:
        await show(pilot, "2", "d")
        assert drawn(pilot)["emotion"] == [["█2"], ["▄1"]]
        await pilot.press("p")
        assert drawn(pilot)["emotion"] == [["▅125.0"], ["█200.0"]]


async def test_t_shows_codes_instead_of_themes(project):
    async with opened(project) as pilot:
        await show(pilot, "t")
        assert list(drawn(pilot)) == ["emotion", "longing", "pride", "work"]


async def test_enter_on_a_bar_lists_its_quotes_then_goes_to_the_place_and_back_to_the_same_bar(project):
    async with opened(project) as pilot:
        await show(pilot, "2", "end", "l", "l", "l", "l", "l", "enter")
        assert quotes(pilot) == ["I work."]
        await pilot.press("enter")
        assert pilot.app.screen is pilot.app.workspace
        assert (pilot.app.workspace.document, selected(pilot)) == ("z1", "I work.")
        await pilot.press("escape")
        assert isinstance(pilot.app.screen, DisplaysScreen)
        await pilot.pause()
        assert view(pilot).piece.key == ("zhao", "work", 2)
        await pilot.press("escape")
        assert view(pilot).has_focus
        assert view(pilot).piece.key == ("zhao", "work", 2)
        await pilot.press("escape")
        assert pilot.app.screen is pilot.app.workspace


async def test_every_bar_of_the_frequencies_lists_as_many_quotes_as_its_number_says(project):
    async with opened(project) as pilot:
        await show(pilot, "t")
        for row, shown in enumerate(view(pilot).plot.rows):
            for at, piece in enumerate(shown.pieces):
                number = int(piece.text.split()[-1])
                view(pilot).go(row, at)
                await pilot.press("enter")
                if number:
                    assert len(quotes(pilot)) == number
                    await pilot.press("escape")
                else:
                    assert "Nothing is coded here" in status(pilot)


async def test_three_lists_pairs_and_enter_the_quotes_where_they_meet(project):
    async with opened(project) as pilot:
        await show(pilot, "3", "t")
        assert {label: pieces[0][1] for label, pieces in drawn(pilot).items()} == {"longing – work": "1"}
        await pilot.press("enter")
        assert sorted(quotes(pilot)) == ["I miss them.", "I miss them. We phone."]


async def test_d_changes_what_together_means(project):
    async with opened(project) as pilot:
        await show(pilot, "3", "t", "d")
        assert "same-turn" in screen_text(pilot)
        assert list(drawn(pilot)) == ["longing – work", "pride – work"]


async def test_four_shows_the_codeline_of_the_document_and_enter_goes_to_the_place(project):
    async with opened(project, document="l1") as pilot:
        await show(pilot, "4")
        assert list(drawn(pilot)) == ["Mother", "Xiaoya", "emotion", "longing", "work"]
        await pilot.press("end", "k", "l")
        assert "longing: line 2, Xiaoya, c1" in status(pilot)
        await pilot.press("enter")
        assert selected(pilot) == "I miss her."
        await pilot.press("escape")
        await pilot.pause()
        assert "longing: line 2" in status(pilot)


async def test_a_filter_is_typed_and_one_that_cannot_be_read_changes_nothing(project):
    async with opened(project) as pilot:
        await show(pilot)
        await pilot.press("slash")
        pilot.app.screen.query_one(Input).value = "kind:chat"
        await pilot.press("enter")
        assert {label: [piece[-1] for piece in pieces] for label, pieces in drawn(pilot).items()} == {
            "emotion": ["–", "1"], "work": ["–", "1"],
        }  # fmt: skip
        await pilot.press("slash")
        pilot.app.screen.query_one(Input).value = "kind:chat and ("
        await pilot.press("enter")
        assert "cannot be read" in told(pilot)
        assert "· kind:chat" in screen_text(pilot)


@pytest.mark.parametrize(
    "keys", [(), ("2",), ("3", "t"), ("4",)], ids=["frequencies", "timeline", "network", "codeline"]
)
async def test_e_exports_what_is_seen_as_a_picture(project, tmp_path, keys):
    async with opened(project, document="l1") as pilot:
        await show(pilot, *keys)
        await pilot.press("e")
        pilot.app.screen.query_one(Input).value = str(tmp_path / "picture.svg")
        await pilot.press("enter")
        assert "Wrote" in told(pilot)
        assert etree.parse(tmp_path / "picture.svg").getroot().get("role") == "img"


async def test_e_exports_numbers_where_the_file_ends_in_csv(project, tmp_path):
    async with opened(project) as pilot:
        await show(pilot)
        await pilot.press("e")
        pilot.app.screen.query_one(Input).value = str(tmp_path / "numbers.csv")
        await pilot.press("enter")
        assert (tmp_path / "numbers.csv").read_text("utf-8-sig").splitlines()[1].startswith("liang,emotion,2,")


async def test_an_export_that_cannot_be_written_is_a_message(project, tmp_path):
    (tmp_path / "file").write_text("")
    async with opened(project) as pilot:
        await show(pilot)
        await pilot.press("e")
        pilot.app.screen.query_one(Input).value = str(tmp_path / "file" / "x.svg")
        await pilot.press("enter")
        await until(lambda: "x.svg" in told(pilot))
        assert pilot.app.is_running


async def test_another_coders_coding_is_counted_without_leaving_the_screen(project):
    async with opened(project) as pilot:
        await show(pilot)
        with Session(project, "anna") as anna:
            anna.code("l1", quote="We phone.", code="work")
        await until(lambda: [piece[-1] for piece in drawn(pilot)["work"]] == ["2", "1"])


async def test_a_click_moves_the_cursor_and_a_second_click_opens_the_quotes(project):
    async with opened(project) as pilot:
        await show(pilot)
        shown = view(pilot)
        piece = shown.plot.rows[1].pieces[1]
        inset = shown.content_region.offset - shown.region.offset
        offset = (shown._label_width + piece.x + inset.x, 2 + inset.y)
        await pilot.click(shown, offset=offset)
        assert shown.piece.key == ("zhao", "work", 0)
        await pilot.click(shown, offset=offset)
        await until(lambda: quotes(pilot) == ["I work."])


async def test_a_project_without_documents_or_codings_says_so(tmp_path):
    async with opened(make_project(tmp_path / "p")) as pilot:
        await show(pilot)
        for key in ("2", "3", "4", "1"):
            await pilot.press(key, "enter", "j", "l")
            assert "Nothing is coded yet." in status(pilot) or "No document" in status(pilot)


async def test_a_display_wider_than_the_screen_scrolls_to_its_bar(tmp_path):
    cases = [f"case-{number:02d}" for number in range(30)]
    documents = {
        f"d{n}": transcript("Mei: Rain.\n", case=case, date=f"2009-{n % 12 + 1:02d}-01") for n, case in enumerate(cases)
    }
    project = make_project(tmp_path / "p", documents, codes=[f"code-{n:02d}" for n in range(60)], cases=cases)
    write_events(project, "c1", "d25", [apply(1, "Mei: Rain.\n", "Rain.", "code-50")])
    async with opened(project, size=(80, 24)) as pilot:
        await show(pilot, "2")
        view(pilot).go(50, 25 * 12 + 1)
        await pilot.pause()
        await until(lambda: "case-25" in screen_text(pilot) and "█1" in screen_text(pilot))
        assert "code-50" in screen_text(pilot)


@pytest.mark.parametrize("name", ["d.pdf", "d.png", "d"])
async def test_an_ending_in_which_no_display_is_written_is_refused(project, tmp_path, name):
    async with opened(project) as pilot:
        await show(pilot)
        await pilot.press("e")
        pilot.app.screen.query_one(Input).value = str(tmp_path / name)
        await pilot.press("enter")
        await until(lambda: ".svg, .html or .csv" in told(pilot))
    assert not (tmp_path / name).exists()
