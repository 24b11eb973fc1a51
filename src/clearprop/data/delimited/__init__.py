"""Delimited text: its encoding, its dialect, its lines, and its cells as raw text."""
