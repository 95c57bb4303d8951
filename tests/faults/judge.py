"""What became of the cases: the database's word against what people were promised and what the world heard."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from engine.models import Effect, HistoryEvent, Job, ProcessInstance
from tests.faults import ledger, subject

__all__ = ["Verdict", "judge"]


@dataclass(slots=True)
class Verdict:
    """`doubled` counts everything that happened twice; `wrong` says what of that, or else, may not be."""

    cases: int = 0
    lost: int = 0
    stuck: int = 0
    doubled: int = 0
    wrong: list[str] = field(default_factory=list)

    def add(self, other: Verdict) -> None:
        """Both together."""
        self.cases, self.lost, self.stuck = self.cases + other.cases, self.lost + other.lost, self.stuck + other.stuck
        self.doubled += other.doubled
        self.wrong += other.wrong

    @property
    def clean(self) -> bool:
        """Whether every promise was kept."""
        return not (self.lost or self.stuck or self.wrong)


def judge(
    session: Session, labels: Sequence[str], effects: Sequence[ledger.Effect], refused: Sequence[str] = ()
) -> Verdict:
    """Judges the cases of these labels, each of which somebody was told to have begun."""
    verdict = Verdict(cases=len(labels), lost=len(refused), wrong=[f"refused: {each}" for each in refused])
    for label in labels:
        rows = session.execute(select(ProcessInstance).where(ProcessInstance.business_key == label)).scalars().all()
        if not rows:
            verdict.lost += 1
            verdict.wrong.append(f"{label}: there is no such case")
            continue
        if len(rows) > 1:
            verdict.doubled += len(rows) - 1
            verdict.wrong.append(f"{label}: begun {len(rows)} times")
        mine = [effect for effect in effects if effect.label == label]
        _judge_case(session, rows[0], label, mine, verdict)
    return verdict


def _judge_case(
    session: Session, row: ProcessInstance, label: str, effects: Sequence[ledger.Effect], verdict: Verdict
) -> None:
    if row.status != "completed":
        verdict.stuck += 1
        jobs = session.execute(
            select(Job.kind, Job.type, Job.element, Job.error).where(Job.instance_id == row.id)
        ).all()
        verdict.wrong.append(f"{label}: stands still, {row.status}, {row.incidents} incidents, jobs {list(jobs)}")
    kinds = select(HistoryEvent.element).where(
        HistoryEvent.instance_id == row.id, HistoryEvent.kind == "task_completed"
    )
    completed = Counter(session.execute(kinds).scalars())
    booked = session.execute(text("SELECT COUNT(*) FROM book WHERE label = :label"), {"label": label}).scalar_one()
    inside = {"booking": booked} | {task: completed[task] for task in subject.TASKS}
    for what, times in inside.items():
        if times == 0 and row.status == "completed":
            verdict.lost += 1
            verdict.wrong.append(f"{label}: no {what}")
        elif times > 1:
            verdict.doubled += times - 1
            verdict.wrong.append(f"{label}: {times} times {what}")
    for element, policy in subject.POLICIES.items():
        keys = [effect.key for effect in effects if effect.element == element]
        if not keys and row.status == "completed":
            verdict.lost += 1
            verdict.wrong.append(f"{label}: the world never heard of {element}")
        if len(set(keys)) > 1:
            verdict.wrong.append(f"{label}: {len(set(keys))} keys of {element}")
        # A receiver that knows the key does an idempotent call once; the others it does as often as it hears them.
        effects_of = len(set(keys)) if policy == "idempotent" else len(keys)
        if effects_of > 1:
            verdict.doubled += effects_of - 1
            if policy != "at_least_once":
                said = ", ".join(_recorded(session, keys))
                verdict.wrong.append(f"{label}: {effects_of} times {element}, which is {policy} (on record: {said})")


def _recorded(session: Session, keys: Sequence[str]) -> Sequence[str]:
    """What was put on record about the attempts under these keys, in order."""
    rows = select(Effect.fact).where(Effect.key.in_(keys)).order_by(Effect.key, Effect.number, Effect.step)
    return session.execute(rows).scalars().all()
