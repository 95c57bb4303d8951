"""Who asks to join: graduates whom the register knows, some whom it does not find, students, guests (domain §P1.11)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import partial
from random import Random
from types import MappingProxyType
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine.transaction import reading
from workflows.association.applications import Application
from workflows.association.demo import name_lists
from workflows.association.diplomas import Diploma
from workflows.association.memberships import Membership
from workflows.association.names import fold
from workflows.association.people import Person
from workflows.association.year import days, money
from workflows.association.year.lots import among, between
from workflows.association.year.world import Answers, Asked, Family, Habit, Planned, Wait, World

PROCESS, STUDENTS = "membership_application", "membership_student"
GRADUATES_A_YEAR, GUESTS_A_YEAR, STUDENTS_A_YEAR = 2_150, 100, 900  # domain §P1.11
_LISTS = name_lists.read()
_SITUATIONS = {"EMPLOYED": 74.0, "SELF": 9.0, "JOB_SEEKER": 6.0, "RETIRED": 6.0, "OTHER": 5.0}


def plan(world: World, day: date) -> Iterator[Planned]:
    """The applications of a day."""
    yearly = {
        "graduate": (GRADUATES_A_YEAR, days.AUTUMN), "guest": (GUESTS_A_YEAR, days.EVEN),
        "student": (STUDENTS_A_YEAR, days.ENTRANTS),
    }  # fmt: skip
    for kind, (count, season) in yearly.items():
        rng = world.lots.of("newcomers", kind, day)
        for number in range(days.count_on(rng, day, count * world.scale, season)):
            key = f"{kind}:{day}:{number}"
            moment = days.moment(world.lots.of("when", key), day, world.association.zone)
            yield Planned(moment, key, partial(_apply, kind=kind, key=key, day=day))


def _apply(world: World, kind: str, key: str, day: date) -> UUID | None:
    rng = world.lots.of("who", key)
    if kind == "graduate" and rng.random() < 0.86:
        with reading(world.engine) as session:
            known = _graduate(session, world, rng)
            answers = None if known is None else _as_known(session, known, rng)
        if answers is None:
            return None
    else:
        answers = _stranger(rng, kind, day)
    process = STUDENTS if kind == "student" else PROCESS
    return world.send_form(process, answers, key=f"year:{key}", language=str(answers["lang"]))


def _graduate(session: Session, world: World, rng: Random) -> Person | None:
    """Somebody of the register who never joined before this year, by lot: the next one after a drawn id."""
    drawn = UUID(int=rng.getrandbits(128), version=4)
    query = (
        select(Person)
        .join(Diploma, Diploma.person_id == Person.id)
        .outerjoin(Membership, Membership.person_id == Person.id)
        .where(or_(Membership.id.is_(None), Membership.join_date >= world.first_day))
        .where(Person.deceased_on.is_(None), Diploma.verified == "REGISTRY", Person.id > drawn)
        .where(~select(Application.id).where(Application.person_id == Person.id).exists())
    )
    return session.scalars(query.order_by(Person.id).limit(1)).first()


def _as_known(session: Session, person: Person, rng: Random) -> dict[str, object]:
    """As the register has it; some have moved on, one in ten mistypes a date."""
    diploma = person.diplomas[0]
    born = person.birth_date or date(1980, 1, 1)
    if rng.random() < 0.1:
        born -= timedelta(days=rng.randint(1, 40))
    name = ".".join(fold(f"{person.first_names} {person.last_name}").split())
    return {
        "category": "GRADUATE", "first_names": person.first_names, "birth_name": person.birth_name,
        "usage_name": person.usage_name, "birth_date": born, "programme": diploma.programme,
        "promotion_year": diploma.promotion_year, "email": f"{name}.{rng.getrandbits(24):06x}@boite.example",
        "country": person.country or "FR", "lang": person.lang, **_work(rng),
    }  # fmt: skip


def _stranger(rng: Random, kind: str, day: date) -> dict[str, object]:
    """Somebody whom the register does not find."""
    origin = rng.choices(_LISTS.origins, _LISTS.weights)[0]
    first, last = rng.choice(rng.choice((origin.women, origin.men))), rng.choice(origin.families)
    born = date(day.year - (rng.randint(17, 23) if kind == "student" else rng.randint(25, 70)), 1, 1)
    born += timedelta(days=rng.randint(0, 364))
    name = ".".join(fold(f"{first} {last}").split())
    said: dict[str, object] = {
        "category": kind.upper(), "first_names": first, "birth_name": last, "birth_date": born,
        "email": f"{name}.{rng.getrandbits(24):06x}@boite.example", "country": "FR",
        "lang": "fr" if origin is _LISTS.origins[0] or rng.random() < 0.5 else "en", **_work(rng),
    }  # fmt: skip
    if kind == "guest":
        return said | {"school": "École des Mines"}
    if kind == "student":
        studies = {"programme": "PGE", "promotion_year": day.year + 3, "guardian_email": f"parent.{said['email']}"}
        return said | studies
    return said | {"programme": "MS", "promotion_year": born.year + 24}


def _work(rng: Random) -> dict[str, object]:
    situation = among(rng, _SITUATIONS)
    if situation not in {"EMPLOYED", "SELF"}:
        return {"situation": situation}
    return {"situation": situation, "employer": rng.choice(_LISTS.employers), "position": _LISTS.positions[0][0]}


def _confirm(world: World, session: Session, wait: Wait) -> Planned | None:
    """Most open the mail's link within hours, some after the reminder, some never."""
    rng = world.lots.of("confirms", wait.subject)
    chance = rng.random()
    if chance > 0.96:
        return None
    least, most = (
        (timedelta(minutes=3), timedelta(hours=20)) if chance < 0.86 else (timedelta(days=2), timedelta(days=9))
    )
    moment = days.awake(rng, wait.opened_at + between(rng, least, most), world.association.zone)
    act = partial(_open_link, instance_id=wait.instance_id)
    return Planned(moment, f"confirm:{wait.subject}", act, about=wait.subject)


def _open_link(world: World, instance_id: UUID) -> UUID:
    world.open_link(instance_id)
    return instance_id


def _consents(asked: Asked) -> Answers:
    rng = asked.rng
    return {
        "assoc_news": "YES" if rng.random() < 0.85 else "NO",
        "foundation_transfer": "YES" if rng.random() < 0.7 else "NO",
        "commercial_partners": "YES" if rng.random() < 0.05 else "NO",
        "directory_contact": among(rng, {"members": 40.0, "promotion": 25.0, "groups": 10.0, "hidden": 25.0}),
        "statutes": True,
    }


def _basket(asked: Asked) -> Answers:
    years = among(asked.rng, {1: 84.0, 2: 9.0, 3: 7.0})
    return {"duration_years": years, "auto_renew": asked.rng.random() < 0.3, **money.basket(asked)}


def _decision(**chances: float) -> Habit:
    """Staff who decide, by their chances; the other questions follow from the decision."""

    def answers(asked: Asked) -> Answers:
        decided = among(asked.rng, chances)
        return {"decision": decided, "diploma_verified": "REGISTRY", "reason": "Vérifié au registre et par téléphone."}

    return Habit(answers)


def _duplicate(asked: Asked) -> Answers:
    """The record that looks alike is the applicant's more often than not; then it has a membership or none."""
    chance = asked.rng.random()
    return {
        "decision": "OTHER_PERSON" if chance < 0.45 else "ALREADY_MEMBER" if chance < 0.8 else "ADMIT",
        "reason": "Homonymie vérifiée.",
    }


def _opinion(asked: Asked) -> Answers:
    return {"satisfaction": min(10, max(0, round(asked.rng.gauss(8.2, 1.6)))), "comment": "Merci de votre accueil."}


HABITS: Mapping[str, Habit] = MappingProxyType(
    {
        "give_consents": Habit(_consents, share=0.95, least=timedelta(minutes=4), most=timedelta(days=9)),
        "fill_basket": Habit(_basket, share=0.97, least=timedelta(minutes=4), most=timedelta(minutes=15)),
        "give_consent": Habit(lambda asked: {"answer": "YES", "authority": True}, share=0.93, most=timedelta(days=8)),
        "confirm_graduation": Habit(lambda asked: {"graduation": "GRADUATED"}),
        "upload_proof": Habit(share=0.85, least=timedelta(hours=2), most=timedelta(days=18)),
        "complete_profile": Habit(share=0.55, least=timedelta(hours=1), most=timedelta(days=25)),
        "rate_joining": Habit(_opinion, share=0.45, least=timedelta(hours=1), most=timedelta(days=15)),
        "check_diploma": _decision(ADMIT=82.0, PEERS=6.0, PROOF=8.0, REFUSE=4.0),
        "check_register": _decision(ADMIT=90.0, PROOF=5.0, REFUSE=5.0),
        "decide_admission": _decision(ADMIT=70.0, PROOF=15.0, REFUSE=15.0),
        "review_duplicate": Habit(_duplicate),
    }
)
NEWCOMERS = Family("newcomers", plan, HABITS, MappingProxyType({"email_confirmed": _confirm}))
