"""What is due, and whose turn it is: priority first, then the process that was served the longest time ago.

Free jobs (not held, under no lease) stand in one index by priority, type, process and due moment. `look` reads the
end of each group with one probe, so that a look costs the number of groups and not the number of jobs: fifty thousand
timers of one process that are due together keep no other process waiting for more than a batch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import Integer, String, text, update
from sqlalchemy.orm import Session

from engine.models import FREE_JOB, Job
from engine.prepared import fetch
from engine.schema import Moment
from engine.transaction import at_rest

__all__ = ["LOOKED", "ORDINARY", "PATIENT", "URGENT", "Group", "Look", "Turns", "look", "release_expired"]

URGENT: Final = 20  # what a person's act left: somebody waits
ORDINARY: Final = 50  # timers, deadlines and what follows from them
PATIENT: Final = 80  # bulk work that nobody waits for
OVERDUE_TURN: Final = 4  # every fourth turn goes to the group that is late the longest, whatever its priority


class Group(NamedTuple):
    """Free jobs of one priority, job type and process, and when the first of them is due."""

    priority: int
    type: str
    process_id: str
    due_at: datetime


def _first(more: str) -> str:
    """The first free job after a place in the order of the index; `more` says after which."""
    return f"(SELECT id FROM job WHERE {FREE_JOB}{more} ORDER BY priority, type, process_id, due_at, id LIMIT 1)"  # noqa: S608 - constants


# The next group differs in the process, or else in the type, or else in the priority: each a seek. Of one comparison of
# all three SQLite would use the priority alone, and read every job that has it.
_NEXT: Final = ", ".join(
    _first(more)
    for more in (
        " AND priority = head.priority AND type = head.type AND process_id > head.process_id",
        " AND priority = head.priority AND type > head.type",
        " AND priority > head.priority",
    )
)
LOOKED: Final = f"""
    WITH RECURSIVE head(priority, type, process_id, due_at) AS (
        SELECT priority, type, process_id, due_at FROM job WHERE id = {_first("")}
        UNION ALL
        SELECT job.priority, job.type, job.process_id, job.due_at FROM head JOIN job
        ON job.id = COALESCE({_NEXT})
    ), around AS (
        SELECT (SELECT MIN(leased_until) FROM job WHERE leased_until IS NOT NULL) AS first_lease_ends,
               (SELECT COUNT(*) FROM mute) AS muted
    )
    SELECT first_lease_ends, muted, priority, type, process_id, due_at FROM around LEFT JOIN head ON 1 = 1
"""  # noqa: S608 - constants
_LOOK: Final = text(LOOKED).columns(
    first_lease_ends=Moment, muted=Integer, priority=Integer, type=String, process_id=String, due_at=Moment
)


class Look(NamedTuple):
    """What a worker sees of all jobs at once."""

    groups: Sequence[Group]  # with free jobs, by priority, type and process; also those whose first is not due yet
    first_lease_ends: datetime | None
    muted: bool  # nothing leaves the house (`engine.muting`)


def look(session: Session) -> Look:
    """One statement, answered by indexes: what an idle worker asks again and again."""
    rows = fetch(session, _LOOK, {})
    groups = [Group(row.priority, row.type, row.process_id, row.due_at) for row in rows if row.due_at is not None]
    return Look(groups, rows[0].first_lease_ends, rows[0].muted > 0)


def release_expired(session: Session, now: datetime) -> int:
    """The lease sweep: jobs whose worker said nothing until its lease ended are free again; answers how many."""
    over = update(Job).where(at_rest(Job.id, Job.leased_until < now)).values(leased_until=None, leased_by=None)
    return int(session.execute(over.execution_options(synchronize_session=False)).rowcount)  # type: ignore[attr-defined]


@dataclass(slots=True)
class Turns:
    """Remembers who was served when. One a worker: together they are fair because each of them is."""

    served: dict[tuple[int, str, str], int] = field(default_factory=dict)
    count: int = 0

    def order(self, groups: Sequence[Group], now: datetime) -> list[Group]:
        """The groups with due work, whose turn it is first."""
        self.count += 1
        due = [group for group in groups if group.due_at <= now]
        if self.count % OVERDUE_TURN == 0:
            return sorted(due, key=lambda group: group.due_at)
        return sorted(due, key=lambda group: (group.priority, self.served.get(group[:3], 0), group.due_at))

    def serve(self, group: Group) -> None:
        """This group had its turn."""
        self.served[group[:3]] = self.count
