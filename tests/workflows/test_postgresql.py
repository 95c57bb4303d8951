"""The association on PostgreSQL: loaded, its applications run for forty days, an import taken back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

import workflows
from engine import commands
from engine.assignment import SYSTEM
from engine.clock import VirtualClock
from engine.engine import Engine
from engine.transaction import reading, transaction
from tests.fixtures.office import NOON, Letterbox, Office
from tests.postgres import PostgresServer
from workflows.association import demo, import_journal, import_lines, people, people_import
from workflows.association.registry import registry
from workflows.association.settings import Association

CSV = "Prénoms;Nom;Date de naissance;E-mail\nZélie;Yvain;01/02/1980;zelie@boite.example".encode()


@pytest.mark.postgresql
def test_the_association_works_on_postgresql(postgres_server: PostgresServer, migrated_postgres: str) -> None:
    url = postgres_server.create_database("association", template=migrated_postgres)
    clock, letterbox = VirtualClock(NOON), Letterbox()
    association = Association(transport=letterbox)
    with Engine.open(url, clock=clock, registry=registry(association)) as engine:
        with transaction(engine) as session:
            demo.load(session, today=date(2026, 11, 23))
            for resources in workflows.definitions().values():
                commands.deploy(session, engine, resources, by=SYSTEM)
        assert demo.begin_cases(engine) == 15
        office = Office(engine, clock, letterbox, association)
        office.later(timedelta(days=40))
        assert office.incidents() == []
        assert {mail.state for mail in office.mails()} == {"SENT"}
        with transaction(engine) as session:
            planned = people_import.plan(session, import_lines.read(CSV))
            brought = import_journal.carry_out(session, planned, by="person:clerk", now=clock.now())
            assert people.person_by_email(session, "zelie@boite.example") is not None
        with transaction(engine) as session:
            import_journal.undo(session, brought, now=clock.now())
        with reading(engine) as session:
            assert people.person_by_email(session, "zelie@boite.example") is None
