"""One's own gifts, and the Foundation's desk, which nobody of the Association opens."""

from __future__ import annotations

import re
import struct
import zlib
from datetime import date
from decimal import Decimal
from io import BytesIO
from uuid import uuid4

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select

from engine.engine import Engine
from engine.transaction import reading, transaction
from tests.fixtures.pages import LookedAtPages
from tests.fixtures.staff import PASSWORD, add_person
from workflows.association import consents, parameters
from workflows.association.contacts import Address
from workflows.association.gifts import documents, donors, pledges, receipts
from workflows.association.gifts.pledges import Pledge
from workflows.association.gifts.register import Gift
from workflows.association.people import Person


def signed_in(app: Flask, person: Person) -> LookedAtPages:
    browser = app.test_client()
    assert isinstance(browser, LookedAtPages)
    address = f"{person.first_names}.{person.birth_name}@example.org".lower()
    assert browser.post_form("/sign-in/password", {"email": address, "password": PASSWORD}).status_code == 303
    return browser


@pytest.fixture
def zoe(web_engine: Engine) -> Person:
    """Zoé gave 120 euros, has a receipt, and gives 30 a month."""
    person = add_person(web_engine, "Zoe", "Petit", password=PASSWORD)
    now, today = web_engine.clock.now(), web_engine.clock.now().date()
    with transaction(web_engine) as session:
        parameters.declare_first(session, valid_from=date(2020, 1, 1), decided_by="AG")
        session.add(Address(id=uuid4(), person_id=person.id, lines="1 rue X", postcode="75005", city="Paris",
                            country="FR"))  # fmt: skip
        donor = donors.individual(session, person.id, now)
        gift = Gift(
            id=uuid4(), key=f"entry:{uuid4()}", donor_id=donor.id, amount=Decimal(120), origin="ENTRY", means="CARD",
            class_="GIFT_IND", given_on=today, fiscal_year=today.year, state="BOOKED", noted_at=now, noted_by="t",
        )  # fmt: skip
        pledge = Pledge(
            id=uuid4(), donor_id=donor.id, kind="REGULAR", amount=Decimal(30), every="MONTHLY", means="TRANSFER",
            signed_on=today, first_on=today, opened_at=now, opened_by="t", state="ACTIVE",
        )  # fmt: skip
        session.add_all([gift, pledge])
        pledges.schedule(pledge)
        session.flush()
        documents.receipt(session, receipts.issue(session, [gift], on=today, now=now, by="t"), now=now)
    return person


def pledge_of(engine: Engine) -> Pledge:
    with reading(engine) as session:
        return session.scalars(select(Pledge)).one()


def test_a_donor_sees_gifts_and_gets_a_statement(app: Flask, web_engine: Engine, zoe: Person) -> None:
    browser = signed_in(app, zoe)
    page = browser.get("/gifts/").get_data(as_text=True)
    year = web_engine.clock.now().year
    assert "120,00" in page and f"RF-FOND-{year}-000001" in page and "30,00" in page
    answer = browser.post_form("/gifts/statements", {"year": str(year)})
    pdf = browser.get(answer.location)
    assert pdf.status_code == 200 and pdf.data.startswith(b"%PDF")
    assert browser.post_form("/gifts/statements", {"year": str(year)}).location == answer.location, (
        "kept once for what it states"
    )
    assert browser.post_form("/gifts/statements", {"year": "1999"}).status_code == 404


def test_a_regular_gift_is_paused_taken_up_and_stopped(app: Flask, web_engine: Engine, zoe: Person) -> None:
    browser, pledge = signed_in(app, zoe), pledge_of(web_engine)
    assert browser.post_form(f"/gifts/pledges/{pledge.id}/pause").status_code == 303
    assert pledge_of(web_engine).state == "PAUSED"
    assert "Reprendre" in browser.get("/gifts/").get_data(as_text=True)
    assert browser.post_form(f"/gifts/pledges/{pledge.id}/resume").status_code == 303
    assert pledge_of(web_engine).state == "ACTIVE"
    assert browser.post_form(f"/gifts/pledges/{pledge.id}/stop").status_code == 303
    assert pledge_of(web_engine).state == "PAUSED"
    with transaction(web_engine) as session:
        session.get_one(Pledge, pledge.id).state = "STOPPED"
    assert browser.post_form(f"/gifts/pledges/{pledge.id}/stop").status_code == 409


def test_a_promise_is_its_donors_alone(app: Flask, web_engine: Engine, zoe: Person) -> None:
    other = signed_in(app, add_person(web_engine, "Max", "Roy", password=PASSWORD))
    for act in ("pause", "resume", "stop"):
        assert other.post_form(f"/gifts/pledges/{pledge_of(web_engine).id}/{act}").status_code == 404
    assert "120,00" not in other.get("/gifts/").get_data(as_text=True)


def test_choices_are_kept(app: Flask, web_engine: Engine, zoe: Person) -> None:
    browser = signed_in(app, zoe)
    assert browser.post_form("/gifts/consents", {"donor_name_printed": "YES"}).status_code == 303
    with reading(web_engine) as session:
        given = consents.given(session, consents.Holder(person_id=zoe.id))
    assert (given["donor_name_printed"], given["foundation_mails"]) == ("YES", "NO")


def test_the_desk_is_the_foundations_alone(app: Flask, web_engine: Engine, zoe: Person) -> None:
    desk = signed_in(app, add_person(web_engine, "Claire", "Dumont", "FOUNDATION_GIFTS", password=PASSWORD))
    year = web_engine.clock.now().year
    page = desk.get("/foundation/gifts").get_data(as_text=True)
    assert "Zoe Petit" in page and "120,00" in page
    assert "Zoe Petit" not in desk.get("/foundation/gifts?state=REVERSED").get_data(as_text=True)
    assert "Zoe Petit" in desk.get(f"/foundation/gifts?year={year}&fund=UNRESTRICTED").get_data(as_text=True)
    page = desk.get("/foundation/receipts").get_data(as_text=True)
    assert f"RF-FOND-{year}-000001" in page
    assert re.search(r"Numéros manquants\s*:\s*0", page)
    document = page.partition("/foundation/documents/")[2].partition('"')[0]
    assert desk.get(f"/foundation/documents/{document}").data.startswith(b"%PDF")
    for role in ("MEMBERSHIP", "FINANCE", "GENERAL_DELEGATE", "ADMIN"):
        other = signed_in(app, add_person(web_engine, role.title().replace("_", ""), "Paul", role, password=PASSWORD))
        for path in ("/foundation/gifts", "/foundation/receipts", f"/foundation/documents/{document}"):
            assert other.get(path).status_code == 403, (role, path)


def test_what_is_declared_is_had_by_category_on_paper_and_as_a_sheet(
    app: Flask, web_engine: Engine, zoe: Person
) -> None:
    desk = signed_in(app, add_person(web_engine, "Claire", "Dumont", "FOUNDATION_GIFTS", password=PASSWORD))
    year = web_engine.clock.now().year
    sheet = desk.get(f"/foundation/declarations/{year}.csv")
    assert sheet.data.decode("utf-8-sig").splitlines() == [
        "Année;Catégorie;Reçus;Montant en euros",
        f"{year};Particuliers (CGI art. 200 et 978);1;120,00",
        f"{year};Entreprises (CGI art. 238 bis);0;0,00",
    ]
    paper = PdfReader(BytesIO(desk.get(f"/foundation/declarations/{year}.pdf").data)).pages[0].extract_text()
    assert "222 bis" in paper and "Particuliers" in paper and "120,00" in paper
    assert "Petit" not in paper
    assert desk.get("/foundation/declarations/1999.pdf").status_code == 404
    report = PdfReader(BytesIO(desk.get(f"/foundation/board/{year}.pdf").data)).pages[0].extract_text()
    assert (
        "120,00" in report
        and "Nombre de dons : 1. Donateurs : 1." in " ".join(report.split())
        and "Petit" not in report
    )
    assert "Numéros manquants dans le registre : 0" in " ".join(report.split())
    assert desk.get("/foundation/board/1999.pdf").status_code == 404
    other = signed_in(app, add_person(web_engine, "Fina", "Paul", "FINANCE", password=PASSWORD))
    assert other.get(f"/foundation/declarations/{year}.csv").status_code == 403
    assert other.get(f"/foundation/board/{year}.pdf").status_code == 403


def test_a_receipt_that_waited_for_an_address_is_issued_when_it_is_there(
    app: Flask, web_engine: Engine, zoe: Person
) -> None:
    max_roy, now = add_person(web_engine, "Max", "Roy"), web_engine.clock.now()
    with transaction(web_engine) as session:
        donor = donors.individual(session, max_roy.id, now)
        session.add(
            Gift(
                id=uuid4(), key="entry:1", donor_id=donor.id, amount=Decimal(50), origin="REGULAR", means="SEPA",
                plan="INSTALMENT", class_="GIFT_IND", given_on=date(now.year - 2, 5, 4), fiscal_year=now.year - 2,
                state="BOOKED", noted_at=now, noted_by="t",
            )
        )  # fmt: skip
    desk = signed_in(app, add_person(web_engine, "Claire", "Dumont", "FOUNDATION_GIFTS", password=PASSWORD))
    assert "adresse encore incomplète" in desk.get("/foundation/receipts").get_data(as_text=True)
    desk.post_form("/foundation/receipts/late")
    with transaction(web_engine) as session:
        assert receipts.of_donor(session, donor.id) == []
        session.add(Address(id=uuid4(), person_id=max_roy.id, lines="1 rue X", postcode="75005", city="Paris",
                            country="FR"))  # fmt: skip
    assert "1 reçu est délivré." in desk.get(desk.post_form("/foundation/receipts/late").location).text
    desk.post_form("/foundation/receipts/late")
    with reading(web_engine) as session:
        [receipt] = receipts.of_donor(session, donor.id)
        assert (receipt.amount, receipt.fiscal_year) == (50, now.year - 2)


def signature() -> bytes:
    """A PNG of a stroke, 60 × 20 dots, as PNG §5 lays it down."""
    rows = b"".join(b"\0" + bytes(60 * [0 if y == 10 else 255]) for y in range(20))
    header = struct.pack(">IIBBBBB", 60, 20, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )


def pictures(pdf: bytes) -> int:
    return len(PdfReader(BytesIO(pdf)).pages[0].images)


def test_receipts_bear_the_signature_that_the_treasurer_handed_in(app: Flask, web_engine: Engine, zoe: Person) -> None:
    treasurer = signed_in(app, add_person(web_engine, "Ines", "Faure", "FOUNDATION_TREASURER", password=PASSWORD))
    desk = signed_in(app, add_person(web_engine, "Claire", "Dumont", "FOUNDATION_GIFTS", password=PASSWORD))

    def hand_in(browser: LookedAtPages, body: bytes) -> int:
        picture = {"picture": (BytesIO(body), "signature.png")}
        return browser.post_form("/foundation/signature", picture, content_type="multipart/form-data").status_code

    assert hand_in(desk, signature()) == 403
    assert desk.get("/foundation/signature/picture").status_code == 404
    oversize = signature().replace(struct.pack(">II", 60, 20), struct.pack(">II", 60_000, 20_000))
    for wrong, said in ((b"GIF89a" + bytes(60), "PNG"), (signature()[:60], "abîmée"), (oversize, "trop grande")):
        assert hand_in(treasurer, wrong) == 303
        assert said in treasurer.get("/foundation/signature").get_data(as_text=True)
    assert hand_in(treasurer, signature()) == 303
    assert desk.get("/foundation/signature/picture").data == signature()
    with transaction(web_engine) as session:
        now, gift = web_engine.clock.now(), session.scalars(select(Gift)).one()
        first = receipts.of_gift(session, gift.id)
        assert first is not None
        issued = receipts.issue(session, [gift], on=now.date(), now=now, by="t", replaces=first, reason="ERROR")
        signed = documents.receipt(session, issued, now=now)
        kept = documents.receipt(session, first, now=now)  # issued before anybody had signed
        assert (pictures(signed.body), pictures(kept.body)) == (1, 0)
        assert documents.next_duplicate(session, issued, now=now).body.count(b"/Image") == signed.body.count(b"/Image")
    assert treasurer.post_form("/foundation/signature/end").status_code == 303
    assert desk.get("/foundation/signature/picture").status_code == 404
    assert "jusqu’au" in desk.get("/foundation/signature").get_data(as_text=True)
