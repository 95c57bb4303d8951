"""Votes of the committee: recorded by one member, confirmed by another."""

from __future__ import annotations

from uuid import UUID

import pytest
from pytest_bdd import given, parsers, then, when
from sqlalchemy import select

from engine import commands
from engine.assignment import SYSTEM, Actor
from engine.models import ProcessInstance
from engine.transaction import reading, transaction
from tests.fixtures.office import Office
from tests.steps.applications import known
from workflows.association.committee_votes import CommitteeVote, NobodyVoted

PEN, OTHER_PEN = (Actor(f"person:{name}", name, frozenset({"COMMITTEE"})) for name in ("ines", "theo"))


def in_the_vote(office: Office) -> UUID:
    """From here on the office looks at the case of the vote; answers the case that called it."""
    calling = office.instance_id
    assert calling is not None
    with reading(office.engine) as session:
        query = select(ProcessInstance.id).where(ProcessInstance.parent_id == calling)
        office.instance_id = session.scalars(query.order_by(ProcessInstance.started_at.desc())).first()
    return calling


def record_vote(office: Office, in_favour: int, against: int, *, by: Actor = PEN, abstained: int = 1) -> None:
    records = {
        "vote.held_on": office.clock.now().date(), "vote.in_favour": in_favour, "vote.against": against,
        "vote.abstained": abstained, "vote.minutes": "",
    }  # fmt: skip
    office.complete("record_vote", by, {}, records)


@given(parsers.parse('a vote of the committee about "{name}" is due'))
def a_vote_is_due(office: Office, name: str) -> None:
    asked = {"person_id": str(known(office, name).id), "vote_subject": "HONORARY", "deadline": 20}
    with transaction(office.engine) as session:
        office.instance_id = commands.start(session, office.engine, "committee_vote", asked, by=SYSTEM).instance_id
    office.run()


@when(parsers.parse('"{name}" is proposed as an honorary member'))
def is_proposed(office: Office, name: str) -> None:
    person_id = str(known(office, name).id)
    with transaction(office.engine) as session:
        started = commands.start(session, office.engine, "honorary_membership", {"person_id": person_id}, by=SYSTEM)
    office.instance_id = started.instance_id
    office.run()


@when(parsers.parse("{in_favour:d} vote for it and {against:d} against it, and a colleague confirms"))
def they_vote(office: Office, in_favour: int, against: int) -> None:
    record_vote(office, in_favour, against)
    office.complete("confirm_vote", OTHER_PEN, {}, {"vote_confirmation.is_right": "YES"})


@then(parsers.parse("the proposal is {result}"))
def the_proposal_is(office: Office, result: str) -> None:
    assert office.case().status == "completed"
    with reading(office.engine) as session:
        vote = session.scalars(select(CommitteeVote)).one()
        assert vote.approved is (result == "approved")
        assert (vote.recorded_by, vote.confirmed_by) == (PEN.id, OTHER_PEN.id)


@then(parsers.parse("a vote of {in_favour:d} to {against:d} is refused"))
def is_refused(office: Office, in_favour: int, against: int) -> None:
    with pytest.raises(NobodyVoted):
        record_vote(office, in_favour, against, abstained=0)
