"""Honorary members: appointed by a vote of the committee, free of dues, for life (domain §1.2, `HONORARY`)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from sqlalchemy import select

from engine.errors import WorkFailed
from engine.registry import ServiceWork, service_task
from workflows.association import exits, memberships, people
from workflows.association.case_variables import uuid, uuid_or_none
from workflows.association.exit_records import MemberNumberUnknown
from workflows.association.memberships import Membership
from workflows.association.records import Record, Subject, Values


@service_task("honorary.grant", results=())
def grant(work: ServiceWork) -> None:
    """The member is honorary: no renewal, no debit, all services open without a last day."""
    membership = memberships.of(work.session, uuid(work.variables, "person_id"))
    if membership is None:
        raise WorkFailed("the membership of this person is not there", again=False)
    exits.stop_collecting(work.session, membership.person_id, work.now)
    membership.statutory_status, membership.service_entitlement = "HONORARY", "CURRENT"
    membership.end_date, membership.changed_at = date.max, work.now


def _read(subject: Subject, fields: Iterable[str]) -> Values:
    person_id = uuid_or_none(subject.variables, "person_id")
    return {"person": people.display_name(subject.session, person_id) if person_id is not None else ""}


def _write(subject: Subject, values: Values) -> Values:
    """Names the member who is proposed. Raises MemberNumberUnknown."""
    query = select(Membership).where(Membership.member_no == str(values.get("member_no", "")).strip())
    membership = subject.session.scalars(query).one_or_none()
    if membership is None or membership.statutory_status != "MEMBER":
        raise MemberNumberUnknown(field="member_no")
    return {"person_id": str(membership.person_id)}


HONORARY: Final = Record(frozenset({"member_no", "person"}), _read, frozenset({"member_no"}), _write)
