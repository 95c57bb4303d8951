"""Why a mail did not go, in words."""

from __future__ import annotations

from webapp.words import _


def suppressed_words(code: str | None) -> str:
    """What a code of the sender's guard means; the code itself where it is of a later version."""
    words = {
        "ERASED": _("the person's data were erased"),
        "DECEASED": _("the person has died"),
        "HELD": _("held back: a death was reported"),
        "NO_ADDRESS": _("there is no address"),
        "BOUNCED": _("the address does not work any more"),
        "BEFORE_OPENING": _("before the opening day"),
        "RESTRICTED": _("the person's data may not be used"),
        "PAID": _("it was paid meanwhile"),
        "CANCELED": _("the order was cancelled meanwhile"),
        "OUTDATED": _("the date changed again before it left"),
        "ANSWERED": _("the person answered meanwhile"),
        "OPTED_OUT": _("the person does not want news"),
    }
    return words.get(code or "", code or "")


def status_words(status: str) -> str:
    """Why a mail did not arrive, by the status that the other mail system gave it (RFC 3463)."""
    if not status:
        return ""
    _class, _dot, detail = status.partition(".")
    subject = detail.partition(".")[0]
    words = {
        "1": _("there is no such address, or it takes no mail"),
        "2": _("the mailbox is full") if detail == "2.2" else _("the mailbox takes no mail"),
        "3": _("the other mail system could not take it"),
        "4": _("the other mail system could not be reached"),
        "5": _("the other mail system could not take it"),
        "6": _("the other mail system refuses it"),
        "7": _("the other mail system refuses it"),
    }.get(subject, _("the other mail system did not say why"))
    return _("%(words)s: %(status)s", words=words, status=status)
