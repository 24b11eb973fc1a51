"""The image of a page: a PNG of black ink on a transparent ground."""

import zlib
from base64 import b64decode

import numpy as np

from clearprop.explain.png import data_address


def test_an_image_is_a_png_of_ink():
    kind, _, body = data_address(np.array([[0.0, 2.0], [1.0, -2.0]])).partition(",")
    assert kind == "data:image/png;base64"
    png = b64decode(body)
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    at, chunks = 8, {}
    while at < len(png):
        size, name = int.from_bytes(png[at : at + 4]), png[at + 4 : at + 8]
        content = png[at + 8 : at + 8 + size]
        assert zlib.crc32(name + content) == int.from_bytes(png[at + 8 + size : at + 12 + size])
        chunks[name] = content
        at += 12 + size
    assert chunks[b"IHDR"] == bytes([0, 0, 0, 2, 0, 0, 0, 2, 8, 4, 0, 0, 0])
    # Each row: no filter, then black and how much of it.
    assert zlib.decompress(chunks[b"IDAT"]) == bytes([0, 0, 128, 0, 255, 0, 0, 191, 0, 0])


def test_an_image_of_one_grey_is_empty_and_missing_pixels_are_too():
    even = b64decode(data_address(np.full((2, 2), 7.0)).partition(",")[2])
    assert len(even) > 60
    assert data_address(np.array([[np.nan, 0.0]])) == data_address(np.zeros((1, 2)))
