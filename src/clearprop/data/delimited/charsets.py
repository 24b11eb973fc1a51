"""The encoding of a text that is not UTF-8, if its letters leave no doubt.

Detectors that were made for web pages guess, and tables are short: charset-normalizer 3.5 read 5 of
16 small tables wrongly, for instance a Euro sign as a Cyrillic letter. Here an encoding must give
words of a language that is written in it. If two give different words, there is no answer.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from clearprop.data.delimited.frequent import HAN, HANGUL

# Encodings of one byte and the letters beyond ASCII of the languages that are written in them. The
# letters are small ones.
_LATIN = {
    "windows-1252": (
        "éèêëàâçîïôûùüÿœæ",  # French
        "áéíóúñü",  # Spanish
        "äöüßé",  # German
        "ãõáàâçéêíóôúü",  # Portuguese
        "àèéìíîòóù",  # Italian
        "åäöæøéü",  # Swedish, Norwegian, Danish, Finnish
        "éëïèöüáóíêâ",  # Dutch
        "àçéèíïóòúü",  # Catalan
        "áðéíóúýþæö",  # Icelandic
    ),
    "windows-1250": (
        "ąćęłńóśźż",  # Polish
        "áčďéěíňóřšťúůýž",  # Czech
        "áäčďéíĺľňóôŕšťúýž",  # Slovak
        "áéíóöőúüű",  # Hungarian
        "ăâîşţ",  # Romanian
        "čćđšž",  # Croatian, Slovene
        "äöüßé",  # German
    ),
    "iso-8859-2": ("ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű"),
    "windows-1254": ("çğıöşüâîû",),  # Turkish
    "windows-1257": ("ąčęėįšųūž", "āčēģīķļņšūž", "äõöüšž"),  # Lithuanian, Latvian, Estonian
    "mac-roman": ("éèêëàâçîïôûùüÿœæ", "áéíóúñü", "äöüßé", "ãõáàâçéêíóôúü", "åäöæøéü", "àèéìíòóù"),
}
# Tables of towns or people have words of several languages. In these encodings that is likely.
_MIXED = ("windows-1252", "windows-1250")
# DOS wrote these. Their letters are marks of the others, so they are asked last.
_DOS = {
    "cp850": ("éèêëàâçîïôûùüÿæ", "áéíóúñü", "äöüßé", "ãõáàâçéêíóôúü", "åäöæøéü", "àèéìíòóù"),
    "cp852": ("ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áéíóöőúüű"),
}
# The same for other alphabets; the frequent letters first.
_RUSSIAN = "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё"
_UKRAINIAN = "оаніирвтесклудмпзяьбгйчхцїжєюшщфґ'"
_BULGARIAN = "аиоентрсвлкдпмзгяъубчцйжщхфшюь"
_GREEK = "ατοιενρσκηπςυμλίόάγέδήωχθύφβώξζψϊϋ"
_HEBREW = "יוהלרבתמאשנעםדקחפסכגטצןזךץף"
# The letters that each word has one of, and those that only end a word.
_VOWELS_OF = {_RUSSIAN: "оеаиуяыюэё", _UKRAINIAN: "оаіиеуяїєю", _BULGARIAN: "аиоеяъую"}
_FINAL = "ךםןףץ"
_ALPHABETS = {
    "windows-1251": (_RUSSIAN, _UKRAINIAN, _BULGARIAN),
    "koi8-r": (_RUSSIAN,),
    "koi8-u": (_UKRAINIAN,),
    "iso-8859-5": (_RUSSIAN, _BULGARIAN),
    "cp866": (_RUSSIAN,),
    "mac-cyrillic": (_RUSSIAN, _BULGARIAN),
    "windows-1253": (_GREEK,),
    "iso-8859-7": (_GREEK,),
    "windows-1255": (_HEBREW,),
}
# Encodings of Chinese, Japanese and Korean, by the names that Python and people use.
_EAST_ASIAN = ("gb18030", "big5", "shift_jis", "euc-jp", "euc-kr")
# Supersets that decode what Microsoft's programs write.
_CODECS = {"big5": "cp950", "shift_jis": "cp932", "euc-kr": "cp949"}

# Marks that stand in tables of any language.
_MARKS = frozenset("\u00a0°±²³µ·×÷«»‘’“”„‚–—…€£¥§©®™ªº¿¡½¼¾‰•№¨´")
_MARKS_EAST = frozenset(
    "、。，；：？！「」『』【】《》〈〉（）〔〕［］・…—～〜％＋－＝／＊＆＃＠"
    "°℃±×÷·“”‘’￥€№　ー々〇〒"
)

_LOOKED_AT = 1 << 18  # bytes, of lines with letters beyond ASCII
# The share of letters that are frequent ones. A wrong reading has at most about a sixth.
_FREQUENT, _FREQUENT_OF_FEW, _ENOUGH = 0.5, 0.6, 8
# The same for letters: how many are frequent ones, their share, and a clear difference.
_FREQUENT_LETTERS, _MOSTLY, _CLEAR = 14, 0.6, 0.25


def likely_encodings(raw: bytes) -> list[str]:
    r"""The encodings in which a text that is not UTF-8 has words, without those that agree.

    One name: there is no doubt. None: no encoding gives words.

    Examples
    --------
    >>> likely_encodings("结果,年龄\n是,3\n".encode("gb18030"))
    ['gb18030']
    >>> likely_encodings("język".encode("cp1250"))
    ['windows-1252', 'windows-1250']
    """
    sample, size = [], 0
    for line in raw.split(b"\n"):
        if not line.isascii():
            sample.append(line)
            size += len(line)
            if size > _LOOKED_AT:
                break
    text = b"\n".join(sample)
    east, doubtful = _east_asian(text)
    if east:
        return east
    small = re.search(b"[a-z]", raw[:_LOOKED_AT]) is not None
    for families in ((_LATIN, _ALPHABETS), (_DOS, {})):
        found: dict[str, str] = {}  # the text, and the first encoding that gives it
        mixed: dict[str, str] = {}
        for name, languages in families[0].items():
            read = _decoded(text, name)
            if read is None:
                continue
            if any(_fits_latin(read, letters) for letters in languages):
                found.setdefault(read, name)
            elif name in _MIXED and _fits_latin(read, _all_but_icelandic(languages)):
                mixed.setdefault(read, name)
        found |= mixed
        found |= _alphabetic(text, families[1], small)
        if found:
            return [*dict.fromkeys([*found.values(), *doubtful])]
    return []


def _all_but_icelandic(languages: tuple[str, ...]) -> str:
    """The letters of all languages. Icelandic has two that are others in many encodings."""
    return "".join(letters for letters in languages if "þ" not in letters)


def _alphabetic(raw: bytes, family: Mapping[str, tuple[str, ...]], small: bool) -> dict[str, str]:
    """The readings in alphabets that are not Latin, and the encoding of each.

    Those with fewer of their frequent letters are left out, if the difference is clear.
    """
    shares: dict[str, tuple[float, str]] = {}
    for name, languages in family.items():
        read = _decoded(raw, name)
        if read is None or read in shares:
            continue
        share = max(_frequent_share(read, letters, small) for letters in languages)
        if share > 0:
            shares[read] = share, name
    most = max((share for share, _ in shares.values()), default=0.0)
    if most < _MOSTLY:
        return {}
    return {read: name for read, (share, name) in shares.items() if share > most - _CLEAR}


def _decoded(raw: bytes, name: str) -> str | None:
    try:
        return raw.decode(_CODECS.get(name, name))
    except UnicodeDecodeError:
        return None


@dataclass(frozen=True)
class _Score:
    name: str
    frequent: int  # different frequent characters
    share: float  # of all different characters


def _east_asian(raw: bytes) -> tuple[list[str], list[str]]:
    """The encodings of Chinese, Japanese or Korean that give words, and those that perhaps do."""
    scores = []
    for name in _EAST_ASIAN:
        read = _decoded(raw, name)
        score = None if read is None else _score(name, read)
        if score is not None and score.frequent:
            scores.append(score)
    scores.sort(key=lambda score: -score.frequent * score.share)
    names = [score.name for score in scores]
    if not scores:
        return [], []
    best, size = scores[0], scores[0].frequent / scores[0].share
    if best.frequent < 2 or best.share < (_FREQUENT if size >= _ENOUGH else _FREQUENT_OF_FEW):
        return [], names
    return [best.name, *(s.name for s in scores[1:] if s.share > best.share / 2)], names


def _score(name: str, text: str) -> _Score | None:
    characters = {c for c in text if not c.isascii() and c not in _MARKS_EAST}
    frequent = 0
    for c in characters:
        kana = "\u3041" <= c <= "\u30fe"
        hangul = "\uac00" <= c <= "\ud7a3"
        if kana and name in ("shift_jis", "euc-jp"):
            frequent += 1
        elif hangul and name == "euc-kr":
            frequent += c in HANGUL
        elif "\u4e00" <= c <= "\u9fff":
            # Koreans write with Hangul, so one that shows Han characters was read wrongly.
            frequent += c in HAN and name != "euc-kr"
        elif not "\uff01" <= c <= "\uff5e":
            return None  # no letter of a table in these languages
    return _Score(name, frequent, frequent / len(characters)) if characters else None


def _words(text: str) -> Iterator[str]:
    """The words that hold a letter beyond ASCII, with the digits and marks that touch them."""
    for word in "".join(
        c if c.isalnum() or c in _MARKS or not c.isascii() else " " for c in text
    ).split(" "):
        if word and not word.isascii():
            yield word.strip("\r\n")


def _fits_latin(text: str, letters: str) -> bool:
    """Whether every word can be one of a language with these letters."""
    plain = beyond = 0
    for word in _words(text):
        for i, c in enumerate(word):
            if c.isascii():
                plain += c.isalpha()
                continue
            before, after = word[i - 1 : i], word[i + 1 : i + 2]
            if c in _MARKS:
                if not _stands(c, before, after):
                    return False
                continue
            small = c.lower() if c != "İ" else "ı"
            if small not in letters or not c.isalpha():
                return False
            beyond += 1
            if (
                before.isdigit()
                or (c != small and before.islower())
                or not _sounds(small, before, after)
            ):
                return False
    return plain >= beyond


def _stands(mark: str, before: str, after: str) -> bool:
    """Whether a mark can stand between these letters."""
    if mark in "ºª":
        return before.isdigit() or before in ("", "n", "N")
    if mark in "‚„«¡¿©§£¥µ×÷±¼½¾" and _is_letter(before):
        return False
    if _is_letter(before) and _is_letter(after):
        return mark in "’‘–—" or (mark == "·" and before in "lL" and after in "lL")
    return True


# Letters that sound alike in no two languages: the same byte is a vowel in one and none in another.
_VOWELS = frozenset("aeiouyàáâãäåæèéêëìíîïòóôõöøùúûüýāăąēęěėīįıőŏūůűųœ")
_OPEN = frozenset("èæøåòùìàāēīūėįųąę")  # vowels before a consonant or at the end
_CLOSED = frozenset("čřňďťľĺŕćśźżłñńçğşß")


def _sounds(c: str, before: str, after: str) -> bool:
    """Whether the letters beside c can stand there."""
    before, after = before.lower(), after.lower()
    if c == "ñ":
        return after in _VOWELS
    if c == "ń":
        return after not in _VOWELS or not after
    if c == "ă":
        return after not in ("a", "e", "o")
    if c in _OPEN:
        return not (after and after in _VOWELS and after not in "uê")
    if c in _CLOSED and _is_letter(before) and _is_letter(after):
        return before in _VOWELS or after in _VOWELS
    return True


def _is_letter(c: str) -> bool:
    return bool(c) and c.isalpha()


def _frequent_share(text: str, letters: str, small_latin: bool) -> float:
    """The share of the frequent letters in words of an alphabet that is not Latin.

    0 if some word cannot be one of it. `small_latin`: whether small Latin letters stand beside.
    """
    frequent = total = longest = 0
    small_letters = False
    vowels = _VOWELS_OF.get(letters)
    for word in _words(text):
        own = [c for c in word if not c.isascii() and c not in _MARKS]
        if own and any(c.isascii() and c.isalpha() for c in word):
            return 0.0  # letters of two alphabets in a word
        small = [unicodedata.normalize("NFC", c.lower()) for c in own]
        if any(c not in letters for c in small) or any(c in _FINAL for c in small[:-1]):
            return 0.0
        if len(small) > 1 and vowels and not any(c in vowels for c in small):
            return 0.0
        if any(a.islower() and b.isupper() for a, b in pairwise(own)):
            return 0.0
        small_letters = small_letters or any(not c.isupper() for c in own)
        total += len(small)
        longest = max(longest, len(small))
        frequent += sum(letters.index(c) < _FREQUENT_LETTERS for c in small)
    # A letter that stands alone may be a sign of another encoding. Capitals alone beside small
    # Latin letters are the small letters of another one.
    if longest < 2 or (small_latin and not small_letters):
        return 0.0
    return frequent / total
