"""Writing the demo association: bulk statements, one table at a time, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from types import MappingProxyType
from typing import ClassVar
from uuid import UUID

from sqlalchemy import Table, func, insert, select
from sqlalchemy.orm import Session

from engine.errors import Conflict
from engine.models import Base
from workflows.association import number_series, parameters
from workflows.association.demo import name_lists
from workflows.association.demo.graduates import Batch, Row, graduates, new_id
from workflows.association.demo.group_lists import group_rows
from workflows.association.demo.staff import StaffMember, hire
from workflows.association.groups import Group
from workflows.association.people import Person

SEED = 1881


@dataclass(frozen=True, slots=True)
class Size:
    """How many of each. The full size is the real association's (domain §1.10)."""

    graduates: int
    members: int
    mentors: int
    delegates: int
    officers: int  # volunteers a group


SIZES: Mapping[str, Size] = MappingProxyType(
    {
        "small": Size(graduates=300, members=95, mentors=8, delegates=6, officers=1),
        "default": Size(graduates=2_000, members=625, mentors=50, delegates=40, officers=1),
        "full": Size(graduates=48_000, members=15_000, mentors=1_200, delegates=300, officers=4),
    }
)


class DemoPresent(Conflict):
    """There are people in this database already: the demo association is loaded into an empty one."""

    code: ClassVar[str] = "demo_present"


@dataclass(frozen=True, slots=True)
class Demo:
    """What was loaded, and who signs in."""

    staff: tuple[StaffMember, ...]
    counts: Mapping[str, int]


def load(session: Session, *, size: str = "default", today: date) -> Demo:
    """Writes the association. Raises KeyError for an unknown size, DemoPresent where people are there already."""
    wanted = SIZES[size]
    if session.scalar(select(func.count()).select_from(Person)):
        raise DemoPresent()
    rng = Random(SEED)  # noqa: S311 - not a secret: the same people every time
    staff = hire(session, rng, today)
    parameters.declare_first(session, valid_from=date(today.year - 3, 9, 1), decided_by="Assemblée générale")
    groups = list(group_rows(rng))
    session.execute(insert(Group), groups)
    members: list[UUID] = []
    for batch in graduates(rng, name_lists.read(), wanted.graduates, wanted.members, today):
        members += _write(session, batch)
    volunteers = _volunteers(rng, members, groups, wanted, today)
    _insert(session, "role_holding", volunteers)
    _insert(session, "group_member", _memberships_of_groups(rng, members, groups, today))
    counts = {"graduates": wanted.graduates, "members": len(members), "groups": len(groups), "roles": len(volunteers)}
    return Demo(staff, MappingProxyType(counts))


def _write(session: Session, batch: Batch) -> list[UUID]:
    """Numbers the batch's members in one go and writes it; answers the members' person ids."""
    if batch.membership:
        last = number_series.take(
            session, number_series.MEMBER_NUMBERS, first=number_series.FIRST_MEMBER, count=len(batch.membership)
        )
        for offset, row in enumerate(batch.membership, start=last - len(batch.membership) + 1):
            row["member_no"] = f"{offset:04}"
    for name in Batch.__slots__:
        _insert(session, name, getattr(batch, name))
    return [UUID(str(row["person_id"])) for row in batch.membership]


def _insert(session: Session, table: str, rows: Sequence[Row]) -> None:
    if rows:
        found: Table = Base.metadata.tables[table]
        session.execute(insert(found), list(rows))


def _volunteers(rng: Random, members: Sequence[UUID], groups: Sequence[Row], size: Size, today: date) -> list[Row]:
    """Mentors, class delegates and officers of groups, with mandates that run."""
    rows = [_holding(rng, person, "MENTOR", "", today) for person in rng.sample(members, size.mentors)]
    rows += [_holding(rng, person, "PROMO_DELEGATE", "", today) for person in rng.sample(members, size.delegates)]
    for group in groups:
        lead = "CHAPTER_LEAD" if group["kind"] == "CHAPTER" else "GROUP_LEAD"
        keys = (lead, "GROUP_TREASURER", "CAREER_RELAY", lead)[: size.officers]
        officers = rng.sample(members, len(keys))
        rows += [
            _holding(rng, person, key, f"group:{group['id']}", today)
            for person, key in zip(officers, keys, strict=True)
        ]
    return rows


def _holding(rng: Random, person: UUID, role: str, scope: str, today: date) -> Row:
    since = today - timedelta(days=rng.randint(10, 900))
    until = since + timedelta(days=3 * 365)
    return {
        "id": new_id(rng), "person_id": person, "role": role, "scope": scope, "from_date": since, "to_date": until,
    }  # fmt: skip


def _memberships_of_groups(rng: Random, members: Sequence[UUID], groups: Sequence[Row], today: date) -> list[Row]:
    rows: list[Row] = []
    for person in members:
        if rng.random() < 0.4:
            for group in rng.sample(list(groups), rng.choice((1, 1, 2, 3))):
                rows.append(
                    {
                        "group_id": group["id"],
                        "person_id": person,
                        "joined_on": today - timedelta(days=rng.randint(1, 2000)),
                    }
                )
    return rows
