"""Exercises that mark themselves: sheets for hand calculation and starter files.

The doctor's mutations are used forwards here: each of them computes the numbers that a learner with
that mistake writes down, from the learner's own earlier numbers.

Examples
--------
>>> from clearprop import exercise
>>> exercise.make_sheet("samples-2-3-2", seed=7).name
'samples-2-3-2'
"""

from clearprop.exercise.record import sheet_record
from clearprop.exercise.sheets import make_sheet

__all__ = ["make_sheet", "sheet_record"]
