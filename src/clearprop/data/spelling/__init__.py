"""How numbers and dates are spelled: what a column of raw text is, and the values in it."""

from clearprop.data.spelling.dates import Dates, dates_of, parse_dates, parts
from clearprop.data.spelling.frames import recognise_frame
from clearprop.data.spelling.numerals import Numerals, parse_numbers
from clearprop.data.spelling.recognise import recognise
from clearprop.data.spelling.verdicts import Recognised, Undecided

__all__ = [
    "Dates",
    "Numerals",
    "Recognised",
    "Undecided",
    "dates_of",
    "parse_dates",
    "parse_numbers",
    "parts",
    "recognise",
    "recognise_frame",
]
