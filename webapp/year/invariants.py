"""What must hold after a year, whatever happened in it. Each check answers what breaks it, in a sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Final
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, aliased

from engine.engine import Engine
from engine.models import HistoryEvent, Incident, Job, ProcessInstance, Subscription, UserTask
from engine.transaction import reading
from webapp.doctor import examine
from webapp.year import ledgers, places
from workflows.association import consents, mail_hours, roles
from workflows.association.bank.accounts import BankLine, BankStatement
from workflows.association.consents import ConsentEvent
from workflows.association.mail_holds import MailHold
from workflows.association.mail_templates import GATHERED
from workflows.association.mails import Mail
from workflows.association.memberships import Membership, MembershipPeriod
from workflows.association.people import Person
from workflows.association.privacy.erasure_log import EMAIL, PERSON, Erasure, digest
from workflows.association.settings import Association

ESCALATIONS_A_WEEK: Final = 5  # to the general delegate, who has other things to do
LATE: Final = 20  # working days that a task of staff may be late
LAST_RESORT: Final = "GENERAL_DELEGATE"

Check = Callable[[Session, Engine], Iterator[str]]


def violations(engine: Engine, documents: Path, association: Association) -> list[str]:
    """Everything that breaks an invariant; empty where the year was right."""
    found = [f"{fault.code}: {fault.message}" for fault in examine(
        engine, documents, repair=False, deep=False, seen=lambda count: None
    )]  # fmt: skip
    with reading(engine) as session:
        for check in CHECKS:
            found += (f"{check.__name__.removeprefix('_')}: {words}" for words in check(session, engine))
        found += (f"mail_after_erasure: {words}" for words in _mail_after_erasure(session, association.erasure_key))
    return found


def _double_period(session: Session, engine: Engine) -> Iterator[str]:
    """Nobody pays twice for the same day."""
    rows = session.execute(
        select(MembershipPeriod.membership_id, MembershipPeriod.start_date, MembershipPeriod.end_date)
        .where(MembershipPeriod.reversed_at.is_(None))
        .order_by(MembershipPeriod.membership_id, MembershipPeriod.start_date, MembershipPeriod.end_date)
    ).all()
    for one, next_ in pairwise(rows):
        if one.membership_id == next_.membership_id and next_.start_date <= one.end_date:
            yield f"the membership {one.membership_id} has two periods from {next_.start_date} on"


def _mail_after_death(session: Session, engine: Engine) -> Iterator[str]:
    """No mail to somebody whose death the association knows of, or whose reported death is being checked."""
    held = (
        select(Mail.id, Mail.template, Mail.sent_at)
        .join(MailHold, MailHold.person_id == Mail.person_id)
        .where(Mail.state == "SENT", Mail.sent_at > MailHold.since)
        .where(or_(MailHold.lifted_at.is_(None), Mail.sent_at < MailHold.lifted_at))
    )
    known = (
        select(Mail.id, Mail.template, Mail.sent_at)
        .join(Person, Person.id == Mail.person_id)
        .outerjoin(Membership, Membership.person_id == Person.id)
        .where(Mail.state == "SENT", Person.deceased_on.is_not(None))
        .where(Mail.sent_at > func.coalesce(Membership.changed_at, Mail.sent_at))
    )
    for row in {*session.execute(held), *session.execute(known)}:
        yield f"the mail {row.id} ({row.template}) left at {row.sent_at}"


def _mail_after_erasure(session: Session, key: bytes) -> Iterator[str]:
    """Nobody is written to who was erased: told by the digests of ids and addresses, which are all that is left."""
    erased = {row.digest: row.at for row in session.scalars(select(Erasure))}
    if not erased:
        return
    sent = select(Mail.id, Mail.template, Mail.sent_at, Mail.person_id, Mail.to_address)
    for row in session.execute(sent.where(Mail.state == "SENT", Mail.sent_at > min(erased.values()))):
        said = digest(key, PERSON, str(row.person_id)), digest(key, EMAIL, row.to_address.casefold())
        if any(erased[each] < row.sent_at for each in said if each in erased):
            yield f"the mail {row.id} ({row.template}) left at {row.sent_at}"


def _mail_after_opt_out(session: Session, engine: Engine) -> Iterator[str]:
    """News go to those alone who did not say no."""
    later = aliased(ConsentEvent)
    said = (
        select(Mail.id, Mail.template, Mail.sent_at)
        .join(ConsentEvent, ConsentEvent.person_id == Mail.person_id)
        .where(Mail.state == "SENT", Mail.kind == "news")
        .where(ConsentEvent.key == "assoc_news", ConsentEvent.value == "NO", ConsentEvent.at < Mail.sent_at)
        .where(
            ~select(later.id)
            .where(later.person_id == Mail.person_id, later.key == "assoc_news")
            .where(later.at > ConsentEvent.at, later.at <= Mail.sent_at)
            .exists()
        )
    )
    assert "assoc_news" in consents.KEYS
    for row in session.execute(said):
        yield f"the mail {row.id} ({row.template}) left at {row.sent_at}"


def _two_mails_a_day(session: Session, engine: Engine) -> Iterator[str]:
    """At most one mail that its reader did not cause, a day of theirs; what travels together is one."""
    zone = engine.settings.zone
    sent = session.execute(
        select(Mail.person_id, Person.country, Person.zone, Mail.sent_at, Mail.template)
        .join(Person, Person.id == Mail.person_id)
        .where(Mail.state == "SENT", Mail.kind.in_(GATHERED), Mail.merged_into.is_(None))
    )
    days: dict[tuple[UUID, date], list[str]] = {}
    for person_id, country, own, sent_at, template in sent:
        here = mail_hours.zones_of(country, zone, own)[0]
        days.setdefault((person_id, sent_at.astimezone(here).date()), []).append(template)
    for (person_id, day), templates in sorted(days.items(), key=lambda pair: (pair[0][1], str(pair[0][0]))):
        if len(templates) > 1:
            yield f"{person_id} got {', '.join(sorted(templates))} on {day}"


def _bank_balance(session: Session, engine: Engine) -> Iterator[str]:
    """Each account moved by what its lines say, from its first balance to its last."""
    told = select(BankStatement.iban, BankStatement.opening, BankStatement.closing)
    told = told.where(BankStatement.closing.is_not(None)).order_by(BankStatement.read_at, BankStatement.reference)
    balances: dict[str, list[Decimal]] = {}
    for iban, opening, closing in session.execute(told):
        balances.setdefault(iban, [opening, closing])[1] = closing
    lines = select(BankStatement.iban, func.sum(BankLine.amount)).join(
        BankStatement, BankStatement.id == BankLine.statement_id
    )
    moved = {iban: Decimal(str(amount)) for iban, amount in session.execute(lines.group_by(BankStatement.iban))}
    for iban, (first, last) in sorted(balances.items()):
        if first + moved.get(iban, Decimal(0)) != last:
            yield f"the account {iban} went from {first} to {last}, and its lines say {moved.get(iban, 0)}"


def _stuck(session: Session, engine: Engine) -> Iterator[str]:
    """No incident, no job that is held, failed or overdue, no case that waits for nothing, no task that nobody does."""
    now = engine.clock.now()
    for incident in session.scalars(select(Incident).where(Incident.resolved_at.is_(None))):
        yield f"an incident at {incident.element}: {incident.message}"
    jobs = select(Job.kind, Job.type, Job.element, Job.error).where(
        or_(Job.held, Job.error.is_not(None), Job.due_at < now, Job.leased_until.is_not(None))
    )
    for job in session.execute(jobs):
        yield f"a job of the kind {job.kind} ({job.type or job.element}) does not go on: {job.error}"
    waits = [
        select(each.instance_id).where(each.instance_id == ProcessInstance.id).exists() for each in (Job, Subscription)
    ]
    tasks = select(UserTask.id).where(UserTask.instance_id == ProcessInstance.id, UserTask.state == "created").exists()
    called = aliased(ProcessInstance)
    calls = select(called.id).where(called.parent_id == ProcessInstance.id, called.ended_at.is_(None)).exists()
    waiting = or_(*waits, tasks, calls)
    for case in session.scalars(select(ProcessInstance).where(ProcessInstance.ended_at.is_(None), ~waiting)):
        yield f"the case {case.id} of {case.process_id} waits for nothing"
    yield from _late_tasks(session, engine, now)


def _late_tasks(session: Session, engine: Engine, now: datetime) -> Iterator[str]:
    calendar = engine.settings.staff_calendar(session)
    for task in session.scalars(select(UserTask).where(UserTask.state == "created", UserTask.due_at < now)):
        due = task.due_at
        if due is not None and calendar.between(due.date(), now.date()) > LATE:
            yield f"the task {task.element} of {task.role} was due on {due.date()}"


def _escalations(session: Session, engine: Engine) -> Iterator[str]:
    """The general delegate is called upon rarely."""
    for week, count in escalations_per_week(session, engine).items():
        if count > ESCALATIONS_A_WEEK:
            yield f"{count} in the week {week}"


def escalations_per_week(session: Session, engine: Engine) -> dict[str, int]:
    """How often work came to the general delegate because it was late, by ISO week."""
    rows = session.execute(
        select(HistoryEvent.at, HistoryEvent.data, UserTask.role)
        .join(UserTask, UserTask.id == HistoryEvent.token)
        .where(HistoryEvent.kind == "deadline")
    )
    weeks: Counter[str] = Counter()
    for at, data, role in rows:
        share = int(str((data or {}).get("share", 0)))
        if share >= 150 or (share == 100 and roles.head_of(role or LAST_RESORT) == LAST_RESORT):
            year, week, _ = at.astimezone(engine.settings.zone).isocalendar()
            weeks[f"{year}-W{week:02}"] += 1
    return dict(sorted(weeks.items()))


def _ledgers(session: Session, engine: Engine) -> Iterator[str]:
    """The association's ledger and the foundation's."""
    yield from ledgers.unbalanced(session, engine)


def _places(session: Session, engine: Engine) -> Iterator[str]:
    """Seats, pairs and cohorts."""
    yield from places.double(session, engine)


CHECKS: Final[tuple[Check, ...]] = (
    _double_period, _mail_after_death, _mail_after_opt_out, _two_mails_a_day, _bank_balance, _ledgers, _places, _stuck,
    _escalations,
)  # fmt: skip
