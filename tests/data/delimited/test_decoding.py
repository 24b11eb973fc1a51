"""Encodings: the right letters, or a sentence. A wrong letter is never among the results."""

import itertools

import pytest

from clearprop.data import read
from clearprop.data.delimited.charsets import likely_encodings
from clearprop.data.reading import Reading
from clearprop.errors import DataError

# The lines of small tables.
TABLES = {
    "gb18030": [
        "结果,年龄 否,3 是,4",
        "城市,收入,类别 北京,3.5,高 上海,4.5,低",
        "a,性别 1,男 2,女",
    ],
    "big5": ["結果,年齡 否,3 是,4", "城市,收入,類別 台北,3.5,高 高雄,4.5,低"],
    "shift_jis": ["結果,年齢 はい,3 いいえ,4", "都市,収入,区分 東京,3.5,高 大阪,4.5,低"],
    "euc-jp": ["結果,年齢 はい,3 いいえ,4"],
    "euc-kr": ["결과,나이 예,3 아니오,4", "도시,소득,분류 서울,3.5,높음 부산,4.5,낮음"],
    "latin-1": ["größe,ergebnis zürich,ja köln,nein", "ville,résultat Nîmes,non Besançon,été"],
    "windows-1252": ["a,°C 1,2 3,4", "año,out 1,sí 2,mañana", "“a”,x 1,2 3,5", "x,père x,très"],
    "windows-1250": ["miasto,cena Łódź,3 Gdańsk,3", "čas,oči 1,2"],
    "windows-1251": ["город,итог Москва,да Казань,нет", "a,итог 1,да 3,нет"],
    "koi8-r": ["город,итог Москва,да Казань,нет"],
    "iso-8859-5": ["город,итог Москва,да Казань,нет"],
    "windows-1253": ["πόλη,τιμή Αθήνα,ναι Πάτρα,όχι"],
    "mac-roman": ["größe,preis köln,2 münchen,3"],
    "cp850": ["größe,preis köln,2 münchen,3"],
}


@pytest.mark.parametrize(
    ("encoding", "text"), [(name, text) for name, texts in TABLES.items() for text in texts]
)
def test_an_encoding_is_found_in_a_small_table(tmp_path, encoding, text):
    text = text.replace(" ", "\n") + "\n"
    path = tmp_path / "a.csv"
    path.write_bytes(text.encode(encoding))
    table = read(path, None, need_target=False)
    header, *rows = [tuple(line.split(",")) for line in text.splitlines()]
    assert table.feature_names == header
    assert table.X.rows() == rows
    # The name may be that of an encoding in which this text has the same bytes.
    name = table.notes[0].facts["encoding"]
    assert text.encode(name) == path.read_bytes()
    given = read(path, None, need_target=False, reading=Reading(encoding=encoding))
    assert given.X.rows() == rows


WORDS = {
    "windows-1252": "année été père forêt français où naïf cœur Málaga señor São größe straße blå",
    "windows-1250": "žlutý kůň příliš město číslo źródło żółw miesiąc święto łódź hétfő tűz szín",
    "windows-1254": "ağaç şeker ışık İzmir gün çok öğrenci",
    "windows-1257": "ąžuolas gėlė šuo ķēniņš",
    "windows-1251": "да нет дом город цена зима лето мужчина женщина Киев",
    "koi8-r": "да нет дом город цена зима лето мужчина женщина Киев",
    "windows-1253": "ναι όχι πόλη άνδρας γυναίκα χρώμα",
    "windows-1255": "כן לא זכר נקבה עיר מחיר",
    "gb18030": "是 否 高 低 男 女 北京 好 坏 结果 类别 苹果 未知 老师 学生",
    "big5": "是 否 高 低 男 女 臺北 好 壞 結果 類別 蘋果 學生",
    "euc-kr": "예 아니오 남자 여자 서울 높음 낮음 사과 학생",
    "shift_jis": "はい いいえ 男 女 東京 高い 低い りんご 学生 良い",
}


@pytest.mark.parametrize("encoding", WORDS)
def test_two_words_are_read_right_or_refused(encoding):
    right = 0
    pairs = list(itertools.combinations(WORDS[encoding].split(), 2))
    for pair in pairs:
        text = "a,b\n" + "".join(f"1,{word}\n" for word in pair)
        raw = text.encode(encoding)
        names = likely_encodings(raw)
        if len(names) == 1:
            assert raw.decode(names[0]) == text, (pair, names)
            right += 1
    if encoding in ("gb18030", "big5", "shift_jis", "euc-kr"):
        assert right > 0.7 * len(pairs)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le"])
@pytest.mark.parametrize("text", ["a,y\n1,x\n2,z\n", "名,y\n甲,否\n乙,是\n"])
def test_wide_encodings_with_and_without_a_mark(tmp_path, encoding, text):
    path = tmp_path / "a.csv"
    path.write_bytes(text.encode(encoding))
    table = read(path, "y")
    assert table.feature_names == (text[0],)
    assert table.notes[0].key == "encoding"
    assert table.X.rows() == [(line[0],) for line in text.splitlines()[1:]]


def test_a_mark_of_utf_8_is_dropped(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("\ufeffä,y\n1,2\n".encode())
    for encoding in (None, "utf-8", "utf-8-sig"):
        table = read(path, "y", reading=Reading(encoding=encoding))
        assert (table.feature_names, table.notes) == (("ä",), ())


REFUSED = {
    "two languages": (
        "a,y\n1,język\n".encode("cp1250"),
        None,
        "line 2: byte 0xea is not UTF-8 text; it is likely windows-1252 or windows-1250: name it "
        "(--encoding), or save the file as UTF-8",
    ),
    "no language": (
        b"a,y\n1,0\n\xe9\xff\xfe\xc1,1\n",
        None,
        "line 3: byte 0xe9 is not UTF-8 text; name its encoding (--encoding), or save the file as "
        "UTF-8",
    ),
    "not what was given": (
        b"a,y\n1,\xff\xff\n",
        "gb18030",
        "line 2: byte 0xff is no gb18030 text; name the encoding (--encoding), or save the file",
    ),
    "not the mark": (
        "\ufeffa,y\n1,2\n".encode("utf-16-le"),
        "gb18030",
        "its first bytes mark it as UTF-16-LE; got encoding='gb18030' (--encoding): leave it out",
    ),
    "half a character": (
        "\ufeffa,y\n1,2\n".encode("utf-16-le")[:-1],
        None,
        "line 2: byte 0x0a is no utf-16-le text",
    ),
    "binary": (bytes(range(1, 256)), None, "not a format that can be read: expected CSV, Parquet"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused(tmp_path, case):
    raw, encoding, message = REFUSED[case]
    path = tmp_path / "a.csv"
    path.write_bytes(raw)
    with pytest.raises(DataError) as caught:
        read(path, "y", reading=Reading(encoding=encoding))
    assert message in str(caught.value)


def test_binary_zeros_are_named(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"\x01\x02\0\0\0\x03\xff\xff\xfe\xfe")
    with pytest.raises(DataError, match="got other binary data"):
        read(path, "y")
