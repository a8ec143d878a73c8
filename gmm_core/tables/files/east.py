"""Encodings of Japan, China and Russia: found by the characters that a text would have in each of them."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from gmm_core.tables.cells.pattern import BytesPattern

SAMPLED_BYTES = 1 << 16
"""Bytes at the beginning of a file that are decoded to find its encoding, at most."""
FEWEST_LETTERS = 4
"""Fewest characters beyond ASCII by which an encoding is found."""
PLAUSIBLE = 0.9
"""Least share of the characters beyond ASCII that are of the encoding's scripts."""
COMMON = 0.15
"""Least share of common characters among those of a text without kana."""
_PAIR = BytesPattern("[\\x80-\\xff]{2}")
"""Two bytes beyond ASCII in a row; in West European text most stand alone."""
JAPANESE = frozenset(
    "年月日時分秒人数値名前番号県市区町村東京都大阪府道北南西中上下左右高低長短重量軽温度湿圧力気体身幅面積広価格金額円売買"
    "店舗商品種類色別男女性年齢平均合計最小最大地域国語学生徒先会社員業部課仕事平成令和昭和血液検査結果患者群対照薬剤水火木土"
    "花弁萼片測定観察実験試料標準偏差回日付曜天候雨雪風速電流圧抵抗周波機械点線個本目一二三四五六七八九十百千万所在住行出入力"
)
"""Characters that are common in Japanese tables."""
CHINESE = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学"
    "法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外"
    "天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很"
    "情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她"
    "手角期根论运农指几九区强放决西被干做必战先回则任取据处南给色光门即保治北造百规热领七海口东导器压志世金增争济阶油思术"
    "称编号单价额县市省城镇姓名男女岁均差温湿速率收入支销售额店铺客户类型颜宽长厚积密浓样本测试组厂"
)
"""Characters that are common in Chinese tables."""
_SHARES = {
    letter: share
    for letters, share in (
        ("о", 11.0),
        ("еа", 8.2),
        ("интс", 6.5),
        ("рвлк", 4.3),
        ("мдпу", 2.9),
        ("яыьгзб", 1.7),
        ("чйхж", 1.1),
        ("шюцщэф", 0.5),
    )
    for letter in letters
}
"""Percentages of the letters in Russian text, about."""
_LEAST_LIKENESS = 4.5
"""Least mean of these percentages over the letters of a text: 5.5 in Russian, some 3 in what only looks like it."""
_FEWEST_RUSSIAN = 10
"""Fewest letters by which Russian is found."""


def eastern_encoding(content: bytes) -> str | None:
    """The encoding, a key of ENCODINGS, if the text is Japanese, Chinese or Russian; None if it is not, or unclear."""
    sample = content[:SAMPLED_BYTES]
    sample = sample[: sample.rfind(b"\n") + 1] if len(content) > SAMPLED_BYTES and b"\n" in sample else sample
    scores = {
        encoding: score
        for encoding, python in (("euc_jp", "euc_jp"), ("shift_jis", "cp932"), ("gb18030", "gb18030"))
        if (score := _score_of_ideographs(sample, python, encoding)) > 0
    }
    if scores:
        best = max(scores, key=lambda encoding: scores[encoding])
        return best if _decodes(content, best) else None
    return _russian(content, sample)


def _decodes(content: bytes, encoding: str) -> bool:
    try:
        content.decode(PYTHON_NAMES.get(encoding, encoding))
    except UnicodeDecodeError:
        return False
    return True


PYTHON_NAMES = {"shift_jis": "cp932"}
"""Python's name of an encoding where it is not that of ENCODINGS: Microsoft's Shift JIS, which has more characters."""


def _score_of_ideographs(sample: bytes, python: str, encoding: str) -> float:
    """How plausible the characters are if the text is in this encoding; 0 if they are not."""
    try:
        beyond = [character for character in sample.decode(python) if character > "\x7f"]
    except UnicodeDecodeError:
        return 0.0
    if len(beyond) < FEWEST_LETTERS:
        return 0.0
    kana = sum("\u3041" <= character <= "\u30fe" for character in beyond)
    ideographs = [character for character in beyond if "\u4e00" <= character <= "\u9fff"]
    others = sum(
        "\u3000" <= character <= "\u303f" or "\uff01" <= character <= "\uff5e" for character in beyond
    )
    symbols = sum(character in "℃°±×÷²³㎡㎏㎝㎜μΩ①②③④⑤〜―…‘’“”、。・" for character in beyond)
    if kana + len(ideographs) + others + symbols < PLAUSIBLE * len(beyond) or not kana + len(ideographs):
        return 0.0
    japanese = encoding != "gb18030"
    common = sum(character in (JAPANESE if japanese else CHINESE) for character in ideographs)
    # Kana have the same bytes in EUC-JP and in GB 18030, but Chinese has none.
    share = (common + (kana if japanese else -kana)) / (len(ideographs) + kana)
    return share if share >= COMMON else 0.0


def _russian(content: bytes, sample: bytes) -> str | None:
    if not _PAIR.occurs_in(sample):
        return None
    scores: dict[str, float] = {}
    for encoding in ("koi8-r", "cp1251"):
        text = sample.decode(encoding, errors="replace")
        beyond = [character for character in text if character > "\x7f"]
        letters = [character for character in beyond if "А" <= character <= "я" or character in "ёЁ"]
        if len(letters) < max(_FEWEST_RUSSIAN, PLAUSIBLE * len(beyond)):
            continue
        alone = sum(len(word) == 1 for word in _words(text))
        if 2 * alone > len(letters):
            continue
        counts = Counter(character.lower() for character in letters)
        likeness = sum(count * _SHARES.get(letter, 0.0) for letter, count in counts.items()) / len(letters)
        # The other encoding turns capitals into small letters: пРИВЕТ.
        swapped = sum(
            before.islower() and after.isupper() for before, after in pairwise(text) if after > "\x7f"
        )
        scores[encoding] = likeness - 5.0 * swapped / len(letters)
    best = max(scores, key=lambda encoding: scores[encoding], default=None)
    return best if best is not None and scores[best] >= _LEAST_LIKENESS and _decodes(content, best) else None


def _words(text: str) -> list[str]:
    """The runs of characters beyond ASCII."""
    return "".join(character if character > "\x7f" else " " for character in text).split()
