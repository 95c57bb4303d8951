"""JSON as it is stored: without spaces, written by encoders that stand ready.

`json.JSONEncoder.encode` makes a new encoder in C for every text, which costs more than the text: a completion writes
five. The bytes are the same.
"""

from __future__ import annotations

import json.encoder
from collections.abc import Callable
from typing import Any, Final

__all__ = ["to_ascii_json", "to_json_text"]


def _encoder(*, ascii_only: bool) -> Callable[[object], str]:
    slow = json.JSONEncoder(ensure_ascii=ascii_only, separators=(",", ":"))
    parts: Any = json.encoder
    if parts.c_make_encoder is None:  # a Python without the accelerator
        return slow.encode
    text = parts.encode_basestring_ascii if ascii_only else parts.encode_basestring
    fast = parts.c_make_encoder(None, slow.default, text, None, ":", ",", False, False, True)
    join = "".join
    return lambda value: join(fast(value, 0))


to_ascii_json: Final = _encoder(ascii_only=True)  # every other character is escaped
to_json_text: Final = _encoder(ascii_only=False)
