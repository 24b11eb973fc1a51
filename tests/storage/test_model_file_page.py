"""The page that describes the file, in both languages, against the bytes that `save` writes."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

from clearprop.data.encoding import Encoder
from clearprop.data.table import Table
from clearprop.data.targets import Targets
from clearprop.model import Model
from clearprop.network.architecture import Network
from clearprop.network.costs import COSTS
from clearprop.network.parameters import initial_theta
from clearprop.storage.model_file import save

DOCS = Path(__file__).parents[2] / "docs"
LANGUAGES = ("en", "zh")


@pytest.fixture(params=LANGUAGES)
def page(request):
    return (DOCS / request.param / "model-file.md").read_text(encoding="utf-8")


def blocks(page, language):
    return re.findall(rf"```{language}\n(.*?)```", page, flags=re.DOTALL)


def run(code, folder, monkeypatch):
    monkeypatch.chdir(folder)
    names = {}
    exec(compile(code, "the page", "exec"), names)
    return names


@pytest.fixture
def written(page, tmp_path, monkeypatch):
    """The bytes that the page's own program writes."""
    run(blocks(page, "python")[0], tmp_path, monkeypatch)
    return (tmp_path / "and.safetensors").read_bytes()


def dumped(page):
    (dump,) = blocks(page, "hexdump")
    *lines, end = dump.splitlines()
    data = b""
    for line in lines:
        offset, numbers, text = re.fullmatch(r"(\w{8})  (.{48})  \|(.*)\|", line).groups()
        assert int(offset, 16) == len(data)
        part = bytes.fromhex(numbers)
        assert text == "".join(chr(b) if 32 <= b < 127 else "." for b in part)
        data += part
    assert int(end, 16) == len(data)
    return data


def test_the_hex_dump_is_the_file(page, written):
    assert dumped(page) == written


def test_the_table_explains_every_byte(page, written):
    at = 0
    for first, last, what, meaning in re.findall(
        r"^\| `(\w{3})`(?:–`(\w{3})`)? \| `(.+)` \| (.+) \|$", page, flags=re.MULTILINE
    ):
        start, stop = int(first, 16), int(last or first, 16) + 1
        assert start == at
        there = written[start:stop]
        assert what in (there.hex(" "), there.decode("latin-1"))
        if meaning[:4] in ("-30.", "20.0"):
            assert np.frombuffer(there, "<f8") == float(re.match(r"-?\d+\.\d", meaning)[0])
        at = stop
    assert at == len(written)


def test_ten_lines_of_python_read_it(page, written, tmp_path, monkeypatch, capsys):
    (tmp_path / "and.safetensors").write_bytes(written)
    run(blocks(page, "python")[1], tmp_path, monkeypatch)
    assert capsys.readouterr().out == "[0. 0. 0. 1.]\n"
    assert not re.search(r"(from|import) clearprop", blocks(page, "python")[1])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_they_read_deeper_networks_too(page, tmp_path, monkeypatch, dtype):
    """Ten layers, so that Theta10 lies before Theta2."""
    network = Network((2, *range(3, 12), 1))
    model = Model(network, initial_theta(network, 0, dtype=dtype), Targets.fit(["no", "yes"]))
    save(model, tmp_path / "and.safetensors")
    names = run(blocks(page, "python")[1], tmp_path, monkeypatch)
    np.testing.assert_allclose(
        names["a"], model.outputs([[0, 0], [0, 1], [1, 0], [1, 1]]), rtol=1e-5
    )


def test_every_key_is_explained(page, tmp_path):
    """Each object has a table of just its keys, in the order of the file."""
    X = np.arange(40.0).reshape(20, 2)
    encoder = Encoder.fit(Table("a", X, None, ("a", "b"), None), bins=2)
    targets = Targets.fit(["a", "b"])
    model = Model(Network((6, 1)), np.zeros(7), targets, encoder)
    save(model, tmp_path / "model")
    data = (tmp_path / "model").read_bytes()
    header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
    values = json.loads(header["__metadata__"]["clearprop"])
    found = [
        [name for row in re.findall(r"^\| (`.*?) \|", part, re.MULTILINE) for name in names(row)]
        for part in re.split(r"\n\n(?!\|)", page)
    ]
    for keys in (
        list(values),
        list(values["network"]),
        list(values["targets"]),
        list(values["encoder"]),
    ):
        assert keys in found
    assert ", ".join(f"`{cost}`" for cost in COSTS) in page.replace("、", ", ")


def test_the_example_of_bins(page):
    for said in ("[0, 10, 40]", "x = 15", "(-0.5, 1, 1/6)"):
        assert said in page
    values = {"columns": 1, "kinds": None, "parts": None, "levels": None, "gaps": [], "fill": 0}
    values |= {"mean": 20, "scale": 10, "low": 0, "high": 40, "bins": [[0, 10, 40]]}
    found = Encoder.from_dict(values).transform([[15]])
    np.testing.assert_array_equal(found, [[-0.5, 1, 1 / 6]])


def names(cell):
    return re.findall(r"`(\w+)`", cell)


def test_both_pages_have_the_same_structure():
    shapes = []
    for language in LANGUAGES:
        page = (DOCS / language / "model-file.md").read_text(encoding="utf-8")
        lines = [line for line in page.splitlines() if line]
        shapes.append(
            [
                re.match(r"#+|\||-(?= )|```\w*|", line)[0]
                for line in lines
                if re.match(r"#|\||- |```", line)
            ]
        )
        assert "—" not in page
    assert shapes[0] == shapes[1]
    assert len(shapes[0]) > 80
    code = [
        [
            re.sub(r"#.*", "", block)
            for block in blocks((DOCS / l / "model-file.md").read_text(), "python")
        ]
        for l in LANGUAGES
    ]
    assert code[0] == code[1]
