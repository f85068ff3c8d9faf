"""Who it is that speaks under a label: the participant whom a document names, or the one so called."""

from __future__ import annotations

from qualcode.core.document import DocumentInfo
from qualcode.core.project import Participant
from qualcode.index.index import Index


class People:
    """The participants behind the labels of documents; each is looked up once."""

    def __init__(self, index: Index) -> None:
        self._index, self._project = index, index.read_or_none("project")
        self._documents: dict[str, DocumentInfo] = {}
        self._known: dict[tuple[str, str], Participant | None] = {}

    def of(self, document: str, label: str) -> Participant | None:
        """The participant for whom the label stands in this document; None for "" and for one who is not declared."""
        if self._project is None or not label:
            return None
        if (document, label) not in self._known:
            info = self._info(document)
            person = self._project.participant_for(label, info.speakers.get(label, ""), info.case)
            self._known[document, label] = person
        return self._known[document, label]

    def case(self, document: str, label: str) -> str:
        """The case of that participant, "" for none."""
        person = self.of(document, label)
        return person.case if person is not None else ""

    def _info(self, document: str) -> DocumentInfo:
        if document not in self._documents:
            self._documents[document] = self._index.document_info(document) or DocumentInfo(document, document)
        return self._documents[document]
