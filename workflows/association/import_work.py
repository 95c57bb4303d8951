"""The jobs of imports from a page: a look that tells how far it is, and the import itself, in one transaction."""

from __future__ import annotations

from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from engine.registry import Connector, ConnectorWork
from engine.transaction import reading, transaction
from workflows.association import import_drafts
from workflows.association.case_variables import local_day, uuid
from workflows.association.import_drafts import CARRY_OUT, LOOK, LOOKING, RUNNING, ImportDraft
from workflows.association.settings import Association

__all__ = ["connectors"]

EVERY: Final = 500  # lines between two words about how far it is


def connectors(association: Association) -> list[Connector]:
    """The connectors of an association; both may be called again, for they look at the state of the file first."""

    def look(work: ConnectorWork) -> None:
        _look(work, association.erasure_key)

    def carry_out(work: ConnectorWork) -> None:
        with transaction(work.engine) as session:
            draft = _draft(session, work, lock=True)
            if draft is not None and draft.state == RUNNING:
                import_drafts.carry_out(session, draft, association.erasure_key, _today(work), work.now)

    return [
        Connector(type_, does, retries=3, policy="idempotent", results=frozenset(), answers=True)
        for type_, does in ((LOOK, look), (CARRY_OUT, carry_out))
    ]


def _look(work: ConnectorWork, key: bytes) -> None:
    def told(reached: int) -> None:
        if reached % EVERY == 0:
            with transaction(work.engine) as writer:
                found = _draft(writer, work)
                if found is not None:
                    found.reached = reached

    with reading(work.engine) as session:
        draft = _draft(session, work)
        if draft is None or draft.state != LOOKING:
            return
        seen = import_drafts.look_at(session, draft, key, _today(work), work.now, told)
    with transaction(work.engine) as session:
        draft = _draft(session, work, lock=True)
        if draft is not None and draft.state == LOOKING:
            import_drafts.looked(draft, seen)


def _today(work: ConnectorWork) -> date:
    return local_day(work.now, work.engine.settings.zone)


def _draft(session: Session, work: ConnectorWork, *, lock: bool = False) -> ImportDraft | None:
    return session.get(ImportDraft, uuid(work.variables, "draft_id"), with_for_update=lock or None)
