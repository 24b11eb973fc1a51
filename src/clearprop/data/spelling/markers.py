"""Texts that stand for an empty cell where numbers or dates are expected."""

from __future__ import annotations

# As pandas reads them, then what people and programs write; all compared casefolded. None of them
# is a number. In a column of text they are values like any other: NA is Namibia.
_PANDAS = (
    "nan|-nan|na|n/a|#n/a|#n/a n/a|#na|<na>|null|none|-1.#ind|1.#ind|-1.#qnan|1.#qnan|"
    "1.#snan|-1.#snan"
)
_MARKS = "-|--|---|----|–|——|—|―|−|－|.|..|...|…|……|?|??|???|？|*|**|/|//|\\|_|__|(-)|[-]|\\n|\\\\n"
_PROGRAMS = (
    "+nan|nat|<null>|(null)|[null]|{null}|nil|(nil)|undef|undefined|(none)|<none>|#value!|#ref!|"
    "#div/0!|#num!|#name?|#null!|#spill!|#calc!|#getting_data|#field!|#blocked!|#unknown!|"
    "#connect!|#error!|#wert!|#bezug!|#zahl!|#valeur!|#nombre!|err|error|<nan>|<n/a>|(na)|(n/a)|"
    "[na]|missing|<missing>|(missing)|[missing]|sysmis|.a|.z"
)
_ENGLISH = (
    "n.a.|n. a.|n.a|n.d.|n.d|n/d|n.r.|n/r|unknown|<unknown>|(unknown)|unk|unkn|"
    "not available|not applicable|not recorded|not known|no data|nodata|no value|no answer|"
    "not specified|unspecified|not measured|not reported|not given|blank|(blank)|<blank>|empty|"
    "(empty)|<empty>|void|tbd|tba|t.b.d.|t.b.a."
)
_EUROPE = (
    "k.a.|k. a.|k.a|k/a|keine angabe|keine angaben|keine daten|fehlt|fehlend|unbekannt|"
    "nicht bekannt|nicht verfügbar|leer|"
    "s/d|s.d.|s/i|s.i.|sin dato|sin datos|sin información|desconocido|no disponible|no aplica|"
    "n/c|n.c.|non renseigné|non disponible|non connu|inconnu|manquant|vide|n/e|"
    "sem dados|sem informação|desconhecido|não disponível|n/i|vazio|"
    "dato mancante|mancante|sconosciuto|non disponibile|onbekend|niet beschikbaar|leeg|n.v.t.|nvt|"
    "nieznany|brak|brak danych|b/d|b.d.|okänd|saknas|uppgift saknas|ukjent|mangler|ukendt|"
    "tuntematon|puuttuu|ei tietoa|neznámo|neznámý|chybí|neuvedeno|ismeretlen|nincs adat|"
    "нет данных|неизвестно|н/д|н.д.|пусто|отсутствует|немає даних|невідомо|"
    "bilinmiyor|veri yok|yok|άγνωστο"
)
_ASIA = (
    "无|無|缺失|缺|缺失值|未知|暂无|暫無|暂无数据|暫無資料|暂缺|空|空值|空白|不详|不詳|不明|没有|沒有|"
    "无数据|無資料|无效|未填|未填写|未提供|未记录|未测|待定|不适用|不適用|"
    "なし|無し|不明|未定|未記入|未入力|欠測|欠損|欠損値|該当なし|データなし|"
    "없음|미상|모름|결측|결측치|해당없음|해당 없음|자료없음|미정|"
    "tidak ada|không có|không rõ|ไม่มี|ไม่ทราบ|लागू नहीं|अज्ञात|غير متوفر|غير معروف|لا يوجد|"
    "לא ידוע|אין"
)

KNOWN: frozenset[str] = frozenset(
    word.casefold()
    for words in (_PANDAS, _MARKS, _PROGRAMS, _ENGLISH, _EUROPE, _ASIA)
    for word in words.split("|")
    if word
)
"""The markers of the missing, casefolded."""


def is_marker(text: str) -> bool:
    """Whether a text stands for an empty cell in columns of numbers and dates.

    Examples
    --------
    >>> [is_marker(text) for text in ("N/A", "缺失", "#####", "more", "0")]
    [True, True, True, False, False]
    """
    # Excel writes a row of # for a number that is wider than its column.
    return text.casefold() in KNOWN or (len(text) > 1 and not text.strip("#"))
