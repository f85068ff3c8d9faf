"""Manuscripts in Markdown, plain text and Word."""

import io
import zipfile

import pytest
from builders import DECOMPOSED, FAMILY

from qualcode.errors import BadFile, BadOption
from qualcode.exchange.manuscripts import read_manuscript

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def read(folder, content, name="paper.md"):
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return [(paragraph.text, paragraph.line, paragraph.block) for paragraph in read_manuscript(path)]


def packed(**parts):
    """A zip file with these parts under word/."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(f"word/{name}.xml", content)
    return out.getvalue()


def document(inner):
    return f'<w:document xmlns:w="{W}"><w:body>{inner}</w:body></w:document>'


def run(text):
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


# ---------------------------------------------------------------- Markdown and plain text


def test_paragraphs_and_blocks_have_the_line_they_begin_at(tmp_path):
    found = read(tmp_path, "# Title\n\nOne\ntwo\n> block\n>\n> goes on\nafter\n")
    assert found == [
        ("# Title", 1, False), ("One\ntwo", 3, False), ("block\n\ngoes on", 5, True), ("after", 8, False),
    ]  # fmt: skip


def test_what_is_no_prose_is_left_out(tmp_path):
    text = '---\ntitle: "One two three"\n---\nProse <a href="x y z">link</a> `code "here too"`\n\n'
    text += '```\n"not this one"\n```\n\n<!-- "nor\nthat one" -->\nEnd\n'
    found = read(tmp_path, text)
    assert [(" ".join(text.split()), line) for text, line, _ in found] == [("Prose link", 4), ("End", 12)]


def test_line_ends_of_any_system_and_old_encodings_are_read(tmp_path):
    assert read(tmp_path, "Eins\r\n\r\nZwei\r\n".encode("utf-16")) == [("Eins", 1, False), ("Zwei", 3, False)]
    text = "Die Großmutter sagt, sie müsse für alle kochen. Schön wäre es, wenn die Mutter früher käme. " * 3
    assert read(tmp_path, text.encode("cp1252"), "paper.txt")[0][0].startswith("Die Großmutter sagt, sie müsse für")


def test_an_empty_manuscript_has_no_paragraphs(tmp_path):
    assert read(tmp_path, "") == []


@pytest.mark.parametrize("name", ["paper.odt", "paper.pdf", "paper.doc", "paper"])
def test_other_kinds_are_refused_with_what_to_do(tmp_path, name):
    with pytest.raises(BadOption, match=r"Save it as \.docx or \.md"):
        read(tmp_path, "x", name)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(BadFile, match=r"gone\.md: cannot be read"):
        read_manuscript(tmp_path / "gone.md")


# ---------------------------------------------------------------- Word


def test_a_word_file_gives_paragraphs_by_number_and_quote_styles_as_blocks(tmp_path):
    docx = pytest.importorskip("docx")
    written = docx.Document()
    written.add_paragraph("He says:")
    written.add_paragraph("")
    written.add_paragraph(f"caf{DECOMPOSED} 妈妈 {FAMILY} “curly”", style="Intense Quote")
    written.add_table(1, 1).cell(0, 0).text = "in a table"
    written.save(tmp_path / "paper.docx")
    found = [tuple(paragraph)[:3] for paragraph in read_manuscript(tmp_path / "paper.docx")]
    assert found == [
        ("He says:", 1, False), (f"caf{DECOMPOSED} 妈妈 {FAMILY} “curly”", 3, True), ("in a table", 4, False),
    ]  # fmt: skip


def test_tracked_changes_are_read_as_accepted(tmp_path):
    inner = (
        f"<w:p>{run('It is ')}<w:del><w:r><w:delText>a bad</w:delText></w:r></w:del><w:ins>{run('the same')}</w:ins>"
        f"<w:moveFrom>{run('gone')}</w:moveFrom><w:moveTo>{run(' here')}</w:moveTo></w:p>"
    )
    assert read(tmp_path, packed(document=document(inner)), "p.docx") == [("It is the same here", 1, False)]


def test_a_deleted_paragraph_end_joins_two_paragraphs(tmp_path):
    inner = f"<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>{run('One ')}</w:p><w:p>{run('two')}</w:p>"
    assert read(tmp_path, packed(document=document(inner)), "p.docx") == [("One two", 1, False)]


def test_notes_are_read_with_the_paragraph_that_calls_them(tmp_path):
    inner = f'<w:p>{run("One")}</w:p><w:p>{run("Two")}<w:r><w:footnoteReference w:id="2"/></w:r></w:p>'
    notes = f'<w:footnotes xmlns:w="{W}"><w:footnote w:id="2"><w:p>{run("A note")}</w:p></w:footnote></w:footnotes>'
    found = read(tmp_path, packed(document=document(inner), footnotes=notes), "p.docx")
    assert found == [("One", 1, False), ("Two", 2, False), ("A note", 2, False)]


def test_quote_styles_are_known_in_word_of_any_language_and_by_what_they_are_based_on(tmp_path):
    styles = (
        f'<w:styles xmlns:w="{W}"><w:style w:styleId="Zitat"><w:name w:val="Quote"/></w:style>'
        '<w:style w:styleId="Mein"><w:name w:val="Mine"/><w:basedOn w:val="Zitat"/></w:style>'
        '<w:style w:styleId="Kreis"><w:name w:val="Loop"/><w:basedOn w:val="Kreis"/></w:style></w:styles>'
    )
    styled = '<w:p><w:pPr><w:pStyle w:val="{}"/></w:pPr>' + run("x") + "</w:p>"
    inner = "".join(styled.format(style) for style in ("Zitat", "Mein", "Kreis"))
    found = read(tmp_path, packed(document=document(inner), styles=styles), "p.docx")
    assert [block for _, _, block in found] == [True, True, False]


def test_entities_are_never_expanded(tmp_path):
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>' + document(f"<w:p>{run('&b;')}</w:p>")
    with pytest.raises(BadFile, match="declares entities"):
        read(tmp_path, packed(document=bomb), "p.docx")


def test_a_part_that_unpacks_to_too_much_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("qualcode.exchange.sources.package.LARGEST_PART", 10_000)
    with pytest.raises(BadFile, match="unpacked"):
        read(tmp_path, packed(document=document(" " * 20_000)), "p.docx")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not a Word file"),
        (b"just text", "not a Word file"),
        (packed(other="<x/>"), "no Word document in it"),
        (packed(document="<w:broken"), r"word/document\.xml in it is damaged"),
        (packed(document=document(run("words " * 500)))[:-40], "not a Word file"),
        (b"\xd0\xcf\x11\xe0 rest", "protected by a password"),
    ],
    ids=["empty", "text", "no document", "broken XML", "cut off", "encrypted"],
)
def test_a_broken_word_file_is_refused_in_a_sentence(tmp_path, content, message):
    with pytest.raises(BadFile, match=message):
        read(tmp_path, content, "p.docx")


def test_a_damaged_stream_is_refused_in_a_sentence(tmp_path):
    data = bytearray(packed(document=document(run("words and more words " * 500))))
    data[60:90] = b"\xff" * 30
    with pytest.raises(BadFile, match="damaged"):
        read(tmp_path, bytes(data), "p.docx")
