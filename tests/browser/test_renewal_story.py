"""A renewal with a gift by direct debit on a phone, and the bank that takes it back seven weeks later."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect
from sqlalchemy import select

import workflows
from engine import commands, jobs
from engine.clock import VirtualClock
from engine.engine import Engine
from engine.transaction import reading, transaction
from tests.fixtures.bank import Move, entry, notification, statement
from tests.fixtures.cases import DEPLOYER
from tests.fixtures.chromium import DESK, Server, WatchedPage, open_page
from tests.fixtures.staff import PASSWORD, add_person
from tests.webapp.test_renewals import member
from webapp.year import ledgers
from workflows.association import parameters
from workflows.association.bank.debits import DirectDebit
from workflows.association.gifts.receipts import TaxReceipt
from workflows.association.memberships import Membership, MembershipPeriod
from workflows.association.orders import FOUNDATION, Order

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]
SEVEN_WEEKS = timedelta(days=49)


@pytest.fixture
def town(server: Server) -> Server:
    """The association with its tables and processes, a member whose membership ends in 20 days, and the accounts."""
    with transaction(server.engine) as session:
        parameters.declare_first(session, valid_from=date(2020, 1, 1), decided_by="AG")
        for files in workflows.definitions().values():
            commands.deploy(session, server.engine, files, by=DEPLOYER)
    member(server.engine, "Zoe", "1001", left=20)
    with transaction(server.engine) as session:
        found = session.scalars(select(Membership)).one()
        session.add(
            MembershipPeriod(
                id=uuid4(), membership_id=found.id, start_date=found.start_date, end_date=found.end_date,
                value_date=found.start_date, tariff_code="STD", rule="IMPORTED", written_at=server.engine.clock.now(),
            )
        )  # fmt: skip
    add_person(server.engine, "Fina", "Tresor", "FINANCE", password=PASSWORD)
    return server


@pytest.fixture
def accounts(browser: Browser, town: Server) -> Iterator[WatchedPage]:
    """The window of the accounts, at a desk."""
    context, watched = open_page(browser, town, DESK, "fr-FR")
    yield watched
    context.close()
    assert watched.troubles == []


def renew(window: WatchedPage) -> None:
    """One year and 100 euros for the Foundation, by a mandate that is signed on the phone."""
    window.goto("/membership/")
    page = window.page
    page.get_by_role("button", name="Renouveler mon adhésion").click()
    page.get_by_role("button", name="Continuer").click()
    page.wait_for_url("**/tasks/*")
    page.locator("form[data-draft]").wait_for()
    page.get_by_label("Votre situation").select_option("EMPLOYED")
    page.get_by_label("1 an", exact=True).check()
    the_employer_pays_and_does_not(page)
    address = page.locator("[name=address_lines]")
    expect(address).to_be_hidden()
    page.get_by_label("Montant du don").fill("100")
    expect(address).to_be_visible()
    page.get_by_label("Prélèvement SEPA", exact=True).check()
    for name, text in (("address_lines", "1 rue des Écoles"), ("postcode", "75005"), ("city", "Paris")):
        page.locator(f"[name={name}]").fill(text)
    page.locator("[name=holder]").fill("Zoe Petit")
    page.locator("[name=iban]").fill("FR76 3000 6000 0112 3456 7890 189")
    page.get_by_label("Pour ce seul paiement").check()
    page.get_by_label("Je signe ce mandat").check()
    window.check("renewal-basket")
    page.locator("form[data-draft] .govuk-button").first.click()
    page.wait_for_url(lambda found: "/tasks/" not in found)


def the_employer_pays_and_does_not(page: Page) -> None:
    """Whose questions come at once, and those of one's own payment go, before anything is sent."""
    company, means, gift = (page.locator(f"[name={name}]") for name in ("employer_company", "pay_means", "gift_amount"))
    expect(company).to_be_hidden()
    page.get_by_label("Mon employeur, sur facture").check()
    expect(company).to_be_visible()
    expect(means.first).to_be_hidden()
    expect(gift).to_be_hidden()
    page.get_by_label("Moi", exact=True).check()
    expect(company).to_be_hidden()
    expect(means.first).to_be_visible()


def run(engine: Engine) -> None:
    while jobs.run_due(engine):
        pass


def pass_time(engine: Engine, clock: VirtualClock, until: datetime) -> None:
    """In steps of a week, as a machine that runs does it."""
    while clock.now() < until:
        clock.set(min(clock.now() + timedelta(days=7), until))
        run(engine)


def upload(window: WatchedPage, data: bytes) -> None:
    window.goto("/finance/bank")
    page = window.page
    page.get_by_label("Relevé, avis ou compte rendu").set_input_files(
        files=[FilePayload(name="releve.xml", mimeType="application/xml", buffer=data)]
    )
    page.get_by_role("button", name="Lire", exact=True).click()
    page.locator(".govuk-notification-banner, [role=alert], [role=status]").first.wait_for()


def the_debit(engine: Engine) -> DirectDebit:
    with reading(engine) as session:
        return session.scalars(select(DirectDebit)).one()


def all_is_undone(engine: Engine, before: date) -> None:
    """Services by the old period, the legal membership untouched, order and ledgers open, the receipt cancelled."""
    with reading(engine) as session:
        membership = session.scalars(select(Membership)).one()
        assert (membership.service_entitlement, membership.end_date) == ("LAPSED", before)
        assert membership.statutory_status == "MEMBER"
        order = session.scalars(select(Order)).one()
        assert (order.state, order.total, order.total_for(FOUNDATION)) == ("OPEN", Decimal(260), Decimal(100))
        issued = session.scalars(select(TaxReceipt).order_by(TaxReceipt.year, TaxReceipt.number)).all()
        assert [(each.kind, each.amount, each.replaces_id) for each in issued] == [
            ("RECEIPT", Decimal(100), None), ("CANCELLATION", Decimal(0), issued[0].id),
        ]  # fmt: skip
        assert list(ledgers.unbalanced(session, engine)) == []


def test_it_ends_with_the_right_entitlement_ledgers_and_receipt(
    phone: WatchedPage, accounts: WatchedPage, town: Server, clock: VirtualClock
) -> None:
    engine = town.engine
    with reading(engine) as session:
        before = session.scalars(select(Membership.end_date)).one()
    phone.sign_in("zoe.petit@example.org")
    renew(phone)
    run(engine)
    accounts.sign_in("fina.tresor@example.org")
    accounts.goto("/finance/bank").get_by_label("Prélever ce qui est à échéance jusqu’au").fill("2099-12-31")
    accounts.page.get_by_role("button", name="Préparer le fichier pour la banque").click()
    accounts.page.get_by_text("Le fichier est prêt").wait_for()
    debit = the_debit(engine)
    assert debit.amount == 260
    pass_time(engine, clock, clock.now() + (debit.due_on - clock.now().date()))
    accounts.sign_in("fina.tresor@example.org")
    upload(accounts, statement(entry([Move("260.00", end_to_end=debit.end_to_end_id, day=str(debit.due_on))])))
    run(engine)
    phone.sign_in("zoe.petit@example.org")
    page = phone.goto("/membership/")
    expect(page.locator("main")).to_contain_text(str(before.year + 1))
    pass_time(engine, clock, clock.now() + SEVEN_WEEKS)
    today = clock.now().date()
    back = Move("-260.00", end_to_end=debit.end_to_end_id, reason="MD06", day=str(today), reference="RET1")
    accounts.sign_in("fina.tresor@example.org")
    upload(accounts, notification(entry([back])))
    run(engine)
    phone.sign_in("zoe.petit@example.org")
    phone.goto("/membership/")
    phone.check("membership-reversed")
    expect(page.locator("main")).to_contain_text("adhésion échue")
    expect(page.locator("main")).to_contain_text("une nouvelle année commence le jour de votre paiement")
    phone.goto("/gifts/")
    expect(page.locator("main")).to_contain_text(re.compile("annul", re.I))
    phone.check("gifts-reversed")
    all_is_undone(engine, before)
