"""An image as a PNG inside an address: black ink on a clear ground, so it fits light and dark."""

from __future__ import annotations

import base64
import struct
import zlib

import numpy as np

from clearprop.network.architecture import Array

__all__ = ["data_address"]


def data_address(values: Array) -> str:
    """The address of an image that is clear at its smallest value and black at its largest.

    Parameters
    ----------
    values
        ``(height, width)``; NaN counts as 0.

    Examples
    --------
    >>> data_address(np.array([[0.0, 1.0]]))[:40]
    'data:image/png;base64,iVBORw0KGgoAAAANSU'
    """
    values = np.nan_to_num(values)
    low, high = float(values.min()), float(values.max())
    ink = np.round((values - low) / (high - low or 1.0) * 255).astype(np.uint8)  # (height, width)
    grey_and_alpha = np.stack([np.zeros_like(ink), ink], axis=2)  # (height, width, 2)
    filters = np.zeros((len(ink), 1), np.uint8)  # (height, 1): 0, no filter
    rows = np.hstack([filters, grey_and_alpha.reshape(len(ink), -1)])  # (height, 1 + 2 width)
    header = struct.pack(">IIBBBBB", ink.shape[1], ink.shape[0], 8, 4, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(rows.tobytes(), 9)), (b"IEND", b"")]
    png = b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, body) for kind, body in chunks)
    return "data:image/png;base64," + base64.b64encode(png).decode()


def _chunk(kind: bytes, body: bytes) -> bytes:
    """Length, kind, body, checksum (PNG specification, 5.3)."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
