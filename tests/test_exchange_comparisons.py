"""Comparisons as Markdown, HTML and Word documents: what a reader finds in them, and hostile text."""

import io
import re
from html.parser import HTMLParser

import pytest
from builders import apply, make_project, open_index, transcript, write_events
from docx import Document

from qualcode.analysis.comparing import comparison
from qualcode.analysis.filters import Filters
from qualcode.errors import BadOption
from qualcode.exchange.comparisons import export_comparison, heading, how_counted, overview, write_comparison

EVIL = "<script>alert(1)</script> | *x* \x1b[2J\u202e"
L1 = f"Mother: I miss her.\nand more. {EVIL}\n" + "so " * 92 + "\n"
Z1 = "Long: أشتاق إليها. " + "so " * 198 + "\n"


@pytest.fixture
def project(tmp_path):
    """Liang with a hostile quote of two lines and a plain one, Zhao with one from right to left."""
    found = make_project(
        tmp_path / "p",
        {
            "l1": transcript(L1, title="Talk", case="liang", kind="interview", date="2009-02-01"),
            "z1": transcript(Z1, title="Chat", case="zhao", kind="chat", date="2009-06-07"),
        },
        codes={"emotion": {}, "emotion/longing": {}, "work": {"name": "work <b>"}},
        cases=["liang", "zhao"],
    )
    write_events(found, "c1", "l1", [apply(1, L1, f"I miss her.\nand more. {EVIL}"),
                                     apply(2, L1, "and more.", "work", note="A <note>.")])  # fmt: skip
    write_events(found, "c1", "z1", [apply(3, Z1, "أشتاق إليها.")])
    return found


@pytest.fixture
def compared(project):
    return comparison(open_index(project), ["liang", "zhao"])


class Page(HTMLParser):
    """The tags and the text of a page."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.texts = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.texts.append(data)


def page(compared):
    return Page(export_comparison(compared, "html", "A <study>").decode())


def word(compared):
    return Document(io.BytesIO(export_comparison(compared, "docx", "A study")))


def markdown(compared):
    return export_comparison(compared, "md", "A study").decode()


# ------------------------------------------------------------------ what all have


def test_the_heading_names_the_sides(compared):
    assert heading(compared) == "liang and zhao side by side"


def test_how_it_was_counted_is_said_with_the_size_of_each_text(compared):
    told = " ".join(how_counted(compared))
    sizes = [side.words for side in compared.sides]
    assert f"liang {sizes[0]} words in 1 document; zhao {sizes[1]} words in 1 document" in told
    assert "counts once" in told


def test_filters_and_order_are_named(project):
    found = comparison(
        open_index(project), ["liang", "zhao"], filters=Filters(code="longing", exact=True), order="difference"
    )
    told = " ".join(how_counted(found))
    assert "Only codings that match: code longing, exact." in told
    assert "greatest first" in told


def test_the_overview_has_passages_and_rates_per_side(compared):
    header, rows = overview(compared)
    assert header[:3] == ["Code", "liang", "zhao"]
    assert rows[1][0] == "emotion/longing"
    assert [re.sub(r" .*", "", cell) for cell in rows[1][1:3]] == ["1", "1"]
    assert rows[2][1:] == [rows[2][1], "0 (0)", "only in liang"]


def test_another_form_is_refused(compared):
    with pytest.raises(BadOption, match="md, html, docx"):
        export_comparison(compared, "pdf")


@pytest.mark.parametrize("form", ["md", "html", "docx"])
def test_the_same_comparison_gives_the_same_bytes(compared, form, monkeypatch):
    first = export_comparison(compared, form)
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    assert export_comparison(compared, form) == first


@pytest.mark.parametrize("name", ["a.md", "a.html", "a.docx", "a.csv"])
def test_a_file_is_written_in_the_form_of_its_ending(compared, tmp_path, name):
    write_comparison(compared, tmp_path / name)
    data = (tmp_path / name).read_bytes()
    assert data.startswith({"a.md": b"# ", "a.html": b"<!DOCTYPE", "a.docx": b"PK", "a.csv": b"\xef\xbb\xbfcode"}[name])


# ------------------------------------------------------------------ Markdown


def test_markdown_has_a_section_a_code_with_sentence_and_columns(compared):
    parts = markdown(compared).split("\n## ")
    section = next(part for part in parts if part.startswith("emotion/longing"))
    assert "longing: liang 1 passage in 1 document, zhao 1 in 1;" in section
    assert "| liang | zhao |" in section
    assert "أشتاق إليها." in section


def test_markup_in_quotes_does_not_break_the_markdown_table(compared):
    rows = [line for line in markdown(compared).splitlines() if "alert" in line]
    assert rows
    for row in rows:
        assert len(re.findall(r"(?<!\\)\|", row)) == 3
        assert "<script>" not in row
        assert "\\*x\\*" in row


def test_a_theme_without_quotes_of_its_own_points_to_its_sub_codes(compared):
    section = markdown(compared).split("\n## emotion\n")[1].split("\n## ")[0]
    assert "emotion: liang 1 passage" in section
    assert "The quotes stand under its sub-codes." in section


# ------------------------------------------------------------------ HTML


def test_html_runs_nothing_and_loads_nothing(compared):
    tags = page(compared).tags
    assert not [tag for tag, _ in tags if tag in ("script", "link", "img", "iframe")]
    assert not [attrs for _, attrs in tags if "src" in attrs or str(attrs.get("href", "#"))[0] != "#"]


def test_hostile_text_is_only_text_in_html(compared):
    text = "".join(page(compared).texts)
    assert "<script>alert(1)</script>" in text
    assert "A <study>" in text
    assert not set(text) & {"\x1b", "\u202e"}


def test_html_has_a_column_of_quotes_for_each_side(compared):
    tags = page(compared).tags
    assert [attrs.get("dir") for tag, attrs in tags if tag == "blockquote"] == ["auto"] * 3
    assert sum(tag == "th" and attrs.get("scope") == "col" for tag, attrs in tags) == 4 + 2 + 2


def test_every_link_of_the_html_overview_leads_to_a_heading(compared):
    tags = page(compared).tags
    links = {attrs["href"][1:] for tag, attrs in tags if tag == "a"}
    assert links == {attrs["id"] for tag, attrs in tags if tag == "h2"}
    assert len(links) == 3


def test_the_notes_of_quotes_stand_behind_their_citations(compared):
    assert any("(Mother, interview, 2009-02-01; l1, line 2) — A <note>." in text for text in page(compared).texts)


# ------------------------------------------------------------------ Word


def test_a_word_document_has_headings_sentences_and_tables(compared):
    document = word(compared)
    assert [p.text for p in document.paragraphs if p.style.name.startswith("Heading")][2:] == [
        "emotion", "emotion/longing", "work <b>"]  # fmt: skip
    assert any(p.text.startswith("longing: liang 1 passage") for p in document.paragraphs)
    assert [cell.text for cell in document.tables[1].rows[0].cells] == ["liang", "zhao"]


def test_the_quotes_of_a_side_stand_in_its_column_of_the_word_table(compared):
    left, right = word(compared).tables[1].rows[1].cells
    assert "I miss her.\nand more." in left.text
    assert "(Mother, interview, 2009-02-01; l1, line 1)" in left.text
    assert "أشتاق إليها." in right.text


def test_what_a_side_has_not_is_said_in_the_word_table(compared):
    assert word(compared).tables[2].rows[1].cells[1].text == "none"


def test_a_quote_from_right_to_left_is_set_so_in_word(compared):
    paragraph = word(compared).tables[1].rows[1].cells[1].paragraphs[0]
    assert "w:bidi" in paragraph._p.xml
    assert "w:bidi" not in word(compared).tables[1].rows[1].cells[0].paragraphs[0]._p.xml


def test_the_word_page_is_landscape_from_three_sides_on(tmp_path, compared):
    project = make_project(tmp_path / "q", {name: transcript("Ann: Hi.\n", case=name) for name in "abc"}, cases="abc")
    write_events(project, "c1", "a", [apply(1, "Ann: Hi.\n", "Hi.")])
    three = word(comparison(open_index(project), ["a", "b", "c"])).sections[0]
    two = word(compared).sections[0]
    assert three.page_width > three.page_height
    assert two.page_width < two.page_height
