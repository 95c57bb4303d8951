"""What left the house, what nobody knows and what came back, as operators see them at a desk and on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from engine import ledger, unknown
from engine.models import Effect, Job
from engine.registry import Connector
from engine.store import job_row
from engine.transaction import reading, transaction
from tests.browser.test_hands import tab_to
from tests.fixtures.cases import start_review
from tests.fixtures.chromium import DESK, PHONE, Server, WatchedPage, open_page
from tests.fixtures.staff import PASSWORD, add_person
from workflows.association.received_mails import ReceivedMail

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


@pytest.fixture
def case(server: Server, review: str) -> UUID:
    """A case with an attempt that arrived, one that nobody knows of, an answer and a bounce."""
    add_person(server.engine, "Odile", "Roux", "MEMBERSHIP", "DATA", "ADMIN", password=PASSWORD)
    case = start_review(server.engine)
    now = server.engine.clock.now()
    with transaction(server.engine) as session:
        for type_, fact, answer in (
            ("mail.send", "answered", {"reply": "250 Ok: queued as 4F1A2", "message_id": "<5b0c@amicale.example>"}),
            ("http.call_once", "unknown", {"reason": "the system did not answer in time", "status": 504}),
        ):  # fmt: skip
            connector = Connector(type_, lambda work: None, policy="at_most_once")
            row = job_row(case, "review", "connector", now, id_=uuid4(), token=uuid4(), element="check", type_=type_)
            job = Job(**{**row, "held": True})
            session.add(job)
            session.flush()
            made = ledger.attempt(session, server.engine, job, connector)
            ledger.outcome(session, server.engine, made, fact, answer)  # type: ignore[arg-type]
            session.delete(job)  # what it was for is over: the decision is about the record
        session.add(
            ReceivedMail(
                key="a" * 64, kind="REPLY", instance_id=case, sender="ambre.delaunay@une-boite-tres-longue.example",
                subject="Re: Votre adhésion", text="Bonjour,\n\nje n’ai pas reçu le lien. <img onerror=alert(1)>",
                attachments=2, received_at=now,
            )
        )  # fmt: skip
        session.add(
            ReceivedMail(
                key="b" * 64, kind="BOUNCE", instance_id=case, sender="ambre@boite.example", status="5.1.1",
                received_at=now - timedelta(hours=1),
            )
        )  # fmt: skip
    return case


@pytest.fixture(params=[DESK, PHONE], ids=["desk", "phone"])
def window(request: pytest.FixtureRequest, browser: Browser, server: Server) -> Iterator[WatchedPage]:
    context, watched = open_page(browser, server, request.param, "fr-FR")
    watched.sign_in("odile.roux@example.org")
    yield watched
    context.close()
    assert watched.troubles == []


def test_an_operator_looks_and_decides_by_keyboard(case: UUID, window: WatchedPage, server: Server) -> None:
    page = window.goto(f"/cases/{case}")
    expect(page.get_by_role("heading", name="Ce qui est sorti")).to_be_visible()
    page.get_by_role("link", name="Pourquoi ?").first.click()
    page.get_by_role("heading", name="Pourquoi cet envoi").wait_for()
    window.check("cause")
    page = window.goto(f"/cases/{case}")
    expect(page.get_by_text("<img onerror=alert(1)>")).to_be_visible()
    expect(page.get_by_text("2 pièces jointes restent")).to_be_visible()
    window.check("case-outgoing")
    page = window.goto("/cases")
    page.get_by_role("link", name="1 appel dont personne").click()
    expect(page.get_by_role("heading", name="Ce que personne ne sait", level=1)).to_be_visible()
    window.check("unknown")
    tab_to(page, "button[value=went_out]")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Il est noté que c’est parti.")).to_be_visible()
    with reading(server.engine) as session:
        assert unknown.count(session) == 0
        assert session.scalars(select(Effect.by).where(Effect.step == ledger.DECISION)).one().startswith("person:")
