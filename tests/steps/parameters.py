"""Figures are decided from a day on, and undone."""

from __future__ import annotations

import pytest
from pytest_bdd import parsers, then, when
from sqlalchemy import select

from engine.transaction import reading, transaction
from tests.fixtures.office import Office
from tests.steps.clock import day
from workflows.association import parameters, tariffs
from workflows.association.case_variables import local_day
from workflows.association.orders import Order
from workflows.association.parameters import ParameterRow
from workflows.association.renewals import Renewal


@when(
    parsers.re(
        r"the assembly sets (?P<code>\w+) to (?P<amount>\d+) from (?P<first>[^,]+)(?P<too>, for running cases too)?$"
    )
)
def the_assembly_sets(office: Office, code: str, amount: str, first: str, too: str | None) -> None:
    with transaction(office.engine) as session:
        parameters.decide(
            session, tariffs.TABLE, code, {"amount": amount}, valid_from=day(first), decided_by="AG",
            decided_on=office.clock.now().date(), now=office.clock.now(), applies_to_running=bool(too), succeeds=True,
        )  # fmt: skip


@when(parsers.parse('the last row is withdrawn because "{reason}"'))
def is_withdrawn(office: Office, reason: str) -> None:
    with transaction(office.engine) as session:
        event, row = parameters.history(session, tariffs.TABLE)[0]
        rows = [each for _event, each in parameters.history(session, tariffs.TABLE) if each.valid_to is None]
        newest: ParameterRow = max([row, *rows], key=lambda each: each.valid_from)
        assert event.kind in ("decided", "ended")
        parameters.withdraw(session, newest.id, now=office.clock.now(), reason=reason)


@when(
    parsers.parse("somebody enters {amount:d} for {code} from {first} without ending the row before"),
    target_fixture="refused",
)
def enters_an_overlap(office: Office, amount: int, code: str, first: str) -> parameters.RowOverlaps:
    with transaction(office.engine) as session, pytest.raises(parameters.RowOverlaps) as refused:
        parameters.decide(
            session, tariffs.TABLE, code, {"amount": amount}, valid_from=day(first), decided_by="AG",
            decided_on=day(first), now=office.clock.now(),
        )  # fmt: skip
    return refused.value


@then(parsers.parse("that is refused, naming the row from {first}"))
def that_is_refused(refused: parameters.RowOverlaps, first: str) -> None:
    assert refused.params["valid_from"] == day(first)
    assert day(first).isoformat() in refused.message


@then(parsers.parse("the dues of today are {amount:d} for {code}"))
def the_dues_are(office: Office, amount: int, code: str) -> None:
    with reading(office.engine) as session:
        today = local_day(office.clock.now(), office.engine.settings.zone)
        assert tariffs.in_force(session, code, today).amount == amount


@then(parsers.parse('the history of "{table}" tells "{reason}"'))
def the_history_tells(office: Office, table: str, reason: str) -> None:
    with reading(office.engine) as session:
        told = [event for event, _row in parameters.history(session, table) if event.reason == reason]
        assert [event.kind for event in told] == ["withdrawn"]


@then(parsers.parse("the member is asked to order again, at {amount:d}"))
def asked_again(office: Office, amount: int) -> None:
    assert "fill_basket" in office.open_tasks()
    with reading(office.engine) as session:
        assert session.scalars(select(Order)).all() == []
        assert session.scalars(select(Renewal.dues)).one() == amount
