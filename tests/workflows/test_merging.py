"""Two records of one person become one, whatever names them, and come apart again: on both databases."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from engine.engine import Engine
from engine.models import ProcessInstance
from engine.transaction import reading, transaction
from tests.fixtures.installations import Install, Installation
from tests.fixtures.staff import add_person
from tests.workflows.test_erasure import EMAIL, FIRST, LAST, join
from workflows.association import life_plans, live_cases, person_search
from workflows.association.consents import Holder, record
from workflows.association.contacts import email_row
from workflows.association.gifts import donors
from workflows.association.groups import Group, GroupMember
from workflows.association.life_plans import LifePlan, later
from workflows.association.memberships import Membership, MembershipPeriod
from workflows.association.mentorships import Mentorship
from workflows.association.merging import choices, duplicates, merges, records, undoing
from workflows.association.merging.blockers import MergeBlocked, blockers
from workflows.association.merging.merges import MergeDecided
from workflows.association.merging.records import PersonMerge
from workflows.association.orders import Order
from workflows.association.people import Person, get
from workflows.association.privacy import files
from workflows.association.privacy.requests import NotYours
from workflows.association.roles import RoleHolding


def twin(it: Installation, joined: UUID) -> UUID:
    """What the office knew of her before: a number, an address, a group, a gift, an office, under her married name."""
    now = it.clock.now()
    with transaction(it.engine) as session:
        kept = session.get_one(Person, joined)
        kept.emails.append(email_row(kept.id, EMAIL, rank=1))
        group = Group(id=uuid4(), kind="CHAPTER", name_fr="Lyon", name_en="Lyons")
        old = Person(
            id=uuid4(), first_names="Ambrosine Marie", birth_name=LAST, usage_name="Delorme", employer="Fabrique",
            birth_date=kept.birth_date, watched=True,
        )  # fmt: skip
        old.refresh_search_name()
        session.add_all([group, old])
        session.flush()
        old.emails += [email_row(old.id, EMAIL), email_row(old.id, "delorme@boite.example", rank=1)]
        for each in (old.id, joined):
            session.add(GroupMember(group_id=group.id, person_id=each, joined_on=now.date()))
        held = Membership(
            id=uuid4(), person_id=old.id, member_no="0042", category="GRADUATE", statutory_status="MEMBER",
            service_entitlement="LAPSED", join_date=date(2014, 9, 1), start_date=date(2014, 9, 1),
            end_date=date(2015, 8, 31), changed_at=now,
        )  # fmt: skip
        order = Order(id=uuid4(), key="ORD-OLD", person_id=old.id, means="CHEQUE", state="PAID", created_at=now)
        session.add_all([held, order])
        session.flush()
        session.add(MembershipPeriod(
            id=uuid4(), membership_id=held.id, order_id=order.id, start_date=held.start_date, end_date=held.end_date,
            value_date=held.start_date, tariff_code="LIP", rule="FIRST", written_at=now, life_paid=Decimal(600),
            life_parts=1,
        ))  # fmt: skip
        new = session.scalars(select(Membership.id).where(Membership.person_id == joined)).one()
        for each, begun in ((held.id, held.start_date), (new, now.date())):
            session.add(LifePlan(
                id=uuid4(), membership_id=each, price=Decimal(2400), instalments=4, begun_on=begun,
                payable_until=later(begun, 4),
            ))  # fmt: skip
        for each in (old.id, joined):
            donors.individual(session, each, now)
        session.add(RoleHolding(id=uuid4(), person_id=old.id, role="PROMO_DELEGATE", from_date=date(2020, 1, 1)))
        record(session, Holder(old.id), {"assoc_news": "NO"}, at=now, source="PROFILE")
        return old.id


def proposed(engine: Engine, kept: UUID, gone: UUID, **said: str) -> UUID:
    with transaction(engine) as session:
        return merges.ask(session, kept, gone, said, by="person:a", now=engine.clock.now()).id


def decide(engine: Engine, merge_id: UUID, act: str, by: str = "person:b") -> None:
    now = engine.clock.now()
    with transaction(engine) as session:
        merge = session.get_one(PersonMerge, merge_id)
        if act == "undo":
            undoing.undo(session, merge, by=by, now=now, today=now.date())
        else:
            getattr(merges, act)(session, merge, by=by, now=now)


def naming(it: Installation, person_id: UUID) -> set[str]:
    """The tables in which an id still stands."""
    forms = {str(person_id), person_id.hex}
    return {name for name, rows in it.rows().items() for row in rows if any(f in str(v) for v in row for f in forms)}


def without(rows: dict[str, list[tuple[object, ...]]]) -> dict[str, list[tuple[object, ...]]]:
    """What an undone merge leaves as it was: all but its own record, sign-ins, and the count of writes of a case."""
    own = {"person_merge", "person_merge_undo", "process_instance"}
    return {name: held for name, held in rows.items() if name not in own}


def test_everything_that_names_somebody_follows_and_comes_back(install: Install) -> None:
    here = install("here")
    kept = join(here)
    gone = twin(here, kept)
    with reading(here.engine) as session:
        assert duplicates.suspected(session, kept)[0].why == {"EMAIL", "BIRTH"}
        state = dict(session.execute(select(ProcessInstance.id, ProcessInstance.state)).all())  # type: ignore[arg-type]
    before = without(here.rows())
    # The one with the running case is the one that goes: its case has to go on with the other.
    merge_id = proposed(here.engine, gone, kept, birth_name="KEPT", first_names="GONE", member_no="GONE")
    with pytest.raises(NotYours):
        decide(here.engine, merge_id, "confirm", by="person:a")
    decide(here.engine, merge_id, "confirm")
    assert naming(here, kept) == {"person_alias", "person_merge", "person_merge_undo"}
    with reading(here.engine) as session:
        person = get(session, kept)
        assert person is not None and person.id == gone, "the id that went leads to the record that stayed"
        assert (person.first_names, person.usage_name, person.watched) == (FIRST, "Delorme", True)
        membership = session.scalars(select(Membership)).one()
        assert (membership.join_date.year, membership.service_entitlement) == (2014, "NEW")
        assert len(session.scalars(select(MembershipPeriod.id)).all()) == 2
        plan = session.scalars(select(LifePlan)).one()
        offered = life_plans.offer(session, membership, Decimal(3000), plan.begun_on)
        assert (plan.membership_id, offered.paid, offered.rest) == (membership.id, 600, 1800)
        assert [each.address for each in person.emails if each.is_primary] == [EMAIL]
        assert len(person.emails) == 3 and len(session.scalars(select(GroupMember.group_id)).all()) == 1
        assert len(session.scalars(select(donors.Donor.id)).all()) == 1
        for known in ("0042", membership.member_no, "delorme", "quintefeuille ambrosine"):
            assert [each.id for each in person_search.find(session, known)] == [gone], known
        assert duplicates.suspected(session) == []
    decide(here.engine, merge_id, "undo")
    after = without(here.rows())
    assert {name for name in before if before[name] != after[name]} == set()
    with reading(here.engine) as session:
        assert dict(session.execute(select(ProcessInstance.id, ProcessInstance.state)).all()) == state  # type: ignore[arg-type]
    with pytest.raises(MergeDecided):
        decide(here.engine, merge_id, "undo")


def test_what_cannot_be_one_person_is_said_before(here_: Installation) -> None:
    engine, now = here_.engine, here_.clock.now()
    one, other = add_person(engine, FIRST, LAST), add_person(engine, FIRST, LAST)
    with transaction(engine) as session:
        session.add(
            Mentorship(id=uuid4(), mentor_id=one.id, mentee_id=other.id, started_on=now.date(), ends_on=now.date())
        )
        files.open_request(session, other.id, ["ERASE"], "SPACE", now.date(), by="x", now=now)
        session.get_one(Person, one.id).restricted_since = now
        found = [session.get_one(Person, each.id) for each in (one, other)]
        assert blockers(session, *found) == ["ERASURE", "RESTRICTED", "TOGETHER"]
        with pytest.raises(MergeBlocked):
            merges.ask(session, one.id, other.id, {}, by="person:a", now=now)
        with pytest.raises(NotYours):
            merges.ask(session, one.id, other.id, {}, by=f"person:{one.id}", now=now)
        merges.distinct(session, one.id, other.id, by="person:a", now=now)
        assert duplicates.suspected(session) == []
        standing = records.of_pair(session, other.id, one.id)
        assert standing is not None and standing.state == "DISTINCT"


def test_a_merge_can_be_undone_for_as_long_as_the_rule_says(here_: Installation) -> None:
    engine = here_.engine
    one, other = add_person(engine, FIRST, LAST), add_person(engine, FIRST, LAST)
    merge_id = proposed(engine, one.id, other.id)
    decide(engine, merge_id, "confirm")
    here_.clock.advance(timedelta(days=31))
    with pytest.raises(undoing.TooLate):
        decide(engine, merge_id, "undo")
    with reading(engine) as session:
        assert live_cases.of_person(session, one.id) == []


@pytest.fixture
def here_(install: Install) -> Installation:
    return install("here")


@pytest.mark.parametrize(
    ("kept", "gone", "chosen", "default"),
    [("M", "MME", True, "KEPT"), ("M", "NONE", False, "KEPT"), ("NONE", "M", False, "GONE"), (None, "", False, "KEPT")],
)
def test_only_what_both_records_say_is_a_choice(kept: object, gone: object, chosen: bool, default: str) -> None:
    pair = choices.compared_field("civility", kept, gone)
    assert (pair.differs, pair.default) == (chosen, default)
