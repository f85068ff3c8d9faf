"""The parts of a Word file, found as Word finds them: by the relations that the package declares (ECMA-376, part 2)."""

from __future__ import annotations

import re
from posixpath import join, normpath
from typing import Any

from qualcode.exchange.sources.package import Package, PackageKind, parse_xml

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
KIND = PackageKind("Word file", "Word", ".docx")
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
# strict files name the same things otherwise: http://purl.oclc.org/ooxml/wordprocessingml/main
_STRICT = re.compile(rb"""(xmlns(?::[\w.-]+)?=["'])http://purl\.oclc\.org/ooxml/(\w+)/(\w+)(?=["'])""")
_TRANSITIONAL = rb"\1http://schemas.openxmlformats.org/\2/2006/\3"


class WordFile:
    """A Word file's main part (`document`), and those related to it. Raises BadFile."""

    def __init__(self, data: bytes, shown_as: str) -> None:
        self.package = Package(data, shown_as, KIND)
        main = self._related("", "").get("officedocument", "word/document.xml")
        self._folder, _, self._name = main.rpartition("/")
        document = self._xml(main)
        if document is None:
            self.package.refuse("there is no Word document in it")
        self.document: Any = document
        self._targets = self._related(self._folder, self._name)

    def related(self, kind: str) -> Any:
        """The root of the part that is the document's `styles`, `comments`, `footnotes` ..., or None."""
        return self._xml(self._targets.get(kind.lower()) or join(self._folder, f"{kind}.xml"))

    def has_headers(self) -> bool:
        """Whether headers or footers hold text."""
        parts = [name for name in self.package.names if re.search(r"/(?:header|footer)\d*\.xml$", name)]
        return any(re.search(rb"<(?:\w+:)?t[ >]", self.package.part(name) or b"") for name in parts[:50])

    def _related(self, folder: str, name: str) -> dict[str, str]:
        """Part names by the last word of their relation, in lower case."""
        relations = self.package.xml(join(folder, "_rels", f"{name}.rels"))
        found: dict[str, str] = {}
        for relation in () if relations is None else relations.iter(_RELATION):
            if relation.get("TargetMode") != "External":
                kind = (relation.get("Type") or "").rpartition("/")[2].lower()
                found.setdefault(kind, normpath(join("/", folder, relation.get("Target") or "")).lstrip("/"))
        return found

    def _xml(self, name: str) -> Any:
        root = self.package.xml(name)
        if root is None or not any("purl.oclc.org/ooxml" in address for address in root.nsmap.values()):
            return root
        from lxml import etree  # type: ignore[import-untyped,unused-ignore]

        text = _STRICT.sub(_TRANSITIONAL, etree.tostring(root, encoding="utf-8"))
        return parse_xml(text, self.package.shown_as, KIND, f"{name} in it")


def value_of(element: Any, name: str = "val") -> str:
    """An attribute of Word's namespace; "" where there is none."""
    return "" if element is None else element.get(W + name) or ""


def is_on(element: Any) -> bool:
    """Whether a switch such as w:vanish is there and not turned off."""
    return element is not None and value_of(element).lower() not in ("0", "false", "off", "none")
