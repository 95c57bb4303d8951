"""Every invariant that can be checked from outside: schema, database, cases, starts, number series, documents."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from sqlalchemy import select

from engine.audit import Fault, audit_cases, audit_starts
from engine.engine import Engine
from engine.transaction import reading
from webapp import database
from webapp.backup import sqlite
from webapp.backup.sqlite import DatabaseDamaged
from webapp.files.store import StoredFile, path_of
from workflows.association.invoices import Invoice
from workflows.association.memberships import Membership
from workflows.association.number_series import FIRST_MEMBER, MEMBER_NUMBERS, NumberSeries

__all__ = ["examine"]

PART: Final = 1 << 20
PREFIX: Final = "INV-ASSO-"


def examine(
    engine: Engine, documents: Path, *, repair: bool, deep: bool, seen: Callable[[int], None]
) -> Iterator[Fault]:
    """What is wrong, the base first. Where the schema is behind, nothing else is looked at.

    `repair` mends what is derived; `deep` reads the bytes of every document; `seen` is told how many cases were read.
    """
    faults = list(_of_schema(engine))
    yield from faults
    if any(fault.code == "schema_behind" for fault in faults):
        return
    yield from audit_starts(engine, repair=repair)
    yield from audit_cases(engine, repair=repair, seen=seen)
    yield from _of_series(engine)
    yield from _of_documents(engine, documents, deep=deep)


def _of_schema(engine: Engine) -> Iterator[Fault]:
    here, newest = database.revision(engine.database), database.newest()
    if here != newest:
        yield Fault("schema_behind", str(here), f"The schema is {here}, the code expects {newest}: `amicale migrate`.")
        return
    for change in database.differences(engine.database):
        yield Fault("schema_differs", str(newest), f"The tables are not those of the schema {newest}: {change}")
    if engine.database.dialect.name == "sqlite":
        try:
            sqlite.check(sqlite.place(engine.database))
        except DatabaseDamaged as damaged:
            yield Fault("database_damaged", str(engine.database.url.database), damaged.message)


def _of_series(engine: Engine) -> Iterator[Fault]:
    """Invoice numbers have no gap within a year, and no series is behind what was given."""
    with reading(engine) as session:
        series = {row.name: row.last for row in session.scalars(select(NumberSeries))}
        numbers = list(session.scalars(select(Invoice.number)))
        members = [int(number) for number in session.scalars(select(Membership.member_no).distinct()) if number]
    given: dict[str, set[int]] = {name: set() for name in series if name.startswith(PREFIX)}
    for number in numbers:
        name, _, last = number.rpartition("-")
        given.setdefault(name, set()).add(int(last))
    for name, found in sorted(given.items()):
        expected = set(range(1, series.get(name, 0) + 1))
        for gap in sorted(expected - found)[:20]:
            yield Fault("number_missing", name, f"The number {name}-{gap:06} was taken, and there is no invoice of it.")
        for ahead in sorted(found - expected)[:20]:
            yield Fault(
                "number_ahead", name, f"There is an invoice {name}-{ahead:06}, and the series has not come there."
            )
    highest, reached = max(members, default=FIRST_MEMBER - 1), series.get(MEMBER_NUMBERS, FIRST_MEMBER - 1)
    if highest > reached:
        message = f"There is a member {highest}, and the series stands at {reached}."
        yield Fault("number_ahead", MEMBER_NUMBERS, message)


def _of_documents(engine: Engine, documents: Path, *, deep: bool) -> Iterator[Fault]:
    with reading(engine) as session:
        query = select(StoredFile.id, StoredFile.size, StoredFile.sha256).where(StoredFile.erased_at.is_(None))
        for row in session.execute(query.order_by(StoredFile.id).execution_options(yield_per=1000)):
            file = path_of(documents, row.id)
            if not file.is_file():
                yield Fault("document_missing", row.id, f"The document {row.id} has no bytes at {file}.")
            elif file.stat().st_size != row.size or (deep and _digest(file) != row.sha256):
                yield Fault("document_changed", row.id, f"The document {row.id} is not what was uploaded ({file}).")


def _digest(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as opened:
        while part := opened.read(PART):
            digest.update(part)
    return digest.hexdigest()
