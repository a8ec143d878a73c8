"""Short links made as earlier versions made them."""

from __future__ import annotations

import zlib
from base64 import b64encode
from collections.abc import Sequence
from urllib.parse import urlencode

from ui.links import short_link


def token(settings: Sequence[tuple[str, str]]) -> str:
    """The token of settings, pairs of a name and a value."""
    text = urlencode(settings).encode()
    deflate = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS, 9, zdict=short_link._DICTIONARY)
    check = (zlib.crc32(text) & 0xFFFF).to_bytes(2, "big")
    return "1" + b64encode(check + deflate.compress(text) + deflate.flush(), b"-_").decode().rstrip("=")
