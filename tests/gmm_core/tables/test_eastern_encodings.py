"""Encodings of Japan, China and Russia are found, and no West or Central European text is taken for one of them."""

from __future__ import annotations

import pytest

from gmm_core.tables.files.east import PYTHON_NAMES, eastern_encoding
from gmm_core.tables.files.options import ReadOptions
from gmm_core.tables.files.reader import read_file

JAPANESE = [
    "名前,身長,体重\n田中,170.5,65\n鈴木,165,58\n佐藤,180,72\n",
    "品名;価格\nりんご;120\nみかん;80\n",
    "温度,湿度\n20.5,60\n21.5,55\n",
    "都道府県\t人口\t面積\n北海道\t5224614\t83424\n青森県\t1237984\t9645\n",
    "サンプル,濃度\nA,1.5\nB,2.5\n",
]
CHINESE = [
    "姓名,身高,体重\n张三,170.5,65\n李四,165,58\n王五,180,72\n",
    "产品;价格\n苹果;120\n香蕉;80\n",
    "温度,湿度\n20.5,60\n21.5,55\n",
    "省份\t人口\t面积\n北京\t2154\t16410\n上海\t2424\t6340\n广东\t11346\t179800\n",
]
RUSSIAN = [
    "имя,рост,вес\nИванов,170,65\nПетров,165,58\n",
    "Город;Население\nМосква;12\nКазань;1,2\n",
    "ТЕМПЕРАТУРА,ДАВЛЕНИЕ\n1,2\n3,4\n",
]
EASTERN = [
    *(("shift_jis", text) for text in JAPANESE),
    *(("euc_jp", text) for text in JAPANESE),
    *(("gb18030", text) for text in CHINESE),
    *(("koi8-r", text) for text in RUSSIAN),
    *(("cp1251", text) for text in RUSSIAN),
]
WESTERN = [
    "Größe,Länge\n1,2\nÄÖÜ,3\n",
    "Année;Température\nété;1,5\nhiver;2,5\nÉté;3\n",
    "naïve café,façade\nœuvre,ça\n",
    "ÅÄÖ,åäö\nø,æ\n",
    "español,ñandú\naño,según\n",
    "“quoted”,–\n…,°C\n",
    "Müller,Köln\nÖÄÜ,ßß\nÄÄ,ÖÖ",
    "Łódź,żółć\nźródło,ś\n",
    "Příliš,žluťoučký\nkůň,úpěl\n",
]


@pytest.mark.parametrize(("encoding", "text"), EASTERN)
def test_an_eastern_encoding_is_found(encoding: str, text: str) -> None:
    assert eastern_encoding(text.encode(PYTHON_NAMES.get(encoding, encoding))) == encoding
    # It stands far below too, where the file is longer than what is looked at.
    opened = read_file((text + text.splitlines()[-1] + "\n").encode(encoding), "file")
    assert opened.used_options.encoding == encoding
    first = text.splitlines()[0].replace(";", ",").replace("\t", ",").split(",")
    assert list(opened.dataset.table.columns) == first
    assert any(change.field == "encoding" for change in opened.changes.values())


@pytest.mark.parametrize("text", WESTERN)
@pytest.mark.parametrize("encoding", ["cp1252", "cp1250", "latin-1", "cp437", "mac-roman", "cp1254"])
def test_other_text_is_not_taken_for_eastern(encoding: str, text: str) -> None:
    assert eastern_encoding(text.encode(encoding, errors="ignore")) is None


def test_bytes_that_are_no_text_there_are_not_taken_for_it() -> None:
    content = JAPANESE[0].encode("euc_jp") * 5_000 + b"\xff\xff,1,2\n"
    assert eastern_encoding(content) is None


def test_what_was_found_can_be_overruled() -> None:
    content = RUSSIAN[0].encode("koi8-r")
    read = read_file(content, "file", ReadOptions(encoding="cp1251"))
    assert read.used_options.encoding == "cp1251" and "имя" not in read.dataset.table
