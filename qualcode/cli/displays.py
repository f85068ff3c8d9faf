"""`qualcode codeline`, `timeline`, `frequencies` and `network`: displays in the terminal and as pictures."""

from __future__ import annotations

import shutil
import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from qualcode.analysis import displays
from qualcode.analysis.case_counts import CaseCounts
from qualcode.analysis.plots import codeline_plot, frequencies_plot, over_time_plot, plots_in_width
from qualcode.analysis.table import Table
from qualcode.cli.lists import filters_from, opened, tell_remarks
from qualcode.cli.output import emit, talk

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
        label = min(codeline_plot(data, 40).label_width, width // 3)
        return codeline_plot(data, max(20, width - label)).lines(label)

    with opened(args) as project:
        data = displays.codeline(project.index, args.doc, filters_from(args))
        tell_remarks(project, filters_from(args), empty=not data.rows)
    _show(args, _Display(f"Codeline · {data.title}", data.table(), lines, lambda: codeline_svg(data)))
    if data.lost:
        talk(f"{data.lost} codings have lost their place and are left out: `qualcode review` lists them.")


def timeline(args: Namespace) -> None:
    from qualcode.exchange.pictures import over_time_svg

    with opened(args) as project:
        filters, per_words = filters_from(args), bool(args.per)
        data = displays.over_time(project.index, filters, args.by, args.rows, per_words=per_words)
        tell_remarks(project, filters_from(args), empty=not data.most)
    title = f"Codes over time · by {data.by} · {data.measure}"
    _show(args, _Display(title, data.table(), lambda width: _case_lines(data, width), lambda: over_time_svg(data)))
    if data.undated:
        number = len(data.undated)
        which = f"{number} documents have no date, so they" if number > 1 else "One document has no date, so it"
        talk(f"{which} and the {data.undated_codings} codings there are left out: {_some(data.undated)}.")
    _tell_gaps(data)


def frequencies(args: Namespace) -> None:
    from qualcode.exchange.pictures import frequencies_svg

    with opened(args) as project:
        data = displays.frequencies(project.index, filters_from(args), args.rows, per_words=bool(args.per))
        tell_remarks(project, filters_from(args), empty=not data.most)
    title = f"Code frequencies by case · {data.measure}"
    _show(args, _Display(title, data.table(), lambda width: _case_lines(data, width), lambda: frequencies_svg(data)))
    _tell_gaps(data)


def network(args: Namespace) -> None:
    from qualcode.exchange.pictures import network_svg

    with opened(args) as project:
        pairs = displays.code_pairs(project.index, filters_from(args), args.relation, args.rows or "code")
        made = displays.network(project.index.codebook, pairs, args.relation, args.least)
        table = Table(pairs.columns, [row for row in pairs if row["count"] >= args.least])
        tell_remarks(project, filters_from(args), empty=False)
    lines = lambda width: table.to_text(None, width).splitlines()  # noqa: E731
    _show(args, _Display(f"Codes that occur together · {args.relation}", table, lines, lambda: network_svg(made)))
    if not table.rows:
        talk("No two codes meet" + (f" {args.least} times." if args.least > 1 else "."))


def _show(args: Namespace, display: _Display) -> None:
    """Print the display in the form asked for, or write it to the file."""
    form = args.format or _by_ending(args.output)
    if form in ("csv", "json"):
        emit(display.table, args)
        return
    text = _picture(display, form) if form in ("svg", "html") else _text(display)
    if args.output:
        from qualcode.files.saving import replace_file

        replace_file(Path(args.output), text.encode("utf-8", "replace"))
        talk(f"Wrote {args.output}.")
    else:
        print(text, end="")


def _by_ending(output: str | None) -> str:
    suffix = Path(output).suffix.lower().lstrip(".") if output else ""
    return {"htm": "html"}.get(suffix, suffix) if suffix in ("csv", "json", "svg", "html", "htm") else "table"


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
