"""Finding a manuscript's quotations, with what stands near them."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualcode.core.quotations import Paragraph, marked_spans, quotations


def texts(text, **fields):
    return [quotation.text for quotation in quotations([Paragraph(text, 1, **fields)])]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param('She said "I get off and wait" again.', ["I get off and wait"], id="straight"),
        pytest.param("She said “I get off and wait” again.", ["I get off and wait"], id="curly"),
        pytest.param("Sie sagt: „Ich steige ab und warte“, und geht.", ["Ich steige ab und warte"], id="German"),
        pytest.param("Sie sagt: »Ich steige ab und warte«.", ["Ich steige ab und warte"], id="German, pointed"),
        pytest.param("Elle dit : « Je descends et j’attends ».", ["Je descends et j’attends"], id="French"),
        pytest.param("Hon sa: ”Jag stiger av och väntar”.", ["Jag stiger av och väntar"], id="Swedish"),
        pytest.param("‹Je descends du vélo›", ["Je descends du vélo"], id="single pointed"),
        pytest.param("她说：「这个时候天全是黑的」。", ["这个时候天全是黑的"], id="Chinese corner"),
        pytest.param("她说：『这个时候天全是黑的』。", ["这个时候天全是黑的"], id="Chinese double corner"),
        pytest.param("她说：“黑的黑的黑”和“天全是黑的”。", ["黑的黑的黑", "天全是黑的"], id="Chinese curly"),
        pytest.param('她说"天全是黑的呢"。', ["天全是黑的呢"], id="Chinese straight"),
        pytest.param("قالت: “أمي بعيدة عني جدا”.", ["أمي بعيدة عني جدا"], id="Arabic"),
        pytest.param("He said ‘I don’t know at all,’ once.", ["I don’t know at all,"], id="single, apostrophe inside"),
        pytest.param("“She said ‘go away now please’ to me”", ["She said ‘go away now please’ to me"], id="nested"),
        pytest.param("“Mother said “go away” to me”", ["Mother said “go away” to me"], id="nested, same marks"),
        pytest.param("“It goes on in the next paragraph", ["It goes on in the next paragraph"], id="left open"),
        pytest.param("“One typo “and two words more” here", ["and two words more"], id="one mark too many"),
    ],
)
def test_text_in_quotation_marks_of_any_tradition_is_a_quotation(text, expected):
    assert texts(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        'a "forced independence" of sorts', "“留守儿童”这个词", "the boys’ and girls’ rooms, ‘so to speak’", "It is 5\" by 7\" wide",
        "don’t, won’t, can’t and so on ’n’ on", "no marks at all",
    ],
)  # fmt: skip
def test_terms_and_apostrophes_are_no_quotations(text):
    assert texts(text) == []


def test_a_short_quotation_with_a_link_is_checked():
    found = quotations([Paragraph("“I count” [[liang-2009-03-02-xiaoya#b7]].", 4)])
    assert [(quotation.text, quotation.document, quotation.coding) for quotation in found] == [
        ("I count", "liang-2009-03-02-xiaoya", "b7")
    ]


def test_a_link_belongs_to_the_quotation_before_it():
    found = quotations([Paragraph("“One two three” and “four five six” [[d1#0w44]], “seven eight nine”.", 1)])
    assert [quotation.coding for quotation in found] == ["", "0w44", ""]


def test_a_link_after_the_next_sentence_is_another_matter():
    assert quotations([Paragraph("“One two three.” That was it. See [[d1#0w44]].", 1)])[0].coding == ""


def test_a_quotation_over_several_lines_has_the_line_it_begins_at():
    found = quotations([Paragraph("Long says\nonce more: “the same as\nother Sundays”.", 10)])
    assert [(quotation.text, quotation.line) for quotation in found] == [("the same as\nother Sundays", 11)]


def test_a_block_is_a_quotation_without_its_link_and_source():
    block = Paragraph("I get off. I count.\n— Xiaoya, interview [[d1#b7]]", 3, True)
    (found,) = quotations([Paragraph("In Xiaoya's words:", 1), block])
    assert (found.text, found.line, found.coding) == ("I get off. I count.", 3, "b7")
    assert found.credits == ("Xiaoya, interview",)
    assert found.lead == "In Xiaoya's words"


def test_link_and_source_of_a_block_may_stand_in_the_next_line():
    (found,) = quotations([Paragraph("I get off. I count.", 3, True), Paragraph("(Xiaoya, 2009-03-02) [[d1#b7]]", 4)])
    assert (found.coding, found.credits) == ("b7", ("Xiaoya, 2009-03-02",))


def test_brackets_at_the_end_of_a_block_are_its_source_unless_they_are_part_of_the_talk():
    assert texts("I get off. I count. (Xiaoya, interview)", block=True) == ["I get off. I count."]
    assert texts("I get off. I count. (laughs)", block=True) == ["I get off. I count. (laughs)"]


def test_a_callout_is_no_quotation():
    assert texts("[!NOTE]\nmind the gap here", block=True) == []


@pytest.mark.parametrize(
    ("text", "credits", "lead", "tail"),
    [
        ("“One two three” (Long, interview).", ("Long, interview",), "", ""),
        ("“一二三四五”（龙，访谈）。", ("龙，访谈",), "", ""),
        ("“One two three” — Mother Liang", ("Mother Liang",), "", ""),
        ("It was late. Long says: “One two three”.", (), "Long says", ""),
        ("“One two three,” says Long, and goes.", (), "", "says Long"),
        ("“One two three.” Long left.", (), "", ""),
    ],
)
def test_what_stands_near_a_quotation_is_kept(text, credits, lead, tail):
    (found,) = quotations([Paragraph(text, 1)])
    assert (found.credits, found.lead, found.tail) == (credits, lead, tail)


@given(st.text("“”„«»‘’\"'「」ab龙 \n.", max_size=60))
def test_marked_spans_stand_in_order_within_the_text(text):
    spans = list(marked_spans(text))
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(one[1] < other[0] for one, other in pairwise(spans))


def test_thousands_of_opening_marks_take_no_time():
    assert texts("“" * 100_000) == []
