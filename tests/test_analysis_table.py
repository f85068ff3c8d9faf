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


def test_html_is_escaped_in_cells_and_column_names():
    shown = Table(["<b>"], [("<script>alert('x')</script> & \"y\"",)])._repr_html_()
    assert "<th>&lt;b&gt;</th>" in shown
    assert "<td>&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt; &amp; &quot;y&quot;</td>" in shown


def test_text_is_aligned_in_columns_numbers_to_the_right():
    assert Table(["code", "n"], [("work", 3), ("妈妈", 12)]).to_text() == "code   n\n────  ──\nwork   3\n妈妈  12\n"


def test_text_never_drives_the_terminal():
    assert "\x1b" not in Table(["a\x1b"], [("\x1b[31mred",)]).to_text()


def test_text_keeps_to_the_width_by_cutting_the_widest_column():
    lines = Table(["id", "quote"], [("d1", "x" * 100)]).to_text(width=40).splitlines()
    assert max(map(len, lines)) == 40
    assert lines[2].endswith("…")


def test_an_empty_table_shows_its_columns():
    assert Table(["a", "b"], []).to_text() == "a  b\n─  ─\n"
