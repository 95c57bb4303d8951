"""Every released schema goes forward to the newest with its data, on both databases."""

from __future__ import annotations

import datetime
import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy
from sqlalchemy import CHAR, Column, MetaData, Table, func, insert, select, types

from engine.database import connect
from engine.transaction import reading
from tests.fixtures.installations import Install
from webapp import database
from workflows.association.parameters import ParameterEvent, ParameterRow

RELEASED = ("0001", "0003")  # the schemas of released versions
MOMENT = datetime.datetime(2026, 11, 27, 12, 0, tzinfo=datetime.UTC)
TOLD = {  # what a constraint of the schema asks for
    ("", "lang"): "fr",
    ("", "language"): "fr",
    ("sales_order_line", "kind"): "DUES",
    ("sales_order_line", "beneficiary"): "ASSOCIATION",
    ("mandate", "kind"): "RCUR",
    ("mandate", "signed_by"): "import",
    ("peer_request", "answer"): "YES",
    ("committee_vote", "confirmed_by"): "person:second",
    ("guardian_consent", "answer"): "YES",
    ("renewal", "state"): "RUNNING",
    ("suspension", "cause"): "UNPAID",
    ("donor", "kind"): "INDIVIDUAL",
    ("tax_receipt", "kind"): "RECEIPT",
}
CROSSED = {("mentorship", "mentee_id")}  # of two columns that must differ, the one that points at the other row
Rows = dict[str, list[Mapping[str, Any]]]


def value_of(column: Column[Any], number: int, sqlite: bool) -> object:
    """Some value of the column's type, another one for each number."""
    kind = column.type
    told = TOLD.get((column.table.name, column.name)) or TOLD.get(("", column.name))
    if told is not None:
        return told
    if isinstance(kind, CHAR) and kind.length == 32:
        return UUID(int=number).hex
    if isinstance(kind, types.Uuid):
        return UUID(int=number)
    if isinstance(kind, types.Boolean):
        return number % 2 == 0
    if isinstance(kind, types.DateTime):
        at = MOMENT + datetime.timedelta(hours=number)
        return at.replace(tzinfo=None) if sqlite else at
    if isinstance(kind, types.Time):
        return datetime.time(9, number)
    if isinstance(kind, types.Date):
        return datetime.date(2026, 1, 1) + datetime.timedelta(days=number)
    if isinstance(kind, types.JSON):
        return {"number": number, "text": "é"}
    if isinstance(kind, types.LargeBinary):
        return bytes([0, 255, number])
    if isinstance(kind, types.Integer):
        return number
    if isinstance(kind, types.Numeric):
        return Decimal(number) / 4
    text = f"{number} été, l’automne"
    return text[: kind.length] if isinstance(kind, types.String) and kind.length else text


def fill(connection: sqlalchemy.Connection, sqlite: bool) -> Rows:
    """Two rows in every table, each pointing at rows that are there; answers them as they are read."""
    known, found = MetaData(), Rows()
    known.reflect(connection)
    for table in known.sorted_tables:
        if table.name == "alembic_version":
            continue
        begun = connection.scalar(select(func.count()).select_from(table))  # a migration wrote what stands there
        for number in () if begun else (1, 2):
            connection.execute(insert(table).values(row_of(table, number, found, sqlite)))
        found[table.name] = [dict(row._mapping) for row in connection.execute(select(table))]
    return found


def row_of(table: Table, number: int, found: Rows, sqlite: bool) -> dict[str, object]:
    row = {column.name: value_of(column, number, sqlite) for column in table.columns if column.computed is None}
    for key in table.foreign_keys:
        parents = found.get(key.column.table.name)
        other = (table.name, key.parent.name) in CROSSED
        row[key.parent.name] = parents[(-number if other else number - 1)][key.column.name] if parents else None
    return row


def to_sign(connection: sqlalchemy.Connection, before: Rows) -> None:
    """The first task is an agreement that was opened before its diagram said that it is signed in person."""
    known = MetaData()
    known.reflect(connection, only=["user_task", "process_definition"])
    drawn, asked = dict(before["process_definition"][0]), dict(before["user_task"][0])
    changes = {
        "process_definition": (drawn, {"process_id": "mentorship"}),
        "user_task": (asked, {"state": "created", "element": "sign_agreement", "definition_id": drawn["id"]}),
    }
    for name, (row, changed) in changes.items():
        table = known.tables[name]
        connection.execute(table.update().where(table.c.id == row["id"]).values(changed))
        before[name][0] = row | changed
    signed = {**asked["properties"], "task.personal": "signature"}
    before["user_task"][0] = {**before["user_task"][0], "properties": signed}


def with_events(connection: sqlalchemy.Connection, before: Rows) -> None:
    """Two events with their dates, lines and permits, which the released versions did not know: rows that refer to each
    other. What the organiser says is said of the event."""
    known, found = MetaData(), dict(before)
    known.reflect(connection)
    wanted = ("association_event", "event_line", "event_permit")
    for table in (each for each in known.sorted_tables if each.name in wanted):
        for number in (1, 2):
            row = row_of(table, number, found, connection.dialect.name == "sqlite") | {"notice_date_id": None}
            connection.execute(insert(table).values({name: row[name] for name in row if name in table.columns}))
        found[table.name] = [dict(row._mapping) for row in connection.execute(select(table))]
        before[table.name] = found[table.name]


def named_in_the_end(connection: sqlalchemy.Connection, before: Rows) -> str:
    """The first case has ended, and named a person in its last step, of which the index of the time knew nothing.

    Answers the person's id, in the letters in which a diagram wrote it."""
    case, person = dict(before["process_instance"][0]), "5F0C3A52-1D5E-4B7C-9A10-3F6C2E8B7A44"
    changed = {"state": json.dumps({"codec": 1, "tokens": [{"v": {"person_id": person, "amount": {"n": "5"}}}]})}
    known = MetaData()
    known.reflect(connection, only=["process_instance"])
    table = known.tables["process_instance"]
    connection.execute(table.update().where(table.c.id == case["id"]).values(changed))
    before["process_instance"][0] = case | changed
    database.upgrade_to(connection, "0074")
    with_events(connection, before)
    known.reflect(connection, only=["case_term"])
    terms = known.tables["case_term"]
    connection.execute(terms.delete().where(terms.c.term.startswith("@")))
    return person


MOVED = {  # columns that are gone, and where what they said is said now
    ("mail", "transactional"): "kind",
    ("association_event", "notice"): "event_notice.text",
    ("association_event", "notice_date_id"): "event_notice.appointment_id",
}


@pytest.mark.parametrize("released", RELEASED)
def test_data_of_a_released_version_goes_forward(install: Install, released: str) -> None:
    it = install(f"from{released}", migrate=False)
    sqlite = it.engine.database.dialect.name == "sqlite"
    with it.engine.database.begin() as connection:
        database.upgrade_to(connection, released)
        before = fill(connection, sqlite)
        to_sign(connection, before)
        person = named_in_the_end(connection, before)
    assert sum(map(len, before.values())) > 60
    assert database.upgrade(it.engine.database)
    assert database.differences(it.engine.database) == []
    known = MetaData()
    with it.engine.database.connect() as connection:
        known.reflect(connection)
        tariffs = before.pop("dues_tariff")
        moved = connection.execute(select(known.tables["parameter_row"])).mappings().all()
        assert {(row["table_name"], row["key"], row["data"]["amount"], row["valid_from"]) for row in moved} == {
            ("dues_tariff", row["code"], f"{row['amount']:.2f}", row["valid_from"]) for row in tariffs
        }
        found = select(known.tables["case_term"].c.instance_id).where(
            known.tables["case_term"].c.term == f"@{person.lower()}"
        )
        assert connection.scalars(found).all() == [before["process_instance"][0]["id"]]
        used = connection.scalars(select(known.tables["mandate"].c.used_on)).all()
        assert None not in used, "a mandate that was brought along lapses by no day that nobody kept"
        notices = connection.execute(select(known.tables["event_notice"].c["event_id", "text", "appointment_id"])).all()
        events = before["association_event"]
        assert {tuple(each) for each in notices} == {(each["id"], each["notice"], None) for each in events}
        for name, rows in before.items():
            table = known.tables[name]
            kept = [column for column in table.columns if column.name in rows[0]]
            after = [dict(row._mapping) for row in connection.execute(select(*kept))]
            names = [column.name for column in kept]
            assert sorted(after, key=repr) == sorted(({each: row[each] for each in names} for row in rows), key=repr), (
                name
            )
            lost = {column for column in rows[0] if column not in names and (name, column) not in MOVED}
            assert lost == set(), f"{name} lost a column: say in MOVED where its data went"
        if sqlite:
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []


def test_tables_that_others_refer_to_are_changed_with_their_rows(install: Install) -> None:
    """What came since the released versions too: SQLite makes a changed table anew, and drops the former one."""
    it = install("from0080", migrate=False)
    with it.engine.database.begin() as connection:
        database.upgrade_to(connection, "0080")
        before = fill(connection, it.engine.database.dialect.name == "sqlite")
    assert database.upgrade(it.engine.database)
    assert database.differences(it.engine.database) == []
    known = MetaData()
    with it.engine.database.connect() as connection:
        known.reflect(connection)
        for name, rows in before.items():
            assert connection.scalar(select(func.count()).select_from(known.tables[name])) == len(rows), name


def test_a_delay_that_was_decided_in_other_days_is_not_read_in_working_days(install: Install) -> None:
    """`gift_delay`: what an installation has of two former keys stays on record, and is withdrawn."""
    it = install("from0095", migrate=False)
    row = {
        "label_fr": "Reçu corrigé", "label_en": "Corrected receipt", "data": json.dumps({"days": "7"}),
        "decided_by": "", "valid_from": "0001-01-01", "decided_on": "2026-11-01", "applies_to_running": False, "rev": 1,
    }  # fmt: skip
    with it.engine.database.begin() as connection:
        database.upgrade_to(connection, "0095")
        known = MetaData()
        known.reflect(connection, only=["parameter_row"])
        kept = known.tables["parameter_row"]
        days = {name: datetime.date.fromisoformat(str(row[name])) for name in ("valid_from", "decided_on")}
        for number, (table, key) in enumerate(
            (("gift_delay", "REISSUE"), ("gift_delay", "RECEIPT"), ("gift_delay", "IMPACT"), ("other", "RECEIPT"))
        ):
            id_ = value_of(kept.c.id, number + 1, it.engine.database.dialect.name == "sqlite")
            connection.execute(insert(kept).values({**row, **days, "id": id_, "table_name": table, "key": key}))
    database.upgrade(it.engine.database)
    with reading(it.engine) as session:
        rows = session.scalars(select(ParameterRow).where(ParameterRow.decided_on == days["decided_on"])).all()
        withdrawn = {(each.table, each.key) for each in rows if each.withdrawn_at is not None}
        told = session.scalars(select(ParameterEvent.kind)).all()
    assert withdrawn == {("gift_delay", "REISSUE"), ("gift_delay", "RECEIPT")} and told.count("withdrawn") == 2


CHECKIN, SILENCE, PERSON = "CHECKIN", "CHECKIN_SILENCE", "person:1"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ([(CHECKIN, "14", PERSON), (SILENCE, "10", "system")], {(SILENCE, "14")}),
        ([(CHECKIN, "14", PERSON)], {(SILENCE, "14")}),
        ([(CHECKIN, "7", "system"), (SILENCE, "10", "system")], {(SILENCE, "10")}),
        ([(CHECKIN, "14", PERSON), (SILENCE, "12", PERSON)], {(SILENCE, "12")}),
    ],
    ids=["decided-before", "decided-alone", "delivered", "decided-anew"],
)
def test_a_decided_wait_for_a_check_in_goes_on_under_its_new_key(
    install: Install, written: list[tuple[str, str, str]], read: set[tuple[str, str]]
) -> None:
    it = install("from0098", migrate=False)
    with it.engine.database.begin() as connection:
        database.upgrade_to(connection, "0098")
        known, sqlite = MetaData(), it.engine.database.dialect.name == "sqlite"
        known.reflect(connection, only=["parameter_row", "parameter_event"])
        rows, events = known.tables["parameter_row"], known.tables["parameter_event"]
        for number, (key, days, by) in enumerate(written, 1):
            id_ = value_of(rows.c.id, number, sqlite)
            told = {"id": id_, "table_name": "mentoring_delay", "key": key, "data": {"days": days}, "valid_to": None}
            connection.execute(insert(rows).values(row_of(rows, number, {}, sqlite) | told | {"withdrawn_at": None}))
            event = {"kind": "decided", "by": by, "row_id": id_}
            connection.execute(insert(events).values(row_of(events, number, {}, sqlite) | event))
    database.upgrade(it.engine.database)
    with reading(it.engine) as session:
        found = session.scalars(select(ParameterRow).where(ParameterRow.withdrawn_at.is_(None))).all()
        assert {(each.key, each.data["days"]) for each in found} == read and len(found) == 1
        kinds = session.scalars(select(ParameterEvent.kind)).all()
    assert kinds.count("withdrawn") == len(written) - 1


def test_rows_that_refer_to_nothing_stop_a_migration_of_sqlite_and_change_nothing(tmp_path: Path) -> None:
    opened = connect(f"sqlite:///{tmp_path / 'broken.db'}")
    with opened.begin() as connection:
        database.upgrade_to(connection, "0080")
        before = fill(connection, sqlite=True)
    with closing(sqlite3.connect(tmp_path / "broken.db")) as driver:
        driver.execute("DELETE FROM cohort")
        driver.commit()
    with pytest.raises(database.BrokenKeys, match="Nothing was changed") as refused:
        database.upgrade(opened)
    assert refused.value.params["other"] == "cohort"
    assert database.revision(opened) == "0080"
    with opened.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        assert connection.exec_driver_sql("SELECT count(*) FROM cohort_seat").scalar() == len(before["cohort_seat"])
