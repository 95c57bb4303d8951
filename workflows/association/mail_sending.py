"""The connector `mail.send`: renders, checks once more whether the mail may go, and hands it to the transport.

The template is named by the header `template`, or by a variable of this name where the case decides it. Promise: at
least once, with the same Message-ID at every attempt (RFC 5322 §3.6.4), because SMTP does not deduplicate. `mail_guard`
says who gets none, `mail_day` what travels with it and when.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from itertools import zip_longest
from typing import Final
from uuid import UUID

from sqlalchemy import String, Uuid, bindparam, literal_column, or_, select, update
from sqlalchemy.orm import Session

from engine.errors import WorkFailed
from engine.prepared import fetch, write
from engine.registry import Connector, ConnectorWork, NotBegun
from engine.schema import Moment
from engine.transaction import transaction
from workflows.association import link_lives, mail_day, mail_templates, mails, memberships, people, texts
from workflows.association.calendars.appointments import CANCELLED, Appointment
from workflows.association.calendars.icalendar_text import Party, invitation
from workflows.association.case_variables import local_day, text, uuid_or_none
from workflows.association.mail_guard import reason_not_to_send
from workflows.association.mail_message import compose, message_id
from workflows.association.mail_transport import Post
from workflows.association.mail_values import Recipient, person_of, recipient, values
from workflows.association.mails import Mail
from workflows.association.people import Person
from workflows.association.settings import Association

_HIDDEN_LINK = "…"


def connectors(association: Association) -> list[Connector]:
    """The connector `mail.send` of an association, and its twin for what readers asked for themselves."""

    def send(work: ConnectorWork) -> None:
        deliver(association, work)

    def send_round(works: Sequence[ConnectorWork]) -> Sequence[Exception | None]:
        return deliver_round(association, works)

    return [
        Connector(
            type_, send, retries=5, policy="at_least_once", results=frozenset(), answers=type_ != mails.JOB_TYPE,
            round=send_round,
        )
        for type_ in (mails.JOB_TYPE, mails.ANSWER_TYPE)
    ]  # fmt: skip


def deliver(association: Association, work: ConnectorWork) -> None:
    """Sends the mail of a job, once it is due and allowed, with what else waits for its reader.

    Raises WorkFailed, MailTemplateRefused.
    """
    with transaction(work.engine) as session:
        ready = _prepared(session, association, work, _known(session, [work]))
    if ready is None:
        return
    _hand_over(work, ready, association.transport.send)
    with transaction(work.engine) as session:
        _mark_sent(session, ready.mail_ids, work.now, association)


@dataclass(frozen=True, slots=True)
class Ready:
    """A message that leaves now, and the mails that it carries."""

    mail_ids: Sequence[UUID]
    message: EmailMessage
    message_id: str
    sender: str


def deliver_round(association: Association, works: Sequence[ConnectorWork]) -> Sequence[Exception | None]:
    """Sends the mails of several jobs: written and asked about in one transaction, handed over on one connection, and
    marked as sent in one transaction.

    After a failure of the server, or a quarter of the lease, the others are not begun. Raises before anything leaves.
    """
    with transaction(works[0].engine) as session:
        answers: list[Exception | None] = []
        parcels: list[Ready | None] = []
        known = _known(session, works)
        for work in works:
            try:
                parcels.append(_prepared(session, association, work, known))
                answers.append(None)
            except WorkFailed as failed:
                parcels.append(None)
                answers.append(failed)
    sent: list[int] = []
    with association.transport.open() as post:
        began, lost = time.monotonic(), False
        longest = works[0].engine.settings.lease.total_seconds() / 4
        for place, ready in enumerate(parcels):
            if ready is None:
                continue
            if lost or time.monotonic() - began > longest:
                answers[place] = NotBegun()
                continue
            try:
                _hand_over(works[place], ready, post)
                sent.append(place)
            except Exception as failed:  # noqa: BLE001 - the engine logs it and says what comes of it
                answers[place], lost = failed, not isinstance(failed, WorkFailed) or failed.again
    return _marked(association, works, parcels, sent, answers)


def _marked(
    association: Association, works: Sequence[ConnectorWork], parcels: Sequence[Ready | None], sent: Sequence[int],
    answers: list[Exception | None],
) -> Sequence[Exception | None]:  # fmt: skip
    try:
        with transaction(works[0].engine) as session:
            gone = [id_ for place in sent if (ready := parcels[place]) is not None for id_ in ready.mail_ids]
            _mark_sent(session, gone, works[0].now, association)
    except Exception as failed:  # noqa: BLE001 - they have left, and their rows do not say so: each is tried again
        for place in sent:
            answers[place] = failed
    return answers


@dataclass(frozen=True, slots=True)
class Known:
    """The mails of several jobs that were written before, and their readers: read together, and held."""

    by_id: Mapping[UUID, Mail]
    by_key: Mapping[str, Mail]
    readers: Mapping[UUID, Person]


_PLACES: Final = tuple(f"key_{place}" for place in range(5))  # keys of one question, which stays prepared
_OF_KEYS: Final = select(Mail.key).where(Mail.key.in_([bindparam(place, type_=String()) for place in _PLACES]))
_SENT: Final = (
    update(Mail.__table__)  # type: ignore[arg-type]
    .where(Mail.id == bindparam("b_id", type_=Uuid()))
    .values(state=literal_column("'SENT'"), sent_at=bindparam("b_at", type_=Moment()))
)
_WRITTEN: Final = select(Mail).where(
    or_(Mail.id.in_(bindparam("ids", expanding=True)), Mail.key.in_(bindparam("keys", expanding=True)))
)


def _known(session: Session, works: Sequence[ConnectorWork]) -> Known:
    posted = {id_ for work in works if (id_ := uuid_or_none(work.variables, "mail_id")) is not None}
    keys = {work.idempotency_key for work in works if "mail_id" not in work.variables}
    keys = set(_written(session, sorted(keys)))  # few: most are written at the first attempt
    found = session.scalars(_WRITTEN, {"ids": list(posted), "keys": list(keys)}).all() if posted or keys else ()
    readers = {id_ for work in works if (id_ := uuid_or_none(work.variables, "person_id")) is not None}
    readers |= {mail.person_id for mail in found if mail.person_id is not None}
    return Known({mail.id: mail for mail in found}, {mail.key: mail for mail in found}, people.gather(session, readers))


def _written(session: Session, keys: Sequence[str]) -> Iterator[str]:
    """Those of the keys of which there is a mail."""
    for first in range(0, len(keys), len(_PLACES)):
        asked = dict(zip_longest(_PLACES, keys[first : first + len(_PLACES)], fillvalue=keys[first]))
        yield from (row.key for row in fetch(session, _OF_KEYS, asked))


def _prepared(session: Session, association: Association, work: ConnectorWork, known: Known) -> Ready | None:
    """The message of a job with what else waits for its reader; None where nothing leaves now."""
    mail = _row(session, association, work, known)
    if mail.state in {"SENT", "SUPPRESSED"} or mail.merged_into is not None:
        return None
    mail.suppressed = reason_not_to_send(session, association, mail, work.now)
    if mail.suppressed is not None:
        mail.state = "SUPPRESSED"
        mail_day.release(session, mail, work.now)
        return None
    loaded = mail_day.load(session, association, mail, work.now)
    if not loaded:
        return None
    named = message_id(mail.key, association.mail_from)
    for each in loaded:
        each.message_id = named
    sender = association.replies.of(mail.id) or association.mail_from
    return Ready([each.id for each in loaded], compose(loaded, association, work.now), named, sender)


def _hand_over(work: ConnectorWork, ready: Ready, post: Post) -> None:
    work.told["message_id"] = ready.message_id
    work.told["reply"] = post(ready.message, ready.sender)


def _row(session: Session, association: Association, work: ConnectorWork, known: Known) -> Mail:
    """The mail of a job: queued before (its id is a variable), written at an earlier attempt, or written now."""
    posted = uuid_or_none(work.variables, "mail_id")
    mail = known.by_id.get(posted) if posted else known.by_key.get(work.idempotency_key)
    if mail is not None:
        return mail
    template = work.headers.get("template") or text(work.variables, "template")
    if posted is not None or work.instance_id is None or not template:
        raise WorkFailed("the mail of this job is not there", again=False)
    about = uuid_or_none(work.variables, "case_id") or work.instance_id
    return _write(session, association, work, template, about)


def _write(session: Session, association: Association, work: ConnectorWork, name: str, instance_id: UUID) -> Mail:
    """`instance_id`: the case that the mail is about, which a called case names in `case_id`; its link leads there."""
    today = local_day(work.now, association.zone)
    to = recipient(session, work.variables, today)
    if to is None:
        raise WorkFailed("nobody to write to: the person or the draft was deleted", again=False)
    template = texts.mail(session, name, to.lang, today)
    link = ""
    if "link" in template.placeholders:
        life = link_lives.life(session, link_lives.kind_of(name), today)
        link = association.link(session, instance_id, to.actor, life)
    said = values(session, association, work.variables, to, link, template.placeholders, today)
    rendered = mail_templates.render(template, said)
    reminder = template.kind == "reminder"
    membership = memberships.of(session, to.person.id) if reminder and to.person is not None else None
    filed: Mapping[str, object] = {
        "to_address": to.address or "",
        "lang": to.lang,
        "template": template.name,
        "person_id": person_of(to),
        "application_id": to.application.id if to.application else None,
        "instance_id": instance_id,
        "cause": mails.caused(work.instance_id, work.element) if work.instance_id is not None else None,
        "order_key": text(work.variables, "order_key")[:24] or None if reminder else None,
        "membership_end": membership.end_date if membership is not None else None,
    }
    method = work.headers.get("calendar")
    if method is not None:
        filed = {**filed, "calendar": _invitation(session, association, work, to, method)}
    return mails.queue(session, filed, rendered, key=work.idempotency_key, kind=template.kind, now=work.now)


def _invitation(
    session: Session, association: Association, work: ConnectorWork, to: Recipient, method: str
) -> str | None:
    """The meeting of the variable `appointment_id`, as the header `calendar` wants it: REQUEST or CANCEL."""
    found = uuid_or_none(work.variables, "appointment_id")
    appointment = session.get(Appointment, found) if found is not None else None
    if appointment is None or not to.address:
        return None
    if method == "REQUEST" and appointment.state == CANCELLED:
        method = "CANCEL"  # it was called off after this mail was promised
    return invitation(
        appointment,
        organizer=Party(association.name, association.mail_from),
        guest=Party(to.first_names, to.address),
        lang=to.lang,
        method="CANCEL" if method == "CANCEL" else "REQUEST",
    )


def _mark_sent(session: Session, ids: Sequence[UUID], now: datetime, association: Association) -> None:
    if not association.transport.leaves:
        write(session, _SENT, [{"b_id": id_, "b_at": now} for id_ in ids])
        return
    # The archive must not open cases: whoever reads a stolen copy of it finds no working link.
    links = re.compile(re.escape(association.public_url) + r"[^\s\"'<>)]*")
    for mail in session.scalars(select(Mail).where(Mail.id.in_(ids))):
        mail.state, mail.sent_at = "SENT", now
        mail.text, mail.html = links.sub(_HIDDEN_LINK, mail.text), links.sub(_HIDDEN_LINK, mail.html)
