"""Every message that may reach a command line has its Chinese; so has every word of the help."""

import re

import pytest

from clearprop.messages.chinese import HELP, catalogues, translated
from message_sentences import rooms, sentences

# Texts of several words that are no messages: keys, patterns, names of styles, what code is
# written with, and what a catalogue says in both languages.
OTHERS = {
    *(f"exercise {name}" for name in ("list", "start", "sheet", "mark")),
    *("day name year", "name day year", "year name day", "name year", "name yy", "per cent"),
    *("cpe paper", "soft small", "end name", "start name", "start soft", "model name"),
    *("lower center", "upper center", "upper right", "offset points", "upper left", "lower left"),
    "the index was checked",
    "Callable[[np.random.Generator, Network, int, int], Array]",
    "Callable[[np.random.Generator, int, float], tuple[Array, Array]]",
    *("# first, in a shell: {line}", "from clearprop.experiment.train import TrainJob"),
    "import clearprop",
    "from clearprop.studio.stepping import advance, again",
    *("# TYPE {name} histogram", "# TYPE clearprop_{what} {kind}"),
    *(f"# TYPE clearprop_{name}_total counter" for name in ("requests", "reloads")),
    "# TYPE clearprop_model_info gauge",
    # The service's OpenAPI, which programs read.
    *("The model's answer to each row", "the answers, in the order of the rows"),
    *("a body that cannot be read", "no token, or a wrong one", "a body that takes too long"),
    *("no media type of the answer is accepted", "too many bytes or rows"),
    "a media type or an encoding that is not taken",
    "rows that do not fit the columns; every cell is named",
    *("too many requests at once", "The model: its columns, its classes, its recipe"),
    *("Whether the service lives and is ready", "Counts, as Prometheus reads them"),
    *("This description", "problems that are not listed"),
}
FIRST = 70001  # fields are filled with numbers from here on


def filled(text: str) -> tuple[str, list[str]]:
    """The sentence with a number of its own in each field."""
    fields = re.findall(r"\{\w*\}", text)
    values = [str(FIRST + i) for i in range(len(fields))]
    for field, value in zip(fields, values, strict=True):
        text = text.replace(field, value, 1)
    return text, values


def in_places(text: str) -> list[str]:
    """The text alone, and as a part of a message."""
    return [
        *(text, f"{text} 9", f"8{text}", f"8 {text}", f"8: {text}", f"8: {text} 9"),
        text.strip(" ;:,."),
    ]


def said(text: str) -> str:
    """The Chinese of a sentence that keeps all its values; ``""`` if there is none."""
    english, values = filled(text)
    for message in in_places(english):
        chinese = translated(message)
        if chinese != message and all(value in chinese for value in values):
            return chinese
    return ""


def prose(chinese: str) -> str:
    """English words side by side that are no code: neither quoted nor in parentheses."""
    left = re.sub(
        r"pip install|'[^']*'|\"[^\"]*\"|\([^()]*\)|（[^（）]*）|--[\w-]+ \w+", "", chinese
    )
    found = re.search(r"\b[a-z]{2,} [a-z]{2,}\b", left)
    return found[0] if found else ""


@pytest.mark.parametrize("room", rooms())
def test_every_sentence_of_a_room_has_its_chinese(room):
    known = catalogues()[HELP]
    lacking = {
        f"{sentence.place}: {sentence.text}"
        for sentence in sentences(room)
        if sentence.text not in OTHERS and sentence.text not in known
        if not sentence.text.startswith("clearprop ")
        if not said(sentence.text) or prose(said(sentence.text))
    }
    assert lacking == set()


def test_no_other_text_is_listed_in_vain():
    assert {s.text for room in rooms() for s in sentences(room)} >= OTHERS
