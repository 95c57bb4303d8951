"""Lines of the account that nobody knows, as work for somebody: each is a case of `bank_line` until it is decided.

A line is decided in its task or on the page of the bank: whichever comes first ends the other. One that is taken up
again, or that waited before there were such cases, is asked about as a new one is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import commands
from engine.assignment import SYSTEM, Actor
from engine.engine import Engine
from engine.models import ProcessInstance, UserTask
from engine.transaction import transaction
from workflows.association import wording
from workflows.association.bank import accounts
from workflows.association.bank.accounts import BankLine, BankStatement
from workflows.association.mail_templates import LANGUAGES
from workflows.association.orders import ASSOCIATION, FOUNDATION
from workflows.association.parameters import Column, Row, Table

__all__ = ["DECIDED", "DECIDERS", "PROCESS", "TASKS", "WAITS", "ask", "ask_all", "decided", "take_over", "task_of"]

PROCESS: Final = "bank_line"
WAITS: Final = "bank_line_waits"  # begins the case of a line
DECIDED: Final = "bank_line_decided"  # ends it: the line was decided on the page of the bank
DECIDERS: Final[Mapping[str, Sequence[str]]] = MappingProxyType(
    {ASSOCIATION: ("FINANCE",), FOUNDATION: ("FOUNDATION_GIFTS", "FOUNDATION_TREASURER")}
)
TASKS: Final = Table(
    "bank_line_task",
    "Temps pour une ligne de banque inconnue",
    "Time for a line of the bank that nobody knows",
    (Column("working_days", "working_days", "Jours ouvrés", "Working days", minimum=1, maximum=60),),
    first=(
        Row("decision", "Dire ce qu’elle est", "Say what it is", 5),
        Row("giving_back", "Renvoyer l’argent", "Send the money back", 5),
    ),
    processes=(PROCESS,),
)


def ask(session: Session, engine: Engine, line: BankLine, *, by: Actor) -> None:
    """Begins the case of a line that waits. While it goes on, asking again changes nothing."""
    statement = session.get_one(BankStatement, line.statement_id)
    known = {
        "line_id": str(line.id), "arrived": line.amount > 0, "booked_on": line.booked_on,
        "deciders": list(DECIDERS[statement.entity]),
        **{f"amount_{lang}": wording.amount(line.amount, lang, statement.currency) for lang in LANGUAGES},
    }  # fmt: skip
    commands.correlate_message(session, engine, WAITS, str(line.id), known, source=WAITS, by=by)


def decided(session: Session, engine: Engine, line: BankLine, *, by: Actor) -> None:
    """Ends the case of a line about which somebody decided elsewhere."""
    commands.correlate_message(session, engine, DECIDED, str(line.id), source=DECIDED, by=by)


def task_of(session: Session, line_id: UUID) -> UUID | None:
    """The open task that asks about a line."""
    query = select(UserTask.id).join(ProcessInstance, ProcessInstance.id == UserTask.instance_id)
    query = query.where(ProcessInstance.process_id == PROCESS, ProcessInstance.start_key == str(line_id))
    return session.scalars(query.where(UserTask.state == "created").limit(1)).first()


def ask_all(session: Session, engine: Engine, *, by: Actor = SYSTEM) -> int:
    """Begins the cases of all lines that wait without one; answers how many that were."""
    waiting = select(BankLine).where(BankLine.state == accounts.UNMATCHED).order_by(BankLine.booked_on, BankLine.id)
    lines = session.scalars(waiting.with_for_update()).all()  # whoever asks beside us sees our cases afterwards
    going_on = select(ProcessInstance.start_key).where(
        ProcessInstance.process_id == PROCESS, ProcessInstance.start_key.is_not(None)
    )
    asked = set(session.scalars(going_on))
    missing = [line for line in lines if str(line.id) not in asked]
    for line in missing:
        ask(session, engine, line, by=by)
    return len(missing)


def take_over(engine: Engine) -> None:
    """Lines that were read before there were cases of them: asked about where a process begins to serve."""
    with transaction(engine) as session:
        ask_all(session, engine)
