"""Service tasks of a request about somebody's data: its days, its warnings, its extension, and what is carried out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from engine.assignment import SYSTEM
from engine.engine import Engine
from engine.errors import WorkFailed
from engine.registry import ServiceWork, service_task
from engine.transaction import transaction
from workflows.association import consents, mails, people, preferences, roles, wording
from workflows.association.case_variables import local_day, text, uuid, whole
from workflows.association.people import Alias, Person
from workflows.association.privacy import files, requests, running_gifts
from workflows.association.privacy.files import PrivacyRequest
from workflows.association.privacy.restriction import restrict_person

PROSPECTING: Final = frozenset({"OBJECT", "WITHDRAW_CONSENT"})
_WARNING: Final[Mapping[str, tuple[str, str]]] = {
    "fr": (
        "Demande {reference} : réponse due le {due}",
        "La demande {reference} attend une décision. La loi fixe le jour de la réponse.",
    ),
    "en": (
        "Request {reference}: answer due on {due}",
        "The request {reference} waits for a decision. The law sets the day of its answer.",
    ),
}  # fmt: skip


@service_task(
    "privacy.register",
    results=("person_actor", "channel", "sensitive", "prospecting", "repeats", "identity_reminder", "identity_close"),
)
def register(work: ServiceWork) -> Mapping[str, object]:
    """What the decisions ask about a request, and the days that its identity check leaves."""
    found = request_of(work)
    days = files.delays(work.session, _today(work))
    return {
        "person_actor": f"person:{found.person_id}",
        "channel": found.channel,
        "sensitive": bool({"ACCESS", "PORTABILITY", "ERASE", "RECTIFY"} & set(found.asked)),
        "prospecting": set(found.asked) <= PROSPECTING,
        "repeats": files.repeated(work.session, found),
        "identity_reminder": timedelta(days=days["identity_reminder"]),
        "identity_close": timedelta(days=days["identity_close"]),
    }


@service_task("privacy.set_due", results=("due_on", "warning_on", "alarm_on"))
def set_due(work: ServiceWork) -> Mapping[str, object]:
    """The day on which the law wants an answer: by the calendar from the day of reception (`privacy_deadline`)."""
    found = request_of(work)
    decided = work.variables.get("deadline")
    if not isinstance(decided, Mapping):
        raise WorkFailed("the table privacy_deadline gave no answer", again=False)
    found.due_on = files.months_after(found.received_on, whole(decided, "months", 0)) + timedelta(
        days=whole(decided, "days", 0)
    )
    days = files.delays(work.session, _today(work))
    total = (found.due_on - found.received_on).days
    late = files.months_after(found.received_on, 1)
    spare = timedelta(days=max(0, (late - found.received_on).days - days["warning"]))
    close = timedelta(days=max(0, (late - found.received_on).days - days["alarm"]))
    short = total <= days["warning"]  # an objection is answered at once: both are warned on the day itself
    return {
        "due_on": found.due_on,
        "warning_on": found.due_on if short else found.due_on - spare,
        "alarm_on": found.due_on if short else found.due_on - close,
    }


@service_task("privacy.warn", results=())
def warn(work: ServiceWork) -> None:
    """The answer is due soon: tells everybody of the role that the diagram names."""
    found, role = request_of(work), text(work.headers, "role", "DPO")
    for person_id in roles.holders(work.session, role, _today(work)):
        person = people.get(work.session, person_id)
        key = f"privacy:{found.id}:{role}:{found.due_on}:{person_id}"[:80]
        if person is None or person.primary_email is None or mails.by_key(work.session, key) is not None:
            continue
        subject, body = _WARNING[person.lang]
        said = {"reference": found.reference, "due": wording.day(found.due_on, person.lang) if found.due_on else ""}
        mails.post(
            work.session, work.engine, to=person_id, subject=subject.format(**said), text=body.format(**said), key=key
        )


@service_task("privacy.extend", results=("extended",))
def extend(work: ServiceWork) -> Mapping[str, object]:
    """Two more months, once, and told within the first one (article 12.3 GDPR)."""
    request_of(work).extended = True
    return {"extended": True}


@service_task("privacy.carry_out", results=())
def carry_out(work: ServiceWork) -> None:
    """Does what was decided, by two people. An erasure follows a day after the answer, so that it can be read."""
    found = request_of(work)
    asked = set(found.asked) if found.outcome in {"GRANTED", "PARTLY"} else set()
    person = people.get(work.session, found.person_id)
    if person is not None and asked:
        if PROSPECTING & asked:
            _silence(work, found, everything="WITHDRAW_CONSENT" in asked)
        if "RECTIFY" in asked:
            _rectify(work, person, files.text_of(work.session, found).corrections)
        if "RESTRICT" in asked:
            restrict_person(person, work.now)
        if "ERASE" in asked and (found.gift_stops or not running_gifts.of_person(work.session, found.person_id)):
            days = files.delays(work.session, _today(work))["erasure"]
            _schedule(work.session, found, work.now, work.now + timedelta(days=days))
    found.state, found.closed_at = "ANSWERED", work.now


def erase_after_gifts(engine: Engine) -> int:
    """Promises the erasures that waited for the end of a gift, where none goes on any more; answers how many."""
    now = engine.clock.now()
    with transaction(engine) as session:
        found = running_gifts.waiting(session)
        for request in found:
            _schedule(session, request, now, now)
        return len(found)


def _schedule(session: Session, found: PrivacyRequest, now: datetime, due_at: datetime) -> None:
    requests.schedule(
        session, found.person_id, asked_by=found.asked_by, approved_by=found.decided_by or "",
        confirmed_by=found.confirmed_by or "", disputed=found.disputed, gift_stops=found.gift_stops is True, now=now,
        due_at=due_at,
    )  # fmt: skip


@service_task("privacy.close", results=())
def close(work: ServiceWork) -> None:
    """Nobody showed who they are: the request is closed, and may be made again."""
    found = request_of(work)
    found.state, found.closed_at = "UNIDENTIFIED", work.now


def _silence(work: ServiceWork, found: PrivacyRequest, *, everything: bool) -> None:
    """No more solicitations; with a withdrawal every consent too."""
    keys = ["assoc_news", "foundation_mails", "foundation_transfer", "commercial_partners"]
    if everything:
        keys += [key for key, each in consents.KEYS.items() if each.basis == "CONSENT" and key != "statutes"]
    answers = dict.fromkeys(keys, "NO")
    preferences.change(work.session, work.engine, found.person_id, answers, source="REQUEST", by=SYSTEM)


def _rectify(work: ServiceWork, person: Person, corrections: Mapping[str, object]) -> None:
    """Writes what is right; a name that was wrong or changed stays one by which she is found."""
    for name, said in corrections.items():
        before = getattr(person, name)
        after = date.fromisoformat(str(said)) if name == "birth_date" else str(said)
        if before == after:
            continue
        if name in {"birth_name", "usage_name"} and before:
            person.aliases.append(Alias(person_id=person.id, kind="NAME", value=str(before)))
        setattr(person, name, after)
    person.refresh_search_name()


def request_of(work: ServiceWork) -> PrivacyRequest:
    """The request of a case. Raises WorkFailed where it is not there."""
    found = work.session.get(PrivacyRequest, uuid(work.variables, "request_id"))
    if found is None:
        raise WorkFailed("the request of this case is not there", again=False)
    return found


def _today(work: ServiceWork) -> date:
    return local_day(work.now, work.engine.settings.zone)
