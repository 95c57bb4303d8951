"""Who is away from a day to a day, and who stands in: the substitute holds the same roles then. Domain §1.3 (b).

Standing in is a holding of its own, for the days of the absence, so that rights, queues and escalations find the
substitute as they find anybody. What excludes him by name (four eyes) still does.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import ClassVar, Final
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, Text, Uuid, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.engine import Engine
from engine.errors import Invalid
from engine.models import Base, Moment
from engine.personal import Personal
from workflows.association import mails, people, role_names, roles, task_handovers, wording
from workflows.association.case_variables import local_day
from workflows.association.people import Person
from workflows.association.roles import RoleHolding

_NEWS = {
    "fr": (
        "{name} est absent·e {dates}",
        "{name} est absent·e {dates}. {instead}",
        "{other} tient ses rôles ces jours-là.",
        "Personne ne remplace : les tâches restent dans vos files communes.",
    ),
    "en": (
        "{name} is away {dates}",
        "{name} is away {dates}. {instead}",
        "{other} holds the same roles on these days.",
        "Nobody stands in: the tasks stay in the queues that you share.",
    ),
}
_TEXTS = {
    "fr": (
        "Vous remplacez {name}",
        "{name} est absent·e {dates}. Vous tenez ses rôles ces jours-là ; ses tâches vous arrivent.",
    ),
    "en": (
        "You stand in for {name}",
        "{name} is away {dates}. You hold the same roles on these days; the tasks come to you.",
    ),
}


LONGEST = 2_000  # characters of the message
_PERSONAL: Final = frozenset({"MENTOR"})  # what one person is to another: nobody holds it in his stead


class AbsenceRefused(Invalid):
    """An absence has a first day that is not past and a last day not before it, overlaps no other, and its substitute
    is somebody else who works here and is not away on these days."""

    code: ClassVar[str] = "absence_refused"


class Absence(Base):
    """Somebody is away from a day to a day, both included."""

    __tablename__ = "absence"
    __privacy__ = (
        Personal("roles", "person_id", erase="message", withheld="substitute_id", since="to_date"),
        Personal("roles", "substitute_id", "keep", withheld="person_id message", since="to_date"),
    )
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    from_date: Mapped[date]
    to_date: Mapped[date]
    substitute_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    noted_at: Mapped[datetime] = mapped_column(Moment)
    message: Mapped[str | None] = mapped_column(Text)  # to the substitute: what is under way
    __table_args__ = (Index("ix_absence_person", "person_id", "from_date"),)


def note(
    session: Session,
    engine: Engine,
    person_id: UUID,
    first: date,
    last: date,
    *,
    substitute_id: UUID | None = None,
    message: str = "",
    beside: Collection[UUID] = (),
) -> Absence:
    """Notes an absence; its substitute holds the same roles on its days and is told. Raises AbsenceRefused.

    `beside`: who else may stand in, by what the absent person does without a role."""
    now = engine.clock.now()
    today = local_day(now, engine.settings.zone)
    check(session, person_id, first, last, today=today)
    may = {each.id for each in able(session, person_id, first, last, beside=beside)}
    if substitute_id is not None and substitute_id not in may:
        raise AbsenceRefused
    made = Absence(
        id=uuid4(), person_id=person_id, from_date=first, to_date=last, substitute_id=substitute_id, noted_at=now,
        message=message.strip()[:LONGEST] or None,
    )  # fmt: skip
    session.add(made)
    session.flush()
    _tell_colleagues(session, engine, made)
    if substitute_id is not None:
        held = _held(session, person_id, first, last)
        for each in held:
            _stand_in(session, each, made)
        if held:
            _tell(session, engine, made)
        task_handovers.promise(session, engine, first)
        task_handovers.promise(session, engine, last.fromordinal(last.toordinal() + 1))
    return made


def check(session: Session, person_id: UUID, first: date, last: date, *, today: date) -> None:
    """Raises AbsenceRefused where somebody cannot be away on these days."""
    if not today <= first <= last or is_away(session, person_id, first, last):
        raise AbsenceRefused


def back(session: Session, engine: Engine, absence: Absence) -> None:
    """Ends an absence now: its substitute holds nothing by it from this moment on."""
    today = local_day(engine.clock.now(), engine.settings.zone)
    yesterday = today.fromordinal(today.toordinal() - 1)
    if absence.to_date < today:
        return
    absence.to_date = max(yesterday, absence.from_date.fromordinal(absence.from_date.toordinal() - 1))
    for held in _held(session, absence.person_id, date.min, date.max):
        for each in stand_ins(session, held.id):
            if each.person_id == absence.substitute_id and each.from_date >= absence.from_date:
                each.to_date = min(each.to_date or yesterday, absence.to_date)
    session.flush()
    task_handovers.take_home(session, engine, absence.person_id, today)
    if absence.substitute_id is not None:
        task_handovers.give_back_lost(session, engine, absence.substitute_id, today)


def cover(session: Session, holding: RoleHolding) -> None:
    """Somebody was appointed who is away on some of the days: his substitute stands in there too."""
    last = holding.to_date or date.max
    query = select(Absence).where(
        Absence.person_id == holding.person_id, Absence.substitute_id.is_not(None), Absence.from_date <= last,
        Absence.to_date >= holding.from_date,
    )  # fmt: skip
    for absence in session.scalars(query):
        _stand_in(session, holding, absence)


def _stand_in(session: Session, held: RoleHolding, absence: Absence) -> None:
    assert absence.substitute_id is not None
    first, last = max(held.from_date, absence.from_date), min(held.to_date or date.max, absence.to_date)
    made = roles.grant(session, absence.substitute_id, held.role, from_date=first, to_date=last, scope=held.scope)
    made.stands_for = held.id
    session.flush()


def _held(session: Session, person_id: UUID, first: date, last: date) -> Sequence[RoleHolding]:
    """What somebody holds himself on some of these days."""
    query = select(RoleHolding).where(
        RoleHolding.person_id == person_id, RoleHolding.stands_for.is_(None), RoleHolding.from_date <= last,
        (RoleHolding.to_date.is_(None)) | (RoleHolding.to_date >= first), RoleHolding.role.not_in(_PERSONAL),
    )  # fmt: skip
    return session.scalars(query.order_by(RoleHolding.role, RoleHolding.scope, RoleHolding.id)).all()


def stand_ins(session: Session, holding_id: UUID) -> Sequence[RoleHolding]:
    """The holdings that stand for this one."""
    query = select(RoleHolding).where(RoleHolding.stands_for == holding_id)
    return session.scalars(query.order_by(RoleHolding.from_date, RoleHolding.id)).all()


def is_away(session: Session, person_id: UUID, first: date, last: date) -> bool:
    """Whether somebody is away on one of these days."""
    query = select(Absence.id).where(
        Absence.person_id == person_id, Absence.from_date <= last, Absence.to_date >= first,
        Absence.from_date <= Absence.to_date,
    )  # fmt: skip
    return session.scalar(query.limit(1)) is not None


def able(
    session: Session, person_id: UUID, first: date, last: date, *, beside: Collection[UUID] = ()
) -> Sequence[Person]:
    """Who may stand in for somebody: people who hold a role of the same kind on all these days and are not away, and
    those `beside` who are not away either.

    Those who hold one of the same roles, or stand beside, come first.
    """
    mine = _held(session, person_id, first, last)
    kinds = {role_names.ROLES[each.role].kind for each in mine if each.role in role_names.ROLES}
    alike = [key for key, role in role_names.ROLES.items() if role.kind in kinds and key not in _PERSONAL]
    query = select(RoleHolding).where(
        RoleHolding.role.in_(alike), RoleHolding.person_id != person_id, RoleHolding.stands_for.is_(None),
        RoleHolding.from_date <= first, (RoleHolding.to_date.is_(None)) | (RoleHolding.to_date >= last),
    )  # fmt: skip
    same = {each.role for each in mine}
    ranks = dict.fromkeys(beside, False)
    ranks.pop(person_id, None)
    for each in session.scalars(query):
        ranks[each.person_id] = ranks.get(each.person_id, True) and each.role not in same
    found = [people.get(session, other) for other in ranks if not is_away(session, other, first, last)]
    able_ones = [each for each in found if each is not None and each.deceased_on is None and each.id in ranks]
    return sorted(able_ones, key=lambda each: (ranks[each.id], each.display_name.casefold(), str(each.id)))


def of_person(session: Session, person_id: UUID, today: date) -> Sequence[Absence]:
    """The absences of somebody that are not over, the nearest first."""
    query = select(Absence).where(
        Absence.person_id == person_id, Absence.to_date >= today, Absence.from_date <= Absence.to_date
    )
    return session.scalars(query.order_by(Absence.from_date)).all()


def stood_in(session: Session, person_id: UUID, today: date) -> Sequence[Absence]:
    """The absences for which somebody stands in, now or later, the nearest first."""
    query = select(Absence).where(
        Absence.substitute_id == person_id, Absence.to_date >= today, Absence.from_date <= Absence.to_date
    )
    return session.scalars(query.order_by(Absence.from_date, Absence.id)).all()


def running(session: Session, today: date) -> Sequence[Absence]:
    """Who is away today."""
    query = select(Absence).where(Absence.from_date <= today, Absence.to_date >= today)
    return session.scalars(query.order_by(Absence.person_id, Absence.from_date)).all()


def _tell(session: Session, engine: Engine, absence: Absence) -> None:
    away, reader = people.get(session, absence.person_id), people.get(session, absence.substitute_id or absence.id)
    if away is None or reader is None or reader.primary_email is None:
        return
    lang = "en" if reader.lang == "en" else "fr"
    words = {"name": away.display_name, "dates": wording.period(absence.from_date, absence.to_date, lang)}
    subject, text = (each.format(**words) for each in _TEXTS[lang])
    key = f"substitute:{uuid4().hex}"
    mails.post(session, engine, to=reader.id, subject=subject, text=text, lang=lang, key=key)


def _tell_colleagues(session: Session, engine: Engine, absence: Absence) -> None:
    """Writes to everybody who holds one of the same roles for the same scope on these days, but the two concerned."""
    first, last = absence.from_date, absence.to_date
    mine = {(each.role, each.scope) for each in _held(session, absence.person_id, first, last)}
    query = select(RoleHolding).where(
        RoleHolding.role.in_({role for role, _ in mine}), RoleHolding.from_date <= last,
        (RoleHolding.to_date.is_(None)) | (RoleHolding.to_date >= first),
    )  # fmt: skip
    beside = {each.person_id for each in session.scalars(query) if (each.role, each.scope) in mine}
    known = people.names_of(session, {each for each in (absence.person_id, absence.substitute_id) if each is not None})
    for reader in sorted(beside - {absence.person_id, absence.substitute_id}, key=str):
        person = people.get(session, reader)
        if person is None or person.primary_email is None:
            continue
        lang = "en" if person.lang == "en" else "fr"
        subject, text, with_other, alone = _NEWS[lang]
        other = known.get(absence.substitute_id, "") if absence.substitute_id is not None else ""
        instead = with_other.format(other=other) if other else alone
        words = {"name": known[absence.person_id], "dates": wording.period(first, last, lang), "instead": instead}
        mails.post(
            session, engine, to=reader, subject=subject.format(**words), text=text.format(**words), lang=lang,
            key=f"away:{absence.id.hex}:{reader.hex}",
        )  # fmt: skip
