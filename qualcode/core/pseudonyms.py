"""Pseudonyms: where a text names people, and what stands there instead.

A key has a pseudonym for each name, and variants of the name with pseudonyms of their own. Further forms follow from the
name itself (see `pseudonym_forms`). A form counts where it stands as a word: "Ann" is not in "Annual", but it is in
"Ann's" and "the Anns". Chinese, Japanese, Thai and the like know no spaces between words: there it counts anywhere. A variant
that ends in * stands for all words with this beginning and up to four letters more ("Anna*" for Annę, Annie ...).
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import NamedTuple

from qualcode.core.loose_names import Folded, loosely, spellings
from qualcode.core.name_finder import Finder, script
from qualcode.core.pseudonym_forms import APOSTROPHES, HYPHENS, ORDINARY_WORDS, SPACE, Form, forms_of, is_unspaced

_ID_PARTS = re.compile(r"([-_. ]+)")
_LETTER = r"[^\W_\d]"
_LINE_END = re.compile(r"\n|\\n")
_ONE_SIGN = {ord(sign): signs[0] for signs in (APOSTROPHES, HYPHENS) for sign in signs}
_BEFORE_IDS = ("case:", "participant:", "participant ", "declared case ", "changed case ", "removed case ")


class Replacement(NamedTuple):
    """At `[start, end)` (code points) stands a form of the person called `name` in the key; `new` is to stand there."""

    start: int
    end: int
    new: str
    name: str


@dataclass(frozen=True)
class KeyEntry:
    """One person: the real name, the pseudonym, and further forms of the name with what stands for each. `line` is where the
    key file has them."""

    name: str
    pseudonym: str
    variants: Mapping[str, str] = field(default_factory=dict)
    line: int = 0


class Trouble(NamedTuple):
    """Why an entry of a key cannot be used as it is; `fatal` if nothing may be shown or exported by such a key."""

    line: int
    message: str
    advice: str
    fatal: bool


class Pseudonyms:
    """A key, ready to find names in texts. `troubles` are what is wrong with it, or what of it was left out."""

    def __init__(self, entries: Iterable[KeyEntry], ids: Iterable[str] = ()) -> None:
        """`ids` are those of documents and the like: a name in them is replaced too, in small letters and between hyphens."""
        self.entries, self.ids = tuple(entries), tuple(ids)
        self.troubles: list[Trouble] = []
        self._by_text: dict[str, tuple[Form, KeyEntry]] = {}
        self._free: set[str] = set()  # pseudonyms in which no name stands
        self._alone: dict[str, tuple[Form, KeyEntry]] = {}  # ids that are words too: they count as a whole text only
        for derived in (False, True):
            for entry in self.entries:
                for form in forms_of(entry.name, entry.pseudonym, entry.variants):
                    if form.derived == derived:
                        self._add(form, entry)
        self._leave_out_what_pseudonyms_hold()
        self._name_shared_pseudonyms()
        self._name_single_signs()
        for ident in self.ids:
            self._add_id(ident)
        self._forget()

    def _forget(self) -> None:
        """The forms changed: make anew what is made of them."""
        for made in ("_finder", "_spelled"):
            self.__dict__.pop(made, None)

    def __bool__(self) -> bool:
        return bool(self.entries)

    def _add(self, form: Form, entry: KeyEntry) -> None:
        key = _key(form.text)
        there = self._by_text.get(key)
        if there is None:
            self._by_text[key] = (form, entry)
        elif there[0].new != form.new and there[0].derived == form.derived and not _is_part_of_id(form):
            held = f"{form.text!r} belongs to {there[1].name!r} and to {entry.name!r}"
            self.troubles.append(
                Trouble(entry.line, f"{held}; where it stands alone it becomes {there[0].new!r}",
                        "give it as a variant of the one who is meant, with what shall stand there", False)
                if form.derived
                else Trouble(entry.line, held, "let every form stand for one person", True)
            )  # fmt: skip

    def _add_id(self, ident: str) -> None:
        """An id that holds names, and what it is shown as: the names in it as words, in whatever case."""
        parts = _ID_PARTS.split(ident)  # words and what stands between them by turns
        new, at, owner = "", 0, None
        while at < len(parts):
            run = next(
                (end for end in range(min(len(parts), at + 7), at, -2) if _bare("".join(parts[at:end])) in self._whole),
                0,
            )
            if run and at % 2 == 0 and parts[at]:
                form, owner = self._whole[_bare("".join(parts[at:run]))]
                words = form.new.split()
                joint = parts[at + 1] if run - at > 1 else "-"
                new += joint.join(words).lower() if ident.islower() else joint.join(words)
                at = run
            else:
                new += parts[at]
                at += 1
        if owner is not None and new != ident:
            if _is_peculiar(ident) or is_unspaced(ident[0]) or _key(ident) in self._by_text:
                self._by_text.setdefault(_key(ident), (Form(ident, new, True), owner))
            else:  # "long" is a word in most texts; behind one of these it is an id
                self._alone.setdefault(_key(ident), (Form(ident, new, True), owner))
                for before in _BEFORE_IDS:
                    self._by_text.setdefault(_key(before + ident), (Form(before + ident, before + new, True), owner))

    @cached_property
    def _whole(self) -> dict[str, tuple[Form, KeyEntry]]:
        """What of the key counts in ids, without what stands between words: names, variants, parts that are nothing else."""
        return {
            _bare(form.text): (form, entry)
            for form, entry in sorted(self._by_text.values(), key=lambda known: not known[0].derived)
            if not form.derived or (_is_peculiar(form.text, 3) and not _is_part_of_id(form))
        }

    def _leave_out_what_pseudonyms_hold(self) -> None:
        """No pseudonym may hold a real name: what was replaced would be taken for a name again."""
        while self._left_out():
            self._forget()

    def _left_out(self) -> bool:
        """Whether parts of names were left out now; what they had hidden is to be looked for again."""
        before = len(self._by_text)
        for new in sorted({form.new for form, _ in self._by_text.values()} - self._free):
            self._free.add(new)
            for found in self.replacements(new.strip("-")):
                form, entry = self._spelled[_key(new.strip("-")[found.start : found.end])]
                if _key(form.text) not in self._by_text:  # left out a moment ago
                    self._free.discard(new)
                elif form.derived:
                    for text in (form.text, f"-{form.text.lower()}", f"{form.text.lower()}-"):
                        self._by_text.pop(_key(text), None)
                    self._free.discard(new)
                    message = (
                        f"{form.text!r}, of the name {entry.name!r}, stands in the pseudonym {new!r} too: "
                        "alone it is not replaced"
                    )
                    self.troubles.append(
                        Trouble(entry.line, message, "choose pseudonyms that are nobody's name here", False)
                    )
                else:
                    message = f"the pseudonym {new!r} holds {form.text!r}, a real name of the key"
                    self.troubles.append(
                        Trouble(entry.line, message, "choose a pseudonym that is nobody's name here", True)
                    )
        return len(self._by_text) < before

    def _name_shared_pseudonyms(self) -> None:
        first: dict[str, KeyEntry] = {}
        for entry in self.entries:
            other = first.setdefault(_key(entry.pseudonym), entry)
            if other is not entry:
                message = f"{other.name!r} and {entry.name!r} are both shown as {entry.pseudonym!r}, like one person"
                self.troubles.append(
                    Trouble(entry.line, message, "unless they are one, give each a pseudonym of their own", False)
                )

    def _name_single_signs(self) -> None:
        for form, entry in self._by_text.values():
            if not form.derived and len(form.text) == 1:
                message = f"{form.text!r} is one sign: it is replaced where it stands alone, as a label does, not within words"
                self.troubles.append(
                    Trouble(entry.line, message, "give longer forms too, as --variant 小龙=小伟", False)
                )

    @cached_property
    def pseudonyms(self) -> frozenset[str]:
        """All that stands for names."""
        return frozenset(form.new for form, _ in self._by_text.values())

    # ---------------------------------------------------------------- finding

    def replacements(self, text: str) -> list[Replacement]:
        """Every place where the text names somebody, in order, none overlapping another; the longest form at a place counts."""
        return list(self._found(text))

    def masked(self, text: str) -> str:
        """The text with pseudonyms for names."""
        if not self._by_text:
            return text
        return self._masked(text) if len(text) <= 200 else self._replaced(text)

    @cached_property
    def _masked(self):  # type: ignore[no-untyped-def]
        return lru_cache(maxsize=20_000)(self._replaced)

    def _replaced(self, text: str) -> str:
        if not self._finder.may_be_in(text) and text not in self._alone:
            return text
        parts, at = [], 0
        for start, end, new, _ in self._found(text):
            parts += [text[at:start], new]
            at = end
        return "".join([*parts, text[at:]]) if parts else text

    def _found(self, text: str) -> Iterator[Replacement]:
        if (known := self._alone.get(text)) is not None:
            yield Replacement(0, len(text), known[0].new, known[1].name)
            return
        for start, end in self._finder.places(text):
            form, entry = self._spelled[_key(text[start:end])]
            yield Replacement(start, end, _in_case(form, text[start:end]), entry.name)

    @cached_property
    def _finder(self) -> Finder:
        written = {text for form, _ in self._by_text.values() for text in _spellings(form)}
        return Finder((text.rstrip("*"), _expression(text)) for text in written)

    @cached_property
    def _spelled(self) -> dict[str, tuple[Form, KeyEntry]]:
        """The form for every way in which one may be written; one without a star before one with it."""
        spelled: dict[str, tuple[Form, KeyEntry]] = {}
        for form, entry in sorted(self._by_text.values(), key=lambda known: known[0].text.endswith("*")):
            for text in _spellings(form):
                spelled.setdefault(_key(text.rstrip("*")), (form, entry))
        return spelled

    def held(self, text: str) -> list[Replacement]:
        """Names that a text still holds, for whoever is to vouch for it: what `replacements` finds, and names, with those parts
        of names that are nothing else, in all the spellings of `loose_names` (`guihua`, `LIANG_GUIHUA`, `Gui-hua`)."""
        found = self.replacements(text)
        taken = [one.start for one in found]
        plain = Folded(text)
        for first, last in self._loose_finder.places(plain.text):
            start, end = plain.place(first), plain.place(last - 1) + 1
            at = bisect_right(taken, start)
            if not (at and found[at - 1].end > start) and not (at < len(found) and found[at].start < end):
                entry = self._loose_names[_bare(plain.text[first:last])]
                found.insert(at, Replacement(start, end, entry.pseudonym, entry.name))
                taken.insert(at, start)
        return found

    @cached_property
    def _loose_names(self) -> dict[str, KeyEntry]:
        """Names, variants and parts that can hardly be anything else, in plain letters without what stands between them."""
        return {_bare(text): entry for text, entry in reversed(self._loose())}

    def _loose(self) -> list[tuple[str, KeyEntry]]:
        """The same as they are written, what the key gives itself first."""
        forms = sorted(self._by_text.values(), key=lambda known: known[0].derived)
        return [
            (text, entry)
            for form, entry in forms
            if _is_loose(form) and form.text not in self.ids
            for text in spellings(form.text)
        ]

    @cached_property
    def _loose_finder(self) -> Finder:
        written = []
        for text, _ in self._loose():
            if is_unspaced(text[0]):
                written.append((text.rstrip("*"), loosely(text, hyphens=False)))
            else:
                written.append((text.rstrip("*"), rf"{loosely(text, hyphens=True)}(?!{_LETTER})"))
        return Finder(written, any_case=True)


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()


def _is_loose(form: Form) -> bool:
    """Whether a form is a name in whatever spelling it stands."""
    if form.derived:
        return (
            " " not in form.text
            and not _is_part_of_id(form)
            and _is_peculiar(_bare(form.text))
            and form.text[0].isupper()
        )
    return len(form.text.split()) > 1 or is_unspaced(form.text[0]) or _is_peculiar(form.text)


def _is_part_of_id(form: Form) -> bool:
    return form.derived and "-" in (form.text[0], form.text[-1])


def _is_peculiar(word: str, least: int = 4) -> bool:
    """Whether a single word (of at least so many letters) can hardly be anything but a name, so that its letter case does not matter."""
    return len(word) >= least and word.casefold() not in ORDINARY_WORDS


def _key(text: str) -> str:
    """By which a form that was found is looked up."""
    spaced = re.sub(SPACE, " ", unicodedata.normalize("NFC", text)).translate(_ONE_SIGN)
    return spaced.replace(" ", "") if spaced and is_unspaced(spaced[0]) else spaced


def _spellings(form: Form) -> Iterator[str]:
    """How the form may be written: with composed and decomposed accents; in capitals; in any case where that is no ordinary word."""
    texts: Sequence[str] = [form.text]
    if form.text.lower() != form.text.upper():
        texts = [form.text, form.text.upper()]
        many = " " in form.text
        if not form.derived and (many or _is_peculiar(form.text)):
            texts += [form.text.lower(), form.text.title()]
    for text in texts:
        yield unicodedata.normalize("NFC", text)
        yield unicodedata.normalize("NFD", text)


def _expression(text: str) -> str:
    """A form as a regular expression, with what must follow it."""
    stem = text.rstrip("*")
    escaped = SPACE.join("".join(map(_sign, word)) for word in stem.split(" "))
    last = stem[-1]
    if last == "-":
        return escaped
    if len(text) == 1:  # a single sign counts where it stands alone, as a speaker's label does
        return rf"{escaped}(?<![^\W_].)(?![^\W_])"
    if is_unspaced(last) and len(stem) > 2 and all(map(is_unspaced, stem)):
        return r"\n?".join(map(re.escape, stem))  # lines end anywhere in it
    if is_unspaced(last) or script(last) == "HANGUL":
        return escaped
    if text.endswith("*"):
        return rf"{escaped}(?!{_LETTER}{{5}})"
    ending = "s" if last.islower() else "S"
    plural = rf"|(?={ending}(?!{_LETTER}))" if script(last) == "LATIN" and len(stem) > 2 else ""
    after = _LETTER if len(stem) > 2 else r"[^\W_]"
    return rf"{escaped}(?:(?!{after}|[\u0300-\u036f]){plural})"


def _sign(char: str) -> str:
    """A sign as a regular expression: apostrophes and hyphens are typed in many ways."""
    alike = next((signs for signs in (APOSTROPHES, HYPHENS) if char in signs), "")
    return f"[{re.escape(alike)}]" if alike else re.escape(char)


def _in_case(form: Form, found: str) -> str:
    """What stands for a form, in the letter case in which it was found, and with the line end that was in it."""
    new = form.new
    if (end := _LINE_END.search(found)) is not None:
        new = new.replace(" ", end[0], 1) if " " in new else new + end[0]
    if found.isupper() and not form.text.isupper() and len(found) > 1:
        return new.upper()
    if found.islower() and not form.text.islower():
        return new.lower()
    return new
