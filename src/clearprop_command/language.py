"""The language of the command line, from the environment and the words that were typed.

It stands beside the package, so that it is known before NumPy has loaded.
"""

from __future__ import annotations

TYPE_CHECKING = False  # as typing's, without its import
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["spoken"]

# The first that is set and not empty tells the language of messages, as POSIX has it.
_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")


def spoken(words: Sequence[str], environ: Mapping[str, str]) -> str:
    """The language to speak: ``"en"`` or ``"zh"``. ``--lang`` wins over the environment.

    The variables are read themselves: a system may lack the locale that they name.

    Examples
    --------
    >>> spoken(["train", "digits"], {"LANG": "zh_CN.UTF-8"})
    'zh'
    >>> spoken(["train", "digits"], {"LC_ALL": "C", "LANG": "zh_CN.UTF-8"})
    'en'
    >>> spoken(["train", "digits", "--lang", "en"], {"LANG": "zh_CN.UTF-8"})
    'en'
    """
    named = next((environ[name] for name in _VARIABLES if environ.get(name)), "")
    lang = "zh" if named.lower().startswith("zh") else "en"
    for i, word in enumerate(words):
        if word == "--":
            break
        flag, _, value = word.partition("=")
        if word == "--lang":
            value = words[i + 1] if i + 1 < len(words) else ""
        if flag == "--lang" and value in ("en", "zh"):
            lang = value
    return lang
