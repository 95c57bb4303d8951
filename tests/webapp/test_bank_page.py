"""The accounts' page of the bank: files in, files out, and the lines that a person decides."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

import workflows
from engine import commands
from engine.assignment import SYSTEM
from engine.engine import Engine
from engine.models import Message, UserTask
from engine.transaction import reading, transaction
from tests.fixtures.bank import FOUNDATION_IBAN, Move, entry, statement, status
from tests.fixtures.pages import LookedAtPages
from tests.fixtures.staff import add_person
from tests.security.web import at_desk
from workflows.association import parameters
from workflows.association.bank import debits
from workflows.association.bank.accounts import BankLine
from workflows.association.bank.debits import DirectDebit
from workflows.association.mandates import PAUSE, Mandate, collection_day, sign, treat
from workflows.association.memberships import Membership
from workflows.association.orders import Order, OrderLine
from workflows.association.payments import Payment
from workflows.association.surplus import Refund

KEY = "CMD-2026-000001"


def ordered(engine: Engine, key: str = KEY) -> None:
    """An order of 160 euros by direct debit, not yet collected."""
    now = engine.clock.now()
    with transaction(engine) as session:
        order = Order(id=uuid4(), key=key, means="SEPA", state="OPEN", created_at=now, lines=[])
        order.lines.append(OrderLine(id=uuid4(), position=1, beneficiary="ASSOCIATION", kind="DUES", amount=160))
        session.add(order)
        session.flush()
        mandate = sign(
            session, application_id=uuid4(), person_id=None, holder="Ambre Delaunay", by="x", now=now,
            iban="FR76 3000 6000 0112 3456 7890 189",
        )  # fmt: skip
        session.flush()
        debits.plan(session, order, mandate, amount=order.total, due_on=collection_day(session, now.date()), now=now)


@pytest.fixture
def fina(app: Flask, web_engine: Engine) -> LookedAtPages:
    ordered(web_engine)
    return at_desk(app, web_engine, "Fina", "FINANCE")


def shown(browser: LookedAtPages, address: str) -> str:
    """The page, its unbreakable blanks as plain ones."""
    return browser.get(address).get_data(as_text=True).replace("\u00a0", " ").replace("\u202f", " ")


def send(browser: LookedAtPages, data: bytes, name: str = "releve.xml") -> str:
    """Sends a file and answers the page that follows."""
    answer = browser.post_form(
        "/finance/bank/statements", {"statement": (BytesIO(data), name)}, content_type="multipart/form-data"
    )
    assert answer.status_code == 303
    return shown(browser, answer.location)


def line_of(engine: Engine) -> str:
    with reading(engine) as session:
        return str(session.scalars(select(BankLine.id)).one())


def test_an_empty_page_says_so_and_is_for_the_accounts(app: Flask, web_engine: Engine) -> None:
    page = shown(at_desk(app, web_engine, "Fina", "FINANCE"), "/finance/bank")
    assert "Aucune ligne n’attend de décision." in page
    assert "Aucun prélèvement n’est prévu." in page
    assert at_desk(app, web_engine, "Olga", "MEMBERSHIP").get("/finance/bank").status_code == 403


def test_a_statement_is_read_and_booked_once(fina: LookedAtPages) -> None:
    data = statement(entry([Move("160.00", text=f"cotisation {KEY}")]), closing="1160.00")
    assert "1 virement est comptabilisé." in send(fina, data)
    assert "1 relevé avait déjà été lu." in send(fina, data)


def test_the_foundation_has_a_page_and_an_account_of_its_own(
    app: Flask, web_engine: Engine, fina: LookedAtPages
) -> None:
    told = statement(entry([Move("50.00", text="don")]), iban=FOUNDATION_IBAN)
    assert "qui n’est pas lu ici" in send(fina, told)
    gifts = at_desk(app, web_engine, "Gilles", "FOUNDATION_GIFTS")
    page = shown(gifts, "/foundation/bank")
    assert "FR14 2004 1010 0505 0001 3M02 606" in page and "Aucun prélèvement n’est prévu." in page
    file = {"statement": (BytesIO(told), "releve.xml")}
    answer = gifts.post_form("/foundation/bank/statements", file, content_type="multipart/form-data")
    assert "1 ligne vous attend." in shown(gifts, answer.location)
    line = line_of(web_engine)
    assert fina.post_form(f"/finance/bank/lines/{line}/set-aside", {"reason": "loyer"}).status_code == 404
    wrong = gifts.post_form(f"/foundation/bank/lines/{line}/assign", {"order_key": KEY})
    assert "est celle de l’association" in shown(gifts, wrong.location)
    assert gifts.get("/finance/bank").status_code == fina.get("/foundation/bank").status_code == 403


def test_debits_without_a_mandate_are_shown_apart_from_what_is_planned(
    app: Flask, web_engine: Engine, fina: LookedAtPages
) -> None:
    assert "1 prélèvement est prévu" in shown(fina, "/finance/bank")
    with transaction(web_engine) as session:
        treat(session.scalars(select(Mandate).order_by(Mandate.reference)).one(), PAUSE, web_engine.clock.now())
        gift = Order(
            id=uuid4(), key="CMD-2026-000003", means="SEPA", state="OPEN", created_at=web_engine.clock.now(), lines=[]
        )
        gift.lines.append(OrderLine(id=uuid4(), position=1, beneficiary="FOUNDATION", kind="GIFT", amount=50))
        session.add(gift)
    page = shown(fina, "/finance/bank")
    assert "Aucun prélèvement n’est prévu." in page and "Prélèvements sans mandat" in page
    assert "est suspendu depuis un incident" in page and KEY in page and "CMD-2026-000003" not in page
    theirs = shown(at_desk(app, web_engine, "Gilles", "FOUNDATION_GIFTS"), "/foundation/bank")
    assert "Il n’y a pas de mandat valable." in theirs and "CMD-2026-000003" in theirs and KEY not in theirs


def test_what_is_no_file_of_a_bank_is_said_in_place(fina: LookedAtPages) -> None:
    assert "photo.png n’est pas un message ISO 20022" in send(fina, b"\x89PNG", "photo.png")
    bad = statement(entry([Move("1.00")])).replace(b">1.00<", b">x<")
    assert "STM-1, Ntry 1" in send(fina, bad)
    nothing = fina.post_form("/finance/bank/statements")
    assert "Choisissez d’abord un fichier." in shown(fina, nothing.location)


def test_a_person_books_a_line_or_sets_it_aside(fina: LookedAtPages, web_engine: Engine) -> None:
    assert "1 ligne vous attend." in send(fina, statement(entry([Move("160.00", text="cotisation")])))
    line = line_of(web_engine)
    silent = fina.post_form(f"/finance/bank/lines/{line}/set-aside", {"reason": " "})
    assert "Dites en quelques mots" in shown(fina, silent.location)
    answer = fina.post_form(f"/finance/bank/lines/{line}/set-aside", {"reason": "loyer du voisin"})
    aside = shown(fina, answer.location)
    assert "La ligne est mise de côté." in aside and "loyer du voisin" in aside
    assert "Annuler : remettre la ligne en attente" in shown(fina, "/finance/bank")  # also after another page
    again = fina.post_form(f"/finance/bank/lines/{line}/take-up")
    assert "Annuler" not in shown(fina, again.location)
    wrong = fina.post_form(f"/finance/bank/lines/{line}/assign", {"order_key": "CMD-1"})
    assert "Il n’y a pas de commande « CMD-1 »." in shown(fina, wrong.location)
    right = fina.post_form(f"/finance/bank/lines/{line}/assign", {"order_key": KEY})
    page = shown(fina, right.location)
    assert f"160,00 € comptabilisés pour la commande {KEY}." in page
    assert "Aucune ligne n’attend de décision." in page
    assert fina.post_form(f"/finance/bank/lines/{line}/assign", {"order_key": KEY}).status_code == 409


@pytest.mark.parametrize(
    ("amount", "said"), [("60.00", "Il reste 100,00 € à payer."), ("200.00", "C’est 40,00 € de trop.")]
)
def test_what_a_booked_line_leaves_to_pay_is_said(
    fina: LookedAtPages, web_engine: Engine, amount: str, said: str
) -> None:
    send(fina, statement(entry([Move(amount, text="cotisation")])))
    booked = fina.post_form(f"/finance/bank/lines/{line_of(web_engine)}/assign", {"order_key": KEY.lower()})
    assert said in shown(fina, booked.location)


def test_what_went_out_or_came_in_another_currency_pays_no_order(fina: LookedAtPages, web_engine: Engine) -> None:
    send(fina, statement(entry([Move("-160.00", text="retour", reason="AC04")])))
    answer = fina.post_form(f"/finance/bank/lines/{line_of(web_engine)}/assign", {"order_key": KEY})
    assert "Cette ligne ne paie aucune commande" in shown(fina, answer.location)


def test_a_missing_statement_is_said_with_amounts_as_people_write_them(fina: LookedAtPages) -> None:
    send(fina, statement(entry([Move("160.00", text="x")]), closing="1160.00"))
    later = statement(entry([Move("5.00", text="y")]), id_="STM-3", opening="2160.00", closing="2165.00")
    assert "il commence à 2 160,00 €, mais le précédent finissait à 1 160,00 €" in send(fina, later)


def test_a_collection_is_made_fetched_and_rejected(fina: LookedAtPages) -> None:
    early = fina.post_form("/finance/bank/collections", {"until": "2000-01-01"})
    assert "Aucun prélèvement n’est à échéance jusqu’au 1er janvier 2000." in shown(fina, early.location)
    none = fina.post_form("/finance/bank/collections", {"until": "demain"})
    assert "Saisissez le dernier jour du prélèvement." in shown(fina, none.location)
    made = fina.post_form("/finance/bank/collections", {"until": "2099-12-31"})
    page = shown(fina, made.location)
    assert "Le fichier est prêt : 1 prélèvement." in page
    address = page.partition('href="/finance/bank/collections/')[2].partition('"')[0]
    file = fina.get(f"/finance/bank/collections/{address}")
    assert b"pain.008.001.08" in file.data
    assert "attachment" in file.headers["Content-Disposition"]
    message_id = file.headers["Content-Disposition"].partition("filename=")[2].removesuffix(".xml")
    assert "1 prélèvement est rejeté." in send(fina, status(message_id, group="FF01"))
    assert fina.get(f"/finance/bank/collections/{uuid4()}.xml").status_code == 404


def negative(amount: str, *, reason: str = "") -> bytes:
    """A statement with one line that took money, whose ids are none of ours."""
    return statement(entry([Move(f"-{amount}", text="divers", reason=reason)]), id_=f"STM-{amount}{reason}")


def decided(engine: Engine) -> tuple[str, str | None]:
    with reading(engine) as session:
        line = session.scalars(select(BankLine).where(BankLine.amount < 0)).one()
        return line.state, line.match_kind


def test_the_order_of_a_line_is_looked_for_by_name_number_and_amount(
    fina: LookedAtPages, app: Flask, web_engine: Engine
) -> None:
    person = add_person(web_engine, "Ambre", "Delaunay")
    with transaction(web_engine) as session:
        session.scalars(select(Order)).one().person_id = person.id
    ordered(web_engine, "CMD-2026-000002")
    send(fina, statement(entry([Move("160.00", text="cotisation")])))
    address = f"/finance/bank/lines/{line_of(web_engine)}"
    assert "Dire ce qu’elle est" in shown(fina, "/finance/bank")
    both = shown(fina, address)
    assert KEY in both and "CMD-2026-000002" in both and "même montant" in both
    for asked in ("delaunay ambre", "1", "CMD 2026 000001", "cmd-2026-000001"):
        page = shown(fina, f"{address}?q={asked}")
        assert "Ambre Delaunay" in page and "CMD-2026-000002" not in page, asked
    assert "Aucune commande ne correspond." in shown(fina, f"{address}?q=Personne")
    booked = fina.post_form(f"{address}/assign", {"order_key": KEY})
    assert f"160,00 € comptabilisés pour la commande {KEY}." in shown(fina, booked.location)
    assert fina.get(address).status_code == 409


@pytest.mark.parametrize("told", ["holder", "mandate", "member", "orders"])
def test_the_order_of_a_line_is_found_by_what_is_written_in_it(
    fina: LookedAtPages, web_engine: Engine, told: str
) -> None:
    person = add_person(web_engine, "Zoe", "Petit")
    ordered(web_engine, "CMD-2026-000002")
    with transaction(web_engine) as session:
        session.scalars(select(Order).where(Order.key == KEY)).one().person_id = person.id
        mandate = session.scalars(select(Mandate.reference).join(DirectDebit).join(Order).where(Order.key == KEY)).one()
        today = web_engine.clock.now()
        session.add(
            Membership(
                id=uuid4(), person_id=person.id, member_no="M0000421", category="GRADUATE", statutory_status="MEMBER",
                service_entitlement="ACTIVE", changed_at=today,
                join_date=today.date(), start_date=today.date(), end_date=today.date(),
            )
        )  # fmt: skip
    move = {
        "holder": Move("7.00", name="AMBRE DELAUNAY"),
        "mandate": Move("7.00", text=f"retour mandat {mandate.lower()}.", name=""),
        "member": Move("7.00", text="adherent M0000421", name=""),
        "orders": Move("7.00", text=f"{KEY} et CMD 2026 000002", name=""),
    }[told]
    send(fina, statement(entry([move])))
    page = shown(fina, f"/finance/bank/lines/{line_of(web_engine)}")
    assert KEY in page and ("CMD-2026-000002" in page) == (told in ("holder", "orders"))


def test_newer_orders_of_the_association_hide_no_gift(app: Flask, web_engine: Engine) -> None:
    gifts = at_desk(app, web_engine, "Gilles", "FOUNDATION_GIFTS")
    now = web_engine.clock.now()
    with transaction(web_engine) as session:
        for number in range(70):
            kind, entity = ("DUES", "ASSOCIATION") if number else ("GIFT", "FOUNDATION")
            order = Order(
                id=uuid4(), key=f"CMD-2026-{number:06}", means="TRANSFER", state="OPEN", lines=[],
                created_at=now + timedelta(minutes=number),
            )  # fmt: skip
            order.lines.append(OrderLine(id=uuid4(), position=1, beneficiary=entity, kind=kind, amount=50))
            session.add(order)
    file = {"statement": (BytesIO(statement(entry([Move("50.00", text="don")]), iban=FOUNDATION_IBAN)), "releve.xml")}
    gifts.post_form("/foundation/bank/statements", file, content_type="multipart/form-data")
    page = shown(gifts, f"/foundation/bank/lines/{line_of(web_engine)}")
    assert "CMD-2026-000000" in page and "CMD-2026-000001" not in page


def test_money_that_went_back_is_told_and_begins_the_incident(fina: LookedAtPages, web_engine: Engine) -> None:
    send(fina, statement(entry([Move("160.00", text=f"cotisation {KEY}")]), closing="1160.00"))
    send(fina, negative("168.00", reason="MD06"))  # with the bank's fee in it
    with reading(web_engine) as session:
        line = session.scalars(select(BankLine.id).where(BankLine.amount < 0)).one()
    assert "Dire ce que c’était" in shown(fina, "/finance/bank")
    wrong = fina.post_form(f"/finance/bank/lines/{line}/tell", {"kind": "RETURN", "order_key": "CMD-2026-000009"})
    assert "Il n’y a pas de commande" in shown(fina, wrong.location)
    assert decided(web_engine) == ("UNMATCHED", None)
    right = fina.post_form(f"/finance/bank/lines/{line}/tell", {"kind": "RETURN", "order_key": KEY})
    assert f"168,00 € de la commande {KEY} sont repartis" in shown(fina, right.location)
    assert decided(web_engine) == ("MATCHED", "RETURN")
    with reading(web_engine) as session:
        told = session.scalars(select(Message).where(Message.name == "payment_refunded")).one()
        assert (told.key, json.loads(told.payload)["reason_code"]) == (KEY, "MD06")
        assert session.scalars(select(Payment)).one().reversed_at is not None
    assert fina.post_form(f"/finance/bank/lines/{line}/tell", {"kind": "FEE"}).status_code == 409


def test_a_refund_is_of_what_is_left_over_and_a_fee_is_taken_up_again(fina: LookedAtPages, web_engine: Engine) -> None:
    send(fina, statement(entry([Move("200.00", text=f"cotisation {KEY}")]), closing="1200.00"))
    send(fina, negative("40.00"))
    assert "Sorties du compte" in shown(fina, "/finance/bank")
    with reading(web_engine) as session:
        line = session.scalars(select(BankLine.id).where(BankLine.amount < 0)).one()
    address = f"/finance/bank/lines/{line}"
    assert fina.post_form(f"{address}/tell", {"kind": "FEE"}).status_code == 303
    assert decided(web_engine) == ("MATCHED", "FEE")
    assert "frais de la banque" in shown(fina, "/finance/bank")
    assert fina.post_form(f"{address}/take-up").status_code == 303
    assert decided(web_engine) == ("OUTGOING", None)
    none = fina.post_form(f"{address}/tell", {"kind": "RETURN", "order_key": KEY})
    assert "Aucun paiement de la commande" in shown(fina, none.location)
    with transaction(web_engine) as session:
        session.scalars(select(Order)).one().state = "PAID"
    assert fina.post_form(f"{address}/tell", {"kind": "REFUND", "order_key": KEY}).location.endswith("/finance/bank")
    assert decided(web_engine) == ("MATCHED", "REFUND")
    with reading(web_engine) as session:
        assert [each.amount for each in session.scalars(select(Refund))] == [40]
    send(fina, negative("40.01"))
    with reading(web_engine) as session:
        more = session.scalars(select(BankLine.id).where(BankLine.state == "OUTGOING")).one()
    refused = fina.post_form(f"/finance/bank/lines/{more}/tell", {"kind": "REFUND", "order_key": KEY})
    assert "il reste 0,00 € de trop-perçu" in shown(fina, refused.location)
    assert fina.post_form(f"/finance/bank/lines/{more}/tell", {"kind": "x"}).status_code == 400


@pytest.fixture
def asked(web_engine: Engine) -> None:
    """The process that makes unknown lines somebody's task."""
    with transaction(web_engine) as session:
        parameters.declare_first(session, valid_from=date(2020, 1, 1), decided_by="AG")
        commands.deploy(session, web_engine, workflows.definitions()["bank_line"], by=SYSTEM)


def tasks(engine: Engine) -> list[str]:
    with reading(engine) as session:
        return [str(id_) for id_ in session.scalars(select(UserTask.id).where(UserTask.state == "created"))]


@pytest.mark.usefixtures("asked")
def test_what_the_page_decides_is_no_task_any_more_and_what_it_takes_up_is_one_again(
    fina: LookedAtPages, web_engine: Engine
) -> None:
    send(fina, statement(entry([Move("160.00", text="cotisation")])))
    line, (task,) = line_of(web_engine), tasks(web_engine)
    assert f'href="/tasks/{task}"' in fina.get(f"/finance/bank/lines/{line}").get_data(as_text=True)
    assert "de DELAUNAY AMBRE" in shown(fina, f"/tasks/{task}")
    fina.post_form(f"/finance/bank/lines/{line}/set-aside", {"reason": "loyer du voisin"})
    assert tasks(web_engine) == []
    fina.post_form(f"/finance/bank/lines/{line}/take-up")
    (again,) = tasks(web_engine)
    assert again != task
    fina.post_form(f"/finance/bank/lines/{line}/assign", {"order_key": KEY})
    assert tasks(web_engine) == []


@pytest.mark.usefixtures("asked")
def test_a_line_of_the_foundation_is_no_case_of_the_association(
    app: Flask, web_engine: Engine, fina: LookedAtPages
) -> None:
    gifts = at_desk(app, web_engine, "Gilles", "FOUNDATION_GIFTS")
    told = statement(entry([Move("50.00", text="don")]), iban=FOUNDATION_IBAN)
    file = {"statement": (BytesIO(told), "releve.xml")}
    gifts.post_form("/foundation/bank/statements", file, content_type="multipart/form-data")
    (task,) = tasks(web_engine)
    with reading(web_engine) as session:
        case = session.scalars(select(UserTask.instance_id)).one()
    assert "Ligne" in shown(gifts, f"/tasks/{task}"), "whoever decides it reads it"
    for address in (f"/tasks/{task}", f"/cases/{case}", f"/cases/{case}/move"):
        assert fina.get(address).status_code == 404, address
    assert str(case) not in shown(fina, "/cases?process=bank_line")


@pytest.mark.usefixtures("asked")
def test_many_unknown_lines_are_counted_on_the_page_and_answered_together(
    fina: LookedAtPages, web_engine: Engine
) -> None:
    moves = [Move(f"{number}.00", text=f"loyer {number}", reference=f"L{number}") for number in range(1, 53)]
    page = send(fina, statement(entry(moves)))
    assert "52 lignes attendent une décision." in page and "Voici les 50 plus anciennes." in page
    waiting = tasks(web_engine)
    said = {"card": waiting, "task": waiting, "outcome": "ASIDE", "reason": "Compte d’un autre"}
    look = fina.post_form("/tasks/stack/", {**said, "step": "look"}).get_data(as_text=True)
    assert "52 tâches seraient terminées" in look
    key = re.search(r'name="key" value="(\w+)"', look)
    assert key is not None
    fina.post_form("/tasks/stack/", {**said, "step": "do", "key": key.group(1)})
    with reading(web_engine) as session:
        reasons = set(session.scalars(select(BankLine.aside_reason)))
    assert (tasks(web_engine), reasons) == ([], {"Compte d’un autre"})
