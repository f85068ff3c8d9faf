"""The memos as HTML, their little Markdown laid out."""

from __future__ import annotations

from itertools import groupby

from qualcode.analysis.report_data import ReportData
from qualcode.analysis.table import Row
from qualcode.core.links import links
from qualcode.exchange.markdown_blocks import Block, blocks, spans
from qualcode.exchange.report.markup import e
from qualcode.exchange.report.texts import name, prose

_LISTS = {"bullet": "ul", "number": "ol"}


def section(data: ReportData) -> str:
    """Every memo with what it is about; "" without any."""
    return "".join(_memo(row) for row in data.memos)


def _memo(row: Row) -> str:
    facts = [row["about"], row["kind"], row["date"], row["author"]]
    said = " · ".join(e(name(fact)) for fact in facts if fact)
    return (
        f'<article class="memo"><h3 dir="auto">{e(name(row["title"]))}</h3><p class="counts">{said}</p>'
        f"{_laid_out(prose(row['text']))}</article>\n"
    )


def _laid_out(text: str) -> str:
    parts = []
    for kind, group in groupby(blocks(_without_links(text)), key=lambda block: block.kind):
        if kind in _LISTS:
            items = "".join(f'<li class="in{min(b.level, 5)}" dir="auto">{_line(b.text)}</li>' for b in group)
            parts.append(f"<{_LISTS[kind]}>{items}</{_LISTS[kind]}>")
        else:
            parts += [_block(block) for block in group]
    return "".join(parts)


def _block(block: Block) -> str:
    if block.kind == "heading":
        level = min(block.level + 3, 6)
        return f'<h{level} dir="auto">{_line(block.text)}</h{level}>'
    if block.kind == "quote":
        return f'<blockquote dir="auto">{_line(block.text)}</blockquote>'
    if block.kind == "code":
        return f"<pre>{e(block.text)}</pre>"
    if block.kind == "table":
        rows = "".join(
            "<tr>" + "".join(f'<td dir="auto">{_line(cell)}</td>' for cell in row) + "</tr>" for row in block.cells
        )
        return f'<div class="scroll"><table class="plain"><tbody>{rows}</tbody></table></div>'
    return f'<p dir="auto">{_line(block.text)}</p>'


def _line(text: str) -> str:
    return "".join(
        f"{'<strong>' * span.bold}{'<em>' * span.italic}{'<code>' * span.code}{e(span.text)}"
        f"{'</code>' * span.code}{'</em>' * span.italic}{'</strong>' * span.bold}"
        for span in spans(text)
    )


def _without_links(text: str) -> str:
    """The text with each [[link]] as its label, or as what it names."""
    parts, at = [], 0
    for link in links(text):
        parts += [text[at : link.start], link.label or link.shown[2:-2].removeprefix(f"{link.kind}:")]
        at = link.end
    return "".join([*parts, text[at:]])
