"""Every right file is right and every wrong one is wrong, where cases.toml says: by numbers."""

import contextlib
import importlib
import io
import shutil
import tomllib
from pathlib import Path

import facts
import numpy as np
import pytest

for part in sorted(facts.HERE.glob("facts_*.py")):
    importlib.import_module(part.stem)  # they fill facts.FACTS
CASES, STUCK = (
    tomllib.loads((facts.HERE / f"{table}.toml").read_text(encoding="utf-8"))["case"]
    for table in ("cases", "stuck")
)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("case", CASES, ids=lambda case: Path(case["file"]).stem)
def test_fact(case: dict) -> None:
    path = facts.HERE / case["file"]
    if "torch" in path.stem:
        pytest.importorskip("torch")
    if "jax" in path.stem:
        pytest.importorskip("jax")
    if path.suffix == ".m" and not shutil.which("octave"):
        pytest.skip("needs Octave")
    learner = None if path.suffix == ".m" else facts.definitions(path)
    cost, P, G, *values = facts.FACTS[path.stem](learner)
    wrong = {name for name, gap in facts.gaps(cost, P, G).items() if not gap <= 1e-5}
    assert wrong == set(case.get("blocks", []))
    if values:
        own, stated = values[0]
        other = case["expected"] == "other-cost" or case.get("place") == "J"
        assert (abs(own - stated) > 1e-6) == other, (own, stated)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("case", STUCK, ids=lambda case: Path(case["file"]).stem)
def test_it_does_not_learn(case: dict) -> None:
    path = facts.HERE / case["file"]
    if "torch" in path.stem:
        pytest.importorskip("torch")
    with np.errstate(all="ignore"), contextlib.redirect_stdout(io.StringIO()):
        assert facts.FACTS[path.stem](facts.definitions(path))


def test_every_file_has_a_case_and_every_case_a_fact() -> None:
    files = {f"{p.parent.name}/{p.name}" for p in facts.HERE.glob("[rws]*/*.*")}
    assert {case["file"] for case in [*CASES, *STUCK]} == files
    assert {Path(case["file"]).stem for case in [*CASES, *STUCK]} == set(facts.FACTS)
