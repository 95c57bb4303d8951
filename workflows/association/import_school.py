"""The school's two files: entrants in September, who are invited, and graduates, whose membership becomes a graduate's.

Entrants are imported as people are (`people_import`), with their course; each one who is no member yet begins a case of
`membership_student`. Graduates must be known; each one tells the case that waits for it. The same file again tells
nobody twice. Source: domain §P1.2.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import commands
from engine.assignment import Actor
from engine.engine import Engine
from workflows.association import applications, figures, import_journal, live_cases, memberships
from workflows.association.applications import Application
from workflows.association.case_variables import local_day
from workflows.association.import_lines import Line, Sheet
from workflows.association.import_log import RecordImport
from workflows.association.import_matching import Known, KnownPeople
from workflows.association.import_sheets import Rejected
from workflows.association.people import Person

LISTED, GRADUATED = "student_listed", "graduation_listed"
PROCESS: Final = "membership_student"


def invite(session: Session, engine: Engine, sheet: Sheet, today: date, *, by: Actor) -> int:
    """Begins a case for every entrant of a file that was imported; answers how many. Members are not invited.

    A line without birth date, course or address cannot be invited: it is imported, and that is all.
    """
    invited = 0
    for line, person_id in _people(session, sheet):
        complete = line.birth_date is not None and line.diploma is not None and line.email is not None
        ahead = line.diploma is not None and line.diploma[1] >= today.year
        if not complete or not ahead or memberships.of(session, person_id) is not None:
            continue
        told = commands.correlate_message(
            session, engine, LISTED, str(person_id), {"person_id": str(person_id)}, source="school",
            message_id=f"{LISTED} {person_id}", by=by,
        )  # fmt: skip
        invited += len(told.started)
    return invited


def graduate(
    session: Session, engine: Engine, sheet: Sheet, *, by: Actor, dry_run: bool = False
) -> tuple[int, Sequence[Rejected]]:
    """Tells of every graduate of a file; answers how many, and the lines of people whom nobody knows."""
    known, told = KnownPeople.load(session), 0
    kept = figures.days(session, "SCHOOL_WORD", local_day(engine.clock.now(), engine.settings.zone))
    rejected = list(sheet.rejected)
    for line in sheet.lines:
        found = known.find(line)
        if not isinstance(found, Known) or line.diploma is None:
            rejected.append(found if isinstance(found, Rejected) else Rejected(line.number, _missing(line), {}))
            continue
        told += 1
        if not dry_run:
            variables = {"person_id": str(found.person_id), "graduation_year": line.diploma[1]}
            commands.correlate_message(
                session, engine, GRADUATED, str(found.person_id), variables, source="school",
                message_id=f"{GRADUATED} {found.person_id} {line.diploma[1]}", ttl=kept, by=by,
            )  # fmt: skip
    return told, sorted(rejected, key=lambda each: each.line)


def withdraw(session: Session, engine: Engine, import_id: UUID, *, by: Actor) -> None:
    """Takes a file of entrants back: invitations that nobody answered are canceled, then the people go.

    Raises NotFound, ImportUsed where somebody has answered.
    """
    brought = session.get(RecordImport, import_id)
    listed = session.scalars(select(Person.id).where(Person.import_id == import_id)).all() if brought else []
    for person_id in listed:
        asked = select(Application).where(
            Application.match_person_id == person_id, Application.source == "IMPORT",
            Application.email_verified_at.is_(None), Application.person_id.is_(None),
        )  # fmt: skip
        unanswered = session.scalars(asked).all()
        for case in live_cases.of_person(session, person_id) if unanswered else ():
            if case.process_id == PROCESS:
                commands.cancel(session, engine, case.id, by=by, reason="the file of entrants was taken back")
        for application in unanswered:
            applications.purge(session, application)
    session.flush()
    import_journal.undo(session, import_id, now=engine.clock.now())


def _people(session: Session, sheet: Sheet) -> Iterator[tuple[Line, UUID]]:
    known = KnownPeople.load(session)
    for line in sheet.lines:
        found = known.find(line)
        if isinstance(found, Known):
            yield line, found.person_id


def _missing(line: Line) -> str:
    return "half_diploma" if line.diploma is None else "person_unknown"
