"""RTF in, in the shapes that Word, LibreOffice, TextEdit and WordPad give it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualcode.errors import BadFile, BadOption
from qualcode.exchange.sources import Highlight, ImportedText, Remark, rtf
from qualcode.exchange.sources.rtf_letters import of_charset


def read(inner, head=r"\rtf1\ansi\ansicpg1252\deff0"):
    return rtf.read(("{" + head + inner + "}").encode("latin-1"), "a.rtf")


def body(inner, **options):
    return read(inner, **options).body


CHINESE_FONTS = (
    r"{\fonttbl{\f0\fnil\fcharset0 Times New Roman;}{\f1\fnil\fcharset134 SimSun;}{\f2\fnil\fcharset136 MingLiU;}}"
)


def hexadecimal(text, encoding):
    return "".join(f"\\'{byte:02x}" for byte in text.encode(encoding))


def test_paragraphs_are_lines():
    assert body(r"\pard I: Where?\par Long: Here.\par\par I: Oh.") == "I: Where?\nLong: Here.\n\nI: Oh.\n"


def test_textedit_ends_paragraphs_with_a_backslash_and_writes_unicode_without_a_stand_in():
    source = "\\cocoartf2761\n\\cocoatextscaling0{\\fonttbl\\f0\\fswiss\\fcharset0 Helvetica;}\n{\\colortbl;\\red255\\green255\\blue255;}\n"
    source += (
        "{\\*\\expandedcolortbl;;}\n\\pard\\tx720\\pardirnatural\\partightenfactor0\n\n\\f0\\fs24 \\cf0 I: Wo?\\\n"
    )
    source += "\\uc0\\u22902 \\u22902 : caf\\'e9 \\'96 ja.\\\n{{\\NeXTGraphic tree.png \\width640 \\height480\n}\\'ac}}"
    imported = read(source)
    assert imported.body == "I: Wo?\n奶奶: café – ja.\n"
    assert imported.losses == ("1 picture was left out",)


@pytest.mark.parametrize(
    ("font", "encoding", "words"),
    [(1, "gbk", "奶奶说，天冷。"), (2, "big5", "奶奶說，天冷。")],
    ids=["simplified", "traditional"],
)
def test_bytes_are_read_by_the_character_set_of_their_font(font, encoding, words):
    source = CHINESE_FONTS + rf"\pard\f0 na\'efve \f{font} {hexadecimal(words, encoding)}\f0  caf\'e9\par"
    assert body(source) == f"naïve {words} café\n"


@pytest.mark.parametrize(("page", "encoding", "words"), [
    (936, "gbk", "妈妈在上海。"), (950, "big5", "媽媽在上海。"), (932, "cp932", "母は上海。"), (949, "cp949", "엄마는"),
    (1251, "cp1251", "бабушка"), (65001, "utf-8", "妈妈"),
], ids=["936", "950", "932", "949", "1251", "65001"])  # fmt: skip
def test_without_a_font_the_code_page_of_the_file_counts(page, encoding, words):
    assert body(rf"\pard I: {hexadecimal(words, encoding)}\par", head=rf"\rtf1\ansi\ansicpg{page}") == f"I: {words}\n"


def test_chinese_bytes_in_a_font_declared_as_western_are_chinese_and_french_ones_are_not():
    head = r"\rtf1\ansi\ansicpg936\deff0{\fonttbl{\f0\fnil\fcharset0 Arial;}}"
    assert body(rf"\f0 {hexadecimal('妈妈', 'gbk')}: t\'e9l\'e9 \par", head=head) == "妈妈: télé \n"


def test_raw_bytes_are_letters_too():
    assert rtf.read(b"{\\rtf1\\ansi\\ansicpg936 I: \xc2\xe8\xc2\xe8\\par}", "a.rtf").body == "I: 妈妈\n"


def test_a_letter_may_have_one_byte_in_digits_and_one_as_it_is():
    assert body(r"{\fonttbl{\f0\fcharset128 MS Mincho;}}\f0\'83A\par") == b"\x83A".decode("cp932") + "\n"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (r"\u22902?\u22902?:", "奶奶:"),
        (r"\uc2\u22902\'c4\'cc\u22902\'c4\'cc:", "奶奶:"),
        (r"{\uc0\u22902}\u22902?:", "奶奶:"),
        (r"\u-10179?\u-8704?!", "\U0001f600!"),
        (r"\uc1\u233 e\u769?", "é\u0301"),
        (r"\u22902{?}x", "奶?x"),
        (r"{\upr{old}{\*\ud{new \u22902?}}}", "new 奶"),
        (r"\u55357?lone", "�lone"),
    ],
    ids=["one", "two bytes", "group", "pair", "letter as stand-in", "group ends", "upr", "half a pair"],
)
def test_unicode(source, expected):
    assert body(rf"\pard {source}\par") == expected + "\n"


def test_words_double_byte_runs_are_read_by_their_own_font():
    source = CHINESE_FONTS + rf"\pard\f0\loch\af0\hich\af0\dbch\af1 {hexadecimal('天冷', 'gbk')}\loch\f0 caf\'e9\par"
    assert body(source) == "天冷café\n"


def test_signs_line_breaks_and_tabs():
    assert (
        body(r"\pard I:\tab one\line two\emdash\ldblquote x\rdblquote\~y\_z \{\}\\\par")
        == "I:\tone\ntwo—“x”\u00a0y\u2011z {}\\\n"
    )


def test_hidden_and_deleted_text_headers_and_fields_instructions_are_left_out():
    imported = read(
        r"{\header Study 12\par}{\footerf Page \chpgn\par}\pard Long: It {\v never }is{\deleted  not}{\revised  so}"
        r" at {\field{\*\fldinst HYPERLINK x}{\fldrslt the school}}.\v gone\v0 \plain  End\par"
    )
    assert imported.body == "Long: It is so at the school. End\n"
    assert imported.losses == (
        "2 passages of hidden text were left out", "2 tracked changes were taken as accepted", "headers and footers were left out",
    )  # fmt: skip


def test_a_deleted_paragraph_end_joins_two_paragraphs():
    assert body(r"\pard One {\deleted\par }two\par") == "One two\n"


def test_notes_stand_at_the_end():
    source = (
        r"\pard I: So{\super\chftn{\footnote\pard\plain {\super\chftn} She laughs.\par}} it was.\par Long: Yes.\par"
    )
    assert body(source) == "I: So[^1] it was.\nLong: Yes.\n[^1]: She laughs.\n"


def test_headings_and_lists():
    source = (
        r"{\stylesheet{\s0 Normal;}{\s1\sbasedon0\outlinelevel0 heading 1;}{\s2\outlinelevel1 heading 2;}}"
        r"\pard\s1 Interview\par\pard\s2 Start\par\pard\plain Text\par"
        r"{\listtext\pard\plain\f3 \'b7\tab}\pard\ls1 bread\par{\pntext 2.\tab}milk\par\pard end\par"
    )
    assert body(source) == "# Interview\n## Start\nText\n- bread\n- milk\nend\n"


def row(*cells, head=r"\trowd\cellx4000\cellx8000"):
    return head + "".join(rf"\pard\intbl {cell}\cell" for cell in cells) + r"\row "


def test_a_table_of_names_and_words_becomes_turns():
    source = (
        row("Speaker", "Words")
        + row("Long", "I walk to school.")
        + row("I", "Alone?")
        + row("Long", "With three others.")
    )
    imported = read(r"\pard Title\par" + source + r"\pard End.\par")
    assert (
        imported.body == "Title\nSpeaker\tWords\nLong: I walk to school.\nI: Alone?\nLong: With three others.\nEnd.\n"
    )
    assert imported.losses == ("1 table was read as turns: who, then what they say",)


def test_other_tables_keep_tabs_and_empty_cells():
    imported = read(row("1998", "", "rain") + row("1999", "flood", r"two\par lines") + r"\pard x\par")
    assert imported.body == "1998\t\train\n1999\tflood\ttwo\nlines\nx\n"


def test_comments_and_highlights_have_their_places():
    source = (
        r"\pard Long: {\*\atrfstart 7}nobody {\highlight7 calls}{\*\atrfend 7}"
        r"{\*\atnid MW}{\*\atnauthor Wei}\chatn{\*\annotation{\*\atnref 7}\pard\plain Ask again.}"
        r"{\*\atnauthor Ines}{\*\annotation Here?} now.\par"
    )
    imported = read(source)
    assert imported.body == "Long: nobody calls now.\n"
    assert imported.remarks == (Remark(6, 18, "Ask again.", "Wei"), Remark(18, 18, "Here?", "Ines"))
    assert imported.highlights == (Highlight(13, 18, "yellow"),)


def test_pictures_and_objects_are_left_out():
    imported = read(
        r"\pard See{\*\shppict{\pict\pngblip 89504e47}}{\nonshppict{\pict\wmetafile8 0100}}{\pict\bin5 ab}{d}"
        r"{\object{\*\objdata 0105}{\result\pard here}}.\par"
    )
    assert imported.body == "Seehere.\n"
    assert imported.losses == ("2 pictures were left out", "1 embedded document was left out")


def test_a_given_encoding_counts():
    data = b"{\\rtf1\\ansi\\ansicpg1252 I: \\'c2\\'e8\\par}"
    assert rtf.read(data, "a.rtf", "gbk").body == "I: 妈\n"


@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04", b"I: hello", b"\xd0\xcf\x11\xe0"], ids=["empty", "zip", "text", "doc"]
)
def test_what_is_no_rtf_is_refused(data):
    with pytest.raises(BadFile, match=r"a\.rtf: this is not an RTF file"):
        rtf.read(data, "a.rtf")


def test_a_file_cut_short_is_read_and_said_to_be():
    imported = rtf.read(b"{\\rtf1\\ansi\\pard I: Yes.\\par Long: And th", "a.rtf")
    assert imported.body == "I: Yes.\nLong: And th\n"
    assert imported.losses == ("the file is cut short: its end is missing",)


def test_groups_without_end_are_refused():
    with pytest.raises(BadFile, match="its groups stand too deep"):
        rtf.read(b"{\\rtf1 " + b"{" * 100_000, "a.rtf")


GOOD = (
    "{\\rtf1\\ansi\\ansicpg936\\deff0" + CHINESE_FONTS + r"{\stylesheet{\s1\outlinelevel0 h;}}\pard\s1 T\par"
    + row("Long", r"\u22902?x{\v h}") + r"\pard\f1 \'c4\'cc{\footnote n}{\*\annotation{\*\atnref 1}c}\u-10179?\u-8704?\par}"
).encode("latin-1")  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), max_size=20), st.integers(0, len(GOOD)))
def test_damaged_files_give_text_or_a_refusal(changes, cut):
    data = bytearray(GOOD)
    for place, value in changes:
        data[place] = value
    try:
        imported = rtf.read(bytes(data[: len(data) - cut]), "a.rtf")
    except BadFile:
        return
    assert isinstance(imported, ImportedText)
    assert all(0 <= mark.start <= mark.end <= len(imported.body) for mark in (*imported.remarks, *imported.highlights))


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(
    "{ } \\par \\cell \\row \\intbl \\trowd \\pard \\u55357? \\u-8704? \\uc9 \\'c4 \\f1 \\footnote \\*\\annotation \\*\\atnref "
    "\\atnauthor \\v \\v0 \\deleted \\bin3 \\upr \\*\\ud \\fonttbl \\nestcell \\nestrow \\listtext \\sect \\plain \\* \\ x "
    "\\ansicpg936 \\ansicpg7 \\f99999999 \\dbch \\af1 \\line \\~ \\outlinelevel3 \\s1 \\highlight99 \\highlight-3".split(" ")
)))  # fmt: skip
def test_control_words_in_any_order_give_text(words):
    assert isinstance(rtf.read(("{\\rtf1 " + " ".join(words)).encode(), "a.rtf"), ImportedText)


def test_symbol_fonts_are_signs_and_their_names_are_read():
    fonts = (
        r"{\fonttbl{\f0\fcharset0 Arial;}{\f3\fbidi \froman\fcharset2\fprq2{\*\panose 05050102010706020507}Symbol;}}"
    )
    assert body(fonts + r"\pard\f0 a{\f3\'de}b{\f3 \u61662\'de}\par") == "a⇒b⇒\n"


def test_an_encoding_that_there_is_not_is_refused():
    with pytest.raises(BadOption):
        rtf.read(b"{\\rtf1 x}", "a.rtf", "no-such")


@pytest.mark.parametrize("number", range(256))
def test_every_character_set_has_an_encoding(number):
    assert of_charset(number, "Arial CYR", "cp1252").encode()
    assert "x".encode(of_charset(number, "", "cp1252")) == b"x"


def test_a_command_behind_a_unicode_letter_is_not_taken_for_its_stand_in():
    assert body(r"\pard a\u233\par b\u8217\rquote c\par") == "aé\nb’c\n"
