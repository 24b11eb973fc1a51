"""Exercises that mark themselves: sheets for hand calculation and starter files.

The doctor's mutations are used forwards here: each of them computes the numbers that a learner with
that mistake writes down, from the learner's own earlier numbers.
"""
