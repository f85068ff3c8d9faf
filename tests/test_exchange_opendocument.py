"""Transcripts in OpenDocument texts, as LibreOffice writes them."""

import contextlib
import io
import zipfile
from xml.sax.saxutils import escape

import pytest
from builders import COMPOSED, DECOMPOSED, FAMILY
from hypothesis import given, settings
from hypothesis import strategies as st

from qualcode.errors import BadFile
from qualcode.exchange.sources import ImportedText, read_source
from qualcode.exchange.sources.opendocument import read

NAMES = "urn:oasis:names:tc:opendocument:xmlns"
SPACES = " ".join(
    f'xmlns:{name}="{address}"'
    for name, address in {
        "office": f"{NAMES}:office:1.0",
        "text": f"{NAMES}:text:1.0",
        "table": f"{NAMES}:table:1.0",
        "style": f"{NAMES}:style:1.0",
        "draw": f"{NAMES}:drawing:1.0",
        "fo": f"{NAMES}:xsl-fo-compatible:1.0",
        "svg": f"{NAMES}:svg-compatible:1.0",
        "dc": "http://purl.org/dc/elements/1.1/",
        "loext": f"{NAMES.replace('oasis:names:tc', 'org:documentfoundation:names:experimental')}:loext:1.0",
    }.items()
)
STYLES = (
    '<style:style style:name="Y" style:family="text"><style:text-properties fo:background-color="#ffff00"/></style:style>'
    '<style:style style:name="H" style:family="text"><style:text-properties text:display="none"/></style:style>'
    '<style:style style:name="P1" style:family="paragraph" style:parent-style-name="Title"/>'
    '<style:style style:name="P2" style:family="paragraph"><style:text-properties fo:background-color="#00ff00"/></style:style>'
    '<style:style style:name="L" style:family="text" style:parent-style-name="L"/>'
)


def packed(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def content(inner):
    return (
        f"<office:document-content {SPACES}><office:automatic-styles>{STYLES}</office:automatic-styles>"
        f"<office:body><office:text>{inner}</office:text></office:body></office:document-content>"
    )


def odt(inner, **parts):
    mimetype = {"mimetype": "application/vnd.oasis.opendocument.text"}
    return packed(mimetype | {"content.xml": content(inner)} | {f"{name}.xml": text for name, text in parts.items()})


def paragraph(*inner, style=""):
    return f'<text:p text:style-name="{style}">{"".join(inner)}</text:p>'


def span(text, style="Y"):
    return f'<text:span text:style-name="{style}">{text}</text:span>'


def table(*rows):
    made = ("".join(f"<table:table-cell>{paragraph(cell)}</table:table-cell>" for cell in row) for row in rows)
    return (
        "<table:table><table:table-column/>"
        + "".join(f"<table:table-row>{row}</table:table-row>" for row in made)
        + "</table:table>"
    )


def lines_of(inner):
    body = read(odt(inner), "talk.odt").body
    assert body.endswith("\n")
    return body[:-1].split("\n")


# ---------------------------------------------------------------- words


def test_a_paragraph_is_a_line_and_its_words_are_kept_letter_for_letter(tmp_path):
    words = [f"caf{DECOMPOSED} and caf{COMPOSED}", "", f"妈妈说：{FAMILY}", "אמא אמרה", "a & b < c"]
    (tmp_path / "talk.odt").write_bytes(odt("\n  ".join(paragraph(escape(each)) for each in words) + paragraph(".")))
    found = read_source(tmp_path / "talk.odt")
    assert found.body[:-1].split("\n") == [*words, "."]
    assert (found.kind, found.losses) == ("OpenDocument text", ())


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        (" \n  a  b \n c ", "a b c "),
        ('a <text:s text:c="3"/>b<text:s/>c', "a    b c"),
        ("a <text:span> b</text:span>", "a b"),
        ("a<text:tab/>b", "a\tb"),
        ("a<text:soft-page-break/>b", "ab"),
        ('<text:a>link</text:a> <text:date text:fixed="true">1 March</text:date>', "link 1 March"),
        ("<text:ruby><text:ruby-base>妈</text:ruby-base><text:ruby-text>mā</text:ruby-text></text:ruby>", "妈"),
        ("p. <text:page-number>7</text:page-number>!", "p. !"),
        ("a<!-- c -->b<?x y?>c", "abc"),
        ('<text:s text:c="x"/>a', " a"),
    ],
    ids="spaces,counted,across,tab,page break,link,ruby,page number,comment,nonsense".split(","),
)
def test_white_space_and_fields_are_as_libreoffice_shows_them(inner, expected):
    assert lines_of(paragraph(inner)) == [expected]


def test_a_line_break_begins_a_line():
    assert lines_of(paragraph("a<text:line-break/>b")) == ["a", "b"]


def test_headings_titles_and_lists_have_signs():
    inner = (
        paragraph("All", style="P1")
        + paragraph("Main", style="Title")
        + '<text:h text:outline-level="2">Part</text:h><text:h>Top</text:h>'
    )
    item = f"<text:list-item>{paragraph('rice')}{paragraph('with meat')}"
    inner += f"<text:list>{item}<text:list>{item}</text:list-item></text:list></text:list-item></text:list>"
    inner += f"<text:list><text:list-item>{paragraph('Liang: I left.')}</text:list-item></text:list>"
    assert lines_of(inner) == [
        "# All",
        "# Main",
        "## Part",
        "# Top",
        "- rice",
        "with meat",
        "- rice",
        "with meat",
        "Liang: I left.",
    ]


def test_tables_are_turns_or_lines_with_tabs():
    talk = table(["I", "Who cooks?"], ["Liang", "Her grandmother cooks."])
    assert lines_of(talk + paragraph("-") + table(["Place", "Shanghai"])) == [
        "I: Who cooks?", "Liang: Her grandmother cooks.", "-", "Place\tShanghai",
    ]  # fmt: skip


def test_rows_in_groups_are_rows():
    cell = f"<table:table-cell>{paragraph('a')}</table:table-cell>"
    rows = f"<table:table-header-rows><table:table-row>{cell}</table:table-row></table:table-header-rows>"
    assert lines_of(f"<table:table>{rows}</table:table>" + paragraph("end")) == ["a", "end"]


def test_notes_stand_at_the_end():
    note = (
        "<text:note><text:note-citation>1</text:note-citation><text:note-body>"
        f"{paragraph('at the foot')}</text:note-body></text:note>"
    )
    assert lines_of(paragraph("one", note, " two") + paragraph("three")) == [
        "one[^1] two",
        "three",
        "[^1]: at the foot",
    ]


def test_tracked_changes_count_as_accepted():
    change = f"<text:changed-region><text:deletion>{paragraph('gone')}</text:deletion></text:changed-region>"
    inner = f"<text:tracked-changes>{change}</text:tracked-changes>" + paragraph(
        "a<text:change/>b<text:change-start/>c<text:change-end/>"
    )
    found = read(odt(inner), "x.odt")
    assert (found.body, found.losses) == ("abc\n", ("1 tracked change was taken as accepted",))


def test_hidden_text_is_left_out_and_said():
    section = f'<text:section text:display="none">{paragraph("secret")}</text:section>'
    inner = paragraph("a", span("b", "H"), "<text:hidden-text>c</text:hidden-text>", "d") + section
    found = read(odt(inner), "x.odt")
    assert (found.body, found.losses) == ("ad\n", ("3 passages of hidden text were left out",))


def test_pictures_are_counted_and_text_boxes_follow_their_paragraph():
    picture = "<draw:frame><draw:image/><svg:title>a house</svg:title></draw:frame>"
    box = f"<draw:frame><draw:text-box>{paragraph('in the box')}</draw:text-box><svg:title>box</svg:title></draw:frame>"
    shape = f"<draw:custom-shape>{paragraph('in the shape')}</draw:custom-shape>"
    found = read(odt(paragraph("be", picture, box, shape, "fore")), "x.odt")
    assert found.body == "before\nin the box\nin the shape\n"
    assert found.losses == ("1 picture was left out", "2 text boxes stand after their paragraphs")


def test_headers_and_footers_are_left_out_and_said():
    header = f"<style:header>{paragraph('confidential')}</style:header>"
    styles = f"<office:document-styles {SPACES}><office:master-styles>{header}</office:master-styles></office:document-styles>"
    found = read(odt(paragraph("a"), styles=styles), "x.odt")
    assert (found.body, found.losses) == ("a\n", ("headers and footers were left out",))


def test_a_flat_file_is_read_alike():
    flat = content(paragraph("words")).replace("document-content", "document").encode()
    assert read(flat, "x.fodt").body == "words\n"


def test_few_elements_cannot_stand_for_endless_spaces():
    body = read(odt(paragraph('<text:s text:c="999999999"/>' * 20_000 + "a")), "x.odt").body
    assert len(body) < 3_000_000


# ---------------------------------------------------------------- comments and highlights


def annotation(name, text, more=""):
    named = f'office:name="{name}"' if name else ""
    return (
        f"<office:annotation {named} {more}><dc:creator>Wu Lan</dc:creator><dc:date>2009-03-01T10:00:00</dc:date>"
        f"{paragraph(text)}</office:annotation>"
    )


def end(name):
    return f'<office:annotation-end office:name="{name}"/>'


def test_comments_come_with_their_passage_author_and_date():
    inner = paragraph("I was ", annotation("1", "why?"), "three") + paragraph(
        "and alone", end("1"), annotation("", "point"), "."
    )
    found = read(odt(inner), "x.odt")
    first, second = found.remarks
    assert found.body == "I was three\nand alone.\n"
    assert (found.body[first.start : first.end], first.text) == ("three\nand alone", "why?")
    assert (first.author, first.date) == ("Wu Lan", "2009-03-01T10:00:00")
    assert (second.start, second.end, second.text) == (21, 21, "point")


def test_a_reply_is_about_the_passage_of_what_it_answers():
    reply = annotation("2", "because", 'loext:parent-name="1"')
    found = read(odt(paragraph("x ", annotation("1", "why?"), "here", end("1"), reply)), "x.odt")
    assert [(found.body[each.start : each.end], each.text) for each in found.remarks] == [
        ("here", "why?"),
        ("here", "because"),
    ]


def test_highlights_come_with_their_colour():
    inner = paragraph("a ", span("b"), span("c", "Y"), span("d", "L")) + paragraph("e", span("f"), style="P2")
    found = read(odt(inner), "x.odt")
    assert [(found.body[each.start : each.end], each.color) for each in found.highlights] == [
        ("bc", "yellow"), ("e", "green"), ("f", "yellow"),
    ]  # fmt: skip


WORDS = st.lists(st.sampled_from(["a", "Z", ":", "妈", DECOMPOSED, FAMILY, "ש"]), min_size=1, max_size=6).map("".join)


@given(st.lists(st.lists(st.tuples(WORDS, st.booleans(), st.booleans()), max_size=5), max_size=5), st.booleans())
def test_places_hold_on_the_body_whatever_stands_before_them(paragraphs, listed):
    inner, commented, colored = "", [], []
    for runs in paragraphs:
        made, last = "", False
        for words, color, has_comment in runs:
            piece = span(words) if color else words
            if has_comment:
                name = str(len(commented))
                piece = annotation(name, name) + piece + end(name)
                commented.append(words)
            if color and last:
                colored[-1] += words
            elif color:
                colored.append(words)
            made, last = made + piece + ("" if color else '<text:s text:c="2"/>'), color
        inner += (
            f"<text:list><text:list-item>{paragraph(made)}</text:list-item></text:list>" if listed else paragraph(made)
        )
    found = read(odt(inner + paragraph("end")), "x.odt")
    by_number = {int(each.text): found.body[each.start : each.end] for each in found.remarks}
    assert [by_number[number] for number in range(len(commented))] == commented
    assert [found.body[each.start : each.end] for each in found.highlights] == colored


# ---------------------------------------------------------------- hostile and broken files

GOOD = odt(
    paragraph("words ", annotation("1", "x"), span("and more " * 20), end("1"))
    + table(["I", "Who cooks?"], ["Liang", "She does."])
)
LAUGHS = '<!ENTITY l0 "ha">' + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))


def bomb(doctype, inner):
    return packed({"content.xml": f"<!DOCTYPE x [{doctype}]>" + content(paragraph(inner))})


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "not an OpenDocument text"),
        (GOOD[: len(GOOD) // 2], "not an OpenDocument text"),
        (packed({"a": "x"}), "no OpenDocument text in it"),
        (packed({"content.xml": f"<office:document-content {SPACES}/>"}), "no OpenDocument text in it"),
        (packed({"content.xml": "<x"}), r"content\.xml in it is damaged"),
        (packed({"content.xml": "%$", "META-INF/manifest.xml": "<m:encryption-data/>"}), "protected by a password"),
        (bomb(LAUGHS, "&l11;"), r"entities|damaged"),
        (bomb('<!ENTITY x SYSTEM "file:///etc/hostname">', "&x;"), "entities"),
        (odt("<text:section>" * 5_000 + paragraph("x") + "</text:section>" * 5_000), "damaged"),
        (packed({"content.xml": b" " * (70 * 1024 * 1024)}), "larger than 64 MB unpacked"),
        (b"<office:document", "it is damaged"),
    ],
    ids="empty,half,other zip,no text,broken,locked,laughs,file,deep,large,flat".split(","),
)
def test_what_is_no_sound_text_is_refused_in_a_sentence(data, message):
    with pytest.raises(BadFile, match=message):
        read(data, "talk.odt")


def survives(data):
    with contextlib.suppress(BadFile):
        found = read(data, "x.odt")
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
    "text:p text:h text:span text:s text:tab text:list text:list-item text:note text:note-body text:section text:ruby table:table "
    "table:table-row table:table-cell office:annotation office:annotation-end draw:frame draw:text-box draw:image draw:g dc:creator "
    "text:tracked-changes text:numbered-paragraph"
).split()
VALUES = st.sampled_from(["", "1", "Y", "H", "none", "-5", "99999999999999999999", "٣"])
NODES = st.recursive(
    st.text("ab \n妈", max_size=3),
    lambda inner: st.tuples(st.sampled_from(TAGS), VALUES, st.lists(inner, max_size=4)).map(
        lambda node: (
            f'<{node[0]} text:style-name="{node[1]}" office:name="{node[1]}" text:c="{node[1]}" '
            f'text:outline-level="{node[1]}" text:display="{node[1]}">{"".join(node[2])}</{node[0]}>'
        )
    ),
    max_leaves=30,
)


@settings(max_examples=300)
@given(NODES)
def test_elements_in_any_disorder_end_in_text_or_in_a_refusal(inner):
    survives(odt(inner))
