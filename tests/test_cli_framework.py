"""`qualcode framework`: as a table and as files, its cells, and writing summaries."""

import csv
import hashlib
import io
import json
import stat
import zipfile

import pytest
from builders import FAMILY, apply, make_project, open_index, transcript, write_events

from qualcode.cli.main import run
from qualcode.exchange.framework_xlsx import chunks

LIANG = f"Mei: I miss her. I miss him.\nLing: I sew <b>shoes</b>. 我想妈妈。{FAMILY}\n"
ZHAO = "Long: =1+1, fine. أمي بعيدة\n"


@pytest.fixture
def study(tmp_path, monkeypatch):
    documents = {
        "d1": transcript(LIANG, title="At home", case="liang", kind="interview", date="2009-03-02"),
        "d2": transcript(ZHAO, title="A chat", case="zhao"),
    }
    cases = {"liang": {}, "zhao": {}}
    project = make_project(tmp_path / "study", documents, ("emotion", "emotion/longing", "work"), cases)
    write_events(project, "c1", "d1", [
        apply(11, LIANG, "I miss her."), apply(12, LIANG, "I sew <b>shoes</b>.", "work"), apply(13, LIANG, "我想妈妈。"),
    ])  # fmt: skip
    write_events(project, "c1", "d2", [apply(14, ZHAO, "=1+1, fine.", "work")])
    monkeypatch.chdir(project.root)
    monkeypatch.setenv("QUALCODE_CODER", "c1")
    return project


def cells(said, *argv):
    status, out, _ = said("framework", *argv, "-f", "json")
    assert status == 0
    return {(row["case"], row["code"]): row for row in json.loads(out)}


# ------------------------------------------------------------------ writing


def test_a_summary_is_written_and_shown_with_its_quotes(study, said):
    assert said("framework", "set", "liang", "emotion", "--text", "She is missed.")[0] == 0
    status, out, _ = said("framework", "show", "liang", "emotion")
    assert (status, out.splitlines()[0]) == (0, "liang × emotion")
    assert "She is missed.\n\n“I miss her.”\n(Mei, interview, 2009-03-02) · c1 [[d1#0011]]\n" in out
    assert "work" not in out


def test_undo_takes_a_summary_back(study, said):
    said("framework", "set", "liang", "emotion", "--text", "She is missed.")
    assert said("undo")[0] == 0
    assert cells(said)["liang", "emotion"]["state"] == "missing"


def test_an_empty_text_takes_the_summary_away(study, said):
    said("framework", "set", "liang", "emotion", "--text", "She is missed.")
    status, out, _ = said("framework", "set", "liang", "emotion", "--text", "")
    assert (status, "Took the summary" in out) == (0, True)
    assert cells(said)["liang", "emotion"]["summary"] == ""


def test_the_summary_comes_from_a_file_or_the_editor(study, said, tmp_path, monkeypatch):
    text = tmp_path / "text.md"
    text.write_text("From a file.", "utf-8")
    said("framework", "set", "liang", "emotion", "--file", str(text))
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\nprintf "And more." >> "$1"\n')
    editor.chmod(editor.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("EDITOR", str(editor))
    monkeypatch.delenv("VISUAL", raising=False)
    assert said("framework", "set", "liang", "emotion")[0] == 0
    assert cells(said)["liang", "emotion"]["summary"] == "From a file.\nAnd more.\n"


@pytest.mark.parametrize(("case", "code", "near"), [("lian", "emotion", "liang"), ("liang", "emotoin", "emotion")])
def test_an_unknown_case_or_code_is_refused_with_the_nearest(study, said, case, code, near):
    status, _, err = said("framework", "set", case, code, "--text", "x")
    assert (status, near in err) == (2, True)


def test_without_a_terminal_or_a_text_it_says_how_to_give_one(study, said, monkeypatch):
    monkeypatch.delenv("EDITOR", raising=False)
    monkeypatch.delenv("VISUAL", raising=False)
    status, _, err = said("framework", "set", "liang", "emotion")
    assert (status, "--text" in err) == (2, True)


def test_an_outdated_summary_is_confirmed(study, said):
    said("framework", "set", "liang", "emotion", "--text", "She is missed.")
    said("uncode", "0011")
    assert cells(said)["liang", "emotion"]["state"] == "outdated"
    assert said("framework", "keep", "liang", "emotion")[0] == 0
    assert cells(said)["liang", "emotion"]["state"] == "written"
    assert said("framework", "keep", "zhao", "work")[0] == 2


# ------------------------------------------------------------------ what is to be done


def test_what_is_missing_or_outdated_is_counted_on_standard_error(study, said):
    said("framework", "set", "liang", "emotion", "--text", "She is missed.")
    said("uncode", "0011")
    status, _, err = said("framework")
    assert status == 0
    assert "2 cells with quotes but no summary, 1 cell with codings changed since the summary was written" in err


def test_missing_and_outdated_cells_are_listed(study, said):
    said("framework", "set", "liang", "emotion", "--text", "She is missed.")
    said("uncode", "0011")
    listed = {
        which: [
            (row["case"], row["code"], row["removed"])
            for row in json.loads(said("framework", "list", which, "-f", "json")[1])
        ]
        for which in ("--missing", "--outdated")
    }
    assert listed == {"--missing": [("liang", "work", 0), ("zhao", "work", 0)], "--outdated": [("liang", "emotion", 1)]}


def test_where_nothing_is_to_be_done_that_is_said(study, said):
    for case, code in (("liang", "emotion"), ("liang", "work"), ("zhao", "work")):
        said("framework", "set", case, code, "--text", "Said.")
    assert "Every cell with quotes has a summary" in said("framework")[2]
    status, _, err = said("framework", "list", "--missing")
    assert (status, "No cell is missing." in err) == (0, True)


# ------------------------------------------------------------------ the table


def test_the_terminal_sees_a_sign_the_number_of_quotes_and_how_the_summary_begins(study, said):
    said("framework", "set", "liang", "emotion", "--text", "She is missed.")
    out = said("framework")[1]
    assert "2 · She is missed." in out
    assert "! 1" in out


def test_rows_columns_and_filters_are_chosen(study, said):
    rows = list(
        csv.reader(io.StringIO(said("framework", "--rows", "code", "--codes", "longing", "work", "-f", "csv")[1]))
    )
    assert rows[0] == ["code", "liang", "zhao"]
    assert [row[0] for row in rows[1:]] == ["emotion/longing", "work"]
    assert list(cells(said, "--case", "zhao")) == [("zhao", "work")]
    assert cells(said, "--where", "text:miss")["liang", "emotion"]["quotes"] == 1
    assert ("liang", "emotion/longing") in cells(said, "--all-codes")


def test_the_csv_has_a_summary_a_cell_and_the_quotes_where_wanted(study, said):
    said("framework", "set", "zhao", "work", "--text", "=cmd, at work.")
    status, out, _ = said("framework", "--quotes", "-f", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert status == 0
    assert rows[1]["work"] == "'=cmd, at work.\n\n“=1+1, fine.” (Long, no kind, undated)"
    assert rows[0]["emotion"].startswith("[no summary yet: 2 quotes]\n\n“I miss her.” (Mei, interview, 2009-03-02)")


def test_json_has_a_row_a_cell_with_its_quotes_where_wanted(study, said):
    cell = cells(said, "--quotes")["liang", "emotion"]
    assert [quote["link"] for quote in cell["quoted"]] == ["[[d1#0011]]", "[[d1#0013]]"]
    assert (cell["state"], cell["quotes"]) == ("missing", 2)


# ------------------------------------------------------------------ files


@pytest.fixture
def linked(study, said):
    """A summary with links to a quote, a line, a code, and one that leads nowhere."""
    text = "**Missed** [[d1#0011]], and [[d1#L2|sewing]], see [[code:work]], [[gone#12]], again [[d1#0011]]. <i>أمي</i>\n- 妈妈"
    said("framework", "set", "liang", "emotion", "--text", text)


def written(said, name, *argv):
    assert said("framework", "--quotes", *argv, "-o", name)[0] == 0
    with open(name, "rb") as file:
        return file.read()


def test_the_word_document_has_summaries_quotes_and_what_is_cited(linked, said):
    from docx import Document

    document = Document(io.BytesIO(written(said, "f.docx")))
    assert document.sections[0].page_width > document.sections[0].page_height
    table = document.tables[0]
    assert [cell.text for cell in table.rows[0].cells] == ["Case", "emotion", "work"]
    first = table.rows[1].cells[1].text.split("\n")
    assert first[0] == "Missed [1], and sewing [2], see work, [[gone#12]], again [1]. <i>أمي</i>"
    assert first[1] == "- 妈妈"
    assert "“I miss her.” (Mei, interview, 2009-03-02)" in first
    assert any(run.text == "Missed" and run.bold for run in table.rows[1].cells[1].paragraphs[0].runs)
    below = [paragraph.text for paragraph in document.paragraphs if paragraph.text.startswith("[")]
    assert below[0] == "[1] “I miss her.” (Mei, interview, 2009-03-02), At home, line 1"
    assert below[1].startswith("[2] “Ling: I sew <b>shoes</b>.")
    assert below[1].endswith("At home, line 2")


def test_more_columns_than_a_page_holds_go_into_further_tables(study, said):
    from docx import Document

    for number in range(7):
        assert run(["codebook", "add", f"code {number}"]) == 0
    document = Document(io.BytesIO(written(said, "f.docx")))
    heads = [[cell.text for cell in table.rows[0].cells] for table in document.tables]
    assert [head[0] for head in heads] == ["Case", "Case"]
    assert [name for head in heads for name in head[1:]] == ["emotion", "work", *(f"code {n}" for n in range(7))]


def test_the_page_needs_nothing_else_and_nothing_in_it_is_taken_for_markup(linked, said):
    page = written(said, "f.html").decode("utf-8")
    assert "<strong>Missed</strong>" in page
    assert '<a href="#cited-1">[1]</a>' in page
    assert '<p id="cited-1" dir="auto">[1] “I miss her.”' in page
    assert "&lt;i&gt;أمي&lt;/i&gt;" in page
    assert "I sew &lt;b&gt;shoes&lt;/b&gt;." in page
    assert "http" not in page
    assert "<script" not in page


def test_the_workbook_holds_text_only_under_standing_headers(linked, said):
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(written(said, "f.xlsx")))
    page = book["Framework"]
    assert (page.freeze_panes, [cell.value for cell in page[1]]) == ("B2", ["Case", "emotion", "work"])
    assert page["C3"].value == "[no summary yet: 1 quote]\n\n“=1+1, fine.” (Long, no kind, undated)"
    assert page["C3"].alignment.wrap_text
    quotes = [[cell.value for cell in row] for row in book["Quotes"].iter_rows(min_row=2)]
    assert quotes[-1] == ["zhao", "work", "=1+1, fine.", "(Long, no kind, undated)"]
    assert book["Quotes"]["C5"].data_type == "s"
    assert book["Cited"]["A2"].value == "[1]"


@pytest.mark.parametrize("length", [32_767, 40_000, 100_000])
def test_a_summary_too_long_for_a_cell_goes_on_in_the_next_row_and_nothing_is_lost(study, said, tmp_path, length):
    from openpyxl import load_workbook

    text = ("妈妈 " * length)[: length - 1] + "."
    (tmp_path / "long.txt").write_text(text, "utf-8")
    said("framework", "set", "liang", "emotion", "--file", str(tmp_path / "long.txt"))
    assert said("framework", "-o", "f.xlsx")[0] == 0
    page = load_workbook("f.xlsx")["Framework"]
    found = [row[1] for row in page.iter_rows(min_row=2, values_only=True) if row[0].startswith("liang")]
    assert all(len(part) <= 32_767 for part in found)
    assert "".join(part.removesuffix("\n(goes on below)") for part in found) == text
    assert page.cell(3, 1).value == "liang (continued)"


def test_signs_of_two_units_are_not_cut_in_two():
    pieces = list(chunks("😀" * 20_000))
    assert [len(piece.encode("utf-16-le")) // 2 <= 32_767 for piece in pieces] == [True, True]
    assert "".join(piece.removesuffix("\n(goes on below)") for piece in pieces) == "😀" * 20_000


@pytest.mark.parametrize("name", ["f.docx", "f.html", "f.xlsx"])
def test_the_same_project_gives_the_same_bytes(linked, said, name, monkeypatch):
    first = written(said, name)
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    assert written(said, name) == first


@pytest.mark.parametrize("name", ["f.docx", "f.html", "f.xlsx"])
def test_control_characters_are_shown_as_signs(study, said, name):
    said("framework", "set", "liang", "emotion", "--text", "a\x07b\x1b[31m\ufffe")
    data = written(said, name)
    text = data.decode() if name == "f.html" else "".join(_parts(data))
    assert "a␇b␛[31m" in text
    assert not {"\x07", "\x1b", "\ufffe"} & set(text)


def _parts(data):
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return [package.read(name).decode() for name in package.namelist() if name.endswith(".xml")]


def test_a_project_without_cases_gives_an_empty_table(tmp_path, said, monkeypatch):
    project = make_project(tmp_path / "bare", {"d1": LIANG}, ("work",))
    monkeypatch.chdir(project.root)
    for name in ("f.docx", "f.html", "f.xlsx", "f.csv"):
        assert said("framework", "-o", name)[0] == 0


def test_the_export_changes_nothing(linked, study, said):
    before = open_index(study, in_memory=True).rows("SELECT * FROM memo")
    written(said, "f.docx")
    assert open_index(study, in_memory=True).rows("SELECT * FROM memo") == before


@pytest.mark.parametrize(
    "name", ["framework.docx", "framework.html", "framework.xlsx", "framework.csv", "framework.json"]
)
def test_a_manifest_says_what_it_was_made_from(study, said, name):
    assert said("framework", "--quotes", "-o", name, "--manifest")[0] == 0
    made = json.loads((study.root / f"{name}.manifest.json").read_text("utf-8"))
    assert made["output"] == {"file": name, "sha256": hashlib.sha256((study.root / name).read_bytes()).hexdigest()}
    assert made["options"]["quotes"] is True
