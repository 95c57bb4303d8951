"""Pages travel compressed: a list of forty tasks is a fifth of its size on the way.

What compresses together can be guessed by its length (BREACH), where somebody both sends an address that the page
repeats and watches the line. Two things stand against it here: the token of a form is signed anew each second, so that
no guess of it stays good, and a name of random length in the header (RFC 1952, section 2.3.1) blurs every length.
"""

from __future__ import annotations

import secrets
import struct
import zlib
from typing import Final

from flask import Flask, Response, request

SMALL: Final = 1400  # bytes; what goes in one packet anyway stays as it is
LEVEL: Final = 4  # of 9: from here on a page grows slower to make than it shrinks
MOST_BLUR: Final = 100
_HEAD: Final = struct.pack("<2sBBIBB", b"\x1f\x8b", zlib.DEFLATED, 0x08, 0, 0, 255)  # with a name, without a date


def pack_pages(app: Flask) -> None:
    """Compresses the pages of this application for whoever takes gzip."""

    @app.after_request
    def pack(response: Response) -> Response:
        if response.mimetype != "text/html" or response.is_streamed or "Content-Encoding" in response.headers:
            return response
        response.vary.add("Accept-Encoding")
        body = response.get_data()
        if len(body) < SMALL or not request.accept_encodings["gzip"]:
            return response
        response.set_data(packed(body))
        response.headers["Content-Encoding"] = "gzip"
        return response


def packed(body: bytes) -> bytes:
    """The body as gzip, a little longer each time by chance."""
    pressed = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    name = secrets.token_bytes(MOST_BLUR).translate(_LETTERS)[: secrets.randbelow(MOST_BLUR) + 1] + b"\0"
    check = struct.pack("<II", zlib.crc32(body), len(body) & 0xFFFFFFFF)
    return _HEAD + name + pressed.compress(body) + pressed.flush() + check


_LETTERS: Final = bytes(97 + number % 26 for number in range(256))
