"""A reminder by short message, beside the mail of the same rung: to who asked for them and has a mobile."""

from __future__ import annotations

from engine.registry import ServiceWork
from workflows.association import consents, memberships, parameters, people, renewal_record
from workflows.association.case_variables import local_day, uuid, uuid_or_none
from workflows.association.settings import Association
from workflows.association.sms import messages, texts

__all__ = ["remind"]

_SENT, _SKIPPED = "SENT", "SKIPPED"  # as `reminders` has them
PAGE = "/membership/"


def remind(work: ServiceWork, association: Association, template: str) -> tuple[str, str | None]:
    """Queues the message of a rung, once; answers the outcome for the journal, and the reason where none is sent."""
    person = people.get(work.session, uuid(work.variables, "person_id"))
    if person is None or not consents.allows(work.session, person.id, messages.CONSENT, member=True):
        return _SKIPPED, "NO_CONSENT"
    to = messages.mobile_of(person)
    if to is None:
        return _SKIPPED, "NO_MOBILE"
    today = local_day(work.now, work.engine.settings.zone)
    known = parameters.rows(work.session, texts.TEXTS, on=today)
    written = next((row for row in known if row.key == template), None)
    if written is None:
        return _SKIPPED, "NO_TEXT"
    said = renewal_record.values(work.session, work.variables, person.lang)
    values = {**said, "association": association.name, "link": association.public_url + PAGE}
    text = texts.filled(str(written.values[person.lang]), {name: values[name] for name in texts.PLACEHOLDERS})
    key, membership = f"sms:{work.token}", memberships.of(work.session, person.id)
    if messages.by_key(work.session, key) is None:
        about = {
            "template": template[:60], "case_id": uuid_or_none(work.variables, "case_id"),
            "membership_end": membership.end_date if membership is not None else None,
        }  # fmt: skip
        messages.queue(work.session, person, text, about, key=key, to=to, now=work.now, leaves=association.sms.leaves)
    return (_SENT, None) if association.sms.leaves else (_SKIPPED, "NO_PROVIDER")
