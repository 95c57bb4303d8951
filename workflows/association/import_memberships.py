"""Memberships that are brought along: number, standing and period; the number stays the member's for ever."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Final
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows.association import import_cells as cells
from workflows.association import import_life_plans, memberships, number_series, tariffs
from workflows.association.import_columns import Column, read_day
from workflows.association.import_records import Around, Entry, Kind, Values, person_of
from workflows.association.import_sheets import Rejected
from workflows.association.life_plans import LifePlan
from workflows.association.memberships import Membership, MembershipPeriod

RULE: Final = "IMPORTED"
STANDARD: Final = "STD"  # the tariff of a line that says none
_CATEGORIES: Final = {
    "diplômé": "GRADUATE", "diplômée": "GRADUATE", "graduate": "GRADUATE", "étudiant": "STUDENT",
    "étudiante": "STUDENT", "student": "STUDENT", "invité": "GUEST", "invitée": "GUEST", "guest": "GUEST",
}  # fmt: skip
_STATUSES: Final = {
    "membre": "MEMBER", "member": "MEMBER", "démissionnaire": "RESIGNED", "resigned": "RESIGNED", "radié": "REMOVED",
    "exclu": "REMOVED", "removed": "REMOVED", "honneur": "HONORARY", "membre d'honneur": "HONORARY",
    "honorary": "HONORARY", "non membre": "NOT_MEMBER",
}  # fmt: skip
_GONE: Final = frozenset({"RESIGNED", "REMOVED"})
COLUMNS: Final[Mapping[str, Column]] = MappingProxyType(
    {
        "member_no": Column("numéro de membre", ("n de membre", "adherent", "member number"), cells.member_no),
        **cells.WHO,
        "category": Column("catégorie", ("category",), cells.one_of(_CATEGORIES)),
        "statutory_status": Column("qualité", ("statut", "standing", "status"), cells.one_of(_STATUSES)),
        "join_date": Column("membre depuis", ("date d'adhesion", "member since", "joined"), read_day),
        "start_date": Column("début", ("du", "debut de periode", "start"), read_day),
        "end_date": Column("fin", ("au", "fin de periode", "echeance", "end"), cells.last_day),
        "tariff": Column("tarif", ("tariff", "code tarif"), cells.line(8)),
        "auto_renew": Column("renouvellement automatique", ("auto renew", "reconduction"), cells.flag),
        **import_life_plans.COLUMNS,
    }
)
_COMPARED: Final = ("category", "statutory_status", "start_date", "end_date", "auto_renew")


def plan_line(around: Around, number: int, values: Values) -> Entry | Rejected | None:
    """A new membership, a change of the one that has this number, or nothing new."""
    start, end = values["start_date"], values["end_date"]
    assert isinstance(start, date)
    assert isinstance(end, date)
    if end < start:
        return Rejected(number, "dates_swapped", {"column": COLUMNS["end_date"].heading})
    tariff = values.get("tariff", STANDARD)
    if not (codes := tariffs.codes(around.session)):
        return Rejected(number, "no_tariffs", {})
    if tariff not in codes:
        shown = {"value": tariff, "column": COLUMNS["tariff"].heading, "choices": ", ".join(codes)}
        return Rejected(number, "tariff", shown)
    person = person_of(around, number, {**values, "member_no": None})
    if isinstance(person, Rejected):
        return person
    twice = around.claim(number, "number", values["member_no"]) or around.claim(number, "person", person.person_id)
    if twice is not None:
        return twice
    member_no = str(values["member_no"])
    holder = around.known.by_number.get(member_no)
    if holder is not None and holder.person_id != person.person_id:
        return Rejected(number, "member_no_of_another", {})
    known = memberships.of(around.session, person.person_id)
    if (wrong := import_life_plans.refused(around, number, values, known)) is not None:
        return wrong
    if known is None:
        return Entry(number, f"{member_no} {person.name}", _rows(around, values, person.person_id))
    if known.member_no != member_no:
        return Rejected(number, "has_other_number", {"number": known.member_no})
    after = {name: values[name] for name in _COMPARED if name in values}
    changes = {name: (getattr(known, name), value) for name, value in after.items() if getattr(known, name) != value}
    return Entry(number, member_no, table="membership", row_id=known.id, changes=changes) if changes else None


def _rows(around: Around, values: Values, person_id: object) -> Sequence[Membership | MembershipPeriod | LifePlan]:
    status = str(values.get("statutory_status", "MEMBER"))
    membership = Membership(
        id=uuid4(), person_id=person_id, member_no=values["member_no"], category=values.get("category", "GRADUATE"),
        statutory_status=status, join_date=values.get("join_date", values["start_date"]),
        start_date=values["start_date"], end_date=values["end_date"], rejoin_count=0,
        auto_renew=values.get("auto_renew", False), changed_at=around.now,
    )  # fmt: skip
    membership.service_entitlement = (
        "ENDED" if status in _GONE else memberships.entitled(around.session, membership, around.today)
    )
    period = MembershipPeriod(
        id=uuid4(), membership_id=membership.id, start_date=membership.start_date, end_date=membership.end_date,
        value_date=membership.start_date, tariff_code=values.get("tariff", STANDARD), rule=RULE, written_at=around.now,
    )  # fmt: skip
    life = import_life_plans.plan(around, values, membership, period)
    return (membership, period) if life is None else (membership, period, life)


def keep_numbers(session: Session, entries: Sequence[Entry]) -> None:
    """New members get numbers above every number that was brought along."""
    session.flush()
    numbers = [int(each) for each in session.scalars(select(Membership.member_no)) if each.isdigit()]
    if entries and numbers:
        number_series.reach(session, number_series.MEMBER_NUMBERS, max(numbers))


KIND: Final = Kind(
    "memberships", COLUMNS, ("member_no", "start_date", "end_date"), plan_line, keep_numbers,
    filled=frozenset({"statutory_status"}),
)  # fmt: skip
