"""An amount in words, as a receipt states it beside the figures: “cent euros”, “one hundred euros”.

French follows the spelling of the Académie (hyphens below one hundred, “quatre-vingts”, “deux cents”, and both plurals
lost before another number); `mille` never takes an s, `million` does.
"""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Final

from engine.errors import Invalid

LARGEST: Final = Decimal(10**12)

_FR: Final = (
    *("zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze"),
    *("treize", "quatorze", "quinze", "seize", "dix-sept", "dix-huit", "dix-neuf"),
)
_FR_TENS: Final = (
    *("", "", "vingt", "trente", "quarante", "cinquante"),
    *("soixante", "soixante", "quatre-vingt", "quatre-vingt"),
)
_EN: Final = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_EN_TENS: Final = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


class AmountUnspoken(Invalid):
    """The amount {amount} cannot be written in words: it is not between 0 and a thousand billion, with cents."""

    code: ClassVar[str] = "amount_unspoken"


def in_words(amount: Decimal, lang: str) -> str:
    """“cent vingt euros et cinquante centimes”. Raises AmountUnspoken."""
    cents = amount * 100
    if not 0 <= amount < LARGEST or cents != cents.to_integral_value():
        raise AmountUnspoken(amount=amount)
    euros, rest = divmod(int(cents), 100)
    return _english_amount(euros, rest) if lang == "en" else _french_amount(euros, rest)


def _french_amount(euros: int, cents: int) -> str:
    unit = "euro" if euros < 2 else "d’euros" if euros % 10**6 == 0 else "euros"
    said = f"{_french(euros)} {unit}"
    return said if not cents else f"{said} et {_french(cents)} centime{'s' if cents > 1 else ''}"


def _english_amount(euros: int, cents: int) -> str:
    said = f"{_english(euros)} euro{'' if euros == 1 else 's'}"
    return said if not cents else f"{said} and {_english(cents)} cent{'' if cents == 1 else 's'}"


def _french(number: int) -> str:
    for size, word in ((10**9, "milliard"), (10**6, "million")):
        if number >= size:
            count, left = divmod(number, size)
            head = f"{_french(count)} {word}{'s' if count > 1 else ''}"
            return head if not left else f"{head} {_french(left)}"
    if number >= 1000:
        count, left = divmod(number, 1000)
        head = "mille" if count == 1 else f"{_bare(count)} mille"
        return head if not left else f"{head} {_french(left)}"
    return _french_hundreds(number)


def _bare(count: int) -> str:
    """Before `mille`, which is a number, “cents” and “quatre-vingts” lose their s."""
    said = _french_hundreds(count)
    return said[:-1] if said.endswith(("cents", "vingts")) else said


def _french_hundreds(number: int) -> str:
    if number < 100:
        return _french_tens(number)
    count, left = divmod(number, 100)
    head = "cent" if count == 1 else f"{_FR[count]} cent"
    if not left:
        return head + ("s" if count > 1 else "")
    return f"{head} {_french_tens(left)}"


def _french_tens(number: int) -> str:
    if number < 20:
        return _FR[number]
    if number == 80:
        return "quatre-vingts"
    ten = number // 10
    left = number - {7: 60, 9: 80}.get(ten, ten * 10)
    joint = " et " if left in (1, 11) and number < 80 else "-"
    return _FR_TENS[ten] + (f"{joint}{_FR[left]}" if left else "")


def _english(number: int) -> str:
    for size, word in ((10**9, "billion"), (10**6, "million"), (1000, "thousand"), (100, "hundred")):
        if number >= size:
            count, left = divmod(number, size)
            head = f"{_english(count)} {word}"
            return head if not left else f"{head} {'and ' if left < 100 else ''}{_english(left)}"
    if number < 20:
        return _EN[number]
    return _EN_TENS[number // 10] + (f"-{_EN[number % 10]}" if number % 10 else "")
