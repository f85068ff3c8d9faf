"""Tables in every format."""

import io
import re
import zipfile
from xml.etree import ElementTree

import openpyxl
import pytest
from builders import DECOMPOSED, FAMILY, apply, make_project, open_index, transcript, write_events
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from qualcode.analysis.matrix import matrix
from qualcode.analysis.table import Table
from qualcode.errors import BadOption, CannotSave
from qualcode.exchange import workbook
from qualcode.exchange.cell_text import shown
from qualcode.exchange.table_files import FORMS, Layout, form_by_ending, table_bytes, write_table
from qualcode.exchange.workbook import pieces

MIXED = f"妈妈 caf{DECOMPOSED} {FAMILY}"
HOSTILE = Table(["name"], [("\x1b]0;owned\x07",)])


def text_of(table, form, **layout):
    return table_bytes(table, form, Layout(**layout)).decode("utf-8-sig")


def sheets(table, **layout):
    return openpyxl.load_workbook(io.BytesIO(table_bytes(table, "xlsx", Layout(**layout))))


def rows_of(sheet):
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


# ------------------------------------------------------------------ which format


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("a.csv", "csv"), ("a.XLSX", "xlsx"), ("a.json", "json"), ("a.md", "md"), ("a.html", "html"), ("a.htm", "html"),
        ("a.tex", "latex"), ("a.txt", "table"), ("a", "table"), ("folder.csv/a", "table"),
    ],
)  # fmt: skip
def test_the_format_goes_by_the_files_ending(name, form):
    assert form_by_ending(name) == form


def test_an_ending_that_names_no_format_is_refused_with_those_that_do():
    with pytest.raises(BadOption, match=r"matrix.ods\? Its ending is none of .txt, .csv, .xlsx"):
        form_by_ending("matrix.ods")


def test_a_format_that_there_is_not_is_refused_with_those_that_there_are():
    with pytest.raises(BadOption, match="'ods'; it can as table, csv, xlsx"):
        table_bytes(Table(["a"], []), "ods")


@pytest.mark.parametrize("form", FORMS)
def test_a_file_holds_what_the_format_gives(form, tmp_path):
    table = Table(["code", "n"], [("longing 妈妈", 3), (None, 2.5)])
    path = tmp_path / f"t.{FORMS[form].ending}"
    write_table(table, path)
    assert path.read_bytes() == table_bytes(table, form, Layout(drafts=tmp_path))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("rows", [[], [("", None)], [(True, -1.5)]], ids=["no rows", "nothing in them", "truth"])
def test_every_format_takes_every_value(form, rows):
    assert table_bytes(Table(["a", "b"], rows), form)


@pytest.mark.parametrize("form", FORMS)
def test_no_format_lets_a_control_character_through(form, tmp_path):
    written = table_bytes(HOSTILE, form, Layout(drafts=tmp_path))
    if form == "xlsx":
        written = b"".join(zipfile.ZipFile(io.BytesIO(written)).read(n) for n in ("xl/worksheets/sheet1.xml",))
    assert b"owned" in written
    assert form == "csv" or b"\x1b" not in written


@pytest.mark.parametrize("form", ["md", "html", "latex", "table"])
def test_the_name_of_a_column_lets_none_through_either(form):
    written = text_of(Table(["name", "a\x1b[31m\u202e"], [("x", 1)]), form)
    assert "␛" in written
    assert not {"\x1b", "\u202e"} & set(written)


@pytest.mark.parametrize("form", ["md", "html", "latex", "table"])
def test_what_is_for_reading_has_the_columns_worth_reading_in_that_order(form):
    text = text_of(Table(["id", "code", "quote"], [(1, "work", "I work.")]), form, columns=["quote", "code", "absent"])
    assert text.index("I work.") < text.index("work", text.index("I work.") + 7)
    assert "id" not in re.findall(r"\w+", text.partition("<table>")[2] or text)


@pytest.mark.parametrize("form", ["csv", "json"])
def test_what_is_for_programs_has_all_columns(form):
    assert "id" in text_of(Table(["id", "code"], [(1, "work")]), form, columns=["code"])


# ------------------------------------------------------------------ Markdown


def test_a_markdown_table_has_numbers_to_the_right():
    assert text_of(Table(["code", "n"], [("work", 3)]), "md") == "| code | n |\n| --- | ---: |\n| work | 3 |\n"


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("a|b", r"a\|b"), ("a\nb", "a<br>b"), ("C:\\new", r"C:\\new"), ("<b>&amp;", "&lt;b&gt;&amp;amp;"),
        ("*so* _what_", r"\*so\* \_what\_"), ("`x` [y](z)", r"\`x\` \[y\](z)"), ("$5", r"\$5"), (True, "yes"), (None, ""),
    ],
)  # fmt: skip
def test_signs_with_a_meaning_in_markdown_show_as_themselves(value, cell):
    assert text_of(Table(["a"], [(value,)]), "md").splitlines()[2] == f"| {cell} |"


@given(
    st.text(st.sampled_from("ab妈 \\`*_[]()<>&;|~$^#!+-.:/{}'\"=@1"), min_size=1, max_size=30)
    .map(str.strip)
    .filter(bool)
)
def test_a_reader_of_markdown_sees_the_text_as_it_is(text):
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text_of(Table(["a"], [(text,)]), "md"))
    cell = [token for token in tokens if token.type == "inline"][-1]
    assert "".join(child.content for child in cell.children) == text


# ------------------------------------------------------------------ HTML


def page(table, **layout):
    text = text_of(table, "html", **layout)
    return ElementTree.fromstring(re.sub(r"<meta[^>]*>|<!DOCTYPE html>", "", text)), text


def test_a_page_stands_alone_and_asks_nobody_for_anything():
    text = text_of(Table(["a"], [("x",)]), "html")
    assert text.startswith('<!DOCTYPE html>\n<html>\n<head>\n<meta charset="utf-8">')
    assert "default-src 'none'" in text
    assert not re.search(r"https?:|src=|href=|<script", text)
    assert "@media print" in text


def test_a_page_has_headers_of_columns_and_rows_and_cells_that_find_their_own_direction():
    tree, _ = page(Table(["code", "quote", "n"], [("longing", "أمي بعيدة", 3)]), title="segments")
    assert [(cell.get("scope"), cell.text) for cell in tree.iter("th")] == [
        ("col", "code"), ("col", "quote"), ("col", "n"), ("row", "longing"),
    ]  # fmt: skip
    assert [(cell.get("dir"), cell.get("class"), cell.text) for cell in tree.iter("td")] == [
        ("auto", None, "أمي بعيدة"), (None, "n", "3"),
    ]  # fmt: skip
    assert tree.find(".//caption").text == "segments"


def test_hostile_text_stays_text_on_a_page():
    tree, text = page(Table(["<i>"], [("</td><script>alert('x')</script>",)]), title="</title><script>")
    assert "<script" not in text
    assert tree.find(".//tbody//th").text == "</td><script>alert('x')</script>"


def test_marks_that_right_to_left_text_needs_are_kept_and_overrides_are_shown():
    tree, _ = page(Table(["a"], [("\u200fא\u202eevil",)]))
    assert tree.find(".//tbody//th").text == "\u200fא\ufffdevil"


# ------------------------------------------------------------------ LaTeX


def test_a_short_table_is_a_tabular_with_the_rules_of_booktabs():
    assert text_of(Table(["code", "n"], [("work", 3)]), "latex").splitlines()[1:] == [
        r"\begin{tabular}{lr}", r"\toprule", r"code & n \\", r"\midrule", r"work & 3 \\", r"\bottomrule", r"\end{tabular}",
    ]  # fmt: skip


def test_long_text_stands_in_a_column_of_paragraphs_and_the_table_may_go_on_on_the_next_page():
    lines = text_of(Table(["code", "quote"], [("work", "so " * 40)]), "latex").splitlines()
    assert lines[1] == r"\begin{longtable}{lp{0.86\linewidth}}"
    assert lines[-1] == r"\end{longtable}"
    assert "longtable" in text_of(Table(["n"], [(1,)] * 26), "latex").splitlines()[1]


@pytest.mark.parametrize(
    ("text", "tex"),
    [
        ("50% & $3 #1 a_b {c}", r"50\% \& \$3 \#1 a\_b \{c\}"), ("\\input", r"\textbackslash{}input"),
        ("~^", r"\textasciitilde{}\textasciicircum{}"), ("[a] *", "{[}a{]} {*}"), ("--- -", "-{}-{}- -"),
        ("a\nb", r"a\newline b"), ('<|>"`', r"\textless{}\textbar{}\textgreater{}\symbol{34}\textasciigrave{}"), ("妈妈 é", "妈妈 é"),
    ],
)  # fmt: skip
def test_what_latex_would_take_for_commands_is_set_as_it_stands(text, tex):
    assert f"\n{tex} \\\\\n" in text_of(Table(["a"], [(text,)]), "latex")


# ------------------------------------------------------------------ workbooks


def test_numbers_are_numbers_and_text_is_text_whatever_it_looks_like():
    values = [
        "=1+1",
        "+1",
        "-1",
        "@x",
        "{=A1}",
        "007",
        "1e5",
        "http://example.org",
        "mailto:a@b",
        "internal:A1",
        "<r>x</r>",
    ]
    found = sheets(Table(["text", "n"], [(value, 1.5) for value in values])).active
    assert [row[0] for row in rows_of(found)[1:]] == values
    assert {(row[0].data_type, row[1].data_type, row[0].hyperlink) for row in found.iter_rows(min_row=2)} <= {
        ("inlineStr", "n", None), ("s", "n", None),
    }  # fmt: skip


def test_a_workbook_has_no_formulas():
    data = table_bytes(Table(["=1"], [("=HYPERLINK(1)",)]), "xlsx")
    assert b"<f>" not in zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (3, 3), (-2.5, -2.5), (0, 0), (True, "yes"), (False, "no"), (None, None), ("", None), (float("inf"), "inf"),
        (12345678901234567, "12345678901234567"), (" a\nb ", " a\nb "), (MIXED, MIXED),
        ("\x00\x0b\x1b\x9f", "␀␋␛\ufffd"), ("\ufffe\uffff\ud800", "\ufffd" * 3),
    ],
    ids=ascii,
)  # fmt: skip
def test_a_value_is_read_back_from_a_workbook(value, cell):
    assert sheets(Table(["a", "b"], [("x", value)])).active["B2"].value == cell


@settings(max_examples=25)
@given(st.lists(st.text(min_size=1), min_size=1, max_size=30))
def test_any_text_is_read_back_from_a_workbook_as_it_is_shown(texts):
    found = sheets(Table(["a", "b"], [("x", text) for text in texts])).active
    assert [row[1].value for row in found.iter_rows(min_row=2)] == list(map(shown, texts))


def test_the_header_and_the_first_column_stay_in_view():
    assert sheets(Table(["a", "b"], [(1, 2)])).active.freeze_panes == "B2"


def test_the_same_table_gives_the_same_bytes():
    table = Table(["a", "b"], [("x", 1), ("妈妈", 2.5)])
    assert table_bytes(table, "xlsx") == table_bytes(table, "xlsx")


@pytest.mark.parametrize("to_a_file", [True, False])
def test_a_workbooks_drafts_lie_beside_it_or_nowhere_and_are_taken_away(tmp_path, monkeypatch, to_a_file):
    def refuse(*_arguments):
        raise AssertionError("the system's folder for temporary files was asked for")

    monkeypatch.setattr("tempfile.gettempdir", refuse)
    monkeypatch.setattr("tempfile._gettempdir", refuse)
    table = Table(["a"], [("a confidential interview",)] * 10)
    if to_a_file:
        write_table(table, tmp_path / "t.xlsx")
    else:
        table_bytes(table, "xlsx")
    assert [path.name for path in tmp_path.iterdir()] == (["t.xlsx"] if to_a_file else [])


def test_a_text_that_is_too_long_for_a_cell_goes_on_in_further_columns():
    text = "".join(chr(0x4E00 + number % 20000) for number in range(70_000))
    found = rows_of(sheets(Table(["case", "text", "line"], [("a", text, 7), ("b", "short", 8)])).active)
    assert found[0] == ["case", "text", "text (2)", "text (3)", "line"]
    assert "".join(found[1][1:4]) == text
    assert list(map(len, found[1][1:4])) == [32_767, 32_767, 4_466]
    assert found[2] == ["b", "short", None, None, 8]


def test_excel_counts_utf_16_units():
    assert list(map(len, pieces("\U0001f600" * 40_000))) == [16_383, 16_383, 7_234]
    assert pieces("a" * 32_767) == ["a" * 32_767]
    assert list(map(len, pieces("a" * 32_768))) == [32_767, 1]


@pytest.mark.parametrize("unit", [FAMILY, DECOMPOSED, "नि", "\U0001f1e9\U0001f1ea"], ids=ascii)
@pytest.mark.parametrize("before", range(8))
def test_a_character_as_read_is_never_taken_apart(unit, before):
    parts = pieces("x" * before + unit * 40_000)
    assert "".join(parts) == "x" * before + unit * 40_000
    assert all(part.endswith(unit) for part in parts)
    assert all(len(part.encode("utf-16-le")) // 2 <= 32_767 for part in parts)


def test_a_text_is_parted_behind_a_line_where_one_ends_near():
    parts = pieces("a" * 32_000 + "\n" + "b" * 2_000)
    assert [part[-1] for part in parts] == ["\n", "b"]


def test_marks_without_end_are_parted_all_the_same():
    assert list(map(len, pieces("e" + "\u0301" * 40_000))) == [32_767, 7_234]


@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=60), st.integers(600, 1200))
def test_nothing_is_lost_where_a_text_is_parted(text, times):
    parts = pieces(text * times)
    assert "".join(parts) == text * times
    assert all(len(part.encode("utf-16-le")) // 2 <= 32_767 for part in parts)


@pytest.mark.parametrize(
    ("limit", "table"), [("MOST_ROWS", Table(["a"], [(1,)] * 5)), ("MOST_COLUMNS", Table(list("abcdef"), []))]
)
def test_a_table_that_no_sheet_can_hold_is_refused_and_the_old_file_stays(limit, table, monkeypatch, tmp_path):
    monkeypatch.setattr(workbook, limit, 5)
    (tmp_path / "t.xlsx").write_text("old")
    with pytest.raises(BadOption, match="more than an Excel sheet can hold"):
        write_table(table, tmp_path / "t.xlsx")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("t.xlsx", "old")]


def test_a_folder_that_is_not_there_is_said(tmp_path):
    with pytest.raises(CannotSave, match="there is no folder"):
        write_table(Table(["a"], []), tmp_path / "none" / "t.xlsx")


# ------------------------------------------------------------------ a matrix and the quotes behind it

BODY = "Mei: I miss her. I wait.\nLing: 我想妈妈。\n"


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    project = make_project(
        tmp_path_factory.mktemp("matrix") / "p",
        {"d1": transcript(BODY, case="liang", kind="visit", date="2009-01-31"), "d2": transcript(BODY, case="zhao")},
        cases=["liang", "zhao"],
    )
    write_events(
        project, "c1", "d1", [apply(1, BODY, "I miss", "longing", note="=soft"), apply(2, BODY, "I wait", "longing")]
    )
    write_events(project, "c1", "d2", [apply(3, BODY, "我想妈妈", "work")])
    return open_index(project, in_memory=True)


def test_a_matrix_becomes_a_sheet_with_totals(index):
    assert rows_of(sheets(matrix(index))["matrix"]) == [
        ["code", "liang", "zhao", "total"], ["emotion", 2, 0, 2], ["emotion/longing", 2, 0, 2], ["work", 0, 1, 1],
        ["total", 2, 1, 3],
    ]  # fmt: skip


def test_a_second_sheet_has_the_quotes_behind_every_count(index):
    assert rows_of(sheets(matrix(index))["quotes"]) == [
        ["row", "column", "citation", "text", "note", "document", "line"],
        ["emotion", "liang", "(Mei, visit, 2009-01-31)", "I miss", "=soft", "d1", 1],
        ["emotion", "liang", "(Mei, visit, 2009-01-31)", "I wait", None, "d1", 1],
        ["emotion/longing", "liang", "(Mei, visit, 2009-01-31)", "I miss", "=soft", "d1", 1],
        ["emotion/longing", "liang", "(Mei, visit, 2009-01-31)", "I wait", None, "d1", 1],
        ["work", "zhao", "(Ling, no kind, undated)", "我想妈妈", None, "d2", 2],
    ]


def test_counts_lead_to_their_first_quote_and_quotes_back_to_their_count(index):
    book = sheets(matrix(index))
    links = {
        sheet.title: {
            cell.coordinate: cell.hyperlink.location for row in sheet.iter_rows() for cell in row if cell.hyperlink
        }
        for sheet in book
    }
    assert links["matrix"] == {"B2": "'quotes'!A2", "B3": "'quotes'!A4", "C4": "'quotes'!A6"}
    assert links["quotes"] == {
        "A2": "'matrix'!B2", "A3": "'matrix'!B2", "A4": "'matrix'!B3", "A5": "'matrix'!B3", "A6": "'matrix'!C4",
    }  # fmt: skip


def test_the_shading_covers_the_counts_and_not_the_totals(index):
    (found,) = sheets(matrix(index))["matrix"].conditional_formatting
    assert str(found.sqref) == "B2:C4"
    assert found.rules[0].type == "colorScale"


@pytest.mark.parametrize(
    ("options", "form"),
    [({}, "General"), ({"percent": "row"}, '0.0"%"'), ({"per": "1000words"}, "0.00"), ({"cell": "coverage"}, '0.0"%"')],
    ids=str,
)
def test_shares_are_shown_as_such_and_stay_numbers(index, options, form):
    made = matrix(index, **options)
    cell = sheets(made)["matrix"]["B2"]
    assert (cell.number_format, cell.value) == (form, pytest.approx(made.values[0][0]))


def test_a_matrix_of_texts_is_not_shaded_and_its_cells_lead_to_quotes_too(index):
    sheet = sheets(matrix(index, cell="quotes"))["matrix"]
    assert list(sheet.conditional_formatting) == []
    assert "I miss" in sheet["B2"].value
    assert sheet["B2"].hyperlink.location == "'quotes'!A2"


def test_codes_by_codes_have_their_quotes_too(index):
    book = sheets(matrix(index, "code", "code"))
    assert rows_of(book["quotes"])[1][:4] == ["emotion", "emotion", "(Mei, visit, 2009-01-31)", "I miss"]


class StandIn:
    """Whatever has labels, values, totals and quotes by cell is a matrix."""

    row_labels, col_labels, values = ["a"], ["x", "y"], [["long " * 10_000, "b"]]
    cell = "quotes"

    def with_totals(self):
        return Table(["code", "x", "y", "total"], [("a", *self.values[0], 2), ("total", 1, 1, 2)])

    def all_quotes(self):
        columns = ("row", "col", "speaker", "title", "kind", "date", "coder", "text", "note", "document", "line")
        return Table(
            columns,
            [(0, 0, "", "T", "", "", "c1", "one", "", "d", 1), (0, 1, "", "T", "", "", "c1", "two", "", "d", 2)],
        )


def test_links_hold_where_a_cell_goes_on_in_the_next_column():
    book = sheets(StandIn())
    assert rows_of(book["matrix"])[0] == ["code", "x", "x (2)", "y", "total"]
    assert [book["matrix"][at].hyperlink.location for at in ("B2", "D2")] == ["'quotes'!A2", "'quotes'!A3"]
    assert book["quotes"]["A3"].hyperlink.location == "'matrix'!D2"


def test_what_excel_has_no_room_for_is_said_and_the_rest_is_there(monkeypatch):
    notes = []
    monkeypatch.setattr("qualcode.exchange.matrix_workbook.MOST_ROWS", 2)
    monkeypatch.setattr("qualcode.exchange.matrix_workbook.MOST_LINKS", 0)
    book = sheets(StandIn(), note=notes.append)
    assert [row[3] for row in rows_of(book["quotes"])] == ["text", "one"]
    assert "the first 1 of 2" in notes[0]
    assert "the first 0 counts" in notes[1]


@pytest.mark.parametrize("form", ["table", "csv", "md", "html", "latex"])
def test_a_matrix_has_its_row_of_totals_in_every_other_format_too(index, form):
    assert len(re.findall(r"\btotal\b", text_of(matrix(index), form))) == 2
