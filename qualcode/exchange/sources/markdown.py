"""Markdown in, qualcode's own document files among it: front matter is kept."""

from __future__ import annotations

from qualcode.core.text import normalise_newlines
from qualcode.errors import BadFile
from qualcode.exchange.sources import ImportedText
from qualcode.exchange.sources.encodings import decode
from qualcode.exchange.sources.plain import tidy
from qualcode.files.text_files import split_front_matter
from qualcode.files.yaml_text import load_yaml


def read(data: bytes, shown_as: str, encoding: str = "") -> ImportedText:
    """The text below the front matter, letter for letter, and what the front matter says. Raises BadFile, BadOption."""
    from qualcode.files.schema import FrontMatterModel, validate

    decoded = decode(data, shown_as, encoding)
    matter, body = split_front_matter(normalise_newlines(decoded.text))
    loaded = load_yaml(matter, shown_as, first_line=2)
    _, problems = validate(FrontMatterModel, loaded, shown_as)
    if problems:
        raise BadFile(problems)
    return ImportedText(tidy(body), loaded.value or {}, decoded.encoding, decoded.runner_up, "Markdown", decoded.losses)
