"""Web pages and e-books in."""

import io
import zipfile

import pytest
from builders import DECOMPOSED, FAMILY
from hypothesis import given, settings
from hypothesis import strategies as st

from qualcode.errors import BadFile
from qualcode.exchange.sources import Highlight, ImportedText, epub, read_data, web


def read(page, encoding=""):
    return web.read(page if isinstance(page, bytes) else page.encode(), "a.html", encoding)


def body(page):
    return read(page).body


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("<p>I: Where?</p><p>Long: Here.</p>", "I: Where?\nLong: Here.\n"),
        ("<p>I: Where?<p>Long: <b>He</b>re.", "I: Where?\nLong: Here.\n"),
        ("<p>I:\n   Where do\n\tyou  live?\n</p>", "I: Where do you live?\n"),
        ("<p>妈妈\n在<b>上\n海</b>\n，天冷</p>", "妈妈在上海，天冷\n"),
        ("<p>엄마\n서울</p>", "엄마 서울\n"),
        ("<p>one <i> two </i> three</p>", "one two three\n"),
        ("<div>a<div>b</div>c</div>", "a\nb\nc\n"),
        ("I: Yes.<br>Long: No.<br><br>I: Oh.<br>", "I: Yes.\nLong: No.\n\nI: Oh.\n"),
        ("<pre>I:  a\n  b\n\nc</pre><p>d  e</p>", "I:  a\n  b\n\nc\nd e\n"),
        ("<h1>One</h1><h3>Th<br>ree</h3>x", "# One\n### Th\nree\nx\n"),
        ("<ul><li>bread<li>milk<ol><li>fresh</ol></ul>end", "- bread\n- milk\n- fresh\nend\n"),
        ("<p>a<script>x</script><style>y</style><!-- z --><template>t</template><noscript>n</noscript>b", "ab\n"),
        ("<head><title>t</title></head><body>b", "b\n"),
        ("<p><ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp>字<rt>ji</rt></ruby></p>", "漢字\n"),
        ("<p>a&nbsp;b&amp;c&#x1f600;&lt;i&gt;</p>", "a\u00a0b&c\U0001f600<i>\n"),
        (f"<p>caf{DECOMPOSED} {FAMILY}</p>", f"caf{DECOMPOSED} {FAMILY}\n"),
        ("<p>He <s>said</s> <ins>told</ins><wbr> me</p>", "He said told me\n"),
        ("<dl><dt>Long</dt><dd>Yes.</dd></dl>", "Long\nYes.\n"),
    ],
    ids=[
        "paragraphs", "no end tags", "white space", "chinese", "korean", "inline", "nested", "br", "pre", "headings", "lists",
        "not shown", "head", "ruby", "entities", "as it is", "struck out", "definition",
    ],
)  # fmt: skip
def test_text_is_laid_out_as_a_browser_does(page, expected):
    assert body(page) == expected


def test_what_is_not_shown_is_left_out_and_told():
    imported = read(
        '<p>Long: It<del> never</del> is <img alt="a tree" src="t.png"><span hidden>x</span><i style="display: none">y</i>so.</p>'
    )
    assert imported.body == "Long: It is so.\n"
    assert imported.losses == (
        "1 picture was left out", "2 passages of hidden text were left out", "1 tracked change was taken as accepted",
    )  # fmt: skip


def rows(*texts):
    return (
        "<table>"
        + "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in texts)
        + "</table>"
    )


def test_a_table_of_names_and_words_becomes_turns():
    imported = read("<p>T</p>" + rows(("Long", "I walk."), ("I", "Alone?"), ("Long", "No, <b>with</b> others.")) + "x")
    assert imported.body == "T\nLong: I walk.\nI: Alone?\nLong: No, with others.\nx\n"
    assert imported.losses == ("1 table was read as turns: who, then what they say",)


def test_other_tables_keep_tabs():
    assert body(rows(("1998", "", "rain"), ("1999", "<p>a</p><p>b</p>", "x"))) == "1998\t\train\n1999\ta\nb\tx\n"


def test_tables_within_tables_keep_all_their_words():
    assert body("<table><tr><td>a" + rows(("b", "c")) + "</td><td>d</td></tr></table>").split() == list("abcd")


def test_highlights_have_their_places():
    imported = read('<p>He <mark>waits <b>here</b></mark> and <span style="background-color:#00ff00">there</span>.</p>')
    assert imported.body == "He waits here and there.\n"
    assert imported.highlights == (Highlight(3, 13, "yellow"), Highlight(18, 23, "green"))


CHINESE = "<p>小雅：我有时候晚上想妈妈，可是不敢说，怕奶奶难过。</p>"


@pytest.mark.parametrize(
    "data",
    [
        CHINESE.encode(),
        CHINESE.encode("utf-8-sig"),
        CHINESE.encode("utf-16"),
        b'<meta charset="gb2312">' + CHINESE.encode("gbk"),
        b"<html><head><meta http-equiv='Content-Type' content='text/html; charset=GBK'>" + CHINESE.encode("gbk"),
        b'<?xml version="1.0" encoding="gb18030"?><html><body>' + CHINESE.encode("gb18030") + b"</body></html>",
        b'<meta charset="gb2312">' + CHINESE.encode(),
        b'<meta charset="x-unknown">' + CHINESE.encode(),
    ],
    ids=["utf-8", "bom", "utf-16", "meta", "http-equiv", "xml", "saved anew as utf-8", "unknown"],
)
def test_the_encoding_is_what_the_page_says(data):
    assert read(data).body == "小雅：我有时候晚上想妈妈，可是不敢说，怕奶奶难过。\n"


def test_a_given_encoding_counts():
    assert read(b'<meta charset="cp1252">' + CHINESE.encode("gbk"), "gbk").body.startswith("小雅：")


def test_xhtml_is_read_as_xml_with_the_names_that_html_has():
    page = '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title/><script src="x"/></head><body><a id="p"/>'
    assert body(page + "<p>caf&eacute;&nbsp;&amp; <br/>x</p></body></html>") == "café\u00a0&\nx\n"


def test_xhtml_that_is_broken_is_read_as_browsers_do():
    assert (
        body('<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body><p>a<b>b</p><p>c</body>')
        == "ab\nc\n"
    )


@pytest.mark.parametrize(
    "declared",
    ['<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">', '<!ENTITY b SYSTEM "file:///etc/hostname">'],
    ids=["bomb", "file"],
)
def test_entities_are_not_expanded(declared):
    page = f'<?xml version="1.0"?><!DOCTYPE html [{declared}]><html><body><p>x &b; y</p></body></html>'
    assert "x &b; y" in body(page)


@pytest.mark.parametrize(
    ("page", "message"),
    [
        ("<div>" * 10_000 + "x", "the elements of it stand too deep within others"),
        ("<i " + " ".join(f"a{number}" for number in range(5_000)) + ">", "has more than 500 attributes"),
        ("<b>" * 3_000_001, "has more than 3,000,000 elements"),
        ("", "there is no text in it"),
        ("<p> <br> </p>", "there is no text in it"),
    ],
    ids=["deep", "attributes", "elements", "empty", "blank"],
)
def test_pages_that_are_made_to_break_a_reader_are_refused(page, message):
    with pytest.raises(BadFile, match=message):
        read_data(page.encode(), "a.html", "a.html")


PIECES = "<p> </p> <table> <tr> <td> </td> </tr> </table> <li> <ul> </ul> <h1> </h1> <pre> </pre> <br> <mark> </mark> <span> </span>"
PIECES += " <del> </del> <ruby> <rt> </rt> <img> <body> </html> <!-- --> <![CDATA[ ]]> & &amp; &#0; &#xd800; < > x 妈 \x00 \x1b <?x ?> <a="


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from([*PIECES.split(), " ", "\n", "<span style='background:red'>", "<svg>", "<title>"]), max_size=60
    )
)
def test_tags_in_any_order_give_text_or_a_refusal(pieces):
    try:
        imported = read("".join(pieces))
    except BadFile:
        return
    assert isinstance(imported, ImportedText)
    assert all(0 <= mark.start < mark.end <= len(imported.body) for mark in imported.highlights)


# ---------------------------------------------------------------- EPUB

CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
)


PROPERTIES = ' properties="nav"'


def book(pages, spine=None, extra=None):
    """An EPUB of these pages (name: what is in its body), in the order of `spine`."""
    items = "".join(
        f'<item id="i{number}" href="{name}" media-type="application/xhtml+xml"{PROPERTIES if "nav" in name else ""}/>'
        for number, name in enumerate(pages)
    )
    order = "".join(f'<itemref idref="i{number}"/>' for number in (range(len(pages)) if spine is None else spine))
    opf = f'<package xmlns="http://www.idpf.org/2007/opf"><manifest>{items}</manifest><spine>{order}</spine></package>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/epub+zip")
        archive.writestr("META-INF/container.xml", CONTAINER)
        archive.writestr("OEBPS/book.opf", opf)
        for name, content in pages.items():
            page = (
                f'<html xmlns="http://www.w3.org/1999/xhtml"><head><title>t</title></head><body>{content}</body></html>'
            )
            archive.writestr(f"OEBPS/{name.replace('%20', ' ')}", page)
        for name, content in (extra or {}).items():
            archive.writestr(name, content)
    return out.getvalue()


def test_a_book_is_read_in_the_order_of_its_spine_without_the_navigation():
    data = book(
        {"nav.xhtml": "Contents", "b%20b.xhtml": "<p>Long: So.</p>", "a.xhtml": "<h1>One</h1><p>I: And&nbsp;so?</p>"},
        [0, 2, 1],
    )
    imported = read_data(data, "book.epub", "book.epub")
    assert imported == ImportedText("# One\nI: And\u00a0so?\nLong: So.\n", kind="EPUB file")


def test_a_page_that_is_missing_is_told():
    data = book({"a.xhtml": "x", "b.xhtml": "y"}).replace(b"OEBPS/b.xhtml", b"OEBPS/c.xhtml")
    assert epub.read(data, "b.epub").losses == ("1 of its pages is missing in the file",)


def encrypted(method):
    return (
        '<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><EncryptedData xmlns="http://www.w3.org/2001/04/xmlenc#">'
        f'<EncryptionMethod Algorithm="{method}"/>'
        '<CipherData><CipherReference URI="OEBPS/a.xhtml"/></CipherData></EncryptedData></encryption>'
    )


def test_a_protected_book_is_refused_and_one_with_protected_fonts_is_not():
    pages = {"a.xhtml": "x"}
    name = "META-INF/encryption.xml"
    with pytest.raises(BadFile, match=r"protected against copying \(DRM\) \(ask its publisher"):
        epub.read(book(pages, extra={name: encrypted("http://www.w3.org/2001/04/xmlenc#aes128-cbc")}), "b.epub")
    assert epub.read(book(pages, extra={name: encrypted("http://www.idpf.org/2008/embedding")}), "b.epub").body == "x\n"


@pytest.mark.parametrize("name", ["../../etc/hostname", "/etc/hostname", "file:///etc/hostname", "%2e%2e/%2e%2e/x"])
def test_addresses_outside_of_the_book_are_not_followed(name):
    assert epub.read(book({"a.xhtml": "x", name: "y"}), "b.epub").body in (
        "x\n",
        "x\ny\n",
    )  # a zip may hold such a name


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "this is not an EPUB file"),
        (b"%PDF-1.4", "this is a PDF file under another name"),
        (book({"a.xhtml": "x"})[:200], "this is not an EPUB file"),
        (book({}, extra={"META-INF/x": ""}).replace(b"container.xml", b"containex.xml"), "it does not say which pages"),
        (book({"a.xhtml": "<div>" * 5_000}), "stand too deep"),
    ],
    ids=["empty", "pdf", "cut short", "no container", "deep"],
)
def test_broken_books_are_refused(data, message):
    with pytest.raises(BadFile, match=message):
        epub.read(data, "b.epub")


GOOD = book({"nav.xhtml": "n", "a.xhtml": "<p>I: a</p>" + rows(("a", "b")), "b.xhtml": "<p>c</p>"})


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), max_size=8), st.integers(0, 100))
def test_damaged_books_give_text_or_a_refusal(changes, cut):
    data = bytearray(GOOD)
    for place, value in changes:
        data[place] = value
    try:
        imported = epub.read(bytes(data[: len(data) - cut if cut < 50 else len(data)]), "b.epub")
    except BadFile:
        return
    assert isinstance(imported, ImportedText)
