"""After an event: its report, its accounts, its lists."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from pytest_bdd import parsers, then, when

from engine import commands
from engine.errors import AmicaleError, FourEyes
from engine.transaction import reading, transaction
from tests.fixtures.office import Office
from tests.steps.event_seats import seat_of
from tests.steps.events import actor_of, calm, do, event_of, member, open_tasks, person_of
from workflows.association import roles
from workflows.association.events import lists, refunds, settling
from workflows.association.events.records import Event
from workflows.association.events.reports import EventReport
from workflows.association.events.settling import ExpensesOpen, RefundsOpen
from workflows.association.record_set import record_set


@when(parsers.parse('"{name}" reports {attended:d} people and {calm}'))
def reports_(office: Office, name: str, attended: int, calm: str) -> None:
    (task,) = open_tasks(office, "write_report")
    told = {"calm": "NO"} if calm == "calm" else {"calm": "YES", "incidents": "une chute"}
    said = {"attended": attended, **told, "income": 0, "costs": 40}
    do(office, task, actor_of(office, name), {}, {f"report.{k}": v for k, v in said.items()})


@when(parsers.parse('"{name}" looks at the incident'))
def looks(office: Office, name: str) -> None:
    (task,) = open_tasks(office, "look_at_incident")
    do(office, task, actor_of(office, name), {"insurer_told": True}, {})


@when(parsers.parse('"{name}" closes the accounts at {costs:d} euros'))
def closes(office: Office, name: str, costs: int) -> None:
    (task,) = open_tasks(office, "close_accounts")
    do(office, task, actor_of(office, name), {}, {"report.final_income": 0, "report.final_costs": costs})
    with reading(office.engine) as session:
        report = session.get_one(EventReport, event_of(office).id)
    assert (report.attended, report.final_costs, report.closed_by) == (18, Decimal(costs), actor_of(office, name).id)


def closed_on(office: Office) -> datetime | None:
    with reading(office.engine) as session:
        return session.get_one(EventReport, event_of(office).id).closed_at


@then(parsers.re(r"the accounts are (?P<state>open|closed)"))
def accounts_are(office: Office, state: str) -> None:
    assert (closed_on(office) is not None) == (state == "closed")


@then(parsers.parse('"{name}" may not agree to the accounts'))
def may_not_agree(office: Office, name: str) -> None:
    (task,) = open_tasks(office, "agree_accounts")
    with pytest.raises(FourEyes):
        do(office, task, actor_of(office, name), {}, {"report.accounts_decision": "AGREE"})


@then(parsers.parse('"{name}" cannot close the accounts at {costs:d} euros while expenses wait'))
def cannot_close(office: Office, name: str, costs: int) -> None:
    (task,) = open_tasks(office, "close_accounts")
    with pytest.raises(ExpensesOpen) as refused:
        do(office, task, actor_of(office, name), {}, {"report.final_income": 0, "report.final_costs": costs})
    assert refused.value.params == {"count": 1, "field": "final_costs"}


@then(parsers.parse('"{name}" cannot agree to the accounts while expenses wait'))
def cannot_agree(office: Office, name: str) -> None:
    (task,) = open_tasks(office, "agree_accounts")
    with pytest.raises(ExpensesOpen) as refused:
        do(office, task, actor_of(office, name), {}, {"report.accounts_decision": "AGREE"})
    assert refused.value.params == {"count": 1, "field": "accounts_decision"}
    assert closed_on(office) is None


@then(parsers.parse('"{name}" cannot close the accounts at {costs:d} euros while money has to go back'))
def cannot_close_yet(office: Office, name: str, costs: int) -> None:
    (task,) = open_tasks(office, "close_accounts")
    with pytest.raises(RefundsOpen) as refused:
        do(office, task, actor_of(office, name), {}, {"report.final_income": 0, "report.final_costs": costs})
    assert refused.value.params == {"count": 1, "field": "final_costs"}
    told = {lang: settling_words(office, lang) for lang in ("fr", "en")}
    assert "remboursés 0,00" in told["fr"] and "à rembourser 20,00" in told["fr"], told
    assert "given back €0.00, to give back €20.00" in told["en"], told


@when("the money that has to go back is transferred")
def transferred(office: Office) -> None:
    with transaction(office.engine) as session:
        waiting = refunds.due(session, event_of(office).id)
        now = office.clock.now()
        refunds.pay(session, waiting, on=now.date(), reference="VIR-9", by=actor_of(office, "Fin").id, now=now)
    assert "remboursés 20,00" in settling_words(office, "fr")


@then(parsers.parse('the books say "{words}"'))
def books_say(office: Office, words: str) -> None:
    assert words in settling_words(office, "fr")


def settling_words(office: Office, lang: str) -> str:
    with reading(office.engine) as session:
        return settling.words(session, session.get_one(Event, event_of(office).id), lang)


@when(parsers.re(r'"(?P<name>[^"]+)" says (?P<said>AGREE|AGAIN) of the accounts(, "(?P<remark>.+)")?$'))
def says_of_accounts(office: Office, name: str, said: str, remark: str | None) -> None:
    (task,) = open_tasks(office, "agree_accounts")
    written = {"report.remark": remark} if remark else {}
    assert closed_on(office) is None, "accounts to which somebody has to agree are not closed before"
    do(office, task, actor_of(office, name), {}, {"report.accounts_decision": said, **written})
    assert (closed_on(office) is not None) == (said == "AGREE")


@then(parsers.parse('"{name}" reads what "{other}" remarked, and what the books say'))
def reads_remark(office: Office, name: str, other: str) -> None:
    assert len(open_tasks(office, "close_accounts")) == 1
    fields = ["report.remark", "report.books"]
    with reading(office.engine) as session:
        known = {"event_id": str(event_of(office).id)}
        shown = record_set().read(session, known, fields, now=office.clock.now(), by=actor_of(office, name).id)
    assert shown["report.remark"] == "Le reçu du traiteur manque"
    assert "demandes en attente : 0" in str(shown["report.books"])


@then("nobody has accounts to close")
def none_to_close(office: Office) -> None:
    calm(office)
    assert open_tasks(office, "close_accounts") + open_tasks(office, "agree_accounts") == []


@then("the diets are erased, and it is on record")
def erased(office: Office) -> None:
    calm(office)
    assert seat_of(office, "Max").diet == ""
    assert event_of(office).purged_at is not None


@then(parsers.re(r"the list of attendees is (?P<state>open|closed)"))
def list_is(office: Office, state: str) -> None:
    with reading(office.engine) as session:
        assert lists.is_open(session, event_of(office), office.clock.now()) is (state == "open")


@when(parsers.parse('"{name}" leads the group in the place of "{other}"'))
def follows(office: Office, name: str, other: str) -> None:
    follower, leaver, today = member(office, name), person_of(office, other), office.clock.now().date()
    with transaction(office.engine) as session:
        scope = f"group:{event_of(office).group_id}"
        assert roles.end(session, leaver.id, "GROUP_LEAD", today - timedelta(days=1), scope=scope) == 1
        roles.grant(session, follower.id, "GROUP_LEAD", from_date=today, scope=scope)


@then(parsers.parse('"{name}" may not write the report'))
def may_not_write(office: Office, name: str) -> None:
    (task,) = open_tasks(office, "write_report")
    with pytest.raises(AmicaleError), transaction(office.engine) as session:
        commands.complete(session, office.engine, task.id, {"calm": "YES"}, by=actor_of(office, name))


@then("no report is asked for")
def none_asked(office: Office) -> None:
    calm(office)
    assert open_tasks(office, "write_report") == []
