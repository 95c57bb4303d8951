"""What the calendar tells about mandates, and whom the absence of a facilitator concerns."""

from __future__ import annotations

from datetime import date, timedelta

from engine.assignment import SYSTEM
from engine.transaction import reading, transaction
from tests.fixtures.office import Office
from tests.fixtures.staff import add_person
from tests.steps.cohorts import a_cohort, cohort_of
from workflows.association import absences, mandate_notices, office_mandates, roles
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
    assert "avec l’autre personne qui anime" in told[-1].text


def asked(office: Office, words: str) -> list[str]:
    return sorted(mail.to_address.partition(".")[0] for mail in office.mails() if words in mail.subject)


def test_somebody_is_looked_for_where_it_is_near_or_nobody_else_leads(office: Office) -> None:
    a_cohort(office, "4 January 2027", 1)
    lead_of(office, "Olga", "COH-2026-09")
    with transaction(office.engine) as session:
        key = cohort_of(office).key
        first, second, third = appointments.of_calendar(session, key)[:3]
        maud, nils = (person_by_email(session, f"{name}.essai@example.org") for name in ("maud", "nils"))
        assert maud is not None and nils is not None
        absent_leads.tell(session, office.engine, absences.note(session, office.engine, maud, first.day, first.day))
    assert asked(office, "qui anime le") == asked(office, "pouvez-vous animer") == [], "weeks ahead, beside Nils"
    with transaction(office.engine) as session:
        absent_leads.tell(session, office.engine, absences.note(session, office.engine, nils, first.day, first.day))
    assert (asked(office, "qui anime le"), asked(office, "pouvez-vous animer")) == (["nils"], ["olga"])
    told = office.mails()[-1]
    assert "Personne d’autre n’anime ce groupe ce jour-là" in told.text and "Olga Essai" in told.text
    office.clock.set(second.starts_at - timedelta(hours=47))
    with transaction(office.engine) as session:
        for day in (second.day, third.day):
            absent_leads.tell(session, office.engine, absences.note(session, office.engine, maud, day, day))
    assert (asked(office, "qui anime le"), asked(office, "pouvez-vous animer")) == (["nils"] * 2, ["olga"] * 2)
    assert "L’autre personne qui anime est seule" in office.mails()[-1].text, "the next one alone is near"


def test_a_mandate_opens_and_closes_with_its_days_and_a_substitute_with_the_absence(office: Office) -> None:
    today = office.clock.now().date()
    vera, wim = (add_person(office.engine, name, "Vidal").id for name in ("Vera", "Wim"))
    first, last = today + timedelta(days=2), today + timedelta(days=20)
    away, back = today + timedelta(days=5), today + timedelta(days=7)
    with transaction(office.engine) as session:
        for person in (vera, wim):
            office_mandates.appoint(
                session, office.engine, person, "GROUP_LEAD", from_date=first, to_date=last, by=SYSTEM,
                scope="group-1" if person == vera else "group-2",
            )  # fmt: skip
        absences.note(session, office.engine, vera, away, back, substitute_id=wim)
    with reading(office.engine) as session:
        days = [today + timedelta(days=number) for number in range(24)]
        held = {name: [day for day in days if "GROUP_LEAD@group-1" in roles.keys_of(session, person, day)]
                for name, person in (("vera", vera), ("wim", wim))}  # fmt: skip
    assert (held["vera"][0], held["vera"][-1], len(held["vera"])) == (first, last, 19)
    assert (held["wim"][0], held["wim"][-1], len(held["wim"])) == (away, back, 3)


def lead_of(office: Office, name: str, key: str) -> None:
    """Somebody leads another group, all through the time of the test."""
    person = add_person(office.engine, name, "Essai").id
    with transaction(office.engine) as session:
        roles.grant(session, person, "FACILITATOR", from_date=date(2020, 1, 1), scope=key)
