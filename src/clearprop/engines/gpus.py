"""How many GPUs JAX will compute on, asked of the system: JAX takes hold of those that it sees."""

from __future__ import annotations

import os
import subprocess
from importlib.metadata import entry_points

__all__ = ["gpus_of_jax"]


def gpus_of_jax() -> int:
    """The number of NVIDIA GPUs that JAX will find; 0 where it computes on processors.

    Examples
    --------
    >>> gpus_of_jax() >= 0
    True
    """
    asked = os.environ.get("JAX_PLATFORMS", "")
    if asked and not {"cuda", "gpu"} & set(asked.split(",")):
        return 0
    if not any("cuda" in plugin.name for plugin in entry_points(group="jax_plugins")):
        return 0
    if "CUDA_VISIBLE_DEVICES" in os.environ:
        return len([name for name in os.environ["CUDA_VISIBLE_DEVICES"].split(",") if name])
    try:
        told = subprocess.run(
            ["nvidia-smi", "--list-gpus"], capture_output=True, text=True, check=False
        )
    except OSError:  # no driver, so no GPU
        return 0
    return sum(line.startswith("GPU ") for line in told.stdout.splitlines())
