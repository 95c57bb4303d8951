"""The record `exit.*`: what somebody says who leaves, and what staff note on the way. The first word opens the exit."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import ClassVar, Final
from uuid import UUID

from sqlalchemy import select

from engine.calendar import PARIS
from engine.errors import Invalid
from engine.models import ProcessInstance
from workflows.association import exits, memberships, people, wording
from workflows.association.case_variables import day, local_day, text, uuid_or_none
from workflows.association.exits import DEATH, KINDS, REASONS, RESIGNATION, MembershipExit
from workflows.association.groups import Group
from workflows.association.memberships import Membership
from workflows.association.records import Record, Subject, Values
from workflows.association.role_names import ROLES
from workflows.association.roles import RoleHolding


class MemberNumberUnknown(Invalid):
    """No member has this number."""

    code: ClassVar[str] = "member_number_unknown"


class DayRefused(Invalid):
    """Choose today or a later day."""

    code: ClassVar[str] = "day_refused"


class DayAhead(Invalid):
    """This day has not come yet."""

    code: ClassVar[str] = "day_ahead"


_WORDS: Final = {"words": 1000, "hearing": 2000, "family": 1000, "posting_number": 40}
_PAST: Final = frozenset({"posted_on", "received_on", "heard_on", "notified_on", "died_on"})
_OPENING: Final = frozenset({"member_no", "reason", "effective_on"})
_SHOWN: Final = frozenset({"person", "standing", "paid_until", "outstanding", "open_case", "kind", "said"})
_WRITABLE: Final = _OPENING | frozenset(_WORDS) | _PAST


def find(subject: Subject) -> MembershipExit | None:
    """The exit of the case, None before it was opened."""
    found = uuid_or_none(subject.variables, "exit_id")
    return subject.session.get(MembershipExit, found) if found is not None else None


def _person_id(subject: Subject, member_no: object = None) -> UUID | None:
    """Whom it is about: the number that staff typed, the case's person, else whoever asks."""
    if member_no:
        query = select(Membership.person_id).where(Membership.member_no == str(member_no).strip())
        found = subject.session.scalar(query)
        if found is None:
            raise MemberNumberUnknown(field="member_no")
        return found
    kind, _, name = subject.by.partition(":")
    return uuid_or_none(subject.variables, "person_id") or (UUID(name) if kind == "person" else None)


def _read(subject: Subject, fields: Iterable[str]) -> Values:
    wanted = set(fields)
    found = find(subject)
    shown: dict[str, object] = {name: getattr(found, name) for name in _WRITABLE - {"member_no"}} if found else {}
    person_id = found.person_id if found is not None else uuid_or_none(subject.variables, "person_id")
    if person_id is not None and wanted & _SHOWN:
        shown |= _of_person(subject, person_id)
    if found is not None:
        shown["said"] = found.words or "—"
    if "open_case" in wanted:
        shown["open_case"] = _case_title(subject)
    return shown


def _of_person(subject: Subject, person_id: UUID) -> dict[str, object]:
    person = people.get(subject.session, person_id)
    membership = memberships.of(subject.session, person_id)
    lang = subject.language
    return {
        "person": person.display_name if person is not None else "",
        "standing": wording.entitlement(membership.service_entitlement if membership else "NONE", lang),
        "paid_until": _until(membership, lang),
        "outstanding": wording.amount(exits.outstanding(subject.session, person_id), lang),
    }


def _until(membership: Membership | None, lang: str) -> str:
    if membership is None:
        return "—"
    if membership.end_date == date.max:
        return "for life" if lang == "en" else "à vie"
    return wording.day(membership.end_date, lang)


def _case_title(subject: Subject) -> str:
    """The title of the open case, or the mandate, that a task of this exit asks about."""
    found = uuid_or_none(subject.variables, "open_case_id")
    case = subject.session.get(ProcessInstance, found) if found is not None else None
    if case is not None:
        return case.title_in(subject.language) or case.process_id
    held = subject.session.get(RoleHolding, found) if found is not None else None
    return _mandate(subject, held) if held is not None else "—"


def _mandate(subject: Subject, held: RoleHolding) -> str:
    """“Mandat : responsable de groupe, Amis de Lyon”."""
    english, role = subject.language == "en", ROLES[held.role]
    kind, _, id_ = held.scope.partition(":")
    group = subject.session.get(Group, UUID(id_)) if kind == "group" else None
    scope = held.scope if group is None else group.name(subject.language)
    name = ", ".join(filter(None, (role.en if english else role.fr, scope)))
    return f"Mandate: {name}" if english else f"Mandat : {name}"


def _write(subject: Subject, values: Values) -> Values:
    """Opens or completes the exit; answers ids, enums and days.

    Raises MemberNumberUnknown, NotAMember, ExitUnderway, DayRefused, DayAhead.
    """
    found, answer = find(subject), dict[str, object]()
    today = local_day(subject.now, PARIS)
    if found is None:
        found = _opened(subject, values, today)
        answer = {
            "exit_id": str(found.id), "person_id": str(found.person_id), "kind": found.kind,
            "effective_on": found.effective_on,
        }  # fmt: skip
    if values.get("reason") in REASONS:
        found.reason = str(values["reason"])
    for name, limit in _WORDS.items():
        if values.get(name):
            setattr(found, name, str(values[name]).strip()[:limit])
    for name in sorted(_PAST):
        if values.get(name):
            noted = day(values, name)
            if noted > today:
                raise DayAhead(field=name)
            setattr(found, name, noted)
            answer[name] = noted
    return answer


def _opened(subject: Subject, values: Values, today: date) -> MembershipExit:
    by_staff = subject.variables.get("by_staff") is True
    asked = text(subject.variables, "kind", RESIGNATION) if by_staff else RESIGNATION
    person_id = _person_id(subject, values.get("member_no") if by_staff else None)
    if person_id is None or asked not in KINDS:
        raise MemberNumberUnknown(field="member_no")
    effective_on = day(values, "effective_on") if values.get("effective_on") and asked == RESIGNATION else today
    if effective_on < today:
        raise DayRefused(field="effective_on")
    return exits.open_exit(subject.session, person_id, asked, by=subject.by, now=subject.now, effective_on=effective_on)


def died_on(found: MembershipExit, today: date) -> date:
    """The day of death that was noted, today where nobody knows it."""
    return found.died_on if found.kind == DEATH and found.died_on is not None else today


EXIT: Final = Record(_WRITABLE | _SHOWN, _read, _WRITABLE, _write)
