"""Amounts in words: template filter `euros`."""

from __future__ import annotations

from decimal import Decimal

from flask_babel import format_currency


def euros(amount: Decimal) -> str:
    """“160,00 €” in French, “€160.00” in English."""
    return str(format_currency(amount, "EUR"))
