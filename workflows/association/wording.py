"""Amounts, days and states of membership in words, in French and English, for mails, invoices and staff."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_currency

from forms.translations import printed

_LOCALES = {"fr": "fr_FR", "en": "en_GB"}


_FIRST = re.compile(r"\b1 (?=[^\W\d])")


def first_of_month(said: str, lang: str) -> str:
    """A date in words: French says “1er janvier”, and “2 janvier”; the patterns of CLDR do not know the difference."""
    return said if lang == "en" else _FIRST.sub("1er ", said)


def typographic(text: str) -> str:
    """A text of a diagram as print has it: modelers type the straight apostrophe, and French with plain blanks."""
    return printed(text.replace("'", "’"))


def amount(value: Decimal, lang: str, currency: str = "EUR") -> str:
    """“160,00 €” in French, “€160.00” in English; another currency by its code (ISO 4217) or sign."""
    return format_currency(value, currency, locale=_LOCALES.get(lang, "fr_FR"))


def day(value: date, lang: str) -> str:
    """“1er octobre 2026” in French, “1 October 2026” in English."""
    return first_of_month(str(format_date(value, format="long", locale=_LOCALES.get(lang, "fr_FR"))), lang)


def country(code: str) -> list[str]:
    """The last line of an address abroad, as the post of the sender's country reads it: in French and in capitals,
    “CHINE”. None in France."""
    return [] if code in {"", "FR"} else [str(Locale.parse("fr").territories.get(code, code)).upper()]


def period(start: date, end: date, lang: str) -> str:
    """“du 23 novembre 2026 au 22 novembre 2027”; a membership without a last day is for life."""
    if end == date.max:
        return f"for life, from {day(start, lang)}" if lang == "en" else f"à vie, à partir du {day(start, lang)}"
    if lang == "en":
        return f"from {day(start, lang)} to {day(end, lang)}"
    return f"du {day(start, lang)} au {day(end, lang)}"


_ENTITLEMENTS = {
    "NONE": ("jamais adhérent", "never a member"),
    "PENDING_VERIF": ("vérification en cours", "being verified"),
    "PENDING_PAY": ("paiement attendu", "payment awaited"),
    "NEW": ("nouveau membre", "new member"),
    "CURRENT": ("membre à jour", "paid-up member"),
    "GRACE": ("en délai de grâce", "in the grace period"),
    "LAPSED": ("adhésion échue", "lapsed"),
    "SUSPENDED": ("suspendu", "suspended"),
    "ENDED": ("adhésion terminée", "ended"),
}


def entitlement(state: str, lang: str) -> str:
    """What a service entitlement means, for a reader: “membre à jour”, “paid-up member”."""
    french, english = _ENTITLEMENTS.get(state, (state, state))
    return english if lang == "en" else french
