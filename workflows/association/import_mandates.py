"""Mandates that are brought along: the reference that the member signed stays, as the SEPA rulebook wants."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from types import MappingProxyType
from typing import Final
from uuid import uuid4

from sqlalchemy import select

from engine.calendar import PARIS, Duration
from workflows.association import figures, people
from workflows.association import import_cells as cells
from workflows.association.import_columns import Column, read_day
from workflows.association.import_records import Around, Entry, Kind, Values, person_of
from workflows.association.import_sheets import Rejected
from workflows.association.mandates import ONE_OFF, RECURRENT, SIGNED, Mandate

_KINDS: Final = {
    "récurrent": RECURRENT, "recurrent": RECURRENT, "rcur": RECURRENT, "frst": RECURRENT, "ponctuel": ONE_OFF,
    "one-off": ONE_OFF, "ooff": ONE_OFF,
}  # fmt: skip
COLUMNS: Final[Mapping[str, Column]] = MappingProxyType(
    {
        "reference": Column("référence du mandat", ("rum", "mandate reference", "reference"), cells.sepa_reference),
        "member_no": Column("numéro de membre", ("n de membre", "adherent", "member number"), cells.member_no),
        **cells.WHO,
        "holder": Column("titulaire", ("holder", "titulaire du compte"), cells.line(70)),
        "iban": Column("IBAN", ("compte",), cells.iban),
        "bic": Column("BIC", (), cells.bic),
        "kind": Column("type", ("kind", "type de mandat"), cells.one_of(_KINDS)),
        "signed_on": Column("signé le", ("date de signature", "signed on"), read_day),
        "last_used_on": Column("dernier prélèvement", ("last used", "dernier usage"), read_day),
    }
)


def plan_line(around: Around, number: int, values: Values) -> Entry | Rejected | None:
    """A mandate; of one that is there already a last use is added, a reference of somebody else is refused."""
    person = person_of(around, number, values)
    if isinstance(person, Rejected):
        return person
    signed, used = values["signed_on"], values.get("last_used_on", values["signed_on"])
    assert isinstance(signed, date)
    assert isinstance(used, date)
    if max(signed, used) > around.today:
        ahead = "signed_on" if signed > around.today else "last_used_on"
        return Rejected(number, "day_ahead", {"column": COLUMNS[ahead].heading})
    last = datetime.combine(max(signed, used), time(12), PARIS)
    unused = Duration(months=figures.number(around.session, "MANDATE_UNUSED", around.today))  # EPC rulebook §4.1
    if unused.after(last, PARIS).date() < around.today:
        return Rejected(number, "mandate_lapsed", {"months": unused.months})
    twice = around.claim(number, "reference", values["reference"])
    if twice is not None:
        return twice
    known = around.session.scalars(select(Mandate).where(Mandate.reference == values["reference"])).one_or_none()
    if known is not None:
        if (known.person_id, known.iban) != (person.person_id, values["iban"]):
            return Rejected(number, "reference_taken", {"value": values["reference"]})
        return _used(number, known, values.get("last_used_on"))
    holder = str(values.get("holder") or people.display_name(around.session, person.person_id))[:70]
    mandate = Mandate(
        id=uuid4(), reference=values["reference"], person_id=person.person_id, holder=holder, iban=values["iban"],
        bic=values.get("bic"), kind=values.get("kind", RECURRENT), state=SIGNED, signed_by="import",
        signed_at=datetime.combine(signed, time(12), PARIS), used_on=values.get("last_used_on"),
    )  # fmt: skip
    return Entry(number, f"{mandate.reference} {mandate.masked}", (mandate,))


def _used(number: int, known: Mandate, said: object) -> Entry | None:
    """The day of the last debit, where it was not known yet."""
    if said is None or known.used_on is not None:
        return None
    title, changes = f"{known.reference} {known.masked}", {"used_on": (None, said)}
    return Entry(number, title, table="mandate", row_id=known.id, changes=changes)


KIND: Final = Kind("mandates", COLUMNS, ("reference", "iban", "signed_on"), plan_line)
