"""Starts the runner and loads no more of Clearprop than it needs: ``python boot.py ...``.

``python -m`` would load the packages above the runner first, with all mistakes and reports. That
takes longer than most diagnoses. Here both packages stand empty until the runner is there. Then
they are taken away, so that a learner's file that imports clearprop gets the real one.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

__all__: list[str] = []

_PACKAGE = Path(__file__).resolve().parents[2]


def _stand_empty(name: str, folder: Path) -> None:
    spec = spec_from_file_location(
        name, folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    assert spec is not None
    sys.modules[name] = module_from_spec(spec)


def main() -> None:
    """Load the runner, and run it."""
    here = str(Path(__file__).parent)  # no place for learners' imports
    sys.path[:] = [folder for folder in sys.path if folder != here]
    packages = {"clearprop": _PACKAGE, "clearprop.doctor": _PACKAGE / "doctor"}
    for name, folder in packages.items():
        _stand_empty(name, folder)
    runner = import_module("clearprop.doctor.learner.runner")
    # What the runner says itself is looked up in the package.
    import_module("clearprop.language").catalogue("clearprop.doctor", "en")
    for name in packages:
        del sys.modules[name]
    runner.main()


if __name__ == "__main__":
    main()
