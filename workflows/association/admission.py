"""Service tasks that open and close an application, and that make a person of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from uuid import uuid4

from sqlalchemy.orm import Session

from engine.registry import ServiceWork, service_task
from workflows.association import applications, people, proofs, received_mails
from workflows.association.applications import Application
from workflows.association.case_variables import local_day, text, uuid
from workflows.association.contacts import Address, Phone, email_row
from workflows.association.diplomas import Diploma
from workflows.association.people import Alias, Person
from workflows.association.verification import application_of


@service_task("application.confirm_email", results=("email_verified",))
def confirm_email(work: ServiceWork) -> Mapping[str, object]:
    """The applicant opened the link that was sent: the address is theirs."""
    application = application_of(work)
    application.email_verified_at = work.now
    return {"email_verified": True}


@service_task("application.purge", results=())
def purge(work: ServiceWork) -> None:
    """Deletes a draft whose address was never confirmed."""
    application = applications.get(work.session, uuid(work.variables, "application_id"))
    if application is not None:
        proofs.erase_soon(work.session, application, work.now)
        received_mails.forget_texts(work.session, application_id=application.id)
        applications.purge(work.session, application)


@service_task("application.refuse", results=())
def refuse(work: ServiceWork) -> None:
    """Closes an application that was refused."""
    application = application_of(work)
    applications.close(application, "REFUSED", work.now)
    proofs.erase_later(work.session, application, _today(work), work.now)


@service_task("application.abandon", results=())
def abandon(work: ServiceWork) -> None:
    """Closes an application whose applicant did not go on."""
    application = application_of(work)
    applications.close(application, "ABANDONED", work.now)
    proofs.erase_later(work.session, application, _today(work), work.now)


@service_task("application.accept", results=("person_id",))
def accept(work: ServiceWork) -> Mapping[str, object]:
    """Joins the application to the known graduate it matches, or makes a person of it; answers `person_id`."""
    application = application_of(work)
    person = _known_person(work.session, application) or _new_person(work.session, application)
    application.person_id = person.id
    application.verified = _verified(application, work.variables)
    _take_over(person, application, work.now)
    person.refresh_search_name()
    proofs.erase_later(work.session, application, _today(work), work.now)
    return {"person_id": str(person.id)}


def _today(work: ServiceWork) -> date:
    return local_day(work.now, work.engine.settings.zone)


def _known_person(session: Session, application: Application) -> Person | None:
    wanted = application.person_id or application.match_person_id
    return people.get(session, wanted) if wanted is not None else None


def _new_person(session: Session, application: Application) -> Person:
    person = Person(
        id=uuid4(),
        first_names=application.first_names,
        birth_name=application.birth_name,
        usage_name=application.usage_name,
        birth_date=application.birth_date,
        watched=False,
    )
    session.add(person)
    session.flush()  # the application's foreign key needs the row
    return person


def _take_over(person: Person, application: Application, now: datetime) -> None:
    """The applicant knows best how to be called and reached; the register knows best name at birth and diplomas."""
    if application.usage_name and application.usage_name != person.usage_name:
        if person.usage_name:
            person.aliases.append(Alias(id=uuid4(), person_id=person.id, kind="NAME", value=person.usage_name))
        person.usage_name = application.usage_name
    for field in ("lang", "country", "situation"):
        setattr(person, field, getattr(application, field))
    for field in ("employer", "position", "birth_date"):
        setattr(person, field, getattr(application, field) or getattr(person, field))
    if application.civility != "NONE":
        person.civility = application.civility
    _take_over_email(person, application, now)
    if application.phone and application.phone not in {phone.number for phone in person.phones}:
        person.phones.append(Phone(id=uuid4(), person_id=person.id, number=application.phone, rank=len(person.phones)))
    take_over_address(person, application)
    _take_over_diploma(person, application)


def _take_over_email(person: Person, application: Application, now: datetime) -> None:
    """The verified address becomes the primary one."""
    known = {email.folded: email for email in person.emails}
    mine = known.get(application.email.casefold())
    for email in person.emails:
        email.is_primary, email.rank = False, email.rank + 1
    if mine is None:
        mine = email_row(person.id, application.email)
        person.emails.append(mine)
    mine.is_primary, mine.rank = True, 0
    mine.verified_at, mine.bounce_state = application.email_verified_at or now, "NONE"


def take_over_address(person: Person, application: Application) -> None:
    """The postal address of the application, where it is given in full, takes the place of the former one; who
    applies lives in the country of the application, wherever the post is to go."""
    if application.address_lines and application.city:
        person.country = application.country
        person.addresses[:] = [
            Address(
                id=uuid4(),
                person_id=person.id,
                lines=application.address_lines,
                postcode=application.postcode or "",
                city=application.city,
                country=application.address_country or application.country,
            )
        ]


def _take_over_diploma(person: Person, application: Application) -> None:
    if application.programme is None or application.promotion_year is None:
        return
    for diploma in person.diplomas:
        if (diploma.programme, diploma.promotion_year) == (application.programme, application.promotion_year):
            diploma.verified = diploma.verified if diploma.verified == "REGISTRY" else application.verified
            return
    person.diplomas.append(
        Diploma(
            id=uuid4(),
            person_id=person.id,
            programme=application.programme,
            promotion_year=application.promotion_year,
            verified=application.verified,
        )
    )


def _verified(application: Application, variables: Mapping[str, object]) -> str:
    """REGISTRY, PROOF, PEER or NO: what a person answered, else what the way of the verification says."""
    answered = text(variables, "diploma_verified")
    if answered:
        return answered
    if application.match_person_id is not None:
        return "REGISTRY"
    if application.proof_files:
        return "PROOF"
    verification = variables.get("verification")
    asked = verification.get("route") if isinstance(verification, Mapping) else None
    return "REGISTRY" if asked in {"REGISTRAR", "PROOF_THEN_REGISTRAR"} else "NO"
