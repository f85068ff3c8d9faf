"""Rows of tables in: CSV of any make and Excel sheets, as people see their cells; hostile files are refused in time."""

import io
import time
import zipfile
from contextlib import suppress
from datetime import date, datetime, timedelta
from datetime import time as clock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from qualcode.errors import BadFile, BadOption
from qualcode.exchange.sources.tables import read_table

SHEET = "xl/worksheets/sheet1.xml"


def rows_of(data, name="t.csv", **options):
    return [list(row.cells) for row in read_table(data, name, name, **options).rows]


def workbook(*rows, change=lambda sheet: None, more=()):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    change(book.active)
    for title in more:
        book.create_sheet(title).append(["x"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def patched(data, change, part=SHEET):
    """The workbook with one of its parts changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == part else old.read(name))
    return out.getvalue()


SMALL = workbook(["case", "age"], ["liang", 14], ["zhao", 15])


# ------------------------------------------------------------------ CSV


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"case,text\nliang,Hi\n", id="comma"),
        pytest.param(b"case;text\r\nliang;Hi\r\n", id="semicolon"),
        pytest.param(b"case\ttext\nliang\tHi", id="tab, no line end"),
        pytest.param(b"sep=;\ncase;text\nliang;Hi\n", id="announced as Excel does"),
        pytest.param(b"\xef\xbb\xbfcase,text\nliang,Hi\n", id="byte-order mark"),
        pytest.param('case,text\n"liang","Hi"\n'.encode("utf-16"), id="UTF-16"),
        pytest.param(b"case,text,\nliang,Hi,,\n\n", id="empty cells and lines at the end"),
    ],
)
def test_the_usual_makes_of_csv_say_the_same(data):
    table = read_table(data, "t.csv", "t.csv")
    assert (table.columns, [row.cells for row in table.rows]) == (("case", "text"), [("liang", "Hi")])


def test_line_ends_quotes_and_formula_signs_in_cells_are_text():
    data = b'case,text\nliang,"She said ""no"".\r\nThen, nothing."\nzhao,=1+1\nsun,@home\n'
    assert [row[1] for row in rows_of(data)] == ['She said "no".\nThen, nothing.', "=1+1", "@home"]


def test_rows_know_the_line_that_they_begin_on():
    table = read_table(b'a,b\n"x\ny",1\n\nz,2\n', "t.csv", "t.csv")
    assert [row.line for row in table.rows] == [2, 5]


def test_an_encoding_that_is_given_counts():
    assert rows_of("case,text\nliang,生日快乐\n".encode("gb18030"), encoding="gb18030") == [["liang", "生日快乐"]]


def test_a_whole_interview_fits_into_a_cell():
    assert len(rows_of(b"a,b\n1," + b"word " * 100_000 + b"\n")[0][1]) == 500_000


def test_columns_have_names_each_once():
    table = read_table(b"a,,a,A\n1,2,3,4\n", "t.csv", "t.csv")
    assert table.columns == ("a", "column 2", "a (2)", "A (3)")


@pytest.mark.parametrize(
    ("data", "line", "message"),
    [
        pytest.param(b"", 0, "nothing in it", id="empty"),
        pytest.param(b"a,b\n", 0, "no row below", id="header only"),
        pytest.param(b"a,b\n1,2\n3\n", 3, "1 cells instead of 2", id="a row too short"),
        pytest.param(b"a,b\n1,2,3\n", 2, "3 cells instead of 2", id="a row too long"),
        pytest.param(b'a,b\n1,"2\n3,4\n', 2, "opened and never closed", id="a quotation mark left open"),
        pytest.param(b"a,b\n1,\x002\n", None, "not a text file", id="zero bytes"),
        pytest.param(SMALL, 0, "workbook under another name", id="an Excel file named .csv"),
        pytest.param(b"a\x1bb,c\n1,2\n", 1, "invisible signs", id="control characters in a column's name"),
    ],
)
def test_a_broken_table_is_refused_with_its_line(data, line, message):
    with pytest.raises(BadFile, match=message) as caught:
        read_table(data, "t.csv", "t.csv")
    assert line is None or caught.value.problems[0].line == line


@pytest.mark.parametrize("name", ["t.xls", "t.ods", "t.docx", "t"])
def test_other_kinds_of_files_are_refused_with_advice(name):
    with pytest.raises(BadOption, match="cannot be read as a table"):
        read_table(b"a,b\n1,2\n", name, name)


# ------------------------------------------------------------------ Excel


def test_cells_are_what_people_see():
    def formats(sheet):
        sheet["B2"].number_format, sheet["C2"].number_format = "0%", "000"

    values = ["liang", 0.455, 7, 14.0, 2.5, True, date(2009, 3, 2), datetime(2009, 3, 2, 10, 5), clock(9, 30),
              timedelta(hours=26, minutes=1), None, "妈妈\nsaid"]  # fmt: skip
    data = workbook([f"c{n}" for n in range(12)], values, change=formats)
    row = rows_of(data, "t.xlsx")[0]
    assert row[:10] == [
        "liang",
        "45.5%",
        "007",
        "14",
        "2.5",
        "yes",
        "2009-03-02",
        "2009-03-02 10:05",
        "09:30:00",
        "26:01:00",
    ]
    assert row[-1] == "妈妈\nsaid"


def test_what_cannot_be_kept_is_said():
    def odd(sheet):
        sheet["B2"], sheet["C2"] = "=1+1", "#REF!"
        sheet["C2"].data_type = "e"
        sheet.merge_cells("A2:A3")

    data = workbook(["case", "n", "m", "t"], ["liang", None, None, "x"], [None, 1, 2, "y"], change=odd, more=["second"])
    table = read_table(data, "t.xlsx", "t.xlsx")
    assert [row.cells[0] for row in table.rows] == ["liang", "liang"]
    said = " ".join(table.losses)
    assert all(words in said for words in ("#REF!", "1 merged cell", "1 formula", "second"))


def test_a_sheet_can_be_named():
    data = workbook(["a"], ["1"], more=["Answers"])
    data = patched(data, lambda part: part.replace(b"</sheetData>", b'<row r="2"><c r="A2"><v>5</v></c></row></sheetData>'),
                   "xl/worksheets/sheet2.xml")  # fmt: skip
    assert rows_of(data, "t.xlsx", sheet="answers") == [["5"]]
    with pytest.raises(BadOption, match="no sheet 'Third'; its sheets: Sheet, Answers"):
        read_table(data, "t.xlsx", "t.xlsx", sheet="Third")


def below(more):
    return patched(SMALL, lambda part: part.replace(b"</sheetData>", more + b"</sheetData>"))


def test_a_million_formatted_rows_without_anything_do_not_hold_up():
    rows = b"".join(b'<row r="%d" s="1" customFormat="1"/>' % number for number in range(4, 1_048_577, 4))
    began = time.process_time()
    table = read_table(below(rows), "t.xlsx", "t.xlsx")
    assert (len(table.rows), time.process_time() - began < 20) == (2, True)
    assert any("reading ended at row 3" in loss for loss in table.losses)


def test_a_cell_in_the_last_corner_of_a_sheet_does_not_hold_up():
    corner = b'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row>'
    assert len(read_table(below(corner), "t.xlsx", "t.xlsx").rows) == 2


def test_cells_beside_the_named_columns_are_said_to_be_left_out():
    wide = b'<row r="4">%s</row>' % b"".join(
        b'<c r="%s4" t="inlineStr"><is><t>x</t></is></c>' % get_column_letter(column).encode()
        for column in range(1, 16_385)
    )
    table = read_table(below(wide), "t.xlsx", "t.xlsx")
    assert table.columns == ("case", "age")
    assert any("beside the columns" in loss for loss in table.losses)


BOMB = b"<worksheet>" + b" " * (70 * 1024 * 1024)
LAUGH = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(lambda: patched(SMALL, lambda part: BOMB), "larger than 64 MB", id="zip bomb"),
        pytest.param(lambda: patched(SMALL, lambda part: LAUGH + part), "declares entities", id="entity bomb"),
        pytest.param(lambda: patched(SMALL, lambda part: LAUGH.decode().encode("utf-16")), "declares entities", id="in UTF-16"),
        pytest.param(lambda: patched(SMALL, lambda part: b"<worksheet>" * 100_000), "damaged", id="nested without end"),
        pytest.param(lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "password", id="password"),
        pytest.param(lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", "before 2007", id="2003 under a new name"),
        pytest.param(lambda: SMALL[:3000], "not an Excel workbook", id="cut off"),
        pytest.param(lambda: b"case,age\n", "not an Excel workbook", id="CSV named .xlsx"),
        pytest.param(lambda: b"", "not an Excel workbook", id="empty"),
        pytest.param(lambda: workbook(), "nothing in it", id="an empty sheet"),
        pytest.param(lambda: workbook([f"c{n}" for n in range(2000)], list(range(2000))), "2,000 columns", id="too many columns"),
    ],
)  # fmt: skip
def test_a_hostile_workbook_is_refused(data, message):
    with pytest.raises(BadFile, match=message):
        read_table(data(), "t.xlsx", "t.xlsx")


@settings(max_examples=150)
@given(st.data())
def test_a_workbook_with_bytes_changed_is_read_or_refused(data):
    broken = bytearray(SMALL)
    for _ in range(data.draw(st.integers(1, 6))):
        broken[data.draw(st.integers(0, len(broken) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(broken))) if data.draw(st.booleans()) else len(broken)
    with suppress(BadFile, BadOption):
        read_table(bytes(broken[:cut]), "t.xlsx", "t.xlsx")


@settings(max_examples=150)
@given(
    st.sampled_from([SHEET, "xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml", "[Content_Types].xml"]),
    st.data(),
)
def test_a_workbook_with_a_part_changed_is_read_or_refused(part, data):
    signs = st.sampled_from(
        [b"<", b">", b'"', b"r=", b't="s"', b"9" * 30, b"-1", b"<f>", b"&amp;", b"\xff", b"", b"<v>"]
    )

    def change(old):
        at = data.draw(st.integers(0, len(old)))
        return old[:at] + data.draw(signs) + old[at + data.draw(st.integers(0, 30)) :]

    with suppress(BadFile, BadOption):
        read_table(patched(SMALL, change, part), "t.xlsx", "t.xlsx")


@given(
    st.one_of(
        st.binary(max_size=200),
        st.text(st.sampled_from('a,;\t"\n\r=é妈 \x00'), max_size=80).map(lambda text: text.encode()),
    )
)
def test_any_bytes_are_a_table_or_refused(data):
    try:
        table = read_table(data, "t.csv", "t.csv")
    except (BadFile, BadOption):
        return
    assert all(len(row.cells) == len(table.columns) for row in table.rows)
