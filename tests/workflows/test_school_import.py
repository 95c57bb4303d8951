"""The school's files: entrants are invited once, graduates tell their case; a file can be taken back."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from engine.assignment import SYSTEM, Actor
from engine.models import ProcessInstance
from engine.transaction import reading, transaction
from tests.fixtures.office import Office
from tests.steps.mails import sent
from workflows.association import import_journal, import_lines, import_school, people_import
from workflows.association.applications import Application
from workflows.association.import_lines import Sheet
from workflows.association.import_log import ImportUsed, RecordImport
from workflows.association.people import Person

HEAD = "Prénoms;Nom;Date de naissance;E-mail;Programme;Promotion"
INES = "Inès;CARPENTIER;02/05/2007;ines@ecole.example;PGE;2029"
WEI = "Wei 伟;LI 李;03/06/2006;wei@ecole.example;MSC;2028"


def sheet(*lines: str) -> Sheet:
    return import_lines.read("\n".join([HEAD, *lines]).encode("utf-8-sig"), name="rentree.csv")


def bring(office: Office, found: Sheet) -> tuple[RecordImport, int]:
    now = office.clock.now()
    with transaction(office.engine) as session:
        planned = people_import.plan(session, found)
        assert planned.rejected == ()
        made = import_journal.carry_out(session, planned, by="test", now=now)
        invited = import_school.invite(session, office.engine, found, now.date(), by=SYSTEM)
    office.run()
    with reading(office.engine) as session:
        return session.get_one(RecordImport, made), invited


def cases(office: Office) -> list[str]:
    with reading(office.engine) as session:
        query = select(ProcessInstance.status).where(ProcessInstance.process_id == "membership_student")
        return list(session.scalars(query))


def test_entrants_are_invited_once(office: Office) -> None:
    found = sheet(INES, WEI, "Zoé;Ancel;05/05/1990;zoe@ecole.example;PGE;2013", "Max;Brun;06/06/2006;;PGE;2029")
    assert bring(office, found)[1] == 2
    assert bring(office, found)[1] == 0
    assert cases(office) == ["active", "active"]
    assert sent(office, "student_invitation") == 2
    with reading(office.engine) as session:
        assert {each.display_name for each in session.scalars(select(Application))} == {
            "Inès Carpentier",
            "Wei 伟 Li 李",
        }


def test_a_file_is_taken_back_with_its_invitations(office: Office) -> None:
    done, _ = bring(office, sheet(INES))
    with transaction(office.engine) as session:
        import_school.withdraw(session, office.engine, done.id, by=SYSTEM)
    assert cases(office) == ["canceled"]
    with reading(office.engine) as session:
        assert session.scalars(select(Person)).all() == session.scalars(select(Application)).all() == []


def test_whoever_answered_stays(office: Office) -> None:
    done, _ = bring(office, sheet(INES))
    with reading(office.engine) as session:
        application = session.scalars(select(Application)).one()
        office.instance_id = session.scalars(select(ProcessInstance.id)).one()
    with transaction(office.engine) as session:
        session.get_one(Application, application.id).email_verified_at = office.clock.now()
    office.complete("complete_entry", Actor(application.actor, "Inès"), {}, {"applicant.country": "FR"})
    with pytest.raises(ImportUsed), transaction(office.engine) as session:
        import_school.withdraw(session, office.engine, done.id, by=SYSTEM)


def test_graduates_must_be_known(office: Office) -> None:
    bring(office, sheet(INES))
    with transaction(office.engine) as session:
        told, rejected = import_school.graduate(session, office.engine, sheet(INES, WEI), by=SYSTEM)
    assert (told, [(each.line, each.code) for each in rejected]) == (1, [(3, "person_unknown")])
