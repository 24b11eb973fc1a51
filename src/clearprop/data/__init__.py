"""Reading data, and turning rows and labels into the network's inputs and targets."""

from clearprop.data.sources import read

__all__ = ["read"]
