"""Mandates of people who act for the association: appointment, end, what ends soon. Domain §P9, §1.3 (c).

A mandate is a row of `role_holding`; its rights are those of its days and are read at each request, so that nothing
has to run for them to begin or end. What somebody had taken by a mandate that ended goes back to its queue.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import ClassVar, Final
from uuid import UUID, uuid4

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine.assignment import Actor
from engine.engine import Engine
from engine.errors import Conflict, FourEyes, Invalid
from workflows.association import absences, mails, parameters, people, role_names, roles, task_handovers, wording
from workflows.association.case_variables import local_day
from workflows.association.cohorts import dropped_leads
from workflows.association.parameters import Column, Row, Table
from workflows.association.roles import RoleHolding

RULES: Final = Table(
    "mandate_rule", "Mandats", "Mandates",
    (Column("days", "integer", "Jours", "Days", minimum=1, maximum=3_650),),
    (
        Row("coming_end", "Annonce de la fin d’un mandat", "Notice of the end of a mandate", 120),
        Row("notice_2", "Deuxième annonce", "Second notice", 60),
        Row("notice_3", "Troisième annonce", "Third notice", 30),
        Row("notice_4", "Dernière annonce", "Last notice", 7),
        Row("longest", "Durée la plus longue", "Longest mandate", 1_096),
    ),
    about_fr="Combien de jours avant sa fin un mandat est à renouveler, et combien de temps il dure au plus.",
    about_en="How many days before its end a mandate is to be renewed, and how long it lasts at most.",
    owner="GROUPS",
)  # fmt: skip
REASONS: Final[Mapping[str, tuple[str, str]]] = {
    "RESIGNED": ("démission", "resigned"),
    "REPLACED": ("remplacement", "replaced"),
    "SANCTION": ("décision de l’association", "decision of the association"),
    "OTHER": ("autre", "other"),
}
DEATH, ERASURE = "DEATH", "ERASURE"  # why a mandate ended of itself; nobody chooses these on the page
_TEXTS: Final = {
    ("begin", "fr"): (
        "Votre mandat : {role}",
        "Vous êtes nommé·e : {role}{scope}, {dates}. Vos droits s’ouvrent et se ferment à ces dates.",
    ),
    ("begin", "en"): (
        "Your mandate: {role}",
        "You are appointed: {role}{scope}, {dates}. Your rights begin and end on these days.",
    ),
    ("soon", "fr"): (
        "Votre mandat prend fin le {day}",
        "Votre mandat ({role}{scope}) prend fin le {day}. Vos droits se ferment ce jour-là à minuit. Si vous voulez "
        "continuer, ou proposer quelqu’un, répondez à ce message dès maintenant.",
    ),
    ("soon", "en"): (
        "Your mandate ends on {day}",
        "Your mandate ({role}{scope}) ends on {day}. Your rights end on that day at midnight. If you wish to go on, or "
        "to suggest somebody, answer this mail now.",
    ),
    ("over", "fr"): (
        "Votre mandat a pris fin : {role}",
        "Votre mandat ({role}{scope}) a pris fin le {day}. Ce que vous aviez en cours est revenu à l’équipe. Merci !",
    ),
    ("over", "en"): (
        "Your mandate has ended: {role}",
        "Your mandate ({role}{scope}) ended on {day}. What you were doing went back to the team. Thank you!",
    ),
    ("end", "fr"): (
        "Fin de votre mandat : {role}",
        "Votre mandat ({role}{scope}) prend fin le {day}. Vos droits se ferment ce jour-là ; ce que vous aviez en "
        "cours revient à l’équipe. Merci !",
    ),
    ("end", "en"): (
        "End of your mandate: {role}",
        "Your mandate ({role}{scope}) ends on {day}. Your rights end on that day; what you were doing goes back to the "
        "team. Thank you!",
    ),
}


class MandateRefused(Invalid):
    """A mandate has a known role, a person of the register, a first day, and a last day that is not before it and not
    further away than the rules allow."""

    code: ClassVar[str] = "mandate_refused"


class MandateHeld(Conflict):
    """This person holds this role for the same scope on some of these days already."""

    code: ClassVar[str] = "mandate_held"


def appoint(
    session: Session, engine: Engine, person_id: UUID, role: str, *, from_date: date, to_date: date | None,
    scope: str = roles.WHOLE, by: Actor,
) -> RoleHolding:  # fmt: skip
    """Appoints somebody and writes to him. Raises MandateRefused, MandateHeld, FourEyes for oneself."""
    if by.id == f"person:{person_id}":
        raise FourEyes(name=role_names.ROLES[role].fr if role in role_names.ROLES else role)
    known, person = role_names.ROLES.get(role), people.get(session, person_id)
    if known is None or known.kind not in role_names.MANDATED or person is None or person.deceased_on is not None:
        raise MandateRefused
    longest = timedelta(days=parameters.count(session, RULES, "longest", "days", on=from_date))
    if to_date is not None and not from_date <= to_date <= from_date + longest:
        raise MandateRefused
    if to_date is None and known.kind == "volunteer":
        raise MandateRefused  # volunteers are appointed for a time: domain §P9
    if _overlaps(session, person_id, role, scope, from_date, to_date):
        raise MandateHeld
    made = roles.grant(session, person_id, role, from_date=from_date, to_date=to_date, scope=scope)
    made.appointed_by = by.id[:64]
    session.flush()
    absences.cover(session, made)
    tell(session, engine, made, "begin")
    return made


def _overlaps(session: Session, person_id: UUID, role: str, scope: str, first: date, last: date | None) -> bool:
    query = select(RoleHolding).where(
        RoleHolding.person_id == person_id, RoleHolding.role == role, RoleHolding.scope == scope,
        RoleHolding.stands_for.is_(None),
    )  # fmt: skip
    return any(
        (held.to_date is None or held.to_date >= first) and (last is None or held.from_date <= last)
        for held in session.scalars(query)
    )


def finish(session: Session, engine: Engine, holding: RoleHolding, *, last_day: date, reason: str, by: Actor) -> None:
    """Ends a mandate after this day; the day before today ends it now. Raises MandateRefused.

    Who stands in for its holder ends with it, and what was taken by it goes back to its queue at once.
    """
    today = local_day(engine.clock.now(), engine.settings.zone)
    if (
        reason not in REASONS
        or last_day < today - timedelta(days=1)
        or last_day < holding.from_date - timedelta(days=1)
    ):
        raise MandateRefused
    if holding.to_date is not None and holding.to_date < last_day:
        raise MandateRefused
    _close(session, engine, holding, last_day, reason, by)
    task_handovers.give_back_lost(session, engine, holding.person_id, today)
    task_handovers.promise(session, engine, last_day + timedelta(days=1))
    tell(session, engine, holding, "end")


def finish_all(session: Session, engine: Engine, person_id: UUID, *, reason: str, by: Actor) -> int:
    """Ends every mandate of somebody who has died or is erased, with yesterday, and writes to nobody; answers how many.

    What was taken by them goes back to its queue.
    """
    today = local_day(engine.clock.now(), engine.settings.zone)
    query = select(RoleHolding).where(
        RoleHolding.person_id == person_id, or_(RoleHolding.to_date.is_(None), RoleHolding.to_date >= today)
    )
    found = session.scalars(query).all()
    for holding in found:
        _close(session, engine, holding, max(today, holding.from_date) - timedelta(days=1), reason, by)
    task_handovers.give_back_lost(session, engine, person_id, today)
    return len(found)


def ended_by_death(session: Session, person_id: UUID) -> Sequence[RoleHolding]:
    """The mandates that ended with their holder's life, in the order of roles: each wants a successor."""
    query = select(RoleHolding).where(RoleHolding.person_id == person_id, RoleHolding.end_reason == DEATH)
    return session.scalars(query.order_by(RoleHolding.role, RoleHolding.scope, RoleHolding.id)).all()


def _close(session: Session, engine: Engine, holding: RoleHolding, last_day: date, reason: str, by: Actor) -> None:
    holding.to_date, holding.ended_by, holding.end_reason = last_day, by.id[:64], reason
    for stand_in in absences.stand_ins(session, holding.id):
        stand_in.to_date = min(stand_in.to_date or last_day, last_day)
    session.flush()
    dropped_leads.tell(session, engine, holding)


def coming_ends(session: Session, today: date) -> Sequence[RoleHolding]:
    """The mandates that end within the days of the rule, the nearest first; not those of substitutes."""
    horizon = today + timedelta(days=parameters.count(session, RULES, "coming_end", "days", on=today))
    query = select(RoleHolding).where(
        RoleHolding.to_date >= today, RoleHolding.to_date <= horizon, RoleHolding.stands_for.is_(None)
    )
    return session.scalars(query.order_by(RoleHolding.to_date, RoleHolding.role, RoleHolding.id)).all()


def tell(session: Session, engine: Engine, holding: RoleHolding, what: str, *, key: str | None = None) -> None:
    """Writes to the holder: that it begins, ends soon, was ended, or is over (`begin`, `soon`, `end`, `over`)."""
    person = people.get(session, holding.person_id)
    if person is None or person.primary_email is None:
        return
    lang = "en" if person.lang == "en" else "fr"
    subject, text = _TEXTS[what, lang]
    known = role_names.ROLES[holding.role]
    words = {
        "role": known.en if lang == "en" else known.fr,
        "scope": f" ({holding.scope})" if holding.scope.isupper() else "",
        "dates": _dates(holding, lang),
        "day": wording.day(holding.to_date, lang) if holding.to_date is not None else "",
    }
    mails.post(
        session,
        engine,
        to=person.id,
        subject=subject.format(**words),
        text=text.format(**words),
        lang=lang,
        key=key or f"mandate:{uuid4().hex}",
    )


def _dates(holding: RoleHolding, lang: str) -> str:
    if holding.to_date is not None:
        return wording.period(holding.from_date, holding.to_date, lang)
    first = wording.day(holding.from_date, lang)
    return f"from {first}" if lang == "en" else f"à partir du {first}"
