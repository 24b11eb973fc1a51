"""Where the environment asks for Chinese, everything that a person reads is Chinese."""

import re

import pytest

from clearprop.choices.commands import COMMANDS

# What stays: names of solvers, costs, scores, files of others and formulas; proper names; symbols.
NAMES = set(
    """
    clearprop Octave NumPy MNIST XOR CSV JSON IDX TOML shell lambda theta Theta Delta delta ln dJ
    AUC RMSE MAE softmax logistic quadratic relu sigmoid identity adam native float he cosine
    digits digit digitss modern course
    """.split()
)
FUNCTION = """
def cost_function(theta, X, y, lam):
    return 0.0, 0 * theta
"""


@pytest.fixture(autouse=True)
def chinese(monkeypatch):
    """The variables say Chinese, whether or not this system has that locale."""
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    monkeypatch.setenv("COLUMNS", "100")


def english(text, *known):
    """The words of a text that are neither Chinese nor names."""
    text = re.sub(r"'[^'\n]*'|\"[^\"\n]*\"|--?[a-z][\w-]*|\S*[\w*]\.\w+|\$ .*?(?=  #|\n)", " ", text)
    words = set(re.findall(r"[A-Za-z]{2,}", text))
    values = {value for command in COMMANDS.values() for value in named(command.name)}
    return sorted(words - NAMES - values - set(known))


def named(command):
    """The commands and the values of options that their help names."""
    words = command.split()
    for option in COMMANDS[command].all:
        words += re.findall(r"[\w.]+", option.name)
    return words
