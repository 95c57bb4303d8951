"""What a bank says is booked once, whoever says it and however often; what is not certain waits for a person."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from sqlalchemy import func, select

from engine.assignment import Actor
from engine.calendar import PARIS
from engine.errors import NotFound
from engine.models import Message
from engine.transaction import reading, transaction
from tests.fixtures.bank import FOUNDATION_IBAN, IBAN, Move, entry, notification, statement, status
from tests.fixtures.office import NOON, Office
from workflows.association import mandate_lapse, parameters
from workflows.association.bank import accounts, debits, intake
from workflows.association.bank.accounts import BankLine
from workflows.association.bank.creditors import FOUNDATION_ACCOUNT, CreditorRefused
from workflows.association.bank.debits import DirectDebit, NothingToCollect, SentFile
from workflows.association.bank.intake import AccountUnknown, Intake, LineDecided, OrderOfAnother, OrderUnknown
from workflows.association.mandates import CANCEL, Mandate, collection_day, current, sign, treat
from workflows.association.orders import ASSOCIATION, FOUNDATION, Order, OrderLine, open_order
from workflows.association.payments import Payment, add

FINA = Actor("person:fina", "Fina", frozenset({"FINANCE"}))
TODAY = NOON.date()


def take_in(office: Office, data: bytes, entity: str = ASSOCIATION) -> Intake:
    with transaction(office.engine) as session:
        return intake.take_in(session, office.engine, data, entity=entity, name="file.xml", by=FINA)


def order(office: Office, number: int = 1, means: str = "TRANSFER") -> str:
    """An order of 160 euros; answers its key."""
    key = f"CMD-2026-{number:06}"
    with transaction(office.engine) as session:
        made = Order(id=uuid4(), key=key, means=means, state="OPEN", created_at=NOON, lines=[])
        open_order(session, made, dues=Decimal(160), tariff="STD", years=1, gift=Decimal(0))
    return key


def gift(office: Office, number: int) -> str:
    """An order of 50 euros for the Foundation alone, with a debit that its donor signed for it; answers its key."""
    key = f"CMD-2026-{number:06}"
    with transaction(office.engine) as session:
        made = Order(id=uuid4(), key=key, means="SEPA", state="OPEN", created_at=NOON, lines=[])
        made.lines.append(OrderLine(id=uuid4(), position=1, beneficiary=FOUNDATION, kind="GIFT", amount=Decimal(50)))
        session.add(made)
        mandate = sign(
            session, application_id=uuid4(), person_id=None, holder="Ambre Delaunay", by="x", now=NOON,
            iban="FR76 3000 6000 0112 3456 7890 189", creditor=FOUNDATION,
        )  # fmt: skip
        session.flush()
        debits.plan(session, made, mandate, amount=Decimal(50), due_on=collection_day(session, TODAY), now=NOON)
    return key


def planned(office: Office, *numbers: int) -> list[str]:
    """Orders by direct debit; answers the debits' end-to-end ids."""
    found = []
    for number in numbers:
        key = order(office, number, "SEPA")
        with transaction(office.engine) as session:
            mandate = sign(
                session, application_id=uuid4(), person_id=None, holder="Ambre Delaunay", by="x", now=NOON,
                iban="FR76 3000 6000 0112 3456 7890 189",
            )  # fmt: skip
            made = session.scalars(select(Order).where(Order.key == key)).one()
            session.flush()
            debit = debits.plan(
                session, made, mandate, amount=Decimal(160), due_on=collection_day(session, TODAY), now=NOON
            )
            found.append(debit.end_to_end_id)
    return found


def collect(office: Office, until: date = date(2026, 12, 31), entity: str = ASSOCIATION) -> SentFile:
    with transaction(office.engine) as session:
        return debits.collect(session, entity, until=until, by="x", now=office.clock.now(), zone=PARIS)


def payments(office: Office) -> list[tuple[Decimal, bool]]:
    """Amount, and whether it still counts."""
    with reading(office.engine) as session:
        rows = session.scalars(select(Payment).order_by(Payment.received_at, Payment.provider_reference))
        return [(row.amount, row.reversed_at is None) for row in rows]


def states(office: Office) -> list[str]:
    with reading(office.engine) as session:
        return list(session.scalars(select(DirectDebit.state).order_by(DirectDebit.end_to_end_id)))


def messages(office: Office, name: str) -> int:
    with reading(office.engine) as session:
        return session.scalar(select(func.count()).select_from(Message).where(Message.name == name)) or 0


@pytest.mark.parametrize(
    "written",
    ["CMD-2026-000001", "cotis cmd 2026 000001 merci", "CMD2026000001", "/CMD.2026.000001/", "Cmd-2026 -000001"],
)
def test_a_transfer_finds_its_order_as_people_write_it(office: Office, written: str) -> None:
    order(office)
    took = take_in(office, statement(entry([Move("160.00", text=written)])))
    assert (took.booked.transfers, took.booked.unmatched) == (1, [])
    assert payments(office) == [(160, True)]
    assert messages(office, "payment_confirmed") == 1


@pytest.mark.parametrize(
    "written", ["", "CMD-2026-0000012", "CMD-2026-000009", "CMD-2026-000001 et CMD-2026-000002", "cotisation"]
)
def test_what_is_not_certain_waits_for_a_person(office: Office, written: str) -> None:
    order(office), order(office, 2)
    took = take_in(office, statement(entry([Move("160.00", text=written)])))
    assert [line.amount for line in took.booked.unmatched] == [160]
    assert payments(office) == []


def test_a_notification_and_the_statement_tell_of_one_transfer(office: Office) -> None:
    order(office)
    told = Move("160.00", text="CMD-2026-000001 virement de Mme Delaunay", reference="REF1")
    assert take_in(office, notification(entry([told]))).lines == 1
    shorter = Move("160.00", text="CMD-2026-000001", reference="REF1", name="")
    assert take_in(office, statement(entry([shorter]))).lines == 0
    assert take_in(office, statement(entry([shorter]))).repeated == 1
    assert payments(office) == [(160, True)]


def test_two_equal_transfers_of_a_day_are_two(office: Office) -> None:
    order(office)
    told = Move("80.00", text="CMD-2026-000001")
    assert take_in(office, statement(entry([told]), entry([told]))).lines == 2
    assert payments(office) == [(80, True), (80, True)]


def test_what_the_accounts_recorded_by_hand_is_not_booked_again(office: Office) -> None:
    key = order(office)
    with transaction(office.engine) as session:
        found = session.scalars(select(Order).where(Order.key == key)).one()
        by_hand = Payment(
            id=uuid4(), order_id=found.id, provider="BANK", provider_reference="VIR 27/11", means="TRANSFER",
            amount=Decimal(160), currency="EUR", value_date=TODAY, received_at=NOON, recorded_by=FINA.id,
        )  # fmt: skip
        add(session, by_hand)
    take_in(office, statement(entry([Move("160.00", text=key)])))
    assert payments(office) == [(160, True)]
    take_in(
        office,
        statement(
            entry(
                [Move("160.00", text=key)],
            ),
            id_="STM-2",
        ),
    )
    assert len(payments(office)) == 1, "the same words of another day's statement are the same line"


def test_debits_leave_in_one_file_only_and_settle_by_their_batch(office: Office) -> None:
    planned(office, 1, 2)
    with pytest.raises(NothingToCollect):
        collect(office, until=TODAY)
    sent = collect(office)
    assert (sent.debits, sent.total) == (2, 320)
    with pytest.raises(NothingToCollect):
        collect(office)
    whole = entry([Move("160.00"), Move("160.00")], batch=f"{sent.message_id}-1", details=False)
    assert take_in(office, notification(whole)).booked.settled == 2
    assert states(office) == ["SETTLED", "SETTLED"]
    assert payments(office) == [(160, True), (160, True)]


def test_a_rejected_debit_is_not_in_the_batch_that_settles(office: Office) -> None:
    first, second = planned(office, 1, 2)
    sent = collect(office)
    assert take_in(office, status(sent.message_id, (first, "AC04"))).rejected == 1
    assert take_in(office, status(sent.message_id, (first, "AC04"))).rejected == 0
    assert messages(office, "payment_failed") == 1
    whole = entry([Move("160.00", end_to_end=second)], batch=f"{sent.message_id}-1", details=False)
    take_in(office, notification(whole))
    assert states(office) == ["REJECTED", "SETTLED"]


def test_a_rejected_file_ends_all_of_its_debits(office: Office) -> None:
    planned(office, 1, 2)
    assert take_in(office, status(collect(office).message_id, group="FF01")).rejected == 2
    assert states(office) == ["REJECTED", "REJECTED"]


@pytest.mark.parametrize("amount", ["-160.00", "-172.50"], ids=["without a fee", "with the bank's fee"])
def test_seven_weeks_later_the_debtor_wants_it_back(office: Office, amount: str) -> None:
    [debit] = planned(office, 1)
    collect(office)
    take_in(office, statement(entry([Move("160.00", end_to_end=debit)])))
    office.clock.set(NOON + timedelta(weeks=9))
    unsure = [
        Move(each, end_to_end=debit, reason=why)
        for each, why in (("-159.00", "MD06"), ("-200.00", "MD06"), ("-172.50", ""))
    ]
    assert take_in(office, notification(*(entry([each]) for each in unsure), id_="N-0")).booked.returned == 0
    back = Move(amount, end_to_end=debit, reason="MD06", reference="R1", day="2027-01-25")
    assert take_in(office, notification(entry([back]))).booked.returned == 1
    assert take_in(office, statement(entry([back]), id_="STM-2")).lines == 0
    assert payments(office) == [(160, False)]
    assert states(office) == ["RETURNED"]
    assert (messages(office, "payment_refunded"), messages(office, "payment_failed")) == (1, 0)


def test_what_was_taken_back_or_has_no_mandate_is_not_collected(office: Office) -> None:
    planned(office, 1, 2)
    with transaction(office.engine) as session:
        taken_back, other = session.scalars(select(DirectDebit).order_by(DirectDebit.end_to_end_id))
        debits.cancel(session, taken_back.order_id, NOON)
        treat(session.get_one(Mandate, other.mandate_id), CANCEL, NOON)
    assert states(office) == ["CANCELED", "PLANNED"]
    with pytest.raises(NothingToCollect):
        collect(office)


def test_a_mandate_under_which_a_debit_was_announced_stands_until_it_is_collected(office: Office) -> None:
    planned(office, 1)
    office.clock.set(NOON + timedelta(days=4 * 366))
    today = office.clock.now().date()
    assert mandate_lapse.lapse(office.engine, today) == 0
    assert collect(office, until=today).debits == 1
    last = today + timedelta(days=3 * 366 + 10)
    assert mandate_lapse.lapse(office.engine, last) == 1, "nothing more was planned"


def test_a_mandate_is_none_for_a_debit_of_a_day_on_which_it_has_lapsed(office: Office) -> None:
    """Signed again for the same account it goes on; where it was long unused, another takes its place."""
    applicant, last = uuid4(), date(2029, 11, 23)

    def signed(years: int) -> str:
        with transaction(office.engine) as session:
            made = sign(
                session, application_id=applicant, person_id=None, holder="Ambre Delaunay", by="x",
                iban="FR76 3000 6000 0112 3456 7890 189", now=NOON.replace(year=2026 + years),
            )  # fmt: skip
            return made.reference

    first = signed(0)
    with reading(office.engine) as session:
        assert current(session, applicant, None, on=last) is not None
        assert current(session, applicant, None, on=last + timedelta(days=1)) is None
    assert signed(1) == signed(2) == first
    second = signed(3)
    assert mandate_lapse.lapse(office.engine, last + timedelta(days=1)) == 1
    with reading(office.engine) as session:
        standing = current(session, applicant, None, on=last + timedelta(days=1))
        assert standing is not None and standing.reference == second != first


def test_a_person_decides_once(office: Office) -> None:
    key = order(office)
    take_in(office, statement(entry([Move("160.00", text="cotisation")])))

    def line() -> UUID:
        with reading(office.engine) as session:
            return session.scalars(select(BankLine.id)).one()

    with transaction(office.engine) as session:
        intake.set_aside(session, office.engine, line(), "loyer", entity=ASSOCIATION, by=FINA)
    with transaction(office.engine) as session:
        assert accounts.unmatched(session, ASSOCIATION) == []
        intake.take_up(session, line(), entity=ASSOCIATION)
    with transaction(office.engine) as session, pytest.raises(OrderUnknown):
        intake.assign(session, office.engine, line(), "CMD-1", entity=ASSOCIATION, by=FINA)
    with transaction(office.engine) as session:
        intake.assign(session, office.engine, line(), f" {key.lower()} ", entity=ASSOCIATION, by=FINA)
    with transaction(office.engine) as session, pytest.raises(LineDecided):
        intake.assign(session, office.engine, line(), key, entity=ASSOCIATION, by=FINA)
    with transaction(office.engine) as session, pytest.raises(LineDecided):
        intake.take_up(session, line(), entity=ASSOCIATION)
    assert payments(office) == [(160, True)]


def test_each_legal_person_collects_in_its_own_file_under_its_own_name(office: Office) -> None:
    planned(office, 1)
    gift(office, 2)
    files = [collect(office, entity=entity) for entity in (ASSOCIATION, FOUNDATION)]
    for file, holder, iban, identifier, total in zip(
        files, ("Amicale des diplomes", "Fondation Amicale"), (IBAN, FOUNDATION_IBAN),
        ("FR72ZZZ123456", "FR19ZZZ654321"), (160, 50), strict=True,
    ):  # fmt: skip
        root = etree.fromstring(file.body)
        assert file.total == total
        assert root.findtext(".//{*}Cdtr/{*}Nm") == holder
        assert root.findtext(".//{*}CdtrAcct//{*}IBAN") == iban
        assert root.findtext(".//{*}CdtrSchmeId//{*}Othr/{*}Id") == identifier
    told = statement(entry([Move("50.00")], batch=f"{files[1].message_id}-1", details=False), iban=FOUNDATION_IBAN)
    with pytest.raises(AccountUnknown):
        take_in(office, told)  # the accounts of the association do not read the Foundation's statements
    elsewhere = entry([Move("50.00")], batch=f"{files[1].message_id}-1", details=False)
    assert take_in(office, statement(elsewhere)).booked.settled == 0  # nor money on theirs settles
    assert take_in(office, status(files[1].message_id, group="FF01")).rejected == 0
    assert take_in(office, told, FOUNDATION).booked.settled == 1
    assert states(office) == ["SENT", "SETTLED"]


def test_dues_are_never_booked_from_the_account_of_the_foundation(office: Office) -> None:
    dues, given = order(office), gift(office, 2)
    moves = [entry([Move("160.00", text=dues)]), entry([Move("50.00", text=given, reference="R")])]
    took = take_in(office, statement(*moves, iban=FOUNDATION_IBAN), FOUNDATION)
    assert (took.booked.transfers, [line.amount for line in took.booked.unmatched]) == (1, [160])
    with reading(office.engine) as session:
        [line] = accounts.unmatched(session, FOUNDATION)
        assert accounts.unmatched(session, ASSOCIATION) == []
    with transaction(office.engine) as session, pytest.raises(OrderOfAnother):
        intake.assign(session, office.engine, line.id, dues, entity=FOUNDATION, by=FINA)
    with transaction(office.engine) as session, pytest.raises(NotFound):
        intake.assign(session, office.engine, line.id, dues, entity=ASSOCIATION, by=FINA)
    assert payments(office) == [(50, True)]


@pytest.mark.parametrize(
    ("iban", "identifier", "field"),
    [("FR76", "FR72ZZZ123456", "iban"), (IBAN, "FR73ZZZ123456", "identifier"), (IBAN, "123456", "identifier")],
)
def test_an_account_that_cannot_be_is_not_decided(office: Office, iban: str, identifier: str, field: str) -> None:
    values = {"holder": "Fondation Amicale", "iban": iban, "identifier": identifier}
    with transaction(office.engine) as session, pytest.raises(CreditorRefused) as refused:
        parameters.decide(
            session, FOUNDATION_ACCOUNT, "ACCOUNT", values, valid_from=date(2027, 1, 1), decided_by="x",
            decided_on=TODAY, now=NOON,
        )  # fmt: skip
    assert refused.value.params["field"] == field


def test_a_statement_that_is_missing_is_noticed(office: Office) -> None:
    take_in(office, statement(entry([Move("10.00")]), closing="1010.00"))
    took = take_in(office, statement(entry([Move("5.00")]), id_="STM-3", opening="1020.00", closing="1025.00"))
    assert took.gaps == [("STM-3", Decimal("1010.00"), Decimal("1020.00"))]


@given(st.lists(st.sampled_from(["a", "b", "n", "s"]), min_size=1, max_size=8))
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_in_whatever_order_files_come_everything_is_booked_once(office: Office, story: list[str]) -> None:
    """Two days of one account, told by statements and by notifications, any of them any number of times."""
    number = 1 + len(payments(office))
    key = order(office, number)
    first = entry([Move("100.00", text=key, reference=f"R{number}A")])
    second = entry([Move("60.00", text=key, reference=f"R{number}B")])
    files = {
        "a": statement(first, id_=f"A{number}"),
        "b": statement(second, id_=f"B{number}"),
        "n": notification(first, second, id_=f"N{number}"),
        "s": statement(first, second, id_=f"S{number}"),
    }
    before = len(payments(office))
    for told in story:
        take_in(office, files[told])
    days = {"a": {1}, "b": {2}, "n": {1, 2}, "s": {1, 2}}
    assert len(payments(office)) - before == len(set.union(*(days[told] for told in story)))


_TRANSFERS = st.lists(
    st.tuples(st.sampled_from(["", "R1", "R2"]), st.sampled_from(["80.00", "160.00"]), st.sampled_from(["", "E1"])),
    min_size=1, max_size=5,
)  # fmt: skip


@given(_TRANSFERS, st.lists(st.booleans(), max_size=3), st.integers(0, 5))
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_transfers_that_bear_one_reference_are_all_booked_and_once(
    office: Office, told: list[tuple[str, str, str]], as_batch: list[bool], before: int
) -> None:
    """Each movement of a day counts once, whatever the bank calls it, told entry by entry or as a batch, and again."""
    number = 1 + len(payments(office))
    key = order(office, number)
    days = [date(2026, 1, 1) + timedelta(days=2 * number + turn) for turn in (0, 1)]
    moves = [
        [
            Move(amount, text=key, reference=ref, end_to_end=id_ or "NOTPROVIDED", day=f"{day}")
            for ref, amount, id_ in told
        ]
        for day in days
    ]
    files = [
        statement(*(entry([each]) for each in of_day), id_=f"{day}") for day, of_day in zip(days, moves, strict=True)
    ]
    first = len(payments(office))
    take_in(office, notification(*(entry([each]) for each in moves[0][:before]), id_=f"N{number}"))
    for again in [False, *as_batch]:
        told_as = [statement(entry(of_day), id_=f"B{day}") for day, of_day in zip(days, moves, strict=True)]
        for file in told_as if again else files:
            take_in(office, file)
    booked = [amount for amount, counts in payments(office)[first:] if counts]
    assert len(booked) == 2 * len(told)
