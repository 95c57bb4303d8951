"""Dated parameters: the row of the day, what a running case keeps, who decided, and nothing remembered too long."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from threading import Barrier, Thread
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event
from sqlalchemy.orm import Session

from engine.database import connect
from engine.engine import Engine
from engine.errors import AmicaleError
from engine.models import Base
from engine.transaction import reading, transaction
from forms.readings import FIRST_YEAR
from workflows.association import parameters
from workflows.association.parameters import Choice, Column, Row, Table, first_rows
from workflows.association.parameters.kinds import ValueUnusable, accept, kept, restored
from workflows.association.parameters.models import ParameterEvent, ParameterRevision, ParameterRow
from workflows.association.parameters.pairs import RowsCrossed

NOW = datetime(2026, 11, 2, 11, tzinfo=UTC)
TODAY = NOW.date()
TONES = (Choice("SOFT", "doux", "soft"), Choice("FIRM", "ferme", "firm"))
DELAYS = Table(
    "trial_delay",
    "Délais d'essai",
    "Trial delays",
    (
        Column("days", "days", "Jours", "Days"),
        Column("fee", "amount", "Frais", "Fee", required=False),
        Column("tone", "choice", "Ton", "Tone", choices=TONES),
    ),
    first=(
        Row("REMINDER", "Relance", "Reminder", 14, "2.50", "SOFT"),
        Row("NOTICE", "Avis", "Notice", 60, None, "SOFT"),
    ),
)


@pytest.fixture
def association(database: str) -> Iterator[Engine]:
    """An engine with the tables of the parameters, empty."""
    tables = [Base.metadata.tables[model.__tablename__] for model in (ParameterRow, ParameterEvent, ParameterRevision)]
    opened = connect(database)
    Base.metadata.drop_all(opened, tables=tables)
    Base.metadata.create_all(opened, tables=tables)
    opened.dispose()
    with Engine.open(database) as engine:
        yield engine


def decide(session: Session, key: str, days: int, valid_from: date, **more: object) -> UUID:
    """A row decided by the assembly."""
    given: dict[str, object] = {"decided_by": "AG", "decided_on": valid_from, "now": NOW, **more}
    values = {"days": days, "tone": "SOFT"}
    return parameters.decide(session, DELAYS, key, values, valid_from=valid_from, **given)  # type: ignore[arg-type]


def days(session: Session, on: date, started: date | None = None, key: str = "REMINDER") -> int:
    return parameters.count(session, DELAYS, key, "days", on=on, started=started)


def test_what_nobody_has_decided_is_as_declared(association: Engine) -> None:
    with reading(association) as session:
        assert parameters.amount(session, DELAYS, "REMINDER", "fee", on=TODAY) == Decimal("2.50")
        assert parameters.text(session, DELAYS, "REMINDER", "tone", on=TODAY) == "SOFT"
        assert parameters.value(session, DELAYS, "NOTICE", "fee", on=TODAY) is None
        assert [row.key for row in parameters.rows(session, DELAYS, on=TODAY)] == ["REMINDER", "NOTICE"]


def test_the_row_of_the_day_is_read(association: Engine) -> None:
    with transaction(association) as session:
        decide(session, "REMINDER", 15, date(2026, 1, 1))
        decide(session, "REMINDER", 21, date(2027, 1, 1), succeeds=True)
    with reading(association) as session:
        moments = (date(2025, 12, 31), date(2026, 1, 1), date(2026, 12, 31), date(2027, 1, 1))
        assert [days(session, day) for day in moments] == [14, 15, 15, 21], "as declared until the first decision"
        with pytest.raises(parameters.ParameterMissing):
            days(session, TODAY, key="UNHEARD")
        with pytest.raises(parameters.ColumnUnknown):
            parameters.value(session, DELAYS, "REMINDER", "weeks", on=TODAY)
        with pytest.raises(parameters.TableUnknown):
            parameters.value(session, "unheard", "REMINDER", "days", on=TODAY)
        with pytest.raises(TypeError):
            parameters.amount(session, DELAYS, "REMINDER", "days", on=TODAY)


def test_a_running_case_keeps_the_row_of_its_start(association: Engine) -> None:
    began, later = date(2026, 6, 1), date(2027, 9, 1)
    with transaction(association) as session:
        decide(session, "REMINDER", 1, date(2026, 1, 1))
        decide(session, "REMINDER", 2, date(2026, 12, 1), succeeds=True)
    with reading(association) as session:
        assert (days(session, later), days(session, later, began)) == (2, 1)
        assert days(session, later, date(2024, 1, 1)) == 14, "it began when what is declared was in force"
    with transaction(association) as session:
        decide(session, "REMINDER", 3, date(2027, 1, 1), succeeds=True, applies_to_running=True)
        decide(session, "REMINDER", 4, date(2027, 6, 1), succeeds=True)
    with reading(association) as session:
        assert [days(session, day, began) for day in (began, date(2026, 12, 15), date(2027, 1, 1), later)] == [
            1,
            1,
            3,
            3,
        ]
        assert days(session, later) == 4


def test_an_overlap_is_refused_and_names_the_row(association: Engine) -> None:
    with transaction(association) as session:
        decide(session, "REMINDER", 14, date(2026, 1, 1), decided_by="AG du 12 juin")
    with transaction(association) as session, pytest.raises(parameters.RowOverlaps) as refused:
        decide(session, "REMINDER", 21, date(2027, 1, 1))
    assert refused.value.params["decided_by"] == "AG du 12 juin"
    assert "2026-01-01" in refused.value.message
    with transaction(association) as session:
        decide(session, "REMINDER", 10, date(2025, 1, 1), valid_to=date(2025, 12, 31))
        decide(session, "NOTICE", 21, date(2027, 1, 1))


def test_at_least_is_never_above_at_most_on_a_day_on_which_both_hold(association: Engine) -> None:
    rising = replace(DELAYS, rising=(("REMINDER", "NOTICE"),))

    def put(session: Session, key: str, days: int, first: date, last: date | None = None) -> None:
        parameters.decide(
            session, rising, key, {"days": days, "tone": "SOFT"}, valid_from=first, valid_to=last, decided_by="AG",
            decided_on=first, now=NOW, language="en",
        )  # fmt: skip

    with transaction(association) as session:
        put(session, "REMINDER", 14, date(2026, 1, 1), date(2026, 6, 30))
        put(session, "NOTICE", 10, date(2026, 7, 1))  # never beside the 14
    with pytest.raises(RowsCrossed, match="“Reminder” would be 11 while “Notice”"), transaction(association) as session:
        put(session, "REMINDER", 11, date(2026, 8, 1))
    with pytest.raises(RowsCrossed, match="“Reminder” would be 14 while “Notice”"), transaction(association) as session:
        put(session, "NOTICE", 13, date(2026, 6, 30), date(2026, 6, 30))
    with transaction(association) as session:
        put(session, "REMINDER", 10, date(2026, 8, 1))
        assert days(session, date(2026, 8, 1)) == 10


def test_a_row_that_was_withdrawn_gives_its_time_back(association: Engine) -> None:
    with transaction(association) as session:
        decide(session, "REMINDER", 14, date(2026, 1, 1))
        wrong = decide(session, "REMINDER", 210, date(2027, 1, 1), succeeds=True)
    with transaction(association) as session:
        parameters.withdraw(session, wrong, now=NOW, by="person:x", reason="21 était voulu")
    with reading(association) as session:
        assert days(session, date(2027, 6, 1)) == 14
        told = [(event.kind, row.data["days"], event.valid_to) for event, row in parameters.history(session, DELAYS)]
    assert ("withdrawn", "210", None) in told
    assert ("extended", "14", None) in told
    assert len(told) == 5, "decided, ended, decided, withdrawn, extended"
    with transaction(association) as session, pytest.raises(parameters.RowChanged):
        parameters.withdraw(session, wrong, now=NOW)


def test_a_row_is_ended_once_by_whoever_saw_it_last(association: Engine) -> None:
    with transaction(association) as session:
        row = decide(session, "REMINDER", 14, date(2026, 1, 1))
    with transaction(association) as session:
        parameters.end(session, row, date(2026, 12, 31), now=NOW, rev=1)
    with transaction(association) as session, pytest.raises(parameters.RowChanged):
        parameters.end(session, row, date(2026, 6, 30), now=NOW, rev=1)
    with transaction(association) as session, pytest.raises(parameters.PeriodUnusable):
        parameters.end(session, row, date(2025, 6, 30), now=NOW)
    with reading(association) as session, pytest.raises(parameters.ParameterMissing):
        days(session, date(2027, 1, 1))


def test_keys_are_those_of_the_declaration(association: Engine) -> None:
    with transaction(association) as session, pytest.raises(parameters.KeyUnusable):
        decide(session, "WINBACK", 14, date(2026, 1, 1))


def test_reading_costs_one_query_a_transaction(association: Engine) -> None:
    asked: list[str] = []
    event.listen(association.database, "before_cursor_execute", lambda *told: asked.append(told[2]))
    with transaction(association) as session:
        decide(session, "REMINDER", 14, date(2026, 1, 1))
    with reading(association) as session:
        days(session, TODAY)
    asked.clear()
    for _ in range(3):
        with reading(association) as session:
            for _ in range(500):
                days(session, TODAY, TODAY - timedelta(days=9))
    assert len([statement for statement in asked if "parameter" in statement]) == 3


def test_what_was_rolled_back_is_not_remembered(association: Engine) -> None:
    class Undone(Exception):
        pass

    with transaction(association) as session:
        decide(session, "REMINDER", 14, date(2026, 1, 1))
    with pytest.raises(Undone), transaction(association) as session:
        assert days(session, date(2027, 1, 2)) == 14
        decide(session, "REMINDER", 99, date(2027, 1, 1), succeeds=True)
        assert days(session, date(2027, 1, 2)) == 99
        raise Undone
    with transaction(association) as session:
        assert days(session, date(2027, 1, 2)) == 14
        with pytest.raises(Undone), session.begin_nested():
            decide(session, "REMINDER", 98, date(2027, 1, 1), succeeds=True)
            assert days(session, date(2027, 1, 2)) == 98
            raise Undone
        assert days(session, date(2027, 1, 2)) == 14


def test_another_process_sees_a_change_in_its_next_transaction(association: Engine, database: str) -> None:
    with Engine.open(database) as other:
        with reading(other) as session:
            assert days(session, date(2027, 1, 2)) == 14
        with transaction(association) as session:
            decide(session, "REMINDER", 15, date(2026, 1, 1))
        with reading(other) as session:
            assert days(session, date(2027, 1, 2)) == 15


def test_of_two_at_once_one_is_told_of_the_other(association: Engine) -> None:
    start, outcomes = Barrier(2), []

    def try_it(number: int) -> None:
        start.wait()
        try:
            with transaction(association) as session:
                decide(session, "REMINDER", number, date(2026, 1, 1))
            outcomes.append("decided")
        except AmicaleError as error:
            outcomes.append(error.code)

    both = [Thread(target=try_it, args=(number,)) for number in (1, 2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert sorted(outcomes) == ["decided", "parameter_row_overlaps"]


@given(st.decimals(min_value=-10_000, max_value=10_000, places=2))
def test_amounts_are_kept_with_their_digits(amount: Decimal) -> None:
    column = Column("x", "amount", "x", "x")
    typed = f"{amount:f}".replace(".", ",")
    assert accept(column, typed) == accept(column, amount) == amount
    assert kept(restored(column, kept(accept(column, typed)))) == f"{amount:.2f}"


@given(st.dates(date(FIRST_YEAR, 1, 1)))
def test_days_are_kept(day: date) -> None:
    column = Column("x", "date", "x", "x")
    assert restored(column, kept(accept(column, day))) == day


@pytest.mark.parametrize(
    ("column", "typed"),
    [
        (Column("x", "amount", "x", "x"), "12,345"),
        (Column("x", "amount", "x", "x"), "douze"),
        (Column("x", "amount", "x", "x", maximum=100), "100,01"),
        (Column("x", "amount", "x", "x"), 0.1),
        (Column("x", "days", "x", "x"), "-1"),
        (Column("x", "days", "x", "x"), "1,5"),
        (Column("x", "days", "x", "x"), True),
        (Column("x", "days", "x", "x"), ""),
        (Column("x", "date", "x", "x"), "31/02/2027"),
        (Column("x", "month_day", "x", "x"), "02-30"),
        (Column("x", "month_day", "x", "x"), "february"),
        (Column("x", "flag", "x", "x"), "maybe"),
        (Column("x", "choice", "x", "x", choices=TONES), "LOUD"),
        (Column("x", "text", "x", "x"), "x" * 201),
        (Column("x", "text", "x", "x"), None),
    ],
)
def test_what_is_no_value_of_its_kind_is_refused(column: Column, typed: object) -> None:
    with pytest.raises(ValueUnusable) as refused:
        accept(column, typed)
    assert refused.value.params["column"] == "x"


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        ("amount", "1 234,5", Decimal("1234.50")),
        ("percent", "7,25", Decimal("7.25")),
        ("working_days", "3", 3),
        ("month_day", "2-29", "02-29"),
        ("flag", "oui", True),
        ("flag", "", False),
        ("date", "31/08/2027", date(2027, 8, 31)),
    ],
)
def test_what_people_type_is_read(kind: parameters.Kind, typed: str, value: object) -> None:
    assert accept(Column("x", kind, "x", "x"), typed) == value


def test_a_declaration_that_cannot_be_kept_is_refused() -> None:
    column = Column("days", "days", "Jours", "Days")
    for wrong in (
        {"name": "Bad Name"},
        {"columns": ()},
        {"columns": (column, column)},
        {"first": (Row("A", "a", "a"),)},
    ):
        with pytest.raises(ValueError, match=r"table|row"):
            Table(**{"name": "ok", "label_fr": "x", "label_en": "x", "columns": (column,), **wrong})  # type: ignore[arg-type]


def test_first_rows_are_accepted_by_their_columns() -> None:
    for table in parameters.declared().values():
        for row in table.first:
            for column, value in zip(table.columns, row.values, strict=True):
                accept(column, value)


def test_what_a_version_brings_is_written_once_and_touches_nothing_that_was_decided(
    association: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database of before: one key decided and ended, one as declared, and a table that waits for a vote."""
    voted = replace(DELAYS, name="trial_vote", until_decided=False)
    monkeypatch.setattr(first_rows, "declared", lambda: {table.name: table for table in (DELAYS, voted)})
    with transaction(association) as session:
        decide(session, "REMINDER", 21, date(2026, 1, 1), valid_to=date(2026, 6, 30))
    with transaction(association) as session:
        assert parameters.deliver(session, on=TODAY, now=NOW) == 1
        assert parameters.deliver(session, on=TODAY, now=NOW) == 0
    keys = ("REMINDER", "NOTICE", "LAST")
    changed = replace(DELAYS, first=tuple(Row(key, "Autre", "Other", 99, None, "FIRM") for key in keys))
    monkeypatch.setattr(first_rows, "declared", lambda: {changed.name: changed})
    with transaction(association) as session:
        assert parameters.deliver(session, on=TODAY, now=NOW) == 1, "the one that is new"
    with reading(association) as session:
        assert parameters.count(session, changed, "NOTICE", "days", on=TODAY) == 60, "the figure of the version before"
        assert parameters.count(session, changed, "LAST", "days", on=date(2020, 1, 1)) == 99
        with pytest.raises(parameters.ParameterMissing):
            parameters.count(session, changed, "REMINDER", "days", on=TODAY)
        assert {(event.kind, row.key, row.valid_from) for event, row in parameters.history(session, DELAYS)} == {
            ("delivered", "LAST", parameters.BEGINNING),
            ("delivered", "NOTICE", parameters.BEGINNING),
            ("decided", "REMINDER", date(2026, 1, 1)),
        }
        with pytest.raises(parameters.ParameterMissing):
            parameters.row(session, voted, "NOTICE", on=TODAY)
    with transaction(association) as session:
        decide(session, "NOTICE", 30, date(2027, 1, 1), succeeds=True)
    with reading(association) as session:
        assert [days(session, day, key="NOTICE") for day in (TODAY, date(2027, 1, 1))] == [60, 30]
