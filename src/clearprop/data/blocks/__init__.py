"""Rows that are read in blocks, because they do not fit into memory together."""
