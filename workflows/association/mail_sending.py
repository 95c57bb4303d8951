"""The connector `mail.send`: renders, checks once more whether the mail may go, and hands it to the transport.

Headers of the element: `template`. Promise: at least once, with the same Message-ID at every attempt (RFC 5322 §3.6.4),
because SMTP does not deduplicate. Death, opt-out and bounces are checked here, at send time, whatever the flow thought.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from uuid import NAMESPACE_OID, UUID, uuid5

from sqlalchemy.orm import Session

from engine.errors import WorkFailed
from engine.registry import Connector, ConnectorWork
from engine.transaction import transaction
from workflows.association import consents, mail_holds, mail_templates, mails, memberships, people
from workflows.association.case_variables import uuid_or_none
from workflows.association.mail_values import person_of, recipient, values
from workflows.association.mails import Mail
from workflows.association.settings import Association

_HIDDEN_LINK = "…"
_DOT_ATOM = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*")


def connector(association: Association) -> Connector:
    """The connector `mail.send` of an association."""

    def send(work: ConnectorWork) -> None:
        deliver(association, work)

    return Connector(mails.JOB_TYPE, send, retries=5, policy="at_least_once", results=frozenset())


def deliver(association: Association, work: ConnectorWork) -> None:
    """Sends the mail of a job, once it is due and allowed. Raises WorkFailed, MailTemplateRefused."""
    with transaction(work.engine) as session:
        mail = _row(session, association, work)
        if mail.state in {"SENT", "SUPPRESSED"}:
            return
        mail.suppressed = reason_not_to_send(session, mail)
        if mail.suppressed is not None:
            mail.state = "SUPPRESSED"
            return
        mail.due_at = mail.due_at if mail.transactional else mails.awake(max(mail.due_at, work.now), association.zone)
        if mail.due_at > work.now:
            mails.promise(session, mail)
            return
        mail.message_id = message_id(mail.key, association.mail_from)
        message = compose(mail, association, work.now)
        sender = association.replies.of(mail.id) or association.mail_from
    work.told["message_id"] = message_id(mail.key, association.mail_from)
    work.told["reply"] = association.transport.send(message, sender)
    with transaction(work.engine) as session:
        _mark_sent(session, mail.id, work.now, association)


def _row(session: Session, association: Association, work: ConnectorWork) -> Mail:
    """The mail of a job: queued before (its id is a variable), written at an earlier attempt, or written now."""
    posted = uuid_or_none(work.variables, "mail_id")
    mail = session.get(Mail, posted) if posted else mails.by_key(session, work.idempotency_key)
    if mail is not None:
        return mail
    if posted is not None or work.instance_id is None or not work.headers.get("template"):
        raise WorkFailed("the mail of this job is not there", again=False)
    return _write(session, association, work, work.instance_id)


def _write(session: Session, association: Association, work: ConnectorWork, instance_id: UUID) -> Mail:
    to = recipient(session, work.variables)
    if to is None:
        raise WorkFailed("nobody to write to: the person or the draft was deleted", again=False)
    template = mail_templates.load(work.headers["template"], to.lang)
    link = association.link(session, instance_id, to.actor) if "link" in template.placeholders else ""
    rendered = mail_templates.render(template, values(session, association, work.variables, to, link))
    filed: Mapping[str, object] = {
        "to_address": to.address or "",
        "lang": to.lang,
        "template": template.name,
        "person_id": person_of(to),
        "application_id": to.application.id if to.application else None,
        "instance_id": instance_id,
    }
    return mails.queue(
        session, filed, rendered, key=work.idempotency_key, transactional=template.transactional, now=work.now
    )


def reason_not_to_send(session: Session, mail: Mail) -> str | None:
    """DECEASED, HELD, NO_ADDRESS, BOUNCED, OPTED_OUT or None. A death stops every mail, a reported one too."""
    person = people.get(session, mail.person_id) if mail.person_id is not None else None
    if person is not None and person.deceased_on is not None:
        return "DECEASED"
    if person is not None and mail_holds.holding(session, person.id) is not None:
        return "HELD"
    if not mail.to_address:
        return "NO_ADDRESS"
    if person is None:
        return None
    bounced = {email.folded for email in person.emails if email.bounce_state == "HARD"}
    if mail.to_address.casefold() in bounced:
        return "BOUNCED"
    member = memberships.entitlement(session, person.id) in memberships.PAID_UP
    if not mail.transactional and not consents.allows(session, person.id, "assoc_news", member=member):
        return "OPTED_OUT"
    return None


def message_id(key: str, sender: str) -> str:
    """The same Message-ID for the same key, within the sender's domain: the key, where RFC 5322 §3.6.4 admits it."""
    domain = sender.rpartition("@")[2]
    local = key if _DOT_ATOM.fullmatch(key) else uuid5(NAMESPACE_OID, key).hex
    return f"<{local}@{domain}>"


def compose(mail: Mail, association: Association, now: datetime) -> EmailMessage:
    """The message as it leaves. The policy of `email` refuses line ends in headers; they were taken out before."""
    message = EmailMessage()
    message["From"] = formataddr((mail_templates.one_line(association.name), association.mail_from))
    message["To"] = mail.to_address
    if association.replies.mailbox:
        message["Reply-To"] = association.replies.of(mail.id)
    message["Subject"] = mail_templates.one_line(mail.subject)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = mail.message_id or message_id(mail.key, association.mail_from)
    message["Content-Language"] = mail.lang
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    return message


def _mark_sent(session: Session, mail_id: UUID, now: datetime, association: Association) -> None:
    mail = session.get_one(Mail, mail_id)
    mail.state, mail.sent_at = "SENT", now
    if association.transport.leaves:
        # The archive must not open cases: whoever reads a stolen copy of it finds no working link.
        links = re.compile(re.escape(association.public_url) + r"[^\s\"'<>)]*")
        mail.text, mail.html = links.sub(_HIDDEN_LINK, mail.text), links.sub(_HIDDEN_LINK, mail.html)
