"""Styles of writing numbers, for the tests of reading them."""

from dataclasses import dataclass

from clearprop.data.spelling import Numerals


@dataclass(frozen=True)
class Style:
    """How numbers are written, by hand of these tests, and how the package calls that."""

    how: Numerals
    before: str = ""
    behind: str = ""
    minus: str = "-"
    digits: str = "0123456789"
    groups: str = "western"
    blank: str = " "
    parentheses: bool = False
    trailing: bool = False


_COMMA, _GERMAN, _ENGLISH = Numerals(","), Numerals(",", "."), Numerals(".", ",")
STYLES = {
    "plain": Style(Numerals()),
    "decimal comma": Style(_COMMA),
    "German": Style(_GERMAN),
    "English": Style(_ENGLISH),
    "Indian": Style(_ENGLISH, groups="indian"),
    "French": Style(Numerals(",", " "), blank="\u202f"),
    "Swiss": Style(Numerals(".", "'")),
    "Swiss apostrophe": Style(Numerals(".", "'"), blank="\u2019"),
    "underscores": Style(Numerals(".", "_")),
    "full width": Style(Numerals(), digits="０１２３４５６７８９", minus="−"),
    "Arabic": Style(Numerals(), digits="٠١٢٣٤٥٦٧٨٩", minus="−"),
    "en dash": Style(_COMMA, minus="–"),
    "dollars": Style(Numerals(".", ",", currency=("$",)), before="$"),
    "bookkeeper": Style(Numerals(".", ",", currency=("$",)), before="$", parentheses=True),
    "euros": Style(Numerals(",", ".", currency=("€",)), behind=" €"),
    "yuan": Style(Numerals(".", ",", currency=("元",)), behind="元"),
    "percent": Style(Numerals(percent=True), behind="%"),
    "percent comma": Style(Numerals(",", percent=True), behind=" %"),
    "kilograms": Style(Numerals(unit="kg"), behind=" kg"),
    "trailing minus": Style(_GERMAN, trailing=True),
}


def in_style(number, style):
    """A number of three decimals in a style."""
    text = f"{abs(number):.3f}"
    whole, decimals = text.split(".")
    thousands = style.how.thousands
    if thousands:
        mark = style.blank if style.blank != " " and thousands in " '" else thousands
        whole = _grouped(whole, mark, style.groups)
    text = (whole + style.how.decimal + decimals).translate(
        str.maketrans("0123456789", style.digits)
    )
    text = f"{style.before}{text}{style.behind}"
    if not number.is_signed():
        return text
    if style.parentheses:
        return f"({text})"
    return f"{text}-" if style.trailing else f"{style.minus}{text}"


def _grouped(whole, mark, groups):
    head, tail = whole[:-3], whole[-3:]
    if groups == "western":
        return f"{int(whole):,}".replace(",", mark)
    parts = []
    while head:
        head, part = head[:-2], head[-2:]
        parts.insert(0, part)
    return mark.join([*parts, tail])
