"""Tables and the ways out of them."""

import csv
import io
import json
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualcode.analysis.table import Table, harmless
from qualcode.errors import CannotSave


def read_csv(text):
    return list(csv.reader(io.StringIO(text, newline="")))


def test_a_row_is_read_by_position_and_by_name():
    row = Table(["case", "segments"], [("liang", 3)])[0]
    assert (row[0], row["segments"], tuple(row)) == ("liang", 3, ("liang", 3))


def test_a_csv_file_has_crlf_and_quotes_where_needed():
    table = Table(["a", "b"], [('say "hi"', "x,y"), ("two\nlines", 3)])
    assert table.csv_text() == 'a,b\r\n"say ""hi""","x,y"\r\n"two\nlines",3\r\n'


CELLS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"))


@given(st.lists(st.tuples(CELLS, CELLS)))
def test_what_is_read_back_from_csv_is_what_was_written(rows):
    written = [[harmless(value) for value in row] for row in rows]
    assert read_csv(Table(["a", "b"], rows).csv_text()) == [["a", "b"], *written]


MIXED = st.one_of(CELLS, st.none(), st.booleans(), st.integers(), st.floats(), st.sampled_from(["a", "b,", '"', "=1"]))


@given(st.integers(1, 3).flatmap(lambda width: st.lists(st.tuples(*[MIXED] * width), min_size=1)))
def test_csv_is_written_as_pythons_own_writer_does(rows):
    columns = [f"column {number}" for number in range(len(rows[0]))]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([harmless(value) for value in row] for row in rows)
    assert Table(columns, rows).csv_text() == out.getvalue()


def test_values_that_recur_a_thousand_times_are_written_like_any_other():
    rows = [("plain", "a,b", "=1", True)] * 3000 + [("plain", 'say "hi"', "1", None)]
    read = read_csv(Table(["a", "b", "c", "d"], rows).csv_text())
    assert (len(read), read[1], read[3000], read[3001]) == (
        3002, ["plain", "a,b", "'=1", "yes"], ["plain", "a,b", "'=1", "yes"], ["plain", 'say "hi"', "1", ""],
    )  # fmt: skip


def test_a_csv_file_begins_with_a_byte_order_mark_unless_told_otherwise(tmp_path):
    table = Table(["妈妈"], [("é",)])
    table.to_csv(tmp_path / "with.csv")
    table.to_csv(tmp_path / "without.csv", bom=False)
    assert (tmp_path / "with.csv").read_bytes() == b"\xef\xbb\xbf" + "妈妈\r\né\r\n".encode()
    assert (tmp_path / "without.csv").read_bytes() == "妈妈\r\né\r\n".encode()


def test_a_csv_file_that_cannot_be_written_leaves_the_old_one(tmp_path, monkeypatch):
    (tmp_path / "m.csv").write_text("old")
    monkeypatch.setattr(os, "fsync", lambda handle: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(CannotSave):
        Table(["a"], [(1,)]).to_csv(tmp_path / "m.csv")
    assert (tmp_path / "m.csv").read_text() == "old"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"], ids=ascii)
def test_what_a_spreadsheet_takes_for_a_formula_is_made_harmless(start):
    assert harmless(start + "cmd|' /C calc'!A0") == "'" + start + "cmd|' /C calc'!A0"


@pytest.mark.parametrize("value", [-3, 4.5, "3 - 2 = 1", "", None, "'quoted'"], ids=ascii)
def test_numbers_and_plain_text_are_left_alone(value):
    assert harmless(value) == value


def test_column_names_are_made_harmless_too():
    assert read_csv(Table(["=1+1"], [(1,)]).csv_text())[0] == ["'=1+1"]


def test_truth_is_written_as_yes_and_no():
    assert read_csv(Table(["a", "b"], [(True, False)]).csv_text())[1] == ["yes", "no"]


def test_json_holds_one_object_a_row_with_letters_as_themselves():
    text = Table(["word", "n"], [("妈妈", 2), (None, 0)]).to_json()
    assert json.loads(text) == [{"word": "妈妈", "n": 2}, {"word": None, "n": 0}]
    assert "妈妈" in text


def test_json_has_one_line_a_row_and_null_for_what_is_no_number():
    assert Table(["n"], [(0.5,), (float("nan"),)]).to_json() == '[\n {"n": 0.5},\n {"n": null}\n]\n'
    assert json.loads(Table(["n"], []).to_json()) == []


def test_rows_can_be_given_anew_and_go_by_the_same_names():
    table = Table(["a", "b"], [(1, 2)])
    table.rows = [row.replaced(b=3) for row in table]
    assert (table[0]["b"], table.plain_rows, table.csv_text()) == (3, [(1, 3)], "a,b\r\n1,3\r\n")


def test_html_is_escaped_in_cells_and_column_names():
    shown = Table(["<b>"], [("<script>alert('x')</script> & \"y\"",)])._repr_html_()
    assert "<th>&lt;b&gt;</th>" in shown
    assert "<td>&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt; &amp; &quot;y&quot;</td>" in shown


def test_text_is_aligned_in_columns_numbers_to_the_right():
    assert Table(["code", "n"], [("work", 3), ("妈妈", 12)]).to_text() == "code   n\n────  ──\nwork   3\n妈妈  12\n"


def test_text_never_drives_the_terminal():
    assert "\x1b" not in Table(["a\x1b"], [("\x1b[31mred",)]).to_text()


def test_the_names_of_columns_of_numbers_never_drive_the_terminal():
    head = Table(["a\x1b[31m", "b\nc"], [(1, 2)]).to_text().splitlines()
    assert head == ["a␛[31m  b c", "──────  ───", "     1    2"]


def test_a_name_of_wide_signs_stands_above_its_numbers():
    assert Table(["n", "家庭", "k"], [(1, 2, 3)]).to_text().splitlines() == ["n  家庭  k", "─  ────  ─", "1     2  3"]


def test_text_keeps_to_the_width_by_cutting_the_widest_column():
    lines = Table(["id", "quote"], [("d1", "x" * 100)]).to_text(width=40).splitlines()
    assert max(map(len, lines)) == 40
    assert lines[2].endswith("…")


def test_where_even_narrow_columns_are_too_many_the_first_that_have_room_are_told():
    table = Table(["code", *(f"a long name of document {n}" for n in range(100))], [("work", *[1] * 100)])
    assert table.with_room(None, 80) == ["code", *(f"a long name of document {n}" for n in range(5))]
    assert max(map(len, table.to_text(table.with_room(None, 80), 80).splitlines())) <= 80
    assert table.with_room(None, 3) == ["code"]


def test_columns_of_equal_width_share_what_room_there_is():
    head = Table(["a" * 20, "b" * 20, "c" * 5], [(1, 2, 3)]).to_text(width=40).splitlines()[0]
    assert head == "aaaaaaaaaaaaaa…  bbbbbbbbbbbbbbb…  ccccc"


def test_an_empty_table_shows_its_columns():
    assert Table(["a", "b"], []).to_text() == "a  b\n─  ─\n"
