"""Words about what is kept: bases, lengths, what an erasure does."""

from __future__ import annotations

from collections.abc import Mapping

from webapp.words import _, ngettext
from workflows.association.privacy.decisions import Decided

Length = tuple[int, str] | None


def bases() -> Mapping[str, str]:
    """The bases of article 6 GDPR."""
    return {
        "CONTRACT": _("contract (membership)"),
        "LEGAL": _("legal obligation"),
        "CONSENT": _("consent"),
        "INTEREST": _("legitimate interest"),
    }


def kept_words(length: Length) -> str:
    """How long: “10 years”, “90 days”; as long as what it belongs to, where no rule of its own says it."""
    if length is None:
        return _("as long as what it belongs to")
    number, unit = length
    if unit == "MONTHS" and number % 12 == 0:
        return ngettext("%(num)d year", "%(num)d years", number // 12)
    if unit == "MONTHS":
        return ngettext("%(num)d month", "%(num)d months", number)
    return ngettext("%(num)d day", "%(num)d days", number)


def outcome(decided: Decided, length: Length) -> str:
    """What an erasure does with a category, and why not all of it."""
    if decided.action == "KEEP":
        return _("kept for %(length)s, for nothing else: %(reason)s", length=kept_words(length), reason=decided.reason)
    if decided.action == "DPO":
        return _("data protection decides")
    return _("erased") if decided.action == "ERASE" else _("made anonymous")
