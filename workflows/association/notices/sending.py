"""The connector `notice.push`: hands a notice to the push services of somebody's devices, or to the mails.

One device that took it is enough. It may be sent twice, as `at_least_once` says: the second takes the place of the
first on the device, since both carry the notice's name.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from engine.errors import WorkFailed
from engine.models import UserTask
from engine.registry import Connector, ConnectorWork
from engine.transaction import reading, transaction
from workflows.association import people
from workflows.association.notices import devices, telling
from workflows.association.notices.devices import PushDevice
from workflows.association.notices.push import Outcome, PushSender, deliver
from workflows.association.notices.telling import RETRIES, SEND, TEST, Notice, by_mail

__all__ = ["connector"]

AGAIN: Final = timedelta(minutes=5)
ALWAYS: Final = frozenset({"late", "mention"})  # go by mail to whoever works here no more; the rest is for work alone
PATIENCE: Final = timedelta(minutes=30)  # after which a mail goes instead: fewer attempts than `RETRIES`


def connector(service: PushSender) -> Connector:
    """The connector over this key."""

    def send(work: ConnectorWork) -> None:
        with reading(work.engine) as reader:
            notice = reader.get(Notice, UUID(str(work.variables["notice_id"])))
            if notice is None or notice.outcome:
                return
            over, lang, known = _is_over(reader, work, notice), _lang(reader, notice), _devices(reader, notice)
            awake_at = telling.rings_at(reader, work.engine, notice.person_id, work.now)
            here = telling.may_ring(reader, work.engine, notice.person_id)
        if over or (not here and notice.kind not in ALWAYS):
            _settle(work, notice.id, "none")
            return
        if not here:
            _conclude(work, notice.id, {}, [])
            return
        if awake_at > work.now and notice.kind != TEST:
            raise WorkFailed("its reader sleeps now", retry_after=awake_at - work.now)
        said = {"title": notice.title, "url": notice.path, "tag": notice.id.hex, "lang": lang}
        ours = [each for each in known if each.server_key == service.key.public]
        done = {each.id: deliver(service, each, said, notice.id.hex, work.now) for each in ours}
        work.told["statuses"] = " ".join(str(status) for _, status in done.values())
        outcomes = {device: outcome for device, (outcome, _) in done.items()}
        late = work.now - notice.due_at >= PATIENCE
        if "taken" not in outcomes.values() and "later" in outcomes.values() and not late:
            raise WorkFailed("the push service did not take it", retry_after=AGAIN)
        _conclude(work, notice.id, outcomes, [each.id for each in known if each not in ours])

    return Connector(SEND, send, retries=RETRIES, policy="at_least_once", results=frozenset())


def _devices(reader: Session, notice: Notice) -> Sequence[PushDevice]:
    known = devices.of_person(reader, notice.person_id)
    return [each for each in known if notice.device_id in {None, each.id}]


def _lang(reader: Session, notice: Notice) -> str:
    person = people.get(reader, notice.person_id)
    return "en" if person is not None and person.lang == "en" else "fr"


def _is_over(reader: Session, work: ConnectorWork, notice: Notice) -> bool:
    """Whether it is no news any more: the task is done or somebody else's."""
    if notice.task_id is None:
        return False
    task = reader.get(UserTask, notice.task_id)
    others = task is not None and notice.kind != "late" and task.assignee != f"person:{notice.person_id}"
    return task is None or task.state != "created" or others


def _conclude(work: ConnectorWork, notice_id: UUID, outcomes: dict[UUID, Outcome], foreign: Sequence[UUID]) -> None:
    """Forgets what is gone, and what was asked for another key of ours; a mail goes where no device took it."""
    gone = [device for device, outcome in outcomes.items() if outcome == "gone"]
    taken = [device for device, outcome in outcomes.items() if outcome == "taken"]
    with transaction(work.engine) as session:
        session.execute(delete(PushDevice).where(PushDevice.id.in_([*gone, *foreign])))
        session.execute(update(PushDevice).where(PushDevice.id.in_(taken)).values(told_at=work.now))
        notice = session.get_one(Notice, notice_id)
        if not notice.outcome:
            notice.outcome = "push" if taken else "mail" if by_mail(session, work.engine, notice) else "none"
    work.told.update(devices=len(taken), gone=len(gone))


def _settle(work: ConnectorWork, notice_id: UUID, outcome: str) -> None:
    with transaction(work.engine) as session:
        session.get_one(Notice, notice_id).outcome = outcome
