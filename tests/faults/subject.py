"""The case that the campaign runs: people, a service task, three connectors of three policies, a timer, a message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import text

from engine.assignment import Actor
from engine.errors import OutcomeUnknown, WorkFailed
from engine.registry import Connector, ConnectorPolicy, ConnectorWork, Registry, ServiceTask, ServiceWork
from tests.faults.ledger import Ledger
from tests.fixtures.diagrams import catch, end, message, parallel, process, reference, service, start, timer, user_task

CLERK: Final = Actor("person:clerk", "Clerk", frozenset({"MEMBERSHIP"}))
PROCESS_ID: Final = "faulty"
POLICIES: Final[Mapping[str, ConnectorPolicy]] = {
    "tell": "at_least_once", "pay": "at_most_once", "post": "idempotent",
}  # fmt: skip
TASKS: Final = ("ask", "left", "right", "close")  # each is completed once
DIAGRAM: Final = process(
    PROCESS_ID,
    [start(), user_task("ask"), service("book", "ledger.book"), service("tell", "world.tell"),
     catch("pause", timer("duration", "PT1S")), service("pay", "world.pay"), catch("wait", reference("message", "m1")),
     parallel("fork"), user_task("left"), user_task("right"), parallel("join"), service("post", "world.post"),
     user_task("close"), end()],
    ["begin -> ask", "ask -> book", "book -> tell", "tell -> pause", "pause -> pay", "pay -> wait", "wait -> fork",
     "fork -> left", "fork -> right", "left -> join", "right -> join", "join -> post", "post -> close",
     "close -> done"],
    top=[message("m1", "paid", "label")],
)  # fmt: skip
BOOK: Final = "CREATE TABLE IF NOT EXISTS book (label VARCHAR(80) NOT NULL, token VARCHAR(40) NOT NULL)"


def registry(ledger: Ledger) -> Registry:
    """The work of the case: a booking inside the transaction, and three ways to tell the world."""

    def book(work: ServiceWork) -> dict[str, object]:
        work.session.execute(
            text("INSERT INTO book VALUES (:label, :token)"),
            {"label": str(work.variables["label"]), "token": str(work.token)},
        )
        return {"booked": True}

    def tell(work: ConnectorWork) -> dict[str, object]:
        heard = ledger.tell(str(work.variables["label"]), work.element, work.idempotency_key)
        if heard == "busy":
            raise WorkFailed("The world is busy.")
        if heard != "written":
            raise OutcomeUnknown("The world did not answer.")
        return {f"{work.element}_told": True}

    def tell_all(works: Sequence[ConnectorWork]) -> Sequence[Mapping[str, object] | Exception]:
        answers: list[Mapping[str, object] | Exception] = []
        for work in works:
            try:
                answers.append(tell(work))
            except (WorkFailed, OutcomeUnknown) as failed:
                answers.append(failed)
        return answers

    connectors = [
        Connector(f"world.{name}", tell, retries=20, policy=policy, round=tell_all)
        for name, policy in POLICIES.items()
    ]  # fmt: skip
    return Registry.collect([ServiceTask("ledger.book", book), *connectors])
