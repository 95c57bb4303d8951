"""Who reads and changes the texts: who writes for the whole house, and the owners of the process that sends one."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

import workflows
from engine.errors import Refused
from webapp.auth import SignedIn
from webapp.texts.senders import senders
from webapp.viewer import owned_by
from workflows.association.texts import Kind

__all__ = ["READERS", "WRITERS", "may_write", "to_write"]

WRITERS: Final = ("PROCESS_OWNER", "ADMIN", "COMMS", "GENERAL_DELEGATE")
READERS: Final = tuple(sorted({*WRITERS, *(role for each in workflows.catalogue() for role in each.owner_roles)}))


def may_write(session: Session, person: SignedIn, kind: Kind, name: str) -> bool:
    """Whether this person changes this text: a mail that other processes send as well is not their owners' alone."""
    if person.roles.intersection(WRITERS):
        return True
    sending = senders(session).get(name, frozenset()) if kind == "mail" else frozenset()
    return bool(sending) and sending <= owned_by(person.roles)


def to_write(session: Session, person: SignedIn, kind: Kind, name: str) -> None:
    """Raises Refused."""
    if not may_write(session, person, kind, name):
        raise Refused(action="change", kind="text")
