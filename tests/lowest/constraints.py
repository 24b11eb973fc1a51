"""The oldest versions that pyproject.toml allows, as constraints for pip (`make lowest`)."""

import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

# What users install, and what builds it. The tools of the other extras may be as new as they like.
EXTRAS = ("excel", "figures", "jax", "onnx", "serve", "studio", "zstd")


def lowest(requirements: list[str]) -> Iterator[str]:
    """Each requirement with a lower bound, at that bound."""
    for requirement in requirements:
        if found := re.match(r"([\w.-]+)>=([\d.]+)", requirement):
            yield f"{found[1]}=={found[2]}"


def main() -> None:
    """Print them, each once."""
    text = Path(__file__).parents[2].joinpath("pyproject.toml").read_text(encoding="utf-8")
    facts = tomllib.loads(text)
    project = facts["project"]
    asked = [facts["build-system"]["requires"], project["dependencies"]]
    asked += [project["optional-dependencies"][extra] for extra in EXTRAS]
    found = {constraint for requirements in asked for constraint in lowest(requirements)}
    sys.stdout.write("".join(f"{constraint}\n" for constraint in sorted(found)))


if __name__ == "__main__":
    main()
