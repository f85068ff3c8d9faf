"""The transcript without a terminal: rows, codings, what a row shows, and the cursor."""

import unicodedata
from itertools import pairwise

import pytest
from builders import DECOMPOSED, FAMILY
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from screens import at_most

from qualcode.core.document import Body
from qualcode.core.visible import visible
from qualcode.tui.transcript.layout import PIECE, Layout
from qualcode.tui.transcript.marks import Mark, Marks
from qualcode.tui.transcript.paint import Colors, Columns, paint
from qualcode.tui.transcript.selection import Cursor, Selection
from qualcode.tui.transcript.sheet import Sheet
from qualcode.tui.transcript.wrapping import cells, offset_at_cell, wrap

JOINER = "\u200d"
SIGNS = ["a", "b", "Z", " ", " ", "é", "\u0301", "我", "想", "。", "，", "👩", "👧", FAMILY, JOINER, "\ufe0f", "❤",
         "ß", "م", "ह", "ि", "-", "%", "\t", "\u2028", "\u3000", "\x1b", "\u202e"]  # fmt: skip
lines = st.lists(st.sampled_from(SIGNS), max_size=60).map("".join)
texts = st.lists(lines, max_size=8).map("\n".join)
spoken = st.lists(
    st.tuples(st.sampled_from(["", "Mei: ", "Ling: ", "小雅："]), st.lists(
        st.sampled_from(["I miss her.", "She left!", "我想她。", "她很忙。", "e\u0301te\u0301", FAMILY, "Dr. Wu", "  "]), max_size=6
    ).map(" ".join)).map("".join), min_size=1, max_size=6,
).map("\n".join)  # fmt: skip
widths = st.integers(8, 40)
THEME = Colors("#000000", "#dddddd", "#777777", "#00ff00", "#888888", "#0000ff", "#333333", "#ffffff", "#ffff00", True)


def cut(text, width):
    """The rows of one line."""
    return [text[a:b] for a, b in pairwise([0, *wrap(text, width), len(text)])]


def measured(layout):
    while not layout.complete:
        layout.measure_next()
    return layout


def spans(layout):
    """Every row's span."""
    return [layout.section_span(*layout.locate(row)) for row in range(layout.height)]


def begins_inside_a_sign(text, at):
    """Whether what stands here belongs to the sign before it: a combining mark, or part of a joined emoji."""
    if not 0 < at < len(text) or text[at - 1] == "\n":
        return False
    return bool(unicodedata.combining(text[at])) or text[at] == JOINER or (text[at - 1] == JOINER and at > 1)


# ------------------------------------------------------------------------------------ wrapping


def test_lines_break_after_a_space():
    assert cut("the bus leaves at dawn", 8) == ["the bus ", "leaves ", "at dawn"]


def test_a_text_that_fits_is_one_row():
    assert wrap("just fit", 8) == ()


def test_a_word_longer_than_a_row_is_cut():
    assert cut("aaaaaaaaaabb", 8) == ["aaaaaaaa", "aabb"]


def test_chinese_breaks_between_signs_of_two_cells():
    assert cut("我很想念我的妈妈", 8) == ["我很想念", "我的妈妈"]


def test_chinese_closing_marks_never_begin_a_row():
    assert not any(row[0] in "，。！？」" for row in cut("我想你们，她想我们。好！是吗？" * 4, 8))


def test_joined_emoji_stay_on_one_row():
    assert all(row.count(FAMILY) * len(FAMILY) == len(row) for row in cut(FAMILY * 30, 9))


def test_combining_marks_stay_with_their_letter():
    assert all(not unicodedata.combining(row[0]) for row in cut(DECOMPOSED * 50, 8))


@given(lines, widths)
def test_wrapped_rows_rebuild_the_text(text, width):
    rows = cut(visible(text), width)
    assert "".join(rows) == visible(text)
    assert all(rows) or not text


@given(lines, widths)
def test_no_row_is_wider_than_the_width_but_for_a_space_at_its_end(text, width):
    assert all(cell_len(row.rstrip(" ")) <= width for row in cut(visible(text), width))


@given(lines, widths)
def test_no_row_begins_inside_a_sign(text, width):
    text = visible(text)
    inside = [at for at in wrap(text, width) if unicodedata.combining(text[at]) or text[at] == JOINER]
    assert inside == []


@given(lines)
def test_the_cell_of_a_sign_leads_back_to_it(text):
    text = visible(text).lstrip(JOINER)  # of which one that joins nothing has no width that all agree on
    for offset in range(len(text)):
        if not begins_inside_a_sign(text, offset) and cells(text[: offset + 1]) > cells(text[:offset]):
            found = offset_at_cell(text, cells(text[:offset]))
            assert cells(text[:found]) <= cells(text[:offset])
            assert found <= offset


def test_a_cell_beyond_the_text_is_its_end():
    assert offset_at_cell("我想", 9) == 2


@pytest.mark.parametrize(("cell", "offset"), [(0, 0), (1, 0), (2, 1), (3, 1), (4, 2)])
def test_either_half_of_a_wide_sign_is_that_sign(cell, offset):
    assert offset_at_cell("我想a", cell) == offset


# ------------------------------------------------------------------------------------ layout


@given(texts, widths)
def test_rows_rebuild_the_document(text, width):
    found = spans(measured(Layout(Body(text), width)))
    assert found[0][0] == 0
    assert found[-1][1] == len(text)
    for (_, end), (start, _) in pairwise(found):
        assert text[end:start] in ("", "\n")


@given(texts, widths)
def test_every_character_is_found_on_its_row(text, width):
    layout = measured(Layout(Body(text), width))
    found = spans(layout)
    for offset, sign in enumerate(text):
        start, end = found[layout.row_of(offset)]
        assert start <= offset < end or (sign == "\n" and offset == end)


@given(texts, widths, st.lists(st.integers(0, 400), max_size=6))
def test_rows_are_the_same_in_whatever_order_they_are_looked_at(text, width, looks):
    looked = Layout(Body(text * 40), width)
    for offset in looks:
        looked.row_of(min(offset * 7, max(0, len(text) * 40 - 1)))
        looked.locate(offset)
    assert spans(measured(looked)) == spans(measured(Layout(Body(text * 40), width)))


@given(texts, widths, widths)
def test_another_width_gives_the_rows_of_that_width(text, before, after):
    layout = measured(Layout(Body(text), before))
    layout.reset(after)
    assert spans(measured(layout)) == spans(measured(Layout(Body(text), after)))


def test_an_empty_document_has_one_empty_row():
    assert spans(measured(Layout(Body(""), 40))) == [(0, 0)]


def test_rows_are_found_in_a_document_of_many_lines_before_all_are_measured():
    text = "\n".join(f"Mei: this is line number {number} of a long document" for number in range(20_000))
    layout = Layout(Body(text), 20)
    at = text.index("number 15000 ")
    start, end = layout.section_span(*layout.locate(layout.row_of(at)))
    assert start <= at < end
    assert not layout.complete


@pytest.mark.parametrize(
    "sign", ["word ", "x", "我", f"{FAMILY} 想 "], ids=["words", "no spaces", "chinese", "emoji with joiners"]
)
def test_a_line_of_a_million_characters_is_laid_out(sign):
    text = (sign * (1_000_000 // len(sign) + 1))[:1_000_000]
    layout = measured(Layout(Body(text), 40))
    found = spans(layout)
    assert "".join(text[a:b] for a, b in found) == text
    assert all(cell_len(text[a:b].rstrip(" ")) <= 40 for a, b in found[:: max(1, len(found) // 500)])


def test_showing_the_middle_of_a_line_of_a_million_characters_does_not_wrap_all_of_it():
    layout = Layout(Body("word " * 200_000), 40)
    at = 600_000
    assert layout.breaks(layout.pieces.holding(at))
    assert len(layout.pieces.text(layout.pieces.holding(at))) <= PIECE


@pytest.mark.parametrize("sign", [FAMILY, DECOMPOSED], ids=["joined emoji", "combining"])
def test_a_sign_at_the_place_where_a_very_long_line_is_cut_stays_whole(sign):
    text = "我" * (PIECE - 1) + sign * 2_000
    found = spans(measured(Layout(Body(text), 40)))
    assert [start for start, _ in found if begins_inside_a_sign(text, start)] == []


# ------------------------------------------------------------------------------------ marks

PAGE = Body("\n".join("x" * (number % 7 * 30) for number in range(300)))
places = st.tuples(st.integers(0, len(PAGE) - 2), st.integers(1, 3_000)).map(
    lambda place: (place[0], min(len(PAGE), place[0] + place[1]))
)


def marks_on(body, found=()):
    return Marks(found, body.line_of, lambda line: (body.starts[line], body.starts[line] + len(body.lines[line])))


def mark(ident, start, end, code="longing", coder="c1", note=""):
    return Mark(str(ident), start, end, code, coder, note)


@given(st.lists(places, max_size=12), st.lists(places, max_size=12), st.sets(st.integers(0, 23)), st.lists(places))
def test_marks_between_are_those_of_a_naive_scan_after_adds_and_removes(first, later, removed, windows):
    marks = marks_on(PAGE, [mark(n, *span) for n, span in enumerate(first)])
    for number, span in enumerate(later, 12):
        marks.add(mark(number, *span))
    standing = dict(enumerate(first)) | dict(enumerate(later, 12))
    for number in removed:
        marks.remove(str(number))
        standing.pop(number, None)
    for start, end in [*windows, (0, len(PAGE)), (511, 513), (4_095, 4_096)]:
        naive = {str(n) for n, (a, b) in standing.items() if a < end and b > start}
        found = [found.id for found in marks.between(start, end)]
        assert sorted(found) == sorted(naive)
    assert len(marks) == len(standing)


def lines_of(body, found):
    return range(body.line_of(found.start), body.line_of(found.end - 1) + 1)


@given(st.lists(places, max_size=10), st.lists(places, max_size=10), st.sets(st.integers(0, 9)))
def test_overlapping_marks_are_in_different_lanes(first, later, removed):
    marks = marks_on(PAGE, [mark(n, *span) for n, span in enumerate(first)])
    for number in removed:
        marks.remove(str(number))
    for number, span in enumerate(later, 10):
        marks.add(mark(number, *span))
    found = list(marks)
    for one in found:
        for other in found:
            if one.id != other.id and set(lines_of(PAGE, one)) & set(lines_of(PAGE, other)):
                assert one.lane != other.lane


def test_marks_apart_from_each_other_share_the_first_lane():
    marks = marks_on(PAGE, [mark(1, *_line(3)), mark(2, *_line(9))])
    assert [found.lane for found in marks] == [0, 0]


def _line(number):
    return PAGE.starts[number], PAGE.starts[number] + len(PAGE.lines[number])


def test_a_removed_marks_lane_is_used_again():
    marks = marks_on(PAGE, [mark(1, *_line(3)), mark(2, *_line(3))])
    marks.remove("1")
    marks.add(mark(3, *_line(3)))
    assert sorted(found.lane for found in marks) == [0, 1]


@given(st.lists(places, max_size=15))
def test_going_from_mark_to_mark_visits_every_place_forwards_and_backwards(found):
    marks = marks_on(PAGE, [mark(n, *span) for n, span in enumerate(found)])
    order, at = [], marks.after(0, 0, len(PAGE))
    while at is not None:
        order.append((at.start, at.end))
        at = marks.after(at.start, at.end, len(PAGE))
    assert order == sorted(set(found))
    back, at = [], marks.before(len(PAGE), len(PAGE))
    while at is not None:
        back.append((at.start, at.end))
        at = marks.before(at.start, at.end)
    assert back == sorted(set(found), reverse=True)


def test_marks_far_apart_in_a_long_document_are_found():
    body = Body("x" * 1_000_000)
    marks = marks_on(body, [mark(1, 5, 9), mark(2, 990_000, 990_010)])
    assert marks.after(5, 9, len(body)).id == "2"
    assert marks.before(990_000, 990_010).id == "1"


# ------------------------------------------------------------------------------------ what a row shows

TALK = "Interviewer: How are you?\nMei: I miss her. I miss him.\nLing: I sew shoes.\n"


def sheet_of(text=TALK, found=(), width=120):
    sheet = Sheet(Body(text), found, width)
    sheet.names, sheet.code_colors = {"longing": "longing", "work": "work"}, {"longing": "#ff0000", "work": "#00ff00"}
    sheet.own_coder, sheet.asking = "c1", frozenset({"Interviewer"})
    return sheet


def over(quote, ident=1, text=TALK, **fields):
    start = text.index(quote)
    return mark(ident, start, start + len(quote), **fields)


def rows_of(sheet):
    measured(sheet.layout)
    return [sheet.row(*sheet.layout.locate(row), None, None, True) for row in range(sheet.layout.height)]


def test_a_row_shows_its_text_and_line_number():
    row = rows_of(sheet_of())[1]
    assert (row.text, row.number) == ("Mei: I miss her. I miss him.", "2")


def test_the_speaker_is_set_off_and_who_asks_is_told_apart():
    asked, said = rows_of(sheet_of())[:2]
    assert (asked.text[: asked.speaker_end].strip(), asked.speaker_asks) == ("Interviewer:", True)
    assert (said.text[: said.speaker_end].strip(), said.speaker_asks) == ("Mei:", False)


def test_only_the_first_row_of_a_wrapped_line_has_a_number_and_a_speaker():
    rows = rows_of(sheet_of("Mei: " + "word " * 60, width=60))
    assert [row.number for row in rows[:3]] == ["1", "", ""]
    assert [bool(row.speaker_end) for row in rows[:3]] == [True, False, False]


def test_a_coding_has_a_bracket_a_label_and_its_place_on_the_row():
    row = rows_of(sheet_of(found=[over("I miss him.")]))[1]
    ((shown, begins, ends),) = row.bracket_marks
    ((_, start, end, color),) = row.ranges
    assert (shown.id, begins, ends) == ("1", True, True)
    assert (row.text[start:end], row.label, color) == ("I miss him.", "longing", "#ff0000")


def test_a_coding_over_two_lines_begins_on_one_row_and_ends_on_the_other():
    rows = rows_of(sheet_of(found=[over("I miss him.\nLing: I sew")]))
    assert [(begins, ends) for row in rows[1:3] for _, begins, ends in row.bracket_marks] == [
        (True, False),
        (False, True),
    ]


def test_another_coders_coding_names_the_coder():
    row = rows_of(sheet_of(found=[over("I miss him.", coder="anna")]))[1]
    assert row.label.startswith("longing")
    assert "anna" in row.label


def test_a_note_is_marked_with_a_star():
    assert rows_of(sheet_of(found=[over("I miss him.", note="sad")]))[1].label == "longing*"


def test_a_hit_of_the_search_is_lit_up_on_its_row():
    sheet = sheet_of()
    assert sheet.find("MISS") == 2
    row = rows_of(sheet)[1]
    assert [row.text[a:b] for a, b in row.hits] == ["miss", "miss"]


@given(texts, st.lists(st.tuples(st.integers(0, 300), st.integers(1, 200)), max_size=6), st.integers(40, 130))
def test_what_is_drawn_as_coded_is_the_coded_text(text, wanted, width):
    found = [mark(n, a, min(a + size, len(text))) for n, (a, size) in enumerate(wanted) if a < len(text)]
    drawn = dict.fromkeys((m.id for m in found), "")
    sheet = sheet_of(text, found, width)
    for row in rows_of(sheet):
        for (which, _, _), (_, start, end, _) in zip(row.bracket_marks, row.ranges, strict=True):
            drawn[which.id] += row.text[start:end]
    assert drawn == {m.id: visible(text[m.start : m.end].replace("\n", "")) for m in found}


@given(texts, st.lists(st.tuples(st.integers(0, 300), st.integers(1, 200)), max_size=9), st.integers(24, 130))
def test_painted_rows_keep_their_width_and_cannot_drive_the_terminal(text, wanted, width):
    found = [mark(n, a, min(a + size, len(text))) for n, (a, size) in enumerate(wanted) if a < len(text)]
    sheet = sheet_of(text, found, width)
    for row in rows_of(sheet):
        strip = paint(row, sheet.columns, THEME, sheet.code_colors, width)
        assert cell_len(strip.text.rstrip(" ")) <= width <= strip.cell_length
        assert strip.text.isprintable() or not any(unicodedata.category(sign) == "Cc" for sign in strip.text)
        assert all(segment.style is not None for segment in strip)


def test_overlapping_codings_show_by_more_than_colour():
    found = [over("I miss her. I miss him.", 1), over("I miss him.", 2, code="work")]
    sheet = sheet_of(found=found)
    row = rows_of(sheet)[1]
    strip = paint(row, sheet.columns, THEME, sheet.code_colors, 120)
    underlined = "".join(segment.text for segment in strip if segment.style.underline)
    assert underlined == "I miss him."
    assert strip.text.count("[") == 2


def test_brackets_stand_left_of_the_text():
    strip_of = sheet_of(found=[over("I miss him.")])
    text = paint(rows_of(strip_of)[1], strip_of.columns, THEME, strip_of.code_colors, 120).text
    assert text.index("[") < text.index("Mei:")


def test_the_text_keeps_most_of_a_terminal_of_80_columns():
    assert Columns.share(80, 500).text >= 50


# ------------------------------------------------------------------------------------ the cursor

UNITS = ("word", "sentence", "turn", "paragraph")


def walk(cursor, selection, direction):
    """The selections from here on, until one stays where it is."""
    path = [selection]
    while (following := cursor.step(path[-1], direction)) != path[-1]:
        path.append(following)
        assert len(path) < 5_000
    return path


def words_at(body, path):
    return [body.text[s.start : s.end] for s in path]


@pytest.mark.parametrize(
    ("unit", "units"),
    [
        ("word", ["I", "miss", "her", "I", "miss", "him", "The", "rain", "我", "想", "她", "她", "很", "忙"]),
        ("sentence", ["I miss her.", "I miss him.", "The rain.", "我想她。", "她很忙。"]),
        ("turn", ["I miss her. I miss him.\n\nThe rain.", "我想她。她很忙。"]),
        ("paragraph", ["I miss her. I miss him.", "The rain.", "我想她。她很忙。"]),
    ],
)
def test_the_cursor_visits_every_unit_and_returns(unit, units):
    cursor = Cursor(Body("Mei: I miss her. I miss him.\n\nThe rain.\n小雅：我想她。她很忙。\n"))
    there = walk(cursor, cursor.at(0, unit), 1)
    assert words_at(cursor.body, there) == units
    assert walk(cursor, there[-1], -1) == there[::-1]


@given(spoken, st.sampled_from(UNITS))
def test_stepping_forward_and_back_visits_the_same_units(text, unit):
    cursor = Cursor(Body(text))
    there = walk(cursor, cursor.at(0, unit), 1)
    assert walk(cursor, there[-1], -1) == there[::-1]
    assert all(one.end <= other.start for one, other in pairwise(there))


@given(spoken, st.sampled_from(UNITS))
def test_every_spoken_letter_is_in_a_unit(text, unit):
    body = Body(text)
    cursor = Cursor(body)
    reached = {at for s in walk(cursor, cursor.at(0, unit), 1) for at in range(s.start, s.end)}
    said = {at for turn in body.turns for at in range(turn.text_start, turn.end) if text[at].isalnum()}
    assert said <= reached


@given(spoken, st.lists(st.sampled_from(["j", "k", "h", "l", "w", "v", "<", ">", "tab", "esc"]), max_size=25))
def test_whatever_keys_are_pressed_the_selection_lies_in_the_text(text, keys):
    cursor = Cursor(Body(text))
    spoke = any(turn.text_start < turn.end for turn in cursor.body.turns)
    selection = cursor.at(0, "sentence")
    moves = {
        "j": lambda s: cursor.step(s, 1), "k": lambda s: cursor.step(s, -1),
        "l": lambda s: cursor.step(s, 1, "word"), "h": lambda s: cursor.step(s, -1, "word"),
        "w": cursor.with_next_unit, "v": lambda s: s._replace(extending=True), "tab": Selection.swapped,
        "<": lambda s: cursor.nudge(s, -1), ">": lambda s: cursor.nudge(s, 1), "esc": Selection.letting_go,
    }  # fmt: skip
    for key in keys:
        selection = moves[key](selection)
        assert 0 <= selection.start <= selection.end <= len(text)
        assert selection.start < selection.end or not spoke


@pytest.mark.parametrize("sign", ["é", DECOMPOSED, FAMILY, "我", "\U0001f468\U0001f3fd"], ids=ascii)
def test_the_boundary_moves_by_whole_signs_and_comes_back(sign):
    cursor = Cursor(Body(f"ab{sign}cd"))
    start = Selection(0, 2, "word", extending=True)
    there = cursor.nudge(start, 1)
    assert there.end == 2 + len(sign)
    assert cursor.nudge(there, -1) == start


def test_the_boundary_never_crosses_the_other_one():
    cursor = Cursor(Body("abc"))
    selection = Selection(0, 3, "word", extending=True)
    for _ in range(9):
        selection = cursor.nudge(selection, -1)
    assert (selection.start, selection.end) == (0, 1)


@pytest.mark.parametrize("unit", UNITS)
def test_extending_forwards_then_back_returns(unit):
    cursor = Cursor(Body("Mei: I miss her. I miss him.\nLing: I sew. I sleep.\nMei: Rain.\n"))
    begin = cursor.at(0, unit)._replace(extending=True)
    there = walk(cursor, begin, 1)
    assert there[-1].end == cursor.body.text.rindex(".") + (unit != "word")
    assert walk(cursor, there[-1], -1) == there[::-1]


def test_cycling_the_unit_four_times_is_where_it_began():
    cursor = Cursor(Body(TALK))
    selection = cursor.at(30, "sentence")
    seen = [selection]
    for _ in range(4):
        seen.append(cursor.with_next_unit(seen[-1]))
    assert [s.unit for s in seen] == ["sentence", "turn", "paragraph", "word", "sentence"]


def test_a_right_to_left_text_has_its_sentences():
    cursor = Cursor(Body("مي: أنا أشتاق إليها. هي بعيدة.\n"))
    assert words_at(cursor.body, walk(cursor, cursor.at(0, "sentence"), 1)) == ["أنا أشتاق إليها.", "هي بعيدة."]


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("sentence", ["我想她。", "I miss her. "], ids=["chinese", "english"])
def test_the_cursor_steps_through_a_line_of_a_million_characters(sentence, unit):
    with at_most(6):
        cursor = Cursor(Body("Mei: " + sentence * (1_000_000 // len(sentence))))
        selection = cursor.at(600_000, unit)
        assert cursor.step(cursor.step(selection, 1), -1) == selection
