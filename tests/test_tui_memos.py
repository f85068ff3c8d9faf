"""Memos in the interface: read, written, filtered, their links followed, and the signs in the margin."""

from contextlib import contextmanager

import pytest
from builders import apply, edit, make_project, transcript, write_events
from screens import field, opened, pick, screen_text, selected, status, type_text, until

from qualcode.session import Session
from qualcode.tui.codebook import CodebookScreen
from qualcode.tui.compare import CompareScreen
from qualcode.tui.matrix import MatrixScreen
from qualcode.tui.memo_text import MemoEditor, MemoReader
from qualcode.tui.memos import MemosScreen
from qualcode.tui.workspace import Workspace

BODY = "Mei: I miss her.\nLing: I sew.\nMei: 我想她。\n"


@pytest.fixture
def project(tmp_path):
    found = make_project(
        tmp_path / "p",
        {"d1": transcript(BODY, title="At home", case="liang", speakers=["Mei", "Ling"]),
         "d2": transcript("Long: Yes.\n", title="Noon", case="zhao")},
        codes=("emotion", "emotion/longing", "work"), cases=["liang", "zhao"],
    )  # fmt: skip
    write_events(found, "c1", "d1", [apply(1, BODY, "I miss her"), apply(2, BODY, "I sew", "work")])
    with Session(found, "c1") as session:
        session.new_memo("On her", "case:liang", "analytic", "See [[d1#0002]], [[code:longing|it]], [[case:zhao]].\n"
                         "And [[memo:plan]], [[d1#L3]], [[code:nix]].", day="2009-02-01")  # fmt: skip
        session.new_memo("Plan", "project", "to-do", "Nothing yet.", day="2009-01-01")
    return found


def reader(pilot):
    return pilot.app.screen.query_one(MemoReader)


def listed(pilot):
    return [row["memo"] for row in pilot.app.screen._rows]


def body_of(project, name):
    return project.memo(name).read_text("utf-8").split("---\n", 2)[2]


def said(pilot):
    """The line at the bottom of the memos screen and the notifications that stand."""
    notes = [note.message for note in pilot.app._notifications]
    return "\n".join([str(pilot.app.screen.query_one("#status").render()), *notes])


async def write(pilot, text):
    """Type into the editor that is open, and save."""
    assert isinstance(pilot.app.screen, MemoEditor)
    await type_text(pilot, text)
    await pilot.press("ctrl+s")
    await pilot.pause()


# ------------------------------------------------------------------ reading and finding


async def test_w_lists_the_memos_and_shows_the_first_in_full(project):
    async with opened(project) as pilot:
        await pilot.press("W")
        assert listed(pilot) == ["on-her", "plan"]
        assert "See [[d1#0002]]" in screen_text(pilot)
        assert "analytic · case:liang · 2009-02-01 · c1" in screen_text(pilot)
        await pilot.press("j")
        await until(lambda: "Nothing yet." in screen_text(pilot))
        await pilot.press("escape")
        assert isinstance(pilot.app.screen, Workspace)


async def test_typing_after_a_slash_narrows_the_list_and_escape_shows_all(project):
    async with opened(project) as pilot:
        await pilot.press("W", "slash", *"yet")
        await until(lambda: listed(pilot) == ["plan"])
        await pilot.press("enter")
        await pilot.press("escape")
        await until(lambda: listed(pilot) == ["on-her", "plan"])
        assert isinstance(pilot.app.screen, MemosScreen)


async def test_t_goes_through_the_kinds(project):
    async with opened(project) as pilot:
        await pilot.press("W", "t")
        assert listed(pilot) == ["on-her"]
        await pilot.press("t")
        assert listed(pilot) == ["plan"]
        await pilot.press("t")
        assert listed(pilot) == ["on-her", "plan"]


async def test_a_memo_written_elsewhere_appears_at_once(project):
    async with opened(project) as pilot:
        await pilot.press("W")
        edit(project.memo("third"), "---\ntitle: Third\ndate: 2020-01-01\n---\nFrom an editor.\n")
        await until(lambda: "third" in listed(pilot), 5)


async def test_control_characters_are_shown_as_signs(project):
    edit(project.memo("plan"), '---\ntitle: "a\\e]0;x"\n---\n\x1b]0;evil\x07 \u2028 end\n')
    async with opened(project) as pilot:
        await pilot.press("W", "end")
        await until(lambda: "␛]0;evil␇" in screen_text(pilot))
        assert "\x1b" not in screen_text(pilot)


async def test_without_memos_the_screen_says_how_to_begin(tmp_path):
    async with opened(make_project(tmp_path / "p", {"d1": transcript(BODY)})) as pilot:
        await pilot.press("W")
        assert "a writes one" in screen_text(pilot)
        await pilot.press("e", "d", "bracketright", "f", "t", "u")
        assert isinstance(pilot.app.screen, MemosScreen)


@pytest.mark.parametrize("size", [(40, 10), (84, 24), (200, 50)])
async def test_the_screen_fits_terminals_of_all_sizes(project, size):
    async with opened(project, size=size) as pilot:
        await pilot.press("W")
        assert "On her" in screen_text(pilot)


# ------------------------------------------------------------------ writing


async def test_a_new_memo_is_asked_about_written_and_undone(project):
    async with opened(project) as pilot:
        await pilot.press("W")
        await pick(pilot, "a", "longing")
        await type_text(pilot, "reflexive")
        await pilot.press("enter")
        await type_text(pilot, "My own longing")
        await pilot.press("enter")
        await write(pilot, "中文 text")
        found = project.memo("my-own-longing").read_text("utf-8")
        assert "about: {code: longing}\nkind: reflexive" in found
        assert found.endswith("---\n中文 text\n")
        assert listed(pilot)[0] == "my-own-longing"
        await pilot.press("u")
        await until(lambda: not project.memo("my-own-longing").exists())
        await until(lambda: "my-own-longing" not in listed(pilot))


async def test_e_edits_and_ctrl_s_saves(project):
    async with opened(project) as pilot:
        await pilot.press("W", "end", "e")
        await write(pilot, "First. ")
        assert body_of(project, "plan") == "First. Nothing yet.\n"
        await until(lambda: "First. Nothing yet." in screen_text(pilot), what=screen_text(pilot))


async def test_enter_edits_where_no_link_is_lit(project):
    async with opened(project) as pilot:
        await pilot.press("W", "end", "enter")
        assert isinstance(pilot.app.screen, MemoEditor)
        await pilot.press("escape")
        assert isinstance(pilot.app.screen, MemosScreen)


async def test_escape_asks_before_what_was_typed_is_thrown_away(project):
    async with opened(project) as pilot:
        await pilot.press("W", "end", "e", "x", "escape")
        assert "y throws away" in screen_text(pilot)
        await pilot.press("n", "z")
        assert field(pilot).text == "xzNothing yet.\n"
        await pilot.press("escape", "y")
        assert isinstance(pilot.app.screen, MemosScreen)
        assert body_of(project, "plan") == "Nothing yet.\n"


async def test_what_was_typed_stays_when_saving_is_refused(project):
    async with opened(project) as pilot:
        await pilot.press("W", "end", "e")
        edit(project.memo("plan"), "---\ntitle: Plan\n---\nBy hand.\n")
        await write(pilot, "Mine. ")
        assert isinstance(pilot.app.screen, MemoEditor)
        assert field(pilot).text == "Mine. Nothing yet.\n"
        assert any("changed on disk meanwhile" in note.message for note in pilot.app._notifications)
        assert body_of(project, "plan") == "By hand.\n"


async def test_signs_that_break_lines_elsewhere_survive_an_edit(project):
    text = "a\u2028b\x0cc\x85d\n"
    edit(project.memo("plan"), f"---\ntitle: Plan\n---\n{text}")
    async with opened(project) as pilot:
        await pilot.press("W", "end", "e")
        await write(pilot, "x")
        assert body_of(project, "plan") == f"x{text}"


async def test_d_deletes_after_asking_and_u_brings_it_back(project):
    before = project.memo("plan").read_bytes()
    async with opened(project) as pilot:
        await pilot.press("W", "end", "d", "n")
        assert project.memo("plan").exists()
        await pilot.press("d", "y")
        await pilot.pause()
        assert "Deleted" in str(pilot.app.screen._status.render())
        await until(lambda: not project.memo("plan").exists())
        await pilot.press("u")
        await until(lambda: project.memo("plan").exists())
        assert project.memo("plan").read_bytes() == before
        await pilot.press("ctrl+r")
        await until(lambda: not project.memo("plan").exists())


@pytest.fixture
def editor(monkeypatch, tmp_path):
    """A script as the user's editor; the test's app has no terminal to give away. As Textual's own, this one takes the
    terminal back only where the block ends without an exception; `resumed` counts that."""

    @contextmanager
    def suspend(_app):
        yield
        become.resumed += 1

    monkeypatch.setattr("qualcode.tui.app.QualcodeApp.suspend", suspend)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def become(script):
        become.resumed = 0
        path = tmp_path / "editor"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        monkeypatch.setenv("VISUAL", str(path))

    return become


async def test_capital_e_edits_in_the_users_editor(project, editor):
    editor('printf "outside" > "$1"')
    async with opened(project) as pilot:
        await pilot.press("W", "end", "E")
        await until(lambda: body_of(project, "plan") == "outside\n")
        await until(lambda: "outside" in screen_text(pilot))


async def test_an_editor_that_fails_changes_nothing_and_says_where_the_text_is(project, editor, tmp_path):
    editor('printf "typed" > "$1"; exit 1')
    async with opened(project) as pilot:
        await pilot.press("W", "end", "E")
        await until(lambda: "ended with status 1" in said(pilot))
        assert editor.resumed == 1
        (path,) = tmp_path.rglob(".qualcode/editing/*/text.md")
        assert path.read_text() == "typed"
        assert body_of(project, "plan") == "Nothing yet.\n"


async def test_a_missing_editor_is_said(project, monkeypatch, editor):
    editor("true")
    monkeypatch.setenv("VISUAL", "no-such-editor")
    async with opened(project) as pilot:
        await pilot.press("W", "end", "E")
        await until(lambda: "no-such-editor" in said(pilot))


# ------------------------------------------------------------------ links


async def test_a_link_to_a_coding_goes_to_its_place_and_escape_comes_back(project):
    async with opened(project, document="d2") as pilot:
        await pilot.press("W", "right_square_bracket")
        assert "work on “I sew” in d1" in said(pilot)
        await pilot.press("f")
        assert isinstance(pilot.app.screen, Workspace)
        assert selected(pilot) == "I sew"
        await pilot.press("escape")
        await until(lambda: isinstance(pilot.app.screen, MemosScreen))
        assert pilot.app.workspace.document == "d2"


@pytest.mark.parametrize(
    ("presses", "screen", "text"),
    [(2, CodebookScreen, "longing"), (3, CompareScreen, "zhao")],
    ids=["code", "case"],
)
async def test_links_to_codes_and_cases_lead_there_and_back(project, presses, screen, text):
    async with opened(project) as pilot:
        await pilot.press("W", *["n"] * presses, "f")
        await until(lambda: isinstance(pilot.app.screen, screen) and text in screen_text(pilot))
        await pilot.pause()
        if screen is CodebookScreen:
            assert pilot.app.screen.code.id == "longing"
        else:
            assert pilot.app.screen.cases[0] == "zhao"
        await pilot.press("escape")
        assert isinstance(pilot.app.screen, MemosScreen)


async def test_a_link_to_a_memo_shows_it_and_escape_shows_the_first_again(project):
    async with opened(project) as pilot:
        await pilot.press("W", "n", "n", "n", "n", "enter")
        await until(lambda: "Nothing yet." in screen_text(pilot))
        await pilot.press("escape")
        await until(lambda: "See [[d1#0002]]" in screen_text(pilot))
        assert isinstance(pilot.app.screen, MemosScreen)


async def test_links_go_round_and_a_dead_one_says_so(project):
    async with opened(project) as pilot:
        await pilot.press("W", "N")
        assert "No code is called 'nix'" in said(pilot)
        await pilot.press("f")
        assert isinstance(pilot.app.screen, MemosScreen)
        await pilot.press("n", "n", "N", "N", "N")
        assert reader(pilot).link.target == "d1"
        assert reader(pilot).link.place == "L3"
        await pilot.press("f")
        assert selected(pilot) == "Mei: 我想她。"


# ------------------------------------------------------------------ in the transcript


async def test_the_margin_shows_codings_and_lines_that_memos_point_to(project):
    async with opened(project, document="d1") as pilot:
        rows = screen_text(pilot).split("\n")
        assert any("work¶" in row for row in rows)
        assert any("longing" in row and "longing¶" not in row for row in rows)
        assert any("3¶" in row for row in rows)


async def test_the_signs_follow_what_memos_say(project):
    async with opened(project, document="d1") as pilot:
        edit(project.memo("on-her"), "---\ntitle: On her\n---\n[[d1#0001]] [[d1#L2]]\n")
        await until(lambda: "longing¶" in screen_text(pilot), 5)
        assert "work¶" not in screen_text(pilot)
        assert "2¶" in screen_text(pilot)


async def test_y_copies_the_link_of_the_coding_here(project):
    async with opened(project, document="d1") as pilot:
        await pilot.press("y")
        assert pilot.app.clipboard == "[[d1#0001]]"
        assert "[[d1#0001]]" in status(pilot)
        await pilot.press("end", "y")
        assert pilot.app.clipboard.startswith("[[d1#L")


async def test_capital_k_writes_a_memo_about_the_coding_here(project):
    async with opened(project, document="d1") as pilot:
        await pilot.press("K")
        await pilot.press("enter")
        assert field(pilot).value == "longing"
        await type_text(pilot, " at the door")
        await pilot.press("enter")
        await write(pilot, "Why?")
        assert "about: {document: d1, coding: '000000000000000001'}" in project.memo("longing-at-the-door").read_text()
        assert body_of(project, "longing-at-the-door") == "[[d1#0001]] “I miss her”\n\nWhy?\n"
        await until(lambda: "longing¶" in screen_text(pilot))
        assert "1 memo (W)" in screen_text(pilot)
        await pilot.press("u")
        await until(lambda: "longing¶" not in screen_text(pilot))
        assert not project.memo("longing-at-the-door").exists()


async def test_a_note_on_a_coding_keeps_its_sign(project):
    async with opened(project, document="d1") as pilot:
        await pilot.press("right_square_bracket", "right_square_bracket", "m", *"hm", "enter")
        await until(lambda: "work*¶" in screen_text(pilot))


async def test_k_in_the_matrix_writes_the_memo_of_the_cell_and_opens_it_again(project):
    async with opened(project, document="d1") as pilot:
        await pilot.press("M", "j", "K")
        await pilot.press("enter", "enter")
        await write(pilot, "In short.")
        assert isinstance(pilot.app.screen, MatrixScreen)
        memo = project.memo("longing-liang").read_text()
        assert "about: {case: liang, code: longing}\nkind: summary" in memo
        await pilot.press("K")
        await until(lambda: isinstance(pilot.app.screen, MemosScreen) and "In short." in screen_text(pilot))
        await pilot.press("escape")
        assert isinstance(pilot.app.screen, MatrixScreen)


async def test_an_open_project_shows_the_memo_that_another_place_asks_for(project):
    async with opened(project, document="d1") as pilot:
        pilot.app.show_memo("plan")
        await until(lambda: isinstance(pilot.app.screen, MemosScreen) and "Nothing yet." in screen_text(pilot))
