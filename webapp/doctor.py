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
from workflows.association import series_audit
from workflows.association.gifts import overstated

__all__ = ["examine", "examine_contents"]

PART: Final = 1 << 20
TOLD: Final = 20  # of each series


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
    yield from examine_contents(engine, documents, repair=repair, deep=deep, seen=seen)


def examine_contents(
    engine: Engine, documents: Path, *, repair: bool, deep: bool, seen: Callable[[int], None]
) -> Iterator[Fault]:
    """What is wrong in the rows and documents of a sound schema; as `examine`."""
    yield from audit_starts(engine, repair=repair)
    yield from audit_cases(engine, repair=repair, seen=seen)
    yield from _of_series(engine)
    yield from _of_gifts(engine)
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
    """Numbers are on documents without a gap, and no series is behind what stands on them.

    An import may bring member numbers from elsewhere: gaps of theirs are none.
    """
    with reading(engine) as session:
        found = series_audit.audit(session)
    for series in found:
        gaps = () if series.kind == series_audit.MEMBERS else (series.gaps or ())
        for first, last in gaps[:TOLD]:
            numbers = f"{first:06}" if first == last else f"{first:06} to {last:06}"
            yield Fault("number_missing", series.name, f"{series.name}: {numbers} was taken and is on no document.")
        for ahead in series.ahead[:TOLD]:
            message = f"{series.name}: {ahead:06} is on a document, and the series stands at {series.last:06}."
            yield Fault("number_ahead", series.name, message)


def _of_gifts(engine: Engine) -> Iterator[Fault]:
    """A gift is the money that arrived, and no receipt states more."""
    with reading(engine) as session:
        for each in overstated.overstated(session)[:TOLD]:
            stated = f", and the receipt {each.receipt.serial} states it" if each.receipt is not None else ""
            message = f"{each.order_key}: a gift of {each.gift.amount} is booked, {each.arrived} arrived{stated}."
            yield Fault("gift_overstated", str(each.gift.id), f"{message} The page of gifts corrects it.")


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
