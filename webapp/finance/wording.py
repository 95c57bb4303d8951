"""What became of a file of the bank, in sentences."""

from __future__ import annotations

from webapp.words import _, ngettext
from workflows.association.bank.intake import Intake


def said_of(took: Intake) -> list[str]:
    """One sentence for each thing that happened; never none."""
    booked, unmatched = took.booked, len(took.booked.unmatched)
    counted = (
        (booked.transfers, ngettext("%(num)d transfer is booked.", "%(num)d transfers are booked.", booked.transfers)),
        (booked.settled, ngettext("%(num)d debit is settled.", "%(num)d debits are settled.", booked.settled)),
        (booked.returned, ngettext("%(num)d debit came back.", "%(num)d debits came back.", booked.returned)),
        (took.rejected, ngettext("%(num)d debit is rejected.", "%(num)d debits are rejected.", took.rejected)),
        (unmatched, ngettext("%(num)d line waits for you.", "%(num)d lines wait for you.", unmatched)),
        (
            took.repeated,
            ngettext("%(num)d statement was read before.", "%(num)d statements were read before.", took.repeated),
        ),
    )
    said = [sentence for count, sentence in counted if count]
    said += [
        _(
            "A statement is missing before %(id)s: it begins with %(opening)s, the one before ended with %(closing)s.",
            id=id_, opening=opening, closing=closing,
        )
        for id_, closing, opening in took.gaps
    ]  # fmt: skip
    return said or [_("There was nothing new in it.")]
