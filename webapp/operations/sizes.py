"""Sizes in words."""

from __future__ import annotations

from flask_babel import format_decimal

from webapp.words import _


def size_words(size: int) -> str:
    """A number of bytes as a reader says it: “320 KB”, “1.4 MB”."""
    if size < 1_000_000:
        return _("%(size)s KB", size=format_decimal(max(1, round(size / 1_000))))
    return _("%(size)s MB", size=format_decimal(round(size / 1_000_000, 1)))
