"""What is old enough goes: nightly, by rules whose lengths are dated parameters (`retention_rule`).

Each batch is a transaction, and every batch asks anew what is left, so that a night that was cut off goes on where it
stopped. A dry run counts and changes nothing. Each run is on record with its counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, DateTime, String, Uuid, func, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.engine import Engine
from engine.models import Base, Moment
from engine.personal import Impersonal
from engine.transaction import reading, transaction
from workflows.association.case_variables import local_day
from workflows.association.privacy import case_ages, prospects, removal
from workflows.association.privacy.categories import cutoff
from workflows.association.privacy.declarations import Held, personal
from workflows.association.privacy.night import Night
from workflows.association.settings import Association

__all__ = ["Counted", "RetentionRun", "Rule", "last_runs", "rules", "run"]

BATCH: Final = 200


class RetentionRun(Base):
    """One rule of one night: how many rows were old enough, how many went."""

    __tablename__ = "retention_run"
    __privacy__ = Impersonal("counts of rows by rule")
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    rule: Mapped[str] = mapped_column(String(60))
    found: Mapped[int]
    done: Mapped[int]
    dry: Mapped[bool]
    began_at: Mapped[datetime] = mapped_column(Moment, index=True)
    ended_at: Mapped[datetime] = mapped_column(Moment)


@dataclass(frozen=True, slots=True)
class Rule:
    """`count` says how much is old enough, `batch` lets some of it go and says how much; both in a session."""

    key: str
    count: Callable[[Session, Night], int]
    batch: Callable[[Session, Night, int], int]


@dataclass(frozen=True, slots=True)
class Counted:
    """What a rule found and did."""

    rule: str
    found: int
    done: int


def rules() -> Sequence[Rule]:
    """Every rule: cases and people first, since much goes with them; then each table that says from when it counts."""
    return (
        Rule("case", case_ages.count, case_ages.batch),
        Rule("proof", case_ages.count_proofs, case_ages.erase_proofs),
        Rule("prospect", prospects.count, prospects.batch),
        *(_of_table(held) for held in personal() if held.says.since),
    )


def run(
    engine: Engine, association: Association, *, dry: bool = False, only: str = "", most: int | None = None
) -> Iterator[Counted]:
    """Carries the rules out, one after the other; `most`: batches altogether, then the rest waits for another run."""
    now = engine.clock.now()
    night = Night(engine, association, now, local_day(now, engine.settings.zone))
    left = most
    for rule in rules():
        if only and rule.key.split(":")[0] != only:
            continue
        with reading(engine) as reader:
            found = rule.count(reader, night)
        done = 0
        while not dry and done < found and (left is None or left > 0):
            with transaction(engine) as session:
                went = rule.batch(session, night, BATCH)
            if not went:
                break
            done += went
            left = None if left is None else left - 1
        if found:
            _record(engine, rule.key, found, done, dry=dry, began_at=now)
        yield Counted(rule.key, found, done)


def last_runs(session: Session, *, limit: int = 60) -> Sequence[RetentionRun]:
    """The latest runs, the newest first."""
    return session.scalars(
        select(RetentionRun).order_by(RetentionRun.began_at.desc(), RetentionRun.rule).limit(limit)
    ).all()


def _record(engine: Engine, rule: str, found: int, done: int, *, dry: bool, began_at: datetime) -> None:
    with transaction(engine) as session:
        session.add(
            RetentionRun(
                id=uuid4(), rule=rule, found=found, done=done, dry=dry, began_at=began_at, ended_at=engine.clock.now()
            )
        )


def _of_table(held: Held) -> Rule:
    """The rule of a table that says from when its time counts."""
    table = held.table
    key = next(iter(table.primary_key.columns))

    def count(session: Session, night: Night) -> int:
        old = _old(session, held, night)
        return 0 if old is None else session.scalar(select(func.count()).select_from(table).where(old)) or 0

    def batch(session: Session, night: Night, most: int) -> int:
        old = _old(session, held, night)
        found: list[Any] = [] if old is None else list(session.scalars(select(key).where(old).limit(most)))
        removal.with_what_belongs(session, table, found)
        return len(found)

    return Rule(f"{held.says.category}:{table.name}", count, batch)


def _old(session: Session, held: Held, night: Night) -> ColumnElement[bool] | None:
    """The condition of the rows that are old enough and that nothing needs which is kept longer."""
    day = cutoff(session, held.says.category, night.today)
    if day is None:
        return None
    column = held.table.c[held.says.since]
    moment = datetime.combine(day, time(), night.engine.settings.zone)
    if held.says.lasts is not None:
        moment = max(moment, night.now - held.says.lasts)
    old = column < (moment if isinstance(column.type, Moment | DateTime) else day)
    if held.says.where:
        old &= text(held.says.where)
    key = next(iter(held.table.primary_key.columns))
    for needs in removal.still_needed(held.table):
        old &= ~select(needs).where(needs == key).exists()
    return old
