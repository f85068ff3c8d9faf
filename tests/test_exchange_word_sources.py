"""Transcripts in Word files: their words, line by line, with comments and highlights in their places."""

import contextlib
import io
import time
import zipfile
from xml.sax.saxutils import escape, quoteattr

import pytest
from builders import COMPOSED, DECOMPOSED, FAMILY
from hypothesis import given, settings
from hypothesis import strategies as st

from qualcode.core.document import Body
from qualcode.errors import BadFile
from qualcode.exchange.sources import ImportedText, body_builder, read_source
from qualcode.exchange.sources.highlight_colors import color_name
from qualcode.exchange.sources.package import Package
from qualcode.exchange.sources.word import read
from qualcode.exchange.sources.word_parts import KIND
from qualcode.exchange.sources.word_symbols import symbol

OOXML = "http://schemas.openxmlformats.org"
SPACES = " ".join(
    f'xmlns:{name}="{address}"'
    for name, address in {
        "w": f"{OOXML}/wordprocessingml/2006/main",
        "m": f"{OOXML}/officeDocument/2006/math",
        "mc": f"{OOXML}/markup-compatibility/2006",
        "pic": f"{OOXML}/drawingml/2006/picture",
        "v": "urn:schemas-microsoft-com:vml",
        "w14": "http://schemas.microsoft.com/office/word/2010/wordml",
        "w15": "http://schemas.microsoft.com/office/word/2012/wordml",
        "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
    }.items()
)


def packed(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def word(inner, **parts):
    """A Word file with this body and these further parts (their root's name first: `comments="<w:comment ...>"`)."""
    files = {"word/document.xml": f"<w:document {SPACES}><w:body>{inner}</w:body></w:document>"}
    for name, content in parts.items():
        root = "w15:commentsEx" if name == "commentsExtended" else f"w:{name}"
        files[f"word/{name}.xml"] = f"<{root} {SPACES}>{content}</{root}>"
    return packed(files)


def run(text, properties=""):
    properties = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{properties}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def paragraph(*inner, properties=""):
    properties = f"<w:pPr>{properties}</w:pPr>" if properties else ""
    return f"<w:p>{properties}{''.join(inner)}</w:p>"


def lines_of(inner, **parts):
    body = read(word(inner, **parts), "talk.docx").body
    assert body.endswith("\n")
    return body[:-1].split("\n")


def table(*rows):
    made = ("".join(f"<w:tc><w:tcPr/>{cell}</w:tc>" for cell in row) for row in rows)
    return "<w:tbl><w:tblPr/>" + "".join(f"<w:tr>{cells}</w:tr>" for cells in made) + "</w:tbl>"


def texts(*rows):
    return table(*([paragraph(run(cell)) for cell in row] for row in rows))


# ---------------------------------------------------------------- words


def test_a_paragraph_is_a_line_and_its_words_are_kept_letter_for_letter():
    words = [f"caf{DECOMPOSED} and caf{COMPOSED}", "", f"  妈妈说：{FAMILY}  ", "אמא אמרה", "a & b < c"]
    assert lines_of("".join(paragraph(run(each)) for each in words) + paragraph(run("."))) == [*words, "."]


def test_a_file_from_python_docx_comes_through(tmp_path):
    docx = pytest.importorskip("docx")
    made = docx.Document()
    made.add_heading("Second visit", 1)
    made.add_paragraph("I: Who cooks?")
    made.add_paragraph("rice", style="List Bullet")
    made.sections[0].header.paragraphs[0].text = "confidential"
    made.save(tmp_path / "visit.docx")
    found = read_source(tmp_path / "visit.docx")
    assert found.body == "# Second visit\nI: Who cooks?\n- rice\n"
    assert found.kind == "Word file"
    assert found.losses == (
        "1 list item has a dash in place of its bullet or number", "headers and footers were left out",
    )  # fmt: skip


def test_signs_that_word_writes_as_elements_are_kept():
    inner = "<w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t><w:noBreakHyphen/><w:t>d</w:t><w:softHyphen/><w:t>e</w:t></w:r>"
    assert lines_of(paragraph(inner)) == ["a\tb", "c\u2011d\u00ade"]


def test_a_page_break_parts_words_but_makes_no_empty_line():
    page = '<w:r><w:br w:type="page"/></w:r>'
    assert lines_of(paragraph(page, run("a"), page, run("b"), page) + paragraph(run("c"))) == ["a", "b", "c"]


def test_symbols_become_letters_of_unicode_or_are_said_to_be_unknown():
    symbols = [("Wingdings", "F04A"), ("Wingdings", "F0E0"), ("Symbol", "F061"), ("Arial", "20AC")]
    assert [symbol(font, code) for font, code in symbols] == ["☺", "→", "α", "€"]
    assert [symbol("Webdings", "F04A"), symbol("x", "D800"), symbol("x", "zz")] == ["\ufffd"] * 3
    found = read(word(paragraph('<w:r><w:sym w:font="Webdings" w:char="F022"/></w:r>')), "x.docx")
    assert found.losses == ("1 sign of a symbol font may look different",)


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        (f"<w:hyperlink>{run('link')}</w:hyperlink>", "link"),
        (f"<w:smartTag><w:smartTagPr/>{run('place')}</w:smartTag>", "place"),
        (f"<w:sdt><w:sdtPr/><w:sdtContent>{run('chosen')}</w:sdtContent></w:sdt>", "chosen"),
        (f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{run('Click here')}</w:sdtContent></w:sdt>", ""),
        (f'<w:fldSimple w:instr="DATE">{run("1 March")}</w:fldSimple>', "1 March"),
        (f"<w:r><w:ruby><w:rt>{run('mā')}</w:rt><w:rubyBase>{run('妈')}</w:rubyBase></w:ruby></w:r>", "妈"),
        ("<m:oMath><m:r><m:t>x=1</m:t></m:r></m:oMath>", "x=1"),
        (f"<w:dir>{run('שלום')}</w:dir>", "שלום"),
        ("<w:r><w:t>a\nb</w:t></w:r>", "a b"),
    ],
    ids=["hyperlink", "smart tag", "control", "placeholder", "field", "ruby", "equation", "direction", "line end"],
)
def test_text_within_text_is_kept_once(inner, expected):
    assert lines_of(paragraph(run("("), inner, run(")"))) == [f"({expected})"]


def test_of_a_field_the_result_is_kept_and_its_instruction_is_not():
    def field(kind):
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    inside = field("begin") + run("PAGE") + field("separate") + run("7") + field("end")
    whole = (
        field("begin")
        + "<w:r><w:instrText>IF</w:instrText></w:r>"
        + inside
        + field("separate")
        + run("yes")
        + field("end")
    )
    assert lines_of(paragraph(run("a "), whole, run(" b")) + paragraph(run("c"))) == ["a yes b", "c"]
    assert lines_of(paragraph(run("a"), field("begin"), run("lost")) + paragraph(run("kept"))) == ["a", "kept"]


def test_headings_have_signs_by_their_level():
    styles = (
        '<w:style w:styleId="T"><w:name w:val="Title"/></w:style><w:style w:styleId="B"><w:name w:val="heading 2"/></w:style>'
        '<w:style w:styleId="C"><w:basedOn w:val="B"/></w:style><w:style w:styleId="L"><w:basedOn w:val="L"/></w:style>'
    )
    inner = "".join(paragraph(run(name), properties=f'<w:pStyle w:val="{name}"/>') for name in "TBCL")
    inner += paragraph(run("own"), properties='<w:outlineLvl w:val="2"/>') + paragraph(
        properties='<w:pStyle w:val="T"/>'
    )
    assert lines_of(inner + paragraph(run("end")), styles=styles) == ["# T", "## B", "## C", "L", "### own", "", "end"]


def test_list_items_have_dashes_but_those_that_begin_a_turn():
    numbered = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="3"/></w:numPr>'
    items = [paragraph(run(text), properties=numbered) for text in ("rice", "Mother Liang: I left.", "奶奶：吃饭")]
    found = read(word("".join(items)), "x.docx")
    assert found.body == "- rice\nMother Liang: I left.\n奶奶：吃饭\n"
    assert len(found.losses) == 2


def test_tracked_changes_count_as_accepted():
    inner = paragraph(
        run("She was "), "<w:del><w:r><w:delText>two</w:delText><w:tab/></w:r></w:del>", f"<w:ins>{run('three')}</w:ins>",
        f"<w:moveFrom>{run('gone')}</w:moveFrom>", f"<w:moveTo>{run(' here')}</w:moveTo>",
    )  # fmt: skip
    found = read(word(inner), "x.docx")
    assert (found.body, found.losses) == ("She was three here\n", ("3 tracked changes were taken as accepted",))


def test_a_deleted_paragraph_end_joins_two_lines_and_the_second_ones_style_holds():
    first = paragraph(run("One "), properties="<w:rPr><w:del/></w:rPr>")
    assert lines_of(first + paragraph(run("two"), properties='<w:outlineLvl w:val="0"/>')) == ["# One two"]


def test_a_deleted_row_is_gone():
    gone = f"<w:tr><w:trPr><w:del/></w:trPr><w:tc>{paragraph(run('x'))}</w:tc></w:tr>"
    made = texts(["a", "b"], ["c", "d"]).replace("</w:tbl>", gone + "</w:tbl>")
    assert lines_of(made + paragraph(run("end"))) == ["a\tb", "c\td", "end"]


def test_hidden_text_is_left_out_and_said():
    styles = '<w:style w:styleId="H"><w:rPr><w:vanish/></w:rPr></w:style>'
    inner = paragraph(
        run("a"), run("b", "<w:vanish/>"), run("c", '<w:vanish w:val="0"/>'), run("d", '<w:rStyle w:val="H"/>')
    )
    found = read(word(inner, styles=styles), "x.docx")
    assert (found.body, found.losses) == ("ac\n", ("2 passages of hidden text were left out",))


def test_a_text_box_comes_once_after_its_paragraph():
    box = f"<w:txbxContent>{paragraph(run('in the box'))}</w:txbxContent>"
    both = (
        f"<w:r><mc:AlternateContent><mc:Choice><wps:txbx>{box}</wps:txbx></mc:Choice>"
        f"<mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    found = read(word(paragraph(run("be"), both, run("fore")) + paragraph(run("after"))), "x.docx")
    assert (found.body, found.losses) == ("before\nin the box\nafter\n", ("1 text box stands after its paragraph",))


def test_notes_stand_at_the_end_in_the_order_of_their_calls():
    inner = paragraph(
        run("one"),
        '<w:r><w:endnoteReference w:id="2"/></w:r>',
        run(" two"),
        '<w:r><w:footnoteReference w:id="2"/></w:r>',
    )
    foot = f'<w:footnote w:id="0">{paragraph(run("rule"))}</w:footnote><w:footnote w:id="2">{paragraph(run(" at the foot"))}</w:footnote>'
    end = f'<w:endnote w:id="2">{paragraph(run("at the end"))}{paragraph(run("more"))}</w:endnote>'
    found = lines_of(inner, footnotes=foot, endnotes=end)
    assert found == ["one[^1] two[^2]", "[^1]: at the end", "more", "[^2]: at the foot"]


def test_pictures_equations_and_embedded_documents_are_counted():
    inner = "<w:r><w:drawing><pic:pic/></w:drawing></w:r><w:r><w:pict><v:imagedata/></w:pict></w:r>" + run("words")
    found = read(word(paragraph(inner, "<m:oMath/>") + "<w:altChunk/>"), "x.docx")
    assert found.body == "words\n"
    assert found.losses == (
        "2 pictures were left out", "1 embedded document was left out", "1 equation was flattened to a line of signs",
    )  # fmt: skip


def test_the_strict_form_is_read_alike():
    inner = paragraph(run("words"), "<m:oMath><m:r><m:t>x</m:t></m:r></m:oMath>")
    text = f"<w:document {SPACES}><w:body>{inner}</w:body></w:document>"
    for name, address in {
        "wordprocessingml/2006/main": "wordprocessingml/main",
        "officeDocument/2006/math": "officeDocument/math",
    }.items():
        text = text.replace(f"{OOXML}/{name}", f"http://purl.oclc.org/ooxml/{address}")
    assert read(packed({"word/document.xml": text}), "x.docx").body == "wordsx\n"
    assert read(packed({"word/document.xml": text.encode("utf-16")}), "x.docx").body == "wordsx\n"


def test_the_main_part_is_found_by_its_relation():
    relation = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Type="x/officeDocument" Target="/word/document2.xml"/></Relationships>'
    )
    text = f"<w:document {SPACES}><w:body>{paragraph(run('here'))}</w:body></w:document>"
    assert read(packed({"_rels/.rels": relation, "word\\Document2.xml": text}), "x.docx").body == "here\n"


# ---------------------------------------------------------------- tables

ASKED, SAID = "How was it then?", "She was three when I left."


def test_a_table_of_speakers_and_words_becomes_turns():
    rows = [["Speaker", "Words"], ["I", ASKED], ["Mother Liang:", SAID], ["", "And small."], ["I", "Then?"]]
    found = read(word(texts(*rows)), "x.docx")
    assert found.body == f"Speaker\tWords\nI: {ASKED}\nMother Liang: {SAID}\nAnd small.\nI: Then?\n"
    assert [turn.speaker for turn in Body(found.body).turns][1:] == ["I", "Mother Liang", "I"]
    assert found.losses == ("1 table was read as turns: who, then what they say",)


@pytest.mark.parametrize(
    ("rows", "lines"),
    [
        ([["00:12", "I", ASKED], ["0:01:15", "Liang", SAID]], [f"[00:12] I: {ASKED}", f"[0:01:15] Liang: {SAID}"]),
        ([["I", "[00:12]", ASKED], ["Liang", "", SAID]], [f"I [00:12]: {ASKED}", f"Liang: {SAID}"]),
        ([["1", "I", ASKED], ["2", "Liang", SAID]], [f"I: {ASKED}", f"Liang: {SAID}"]),
        ([["Date", "2009"], ["Place", "Shanghai"]], ["Date\t2009", "Place\tShanghai"]),
        ([["Care", "She cooks."], ["Anger", "She shouts."]], ["Care\tShe cooks.", "Anger\tShe shouts."]),
        ([["Name", "Age"], ["Long", "14"]], ["Name\tAge", "Long\t14"]),
        ([["Who", "What"], ["Liang", "Hello"]], ["Who\tWhat", "Liang: Hello"]),
        ([["I", "Yes"], ["R", "Yes"]], ["I: Yes", "R: Yes"]),
        ([["a", "b", "c"], ["d", "", "f"]], ["a\tb\tc", "d\t\tf"]),
        ([["only"], ["one"]], ["only", "one"]),
        ([["", ""], ["x", "y"]], ["", "x\ty"]),
    ],
    ids=[
        "time first",
        "time second",
        "numbered",
        "facts",
        "themes",
        "ages",
        "headed",
        "roles",
        "figures",
        "one column",
        "an empty row",
    ],
)
def test_tables_are_lines(rows, lines):
    assert lines_of(texts(*rows) + paragraph(run("end"))) == [*lines, "end"]


def test_a_cell_keeps_its_paragraphs_and_tables_within_tables_come_through():
    inner = texts(["x", "y"])
    made = table([paragraph(run("a")) + paragraph(run("b")), inner + paragraph(run("z"))])
    assert lines_of(made + paragraph(run("end"))) == ["a", "b\tx\ty", "z", "end"]


def test_rows_and_cells_within_content_controls_are_kept():
    cell = f"<w:sdt><w:sdtContent><w:tc>{paragraph(run('in'))}</w:tc></w:sdtContent></w:sdt>"
    row = f"<w:sdt><w:sdtContent><w:tr>{cell}<w:tc>{paragraph(run('out'))}</w:tc></w:tr></w:sdtContent></w:sdt>"
    assert lines_of(f"<w:tbl>{row}</w:tbl>" + paragraph(run("end"))) == ["in\tout", "end"]


# ---------------------------------------------------------------- comments and highlights


def mark(edge, ident):
    if edge == "Reference":
        return f'<w:r><w:commentReference w:id="{ident}"/></w:r>'
    return f'<w:commentRange{edge} w:id="{ident}"/>'


def comment(ident, text, author="Wu Lan", paragraph_id=""):
    inner = paragraph(run(text)).replace("<w:p>", f"<w:p w14:paraId={quoteattr(paragraph_id)}>")
    return f'<w:comment w:id="{ident}" w:author="{author}" w:date="2009-03-01T10:00:00Z">{inner}</w:comment>'


def remarks(inner, **parts):
    found = read(word(inner, **parts), "x.docx")
    return [(found.body[each.start : each.end], each.text, each.author) for each in found.remarks]


def test_comments_come_with_their_passage_author_and_date_also_over_several_paragraphs():
    inner = paragraph(run("I was "), mark("Start", 1), run("three")) + paragraph(
        run("and alone"), mark("End", 1), mark("Reference", 1)
    )
    found = read(word(inner, comments=comment(1, "turning point")), "x.docx")
    (only,) = found.remarks
    assert found.body[only.start : only.end] == "three\nand alone"
    assert (only.text, only.author, only.date) == ("turning point", "Wu Lan", "2009-03-01T10:00:00Z")


def test_a_comment_at_a_point_has_an_empty_passage_there():
    (only,) = read(
        word(paragraph(run("ab"), mark("Reference", 1), run("c")), comments=comment(1, "?")), "x.docx"
    ).remarks
    assert (only.start, only.end) == (2, 2)


def test_a_reply_is_about_the_passage_of_what_it_answers():
    inner = paragraph(
        run("x "), mark("Start", 1), run("here"), mark("End", 1), mark("Reference", 1), mark("Reference", 2)
    )
    both = comment(1, "why?", paragraph_id="AA") + comment(2, "because", "Bao", paragraph_id="BB")
    extended = '<w15:commentEx w15:paraId="AA"/><w15:commentEx w15:paraId="BB" w15:paraIdParent="AA"/>'
    assert remarks(inner, comments=both, commentsExtended=extended) == [
        ("here", "why?", "Wu Lan"), ("here", "because", "Bao"),
    ]  # fmt: skip


def test_a_comment_on_deleted_words_stands_where_they_were_and_one_without_place_is_said():
    gone = f"<w:del>{mark('Start', 1)}<w:r><w:delText>gone</w:delText></w:r>{mark('End', 1)}</w:del>"
    found = read(word(paragraph(run("ab"), gone, run("c")), comments=comment(1, "a") + comment(9, "b")), "x.docx")
    assert [(each.start, each.end, each.text) for each in found.remarks] == [(0, 0, "b"), (2, 2, "a")]
    assert any("comment stands at the start" in loss for loss in found.losses)


def test_highlights_of_one_colour_are_joined_and_end_with_the_paragraph():
    yellow, green = '<w:highlight w:val="yellow"/>', '<w:shd w:fill="00FF00"/>'
    inner = paragraph(run("a "), run("b", yellow), mark("Reference", 1), run("c", yellow), run("d", green))
    inner += paragraph(run("e", green), run("f", '<w:highlight w:val="none"/><w:shd w:fill="auto"/>'), run(" ", yellow))
    found = read(word(inner), "x.docx")
    assert [(found.body[each.start : each.end], each.color) for each in found.highlights] == [
        ("bc", "yellow"), ("d", "green"), ("e", "green"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("darkYellow", "dark yellow"), ("FFFF00", "yellow"), ("#ffcccc", "red"), ("D9D9D9", "gray"), ("FFFFFF", ""),
        ("auto", ""), ("transparent", ""), ("; rm", ""), ("000000", "black"), ("000080", "dark blue"),
    ],
)  # fmt: skip
def test_colours_have_plain_names(value, name):
    assert color_name(value) == name


WORDS = st.lists(
    st.sampled_from(["a", "Z", " ", ":", "妈", DECOMPOSED, FAMILY, "ש", "\t"]), min_size=1, max_size=6
).map("".join)
COLORS = st.sampled_from(["", "yellow", "green"])
PARAGRAPHS = st.lists(st.lists(st.tuples(WORDS, COLORS, st.booleans()), max_size=5), max_size=5)


@given(
    PARAGRAPHS,
    st.booleans(),
    st.sampled_from(["", '<w:outlineLvl w:val="0"/>', '<w:numPr><w:numId w:val="1"/></w:numPr>']),
)
def test_places_hold_on_the_body_whatever_stands_before_them(paragraphs, in_table, properties):
    inner, commented, colored = "", [], []
    for runs in paragraphs:
        made, last = "", ""
        for words, color, has_comment in runs:
            piece = run(words, f'<w:highlight w:val="{color}"/>' if color else "")
            if has_comment:
                ident = len(commented)
                piece = mark("Start", ident) + piece + mark("End", ident)
                commented.append(words)
            if color and color == last:
                colored[-1] += words
            elif color:
                colored.append(words)
            made, last = made + piece, color
        made = paragraph(made, properties=properties)
        inner += table([made, paragraph(run("side"))]) if in_table else made
    comments = "".join(comment(number, str(number)) for number in range(len(commented)))
    found = read(word(inner + paragraph(run("end")), comments=comments), "x.docx")
    by_number = {int(each.text): found.body[each.start : each.end] for each in found.remarks}
    assert [by_number[number] for number in range(len(commented))] == commented
    assert [found.body[each.start : each.end] for each in found.highlights] == [
        each for each in colored if each.strip()
    ]


def test_the_export_of_a_meeting_is_read_as_turns_and_keeps_its_comments():
    pytest.importorskip("qualcode.exchange.sources.services")
    said = [("Wu Lan", ASKED), ("Mother Liang", SAID), ("Wu Lan", "And then?"), ("Mother Liang", "I wept.")]
    inner = ""
    for number, (name, words) in enumerate(said):
        passage = mark("Start", number) + run(words, '<w:highlight w:val="yellow"/>') + mark("End", number)
        inner += paragraph(run(f"{name}   0:{number:02}"), "<w:r><w:br/></w:r>", passage)
    found = read(word(inner, comments=comment(3, "check")), "x.docx")
    assert found.body.startswith(f"[00:00:00] Wu Lan: {ASKED}\n[00:00:01] Mother Liang: {SAID}\n")
    assert [found.body[each.start : each.end] for each in found.highlights] == [words for _, words in said]
    assert [(found.body[each.start : each.end], each.text) for each in found.remarks] == [("I wept.", "check")]


# ---------------------------------------------------------------- hostile and broken files

GOOD = word(
    paragraph(run("words and more words " * 50)) + texts(["I", ASKED], ["Liang", SAID]), comments=comment(1, "x")
)


def encrypted():
    data = bytearray(word(paragraph(run("x"))))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def deep(count):
    return word("<w:tbl><w:tr><w:tc>" * count + paragraph(run("x")) + "</w:tc></w:tr></w:tbl>" * count)


def bomb(doctype, inner):
    text = f'<?xml version="1.0"?><!DOCTYPE w:document [{doctype}]><w:document {SPACES}><w:body>{inner}</w:body></w:document>'
    return packed({"word/document.xml": text})


LAUGHS = '<!ENTITY l0 "ha">' + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "not a Word file"),
        (b"only text", "not a Word file"),
        (GOOD[:-30], "not a Word file"),
        (GOOD[: len(GOOD) // 2], "not a Word file"),
        (b"{\\rtf1 x}", r"RTF file under another name.*rename"),
        (b"\n<HTML>", "web page under another name"),
        (b"%PDF-1.7", "PDF file under another name"),
        (packed({"a.txt": "x"}), "no Word document in it"),
        (packed({"word/document.xml": ""}), r"word/document\.xml in it is damaged"),
        (packed({"word/document.xml": "<w:document"}), "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 WordDocument", r"password or in the format of before 2007.*save it anew as \.docx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "it is protected by a password"),
        (encrypted(), "protected by a password"),
        (bomb(LAUGHS, paragraph("<w:r><w:t>&l11;</w:t></w:r>")), r"entities|damaged"),
        (bomb(LAUGHS, '<w:p w:x="&l11;"/>'), r"entities|damaged"),
        (bomb('<!ENTITY x SYSTEM "file:///etc/hostname">', paragraph("<w:r><w:t>&x;</w:t></w:r>")), "entities"),
        (bomb('<!ENTITY % x SYSTEM "http://127.0.0.1:9/x"> %x;', ""), "entities"),
        (bomb("".join(f'<!ATTLIST w:p a{n} CDATA "ha">' for n in range(5_000)), "<w:p/>" * 100_000), "attributes"),
        (packed({"word/document.xml": b'<?xml version="1.0" encoding="UTF-7"?>+ADw-x/>'}), "in an encoding that no Word file uses"),
        (packed({"word/document.xml": '<!DOCTYPE x [<!ENTITY a "b">]><x/>'.encode("utf-16")}), "entities"),
        (deep(5_000), "damaged"),
    ],
    ids=(
        "empty,text,cut,half,rtf,html,pdf,other zip,empty part,broken,old,locked,locked zip,"
        "laughs,laughs in a name,file,address,attributes,utf-7,utf-16,deep"
    ).split(","),
)  # fmt: skip
def test_what_is_no_sound_word_file_is_refused_in_a_sentence(data, message):
    with pytest.raises(BadFile, match=message):
        read(data, "talk.docx")


def test_tables_within_tables_are_read_as_deep_as_word_makes_them():
    assert read(deep(60), "x.docx").body == "x\n"


def test_a_part_that_unpacks_to_too_much_is_refused_whatever_size_it_declares():
    data = bytearray(packed({"word/document.xml": b" " * (70 * 1024 * 1024)}))
    with pytest.raises(BadFile, match=r"larger than 64 MB unpacked"):
        read(bytes(data), "x.docx")
    for header, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = data.index(header) + offset
        data[at : at + 4] = (100).to_bytes(4, "little")
    with pytest.raises(BadFile):
        read(bytes(data), "x.docx")


def test_parts_together_are_limited(monkeypatch):
    monkeypatch.setattr("qualcode.exchange.sources.package.LARGEST_PACKAGE", 3_000)
    package = Package(packed({"a": b"x" * 2_000, "b": b"x" * 2_000}), "x.docx", KIND)
    assert len(package.part("a")) == 2_000
    with pytest.raises(BadFile, match="larger"):
        package.part("b")


def test_too_many_files_or_elements_are_refused():
    with pytest.raises(BadFile, match="more than 10,000 files"):
        read(packed({str(number): "" for number in range(10_001)}), "x.docx")
    with pytest.raises(BadFile, match="elements and attributes"):
        read(word("<w:p/>" * 3_000_001), "x.docx")


def test_names_that_lead_out_of_the_package_touch_nothing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    data = packed(
        {"../../evil.txt": "x", "/evil.txt": "y", "word/document.xml": f"<w:document {SPACES}><w:body/></w:document>"}
    )
    assert read(data, "x.docx").body == "\n"
    assert list(tmp_path.rglob("*")) == []


def test_a_packing_that_word_does_not_use_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("word/document.xml", "<x/>")
    with pytest.raises(BadFile, match="packed in a way"):
        read(out.getvalue(), "x.docx")


def survives(data):
    with contextlib.suppress(BadFile):
        found = read(data, "x.docx")
        assert isinstance(found, ImportedText)
        for each in (*found.remarks, *found.highlights):
            assert 0 <= each.start <= each.end <= len(found.body)


@settings(max_examples=300)
@given(st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), max_size=8), st.integers(0, len(GOOD)))
def test_damaged_bytes_end_in_text_or_in_a_refusal(flips, length):
    data = bytearray(GOOD)
    for at, value in flips:
        data[at] = value
    survives(bytes(data))
    survives(bytes(data[:length]))


TAGS = (
    "p r t rPr pPr tbl tr tc ins del moveFrom sdt sdtContent fldChar txbxContent commentRangeStart commentRangeEnd footnoteReference "
    "highlight vanish br tab sym hyperlink body style comment footnote trPr tcPr numPr"
).split()
VALUES = st.sampled_from(["", "1", "yellow", "begin", "separate", "end", "F0E0", "-5", "99999999999999999999", "page"])
NODES = st.recursive(
    st.text("ab \n妈", max_size=3),
    lambda inner: st.tuples(st.sampled_from(TAGS), VALUES, st.lists(inner, max_size=4)).map(
        lambda node: (
            f'<w:{node[0]} w:val="{node[1]}" w:id="{node[1]}" w:fldCharType="{node[1]}" w:type="{node[1]}" '
            f'w:char="{node[1]}">{"".join(node[2])}</w:{node[0]}>'
        )
    ),
    max_leaves=30,
)


@settings(max_examples=300)
@given(NODES, NODES)
def test_elements_in_any_disorder_end_in_text_or_in_a_refusal(inner, others):
    survives(word(inner, styles=others, comments=others, footnotes=others, commentsExtended=others))


def test_time_grows_with_the_length_only():
    def seconds(count):
        data = word(paragraph(*([run("a b", '<w:highlight w:val="green"/>'), run("c")] * count)))
        begun = time.process_time()
        assert len(read(data, "x.docx").highlights) == count
        return time.process_time() - begun

    seconds(100)
    assert seconds(40_000) < 20 * seconds(5_000) + 0.5


def test_a_builder_without_text_gives_an_empty_line():
    assert body_builder.BodyBuilder().finish().body == "\n"
