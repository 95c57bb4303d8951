"""Promised work: claimed in batches under a lease, run one transaction each, deleted when done.

| kind | what it does |
|---|---|
| timer | a timer of a case is due |
| service | a service task to try again, or of a type that was unknown |
| connector | work that leaves our database: called with no transaction open |
| continue | a case goes on after 500 automatic elements |
| call, called | a called case is to start; a called case has news for its caller |
| message, signal | a message or signal for one waiting case |
| start, start_timer | a case begins by a signal or a timer |
| publish, publish_all | a message that a case published |
| feed | events of tasks and cases become webhooks for whoever subscribed (`engine.outside.feed`) |
| freed | a case that a keyed message started has ended |
| deadline | a share of a user task's time is over |
| migrate, migrate_all, migrate_end | a case moves to another version, or back; the next few hundred do; no way back |
| act, act_all | one of many cases is suspended, ended, moved …; the next few hundred are (`engine.collective`) |
| retry, retry_all | an incident is tried again; the next few hundred of many are (`engine.bulk`) |

A lease ends by itself: a job of a lost worker is claimed again. Every claim counts `epoch` on, and every result is
written under the epoch of its claim: a worker that comes too late matches no row and changes nothing.
`epoch - attempts - 1` claims ended without a word: so many workers were lost on the job.

`engine.due` says whose turn it is, `engine.claims` leases, `engine.batches` runs what was leased.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import UUID

from engine.batches import Batch, run_claimed
from engine.claims import BATCH, Claimed, Lane, claim_due, claim_one, free_expired, give_back, next_due
from engine.due import Look, Turns

if TYPE_CHECKING:
    from engine.engine import Engine

__all__ = [
    "BATCH", "Batch", "Claimed", "Lane", "claim_due", "free_expired", "give_back", "next_due", "run_claimed", "run_due",
    "run_job",
]  # fmt: skip


def run_job(engine: Engine, job_id: UUID) -> bool:
    """Claims and runs this job; False where it is gone, not due, held, leased, or its connector has no room for it."""
    claimed = claim_one(engine, job_id)
    for job in claimed:
        run_claimed(engine, job)
    return bool(claimed)


def run_due(
    engine: Engine, *, limit: int = 100_000, lane: Lane = "all", turns: Turns | None = None, seen: Look | None = None,
    each: Callable[[Batch], None] = Batch.run,
) -> int:  # fmt: skip
    """Runs jobs until nothing is due (or `limit` were run); answers how many. `each` runs what one claim leased.

    `seen`: what the caller has just seen of the jobs, which is not looked at again.
    """
    count, turns = 0, turns or Turns()
    while count < limit:
        claimed = claim_due(engine, min(BATCH, limit - count), lane=lane, turns=turns, seen=seen)
        if not claimed:
            break
        each(Batch(engine, deque(claimed)))
        count, seen = count + len(claimed), None
    return count
