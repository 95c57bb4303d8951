"""States, templates and reasons of a campaign in the reader's words."""

from __future__ import annotations

from collections.abc import Mapping

from webapp.words import _
from workflows.association.renewal_reminders import LETTERS, SMS


def states() -> Mapping[str, str]:
    """What became of a renewal."""
    return {
        "RUNNING": _("under way"),
        "RENEWED": _("renewed"),
        "NOT_RENEWED": _("not renewed"),
        "STOPPED": _("stopped: death, departure, erasure, or renewed otherwise"),
    }


def templates() -> Mapping[str, str]:
    """Which reminder a template is, in the order in which they leave."""
    return {
        "prenotice_60": _("First word to who is debited"),
        "sepa_prenotification": _("Announcement of a debit"),
        "renew_60": _("First notice"),
        "renew_30": _("Reminder a month before the end"),
        "renew_7": _("Last notice"),
        "grace_0": _("Grace begins"),
        "call": _("Calls asked for"),
        "lapsed": _("Lapsed"),
        "winback_1": _("Will you come back?"),
        "winback_2": _("Letter to come back"),
        SMS: _("Last notice by SMS too"),
        LETTERS: _("Letters, of whichever reminder"),
    }


def reasons() -> Mapping[str, str]:
    """Why a reminder did not leave."""
    return {
        "DECEASED": _("the person has died"),
        "HELD": _("a death was reported and is being checked"),
        "ERASED": _("the data were erased"),
        "SETTLED": _("paid meanwhile, or no longer awaited"),
        "PAID": _("paid meanwhile, seen at the last moment"),
        "CANCELED": _("the order was cancelled"),
        "OPTED_OUT": _("the person wants no reminders"),
        "OUTDATED": _("its day was over before it could leave"),
        "RESTRICTED": _("the use of the data is restricted"),
        "LATE": _("too late after an interruption; what the law asks for is done by a person"),
        "NO_ADDRESS": _("no address"),
        "BOUNCED": _("the address bounces"),
        "NO_PHONE": _("no telephone number"),
        "NO_PROVIDER": _("SMS: no provider is set up"),
        "NO_CONSENT": _("SMS: the person did not ask for them"),
        "NO_MOBILE": _("SMS: no mobile number"),
        "BEFORE_OPENING": _("before the opening day"),
    }
