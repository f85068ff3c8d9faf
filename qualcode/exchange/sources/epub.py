"""E-books in (EPUB 2 and 3): their pages in reading order, each read as a web page; the navigation is left out."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import Any

from qualcode.errors import BadFile, Problem
from qualcode.exchange.sources import ImportedText
from qualcode.exchange.sources.body_builder import BodyBuilder
from qualcode.exchange.sources.encodings import decode
from qualcode.exchange.sources.losses import loss_sentences
from qualcode.exchange.sources.package import Package, PackageKind
from qualcode.exchange.sources.web import page_of
from qualcode.exchange.sources.web_text import WebText

KIND = PackageKind("EPUB file", "an e-book editor such as Sigil", ".epub")
_FONT_KEYS = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")
_PAGES = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml", "text/x-oeb1-document")


def read(data: bytes, shown_as: str, encoding: str = "") -> ImportedText:
    """The text of all pages. `encoding` counts for pages that do not say theirs. Raises BadFile."""
    package = Package(data, shown_as, KIND)
    container = package.xml("META-INF/container.xml")
    rootfile = _first(container, "rootfile") if container is not None else None
    name = _path("", rootfile.get("full-path") or "") if rootfile is not None else ""
    contents = package.xml(name) if name else None
    if contents is None:
        package.refuse("it does not say which pages it has")
    _refuse_protected(package)
    text = WebText(BodyBuilder())
    missing = 0
    for page in _pages(contents, posixpath.dirname(name)):
        content = package.part(page)
        if content is None:
            missing += 1
        elif content.strip():
            text.walk(page_of(decode(content, shown_as, encoding).text, shown_as, f"{page} in it"))
    built = text.builder.finish()
    losses = list(loss_sentences(text.counts + text.builder.counts))
    if missing:
        losses.append(f"{missing} of its pages {'is' if missing == 1 else 'are'} missing in the file")
    return ImportedText(built.body, kind="EPUB file", losses=tuple(losses), highlights=built.highlights)


def _named(root: Any, name: str) -> Iterator[Any]:
    yield from root.iter(f"{{*}}{name}")


def _first(root: Any, name: str) -> Any:
    return next(_named(root, name), None)


def _path(folder: str, address: str) -> str:
    """The name of a part from its address within the book; "" for one outside of it."""
    address = address.partition("#")[0]
    plain = re.sub(
        rb"%([0-9A-Fa-f]{2})", lambda match: bytes.fromhex(match[1].decode()), address.encode("utf-8", "replace")
    )
    path = posixpath.normpath(posixpath.join(folder, plain.decode("utf-8", "replace"))).lstrip("/")
    return "" if path.startswith("..") or ":" in path.partition("/")[0] else path


def _pages(contents: Any, folder: str) -> list[str]:
    """Names of the pages in the order of the spine (EPUB 3.3, section 5.7), each once, without the navigation document."""
    items = {item.get("id"): item for item in _named(contents, "item")}
    found: dict[str, None] = {}
    for reference in _named(contents, "itemref"):
        item = items.get(reference.get("idref"))
        if item is None or (item.get("media-type") or _PAGES[0]).casefold() not in _PAGES:
            continue
        path = _path(folder, item.get("href") or "")
        if path and "nav" not in (item.get("properties") or "").split():
            found[path] = None
    return list(found)


def _refuse_protected(package: Package) -> None:
    """Raise BadFile for a book whose pages are encrypted; fonts may be."""
    encryption = package.xml("META-INF/encryption.xml")
    if encryption is None:
        return
    for entry in _named(encryption, "EncryptedData"):
        method = _first(entry, "EncryptionMethod")
        if method is None or method.get("Algorithm") not in _FONT_KEYS:
            message = "it is protected against copying (DRM)"
            raise BadFile([Problem(package.shown_as, 0, message, "ask its publisher for a copy that is not")])
