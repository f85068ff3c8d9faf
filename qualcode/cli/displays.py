"""`qualcode codeline`, `timeline`, `frequencies` and `network`: displays in the terminal and as pictures."""

from __future__ import annotations

import shutil
import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from typing import NamedTuple

from qualcode.analysis import displays
from qualcode.analysis.case_counts import CaseCounts
from qualcode.analysis.plot import fitted
from qualcode.analysis.plots import codeline_plot, frequencies_plot, over_time_plot, plots_in_width
from qualcode.analysis.table import Table
from qualcode.cli.lists import filters_from, opened, tell_remarks
from qualcode.cli.output import emit, emit_document, talk
from qualcode.core.how_many import how_many
from qualcode.exchange.manifest import counts_of
from qualcode.exchange.table_files import form_by_ending
from qualcode.notebook import OpenProject

_WIDE = 160


class _Display(NamedTuple):
    """The ways in which something can be shown: its numbers, lines of text for a width, an SVG."""

    title: str
    table: Table
    lines: Callable[[int], list[str]]
    svg: Callable[[], str]


def codeline(args: Namespace) -> None:
    from qualcode.exchange.pictures import codeline_svg

    def lines(width: int) -> list[str]:
        plot, label = fitted(lambda room: codeline_plot(data, room), width)
        return plot.lines(label)

    with opened(args) as project:
        data = displays.codeline(project.index, args.doc, filters_from(args))
        display = _Display(f"Codeline · {data.title}", data.table(), lines, lambda: codeline_svg(data))
        _show(project, args, display, empty=not data.rows)
    if data.lost:
        lost = how_many(data.lost, "coding has lost its place and is", "codings have lost their place and are")
        talk(f"{lost} left out: see `qualcode review`.")


def timeline(args: Namespace) -> None:
    from qualcode.exchange.pictures import over_time_svg

    with opened(args) as project:
        data = displays.over_time(project.index, filters_from(args), args.by, args.rows, per_words=bool(args.per))
        title = f"Codes over time · by {data.by} · {data.measure}"
        _show(project, args, _by_case(data, title, over_time_svg), empty=not data.most)
    if data.undated:
        number = len(data.undated)
        which = f"{number} documents have no date, so they" if number > 1 else "One document has no date, so it"
        talk(f"{which} and the {how_many(data.undated_codings, 'coding')} there are left out: {_some(data.undated)}.")
    _tell_gaps(data)


def frequencies(args: Namespace) -> None:
    from qualcode.exchange.pictures import frequencies_svg

    with opened(args) as project:
        data = displays.frequencies(project.index, filters_from(args), args.rows, per_words=bool(args.per))
        title = f"Code frequencies by case · {data.measure}"
        _show(project, args, _by_case(data, title, frequencies_svg), empty=not data.most)
    _tell_gaps(data)


def network(args: Namespace) -> None:
    from qualcode.exchange.pictures import network_svg

    with opened(args) as project:
        pairs = displays.together(project.index, filters_from(args), args.relation, args.rows or "code").pairs_table()
        made = displays.network(project.index.codebook, pairs, args.relation, args.least)
        table = Table(pairs.columns, [row for row in pairs if row["count"] >= args.least])
        title = f"Codes that occur together · {args.relation}"
        display = _Display(
            title, table, lambda width: table.to_text(None, width).splitlines(), lambda: network_svg(made)
        )
        _show(project, args, display, empty=False)
    if not table.rows:
        talk("No two codes meet" + (f" {args.least} times." if args.least > 1 else "."))


def _by_case(data: CaseCounts, title: str, draw: Callable[[CaseCounts], str]) -> _Display:
    return _Display(title, data.table(), lambda width: _case_lines(data, width), lambda: draw(data))


def _show(project: OpenProject, args: Namespace, display: _Display, *, empty: bool) -> None:
    """Print the display in the form asked for, or write it to the file, with its manifest where that is asked for."""
    form = args.format or _by_ending(args.output)
    if form in ("table", "svg", "html"):
        text = _text(display) if form == "table" else _picture(display, form)
        counts = counts_of(display.table)
        emit_document(text.encode("utf-8", "replace"), args, project.index, f"Wrote {args.output}.", counts, form)
    else:
        emit(display.table, args, index=project.index)
    tell_remarks(project, filters_from(args), empty=empty)


def _by_ending(output: str | None) -> str:
    """The format that a file's name asks for: a picture, or one for the numbers."""
    if not output:
        return "table"
    return "svg" if output.lower().endswith(".svg") else form_by_ending(output)


def _picture(display: _Display, form: str) -> str:
    if form == "svg":
        return display.svg()
    from qualcode.exchange.pictures import html_page

    return html_page(display.title, display.svg())


def _text(display: _Display) -> str:
    from qualcode.core.visible import visible

    width = shutil.get_terminal_size((_WIDE, 24)).columns if sys.stdout.isatty() else _WIDE
    return "\n".join([visible(display.title), "", *display.lines(width)]) + "\n"


def _case_lines(data: CaseCounts, width: int) -> list[str]:
    """Cases side by side as far as they fit, the others below."""
    label = min(over_time_plot(data).label_width, max(16, width // 3))
    lines: list[str] = []
    for band in plots_in_width(data, width, label):
        plot = over_time_plot(data, band) if data.by else frequencies_plot(data, width - label, band)
        lines += [*([""] if lines else []), *plot.lines(label)]
    return lines


def _tell_gaps(data: CaseCounts) -> None:
    """What the numbers do not say by themselves: what has no data, and what nobody has coded yet."""
    missing = sum(ground is None for panel in data.panels for ground in panel.ground)
    if missing:
        talk(
            "░ no data: no document that could have been coded." if data.by else "– no data: a case without documents."
        )
    if data.uncoded:
        talk(f"Documents without any codings yet: {data.uncoded}; a 0 may only mean that they are still to be coded.")


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
