"""Whether a few words look like the label of a speaker: a name, a role, the start of a sentence."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

Likeness = Literal["name", "role", "phrase", "lower", ""]

_PARTICLES = frozenset(
    "de da do dos das del della di du la le van von der den ter ten bin bint ibn al el y e af av zu".split()
)

# Words with which sentences and their introductions begin: `One thing:`, `But then:`, `My mother:`.
_STARTERS = frozenset(
    """about actually additionally after again all also although always and another any anyway are as at back basically
    because before being both but by can clearly come considering could did do does each either especially even
    every everything except few finally first firstly following for four fourth from further furthermore generally given go
    had has have he hence her here hers him his honestly how however i'm i've i'd if imagine in indeed instead is it it's its
    just last lastly later let let's like listen look many maybe me mine more moreover most my namely never
    next no nobody not nothing now obviously of often oh ok okay on once one only or other others otherwise our
    out over overall perhaps plus probably really right same second secondly see several she should similarly since so
    some somebody someone something sometimes specifically still such sure that that's the their them then there
    therefore these they thing things think third thirdly this those though three thus to today together two under
    until up very was we well were what what's whatever when whenever where whether which while who why will with without
    would yeah yes yesterday yet you you're your
    und aber also der die das dann erstens zweitens eine ein et mais donc puis alors une un il elle pero y entonces una
    chapter figure page part section step table verse line item option point reason problem result conclusion
    advantage disadvantage tip rule fact summary verdict idea
    genesis exodus psalm psalms matthew luke romans corinthians""".split()
)

# What introduces a fact about the recording, or is no speech at all.
_NEVER = frozenset(
    """note notes nb n.b. n.b ps p.s. p.s date time place location duration recorded recording transcript transcription title
    subject file filename source sources http https ftp www mailto url link email e-mail tel phone telephone fax
    isbn doi language version copyright keywords abstract re fwd cc bcc warning caution attention important example
    participants attendees present transcribed transcriber interviewed setting
    e.g. i.e. remark remarks comment comments todo legend
    anmerkung datum ort hinweis beispiel remarque exemple nota ejemplo fecha lugar
    注 註 注意 備註 备注 附註 附注 例 例如 比如 譬如 日期 時間 时间 地點 地点 標題 标题 主題 主题 摘要 來源 来源 說明 说明
    ملاحظة التاريخ المكان הערה תאריך מקום""".split()
)

# Headings of forms as often as speakers: `Participant: P07` above an interview, `Question: why?` within an answer.
_FORM_WORDS = frozenset(
    "question answer frage antwort réponse pregunta respuesta participant respondent interviewee".split()
)

_SAYING = frozenset(
    """said says say saying asked asks ask told tells replied replies thought thinks answered shouted added explained wrote writes
    goes went is was are were sagte sagt fragte dijo dice dit disait""".split()
)

# What transcripts put in brackets: sounds and remarks of the person who typed.
_SOUNDS = frozenset(
    """laugh laughs laughing laughter chuckle chuckles giggles cry cries crying sob sobs sigh sighs cough coughs pause pauses silence
    inaudible unintelligible unclear indistinct crosstalk overlap overlapping interruption interrupted applause music
    noise background door phone telephone break end start begin beginning recording sic redacted omitted
    name place nods smiles whispers gestures foreign
    sounds sound clears sniffs lachen lacht pause gelächter rires rire risas silencio
    笑 大笑 苦笑 哭 沉默 停頓 停顿 暫停 暂停 掌聲 掌声 音樂 音乐 嘆氣 叹气 咳嗽 點頭 点头 聽不清 听不清 不清楚 無聲 無法辨識 笑声 笑聲
    沈黙 拍手     ضحك صمت صחוק שתיקה""".split()
)

_CHINESE_STARTS = frozenset(
    """一件事 一點 一点 一是 二是 三是 第一 第二 第三 第一點 第二點 第一点 第二点 首先 其次 再次 最後 最后 另外 此外 然後 然后 但是 可是
    不過 不过     所以 因此 因為 因为 而且 還有 还有 其實 其实 總之 总之 問題 问题 問題是 问题是 結果 结果 原因 結論 结论 我想 我覺得
    我觉得 他說 他说 我說 我说
    就是 也就是 換言之 换言之 意思是""".split()
)
_CHINESE_SAYING = "說说講讲道曰"

_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_SENTENCE_MARKS = frozenset('!?;,，。！？；、"“”„«»「」『』<>|=\\/{}[]【】()（）*_@…')
_BRACKETED = re.compile(r"[ \t]*[(（][^()（）]{1,40}[)）]$")


def bare_name(label: str) -> str:
    """The label without what stands in brackets behind it: `Zhao Li (mother)`. A number there belongs to the name."""
    match = _BRACKETED.search(label)
    return label[: match.start()] if match and match.start() and not any(map(str.isdigit, match[0])) else label


@lru_cache(maxsize=4096)
def likeness(label: str) -> Likeness:
    """What the label looks like. "name": every word is a name, initials or a number; "role": begins like a name;
    "phrase": begins like a sentence; "lower": one word in lower case; "": no speaker at all.
    """
    base = _BRACKETED.sub("", label)
    words = base.split()
    if not words or len(base) > 40 or len(words) > 5 or not base[0].isalnum() or not any(map(str.isalpha, base)):
        return "phrase" if base.isdigit() and len(base) < 4 else ""
    if _SENTENCE_MARKS.intersection(base) or " - " in base or " – " in base or ".." in base:
        return "role" if _is_marked_name(base) else ""
    folded = [word.casefold() for word in words]
    if folded[0] in _NEVER or folded[-1] in _SAYING or (len(words) > 1 and _ends_a_sentence(words[:-1])):
        return ""
    if _UNSPACED.search(base):
        return _unspaced_likeness(base)
    if len(words) > 1 and not any(map(str.isalpha, words[0])):
        return ""
    if len(words) > 4 and not all(map(_is_name_part, words)):
        return ""
    if words[0][0].islower():
        return _lower_likeness(words)
    if folded[0] in _STARTERS or (folded[0] == "i" and len(words) > 1 and not words[1].isdigit()):
        return "phrase"
    return "name" if all(map(_is_name_part, words)) and base.casefold() not in _FORM_WORDS else "role"


def is_sound(label: str) -> bool:
    """Whether this, in brackets, is rather a remark on what was heard: `Laughs`, `Inaudible`, `End of recording`."""
    return any(word.strip(".,!").casefold() in _SOUNDS for word in label.split())


def _is_marked_name(base: str) -> bool:
    """A name with a mark in it: `Wu, Anna`, `Mei/Long`, `Mei?` where the typist was not sure."""
    last, comma, first = base.partition(", ")
    parts = [last, first] if comma else base.rstrip("?").split("/")
    return len(parts) <= 3 and base != parts[0] and all(likeness(part) == "name" for part in parts)


def _is_name_part(word: str) -> bool:
    first = word.lstrip("#")[:1]
    return (
        first.isdigit()
        or (first.isalpha() and not first.islower())
        or word.casefold() in _PARTICLES
        or "-" in word[1:4]
    )


def _ends_a_sentence(words: list[str]) -> bool:
    """Whether a full stop stands behind more than an abbreviation: `He left. Mother:`, not `Dr. Wu:`."""
    return any(word[-1] == "." and len(word) > 5 for word in words)


def _lower_likeness(words: list[str]) -> Likeness:
    if len(words) > 1:
        last = words[-1][0]
        named = words[0] in _PARTICLES and last.isalpha() and not last.islower() and all(map(_is_name_part, words))
        return "role" if named else ""
    return "" if words[0].casefold() in _STARTERS else "lower"


def _unspaced_likeness(base: str) -> Likeness:
    if base in _CHINESE_STARTS:
        return "phrase"
    if len(base) > 1 and base[-1] in _CHINESE_SAYING:
        return ""
    signs = len(_UNSPACED.findall(base))
    if signs <= 4 and len(base.split()) <= 2:
        return "name"
    return "role" if signs <= 10 and len(base) <= 24 else "phrase"
