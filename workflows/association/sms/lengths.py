"""How long a short message is, as networks count it: 7 bits a character where the alphabet has it, else 16.

Sources: 3GPP TS 23.038 §6.2.1 (the default alphabet and its extension), TS 23.040 §9.2.3.24.1 (messages in parts).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

__all__ = ["Encoding", "Length", "measured", "plain"]

Encoding = Literal["GSM7", "UCS2"]
_BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED: Final = frozenset("\f^{}\\[~]|€")  # an escape and a character: two places each
_ALONE: Final = {"GSM7": 160, "UCS2": 70}
_IN_PARTS: Final = {"GSM7": 153, "UCS2": 67}  # the head of a part takes the rest
# What print has and a telephone does without: the same sign in the alphabet, so that a text is not sent at double cost.
_PRINT: Final = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "\u00a0": " ", "\u202f": " ", "–": "-", "—": "-", "…": "...", "«": '"',
     "»": '"', "ç": "c", "œ": "oe"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Length:
    """How a text is coded, its places (septets, or units of 16 bits), and in how many parts it leaves."""

    encoding: Encoding
    units: int
    parts: int


def plain(text: str) -> str:
    """The text with the signs of print as telephones have them: straight apostrophes, plain blanks, “c” for “ç”."""
    return text.translate(_PRINT)


def measured(text: str) -> Length:
    """The length of a text. A character of two places is not cut in two, so the parts are counted one by one."""
    if all(each in _BASIC or each in _EXTENDED for each in text):
        return _length("GSM7", [2 if each in _EXTENDED else 1 for each in text])
    return _length("UCS2", [2 if ord(each) > 0xFFFF else 1 for each in text])


def _length(encoding: Encoding, places: list[int]) -> Length:
    units = sum(places)
    if units <= _ALONE[encoding]:
        return Length(encoding, units, 1)
    most, parts, filled = _IN_PARTS[encoding], 1, 0
    for each in places:
        if filled + each > most:
            parts, filled = parts + 1, 0
        filled += each
    return Length(encoding, units, parts)
