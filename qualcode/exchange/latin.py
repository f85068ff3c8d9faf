"""Which of the one-byte Latin encodings a text is in, by whether its letters belong to one language.

Short lists of names give statistics too little to go by: `niño` in Windows-1252 is taken for `nińo` in Windows-1250.
"""

from __future__ import annotations

_WESTERN = {
    "Catalan": "àçèéíïòóúü·", "Danish": "æøåéö", "Dutch": "ëïéèóöü", "Finnish": "äöåšž", "French": "àâæçèéêëîïôœùûüÿ",
    "German": "äöüß", "Icelandic": "áðéíóúýþæö", "Italian": "àèéìíòóù", "Norwegian": "æøåéòô",
    "Portuguese": "àáâãçéêíóôõúü", "Spanish": "áéíñóúü¿¡ºª", "Swedish": "åäöé",
}  # fmt: skip
_CENTRAL = {
    "Croatian": "čćđšž", "Czech": "áčďéěíňóřšťúůýž", "Hungarian": "áéíóöőúüű", "Polish": "ąćęłńóśźż",
    "Romanian": "ăâîşţșț", "Slovak": "áäčďéíĺľňóôŕšťúýž", "Slovenian": "čšž",
}  # fmt: skip
_ANYWHERE = frozenset("‘’‚‹›“”„«»–—…•·§°€£©®™%‰†‡ \u00a0\u00ad")
_CANDIDATES = {"cp1252": _WESTERN, "cp1250": _CENTRAL}


def latin_text(data: bytes, guessed: str, text: str) -> str:
    """The data read as Windows-1252 or -1250 where one of them fits a language better than the guessed encoding does.

    `text` is what the guess gave; it is kept where it is in another script, or fits just as well.
    """
    if not _is_latin(text):
        return text
    languages = _CANDIDATES.get(guessed, _WESTERN | _CENTRAL)
    best, fit = text, _fit(text, languages)
    for encoding, own in reversed(_CANDIDATES.items()):
        try:
            other = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        other_fit = _fit(other, own)
        if other_fit > fit or (other_fit == fit and encoding == "cp1252"):
            best, fit = other, other_fit
    return best


def _is_latin(text: str) -> bool:
    """Whether the letters beyond ASCII are Latin ones, if there are any."""
    return all(char < "\u0250" or not char.isalpha() for char in text)


def _fit(text: str, languages: dict[str, str]) -> float:
    """How many of the signs beyond ASCII, of those that tell languages apart, the best fitting language has: 0 to 1."""
    signs = [char for char in text.casefold() if char > "\x7f" and char not in _ANYWHERE]
    if not signs:
        return 1.0
    return max(sum(char in letters for char in signs) for letters in languages.values()) / len(signs)
