"""Codebooks out and in: YAML, CSV, Markdown, DOCX; the codebooks of Taguette and MAXQDA."""

import csv
import io
import tempfile
import time
import unicodedata
from contextlib import suppress
from pathlib import Path

import pytest
from builders import COMPOSED, DECOMPOSED, FAMILY, apply, make_project, open_index, transcript, write_events
from hypothesis import given, settings
from hypothesis import strategies as st

from qualcode.core.codebook import Code, Codebook
from qualcode.core.codebook_live import live_book
from qualcode.core.codebook_plan import plan
from qualcode.errors import BadFile, BadOption
from qualcode.exchange.codebook_export import WRITERS, codebook_yaml, export_codebook
from qualcode.exchange.codebook_import import read_drafts
from qualcode.files.project_files import read_codebook


def project_with(tmp_path, **kwargs):
    return open_index(make_project(tmp_path / "p", **kwargs), in_memory=True)


def drafts_of(tmp_path, content, name="book.csv"):
    """What is read from a file with this content (text as UTF-8)."""
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_drafts(path)


def paths_of(drafts):
    return ["/".join(draft.path) for draft in drafts]


def trouble_with(tmp_path, content, name="book.csv"):
    with pytest.raises(BadFile) as caught:
        drafts_of(tmp_path, content, name)
    return [(problem.line, problem.message) for problem in caught.value.problems]


# ------------------------------------------------------------------ out and in again

CHARACTERS = st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="/")
ODD = st.sampled_from(
    [
        "=1+1",
        "'=1",
        "''-x",
        "no",
        "1",
        "~",
        "- a",
        "a: b",
        "#x",
        "a  b",
        FAMILY,
        "妈妈",
        "שלום",
        f"e{DECOMPOSED}",
        '"',
        "x\u3000y",
    ]
)
NAMES = (st.text(CHARACTERS, min_size=1, max_size=12) | ODD).filter(
    lambda name: any(unicodedata.category(char) not in ("Zs", "Zl", "Zp", "Cf") for char in name)
)
TEXTS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), max_size=40) | ODD
LONG = st.lists(st.text(CHARACTERS, max_size=9) | ODD, min_size=15, max_size=40).map(" ".join)


@st.composite
def books(draw):
    """Codebooks in which no two siblings have the same name, whatever its case and spacing."""
    codes, taken = [], set()
    for number in range(draw(st.integers(0, 6))):
        parent = draw(st.sampled_from(["", *(code.id for code in codes)]))
        name = draw(NAMES).strip()
        key = (parent, " ".join(name.casefold().split()))
        if not name or key in taken:
            continue
        taken.add(key)
        texts = {field: draw(TEXTS | LONG) for field in ("definition", "use_when", "do_not_use_when", "example")}
        codes.append(Code(f"c{number}", name, parent, draw(st.sampled_from(["", "#a1b2c3"])), number, **texts))
    return live_book(Codebook(tuple(codes), draw(NAMES).strip()))


@given(books())
def test_a_codebook_written_as_yaml_reads_back_the_same(book):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "codebook.yaml")
        path.write_bytes(codebook_yaml(book).encode())
        assert read_codebook(path) == (book, [])
        if book.codes:
            assert {planned.action for planned in plan(book, read_drafts(path))} == {"same"}


@settings(max_examples=60)
@given(books())
def test_a_codebook_exported_as_csv_changes_nothing_when_it_comes_back(book):
    with tempfile.TemporaryDirectory() as folder:
        project = make_project(Path(folder, "p"))
        project.codebook_yaml.write_bytes(codebook_yaml(book).encode())
        index = open_index(project, in_memory=True)
        path = Path(folder, "book.csv")
        path.write_bytes(export_codebook(index, "csv"))
        found = plan(index.codebook, read_drafts(path)) if book.codes else []
        index.close()
    assert [(planned.action, planned.id) for planned in found] == [("same", code.id) for code in book.codes]


def test_yaml_is_laid_out_like_a_codebook_and_leaves_tombstones_out(tmp_path):
    codes = {
        "a": {"name": "妈妈", "color": "#112233", "definition": "word " * 40 + "end"},
        "a/b": {},
        "gone": {"merged_into": "a"},
    }
    index = project_with(tmp_path, codes=codes)
    text = export_codebook(index, "yaml").decode()
    assert text.startswith("codes:\n  - id: a\n    name: 妈妈\n")
    assert "    definition: >-\n      word word" in text
    assert text.endswith("    children:\n      - id: b\n        name: b\n")


def test_csv_has_a_byte_order_mark_unless_told_otherwise(tmp_path):
    index = project_with(tmp_path)
    assert export_codebook(index, "csv").startswith(b"\xef\xbb\xbfcode_id,code,")
    assert export_codebook(index, "csv", bom=False).startswith(b"code_id,code,")


def test_csv_makes_formulas_harmless(tmp_path):
    index = project_with(tmp_path, codes={"a": {"definition": "=1+1"}})
    [row] = csv.DictReader(io.StringIO(export_codebook(index, "csv", bom=False).decode(), newline=""))
    assert row["definition"] == "'=1+1"


def test_an_unknown_form_is_refused_with_those_there_are(tmp_path):
    with pytest.raises(BadOption, match="yaml, csv, md, docx"):
        export_codebook(project_with(tmp_path), "pdf")


@pytest.mark.parametrize("form", WRITERS)
def test_an_empty_codebook_can_be_exported(tmp_path, form):
    assert export_codebook(project_with(tmp_path, codes=()), form)


# ------------------------------------------------------------------ the appendix

HOSTILE = {
    "a": {"name": "a | b", "definition": "one\ntwo *bold* <b>\\", "example": "\x1b[31mred\x00\x9b", "retired": True},
    "a/b": {"name": "想念", "definition": "想念妈妈"},
    "a/b/c": {"name": "געגועים", "definition": "שלום (hello)\nhello שלום"},
}


def test_markdown_is_a_table_with_markup_escaped_and_levels_set_in(tmp_path):
    lines = export_codebook(project_with(tmp_path, codes=HOSTILE), "md", date="2026-03-01").decode().split("\n")
    assert lines[0] == "# Codebook: A study (2026-03-01)"
    assert lines[2] == "| Code | Definition | Use when | Do not use when | Example | Segments | Documents |"
    assert lines[4] == r"| a \| b (retired) | one<br>two \*bold\* \<b\>\\ |  |  | ␛\[31mred␀� | 0 | 0 |"
    assert lines[5].startswith("| &emsp;想念 |")
    assert lines[6].startswith("| &emsp;&emsp;געגועים |")


def document_of(tmp_path, **kwargs):
    from docx import Document

    index = project_with(tmp_path, **kwargs)
    return Document(io.BytesIO(export_codebook(index, "docx", date="2026-03-01")))


def test_a_docx_has_a_row_a_code_below_a_caption(tmp_path):
    project = make_project(tmp_path / "p", {"d": transcript("A: I miss my mother.\n")})
    write_events(project, "ann", "d", [apply(1, "A: I miss my mother.\n", "I miss my mother")])
    from docx import Document

    document = Document(io.BytesIO(export_codebook(open_index(project, in_memory=True), "docx", date="2026-03-01")))
    assert (document.paragraphs[0].text, document.paragraphs[0].style.name) == (
        "Codebook: A study (2026-03-01)",
        "Caption",
    )
    rows = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    assert rows[0] == ["Code", "Definition", "Use when", "Do not use when", "Example", "Segments", "Documents"]
    assert [(row[0], row[5], row[6]) for row in rows[1:]] == [
        ("emotion", "0", "1"),
        ("longing", "1", "1"),
        ("work", "0", "0"),
    ]


def test_a_docx_is_landscape_and_its_table_fits_the_page(tmp_path):
    section = document_of(tmp_path).sections[0]
    assert section.page_width > section.page_height
    table = document_of(tmp_path / "again").tables[0]
    width = sum(column.width for column in table.columns)
    assert 0.95 < width / (section.page_width - section.left_margin - section.right_margin) <= 1.001


def test_a_docx_repeats_its_header_row_on_every_page_and_only_that(tmp_path):
    rows = document_of(tmp_path).tables[0].rows
    assert [bool(row._tr.xpath("w:trPr/w:tblHeader")) for row in rows] == [True, False, False, False]


def test_a_docx_shows_signs_for_what_xml_refuses_and_keeps_line_breaks(tmp_path):
    row = document_of(tmp_path, codes=HOSTILE).tables[0].rows[1]
    assert [row.cells[number].text for number in (0, 1, 4)] == [
        "a | b (retired)",
        "one\ntwo *bold* <b>\\",
        "␛[31mred␀�",
    ]


def test_east_asian_text_in_a_docx_names_a_font_for_it(tmp_path):
    rows = document_of(tmp_path, codes=HOSTILE).tables[0].rows
    fonts = [row.cells[1]._tc.xpath(".//w:rFonts/@w:eastAsia") for row in rows]
    assert fonts == [[], [], ["SimSun"], []]


@pytest.mark.parametrize(("text", "font"), [("さびしい 気持", "Yu Mincho"), ("그리움", "Malgun Gothic")], ids=ascii)
def test_the_font_is_one_for_the_script(tmp_path, text, font):
    row = document_of(tmp_path, codes={"a": {"definition": text}}).tables[0].rows[1]
    assert row.cells[1]._tc.xpath(".//w:rFonts/@w:eastAsia") == [font]


def test_a_paragraph_in_a_docx_runs_from_right_to_left_where_its_first_letter_does(tmp_path):
    cell = document_of(tmp_path, codes=HOSTILE).tables[0].rows[3].cells[1]
    assert [bool(paragraph._p.xpath("w:pPr/w:bidi")) for paragraph in cell.paragraphs] == [True, False]


def test_sub_codes_are_set_in_by_their_level_in_a_docx(tmp_path):
    rows = document_of(tmp_path, codes=HOSTILE).tables[0].rows
    indents = [row.cells[0]._tc.xpath(".//w:ind/@w:left") for row in rows[1:]]
    assert indents == [[], ["170"], ["340"]]


# ------------------------------------------------------------------ Taguette


def test_taguettes_codebook_is_read(tmp_path):
    # Taguette 1.0 to 1.4 writes: tag, description, number of highlights
    content = (
        "tag,description,number of highlights\r\n"
        'interviewee.emotion,"Any ""feeling"",\r\nsaid or shown.",4\r\nhome/longing,,0\r\n'
    )
    found = drafts_of(tmp_path, content)
    assert [(draft.path, draft.implied) for draft in found] == [
        (("interviewee.emotion",), False),
        (("home",), True),
        (("home", "longing"), False),
    ]
    assert found[0].fields == {"definition": 'Any "feeling",\nsaid or shown.'}


def test_taguettes_newer_codebook_says_the_parent_by_its_tag(tmp_path):
    # Taguette's development version writes: tag, parent, description, number of highlights
    content = "tag,parent,description,number of highlights\nfar,away,,1\naway,home,,2\nhome,,Where one lives,0\n"
    assert paths_of(drafts_of(tmp_path, content)) == ["home", "home/away", "home/away/far"]


@pytest.mark.parametrize("column", ["tag", "name", "Path", "TAG "])
def test_taguettes_name_column_may_be_called_otherwise(tmp_path, column):
    assert paths_of(drafts_of(tmp_path, f"{column},Description\na.b/c,x\n")) == ["a.b", "a.b/c"]


def test_tags_that_stand_under_one_another_are_refused(tmp_path):
    found = trouble_with(tmp_path, "tag,parent\na,b\nb,a\n")
    assert found == [(2, "“a” stands under itself")]


# ------------------------------------------------------------------ MAXQDA


@pytest.mark.parametrize(("mark", "ids"), [(" > ", ">"), ("\\", "backslash"), (">", "bare")], ids=str)
def test_maxqdas_codes_and_memos_are_read(tmp_path, mark, ids):
    # MAXQDA reads and writes tables with the columns Code and Memo, levels parted by > or, in older versions, \
    content = f"Code;Memo\nEmotion;Any feeling\nEmotion{mark}Longing{mark}his/her mother;Missed; \nWork -> home;\n"
    found = drafts_of(tmp_path, content.replace("Missed; ", "Missed"))
    assert paths_of(found) == ["Emotion", "Emotion/Longing", "Emotion/Longing/his-her mother", "Work -> home"]
    assert found[0].fields == {"definition": "Any feeling"}


def test_maxqdas_code_system_says_the_parent_in_a_column_of_its_own(tmp_path):
    # the code system as a table: Color, Parent code, Code, Cod. seg. (all documents), Memo
    content = (
        "Color\tParent code\tCode\tCod. seg. (all documents)\tMemo\n"
        "●\t\tEmotion\t3\t\n#FF0000\tEmotion\tLonging\t2\tMissing somebody\n\tEmotion > Longing\tMother\t1\t\n"
    )
    found = drafts_of(tmp_path, content.encode("utf-16"))
    assert paths_of(found) == ["Emotion", "Emotion/Longing", "Emotion/Longing/Mother"]
    assert found[1].fields == {"definition": "Missing somebody", "color": "#ff0000"}


# ------------------------------------------------------------------ our own columns


def test_level_columns_do_in_place_of_a_path(tmp_path):
    found = drafts_of(tmp_path, "level_1,level_2,Use when\nemotion,,x\nemotion,longing,y\n")
    assert [(draft.path, draft.fields) for draft in found] == [
        (("emotion",), {"use_when": "x"}),
        (("emotion", "longing"), {"use_when": "y"}),
    ]


def test_columns_that_contradict_one_another_are_refused(tmp_path):
    found = trouble_with(tmp_path, "code_path,code,level_1,level_2\na/b,b,a,c\na/c,d,a,c\n")
    assert [line for line, _ in found] == [2, 3]
    assert "is not what the path says" in found[0][1]


def test_a_colour_that_is_none_is_refused_in_our_own_columns(tmp_path):
    assert trouble_with(tmp_path, "code_path,color\na,red\n") == [(2, "“red” is not a colour")]


def test_ids_are_kept_from_csv_and_yaml(tmp_path):
    assert drafts_of(tmp_path, "code_id,code_path\nc1,a\n")[0].id == "c1"
    assert drafts_of(tmp_path, "codes:\n- {id: c1, name: a}\n", "b.yaml")[0].id == "c1"


# ------------------------------------------------------------------ encodings and separators

ACCENTED = "tag{0}description\nañoranza{0}El niño echa de menos a su mamá\n"


@pytest.mark.parametrize("mark", [",", ";", "\t"], ids=["comma", "semicolon", "tab"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1", "cp1252"])
def test_any_encoding_and_separator_is_read(tmp_path, encoding, mark):
    [draft] = drafts_of(tmp_path, ACCENTED.format(mark).encode(encoding))
    assert (draft.path, draft.fields["definition"]) == (("añoranza",), "El niño echa de menos a su mamá")


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Vorhängeschloß über Müdigkeit", "cp1252"),
        ("où est le café", "cp1252"),
        ("saudade da irmã", "cp1252"),
        ("tęsknota za matką, łzy", "cp1250"),
        ("stesk po mámě, příliš", "cp1250"),
        ("“quoted” – café", "cp1252"),
    ],
    ids=ascii,
)
def test_a_short_text_in_an_old_encoding_is_read_by_its_language(tmp_path, text, encoding):
    [draft] = drafts_of(tmp_path, f"tag;description\nx;{text}\n".encode(encoding))
    assert draft.fields["definition"] == text


def test_excels_line_that_announces_the_separator_is_passed_over(tmp_path):
    assert paths_of(drafts_of(tmp_path, "sep=;\r\ntag;description\r\na,b;x\r\n")) == ["a,b"]
    assert trouble_with(tmp_path, "sep=;\ntag;description\nx\n")[0][0] == 3


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"], ids=ascii)
def test_line_ends_of_any_system_are_read(tmp_path, ending):
    assert paths_of(drafts_of(tmp_path, ending.join(["tag,description", "a,x", "", "b,y"]))) == ["a", "b"]


def test_names_of_any_script_are_kept(tmp_path):
    names = ["妈妈", "געגועים", FAMILY, f"caf{DECOMPOSED}", "می‌خواهم", "x\u3000y"]
    assert paths_of(drafts_of(tmp_path, "tag\n" + "\n".join(names))) == names


# ------------------------------------------------------------------ bad input


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        ("", 0, "empty"),
        (" \n\n", 0, "empty"),
        ("tag,description\n", 0, "no codes"),
        ("foo,bar\n1,2\n", 1, "none of its columns names codes (it has “foo”, “bar”)"),
        ("tag,tag\na,b\n", 1, "stands there twice"),
        ('tag,description\na,"x\ny"\nb\n', 4, "1 cells instead of 2"),
        ("tag,description\na,x,y\n", 2, "3 cells instead of 2"),
        ('tag,description\na,x\nb,"never closed\n', 3, "opened and never closed"),
        ('tag,description\n"a" b,x\n', 2, "text follows a closing quotation mark"),
        ("tag,description\n  ,x\n", 2, "no code in this row"),
        ("tag,description\na//b,x\n", 2, "a level without a name in “a//b”"),
        ("tag,description\na/\u200b,x\n", 2, "a level without a name"),
        ("tag,description\na\x1b[31m,x\n", 2, "a control character in the name “a␛[31m”"),
        ("tag,description\na,x\nb,\nA ,y\n", 4, "stands on line 2 already"),
        (f"tag\ncaf{COMPOSED}\ncaf{DECOMPOSED}\n", 3, "stands on line 2 already"),
        ("code_id,code_path\nc1,a\nc1,b\n", 3, "the code_id “c1” stands on line 2 already"),
        ("tag\n" + "/".join("abcdefg" * 6), 2, "more than 40 levels deep"),
        ("code_path,level_1\na,,\n", 2, ""),
    ],
    ids=lambda value: None if isinstance(value, int) else ascii(value[:24]),
)
def test_a_bad_file_is_refused_with_the_line(tmp_path, content, line, words):
    if not words:
        assert paths_of(drafts_of(tmp_path, content)) == ["a"]  # empty cells too many do no harm
        return
    found = trouble_with(tmp_path, content)
    assert found[0][0] == line
    assert words in found[0][1]


def test_all_bad_rows_are_told_at_once_up_to_twenty(tmp_path):
    found = trouble_with(tmp_path, "tag\n" + "a//b\n" * 50)
    assert [line for line, _ in found] == [*range(2, 22), 0]
    assert found[-1][1] == "and 30 more like these"


def test_bytes_that_are_no_text_are_refused(tmp_path):
    assert trouble_with(tmp_path, b"tag\x00\x01\x02") == [(1, "this is not a text file")]


def test_a_file_that_is_not_there_or_a_folder_is_refused(tmp_path):
    (tmp_path / "folder.csv").mkdir()
    for name in ("folder.csv", "missing.csv", "missing.yaml"):
        with pytest.raises(BadFile, match="cannot be read"):
            read_drafts(tmp_path / name)


def test_another_kind_of_file_is_refused_with_what_to_do(tmp_path):
    with pytest.raises(BadOption, match=r"\.csv.*Save a spreadsheet as CSV"):
        read_drafts(tmp_path / "book.xlsx")


def test_broken_yaml_is_refused_with_its_line(tmp_path):
    assert trouble_with(tmp_path, "codes:\n  - id: a\n    key: 77\n    name: a\n", "b.yaml")[0][0] == 3
    assert "no codes" in trouble_with(tmp_path, "title: x\n", "b.yaml")[0][1]


def test_names_are_tidied_of_line_breaks_and_outer_spaces(tmp_path):
    assert drafts_of(tmp_path, 'tag,description\n" hidden\n  emotions / longing ",x\n')[-1].path == (
        "hidden emotions",
        "longing",
    )


def test_twenty_five_levels_are_no_trouble(tmp_path):
    assert len(drafts_of(tmp_path, "tag\n" + "/".join(f"level {n}" for n in range(25)))) == 25


@pytest.mark.parametrize("kind", ["flat", "chained by parent", "yaml"])
def test_five_thousand_codes_are_read_in_time(tmp_path, kind):
    rows = {
        "flat": "tag,description\n" + "".join(f"top {n % 50}/código {n},definición\n" for n in range(5000)),
        "chained by parent": "tag,parent\n" + "".join(f"t{n},{f't{n - 1}' if n % 30 else ''}\n" for n in range(5000)),
        "yaml": "codes:\n" + "".join(f"  - id: c{n}\n    name: c{n}\n    definition: words\n" for n in range(5000)),
    }
    begun = time.process_time()
    found = drafts_of(tmp_path, rows[kind], "b.yaml" if kind == "yaml" else "b.csv")
    assert time.process_time() - begun < 200
    assert len(found) >= 5000


def test_a_chain_of_five_thousand_parents_is_refused_and_not_followed_for_ever(tmp_path):
    begun = time.process_time()
    found = trouble_with(tmp_path, "tag,parent\n" + "".join(f"t{n},t{n + 1}\n" for n in range(5000)))
    assert "more than 40 levels deep" in found[0][1]
    assert time.process_time() - begun < 20


@given(st.text(max_size=80))
def test_any_text_gives_drafts_or_a_clear_message(text):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "b.csv")
        path.write_bytes(("tag,parent,description\n" + text).encode("utf-8", "replace"))
        with suppress(BadFile):
            assert all(draft.path for draft in read_drafts(path))
