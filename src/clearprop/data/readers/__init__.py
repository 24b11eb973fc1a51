"""Readers of file formats, apart from delimited text. Each makes a Table of an opened source."""
