"""The two trees beside the transcript: documents by case, and codes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Tree
from textual.widgets.tree import TreeNode

from qualcode.core.codebook import Codebook
from qualcode.core.overlay import worn
from qualcode.core.visible import visible
from qualcode.tui.desk import DocumentLine

_MOVES: list[BindingType] = [Binding("j", "cursor_down", show=False), Binding("k", "cursor_up", show=False)]


class DocumentTree(Tree[str]):
    """Documents under their cases, each with how many codings it has."""

    BINDINGS = _MOVES

    class Chosen(Message):
        def __init__(self, document: str) -> None:
            super().__init__()
            self.document = document

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__("documents", id=id)
        self.show_root = False
        self.guide_depth = 2
        self._leaf_of: dict[str, TreeNode[str]] = {}
        self._lines: dict[str, DocumentLine] = {}
        self._under = worn()

    def fill(self, documents: Iterable[DocumentLine], cases: Mapping[str, str], current: str) -> None:
        """Show these documents; an unchanged set of documents only has its counts renewed."""
        lines = {line.id: line for line in documents}
        if (
            self._under is not worn()
            or list(lines) != list(self._lines)
            or any(lines[i].case != self._lines[i].case for i in lines)
        ):
            self._under = worn()
            self.clear()
            self._leaf_of.clear()
            holders: dict[str, TreeNode[str]] = {}
            for line in lines.values():
                if line.case not in holders:
                    name = cases.get(line.case, line.case) or "no case"
                    holders[line.case] = self.root.add(Text(visible(name), style="bold"), expand=True, data="")
                self._leaf_of[line.id] = holders[line.case].add_leaf("", data=line.id)
        self._lines = lines
        for line in lines.values():
            self._leaf_of[line.id].set_label(_document_label(line, line.id == current))

    def count(self, document: str, change: int, current: str) -> None:
        """One coding more or fewer."""
        line = self._lines.get(document)
        if line is not None:
            line = self._lines[document] = line._replace(segments=line.segments + change)
            self._leaf_of[document].set_label(_document_label(line, document == current))

    def point_to(self, document: str) -> None:
        """Put the cursor on a document and mark it as the open one."""
        for line in self._lines.values():
            self._leaf_of[line.id].set_label(_document_label(line, line.id == document))
        if document in self._leaf_of:
            self.move_cursor(self._leaf_of[document])

    def on_tree_node_selected(self, event: Tree.NodeSelected[str]) -> None:
        event.stop()
        if event.node.data:
            self.post_message(self.Chosen(event.node.data))


def _document_label(line: DocumentLine, current: bool) -> Text:
    text = Text(no_wrap=True)
    text.append(f"{line.segments:>3} " if line.segments else "  · ", style="cyan" if line.segments else "dim")
    text.append(visible(line.title), style="bold reverse" if current else "")
    text.append(f"  {line.date} {visible(line.kind)}".rstrip(), style="dim")
    return text


class CodeTree(Tree[str]):
    """The code tree with counts (a code's own and its sub-codes' codings)."""

    BINDINGS = _MOVES

    class Chosen(Message):
        """Enter or a click on a code: apply it."""

        def __init__(self, code: str) -> None:
            super().__init__()
            self.code = code

    class Focused(Message):
        """The cursor is on this code now."""

        def __init__(self, code: str) -> None:
            super().__init__()
            self.code = code

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__("codes", id=id)
        self.show_root = False
        self.guide_depth = 2
        self.auto_expand = False
        self._leaf_of: dict[str, TreeNode[str]] = {}
        self._book = Codebook()

    def fill(self, book: Codebook, counts: Mapping[str, int], colors: Mapping[str, str]) -> None:
        """Show this codebook; an unchanged one only has its counts renewed."""
        if book != self._book or not self._leaf_of:
            self._book = book
            self.clear()
            self._leaf_of.clear()
            for code in book.live:
                holder = self._leaf_of.get(book.resolve_merge(code.parent), self.root)
                add = holder.add if book.live_children.get(code.id) else holder.add_leaf
                self._leaf_of[code.id] = add("", data=code.id)
                self._leaf_of[code.id].expand()
        self.recount(self._leaf_of, counts, colors)

    def recount(self, codes: Iterable[str], counts: Mapping[str, int], colors: Mapping[str, str]) -> None:
        """Renew the labels of some codes."""
        for code in codes:
            if code in self._leaf_of:
                self._leaf_of[code].set_label(self._label(code, counts.get(code, 0), colors.get(code, "")))

    def _label(self, ident: str, count: int, color: str) -> Text:
        code = self._book[ident]
        text = Text(no_wrap=True)
        text.append("■", style=color)
        text.append(f"{count:>4} " if count else "   · ", style="cyan" if count else "dim")
        if code.key:
            text.append(f"{code.key} ", style="bold")
        text.append(visible(code.name), style="dim strike" if code.retired else "bold" if not code.parent else "")
        return text

    def on_tree_node_selected(self, event: Tree.NodeSelected[str]) -> None:
        event.stop()
        if event.node.data:
            self.post_message(self.Chosen(event.node.data))

    def on_tree_node_highlighted(self, event: Tree.NodeHighlighted[str]) -> None:
        event.stop()
        if event.node.data:
            self.post_message(self.Focused(event.node.data))

    @property
    def current(self) -> str:
        """The code under the cursor, "" for none."""
        return (self.cursor_node.data or "") if self.cursor_node is not None else ""

    def point_to(self, code: str) -> None:
        if code in self._leaf_of:
            self.move_cursor(self._leaf_of[code])
