"""Doubts about who somebody is: who reports, who answers, who decides."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import uuid4

import pytest
from pytest_bdd import given, parsers, then, when
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import commands
from engine.assignment import Actor
from engine.errors import FourEyes
from engine.models import Job
from engine.starting import StartContext
from engine.transaction import reading, transaction
from tests.fixtures.office import Office
from tests.steps.applications import known, the_case_has_ended
from tests.steps.exits import leaver
from tests.steps.tasks import staff
from workflows.association import memberships, proofs
from workflows.association.identities import DisputeOpen
from workflows.association.record_set import record_set

DATA = staff("DATA")


def reports(office: Office, name: str) -> None:
    with reading(office.engine) as session:
        membership = memberships.of(session, known(office, name).id)
    assert membership is not None
    said = {"identity.member_no": membership.member_no, "identity.reason": "REGISTER", "identity.words": "Deux fiches."}

    def write(session: Session, context: StartContext) -> Mapping[str, object]:
        return record_set().write(session, {}, said, now=context.now, by=context.by.id)

    with transaction(office.engine) as session:
        started = commands.start(session, office.engine, "identity_dispute", {}, by=DATA, write=write)
        office.instance_id = started.instance_id
    office.run()


@given(parsers.parse('DATA reports a doubt about "{name}"'))
def data_reports(office: Office, name: str) -> None:
    reports(office, name)


@then("a second doubt is refused")
def is_refused(office: Office) -> None:
    with pytest.raises(DisputeOpen):
        reports(office, "Ambre Delaunay")


@when("the member shows a document")
def shows_a_document(office: Office) -> None:
    records = {"identity.answer": "C’est bien moi.", "identity.proof_files": [str(uuid4())]}
    office.complete("prove_identity", leaver(office), {}, records)


@then("whoever reported it cannot decide")
def cannot_decide(office: Office) -> None:
    both = Actor(DATA.id, "Dana", frozenset({"DATA", "GENERAL_DELEGATE"}))
    with pytest.raises(FourEyes):
        office.complete("decide_identity", both, {"identity": "CONFIRMED"}, {})


@when(parsers.parse("the general delegate finds {found:w}"))
def finds(office: Office, found: str) -> None:
    office.complete("decide_identity", staff("GENERAL_DELEGATE"), {"identity": found}, {})


@when(parsers.parse("MEMBERSHIP notes the end {issue:w}"))
def notes_the_end(office: Office, issue: str) -> None:
    office.complete("follow_up", staff("MEMBERSHIP"), {"issue": issue}, {})


@then(parsers.parse('the doubt has ended at "{element}", and the document will be erased'))
def has_ended(office: Office, element: str) -> None:
    the_case_has_ended(office, element)
    with reading(office.engine) as session:
        promised = session.scalars(select(Job.payload).where(Job.type == proofs.JOB_TYPE)).one()
    assert len(promised["variables"]["files"]) == 1
