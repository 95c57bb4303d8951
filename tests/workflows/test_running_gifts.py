"""An erasure that was granted waits for the end of a gift whose end nobody spoke of; it is never forgotten."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from engine.transaction import transaction
from tests.fixtures.office import NOON, Office
from tests.fixtures.staff import add_person
from workflows.association.gifts import donors, pledges
from workflows.association.gifts.pledges import Pledge
from workflows.association.privacy import files, request_work
from workflows.association.privacy.request_record import PRIVACY
from workflows.association.privacy.requests import ErasureRequest
from workflows.association.privacy.running_gifts import GiftGoesOn
from workflows.association.records import Subject

TODAY = NOON.date()


def promise(office: Office, person_id: UUID) -> UUID:
    """Somebody gives every month."""
    with transaction(office.engine) as session:
        donor = donors.individual(session, person_id, NOON)
        made = Pledge(
            id=uuid4(), donor_id=donor.id, kind="REGULAR", amount=Decimal(30), every="MONTHLY", means="TRANSFER",
            signed_on=TODAY, first_on=TODAY, opened_at=NOON, opened_by="x",
        )  # fmt: skip
        session.add(made)
        return made.id


def asked(office: Office, person_id: UUID) -> UUID:
    with transaction(office.engine) as session:
        return files.open_request(session, person_id, ["ERASE"], "SPACE", TODAY, by="x", now=NOON).id


def write(office: Office, request_id: UUID, by: str, **values: object) -> None:
    with transaction(office.engine) as session:
        assert PRIVACY.write is not None
        PRIVACY.write(Subject(session, {"request_id": str(request_id)}, NOON, by), values)


def erasures(office: Office) -> int:
    """How many are promised once a night has passed."""
    request_work.erase_after_gifts(office.engine)
    with transaction(office.engine) as session:
        return session.scalar(select(func.count()).select_from(ErasureRequest)) or 0


def test_a_page_that_does_not_ask_for_the_gift_grants_in_part_and_the_erasure_follows(office: Office) -> None:
    person = add_person(office.engine, "Ambre", "Delaunay").id
    gift, request = promise(office, person), asked(office, person)
    with pytest.raises(GiftGoesOn):
        write(office, request, "person:dpo", outcome="GRANTED")
    write(office, request, "person:dpo", outcome="PARTLY", reasons="Le don continue.")
    write(office, request, "person:delegate", confirmed="CONFIRM")
    with transaction(office.engine) as session:
        session.get_one(files.PrivacyRequest, request).state = "ANSWERED"
    assert erasures(office) == 0
    with transaction(office.engine) as session:
        pledges.finish(session.get_one(Pledge, gift), pledges.STOPPED, "DONOR", NOON)
    assert (erasures(office), erasures(office)) == (1, 1)


def test_a_gift_that_begins_after_the_decision_is_seen_at_its_confirmation_and_after(office: Office) -> None:
    person = add_person(office.engine, "Ambre", "Delaunay").id
    request = asked(office, person)
    write(office, request, "person:dpo", outcome="GRANTED", gift_stops=None)
    gift = promise(office, person)
    with pytest.raises(GiftGoesOn) as refused:
        write(office, request, "person:delegate", confirmed="CONFIRM")
    assert refused.value.params["field"] == "confirmed"
    with transaction(office.engine) as session:  # it began once this was confirmed, before it was carried out
        found = session.get_one(files.PrivacyRequest, request)
        found.confirmed_by, found.state = "person:delegate", "ANSWERED"
    assert erasures(office) == 0
    with transaction(office.engine) as session:
        pledges.finish(session.get_one(Pledge, gift), pledges.STOPPED, "DONOR", NOON)
    assert erasures(office) == 1
