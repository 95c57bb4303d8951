"""Why money goes back, in words: the bank's codes (ISO 20022, return and status reasons), and our two of cards."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_WORDS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "AC01": ("le numéro de compte est faux", "the account number is wrong"),
        "AC04": ("le compte est clos", "the account is closed"),
        "AC06": ("le compte est bloqué", "the account is blocked"),
        "AM04": ("provision insuffisante", "not enough money on the account"),
        "MD01": ("aucun mandat valable", "no valid mandate"),
        "MD06": ("remboursement demandé par le titulaire", "the account holder asked for the money back"),
        "MD07": ("titulaire décédé", "the account holder has died"),
        "MS02": ("refus du titulaire, sans motif", "refused by the account holder, no reason given"),
        "MS03": ("sans motif", "no reason given"),
        "CARD_DISPUTE": ("paiement par carte contesté", "card payment disputed"),
        "CARD_REFUND": ("paiement par carte remboursé", "card payment refunded"),
        "SL01": ("service refusé par la banque", "service refused by the bank"),
    }
)


def words(code: str, lang: str) -> str:
    """The reason in words, and its code; the code alone where we have no words."""
    known = _WORDS.get(code)
    return code if known is None else f"{known[lang == 'en']} ({code})"
