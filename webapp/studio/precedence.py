"""Whose version counts when the software is started or updated: what owners brought into force in the studio stays."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.models import ProcessDefinition
from webapp.studio.models import StudioDecision

__all__ = ["brought_here"]


def brought_here(session: Session) -> frozenset[str]:
    """The processes whose version in force comes from a draft."""
    newest = select(ProcessDefinition.process_id, func.max(ProcessDefinition.version).label("version"))
    latest = newest.group_by(ProcessDefinition.process_id).subquery()
    query = (
        select(ProcessDefinition.process_id)
        .join(StudioDecision, StudioDecision.deployment_id == ProcessDefinition.deployment_id)
        .join(
            latest,
            (latest.c.process_id == ProcessDefinition.process_id) & (latest.c.version == ProcessDefinition.version),
        )
    )
    return frozenset(session.scalars(query))
