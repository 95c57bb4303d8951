"""Importing people: what is recognised, what is rejected and why, and that an undo leaves nothing."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.transaction import reading, transaction
from tests.fixtures.office import Office
from workflows.association import import_journal, people_import, roles
from workflows.association.consents import ConsentEvent
from workflows.association.contacts import Email
from workflows.association.diplomas import Diploma
from workflows.association.import_columns import COLUMNS, column_of
from workflows.association.import_lines import Sheet, SheetRefused, read
from workflows.association.import_wording import REASONS, reason
from workflows.association.people import Person
from workflows.association.privacy import requests

HEAD = "Civilité;Prénoms;Nom;Date de naissance;E-mail;Programme;Promotion;Fonction"
AMBRE = "Mme;Ambre;DELAUNAY;04/03/1990;ambre@boite.example;PGE;2013;Auditrice"


def sheet(*lines: str, encoding: str = "utf-8") -> Sheet:
    return read("\n".join([HEAD, *lines]).encode(encoding), name="people.csv")


def reasons(found: Sheet) -> list[tuple[int, str]]:
    return [(each.line, each.code) for each in found.rejected]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("separator", [";", ","])
def test_encodings_and_separators_are_recognised(encoding: str, separator: str) -> None:
    text = "\r\n".join([HEAD, AMBRE.replace("Auditrice", "Chargée d'études")]).replace(";", separator)
    found = read(text.encode(encoding), name="x.csv")
    assert found.separator == separator
    assert found.lines[0].values["position"] == "Chargée d'études"
    assert found.lines[0].values["birth_name"] == "Delaunay"
    assert found.lines[0].diploma == ("PGE", 2013)


@pytest.mark.parametrize("written", ["04/03/1990", "4/3/1990", "1990-03-04", "04.03.1990"])
def test_two_date_formats(written: str) -> None:
    assert sheet(AMBRE.replace("04/03/1990", written)).lines[0].birth_date == date(1990, 3, 4)


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_every_day_is_read_alike_in_both_formats(day: date) -> None:
    french, iso = day.strftime("%d/%m/") + f"{day.year:04}", day.isoformat()
    assert COLUMNS["birth_date"].read(french) == COLUMNS["birth_date"].read(iso) == day


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("Mme;Ambre;Delaunay;31/02/1990;a@b.example;PGE;2013;", "date"),
        ("Mme;Ambre;Delaunay;04/03/90;a@b.example;PGE;2013;", "date"),
        ("Mme;Ambre;Delaunay;04/03/1990;ambre(at)b.example;PGE;2013;", "email"),
        ("Mme;Ambre;Delaunay;04/03/1990;a@b.example;PGE;13;", "year"),
        ("Mme;Ambre;Delaunay;04/03/1990;a@b.example;BTS;2013;", "programme"),
        ("Mme;Ambre;Delaunay;04/03/1990;a@b.example;PGE;;", "half_diploma"),
        ("Mme;;Delaunay;04/03/1990;a@b.example;PGE;2013;", "missing"),
        ("Mme;Ambre;=cmd();04/03/1990;a@b.example;PGE;2013;", "name"),
        ("Mme;Ambre;Delaunay", "columns"),
        ("Mme;Ambre;Delaunay;04/03/1990;a@b.example;PGE;2013;" + "x" * 2000, "too_long"),
        ("Mme;Ambre;Marie;Delaunay;04/03/1990;a@b.example;PGE;2013", "shifted_right"),
        ("Mme;Ambre;Delaunay;a@b.example;PGE;2013;Auditrice;", "shifted_left"),
        ("Mme;Ambre;Marie;Delaunay;04/03/1990;a@b.example;PGE;2013;Auditrice", "shifted_right"),
    ],
)  # fmt: skip
def test_a_wrong_line_is_reported_with_number_and_reason(line: str, code: str) -> None:
    found = sheet(AMBRE, line)
    assert reasons(found) == [(3, code)]
    assert [each.number for each in found.lines] == [2]
    assert all(reason(found.rejected[0], language) for language in ("fr", "en"))


def test_reasons_are_worded_in_both_languages() -> None:
    assert all(set(words) == {"fr", "en"} for words in REASONS.values())


def test_line_numbers_count_physical_lines() -> None:
    found = sheet('Mme;Ambre;Delaunay;04/03/1990;a@b.example;PGE;2013;"two\nlines"', "", "Mme;;X;;;;;")
    assert reasons(found) == [(5, "missing")]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"a;b;c\n1;2;3",
        b"\xff\xfeP\x00",
        b"PK\x03\x04\x00\x00",
        b"\x81\x8d;x",
        'Prénoms;Nom\n"a;b'.encode(),
        b"Nom;Nom;Prenom",
    ],
)
def test_what_is_no_such_file_is_refused(body: bytes) -> None:
    with pytest.raises(SheetRefused):
        read(body)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    try:
        read(HEAD.encode() + b"\n" + body)
    except SheetRefused as refused:
        assert refused.message


def test_headings_are_recognised_without_accents_and_case() -> None:
    assert column_of("PRENOM") == column_of("Prénoms ") == "first_names"
    assert column_of("N° de membre") == "member_no"
    assert column_of("Signe astral") == ""


def bring_in(office: Office, found: Sheet) -> UUID:
    with transaction(office.engine) as session:
        planned = people_import.plan(session, found)
        return import_journal.carry_out(session, planned, by="person:clerk", now=office.clock.now())


def state(session: Session) -> tuple[object, ...]:
    people = session.execute(select(Person.first_names, Person.birth_name, Person.position, Person.search_name)).all()
    counts = [session.scalar(select(func.count()).select_from(model)) for model in (Email, Diploma)]
    return sorted(map(tuple, people)), counts


def test_a_dry_run_shows_what_would_change_and_writes_nothing(office: Office) -> None:
    bring_in(office, sheet(AMBRE))
    changed = sheet(AMBRE.replace("Auditrice", "Directrice"), "M;Basile;Aubin;1992-01-05;;PGE;2015;")
    with transaction(office.engine) as session:
        before = state(session)
        planned = people_import.plan(session, changed)
        assert [dict(change.fields) for change in planned.changed] == [{"position": ("Auditrice", "Directrice")}]
        assert [line.number for line in planned.added] == [3]
        assert planned.seen == 2
        assert state(session) == before


def test_the_same_file_again_changes_nothing(office: Office) -> None:
    bring_in(office, sheet(AMBRE))
    with reading(office.engine) as session:
        planned = people_import.plan(session, sheet(AMBRE))
    assert (planned.added, planned.changed, planned.unchanged) == ((), (), 1)


@pytest.mark.parametrize("line", [AMBRE, AMBRE.replace("ambre@", "autre@"), AMBRE.replace("04/03/1990", "05/03/1990")])
def test_whoever_was_erased_does_not_come_back_by_an_old_file(office: Office, line: str) -> None:
    bring_in(office, sheet(AMBRE))
    key = office.association.erasure_key
    with reading(office.engine) as session:
        [person_id] = session.scalars(select(Person.id).where(Person.birth_name.ilike("delaunay")))
    requests.erase_now(office.engine, office.association, person_id)
    with reading(office.engine) as session:
        planned = people_import.plan(
            session, sheet(line, AMBRE.replace("Ambre", "Basile").replace("ambre@", "b@")), key
        )
    assert [(each.line, each.code) for each in planned.rejected] == [(2, "erased")]
    assert len(planned.added) == 1


def test_an_empty_cell_leaves_what_is_known(office: Office) -> None:
    bring_in(office, sheet(AMBRE))
    with reading(office.engine) as session:
        planned = people_import.plan(session, sheet(AMBRE.replace("Auditrice", "")))
    assert planned.changed == ()


def test_the_same_person_twice_in_a_file_goes_in_once(office: Office) -> None:
    with reading(office.engine) as session:
        planned = people_import.plan(session, sheet(AMBRE, AMBRE))
    assert len(planned.added) == 1
    assert [(each.line, each.code, each.params["first"]) for each in planned.rejected] == [(3, "twice", 2)]


def test_an_undo_takes_back_a_whole_import(office: Office) -> None:
    bring_in(office, sheet(AMBRE))
    with reading(office.engine) as session:
        before = state(session)
    lines = [
        AMBRE.replace("Auditrice", "Directrice").replace("2013", "2014"),
        "M;Basile;Aubin;1992-01-05;b@b.example;PGE;2015;",
    ]
    second = bring_in(office, sheet(*lines))
    with reading(office.engine) as session:
        assert state(session) != before
    for _ in range(2):
        with transaction(office.engine) as session:
            import_journal.undo(session, second, now=office.clock.now())
    with reading(office.engine) as session:
        assert state(session) == before


def test_an_import_in_use_is_not_undone(office: Office) -> None:
    brought = bring_in(office, sheet(AMBRE))
    with transaction(office.engine) as session:
        person = session.scalars(select(Person)).one()
        roles.grant(session, person.id, "MENTOR", from_date=date(2026, 1, 1))
    with transaction(office.engine) as session, pytest.raises(import_journal.ImportUsed) as refused:
        import_journal.undo(session, brought, now=office.clock.now())
    assert refused.value.params["count"] == 1


def test_what_anything_refers_to_is_not_taken_back(office: Office) -> None:
    brought = bring_in(office, sheet(AMBRE))
    with transaction(office.engine) as session:
        person = session.scalars(select(Person)).one()
        session.add(
            ConsentEvent(
                person_id=person.id, key="sms_reminders", value="YES", at=office.clock.now(), source="PROFILE",
                text_version="1",
            )
        )  # fmt: skip
    with transaction(office.engine) as session, pytest.raises(import_journal.ImportUsed) as refused:
        import_journal.undo(session, brought, now=office.clock.now())
    assert refused.value.params["count"] == 1
    with reading(office.engine) as session:
        assert len(session.scalars(select(Email)).all()) == 1, "nothing went"


@pytest.mark.parametrize("corrected", ["person", "contact"])
def test_an_undo_loses_nothing_that_somebody_corrected_since(office: Office, corrected: str) -> None:
    bring_in(office, sheet(AMBRE))
    second = bring_in(office, sheet(AMBRE.replace("Auditrice", "Directrice").replace("ambre@", "neuve@")))
    with transaction(office.engine) as session:
        person = session.scalars(select(Person)).one()
        if corrected == "person":
            person.position = "Présidente"
        else:
            added = session.scalars(select(Email).order_by(Email.rank.desc())).first()
            assert added is not None
            added.address = added.folded = "mieux@example.org"
    with reading(office.engine) as session:
        before = state(session)
    with transaction(office.engine) as session, pytest.raises(import_journal.ImportUsed) as refused:
        import_journal.undo(session, second, now=office.clock.now())
    assert refused.value.params["count"] == 1
    with reading(office.engine) as session:
        assert state(session) == before
