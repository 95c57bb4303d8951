"""What people decide on a gift: records `classing.*` (what came in), `examination.*` (conditions, doubtful money).

Four eyes: the tasks exclude whoever entered the gift, gave it or hosts its table (the variable `concerned`).
Source: domain §1.3 (a), P5.7.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import ClassVar, Final

from engine.errors import Invalid
from workflows.association import people, wording
from workflows.association.case_variables import text, uuid
from workflows.association.gifts.donors import Donor
from workflows.association.gifts.register import Gift
from workflows.association.records import Record, Subject, Values

SPLIT: Final = "SPLIT"


class NotSeparable(Invalid):
    """What carries a logo, or is worth as much as was paid, is sponsorship or a sale: no part of it is a gift."""

    code: ClassVar[str] = "not_separable"


def _gift(subject: Subject) -> Gift:
    return subject.session.get_one(Gift, uuid(subject.variables, "gift_id"))


def _read_classing(subject: Subject, fields: Iterable[str]) -> Values:
    return {}


def _write_classing(subject: Subject, values: Values) -> Values:
    """The class a person gives; SPLIT: what exceeds the counterpart is the gift. Raises NotSeparable."""
    gift, class_ = _gift(subject), text(values, "class")
    gift.judged_by = subject.by[:64]
    if class_ != SPLIT:
        return {"gift_class": class_}
    given = gift.amount - gift.counterpart
    if gift.with_logo or given <= 0:
        raise NotSeparable(field="class")
    gift.sold, gift.amount, gift.counterpart = gift.counterpart, given, Decimal("0.00")
    donor = subject.session.get_one(Donor, gift.donor_id)
    return {"gift_class": "GIFT_CORP" if donor.kind == "COMPANY" else "GIFT_IND", "amount": given}


def _read_examination(subject: Subject, fields: Iterable[str]) -> Values:
    gift = _gift(subject)
    conditions, tribute = (
        people.said_as(subject.session, gift.noted_by, words or "—") for words in (gift.conditions, gift.tribute)
    )
    return {
        "conditions": conditions,
        "doubt": {"fr": "oui", "en": "yes"}[subject.language] if gift.doubtful else "—",
        "tribute": tribute,
        "counterpart_words": wording.amount(gift.counterpart, subject.language),
    }


def _write_examination(subject: Subject, values: Values) -> Values:
    """Accepts or refuses a gift with conditions, of doubtful money, or very large."""
    _gift(subject).judged_by = subject.by[:64]
    return {"examined": text(values, "decision")}


CLASSING: Final = Record(frozenset({"class"}), _read_classing, frozenset({"class"}), _write_classing)
EXAMINATION: Final = Record(
    frozenset({"decision", "conditions", "doubt", "tribute", "counterpart_words"}), _read_examination,
    frozenset({"decision"}), _write_examination,
)  # fmt: skip
