"""Carrying out an import, and undoing it as a whole: bulk statements in the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import delete, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.models import Base
from workflows.association.applications import Application
from workflows.association.contacts import Address, Email, Phone
from workflows.association.diplomas import Diploma
from workflows.association.import_lines import Line
from workflows.association.import_log import PEOPLE, ImportUsed, RecordImport
from workflows.association.import_matching import COMPARED
from workflows.association.import_undo import by_table, marks, referring, undo_records
from workflows.association.memberships import Membership
from workflows.association.name_words import PersonWord, rows_of
from workflows.association.people import Person, searchable
from workflows.association.people_import import Change, Plan
from workflows.association.roles import RoleHolding

CHUNK = 5_000


def carry_out(session: Session, planned: Plan, *, by: str, now: datetime) -> UUID:
    """Writes a plan in bulk, in the caller's transaction, and answers the import's id, by which it can be undone."""
    import_id = uuid4()
    contacts: list[dict[str, str]] = []
    for start in range(0, len(planned.added), CHUNK):
        _add_people(session, planned.added[start : start + CHUNK], import_id)
    _change_people(session, planned.changed, contacts)
    written = marks(session, by_table(contacts))
    for contact in contacts:
        contact["mark"] = written[contact["table"], UUID(contact["id"])]
    session.add(
        RecordImport(
            id=import_id,
            name=planned.sheet.name[:200],
            digest=planned.sheet.digest,
            at=now,
            by=by,
            added=len(planned.added),
            changed=len(planned.changed),
            before=[_before(change) for change in planned.changed],
            contacts=contacts,
        )
    )
    return import_id


def _before(change: Change) -> dict[str, object]:
    fields = {name: _plain(before) for name, (before, _) in change.fields.items()}
    after = {name: _plain(now) for name, (_, now) in change.fields.items()}
    return {"person_id": str(change.person_id), "fields": fields, "after": after}


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, str) else {"date": str(value)}


def _add_people(session: Session, lines: Sequence[Line], import_id: UUID) -> None:
    rows: dict[str, list[dict[str, object]]] = {
        "person": [], "word": [], "email": [], "phone": [], "address": [], "diploma": [],
    }  # fmt: skip
    for line in lines:
        person_id = uuid4()
        values = dict.fromkeys(COMPARED) | dict(line.values)
        first, birth, usage = (str(values["first_names"]), str(values["birth_name"]), values["usage_name"])
        search_name = searchable(first, birth, str(usage) if usage else None)
        rows["person"].append(
            {
                **values,
                "civility": values["civility"] or "NONE",
                "lang": values["lang"] or "fr",
                "id": person_id,
                "watched": False,
                "import_id": import_id,
                "search_name": search_name,
            }
        )
        rows["word"] += rows_of(person_id, search_name)
        _contact_rows(rows, line, person_id)
    for model, name in (
        (Person, "person"),
        (PersonWord, "word"),
        (Email, "email"),
        (Phone, "phone"),
        (Address, "address"),
        (Diploma, "diploma"),
    ):
        if rows[name]:
            session.execute(insert(model), rows[name])


def _contact_rows(rows: Mapping[str, list[dict[str, object]]], line: Line, person_id: UUID) -> None:
    if line.email:
        rows["email"].append(_email(person_id, line.email, 0))
    if line.phone:
        rows["phone"].append({"id": uuid4(), "person_id": person_id, "number": line.phone, "rank": 0})
    for rank, (kind, value) in enumerate(line.more, start=1):
        if kind == "email":
            rows["email"].append(_email(person_id, value, rank))
        else:
            rows["phone"].append({"id": uuid4(), "person_id": person_id, "number": value, "rank": rank})
    if line.address:
        rows["address"].append({"id": uuid4(), "person_id": person_id, **line.address})
    if line.diploma:
        rows["diploma"].append(_diploma(person_id, line.diploma))


def _email(person_id: UUID, address: str, rank: int) -> dict[str, object]:
    return {
        "id": uuid4(), "person_id": person_id, "address": address, "folded": address.casefold(), "rank": rank,
        "is_primary": rank == 0, "verified_at": None, "bounce_state": "NONE",
    }  # fmt: skip


def _diploma(person_id: UUID, diploma: tuple[str, int]) -> dict[str, object]:
    programme, year = diploma
    return {
        "id": uuid4(), "person_id": person_id, "programme": programme, "promotion_year": year, "school_id": None,
        "verified": "REGISTRY",
    }  # fmt: skip


def _change_people(session: Session, changes: Iterable[Change], contacts: list[dict[str, str]]) -> None:
    rows: dict[str, list[dict[str, object]]] = {"person_email": [], "person_phone": [], "diploma": []}
    for change in changes:
        if change.fields:
            after = {name: value for name, (_, value) in change.fields.items()}
            session.execute(update(Person).where(Person.id == change.person_id).values(after))
        if change.email:
            rows["person_email"].append(_email(change.person_id, change.email, 9))
        if change.phone:
            rows["person_phone"].append(
                {"id": uuid4(), "person_id": change.person_id, "number": change.phone, "rank": 9}
            )
        if change.diploma:
            rows["diploma"].append(_diploma(change.person_id, change.diploma))
    for table, values in rows.items():
        if values:
            session.execute(insert(Base.metadata.tables[table]), values)
            contacts += [{"table": table, "id": str(value["id"])} for value in values]


def undo(session: Session, import_id: UUID, *, now: datetime) -> None:
    """Takes an import back: its people go, what it changed is as before. Once undone, again changes nothing.

    Raises NotFound; ImportUsed where somebody it brought is in use by now, or what it wrote was changed since: undone
    is the whole or nothing, and nothing that a person corrected is lost.
    """
    done = session.get(RecordImport, import_id)
    if done is None:
        raise NotFound(kind="import", id=import_id)
    if done.undone_at is not None:
        return
    if done.kind != PEOPLE:
        undo_records(session, done, now)
        return
    brought = select(Person.id).where(Person.import_id == import_id)
    used = _in_use(session, import_id) + _changed_since(session, done)
    if used:
        raise ImportUsed(count=used)
    try:
        with session.begin_nested():
            for model in (Email, Phone, Address, Diploma):
                session.execute(delete(model).where(model.person_id.in_(brought)))
            session.execute(delete(Person).where(Person.import_id == import_id))
    except IntegrityError as error:
        raise ImportUsed(count=_referred_to(session, import_id)) from error
    for contact in done.contacts:
        table = Base.metadata.tables[contact["table"]]
        session.execute(delete(table).where(table.c.id == UUID(contact["id"])))
    for entry in done.before:
        _restore(session, entry)
    done.undone_at = now


def _in_use(session: Session, import_id: UUID) -> int:
    """How many of the import's people something else refers to by now."""
    ids = [Person.id == column for column in (Membership.person_id, RoleHolding.person_id)]
    applied = or_(Application.person_id == Person.id, Application.match_person_id == Person.id)
    refers = or_(
        *(select(1).where(condition).correlate(Person).exists() for condition in ids),
        select(1).where(applied).correlate(Person).exists(),
    )
    query = select(func.count()).select_from(Person).where(Person.import_id == import_id, refers)
    return int(session.scalar(query) or 0)


def _referred_to(session: Session, import_id: UUID) -> int:
    """How many of the import's people anything but what came with them refers to."""
    own = {Base.metadata.tables[each.__tablename__] for each in (Email, Phone, Address, Diploma, PersonWord)}
    person = Base.metadata.tables[Person.__tablename__]
    refers = [column == Person.id for table, column in referring(person) if table not in own]
    query = select(func.count()).select_from(Person).where(
        Person.import_id == import_id, or_(*(select(1).where(each).correlate(Person).exists() for each in refers))
    )  # fmt: skip
    return int(session.scalar(query) or 0)


def _changed_since(session: Session, done: RecordImport) -> int:
    """How many people, and how many of the contacts that it added to others, are not as the import wrote them; one that
    is gone is nothing to undo. An import of before these marks is compared with nothing."""
    count = 0
    for entry in done.before:
        after, person = entry.get("after"), session.get(Person, UUID(str(entry["person_id"])), populate_existing=True)
        if person is not None and isinstance(after, Mapping):
            count += any(_plain(getattr(person, str(name))) != value for name, value in after.items())
    found = marks(session, by_table(done.contacts))
    keys = {(each["table"], UUID(each["id"])): each.get("mark") for each in done.contacts}
    return count + sum(mark is not None and found.get(key, mark) != mark for key, mark in keys.items())


def _restore(session: Session, entry: Mapping[str, object]) -> None:
    fields = entry["fields"]
    if not isinstance(fields, Mapping) or not fields:
        return
    person = session.get(Person, UUID(str(entry["person_id"])), populate_existing=True)
    if person is not None:
        for name, value in fields.items():
            setattr(person, str(name), date.fromisoformat(value["date"]) if isinstance(value, Mapping) else value)
        person.refresh_search_name()
