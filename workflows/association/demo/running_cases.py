"""Applications that run when the demo opens: each stands at another place of the diagram.

They are started and moved on through `engine.commands` alone, as the pages do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import islice
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import commands, jobs
from engine.assignment import SYSTEM, Actor
from engine.clock import VirtualClock
from engine.completion import TaskContext
from engine.engine import Engine
from engine.models import UserTask
from engine.starting import StartContext
from engine.transaction import transaction
from workflows.association import payments
from workflows.association.applicant_matches import candidates
from workflows.association.applications import Application
from workflows.association.diplomas import Diploma
from workflows.association.memberships import Membership
from workflows.association.orders import Order
from workflows.association.payments import PaymentEvent
from workflows.association.people import Person
from workflows.association.record_set import record_set
from workflows.association.verification import judge

PROCESS = "membership_application"
EXAMPLE_IBAN = "FR76 3000 6000 0112 3456 7890 189"  # of the documentation: nobody's account
Values = Mapping[str, object]
_CONSENTS: Values = {
    "consents.assoc_news": "YES",
    "consents.foundation_transfer": "YES",
    "consents.commercial_partners": "NO",
    "consents.statutes": True,
}


@dataclass(frozen=True, slots=True)
class Script:
    """An applicant, and what they answered so far: the basket, or nothing yet."""

    values: Values
    verified: bool = True
    basket: Values = field(default_factory=dict)
    records: Values = field(default_factory=dict)  # the mandate of a direct debit
    pays: Decimal | None = None  # by card, at once
    ago: int = 0  # days: so that some tasks are late, some due today


def begin_cases(engine: Engine) -> int:
    """Starts the applications and runs what is due at once; answers how many. The process must be deployed."""
    with transaction(engine) as session:
        scripts = _scripts(session)
    for script in scripts:
        _play(replace(engine, clock=VirtualClock(engine.clock.now() - timedelta(days=script.ago))), script)
    return len(scripts)


def _play(engine: Engine, script: Script) -> None:
    """Lets one applicant do what they did, at the time they did it."""
    instance_id = _begin(engine, script)
    jobs.run_due(engine)
    if not script.basket:
        return
    _answer(engine, instance_id, "give_consents", {}, _CONSENTS)
    _answer(engine, instance_id, "fill_basket", script.basket, script.records)
    jobs.run_due(engine)
    if script.pays is not None:
        _pay(engine, instance_id, script.pays)
        jobs.run_due(engine)


def _pay(engine: Engine, instance_id: UUID, amount: Decimal) -> None:
    """The card's payment arrives."""
    with transaction(engine) as session:
        order = session.scalars(select(Order).where(Order.instance_id == instance_id)).one()
        event = PaymentEvent(
            provider="test",
            event_id=f"demo-{order.key}",
            kind="payment.succeeded",
            order_key=order.key,
            amount=amount,
            currency=order.currency,
            means="CARD",
            occurred_at=engine.clock.now(),
        )
        payments.receive(session, engine, event)


def _begin(engine: Engine, script: Script) -> UUID:
    records = record_set()

    def write(session: Session, context: StartContext) -> Values:
        given = {"email_verified": script.verified}
        return records.write(session, given, script.values, now=context.now, by=context.by.id)

    with transaction(engine) as session:
        return commands.start(session, engine, PROCESS, by=SYSTEM, write=write).instance_id


def _answer(engine: Engine, instance_id: UUID, element: str, variables: Values, values: Values) -> None:
    records = record_set()

    def write(session: Session, context: TaskContext) -> Values:
        return records.write(session, context.variables, values, now=context.now, by=context.by.id)

    with transaction(engine) as session:
        task = session.scalars(
            select(UserTask).where(
                UserTask.instance_id == instance_id, UserTask.element == element, UserTask.state == "created"
            )
        ).one()
        applicant = Actor(id=str(task.assignee), name="")
        commands.complete(session, engine, task.id, variables, by=applicant, write=write)


def _scripts(session: Session) -> list[Script]:
    graduates, member = _graduates(session), _member(session)
    graduates[8][0].watched = True  # the general delegate decides on this one
    card: Values = {"pay_means": "CARD", "duration_years": 1, "gift_amount": Decimal(50)}
    transfer: Values = {"pay_means": "TRANSFER", "duration_years": 1}
    debit: Values = {"pay_means": "SEPA", "duration_years": 1}
    mandate: Values = {
        "mandate.holder": graduates[6][0].display_name,
        "mandate.iban": EXAMPLE_IBAN,
        "mandate.kind": "OOFF",
        "mandate.signed": True,
    }
    cheque: Values = {"pay_means": "CHEQUE", "duration_years": 2, "gift_amount": Decimal(100)}
    return [
        Script(_as_known(graduates[0])),
        Script(_as_known(graduates[1]), basket=transfer, ago=9),
        Script(_as_known(graduates[2]), basket=cheque, ago=5),
        Script(_as_known(graduates[3]), basket=card),
        Script(_as_known(graduates[6]), basket=debit, records=mandate, ago=2),
        Script(_as_known(graduates[7]), basket=card, pays=Decimal(370), ago=4),
        Script(_as_known(graduates[8]), ago=6),
        Script(_as_known(graduates[4], birth_date=_another_day(graduates[4])), ago=8),
        Script(_as_known(graduates[5], birth_date=_another_day(graduates[5]))),
        Script(_as_known(member), ago=3),
        Script(_stranger("Églantine", "Quérou", date(1990, 4, 12), 2013), ago=5),
        Script(_stranger("Basile", "Kerforn", date(2005, 8, 30), 2028, category="STUDENT", situation="STUDENT"), ago=7),
        Script(_stranger("Léonie", "Vauclair", date(2006, 2, 11), 2029, category="STUDENT", situation="STUDENT")),
        Script(_stranger("Moana", "Tehau", date(1988, 1, 9), None, category="GUEST")),
        Script(_stranger("Sixtine", "Aubrac", date(1995, 6, 21), 2018), verified=False),
    ]


Known = tuple[Person, Diploma]


def _graduates(session: Session) -> list[Known]:
    """Graduates of the register who never joined, of promotions that pay the full rate."""
    query = (
        select(Person, Diploma)
        .join(Diploma, Diploma.person_id == Person.id)
        .outerjoin(Membership, Membership.person_id == Person.id)
        .where(Membership.id.is_(None), Person.deceased_on.is_(None), Person.country == "FR", ~Person.watched)
        .where(Diploma.promotion_year.between(1990, 2012), Diploma.verified == "REGISTRY")
        .order_by(Diploma.promotion_year, Person.search_name)
    )
    known = (row._tuple() for row in session.execute(query.limit(200)))
    return list(islice((each for each in known if _alone(session, each)), 9))


def _alone(session: Session, known: Known) -> bool:
    """Whether nobody else of the register could be taken for this graduate."""
    fields = {name.partition(".")[2]: value for name, value in _as_known(known).items()}
    application = Application(**fields, proof_files=[], peer_confirmations=0)
    verdict = judge(application, candidates(session, application), peers_needed=1)
    return verdict.best is not None and not verdict.duplicate


def _another_day(known: Known) -> date:
    """A birth date that the register does not have: the data staff look at such an application."""
    return (known[0].birth_date or date(1980, 1, 1)) - timedelta(days=33)


def _member(session: Session) -> Known:
    query = (
        select(Person, Diploma)
        .join(Diploma, Diploma.person_id == Person.id)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.service_entitlement == "CURRENT", Person.deceased_on.is_(None))
        .order_by(Membership.member_no)
    )
    return session.execute(query.limit(1)).one()._tuple()


def _as_known(known: Known, **changes: object) -> Values:
    """An application by somebody whom the register knows."""
    person, diploma = known
    name = ".".join(person.search_name.split())
    values: dict[str, object] = {
        "category": "GRADUATE",
        "civility": person.civility,
        "first_names": person.first_names,
        "birth_name": person.birth_name,
        "usage_name": person.usage_name,
        "birth_date": person.birth_date,
        "email": f"{name}.{diploma.promotion_year}@boite.example",
        "country": "FR",
        "lang": person.lang,
        "programme": diploma.programme,
        "promotion_year": diploma.promotion_year,
        "situation": "EMPLOYED",
        **changes,
    }
    return {f"applicant.{field}": value for field, value in values.items()}


def _stranger(first: str, last: str, born: date, promotion: int | None, **changes: object) -> Values:
    """An application by somebody whom the register does not know."""
    values: dict[str, object] = {
        "category": "GRADUATE",
        "first_names": first,
        "birth_name": last,
        "birth_date": born,
        "email": f"{last.lower().replace('é', 'e')}@boite.example",
        "country": "FR",
        "lang": "fr",
        "situation": "EMPLOYED",
        **changes,
    }
    if promotion is not None:
        values |= {"programme": "PGE", "promotion_year": promotion}
    return {f"applicant.{field}": value for field, value in values.items()}
