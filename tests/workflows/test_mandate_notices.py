"""What the calendar tells about mandates, and whom the absence of a facilitator concerns."""

from __future__ import annotations

from datetime import date, timedelta

from engine.assignment import SYSTEM
from engine.transaction import transaction
from tests.fixtures.office import Office
from tests.fixtures.staff import add_person
from tests.steps.cohorts import a_cohort, cohort_of
from workflows.association import absences, mandate_notices, office_mandates
from workflows.association.calendars import appointments
from workflows.association.cohorts import absent_leads, records
from workflows.association.people import person_by_email

LAST = date(2028, 2, 29)
LATE = {117, 116, 1, 0, -3}  # days left on which a night that was missed is not caught up any more


def test_a_notice_is_due_on_its_day_and_two_more_and_leaves_once(office: Office) -> None:
    vera = add_person(office.engine, "Vera", "Vidal")
    with transaction(office.engine) as session:
        office_mandates.appoint(
            session, office.engine, vera.id, "GROUP_LEAD", from_date=date(2026, 11, 23), to_date=LAST,
            scope="group-7", by=SYSTEM,
        )  # fmt: skip
    told = {left: mandate_notices.tell(office.engine, LAST - timedelta(days=left)) for left in (*LATE, 121)}
    assert set(told.values()) == {0}
    for left in (120, 119, 60, 58, 30, 7, 6, -1, -2):
        expected = int(left in {120, 60, 30, 7, -1})
        assert (left, mandate_notices.tell(office.engine, LAST - timedelta(days=left))) == (left, expected)
    assert len(office.mails()) == 6


def test_everybody_of_the_session_is_told_who_stands_in(office: Office) -> None:
    a_cohort(office, "4 January 2027", 3)
    with transaction(office.engine) as session:
        cohort = cohort_of(office)
        first, second = appointments.of_calendar(session, cohort.key)[:2]
        guests = [seat.person_id for seat in records.seats(session, cohort.id)]
        maud, nils = (person_by_email(session, f"{name}.essai@example.org") for name in ("maud", "nils"))
        assert maud is not None and nils is not None
        for meeting in (first, second):
            appointments.invite(session, meeting, [*guests, maud, nils])
        away = absences.note(session, office.engine, maud, first.day, first.day, substitute_id=nils)
        assert absent_leads.tell(session, office.engine, away) == 3
        alone = absences.note(session, office.engine, maud, second.day, second.day)
        assert absent_leads.tell(session, office.engine, alone) == 4, "with nobody in the stead, the other lead too"
    told = [mail for mail in office.mails() if "ne peut pas venir" in mail.subject]
    with_nils = [mail.to_address for mail in told if "avec Nils Essai" in mail.text]
    assert sorted(with_nils) == [f"{name}.essai@example.org" for name in ("ada", "bea", "cyr")]
    without = [mail.to_address for mail in told if "avec Nils Essai" not in mail.text]
    assert sorted(without) == [f"{name}.essai@example.org" for name in ("ada", "bea", "cyr", "nils")]
