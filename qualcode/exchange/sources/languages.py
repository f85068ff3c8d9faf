"""Letters and signs of the languages that old encodings were made for, the most frequent first.

The order is all that a guess of encodings needs; how steeply frequencies fall is one number (Russian: о 11 %, и 7.4 %, ф 0.3 %).
"""

from __future__ import annotations

from typing import NamedTuple


class Language(NamedTuple):
    """`letters` beyond ASCII are `share` of all letters; each is `decay` times as frequent as the one before.

    `prior` is the natural logarithm of how much rarer files in this language are than others. `rows` are costs (natural logarithms
    of probabilities) of further signs by their place in a national standard, which puts frequent signs first: codec, lead bytes, cost.
    """

    name: str
    letters: str
    share: float
    prior: float = 0.0
    decay: float = 0.85
    rows: tuple[tuple[str, int, int, float], ...] = ()


_HAN = (
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事"
    "成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机十民第公此"
    "已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代"
    "内信表化老给世位次度门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安"
    "少报才结反受目太量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光"
    "放强即像难且权思王象完设式色路记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师观清今切院让识候带导争运吗呢吧"
    "啊嗯哦呀哈妈爸爷奶孩跟谢请您哪怎谁喜欢爱钱吃喝饭睡找坐站写读买卖快慢忙累哭笑怕苦村城镇班校亲母父姐妹弟哥晚每春节火车"
    "厂农盼早远近唱玩懂讲"
)
_IN_TRADITIONAL = {
    ord(pair[0]): pair[1]
    for pair in (
        "这這 个個 们們 来來 为為 国國 说說 时時 会會 对對 于於 着著 过過 发發 后後 里裡 种種 经經 么麼 学學 现現 当當 "
        "没沒 动動 还還 进進 样樣 开開 从從 实實 军軍 无無 与與 长長 机機 关關 点點 业業 将將 两兩 间間 问問 并並 应應 "
        "战戰 头頭 体體 见見 产產 话話 给給 门門 儿兒 东東 声聲 员員 论論 处處 义義 几幾 认認 条條 系係 气氣 题題 尔爾 "
        "别別 变變 总總 电電 数數 报報 结結 务務 场場 计計 资資 许許 统統 区區 队隊 决決 马馬 书書 则則 听聽 却卻 达達 "
        "强強 难難 权權 设設 记記 类類 据據 边邊 张張 该該 规規 万萬 觉覺 术術 领領 确確 传傳 师師 观觀 让讓 识識 带帶 "
        "导導 争爭 运運 吗嗎 妈媽 爷爺 谢謝 请請 谁誰 欢歡 爱愛 钱錢 饭飯 写寫 读讀 买買 卖賣 镇鎮 亲親 节節 车車 厂廠 "
        "农農 远遠 讲講"
    ).split()
}
_HIRAGANA = (
    "のいにはとたをるがしてでなっれらもすかりこさあまくうきんだけよつそえわどめおばじちやせみびへろほぼずぎべげねぜごふむ"
    "ひゆぐぞゃゅょぶぱぴぷぺぽ"
)
_KATAKANA = (
    "ーンスルトラリアイクロシレジドタフマバコテパメグサプカデナニチキィウオエッムセミヤソノハヒホモユヨワヘブビベボガギゲ"
    "ゴザズゼゾダャュョァェォポピペ"
)
_KANJI = (
    "人一日大年出本中子見国言上分生手自行者二間事思時気会十家女三前的方入小地合後目長場代私下立部学物月田何来彼話体動社知"
    "理山内同心発高実作当新世今書度明五戦力名金性対意用男主通関文屋感郎業定政持道外取所現最化四先民身不口川東相法僕親母父"
    "校考聞食寝寂電働待帰朝夜仕村町祖離"
)
_HANGUL = (
    "이다는가에을의은고하지를도나사리로기어아서자해시일그한있것대인들라만보니수었게면과제전여정장안말없우소부스원주년했구"
    "상내적와거때요공동신성생모마경조으국선연간세학오실집진위유회발중계문물방할영않교습무미많네음저데려돼됐머버엄빠친날각"
    "혼족살던렇같았왔떠면또좀"
)

WESTERN = (
    Language("Spanish", "óíáéñúü¿¡ºª", 0.028), Language("French", "éàèêçùûôâîïœëüæÿ", 0.035), Language("German", "üäöß", 0.02),
    Language("Portuguese", "ãáçéóíêàâúõôü", 0.035), Language("Italian", "èàùòéìíó", 0.012), Language("Dutch", "ëéïèóöüá", 0.003),
    Language("Swedish, Finnish", "äåöé", 0.05), Language("Danish, Norwegian", "øåæéòô", 0.035, -0.5),
    Language("Catalan", "àéèíòóçúïü·", 0.02, -0.5), Language("Icelandic", "áðíóþéúæöý", 0.1, -2), Language("English", "éñüèáöçíêï", 0.0005),
)  # fmt: skip
CENTRAL = (
    Language("Polish", "łęążśćóńź", 0.07, -1), Language("Czech", "íáéěřčžýšůúňťďó", 0.13, -1),
    Language("Hungarian", "áéöóőíüúű", 0.11, -1), Language("Slovak", "áíčéšžýťľúňäďôĺŕó", 0.11, -1.5),
    Language("Slovenian", "čšž", 0.03, -1.5), Language("Croatian", "šćčžđ", 0.03, -1.5), Language("Romanian", "ăîâţşșț", 0.07, -1.5),
)  # fmt: skip
TURKISH = (Language("Turkish", "ışğüçöâîû", 0.12, -0.5),)
BALTIC = (
    Language("Lithuanian", "ėšžųįąūčę", 0.07, -2.5), Language("Latvian", "āīēšūņļžģķč", 0.1, -2.5),
    Language("Estonian", "äõüöšž", 0.06, -2.5),
)  # fmt: skip
VIETNAMESE = (Language("Vietnamese", "\u0301\u0300\u0323đưôâ\u0309ươêăàáạ\u0303éèíìóòúùýãõ", 0.25, -3, 0.88),)
CYRILLIC = (
    Language("Russian", "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё", 0.95, 0, 0.9),
    Language("Ukrainian", "оаинвітерсклудмпзяьбгчйхжцєюїшщфґ", 0.95, -1, 0.9),
    Language("Bulgarian", "аиоентсрвлкдпмзгяуъбчцжщхюшйф", 0.95, -1.5, 0.9),
    Language("Serbian", "аоиентсрвјдкумплзгбњчцшћхљжфђџ", 0.95, -2, 0.9),
)
GREEK = (Language("Greek", "αοιετσνηυρπκμλςίόωάγέδήχύθώφβξζψϊϋΐΰ·", 0.95, -0.5, 0.9),)
HEBREW = (Language("Hebrew", "יוהלאתרבמשנכעדחקפםטגצןזסךףץ", 0.95, -0.5, 0.9),)
ARABIC = (
    Language("Arabic", "اليمونرتبعدسفهكقةحجأىشصطخضذثإزغءظآئؤ،؟؛ًٌَُِّْـ", 0.95, -0.5, 0.9),
    Language("Persian", "اینردهمتوشبسکلزخگفعقجپآحصطچضغذژثءئظ،؟يكى", 0.95, -2.5, 0.9),
)
THAI = (Language("Thai", "านรกเงอม่ยลว้ดทสตัะีปิบคหแุไจพชขใโ็ผู์ืซศธำณถึฐฏษญๆฝภฟฉฎฑฒฌฆฬฮฯ", 0.95, -0.5, 0.93),)
SIMPLIFIED = (
    Language("Chinese, simplified", _HAN, 0.72, -0.5, 0.994, (("gb2312", 0xB0, 0xD7, -9.5), ("gb2312", 0xD8, 0xF7, -13.3))),
)  # fmt: skip
TRADITIONAL = (
    Language(
        "Chinese, traditional", _HAN.translate(_IN_TRADITIONAL) + "嘅係咗喺佢哋唔冇啲嗰嚟喔裏著", 0.7, -0.5, 0.994,
        (("big5", 0xA4, 0xC6, -9.9), ("cp950", 0xC9, 0xFE, -14.0), ("big5hkscs", 0x87, 0xFE, -15.5)),
    ),
)  # fmt: skip
JAPANESE = (
    Language(
        "Japanese", _HIRAGANA + _KATAKANA + _KANJI, 0.85, -0.5, 0.985,
        (("shift_jis", 0x88, 0x97, -10.2), ("shift_jis", 0x98, 0xEA, -14.0)),
    ),
)  # fmt: skip
KOREAN = (
    Language(
        "Korean", _HANGUL, 0.8, -0.5, 0.985,
        (("euc_kr", 0xB0, 0xC8, -9.3), ("cp949", 0x81, 0xC6, -14.0), ("euc_kr", 0xCA, 0xFD, -12.5)),
    ),
)  # fmt: skip

ALL = (
    *WESTERN, *CENTRAL, *TURKISH, *BALTIC, *VIETNAMESE, *CYRILLIC, *GREEK, *HEBREW, *ARABIC, *THAI,
    *SIMPLIFIED, *TRADITIONAL, *JAPANESE, *KOREAN,
)  # fmt: skip
