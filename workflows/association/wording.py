"""Amounts and days in words, in French and English, for mails and invoices."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from babel.dates import format_date
from babel.numbers import format_currency

_LOCALES = {"fr": "fr_FR", "en": "en_GB"}


def amount(value: Decimal, lang: str) -> str:
    """“160,00 €” in French, “€160.00” in English."""
    return format_currency(value, "EUR", locale=_LOCALES.get(lang, "fr_FR"))


def day(value: date, lang: str) -> str:
    """“1 octobre 2026” in French, “1 October 2026” in English."""
    return format_date(value, format="long", locale=_LOCALES.get(lang, "fr_FR"))
