"""What became of the reminders of many renewals: what left, what waits to leave, what was held back, and why.

A rung is noted when it is handed over (`reminders`). The mail that it asks for may wait for the day on which its
reader may be written to, and is asked about once more before it leaves: so the mail's own row tells, not the rung's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from workflows.association.mails import Mail
from workflows.association.outgoing_letters import HELD_BACK, POSTED, TO_POST, OutgoingLetter
from workflows.association.reminders import CALL, MAIL, MISSED, SENT, SKIPPED, Reminder
from workflows.association.sms.messages import SmsMessage

QUEUED: Final = "QUEUED"
SUPPRESSED: Final = "SUPPRESSED"
SMS: Final = "sms"  # the keys beside those of the templates of mails
LETTERS: Final = "letters"

Cases: TypeAlias = Select[tuple[UUID]]


@dataclass(frozen=True, slots=True)
class Told:
    """How many of one reminder left, wait to leave, and were held back at the last moment."""

    left: int = 0
    waiting: int = 0
    held_back: int = 0


def told(session: Session, cases: Cases) -> Mapping[str, Told]:
    """What became of the reminders of these cases: by template of a mail or call, SMS or LETTERS."""
    short = _counted(session, select(SmsMessage.state).where(SmsMessage.case_id.in_(cases)))
    posted = _counted(session, select(OutgoingLetter.state).where(OutgoingLetter.case_id.in_(cases)))
    found = {
        **_mails(session, cases),
        SMS: Told(*(short.get((state,), 0) for state in ("SENT", QUEUED, SUPPRESSED))),
        LETTERS: Told(*(posted.get((state,), 0) for state in (POSTED, TO_POST, HELD_BACK))),
    }
    return {name: each for name, each in found.items() if each != Told()}


def _mails(session: Session, cases: Cases) -> dict[str, Told]:
    """By template. What was handed over and has no row yet waits too; a call was made or is asked for."""
    written = select(Mail.template, Mail.state).where(Mail.instance_id.in_(cases), Mail.template.in_(_asked_for(cases)))
    states = _counted(session, written)
    rungs = select(Reminder.template, Reminder.channel).where(Reminder.outcome == SENT, Reminder.case_id.in_(cases))
    handed = _counted(session, rungs)
    found: dict[str, Told] = {}
    for template in {name for name, _ in (*states, *handed)}:
        left, waiting, held_back = (states.get((template, state), 0) for state in ("SENT", QUEUED, SUPPRESSED))
        unwritten = max(handed.get((template, MAIL), 0) - left - waiting - held_back, 0)
        found[template] = Told(left + handed.get((template, CALL), 0), waiting + unwritten, held_back)
    return found


def _asked_for(cases: Cases) -> Select[tuple[str]]:
    """The templates of the reminders of these cases: their other mails (a confirmation) are none."""
    return select(Reminder.template).where(Reminder.case_id.in_(cases))


def silent(session: Session, cases: Cases) -> Mapping[str, int]:
    """How many reminders of these cases did not leave, by the reason: those that were not handed over, and those that
    were held back when they were about to leave."""
    found: dict[str, int] = {}
    for query in (
        select(Reminder.reason).where(Reminder.outcome.in_((SKIPPED, MISSED)), Reminder.case_id.in_(cases)),
        select(Mail.suppressed).where(
            Mail.state == SUPPRESSED, Mail.instance_id.in_(cases), Mail.template.in_(_asked_for(cases))
        ),
        select(SmsMessage.suppressed).where(SmsMessage.state == SUPPRESSED, SmsMessage.case_id.in_(cases)),
        select(OutgoingLetter.reason).where(OutgoingLetter.state == HELD_BACK, OutgoingLetter.case_id.in_(cases)),
    ):
        for (reason,), count in _counted(session, query).items():
            if reason is not None:
                found[reason] = found.get(reason, 0) + count
    return found


def _counted(session: Session, query: Select[Any]) -> Mapping[tuple[Any, ...], int]:
    """How many rows there are of each combination of the columns of a query."""
    grouped = query.add_columns(func.count()).group_by(*query.selected_columns)
    return {tuple(values): count for *values, count in session.execute(grouped)}
