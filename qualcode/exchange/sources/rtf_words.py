"""Control words of RTF that stand for signs, and those that begin parts of the file which are no text of the body."""

from __future__ import annotations

SIGNS = {
    b"tab": "\t", b"line": "\n", b"lbr": "\n", b"softline": "\n", b"emdash": "—", b"endash": "–", b"lquote": "‘", b"rquote": "’",
    b"ldblquote": "“", b"rdblquote": "”", b"bullet": "•", b"emspace": "\u2003", b"enspace": "\u2002", b"qmspace": "\u2005",
    b"zwj": "\u200d", b"zwnj": "\u200c", b"zwbo": "\u200b", b"zwnbo": "\u2060", b"ltrmark": "\u200e", b"rtlmark": "\u200f",
    b"nestcell": "\t",
}  # fmt: skip
SYMBOLS = {b"~": "\u00a0", b"_": "\u2011", b"-": "\u00ad", b"\\": "\\", b"{": "{", b"}": "}"}
SKIPPED = frozenset(
    b"stylesheet fonttbl colortbl info header headerl headerr headerf footer footerl footerr footerf fldinst pict "
    b"nonshppict listtext pntext objdata xe tc rxe ftnsep ftnsepc ftncn aftnsep aftnsepc aftncn upr nonesttables "
    b"NeXTGraphic themedata colorschememapping datastore latentstyles listtable listoverridetable rsidtbl generator bkmkstart "
    b"bkmkend private template pgdsctbl filetbl revtbl txe comment annotation atnid atnauthor atnref atrfstart atrfend "
    b"atndate atntime atnparent atnicn sp".split()
)
KEPT_WHEN_STARRED = frozenset(b"ud shppict annotation atnauthor atnref atrfstart atrfend shpinst footnote pn".split())
NAMED = frozenset(b"atnauthor atnref atrfstart atrfend".split())
HIGHLIGHTS = (
    "", "black", "blue", "cyan", "green", "magenta", "red", "yellow", "", "dark blue", "dark cyan", "dark green", "dark magenta",
    "dark red", "dark yellow", "dark gray", "light gray",
)  # fmt: skip
ENDS = frozenset(b"par line cell row nestcell nestrow sect page column tab".split())  # no stand-in for a letter
