"""RTF in, as Word, LibreOffice, TextEdit and WordPad write it (RTF Specification 1.9.1).

A paragraph is a line, as with Word files: `# ` before headings, `- ` before list items, tables as lines or turns, notes at
the end as `[^1]: words`, tracked changes as accepted. Comments and highlights come with their places. Our own reader,
since striprtf drops footnotes, mixes hidden, deleted and visible text, and knows no highlights.
"""

from __future__ import annotations

from qualcode.errors import BadFile, Problem
from qualcode.exchange.sources import ImportedText
from qualcode.exchange.sources.encodings import decode
from qualcode.exchange.sources.losses import loss_sentences
from qualcode.exchange.sources.rtf_text import RtfText, TooDeep
from qualcode.exchange.sources.rtf_tokens import tokens
from qualcode.exchange.sources.transcription import as_transcription

_MOST_TOKENS = 5_000_000
_ADVICE = "open it in a word processor and save it anew"


def read(data: bytes, shown_as: str, encoding: str = "") -> ImportedText:
    """The text of an RTF file; `encoding` stands in for the code page that the file declares. Raises BadFile."""
    start = data[:64].lstrip(b"\xef\xbb\xbf \t\r\n\x00")
    if not start.startswith(b"{\\rtf"):
        raise BadFile([Problem(shown_as, 0, "this is not an RTF file", _ADVICE)])
    if encoding:
        decode(b"", shown_as, encoding)  # so that one that there is not is refused
    text = RtfText(encoding)
    try:
        for number, token in enumerate(tokens(data)):
            if number > _MOST_TOKENS:
                raise BadFile(
                    [Problem(shown_as, 0, f"it has more than {_MOST_TOKENS:,} words and commands", "split it")]
                )
            text.take(token)
    except TooDeep as error:
        raise BadFile([Problem(shown_as, 0, "its groups stand too deep within others", _ADVICE)]) from error
    built, remarks = text.finish()
    losses = loss_sentences(text.counts + text.body.builder.counts)
    if text.cut_short:
        losses = (*losses, "the file is cut short: its end is missing")
    return as_transcription(
        ImportedText(built.body, kind="RTF file", losses=losses, remarks=tuple(remarks), highlights=built.highlights)
    )
