"""The record `pledge.*`: what a donor promises (form F25), and what staff see of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from uuid import uuid4

from engine.calendar import PARIS
from workflows.association import mandate_changes, mandates, wording
from workflows.association.case_variables import amount, day, local_day, text, uuid_or_none
from workflows.association.gifts import donors, pledges
from workflows.association.gifts.donors import Donor
from workflows.association.gifts.entry import person_named
from workflows.association.gifts.pledges import Pledge
from workflows.association.orders import FOUNDATION
from workflows.association.records import Record, Subject, Values

_ASKED: Final = frozenset(
    {
        *("person", "kind", "total", "amount", "rhythm", "first_on", "means", "fund", "signed_on", "legacy_contact"),
        *("holder", "iban", "signed"),
    }
)
_SHOWN: Final = frozenset({"donor", "promised", "paid", "next_due", "contact"})


def _read(subject: Subject, fields: Iterable[str]) -> Values:
    found = uuid_or_none(subject.variables, "pledge_id")
    pledge = subject.session.get(Pledge, found) if found is not None else None
    if pledge is None:
        return {}
    lang = subject.language
    done = sum((each.amount for each in pledge.instalments if each.state == pledges.PAID), pledge.amount * 0)
    late = next((each for each in pledge.instalments if each.state in pledges.OPEN), None)
    return {
        "donor": donors.name_of(subject.session, subject.session.get_one(Donor, pledge.donor_id)),
        "promised": wording.amount(pledge.total if pledge.total is not None else pledge.amount, lang),
        "paid": wording.amount(done, lang),
        "next_due": f"{wording.amount(late.amount, lang)} · {wording.day(late.due_on, lang)}" if late else "—",
        "contact": pledge.legacy_contact or "—",
    }


def _write(subject: Subject, values: Values) -> Values:
    """Puts a promise on record, with its calendar and its mandate. Raises DonorUnknown, and what a mandate refuses."""
    own = text(values, "person").strip()
    person_id = person_named(subject.session, own, "person").id if own else uuid_or_none(subject.variables, "person_id")
    if person_id is None:
        person_id = person_named(subject.session, own, "person").id
    donor = donors.individual(subject.session, person_id, subject.now)
    today = local_day(subject.now, PARIS)
    kind = text(values, "kind", pledges.REGULAR)
    pledge = Pledge(
        id=uuid4(), donor_id=donor.id, kind=kind, total=amount(values, "total") if kind == pledges.PLEDGE else None,
        amount=amount(values, "amount"), every=text(values, "rhythm", "MONTHLY"), means=text(values, "means", "SEPA"),
        fund=text(values, "fund", "UNRESTRICTED") or "UNRESTRICTED", state=pledges.ACTIVE,
        signed_on=day(values, "signed_on") if values.get("signed_on") else today,
        first_on=day(values, "first_on") if values.get("first_on") else mandates.collection_day(subject.session, today),
        legacy_contact=text(values, "legacy_contact").strip()[:160], opened_at=subject.now, opened_by=subject.by[:64],
    )  # fmt: skip
    subject.session.add(pledge)
    if pledge.means == "SEPA" and text(values, "iban").strip():
        if values.get("signed") is not True:
            raise mandates.MandateUnsigned(field="signed")
        mandate_changes.sign(
            subject.session, application_id=None, person_id=person_id, holder=text(values, "holder"),
            iban=text(values, "iban"), kind=mandates.RECURRENT, by=subject.by, now=subject.now, creditor=FOUNDATION,
            origin=subject.origin if subject.by == f"person:{person_id}" else "",
        )  # fmt: skip
    pledges.schedule(pledge)
    subject.session.flush()
    return {"pledge_id": str(pledge.id), "person_id": str(person_id), "donor_id": str(donor.id)}


PLEDGE: Final = Record(_ASKED | _SHOWN, _read, _ASKED, _write)
