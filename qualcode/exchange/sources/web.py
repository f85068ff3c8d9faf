"""Web pages in (HTML and XHTML): a block is a line, as with Word files, `# ` before headings and `- ` before list items.

Left out are what a browser does not show, pictures and their stand-in texts, the small signs above Chinese and Japanese
(ruby), and what is marked as deleted (`<del>`; `<s>` is struck out and stays).
"""

from __future__ import annotations

import re
from typing import Any

from qualcode.errors import BadFile, BadOption, Problem
from qualcode.exchange.sources import ImportedText
from qualcode.exchange.sources.body_builder import BodyBuilder
from qualcode.exchange.sources.encodings import Decoded, decode
from qualcode.exchange.sources.losses import loss_sentences
from qualcode.exchange.sources.package import LARGEST_PART, MOST_NODES, PackageKind, parse_xml
from qualcode.exchange.sources.transcription import as_transcription
from qualcode.exchange.sources.web_text import WebText

KIND = PackageKind("web page", "a browser", ".txt")
_DECLARED = re.compile(rb"<meta[^>]{0,400}?charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([A-Za-z0-9_:.\-]{2,40})", re.IGNORECASE)
_DECLARED_IN_XML = re.compile(rb"\s{0,99}<\?xml[^>]{0,200}?encoding\s{0,9}=\s{0,9}[\"']([A-Za-z0-9_:.\-]{2,40})")
_XML_DECLARATION = re.compile(r"\s*<\?xml[^>]{0,400}\?>")
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31});")
_ATTRIBUTE = r"""=?[^\s/>=]++(?:\s*+=\s*+(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z)|[^\s>"'][^\s>]*+)?)?"""
_TAG = re.compile(rf"<[A-Za-z][^\s/>]*+((?:[\s/]++|{_ATTRIBUTE})*+)")
_LONG_TAG = 2_000  # signs; shorter ones cannot have too many attributes
_MOST_ATTRIBUTES = 500  # in one tag: the parser compares each with all the others
_OF_XML = frozenset({"amp", "lt", "gt", "quot", "apos"})


def read(data: bytes, shown_as: str, encoding: str = "") -> ImportedText:
    """The text of a page. Its encoding is what a byte-order mark or the page says, else a guess. Raises BadFile, BadOption."""
    if len(data) > LARGEST_PART:
        raise BadFile([Problem(shown_as, 0, f"it is larger than {LARGEST_PART // 1024**2} MB", "split it")])
    decoded = _decoded(data, shown_as, encoding)
    text = WebText(BodyBuilder())
    text.walk(page_of(decoded.text, shown_as))
    built = text.builder.finish()
    losses = (*decoded.losses, *loss_sentences(text.counts + text.builder.counts))
    return as_transcription(
        ImportedText(
            built.body,
            encoding=decoded.encoding,
            runner_up=decoded.runner_up,
            kind="web page",
            losses=losses,
            highlights=built.highlights,
        )
    )


def _decoded(data: bytes, shown_as: str, encoding: str) -> Decoded:
    declared = _DECLARED_IN_XML.match(data) or _DECLARED.search(data[:4096])
    if encoding or not declared or _is_utf8(data):
        return decode(data, shown_as, encoding)
    name = declared[1].decode("ascii")
    try:
        return decode(data, shown_as, "cp1252" if name.casefold() in ("iso-8859-1", "latin1", "us-ascii") else name)
    except (BadFile, BadOption):
        return decode(data, shown_as)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def page_of(text: str, shown_as: str, what: str = "it") -> Any:
    """The root element (lxml) of a page: read as XML where it says that it is, and as browsers read pages where it is not.

    Entities that a page declares are not expanded. Raises BadFile.
    """
    head = text[:2000]
    if text.lstrip("\ufeff").lstrip().startswith("<?xml") or "http://www.w3.org/1999/xhtml" in head:
        try:
            return parse_xml(_without_names(text).encode("utf-8", "replace"), shown_as, KIND, what)
        except BadFile:
            pass
    if text.count("<") > MOST_NODES:
        raise BadFile([Problem(shown_as, 0, f"{what} has more than {MOST_NODES:,} elements", KIND.advice)])
    for tag in _TAG.finditer(text):
        if len(tag[1]) > _LONG_TAG and len(re.findall(_ATTRIBUTE, tag[1])) > _MOST_ATTRIBUTES:
            message = f"an element of {what} has more than {_MOST_ATTRIBUTES:,} attributes"
            raise BadFile([Problem(shown_as, 0, message, KIND.advice)])
    try:
        from lxml import etree, html  # type: ignore[import-untyped,unused-ignore]
    except ImportError as error:
        raise BadOption("Web pages need the package lxml: pip install lxml. Or save the text as .txt.") from error
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=True)
    try:
        root = etree.fromstring(text.replace("\x00", "\ufffd").encode("utf-8", "replace"), parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError) as error:
        raise BadFile([Problem(shown_as, 0, f"there is no text in {what}")]) from error
    if root is None:
        raise BadFile([Problem(shown_as, 0, f"there is no text in {what}")])
    if any(entry.level_name == "FATAL" for entry in parser.error_log):  # from there on the parser reads nothing
        raise BadFile([Problem(shown_as, 0, f"the elements of {what} stand too deep within others", KIND.advice)])
    return root


def _without_names(text: str) -> str:
    """XML with the names that HTML has for signs (`&nbsp;`) replaced, and without a declaration of its former encoding."""
    from html.entities import html5

    def sign(match: re.Match[str]) -> str:
        return match[0] if match[1] in _OF_XML else html5.get(f"{match[1]};", match[0])

    return _ENTITY.sub(sign, _XML_DECLARATION.sub("", text.lstrip("\ufeff"), count=1))
