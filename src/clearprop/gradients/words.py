"""The doctor's sentences, each once a language: ``catalogue/en.toml`` and ``catalogue/zh.toml``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clearprop import language
from clearprop.gradients.mutations import Mutant

__all__ = ["catalogue", "mutation_words", "where", "words"]


def catalogue(lang: str) -> Mapping[str, Any]:
    """The doctor's catalogue: tables ``report``, ``where``, ``page`` and ``mutations``."""
    return language.catalogue("clearprop.gradients", lang)


def words(key: str, lang: str, **values: Any) -> str:
    """A sentence of the report, with its values put in."""
    sentence: str = catalogue(lang)["report"][key]
    return sentence.format(**values)


def mutation_words(id: str, lang: str) -> Mapping[str, str]:  # noqa: A002
    """Symptom, cause and hint of a mutation.

    Examples
    --------
    >>> mutation_words("slope-missing", "en")["cause"]
    "The slope g'(z) is missing from delta."
    """
    entry: Mapping[str, str] = catalogue(lang)["mutations"][id]
    return entry


def where(mutant: Mutant, lang: str) -> str:
    """The place of a mutant in words."""
    mutation, layers = mutant.mutation, mutant.layers
    places: Mapping[str, str] = catalogue(lang)["where"]
    place = "Theta" if mutation.place == "inner Theta" else mutation.place
    pattern = places[f"{mutation.half}-{place.replace('layer', 'hidden')}"]
    if layers is None:
        return pattern
    symbol = {"delta": "delta^({})", "Theta": "Theta^({})"}.get(place, "{}")
    return pattern.format(", ".join(symbol.format(l) for l in layers))
