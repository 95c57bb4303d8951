"""What people wrote is read in the language of its writer, whoever's case it stands in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from engine.transaction import transaction
from forms.spoken import Spoken
from tests.fixtures.office import NOON, Office
from workflows.association.cohorts.records import Cohort, CohortSeat
from workflows.association.cohorts.sheets import CohortSheet
from workflows.association.committee_votes import CommitteeVote
from workflows.association.gifts import donors
from workflows.association.gifts.register import Gift
from workflows.association.mentoring.pairs import REVIEW, MentorshipAnswer
from workflows.association.mentorships import Mentorship
from workflows.association.people import Person
from workflows.association.record_set import record_set

Made = dict[str, str]
TODAY = NOON.date()


def vote(session: Session, walt: Person, zoe: Person) -> Made:
    made = CommitteeVote(
        person_id=zoe.id, subject="HONOUR", held_on=TODAY, in_favour=3, against=0, abstained=0, minutes="All agree",
        recorded_by=f"person:{walt.id}", recorded_at=NOON,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return {"vote_id": str(made.id), "person_id": str(zoe.id)}


def sheet(session: Session, walt: Person, zoe: Person) -> Made:
    cohort = Cohort(
        key="COH-2027-01",
        starts_on=TODAY,
        begins=time(18, 30),
        minutes=180,
        sessions=2,
        state="RUNNING",
        opened_at=NOON,
    )
    session.add(cohort)
    session.flush()
    seat = CohortSeat(cohort_id=cohort.id, person_id=walt.id, situation="SEEKING")
    session.add(seat)
    session.flush()
    session.add(CohortSheet(seat_id=seat.id, version=1, phase="PLAN", plan="Call three people", written_at=NOON))
    session.flush()
    return {"seat_id": str(seat.id)}


def gift(session: Session, walt: Person, zoe: Person) -> Made:
    made = Gift(
        key="G-1", donor_id=donors.individual(session, zoe.id, NOON).id, amount=Decimal(500), origin="ENTRY",
        means="TRANSFER", conditions="For a new library", noted_at=NOON, noted_by=f"person:{walt.id}",
    )  # fmt: skip
    session.add(made)
    session.flush()
    return {"gift_id": str(made.id)}


def pair(session: Session, walt: Person, zoe: Person) -> Made:
    made = Mentorship(mentor_id=zoe.id, mentee_id=walt.id, started_on=TODAY, ends_on=TODAY + timedelta(days=99))
    session.add(made)
    session.flush()
    session.add(
        MentorshipAnswer(
            mentorship_id=made.id, person_id=walt.id, side="MENTEE", kind=REVIEW, step=1, choice="STOP",
            note="We never meet", answered_at=NOON,
        )
    )  # fmt: skip
    session.flush()
    return {"pair_id": str(made.id)}


@pytest.mark.parametrize(
    ("make", "record", "words"),
    [
        (vote, "vote.minutes", "All agree"),
        (sheet, "sheet.plan", "Call three people"),
        (gift, "examination.conditions", "For a new library"),
        (pair, "pair.said", "Walt Reed : arrêter We never meet"),
    ],
)
def test_words_have_the_language_of_their_writer(
    office: Office, make: Callable[[Session, Person, Person], Made], record: str, words: str
) -> None:
    with transaction(office.engine) as session:
        walt = Person(id=uuid4(), first_names="Walt", birth_name="Reed", lang="en")
        zoe = Person(id=uuid4(), first_names="Zoe", birth_name="Essai", lang="fr")
        session.add_all((walt, zoe))
        session.flush()
        case = make(session, walt, zoe)
        said = record_set().read(session, case, [record], now=NOON, language="fr")[record]
    assert isinstance(said, Spoken)
    assert (said, said.lang) == (words, "en")
