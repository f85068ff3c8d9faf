"""Pictures for papers and pages: each function gives an SVG as text, and the same data give the same bytes."""

from __future__ import annotations

from qualcode.exchange.picture_codeline import codeline_svg
from qualcode.exchange.picture_frequencies import frequencies_svg
from qualcode.exchange.picture_network import network_svg
from qualcode.exchange.picture_over_time import over_time_svg
from qualcode.exchange.picture_saturation import saturation_svg
from qualcode.exchange.svg import safe

__all__ = ["codeline_svg", "frequencies_svg", "html_page", "network_svg", "over_time_svg", "saturation_svg"]


def html_page(title: str, body: str) -> str:
    """A page of its own around pictures (`body` is HTML); dark where the reader's system is, the pictures on white."""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{safe(title)}</title>\n"
        "<style>:root{color-scheme:light dark}body{margin:1.5rem;font-family:system-ui,sans-serif}"
        "svg{border-radius:6px}@media print{body{margin:0}}</style>\n"
        f"</head>\n<body>\n<main>\n{body}</main>\n</body>\n</html>\n"
    )
