"""Which language the command line speaks."""

import pytest

from clearprop_command.language import spoken


@pytest.mark.parametrize(
    ("environ", "lang"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh"}, "zh"),
        ({"LC_MESSAGES": "zh_TW.Big5", "LANG": "de_DE"}, "zh"),
        ({"LC_ALL": "ZH_cn", "LANG": "C"}, "zh"),
        ({"LC_ALL": "C.UTF-8", "LC_MESSAGES": "zh_CN", "LANG": "zh_CN"}, "en"),
        ({"LC_ALL": "", "LC_MESSAGES": "", "LANG": "zh_CN"}, "zh"),
        ({"LC_CTYPE": "zh_CN.UTF-8", "LANGUAGE": "zh"}, "en"),
    ],
)
def test_the_first_variable_that_is_set_tells(environ, lang):
    assert spoken([], environ) == lang


@pytest.mark.parametrize(
    ("words", "lang"),
    [
        (["train", "--lang", "en"], "en"),
        (["train", "--lang=en"], "en"),
        (["train", "--lang", "fr"], "zh"),  # the command refuses it, in the environment's language
        (["train", "--lang"], "zh"),
        (["train", "--lang", "en", "--lang", "zh"], "zh"),
        (["train", "--", "--lang", "en"], "zh"),
    ],
)
def test_the_option_wins(words, lang):
    assert spoken(words, {"LC_ALL": "zh_CN.UTF-8"}) == lang
