"""Text in any encoding, as UTF-8: the encoding is given, marked, or found."""

from __future__ import annotations

import codecs

from clearprop.data.delimited.charsets import likely_encodings
from clearprop.errors import DataError

# The longest mark first, since that of UTF-32 begins like that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Texts do not hold these bytes. They may hold form feeds, escapes and DOS's end of a file.
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\f\x1a\x1b")) + b"\x7f"
_LOOKED_AT = 4096


def decoded(
    source: str, raw: bytes, encoding: str | None, before: int = 0
) -> tuple[bytes, str | None]:
    """A text as UTF-8 with LF or CRLF line ends, and the name of its encoding if it was another.

    Parameters
    ----------
    source, raw
        What messages call the text, and its bytes.
    encoding
        Its encoding, or None.
    before
        How many lines of the source stand before `raw`, where it is a piece of it.

    Raises
    ------
    DataError
        For binary data, bytes that are no text in the encoding, and a text that could be read in
        several encodings.
    """
    given = _marked(source, raw, encoding) or encoding
    name = given or _found(source, raw)
    raw = next((raw[len(mark) :] for mark, _ in _MARKS if raw.startswith(mark)), raw)
    try:
        if codecs.lookup(name).name != "utf-8":
            raw = raw.decode(name).encode()
        elif given and not raw.isascii():
            raw.decode()
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1 + before
        raise DataError(
            f"{source}, line {line}: byte {raw[error.start]:#04x} is no {name} text; name the "
            "encoding (--encoding), or save the file as UTF-8"
        ) from None
    except UnicodeError as error:  # surrogates that stand alone
        raise DataError(f"{source}: cannot be read as {name}: {error}") from None
    if raw.endswith(b"\x1a"):  # DOS ended its files so
        raw = raw.removesuffix(b"\x1a")
    if b"\r" in raw and raw.count(b"\r") > raw.count(
        b"\r\n"
    ):  # the line ends of old Macs, or mixed ones
        raw = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if not raw[:_LOOKED_AT].strip() and not raw.strip(b" \r\n"):
        raise DataError(f"{source}: the file is empty")
    return raw, None if codecs.lookup(name).name == "utf-8" else name


def _marked(source: str, raw: bytes, encoding: str | None) -> str | None:
    """The encoding that a byte-order mark names. It must not be another than the given one."""
    name = next((name for mark, name in _MARKS if raw.startswith(mark)), None)
    if name and encoding:
        given = codecs.lookup(encoding).name
        # "utf-16" leaves the order of the bytes to the mark.
        if not name.startswith(given.removesuffix("-sig")):
            raise DataError(
                f"{source}: its first bytes mark it as {name.upper()}; got encoding={encoding!r} "
                "(--encoding): leave it out"
            )
    return name


def _found(source: str, raw: bytes) -> str:
    """The encoding of a text without a mark."""
    head = raw[:_LOOKED_AT]
    if b"\0" in head:
        name = _wide(head)
        if name is None:
            raise _binary(source)
        return name
    try:
        if not raw.isascii():
            raw.decode()
        return "utf-8"
    except UnicodeDecodeError as error:
        fault = error
    if len(head.translate(None, _CONTROLS)) < len(head):
        raise _binary(source)
    names = likely_encodings(raw)
    if len(names) == 1:
        return names[0]
    line = raw.count(b"\n", 0, fault.start) + 1
    likely = f"it is likely {' or '.join(names)}: name it" if names else "name its encoding"
    raise DataError(
        f"{source}, line {line}: byte {raw[fault.start]:#04x} is not UTF-8 text; {likely} "
        "(--encoding), or save the file as UTF-8"
    )


def _wide(head: bytes) -> str | None:
    """UTF-16 or UTF-32, if the zero bytes lie as separators and line ends have them."""
    for name, size in (("utf-32-le", 4), ("utf-32-be", 4), ("utf-16-le", 2), ("utf-16-be", 2)):
        whole = head[: len(head) // size * size]
        try:
            text = whole.decode(name)
        except UnicodeDecodeError:
            # The last character may be cut.
            try:
                text = whole[:-2].decode(name) if size == 2 else ""
            except UnicodeDecodeError:
                continue
        ascii_only = text.encode("ascii", "ignore")
        if "\n" in text and not len(ascii_only.translate(None, _CONTROLS)) < len(ascii_only):
            return name
    return None


def _binary(source: str) -> DataError:
    return DataError(
        f"{source}: not a format that can be read: expected CSV, Parquet, NPZ, NPY, MAT or IDX; "
        "got other binary data"
    )
