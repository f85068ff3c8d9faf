"""PDFs in: reading order, paragraphs, page marks, and files that are made to break a reader."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pdf_files import lines, page_of, pdf, picture

from qualcode.errors import BadFile
from qualcode.exchange.sources import ImportedText, pdf_child, read_data
from qualcode.exchange.sources import pdf as pdf_reader
from qualcode.exchange.sources.pdf_hyphens import Hyphens
from qualcode.exchange.sources.pdf_words import read_pages


def text_of(data):
    """Body and losses, taken apart in this process, which is faster than in one of its own."""
    return pdf_child.text_of(read_pages(data))


def body_of(*pages, **options):
    return text_of(pdf(*pages, **options))["body"]


LONG = "and the road to the township goes along the river, which is why"


def test_a_pdf_is_read_in_a_process_of_its_own():
    imported = read_data(pdf(lines("I: Where do you live?", "Long: In Changling.")), "a.pdf", "a.pdf")
    assert imported == ImportedText("I: Where do you live?\nLong: In Changling.\n", kind="PDF")


def test_lines_of_one_paragraph_are_joined_and_a_label_begins_a_new_one():
    page = lines(
        f"I: In the mornings it is dark, {LONG}", "I asked.", f"Long: I walk, {LONG}", "we go in twos.", "I: Oh."
    )
    assert body_of(page) == (
        f"I: In the mornings it is dark, {LONG} I asked.\nLong: I walk, {LONG} we go in twos.\nI: Oh.\n"
    )


def test_a_wider_gap_and_an_indent_begin_a_paragraph():
    page = lines(f"He waits. {LONG}", "they meet.") + lines(f"Later he came back. {LONG}", "he stayed.", top=720)
    assert body_of(page).count("\n") == 2
    page = lines(f"He waits; {LONG}.") + lines(f"   It is late, {LONG}", left=100, top=766)
    page += lines("he sleeps.", f"Nobody calls {LONG} full", top=752)
    assert body_of(page).split("\n")[1].startswith("It is late")


@pytest.mark.parametrize(
    ("upper", "lower", "expected"),
    [
        ("this is an exam-", "ple of it", "this is an example of it"),
        ("for the grand-", "mother and", "for the grandmother and"),
        ("a well-", "known road; well-known", "a well-known road; well-known"),
        ("two-", "and three-year-olds", "two- and three-year-olds"),
        ("from Wu-", "Li to", "from Wu-Li to"),
        ("1990-", "1994 we", "1990- 1994 we"),
        ("dis\u00ad", "tant", "distant"),
    ],
    ids=["divided", "compound unknown", "hyphen elsewhere", "saved part", "name", "numbers", "soft hyphen"],
)
def test_hyphens_at_line_ends(upper, lower, expected):
    left, between = Hyphens([upper, lower]).joined(upper, lower)
    assert left + between + lower == expected


def test_a_speaker_who_breaks_off_keeps_the_hyphen():
    hyphens = Hyphens(["I th- I mean", "that is th-", "the one"])
    assert hyphens.joined("that is th-", "the one") == ("that is th-", " ")


def test_divided_words_are_told():
    answer = text_of(pdf(lines(f"I: {LONG} exam-", "ple by example.")))
    assert answer["body"] == f"I: {LONG} example by example.\n"
    assert answer["losses"] == ["1 word divided at line ends joined: exam-ple"]


def headed(number, *texts, printed=None):
    return (
        lines("A study of families", top=815, size=9)
        + lines(*texts)
        + lines(str(printed or number), left=290, top=30, size=9)
    )


def test_running_headers_and_page_numbers_are_left_out_and_pages_marked():
    pages = [headed(number, f"Long: Today {LONG} {word}", "I stay.") for number, word in enumerate("ABCD", 1)]
    answer = text_of(pdf(*pages))
    assert answer["body"] == "\n".join(
        f"[p. {number}]\nLong: Today {LONG} {word} I stay." if number > 1 else f"Long: Today {LONG} {word} I stay."
        for number, word in enumerate("ABCD", 1)
    ) + "\n"  # fmt: skip
    assert answer["losses"] == ["8 page headers, footers and numbers left out: A study of families, 1, 2, 3, …"]


def test_a_sentence_that_runs_over_the_page_keeps_together_and_the_printed_number_counts():
    pages = [headed(1, f"Long: Today {LONG}", f"so {LONG}", printed=117), headed(2, "we never met.", printed=118)]
    assert body_of(*pages) == f"[p. 117]\nLong: Today {LONG} so {LONG} [p. 118] we never met.\n"


def test_a_word_divided_by_the_page_is_whole_before_the_mark():
    assert body_of(lines(f"I: {LONG} exam-"), lines("ple by example.")) == f"I: {LONG} example [p. 2] by example.\n"


def test_page_labels_of_the_pdf_name_the_pages():
    data = pdf(
        lines("Title."), lines("I: One."), lines("I: Two."), catalog="/PageLabels<</Nums[0<</S/r>>1<</S/D/St 5>>]>>"
    )
    assert text_of(data)["body"] == "[p. i]\nTitle.\n[p. 5]\nI: One.\n[p. 6]\nI: Two.\n"


def test_the_same_short_answer_at_the_top_of_two_pages_stays():
    body = body_of(lines("Long: Yes.", "I: Why?", "Long: So."), lines("Long: Yes.", "I: When?", "Long: Now."))
    assert body.count("Long: Yes.") == 2


def test_two_columns_are_read_one_after_the_other():
    left = lines(*[f"left column words {word}" for word in "abcdefgh"])
    right = lines(*[f"right column words {word}" for word in "abcdefgh"], left=320)
    title = lines("A title that runs across both of the columns of this page, as titles do", top=820)
    body = body_of(title + left + right)
    assert body.index("A title") < body.index("left column words h") < body.index("right column words a")
    assert "\t" not in body


def test_names_in_a_column_of_their_own_become_labels():
    rows = "".join(
        lines("Interviewer" if number % 2 == 0 else "Long", top=780 - 40 * number)
        + lines(f"Every morning {LONG}", "we go.", left=170, top=780 - 40 * number)
        for number in range(6)
    )
    answer = text_of(pdf(rows))
    assert answer["body"].split("\n")[:2] == [
        f"Interviewer: Every morning {LONG} we go.",
        f"Long: Every morning {LONG} we go.",
    ]
    assert answer["losses"] == ["6 names in a column of their own got a colon"]


@pytest.mark.parametrize("step", [1, 5])
def test_line_numbers_in_the_margin_are_left_out(step):
    texts = [
        f"I: Year {2000 + number} was dry?" if number % 2 else f"Long: In {number} days {LONG}" for number in range(25)
    ]
    numbers = "".join(lines(str(n), left=40, top=780 - 14 * (n - 1)) for n in range(step, 26, step))
    answer = text_of(pdf(numbers + lines(*texts)))
    assert answer["body"] == "\n".join(texts) + "\n"
    assert answer["losses"] == [f"{25 // step} line numbers left out"]


def to_unicode(ranges):
    """A font's table that says which letters its codes are: (first code, last code, first letter)."""
    rows = "\n".join(f"<{first:02x}> <{last:02x}> <{letter:04x}>" for first, last, letter in ranges)
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def 1 begincodespacerange <00> <ff> "
        f"endcodespacerange\n{len(ranges)} beginbfrange\n{rows}\nendbfrange endcmap end end"
    )


def test_chinese_lines_are_joined_without_a_space():
    table = to_unicode([(0x61, 0x7A, 0x4E00), (0x41, 0x41, 0xFF0C)])
    signs = "".join(chr(0x4E00 + place) for place in range(26))
    body = body_of(lines("abcdefghijklmnopqrstuvwxyz", "abcdefg"), letters=table)
    assert body == signs + signs[:7] + "\n"


def test_hebrew_is_in_the_order_of_its_letters():
    table = to_unicode([(0x20, 0x20, 0x20), (0x61, 0x7B, 0x5D0)])
    assert body_of(lines("fed cba"), letters=table) == "אבג דהו\n"


def test_ligatures_are_letters():
    assert (
        body_of(lines("abc nd"), letters=to_unicode([(0x20, 0x20, 0x20), (0x61, 0x61, 0xFB01), (0x62, 0x7A, 0x62)]))
        == "fibc nd\n"
    )


def test_a_page_turned_sideways_is_read_as_it_stands():
    turned = "BT /F 12 Tf 0 1 -1 0 100 100 Tm 14 TL (I: This page lies.) Tj T* (Long: Yes.) Tj ET"
    assert body_of(turned, page="/Rotate 90") == "I: This page lies.\nLong: Yes.\n"


def test_a_scanned_pdf_is_said_to_be_one():
    with pytest.raises(
        BadFile, match=r"s\.pdf: this is a scanned PDF: its pages are pictures without text \(have its text"
    ):
        read_data(pdf(picture(), picture()), "s.pdf", "s.pdf")


def test_scanned_pages_among_others_are_named():
    answer = text_of(pdf(lines(f"I: {LONG}."), picture(), lines("Long: Yes.")))
    assert answer["losses"] == ["1 page without text, scanned as pictures: 2"]
    assert answer["body"] == f"I: {LONG}.\n[p. 3]\nLong: Yes.\n"


def test_pictures_are_counted_and_the_text_of_a_scan_is_to_be_checked():
    assert text_of(pdf(lines("I: See this.") + picture(100)))["losses"] == ["1 picture left out"]
    hidden = picture() + "3 Tr " + lines(f"I: {LONG}")
    assert text_of(pdf(hidden))["losses"] == ["the text of 1 page was recognised from a scan by a program: check it"]


def test_a_pdf_without_text_says_so():
    assert "there is no text in it" in text_of(pdf(""))["problem"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "this is not a PDF file"),
        (b"PK\x03\x04", "this is not a PDF file"),
        (b"%PDF-1.7\n", "it is damaged or cut short"),
        (pdf(lines("I: Yes."))[:-300], "it is damaged or cut short"),
        (pdf(lines("I: Yes."), trailer="/Encrypt<</Filter/Standard/V 1/R 2/O<" + "00" * 32 + ">/U<" + "00" * 32 + ">/P -4>>"
             "/ID[<00><00>]"), "it is protected by a password"),
    ],
    ids=["empty", "zip", "header only", "cut short", "password"],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_what_to_do(data, message):
    with pytest.raises(BadFile, match=message):
        pdf_reader.read(data, "a.pdf")


def test_a_wrong_table_of_places_is_mended():
    data = pdf(lines("I: Yes."))
    assert text_of(data[: data.rindex(b"startxref")] + b"startxref\n7\n%%EOF")["body"] == "I: Yes.\n"


def test_a_pdf_that_takes_too_long_is_given_up(monkeypatch):
    monkeypatch.setattr(pdf_reader, "SECONDS", 0)
    with pytest.raises(BadFile, match="reading it took longer than 0 seconds"):
        pdf_reader.read(pdf(lines("I: Yes.")), "a.pdf")


def test_a_pdf_that_breaks_the_process_is_refused(monkeypatch):
    monkeypatch.setattr(pdf_reader, "_CHILD", "qualcode.exchange.sources.no_such_module")
    with pytest.raises(BadFile, match="reading it broke the PDF program"):
        pdf_reader.read(pdf(lines("I: Yes.")), "a.pdf")


def test_too_many_pages_are_refused(monkeypatch):
    monkeypatch.setattr("qualcode.exchange.sources.pdf_words.MOST_PAGES", 2)
    assert pdf_child._answer(pdf(*[lines("I: Yes.")] * 3))["problem"] == "it has 3 pages, and PDFs are read up to 2"


GOOD = pdf(headed(1, f"I: {LONG} exam-", "ple."), headed(2, "Long: Yes."), picture(), page_of([lines("a")] * 3))


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), min_size=1, max_size=12),
    st.integers(0, 400),
)
def test_damaged_pdfs_give_text_or_a_problem(changes, cut):
    data = bytearray(GOOD)
    for place, value in changes:
        data[place] = value
    answer = pdf_child._answer(bytes(data[: len(data) - cut if cut < 200 else len(data)]))
    assert set(answer) in ({"body", "losses"}, {"problem", "advice"})
