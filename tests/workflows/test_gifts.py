"""Gifts: amounts in words, the series of receipts that nothing changes, and every mention the law asks for."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.association.gifts.amount_words import AmountUnspoken, in_words
from workflows.association.gifts.entry import SirenRefused, siren

SAID = {
    "0": ("zéro euro", "zero euros"),
    "1": ("un euro", "one euro"),
    "1.01": ("un euro et un centime", "one euro and one cent"),
    "21": ("vingt et un euros", "twenty-one euros"),
    "71": ("soixante et onze euros", "seventy-one euros"),
    "80": ("quatre-vingts euros", "eighty euros"),
    "81": ("quatre-vingt-un euros", "eighty-one euros"),
    "91": ("quatre-vingt-onze euros", "ninety-one euros"),
    "200": ("deux cents euros", "two hundred euros"),
    "201": ("deux cent un euros", "two hundred and one euros"),
    "1100": ("mille cent euros", "one thousand one hundred euros"),
    "80000": ("quatre-vingt mille euros", "eighty thousand euros"),
    "200000": ("deux cent mille euros", "two hundred thousand euros"),
    "1000000": ("un million d’euros", "one million euros"),
    "2500000.5": (
        "deux millions cinq cent mille euros et cinquante centimes",
        "two million five hundred thousand euros and fifty cents",
    ),
}


@pytest.mark.parametrize("figures", SAID)
def test_amounts_are_written_as_people_write_them(figures: str) -> None:
    assert (in_words(Decimal(figures), "fr"), in_words(Decimal(figures), "en")) == SAID[figures]


@given(st.lists(st.integers(0, 10**9).map(lambda cents: Decimal(cents) / 100), min_size=2, max_size=2, unique=True))
def test_two_amounts_are_never_said_alike(amounts: list[Decimal]) -> None:
    for lang in ("fr", "en"):
        one, other = (in_words(amount, lang) for amount in amounts)
        assert one != other


@pytest.mark.parametrize("amount", ["-1", "0.001", "1000000000000"])
def test_what_is_no_amount_is_not_said(amount: str) -> None:
    with pytest.raises(AmountUnspoken):
        in_words(Decimal(amount), "fr")


def test_a_siren_has_nine_digits_and_the_last_one_checks() -> None:
    assert siren("732 829 320") == "732829320"
    for wrong in ("732829321", "73282932", "abcdefghi", ""):
        with pytest.raises(SirenRefused):
            siren(wrong)
