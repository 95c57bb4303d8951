"""The connector `mail.send`: renders, checks once more whether the mail may go, and hands it to the transport.

The template is named by the header `template`, or by a variable of this name where the case decides it. Promise: at
least once, with the same Message-ID at every attempt (RFC 5322 §3.6.4), because SMTP does not deduplicate. `mail_guard`
says who gets none, `mail_day` what travels with it and when.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from engine.errors import WorkFailed
from engine.registry import Connector, ConnectorWork
from engine.transaction import transaction
from workflows.association import mail_day, mail_templates, mails, memberships, texts
from workflows.association.calendars.appointments import CANCELLED, Appointment
from workflows.association.calendars.icalendar_text import Party, invitation
from workflows.association.case_variables import local_day, text, uuid_or_none
from workflows.association.mail_guard import reason_not_to_send
from workflows.association.mail_message import compose, message_id
from workflows.association.mail_values import Recipient, person_of, recipient, values
from workflows.association.mails import Mail
from workflows.association.settings import Association

_HIDDEN_LINK = "…"


def connectors(association: Association) -> list[Connector]:
    """The connector `mail.send` of an association, and its twin for what readers asked for themselves."""

    def send(work: ConnectorWork) -> None:
        deliver(association, work)

    return [
        Connector(type_, send, retries=5, policy="at_least_once", results=frozenset(), answers=type_ != mails.JOB_TYPE)
        for type_ in (mails.JOB_TYPE, mails.ANSWER_TYPE)
    ]


def deliver(association: Association, work: ConnectorWork) -> None:
    """Sends the mail of a job, once it is due and allowed, with what else waits for its reader.

    Raises WorkFailed, MailTemplateRefused.
    """
    with transaction(work.engine) as session:
        mail = _row(session, association, work)
        if mail.state in {"SENT", "SUPPRESSED"} or mail.merged_into is not None:
            return
        mail.suppressed = reason_not_to_send(session, association, mail, work.now)
        if mail.suppressed is not None:
            mail.state = "SUPPRESSED"
            mail_day.release(session, mail, work.now)
            return
        loaded = mail_day.load(session, association, mail, work.now)
        if not loaded:
            return
        named = message_id(mail.key, association.mail_from)
        for each in loaded:
            each.message_id = named
        message = compose(loaded, association, work.now)
        sender = association.replies.of(mail.id) or association.mail_from
    work.told["message_id"] = named
    work.told["reply"] = association.transport.send(message, sender)
    with transaction(work.engine) as session:
        for each in loaded:
            _mark_sent(session, each.id, work.now, association)


def _row(session: Session, association: Association, work: ConnectorWork) -> Mail:
    """The mail of a job: queued before (its id is a variable), written at an earlier attempt, or written now."""
    posted = uuid_or_none(work.variables, "mail_id")
    mail = session.get(Mail, posted) if posted else mails.by_key(session, work.idempotency_key)
    if mail is not None:
        return mail
    template = work.headers.get("template") or text(work.variables, "template")
    if posted is not None or work.instance_id is None or not template:
        raise WorkFailed("the mail of this job is not there", again=False)
    about = uuid_or_none(work.variables, "case_id") or work.instance_id
    return _write(session, association, work, template, about)


def _write(session: Session, association: Association, work: ConnectorWork, name: str, instance_id: UUID) -> Mail:
    """`instance_id`: the case that the mail is about, which a called case names in `case_id`; its link leads there."""
    to = recipient(session, work.variables)
    if to is None:
        raise WorkFailed("nobody to write to: the person or the draft was deleted", again=False)
    today = local_day(work.now, association.zone)
    template = texts.mail(session, name, to.lang, today)
    link = association.link(session, instance_id, to.actor) if "link" in template.placeholders else ""
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
    appointment = session.get(Appointment, uuid_or_none(work.variables, "appointment_id"))
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


def _mark_sent(session: Session, mail_id: UUID, now: datetime, association: Association) -> None:
    mail = session.get_one(Mail, mail_id)
    mail.state, mail.sent_at = "SENT", now
    if association.transport.leaves:
        # The archive must not open cases: whoever reads a stolen copy of it finds no working link.
        links = re.compile(re.escape(association.public_url) + r"[^\s\"'<>)]*")
        mail.text, mail.html = links.sub(_HIDDEN_LINK, mail.text), links.sub(_HIDDEN_LINK, mail.html)
