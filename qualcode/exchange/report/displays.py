"""The pictures of a report: frequencies, change over time, what occurs together, saturation, where codes run in a document."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from qualcode.analysis.case_counts import frequencies, over_time
from qualcode.analysis.choosing import chosen
from qualcode.analysis.codeline import Codeline, codeline
from qualcode.analysis.cooccurrence import Cooccurrence, cooccurrence
from qualcode.analysis.filters import Filters
from qualcode.analysis.network import network
from qualcode.analysis.report_coders import coder_names
from qualcode.analysis.saturation import saturation
from qualcode.core.codebook_live import live_book
from qualcode.errors import BadOption
from qualcode.exchange.picture_network import network_svg
from qualcode.exchange.picture_saturation import saturation_svg
from qualcode.exchange.pictures import codeline_svg, frequencies_svg, over_time_svg
from qualcode.exchange.report.markup import Picture
from qualcode.index.index import Index

_ROOT = re.compile(r"<svg\b[^>]*>")
_NOT_IN_A_PAGE = re.compile(r' (?:style|xmlns)="[^"]*"')
_MOST_CODELINES = 40


def displays(index: Index, filters: Filters, *, anonymous: bool = False) -> list[Picture]:
    """Those for which there is something to show, in the order of the page."""
    if not chosen(index, filters).any():
        return []
    makers = (_frequencies, _over_time, _network, _saturation)
    found = [picture for maker in makers for picture in _made(maker, index, filters)]
    return [*found, *_codelines(index, filters, coder_names(index, anonymous))]


def _made(maker: Callable[[Index, Filters], Picture | None], index: Index, filters: Filters) -> list[Picture]:
    try:
        picture = maker(index, filters)
    except BadOption:  # such as more months than a picture can show
        return []
    return [picture] if picture else []


def _frequencies(index: Index, filters: Filters) -> Picture | None:
    data = frequencies(index, filters)
    if not data.most:
        return None
    return Picture("Codes by case", "", inline(frequencies_svg(data)))


def _over_time(index: Index, filters: Filters) -> Picture | None:
    for by in ("month", "quarter", "year"):
        try:
            data = over_time(index, filters, by)
        except BadOption:
            continue
        if len(data.periods) < 2 or not data.most:
            return None
        return Picture("Codes over time", "", inline(over_time_svg(data)))
    return None


def _network(index: Index, filters: Filters) -> Picture | None:
    met = cooccurrence(index, filters)
    if not isinstance(met, Cooccurrence):
        return None
    data = network(live_book(index.codebook), met.pairs_table())
    if not data.ties:
        return None
    return Picture(
        "Codes that occur together", "Two codes meet where their passages overlap.", inline(network_svg(data))
    )


def _saturation(index: Index, filters: Filters) -> Picture | None:
    table = saturation(index, filters)
    if not table.answered:
        return None
    return Picture("Saturation", " ".join((table.sentence, *table.remarks)), inline(saturation_svg(table)))


def _codelines(index: Index, filters: Filters, names: Mapping[str, str]) -> list[Picture]:
    """One for each document in which something is coded, where they are not too many to leaf through."""
    rows = index.rows("SELECT id, title FROM document WHERE id IN (SELECT document FROM coding) ORDER BY rank")
    if len(rows) > _MOST_CODELINES:
        return []
    lines = [(title, _renamed(codeline(index, document, filters), names)) for document, title in rows]
    return [Picture(title, "", inline(codeline_svg(line)), folded="Codelines") for title, line in lines if line.rows]


def _renamed(line: Codeline, names: Mapping[str, str]) -> Codeline:
    """The codeline with its coders called as the report calls them."""
    return replace(
        line, rows=[(code, [span._replace(coder=names[span.coder]) for span in spans]) for code, spans in line.rows]
    )


def inline(svg: str) -> str:
    """The SVG as a part of the page, whose policy forbids style attributes."""
    return _ROOT.sub(lambda root: _NOT_IN_A_PAGE.sub("", root[0]), svg, count=1)
