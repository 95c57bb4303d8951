"""What a visitor reads once his address is confirmed: his request is over then, and his seat, or his place in the
queue, goes on under the links of later mails."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from sqlalchemy.orm import Session

from engine.engine import Engine
from engine.models import ProcessInstance
from webapp.operations.variables import variables_in
from webapp.words import _
from workflows.association.case_variables import uuid_or_none
from workflows.association.events.registrations import (
    ATTENDED,
    CONFIRMED,
    FULL,
    OFFERED,
    PAYING,
    WAITING,
    EventRegistration,
)
from workflows.association.events.visiting import REFUSED

PROCESS: Final = "event_visitor"
Said = tuple[str, str]


def _kept() -> Said:
    return _("A seat is kept for you"), _("The mail that we sent you says what there is still to do.")


def _registered() -> Said:
    return _("You are registered"), _("The mail that we sent you holds your ticket.")


def _refused() -> Said:
    return _("You have no seat"), _("The mail that we sent you says why.")


_STANDS: Final[Mapping[str, Callable[[], Said]]] = {
    WAITING: lambda: (_("You are on the waiting list"), _("We write to you as soon as a seat comes free.")),
    OFFERED: _kept,
    PAYING: _kept,
    CONFIRMED: _registered,
    ATTENDED: _registered,
    FULL: _refused,
}


def stands(session: Session, engine: Engine, case: ProcessInstance) -> Said | None:
    """How a visitor's request stands whose case is over, as heading and sentence; None of others, or where nothing came
    of it in time."""
    if case.process_id != PROCESS:
        return None
    known = variables_in(session, engine, case, None)
    found = uuid_or_none(known, "registration_id")
    seat = session.get(EventRegistration, found) if found is not None else None
    if seat is None:
        return _refused() if known.get("outcome") == REFUSED else None
    said = _STANDS.get(seat.state)
    return said() if said is not None else None
