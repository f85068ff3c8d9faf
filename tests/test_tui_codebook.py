"""The codebook screen: the keys of a researcher, and what then stands on disk."""

import pytest
from builders import DECOMPOSED, FAMILY, apply, edit, events_on_disk, make_project, transcript, write_events
from screens import codings, opened, pick, screen_text, selected, shown, told, type_text, until

from qualcode.files.project_files import read_codebook
from qualcode.session import Session

BODY = "Mei: I miss her. I miss him.\n\nThe rain came.\nLing: I sew shoes. 我想妈妈。\nMei: It rains.\n"
CODES = {
    "emotion": {"definition": "Any feeling."},
    "emotion/longing": {"key": 1, "definition": "Wanting someone who is away."},
    "emotion/pride": {},
    "work": {"key": 2},
}


@pytest.fixture
def project(tmp_path):
    project = make_project(
        tmp_path / "p",
        {
            "d1": transcript(BODY, title="At home", case="liang"),
            "d2": transcript("Zhao: The field is dry.\n", case="zhao"),
        },
        codes=CODES,
        cases=["liang", "zhao"],
    )
    write_events(
        project, "c1", "d1", [apply(1, BODY, "I miss her.", "longing"), apply(2, BODY, "I sew shoes.", "work")]
    )
    write_events(
        project, "c2", "d1", [apply(11, BODY, "I miss her.", "longing"), apply(12, BODY, "I miss him.", "longing")]
    )
    return project


def book_of(project):
    book, problems = read_codebook(project.codebook_yaml)
    assert not problems
    return book


def paths(project):
    book = book_of(project)
    return [book.path(code.id) for code in book.live]


async def visit(pilot, code=""):
    """Open the codebook screen, the cursor on a code."""
    await pilot.press("C")
    await until(lambda: pilot.app.screen.query("#grid"))
    await pilot.pause()
    if code:
        pilot.app.screen.point_to(code)
        await pilot.pause()


def labels(pilot):
    return [row.label for row in pilot.app.screen._grid.grid_rows]


def row_of(pilot, code):
    screen = pilot.app.screen
    row = next(row for row in screen._grid.grid_rows if row.key == code)
    return dict(zip(screen._grid.headers, row.values, strict=True))


def entry_text(pilot):
    return str(pilot.app.screen._entry.render())


def says(pilot):
    return str(pilot.app.screen.query_one("#status").render())


# ------------------------------------------------------------------------------------ looking


async def test_the_tree_shows_own_counts_those_with_sub_codes_and_each_coders(project):
    async with opened(project) as pilot:
        await visit(pilot)
        assert labels(pilot) == ["emotion", "1 longing", "pride", "2 work"]
        assert row_of(pilot, "emotion") == {"own": 0, "all": 3, "c1": 1, "c2": 2, "docs": 1, "cases": 1}
        assert "4 codes" in screen_text(pilot)


async def test_the_entry_of_the_code_under_the_cursor_stands_beside_the_tree(project):
    async with opened(project) as pilot:
        await visit(pilot)
        await pilot.press("j")
        assert "Wanting someone who is away." in entry_text(pilot)
        assert "c1 1 · c2 2" in entry_text(pilot)


async def test_typing_filters_by_name_path_and_definition(project):
    async with opened(project) as pilot:
        await visit(pilot)
        await pilot.press("slash", *"away")
        assert labels(pilot) == ["emotion", "1 longing"]
        await pilot.press("enter", "j")
        assert pilot.app.screen.code.id == "longing"
        await pilot.press("escape")
        assert len(labels(pilot)) == 4


async def test_a_filter_that_fits_nothing_says_so_and_can_be_left(project):
    async with opened(project) as pilot:
        await visit(pilot)
        await pilot.press("slash", *"zz")
        assert (labels(pilot), says(pilot)) == ([], "Nothing fits.")
        await pilot.press("enter", "r", "e", "m", "x", "s", "p", "c", "f", "enter", "z", "greater_than_sign")
        await pilot.press("escape")
        assert len(labels(pilot)) == 4
        assert paths(project) == ["emotion", "emotion/longing", "emotion/pride", "work"]


async def test_chinese_is_filtered_too(project):
    with Session(project, "c1") as session:
        session.rename_code("pride", "骄傲")
    async with opened(project) as pilot:
        await visit(pilot)
        await pilot.press("slash")
        await type_text(pilot, "骄")
        assert labels(pilot) == ["emotion", "骄傲"]


async def test_a_code_folds_and_unfolds(project):
    async with opened(project) as pilot:
        await visit(pilot)
        await pilot.press("f")
        assert labels(pilot) == ["emotion", "2 work"]
        await pilot.press("space")
        assert len(labels(pilot)) == 4
        await pilot.press("j", "f")  # on a sub-code its parent folds
        assert labels(pilot) == ["emotion", "2 work"]
        await pilot.press("F")
        assert len(labels(pilot)) == 4


async def test_folding_on_a_leaf_at_the_top_does_nothing(project):
    async with opened(project) as pilot:
        await visit(pilot, "work")
        await pilot.press("f")
        assert len(labels(pilot)) == 4


async def test_enter_lists_the_quotes_goes_to_the_place_and_escape_comes_back(project):
    async with opened(project) as pilot:
        await visit(pilot, "longing")
        await pilot.press("right", "enter")  # all
        await until(lambda: pilot.app.screen._quotes is not None and pilot.app.screen._quotes.has_focus)
        assert "3 quotes" in screen_text(pilot)
        await pilot.press("end", "enter")
        await until(lambda: pilot.app.screen is pilot.app.workspace)
        await pilot.pause()
        assert selected(pilot) == "I miss him."
        await pilot.press("escape")
        await until(lambda: pilot.app.screen.query("#grid"))
        assert pilot.app.screen.code.id == "longing"
        await pilot.press("escape", "escape")
        await until(lambda: pilot.app.screen is pilot.app.workspace)


async def test_the_quotes_of_one_coder_are_those_of_the_column(project):
    async with opened(project) as pilot:
        await visit(pilot, "longing")
        await pilot.press("right", "right", "enter")
        await until(lambda: pilot.app.screen._quotes is not None)
        await pilot.pause()
        assert "1 quote of c1" in screen_text(pilot)


async def test_where_nothing_is_coded_enter_says_so(project):
    async with opened(project) as pilot:
        await visit(pilot, "pride")
        await pilot.press("enter")
        assert says(pilot) == "Nothing is coded here."


# ------------------------------------------------------------------------------------ changing


async def test_a_new_code_goes_behind_the_one_under_the_cursor(project):
    async with opened(project) as pilot:
        await visit(pilot, "longing")
        await pick(pilot, "n", "想念 母亲")
        assert paths(project) == ["emotion", "emotion/longing", "emotion/想念 母亲", "emotion/pride", "work"]
        assert "Added: emotion/想念 母亲" in says(pilot)
        assert pilot.app.screen.code.name == "想念 母亲"


async def test_a_new_code_is_one_undo_step(project):
    async with opened(project) as pilot:
        await visit(pilot, "longing")
        before = book_of(project)
        await pick(pilot, "n", "joy")
        await pilot.press("u")
        assert book_of(project) == before
        await pilot.press("ctrl+r")
        assert "emotion/joy" in paths(project)


async def test_a_new_code_goes_below_the_one_under_the_cursor(project):
    async with opened(project) as pilot:
        await visit(pilot, "work")
        await pick(pilot, "N", "field: rain & wind")
        assert "work/field: rain & wind" in paths(project)


async def test_the_first_code_of_an_empty_codebook(tmp_path):
    project = make_project(tmp_path / "e", {"d1": BODY}, codes=())
    async with opened(project) as pilot:
        await visit(pilot)
        assert "The codebook is empty" in says(pilot)
        await pick(pilot, "n", "first")
        assert paths(project) == ["first"]


async def test_a_code_is_renamed_and_a_namesake_refused(project):
    async with opened(project) as pilot:
        await visit(pilot, "pride")
        await pilot.press("r", *["backspace"] * 5)
        await type_text(pilot, "longing")
        await pilot.press("enter")
        assert "already" in told(pilot)
        assert "emotion/pride" in paths(project)
        await pilot.press(*["backspace"] * len("longing"))  # it is asked for again, with what was typed
        await type_text(pilot, f"caf{DECOMPOSED}")
        await pilot.press("enter")
        assert f"emotion/caf{DECOMPOSED}" in paths(project)


async def test_escape_leaves_a_name_as_it_was(project):
    async with opened(project) as pilot:
        await visit(pilot, "pride")
        await pilot.press("r", "x", "escape")
        assert "emotion/pride" in paths(project)


async def test_the_form_saves_what_was_typed(project):
    async with opened(project) as pilot:
        await visit(pilot, "longing")
        await pilot.press("e")
        await pilot.pause()
        area = pilot.app.screen.query_one("#definition")
        assert area.has_focus
        await pilot.press(*" Far")
        await pilot.press("tab", *"Said.")
        await pilot.press("ctrl+s")
        await pilot.pause()
        code = book_of(project)["longing"]
        assert (code.definition, code.use_when) == ("Wanting someone who is away. Far", "Said.")
        assert "Wanting someone who is away. Far" in entry_text(pilot)


async def test_the_form_asks_before_it_throws_typed_words_away(project):
    async with opened(project) as pilot:
        await visit(pilot, "longing")
        form = pilot.app.screen
        await pilot.press("e")
        await pilot.press(*"x", "escape")
        await pilot.pause()
        assert pilot.app.screen is not form
        assert "Not saved" in screen_text(pilot)
        await pilot.press("escape", "y", "escape", "y")  # goes on writing; y is a letter; asks again; throws away
        await pilot.pause()
        assert pilot.app.screen is form
        assert book_of(project)["longing"].definition == "Wanting someone who is away."


async def test_a_form_that_cannot_be_saved_stays_open_with_what_was_typed(project):
    async with opened(project) as pilot:
        await visit(pilot, "pride")
        await pilot.press("e")
        await pilot.pause()
        name = pilot.app.screen.query_one("#name")
        name.text = "longing"
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert pilot.app.screen.query_one("#name").text == "longing"
        assert "already" in told(pilot)


async def test_what_somebody_else_changed_while_the_form_was_open_is_not_overwritten(project):
    async with opened(project) as pilot:
        await visit(pilot, "longing")
        await pilot.press("e")
        with Session(project, "c2") as other:
            other.edit_code("longing", use_when="Theirs.")
        await pilot.press(*" Mine")
        await pilot.press("ctrl+s")
        await pilot.pause()
        code = book_of(project)["longing"]
        assert (code.definition, code.use_when) == ("Wanting someone who is away. Mine", "Theirs.")


async def test_an_entry_is_edited_outside_and_a_crashing_editor_loses_nothing(project, tmp_path, monkeypatch):
    script = tmp_path / "editor"
    script.write_text("#!/bin/sh\nexit 7\n")
    script.chmod(0o755)
    monkeypatch.setenv("EDITOR", str(script))
    monkeypatch.delenv("VISUAL", raising=False)
    from contextlib import nullcontext

    async with opened(project) as pilot:
        monkeypatch.setattr(pilot.app, "suspend", nullcontext)
        await visit(pilot, "longing")
        await pilot.press("E")
        assert "ended with status 7" in told(pilot) or "status 7" in says(pilot)
        script.write_text('#!/bin/sh\nsed -i "s/away/far/" "$1"\n')
        await pilot.press("E")
        assert book_of(project)["longing"].definition == "Wanting someone who is far."


@pytest.mark.parametrize(
    ("code", "key", "order"),
    [
        ("pride", "K", ["emotion", "emotion/pride", "emotion/longing", "work"]),
        ("longing", "J", ["emotion", "emotion/pride", "emotion/longing", "work"]),
        ("longing", "shift+down", ["emotion", "emotion/pride", "emotion/longing", "work"]),
        ("pride", "greater_than_sign", ["emotion", "emotion/longing", "emotion/longing/pride", "work"]),
        ("pride", "less_than_sign", ["emotion", "emotion/longing", "pride", "work"]),
        ("work", "greater_than_sign", ["emotion", "emotion/longing", "emotion/pride", "emotion/work"]),
    ],
)
async def test_a_code_is_moved_by_one_key_and_the_cursor_goes_along(project, code, key, order):
    async with opened(project) as pilot:
        await visit(pilot, code)
        await pilot.press(key)
        assert paths(project) == order
        assert pilot.app.screen.code.id == code
        await pilot.press("u")
        assert paths(project) == ["emotion", "emotion/longing", "emotion/pride", "work"]


async def test_a_code_indented_under_a_folded_one_can_still_be_seen_or_the_tree_says_where_it_is(project):
    async with opened(project) as pilot:
        await visit(pilot, "emotion")
        await pilot.press("f", "j", "greater_than_sign")
        assert "emotion/work" in paths(project)
        assert "emotion/work" in says(pilot)
        assert pilot.app.screen.code.id in ("work", "emotion")


async def test_a_move_that_cannot_be_is_said(project):
    async with opened(project) as pilot:
        await visit(pilot, "emotion")
        await pilot.press("K")
        assert "is the first of its siblings" in says(pilot)


async def test_a_colour_is_chosen_or_typed(project):
    async with opened(project) as pilot:
        await visit(pilot, "longing")
        await pick(pilot, "c", "#AB12cd")
        await pilot.press("enter")  # the first Enter marks what is offered, as nothing is called that
        assert book_of(project)["longing"].color == "#ab12cd"
        await pick(pilot, "c", "the colour of")
        assert book_of(project)["longing"].color == ""


async def test_a_code_is_pinned_and_takes_the_digit_over(project):
    async with opened(project) as pilot:
        await visit(pilot, "pride")
        await pick(pilot, "p", "2")
        assert {code.id: code.key for code in book_of(project).codes if code.key} == {"longing": 1, "pride": 2}
        await pilot.press("u")
        assert {code.id: code.key for code in book_of(project).codes if code.key} == {"longing": 1, "work": 2}
        await pilot.press("escape", "2")
        assert ("I miss her.", "work", "") in codings(project)


async def test_a_code_is_retired_and_not_offered_any_more(project):
    async with opened(project) as pilot:
        await visit(pilot, "longing")
        await pilot.press("z")
        assert book_of(project)["longing"].retired
        assert "longing (retired)" in screen_text(pilot)
        await pilot.press("escape", "c")
        await type_text(pilot, "longing")
        await pilot.press("enter", "escape")
        assert ("I miss her.", "longing", "") not in codings(project)[1:]
        assert len(codings(project)) == 2


async def test_a_merge_and_its_undo(project):
    theirs = project.coding_file("c2", "d1").read_bytes()
    async with opened(project) as pilot:
        await visit(pilot, "longing")
        await pick(pilot, "m", "pride")
        assert book_of(project)["longing"].merged_into == "pride"
        assert row_of(pilot, "pride")["own"] == 3
        assert pilot.app.screen.code.id == "pride"
        await pilot.press("u")
        assert row_of(pilot, "longing")["own"] == 3
        assert book_of(project)["longing"].merged_into == ""
    assert project.coding_file("c2", "d1").read_bytes() == theirs


async def test_deleting_says_how_many_codings_and_waits_for_a_yes(project):
    async with opened(project) as pilot:
        await visit(pilot, "longing")
        await pilot.press("x")
        await pilot.pause()
        assert "3 codings (c1 1, c2 2)" in screen_text(pilot)
        await pilot.press("n")
        assert "emotion/longing" in paths(project)
        await pilot.press("x")
        await pilot.press("y")
        await pilot.pause()
        assert "emotion/longing" not in paths(project)
        await pilot.press("u")
        assert "emotion/longing" in paths(project)
        assert row_of(pilot, "longing")["own"] == 3


async def test_nothing_to_undo_is_said(project):
    async with opened(project, coder="c9") as pilot:
        await visit(pilot)
        await pilot.press("u")
        assert "nothing to undo" in says(pilot)


# ------------------------------------------------------------------------------------ by hand, meanwhile


async def test_a_change_by_hand_appears_at_once(project):
    async with opened(project) as pilot:
        await visit(pilot, "longing")
        text = project.codebook_yaml.read_text(encoding="utf-8")
        edit(project.codebook_yaml, text.replace("name: longing", "name: yearning"))
        await until(lambda: "1 yearning" in labels(pilot))
        assert pilot.app.screen.code.id == "longing"
        assert "yearning" in entry_text(pilot)


async def test_a_change_by_hand_is_logged_and_said(project):
    async with opened(project) as pilot:
        await visit(pilot, "longing")
        await until(lambda: events_on_disk(project, "c1", ""))
        text = project.codebook_yaml.read_text(encoding="utf-8")
        edit(project.codebook_yaml, text.replace("Wanting someone", "Missing someone"))
        await until(lambda: "by hand" in told(pilot))
        assert "R lists what to read again" in told(pilot)
        assert [e.key for e in events_on_disk(project, "c1", "") if e.what == "code"] == ["longing"]


async def test_a_codebook_broken_by_hand_is_said_with_its_line_and_the_last_good_one_stays(project):
    async with opened(project) as pilot:
        await visit(pilot, "longing")
        good = project.codebook_yaml.read_text(encoding="utf-8")
        edit(project.codebook_yaml, broken := good + "- id: b: c\n")
        line = broken.count("\n")
        await until(lambda: f"codebook.yaml:{line}" in told(pilot))
        assert labels(pilot) == ["emotion", "1 longing", "pride", "2 work"]
        await pick(pilot, "n", "joy")
        assert f"codebook.yaml:{line}" in told(pilot)
        assert project.codebook_yaml.read_text(encoding="utf-8") == broken
        await pilot.press("escape", "escape", "1")
        assert codings(project)  # coding goes on
        await visit(pilot)
        edit(project.codebook_yaml, good + "- id: new\n  name: new\n")
        await until(lambda: "new" in labels(pilot))


async def test_a_code_taken_out_by_hand_under_the_cursor_stops_nothing(project):
    async with opened(project) as pilot:
        await visit(pilot, "work")
        text = project.codebook_yaml.read_text(encoding="utf-8")
        edit(project.codebook_yaml, text[: text.index("- id: work")])
        await until(lambda: len(labels(pilot)) == 3)
        await pilot.press("r", "escape", "j", "k")
        assert pilot.app.screen.code is not None


async def test_control_characters_in_a_codebook_are_shown_as_signs(project):
    async with opened(project) as pilot:
        await visit(pilot)
        edit(project.codebook_yaml, 'codes:\n- id: a\n  name: "bad\\e[31mred"\n  definition: "x\\e]0;y\\a"\n')
        await until(lambda: any("bad" in label for label in labels(pilot)))
        await pilot.pause()
        assert not any("\x1b" in row or "\a" in row for row in shown(pilot))


# ------------------------------------------------------------------------------------ in vivo


async def select(pilot, text):
    """Select these words in the transcript."""
    view = pilot.app.workspace.transcript
    start = view.body.text.index(text)
    view.select_span(start, start + len(text))
    await pilot.pause()


async def test_selected_words_become_a_code_and_its_first_coding_in_one_undo_step(project):
    async with opened(project) as pilot:
        before = book_of(project)
        await select(pilot, "It rains.")
        await pilot.press("i")
        (new,) = [code for code in book_of(project).codes if code.name == "It rains"]
        assert ("It rains.", new.id, "") in codings(project)
        await pilot.press("u")
        assert book_of(project) == before
        assert len(codings(project)) == 2


async def test_words_of_chinese_become_a_code(project):
    async with opened(project) as pilot:
        await select(pilot, "我想妈妈。")
        await pilot.press("i")
        assert any(path.endswith("我想妈妈") for path in paths(project))


async def test_the_code_goes_under_the_theme_of_the_code_trees_cursor(project):
    async with opened(project) as pilot:
        pilot.app.workspace.code_tree.point_to("longing")
        await pilot.pause()
        await select(pilot, "It rains.")
        await pilot.press("i")
        assert "emotion/It rains" in paths(project)


async def test_words_that_are_a_code_already_are_coded_with_it(project):
    with Session(project, "c1") as session:
        session.add_code("emotion/it rains")
    async with opened(project) as pilot:
        pilot.app.workspace.code_tree.point_to("longing")
        await pilot.pause()
        await select(pilot, "It rains.")
        before = paths(project)
        await pilot.press("i")
        assert paths(project) == before
        assert len(codings(project)) == 3


@pytest.mark.parametrize("text", ["I miss her. I miss him.\n\nThe rain came.\nLing: I sew shoes. 我想妈妈。", "。"])
async def test_a_whole_turn_or_a_mere_full_stop_makes_no_code(project, text):
    async with opened(project) as pilot:
        before = project.codebook_yaml.read_bytes()
        await select(pilot, text)
        await pilot.press("i")
        assert project.codebook_yaml.read_bytes() == before
        assert "w" in told(pilot)


async def test_words_with_a_slash_make_one_code_and_not_a_path(tmp_path):
    project = make_project(tmp_path / "s", {"d1": "Mei: mother/father left.\n"}, codes=["emotion", "emotion/longing"])
    async with opened(project) as pilot:
        await select(pilot, "mother/father")
        await pilot.press("i")
        assert any(path.endswith("mother father") for path in paths(project))


async def test_joined_emoji_become_a_code(tmp_path):
    project = make_project(tmp_path / "s", {"d1": f"Mei: we are {FAMILY} now.\n"}, codes=["emotion"])
    async with opened(project) as pilot:
        await select(pilot, FAMILY)
        await pilot.press("i")
        assert any(path.endswith(FAMILY) for path in paths(project))
