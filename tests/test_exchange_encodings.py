"""Which encoding a file is in, what could not be read of it, and what is no text."""

import codecs
import random
import time

import pytest
from builders import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st

from qualcode.core.text import normalise_newlines
from qualcode.errors import BadFile, BadOption
from qualcode.exchange.sources import markdown, plain
from qualcode.exchange.sources.encodings import decode

TEXTS = {
    "simplified Chinese": (
        "研究者：你平时跟谁住在一起？\n"
        "小雅：我跟奶奶住，爸爸晚上很晚才回来，有时候打牌打到半夜。妈妈在上海的一家酒店上班，每隔两三天给我打一次电话。"
        "她问我吃了什么，作业写完没有，我就说写完了，然后就不知道说什么了。\n"
        "研究者：你想念她吗？\n"
        "小雅：小时候天天想，现在习惯了。过年她回来，我反而觉得家里多了一个陌生人，碗筷放在哪里她都不清楚。奶奶身体不好"
        "，去年冬天咳嗽得厉害，还是天不亮就起床给我煮粥。学校离家有点远，早上骑车去的时候路灯还亮着，大货车从旁边经过，"
        "我特别害怕，可是从来没有告诉过他们"
    ),
    "traditional Chinese": (
        "訪談者：妳平常跟誰住在一起？\n"
        "小雅：我跟奶奶住，爸爸晚上很晚才回來，有時候打牌打到半夜。媽媽在上海的一家飯店上班，每隔兩三天給我打一次電話。"
        "她問我吃了什麼，作業寫完沒有，我就說寫完了，然後就不知道該說什麼。\n"
        "訪談者：妳想念她嗎？\n"
        "小雅：小時候天天想，現在習慣了。過年她回來，我反而覺得家裡多了一個陌生人，碗筷放在哪裡她都不清楚。奶奶身體不好"
        "，去年冬天咳嗽得厲害，還是天不亮就起床替我煮粥。學校離家有點遠，早上騎車去的時候路燈還亮著，大貨車從旁邊經過，"
        "我特別害怕，可是從來沒有告訴過他們"
    ),
    "Japanese": (
        "聞き手：普段は誰と暮らしていますか。\n"
        "美咲：祖母と二人で暮らしています。父は仕事で帰りが遅くて、週末しか話をしません。母は東京のホテルで働いていて、"
        "三日に一度くらい電話をくれます。宿題は終わったの、ご飯は食べたのと聞かれて、うん、と答えるだけで終わってしまい"
        "ます。\n"
        "聞き手：寂しいと感じることはありますか。\n"
        "美咲：小さいころは毎晩泣いていました。今はもう慣れました。お正月に母が帰ってくると、家の中に知らない人がいるよ"
        "うな気がします。コップがどこにあるかも知らないんですから。学校までは自転車で四十分かかります"
    ),
    "Korean": (
        "면담자: 평소에는 누구와 함께 지내나요?\n"
        "수진: 할머니하고 둘이 살아요. 아버지는 일이 바빠서 늦게 들어오시고, 주말에만 잠깐 얼굴을 봐요."
        " 어머니는 서울에 있는 호텔에서 일하시는데 사흘에 한 번쯤 전화를 하세요. 숙제는 했니, 밥은 먹었"
        "니 물어보시면 네, 하고 대답하고 끝이에요.\n"
        "면담자: 외롭다고 느낄 때가 있어요?\n"
        "수진: 어렸을 때는 밤마다 울었는데 지금은 괜찮아요. 설날에 어머니가 오시면 집에 낯선 사람이 있는"
        " 것 같아요. 컵이 어디에"
    ),
    "Russian": (
        "Исследователь: С кем ты живёшь сейчас?\n"
        "Аня: С бабушкой. Папа приходит поздно, иногда играет в карты до полуночи. Мама работает в гостинице в "
        "Москве и звонит раз в два-три дня. Спрашивает, что я ела и сделала ли уроки, а я говорю: да, сделала, и"
    ),
    "Ukrainian": (
        "Дослідниця: З ким ти зараз живеш?\n"
        "Оля: З бабусею. Тато приходить пізно, а мама працює в готелі у Львові й дзвонить раз на два-три дні. "
        "Питає, що я їла і чи зробила уроки, а я кажу: так, зробила, і більше не знаю, що сказати. Раніше я "
        "сумувала"
    ),
    "Polish": (
        "Badaczka: Z kim teraz mieszkasz?\n"
        "Kasia: Z babcią. Tata wraca późno, czasem gra w karty do północy. Mama pracuje w hotelu w Londynie i "
        "dzwoni co dwa, trzy dni. Pyta, co jadłam i czy odrobiłam lekcje, a ja mówię: tak, odrobiłam, i już nie "
        "wiem, co"
    ),
    "Czech": (
        "Výzkumnice: S kým teď bydlíš?\n"
        "Jana: S babičkou. Táta se vrací pozdě, někdy hraje karty až do půlnoci. Máma pracuje v hotelu ve Vídni a "
        "volá jednou za dva nebo tři dny. Ptá se, co jsem jedla a jestli mám hotové úkoly, já řeknu, že ano, a "
        "pak už nevím"
    ),
    "Hungarian": (
        "Kutató: Kivel élsz most?\n"
        "Zsófi: A nagymamámmal. Apu későn jön haza, néha éjfélig kártyázik. Anyu egy bécsi szállodában dolgozik, "
        "és két-három naponta hív. Megkérdezi, mit ettem, és kész van-e a leckém, én azt mondom, igen, aztán már "
        "nem tudom, mit"
    ),
    "German": (
        "Forscherin: Bei wem wohnst du jetzt?\n"
        "Lena: Bei meiner Großmutter. Papa kommt spät nach Hause, manchmal spielt er bis Mitternacht Karten. Mama "
        "arbeitet in einem Hotel in Zürich und ruft alle zwei, drei Tage an. Sie fragt, was ich gegessen habe und "
        "ob"
    ),
    "French": (
        "Chercheuse : Avec qui vis-tu maintenant ?\n"
        "Chloé : Avec ma grand-mère. Papa rentre tard, il joue parfois aux cartes jusqu'à minuit. Maman travaille "
        "dans un hôtel à Genève et appelle tous les deux ou trois jours. Elle demande ce que j'ai mangé et si"
    ),
    "Spanish": (
        "Investigadora: ¿Con quién vives ahora?\n"
        "Lucía: Con mi abuela. Papá llega tarde, a veces juega a las cartas hasta la medianoche. Mamá trabaja en "
        "un hotel de Málaga y llama cada dos o tres días. Pregunta qué he comido y si terminé la tarea, yo digo "
        "que"
    ),
    "Portuguese": (
        "Pesquisadora: Com quem você mora agora?\n"
        "Beatriz: Com a minha avó. O papai chega tarde, às vezes joga baralho até a meia-noite. A mamãe trabalha "
        "num hotel em São Paulo e liga a cada dois ou três dias. Pergunta o que comi e se fiz a lição, eu respondo"
    ),
    "Swedish": (
        "Forskaren: Vem bor du hos nu?\n"
        "Elsa: Hos mormor. Pappa kommer hem sent, ibland spelar han kort till midnatt. Mamma arbetar på ett "
        "hotell i Oslo och ringer varannan eller var tredje dag. Hon frågar vad jag har ätit och om läxorna är "
        "färdiga, jag säger"
    ),
    "Turkish": (
        "Araştırmacı: Şimdi kiminle yaşıyorsun?\n"
        "Elif: Babaannemle. Babam eve geç geliyor, bazen gece yarısına kadar kâğıt oynuyor. Annem İstanbul'da bir "
        "otelde çalışıyor, iki üç günde bir arıyor. Ne yediğimi, ödevimi bitirip bitirmediğimi soruyor, ben de"
    ),
    "Lithuanian": (
        "Tyrėja: Su kuo dabar gyveni?\n"
        "Rūta: Su močiute. Tėtis grįžta vėlai, kartais iki vidurnakčio žaidžia kortomis. Mama dirba viešbutyje "
        "Londone ir skambina kas dvi tris dienas. Klausia, ką valgiau ir ar paruošiau pamokas, aš sakau, kad "
        "taip, o paskui"
    ),
    "Greek": (
        "Ερευνήτρια: Με ποιον μένεις τώρα;\n"
        "Ελένη: Με τη γιαγιά μου. Ο μπαμπάς γυρίζει αργά, μερικές φορές παίζει χαρτιά ως τα μεσάνυχτα. Η μαμά "
        "δουλεύει σε ξενοδοχείο στην Αθήνα και τηλεφωνεί κάθε δύο ή τρεις μέρες. Ρωτάει τι έφαγα και αν τελείωσα "
        "τα"
    ),
    "Hebrew": (
        "חוקרת: עם מי את גרה עכשיו?\n"
        "נועה: עם סבתא שלי. אבא חוזר מאוחר, לפעמים הוא משחק קלפים עד חצות. אמא עובדת במלון בתל אביב ומתקשרת פעם "
        "ביומיים או שלושה. היא שואלת מה אכלתי ואם סיימתי את שיעורי הבית, אני אומרת שכן, ואחר כך אני כבר לא יודעת "
        "מה לומר.\n"
        "חוקרת:"
    ),
    "Arabic": (
        "الباحثة: مع من تعيشين الآن؟\n"
        "سلمى: مع جدتي. يعود أبي متأخرا، وأحيانا يلعب الورق حتى منتصف الليل. أمي تعمل في فندق في القاهرة وتتصل كل "
        "يومين أو ثلاثة أيام. تسألني ماذا أكلت وهل أنهيت واجباتي، فأقول نعم، ثم لا أعرف ماذا أقول بعد ذلك.\n"
        "الباحثة: هل"
    ),
    "Thai": (
        "ผู้วิจัย: ตอนนี้หนูอยู่กับใคร\n"
        "น้ำฝน: อยู่กับยายค่ะ พ่อกลับบ้านดึก บางทีก็เล่นไพ่ถึงเที่ยงคืน แม่ทำงานที่โรงแรมในกรุงเทพฯ "
        "โทรมาทุกสองสามวัน แม่ถามว่ากินอะไรหรือยัง ทำการบ้านเสร็จหรือเปล่า หนูก็ตอบว่าเสร็จแล้ว "
        "แล้วก็ไม่รู้จะพูดอะไรต่อ\n"
        "ผู้วิจัย:"
    ),
}

ENCODINGS = {
    "simplified Chinese": "gb2312 gbk gb18030",
    "traditional Chinese": "big5 cp950 big5hkscs gb18030",
    "Japanese": "shift_jis cp932 euc_jp iso2022_jp",
    "Korean": "euc_kr cp949",
    "Russian": "cp1251 koi8_r iso8859_5 cp866 mac_cyrillic",
    "Ukrainian": "cp1251 koi8_u",
    "Polish": "cp1250 iso8859_2",
    "Czech": "cp1250 iso8859_2",
    "Hungarian": "cp1250 iso8859_2",
    "German": "cp1252 latin-1 mac_roman",
    "French": "cp1252 latin-1 mac_roman",
    "Spanish": "cp1252 latin-1 mac_roman",
    "Portuguese": "cp1252 latin-1 mac_roman",
    "Swedish": "cp1252 latin-1",
    "Turkish": "cp1254 iso8859_9",
    "Lithuanian": "cp1257",
    "Greek": "cp1253 iso8859_7",
    "Hebrew": "cp1255",
    "Arabic": "cp1256",
    "Thai": "cp874",
}
EVERY_TEXT = "utf-8 utf-8-sig utf-16 utf-16-le utf-16-be utf-32 utf-32-le utf-32-be"
PAIRS = [(language, name) for language, names in ENCODINGS.items() for name in (names + " " + EVERY_TEXT).split()]


def text_of(data, encoding=""):
    return decode(data, "a.txt", encoding).text


def refusal(data, encoding=""):
    with pytest.raises(BadFile) as caught:
        decode(data, "a.txt", encoding)
    return caught.value.problems[0]


# ------------------------------------------------------------------ the guess


@pytest.mark.parametrize(("language", "encoding"), PAIRS, ids=lambda value: value.replace(" ", "-"))
def test_a_text_of_some_sentences_is_read_in_the_encoding_that_it_is_in(language, encoding):
    text = TEXTS[language]
    assert text_of(text.encode(encoding)) == text


@pytest.mark.parametrize("encoding", ["utf-16-be", "utf-16-le", "utf-32-be", "utf-32-le"])
@pytest.mark.parametrize("mark", [True, False], ids=["marked", "unmarked"])
def test_english_in_wide_units_is_read_with_and_without_a_byte_order_mark(encoding, mark):
    text = "Mei: She rang on Sunday, as always.\nLing: And then?\n"
    decoded = decode((("\ufeff" if mark else "") + text).encode(encoding), "a.txt")
    assert (decoded.text, decoded.encoding) == (text, "" if mark else encoding)


@pytest.mark.parametrize("start", range(0, 180, 15))
@pytest.mark.parametrize(
    ("language", "encoding", "name"),
    [
        ("traditional Chinese", "big5", "big5"),
        ("simplified Chinese", "gb2312", "gb18030"),
        ("Japanese", "shift_jis", "shift_jis"),
        ("Japanese", "euc_jp", "euc_jp"),
        ("Korean", "euc_kr", "euc_kr"),
    ],
    ids=["Big5", "GB2312", "Shift-JIS", "EUC-JP", "EUC-KR"],
)
def test_forty_signs_tell_the_east_asian_encodings_apart(language, encoding, name, start):
    text = TEXTS[language][start : start + 40]
    assert decode(text.encode(encoding), "a.txt")[:2] == (text, name)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("妈妈打电话", "gbk"), ("媽媽打電話", "big5"), ("お母さんの電話", "shift_jis"), ("어머니 전화", "euc_kr"),
        ("мама звонит", "cp1251"), ("Мама звонит", "koi8_r"), ("το τηλέφωνο", "cp1253"), ("אמא מתקשרת", "cp1255"),
        ("أمي تتصل", "cp1256"), ("El niño lloró", "cp1252"), ("Müller schläft", "cp1252"), ("un café à Genève", "cp1252"),
        ("łzy i tęsknota", "cp1250"), ("çocuğun annesi ağlıyor", "cp1254"), ("naïve", "cp1252"), ("José:", "cp1252"),
        ("don’t – “go”…", "cp1252"), ("妈妈打电话", "utf-16-le"), ("Mama", "utf-16-be"),
    ],
    ids=ascii,
)  # fmt: skip
def test_two_or_three_words_are_enough_for_most(text, encoding):
    assert text_of(text.encode(encoding)) == text


@pytest.mark.parametrize("encoding", ["gb18030", "big5"])
def test_english_questions_among_chinese_answers_do_not_mislead(encoding):
    text = "Interviewer: When did she leave?\nP1：三歲的時候，我不記得。\nInterviewer: And then?\nP1：我跟奶奶住。\n"
    assert text_of(text.encode(encoding)) == text


@pytest.mark.parametrize(
    ("words", "encoding"),
    [
        ("the café shut", "cp1252"), ("señora Muñoz", "cp1252"), ("naïve façade", "cp1252"), ("Åse and Jörg", "cp1252"),
        ("Dvořák", "cp1250"), ("the word łódź", "cp1250"), ("Şırnak", "cp1254"), ("20°C, £5", "cp1252"), ("café", "mac_roman"),
        ("Привет, сказала она", "cp1251"), ("שלום", "cp1255"), ("媽媽很忙", "big5"), ("ありがとう", "shift_jis"),
    ],
    ids=ascii,
)  # fmt: skip
def test_a_foreign_word_in_a_long_english_text_is_read(words, encoding):
    text = "Mei: we went to the market and came back, and it rained.\n" * 800 + f"Then {words}.\n"
    assert text_of(text.encode(encoding)) == text


def test_cantonese_signs_of_hong_kong_are_read():
    text = "阿媽喺度做嘢，佢哋唔知我喺邊，我冇同佢講。"
    assert decode(text.encode("big5hkscs"), "a.txt")[:2] == (text, "big5")


def test_vietnamese_marks_that_stand_apart_from_their_letters_stay_apart():
    text = "Mẹ hoi con đa ăn gi chưa, con nói rô\u0300i, sau đó không biê\u0301t nói gi\u0300 nư\u0303a.".replace(
        "ẹ", "e\u0323"
    )
    assert text_of(text.encode("cp1258")) == text


def test_the_runner_up_is_said_and_valid_utf_8_needs_none():
    decoded = decode(TEXTS["Polish"].encode("cp1250"), "a.txt")
    assert decoded.encoding == "cp1250"
    assert decoded.runner_up not in ("", "cp1250")
    assert decode(TEXTS["Polish"].encode(), "a.txt")[1:] == ("", "", ())


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=ascii)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "big5"])
def test_line_ends_of_any_system_become_lf(end, encoding):
    lines = TEXTS["traditional Chinese"].split("\n")
    assert plain.read(end.join(lines).encode(encoding), "a.txt").body == "\n".join(lines) + "\n"


REAL = sorted((ROOT.parent / "shared" / "data" / "zh").glob("*.md"))


@pytest.mark.skipif(not REAL, reason="the real transcripts are not here")
@pytest.mark.parametrize("encoding", ["cp950", "big5hkscs", "gb18030", "utf-16-le", "utf-16-be", "utf-16", "utf-32-be"])
def test_real_transcripts_in_traditional_chinese_are_read(encoding):
    for path in REAL:
        data = path.read_text("utf-8").encode(encoding, "replace")
        assert markdown.read(data, path.name).body == normalise_newlines(data.decode(encoding)).rstrip("\n") + "\n"


# ------------------------------------------------------------------ what cannot be read


def test_broken_signs_in_utf_8_are_said_with_their_lines():
    data = TEXTS["French"].encode()
    at = data.index("é".encode())
    decoded = plain.read(b"Mei: oui\n" + data[:at] + b"\xe9" + data[at + 2 :], "a.txt")
    assert decoded.body.count("\ufffd") == 1
    assert decoded.losses == ("One sign is broken (line 3): not valid utf-8. \ufffd stands there.",)


@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["unmarked", "marked"])
def test_a_replacement_sign_that_the_file_itself_has_is_no_loss(mark):
    assert decode((mark + "Mei: caf\ufffd\n").encode(), "a.txt") == ("Mei: caf\ufffd\n", "", "", ())


def test_a_file_cut_within_a_sign_keeps_the_rest():
    text = TEXTS["simplified Chinese"]
    decoded = decode(text.encode()[:-1], "a.txt")
    assert decoded.text == text[:-1] + "\ufffd"
    assert len(decoded.losses) == 1


def test_zero_bytes_within_a_text_are_left_out_and_said():
    decoded = decode("Mei: hello, it was cold\x00 and dark\nLing: ja, früher\x00\n".encode(), "a.txt")
    assert decoded.text == "Mei: hello, it was cold and dark\nLing: ja, früher\n"
    assert decoded[1:] == ("", "", ("Zero bytes within the text were left out.",))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "gb18030"])
def test_zero_bytes_that_fill_the_end_of_a_file_are_left_out(encoding):
    text = TEXTS["simplified Chinese"]
    decoded = decode(text.encode(encoding) + bytes(4096), "a.txt")
    assert decoded.text == text
    assert "Zero bytes at the end were left out." in decoded.losses


@pytest.mark.parametrize("mark", [codecs.BOM_UTF16_LE, b""], ids=["marked", "unmarked"])
def test_half_signs_of_utf_16_are_replaced(mark):
    text = TEXTS["Russian"]
    decoded = decode(mark + text.encode("utf-16-le") + b"\x00\xd8" + "\nи".encode("utf-16-le") + b"a", "a.txt")
    assert decoded.text == text + "\ufffd\nи\ufffd"
    assert decoded.losses


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"PK\x03\x04\x14\x00[Content_Types].xml...word/document.xml", "a Word file (.docx)"),
        (b"PK\x03\x04\x14\x00photo.jpg", "a packed file (zip)"),
        (b"%PDF-1.7\n%\xe2\xe3", "a PDF file"),
        (b"{\\rtf1\\ansi hello}", "a rich text file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(40), "an old Word, Excel or PowerPoint file"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "a picture (JPEG)"),
        (b"MZ\x90\x00\x03\x00\x00", "a program"),
        (b"RIFF\x24\x00\x00\x00WAVEfmt ", "a recording or film"),
    ],
    ids=["docx", "zip", "pdf", "rtf", "doc", "jpeg", "exe", "wav"],
)
def test_files_of_other_kinds_are_called_by_their_name(data, words):
    assert words in refusal(data).message


@pytest.mark.parametrize(
    "data", [bytes(range(256)), random.Random(3).randbytes(4000), b"tag\x00\x01\x02"], ids=["all bytes", "noise", "few"]
)
def test_bytes_that_are_no_text_are_refused(data):
    assert refusal(data).message == "this is not a text file"


@pytest.mark.parametrize(
    "text",
    [
        "MZ: I left.\n",
        "ID3: yes\n",
        "GIF8 was the room\n",
        "\x1b[31mred\x1b[0m \x1b]0;x\x07 said Mei, and all laughed\n",
    ],
)
def test_texts_that_look_like_something_else_are_texts(text):
    assert text_of(text.encode()) == text


# ------------------------------------------------------------------ the encoding given


def test_the_encoding_given_is_used():
    assert decode(b"Mei: caf\xe9", "a.txt", "cp1251") == ("Mei: cafй", "cp1251", "", ())


@pytest.mark.parametrize(
    ("name", "text"), [("gb2312", "嘅镕"), ("big5", "裏喺"), ("shift_jis", "①髙"), ("euc_kr", "똠방")]
)
def test_old_names_stand_for_the_larger_sets_that_windows_writes_under_them(name, text):
    written = {"gb2312": "gbk", "big5": "big5hkscs", "shift_jis": "cp932", "euc_kr": "cp949"}[name]
    assert text_of(text.encode(written), name) == text


@pytest.mark.parametrize(
    "name", ["nope", "hex", "rot13", "zlib", "unicode_escape", "idna", "punycode", "undefined", "a\0b", "é", "x" * 5000]
)
def test_what_is_no_encoding_of_text_is_refused_with_usual_names(name):
    with pytest.raises(BadOption, match=r"There is no encoding .*gb18030, big5"):
        decode(b"Mei: hi", "a.txt", name)


@pytest.mark.parametrize(
    ("data", "name", "line"),
    [
        (b"a\r\nb\r\xff\n", "utf-8", 3),
        (b"a\n\xff\xff\n", "gb18030", 2),
        (b"a\0\n\0\x00\xd8a\0", "utf-16-le", 2),
        (b"a\nb\x81\n", "cp1252", 2),
    ],
    ids=["utf-8", "gb18030", "utf-16", "cp1252"],
)
def test_bytes_that_are_not_in_the_encoding_given_are_refused_with_their_line(data, name, line):
    problem = refusal(data, name)
    assert (problem.line, problem.message) == (line, f"this is not in the encoding {name}")


# ------------------------------------------------------------------ any bytes, and large files


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300) | st.text(max_size=100).map(lambda text: text.encode("utf-16-le", "surrogatepass")))
def test_any_bytes_give_a_clean_text_or_a_refusal(data):
    try:
        text = text_of(data)
    except BadFile:
        return
    assert "\x00" not in text
    text.encode()


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\ufeff")))
def test_valid_utf_8_is_always_read_as_it_is(text):
    assert text_of(text.encode()) == text


def test_a_large_file_is_guessed_from_a_sample():
    data = (TEXTS["traditional Chinese"] + "\n").encode("big5") * 10_000
    started = time.process_time()
    assert decode(data, "a.txt").encoding == "big5"
    assert time.process_time() - started < 3
