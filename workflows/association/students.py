"""Students: who is listed by the school, who joins for the whole course, and how a student becomes a graduate.

A student pays once (tariff STU) and is a member to the end of the course. The school's graduation file, or the answer
of its registrar 30 days after the course ended, turns the membership into a graduate's, whose first year is offered.
Source: domain §P1b, §P1.5.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from engine.errors import WorkFailed
from engine.registry import ServiceWork, service_task
from workflows.association import figures, memberships, people
from workflows.association.applicant_record import opened
from workflows.association.applications import MAJORITY, Application, age_on
from workflows.association.case_variables import local_day, uuid, uuid_or_none, whole
from workflows.association.diplomas import Diploma
from workflows.association.dues import a_year_from
from workflows.association.memberships import Membership, MembershipPeriod
from workflows.association.mentoring import demands
from workflows.association.parameters import Column, Row, Table
from workflows.association.verification import application_of

Y0, OFFERED = "Y0", "FIRST_YEAR_OFFERED"

RULE: Final = Table(
    "student_rule",
    "Délais des étudiants",
    "Time limits for students",
    (Column("days", "days", "Jours", "Days", maximum=400),),
    first=(
        Row("invitation_reminder", "Relancer l'invitation de rentrée", "Remind of the invitation to join", 14),
        Row("invitation_end", "Clore l'invitation de rentrée", "Close the invitation to join", 60),
        Row("guardian_reminder", "Relancer le représentant légal", "Remind the guardian", 7),
        Row("guardian_end", "Clore sans réponse du représentant légal", "Close without the guardian's answer", 21),
        Row("graduation_check", "Vérifier le diplôme, après le cursus", "Check the diploma, after the course", 30),
        Row("graduation_reminder", "Relancer la scolarité et l'étudiant", "Remind the registrar and the student", 30),
    ),
    about_fr="La relance part 30 jours après la vérification, soit 60 jours après la fin du cursus.",
    about_en="The reminder leaves 30 days after the check, which is 60 days after the end of the course.",
)


@service_task(
    "student.open_application", results=("application_id", "applicant_actor", "reference", "category", "lang")
)
def open_application(work: ServiceWork) -> Mapping[str, object]:
    """An application for somebody of the school's list, filled with what the school said; the student completes it."""
    person = people.get(work.session, uuid(work.variables, "person_id"))
    if person is None or person.birth_date is None or not person.diplomas:
        raise WorkFailed("the school's list lacks the birth date or the course of this person", again=False)
    application = Application(
        id=uuid4(), created_at=work.now, source="IMPORT", category="STUDENT", civility=person.civility,
        first_names=person.first_names, birth_name=person.birth_name, usage_name=person.usage_name,
        birth_date=person.birth_date, email=person.primary_email or "", lang=person.lang,
        country=person.country or "FR", programme=person.diplomas[-1].programme,
        promotion_year=person.promotion_year, situation="STUDENT", proof_files=[], match_person_id=person.id,
    )  # fmt: skip
    work.session.add(application)
    work.session.flush()
    return {**opened(work.session, application, _today(work)), "category": "STUDENT"}


@service_task("student.check_age", results=("minor",))
def check_age(work: ServiceWork) -> Mapping[str, object]:
    """Whether a guardian has to agree first."""
    return {"minor": age_on(application_of(work).birth_date, _today(work)) < MAJORITY}


@service_task("student.look_up", results=("has_joined", "person_id", "person_actor", "course_end"))
def look_up(work: ServiceWork) -> Mapping[str, object]:
    """Whether a membership came of the application, and when the course ends."""
    joined = uuid_or_none(work.variables, "joined_id")
    membership = memberships.of(work.session, joined) if joined is not None else None
    alive = membership is not None and membership.statutory_status == "MEMBER"
    return {
        "has_joined": alive,
        "person_id": str(joined) if joined is not None else work.variables.get("person_id"),
        "person_actor": f"person:{joined}",
        "course_end": membership.end_date if membership is not None else None,
    }


@service_task("student.graduate", results=("became_graduate",))
def graduate(work: ServiceWork) -> Mapping[str, object]:
    """The diploma is in the register; the membership is a graduate's, with the first year offered. Once."""
    membership = _membership(work)
    year = whole(work.variables, "graduation_year", 0)
    _register_diploma(work.session, membership.person_id, year)
    demands.graduated(work.session, membership.person_id)
    if membership.category != "GRADUATE":
        membership.category = "GRADUATE"
        offer_first_year(work.session, membership, _today(work), work.now)
    return {"became_graduate": True}


@service_task("student.prolong", results=("course_end",))
def prolong(work: ServiceWork) -> Mapping[str, object]:
    """The course goes on: the dues were paid for the whole of it, so that the membership goes on too."""
    membership, year = _membership(work), whole(work.variables, "graduation_year", 0)
    person = people.get(work.session, membership.person_id)
    if person is not None and person.diplomas and year:
        person.diplomas[-1].promotion_year = year
    end = max(figures.course_end(work.session, year or membership.end_date.year + 1, _today(work)), membership.end_date)
    if membership.end_date < end:
        _add_period(work.session, membership, membership.start_date, end, "STU", "COURSE_PROLONGED", work.now)
        membership.end_date, membership.service_entitlement = end, "CURRENT"
    return {"course_end": end}


def offer_first_year(session: Session, membership: Membership, today: date, now: datetime) -> None:
    """A free year that follows the course without a gap; one from today where even that year would be over."""
    follows = date.fromordinal(membership.end_date.toordinal() + 1)
    start = follows if a_year_from(follows) >= today else today
    end = a_year_from(start)
    _add_period(session, membership, start, end, Y0, OFFERED, now)
    if start > today:
        membership.end_date = end
    else:
        membership.start_date, membership.end_date, membership.service_entitlement = start, end, "CURRENT"
    membership.changed_at = now


def _add_period(
    session: Session, membership: Membership, start: date, end: date, tariff: str, rule: str, now: datetime
) -> None:
    session.add(
        MembershipPeriod(
            id=uuid4(), membership_id=membership.id, order_id=None, start_date=start, end_date=end, value_date=start,
            tariff_code=tariff, rule=rule, written_at=now,
        )
    )  # fmt: skip


def _register_diploma(session: Session, person_id: UUID, year: int) -> None:
    """The course that was followed is a diploma that the register knows."""
    person = people.get(session, person_id)
    if person is None or not person.diplomas:
        return
    diploma: Diploma = person.diplomas[-1]
    diploma.verified, diploma.promotion_year = "REGISTRY", year or diploma.promotion_year


def _membership(work: ServiceWork) -> Membership:
    membership = memberships.of(work.session, uuid(work.variables, "person_id"))
    if membership is None:
        raise WorkFailed("the membership of this student is not there", again=False)
    return membership


def _today(work: ServiceWork) -> date:
    return local_day(work.now, work.engine.settings.zone)
