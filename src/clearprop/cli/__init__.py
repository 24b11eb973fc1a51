"""The command line: parse, call, print. Messages go to stderr, results to stdout."""

from clearprop.cli.entry import main

__all__ = ["main"]
