"""records of ended cases: a case that named one in its last step alone is found by it too, as by export and erasure"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from alembic import op

from engine.bpmn.state import read_root
from engine.terms import subjects

revision = "0075"
down_revision = "0074"
branch_labels = None
depends_on = None

BATCH = 1_000
MOMENT = sa.DateTime(timezone=True)
CASE = sa.table(
    "process_instance",
    *(sa.column(name, kind) for name, kind in (("id", sa.Uuid()), ("started_at", MOMENT), ("ended_at", MOMENT))),
    sa.column("state", sa.Text()),
)
TERM = sa.table(
    "case_term", sa.column("instance_id", sa.Uuid()), sa.column("term", sa.String()), sa.column("started_at", MOMENT)
)


def upgrade() -> None:
    for cases in _ended():
        known = _known([case.id for case in cases])
        missing = [
            {"instance_id": case.id, "term": term, "started_at": case.started_at}
            for case in cases
            for term in sorted(subjects(read_root(case.state)) - known.get(case.id, set()))
        ]
        if missing:
            op.bulk_insert(TERM, missing)


def _ended() -> Iterator[Sequence[Any]]:
    """The cases that have ended, by id, some at a time."""
    query, last = sa.select(CASE).where(CASE.c.ended_at.is_not(None)).order_by(CASE.c.id).limit(BATCH), None
    while True:
        found = op.get_bind().execute(query if last is None else query.where(CASE.c.id > last)).all()
        if not found:
            return
        yield found
        last = found[-1].id


def _known(ids: Sequence[UUID]) -> dict[UUID, set[str]]:
    found: dict[UUID, set[str]] = {}
    for id_, term in op.get_bind().execute(
        sa.select(TERM.c.instance_id, TERM.c.term).where(TERM.c.instance_id.in_(ids))
    ):
        found.setdefault(id_, set()).add(term)
    return found


def downgrade() -> None:
    """What a case names is true of it in the former schema too: it stays."""
