"""One's own data in one file, what is asked about them, and data protection's desk."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO
from uuid import uuid4

from flask import Flask
from sqlalchemy import select

import workflows
from engine import commands
from engine.engine import Engine
from engine.transaction import reading, transaction
from tests.fixtures.cases import DEPLOYER
from tests.security.web import at_desk
from workflows.association.contacts import Address, Phone
from workflows.association.import_vcards import cards
from workflows.association.openings import PersonOpening
from workflows.association.people import Person
from workflows.association.privacy.files import PrivacyRequest


def test_one_downloads_everything_of_oneself(app: Flask, web_engine: Engine) -> None:
    zoe = at_desk(app, web_engine, "Zoe")
    at_desk(app, web_engine, "Paul")
    with transaction(web_engine) as session:
        known = session.scalars(select(Person).where(Person.first_names == "Zoe")).one()
        known.phones.append(Phone(id=uuid4(), person_id=known.id, number="+33612345678", rank=0))
        place = {"lines": "3, rue X\nBât. B", "postcode": "69002", "city": "Lyon", "country": "FR"}
        known.addresses.append(Address(id=uuid4(), person_id=known.id, **place))
    page = zoe.get("/privacy/data").get_data(as_text=True)
    assert "Télécharger mes données" in page
    answer = zoe.post_form("/privacy/data/export")
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "private, no-store"
    with zipfile.ZipFile(BytesIO(answer.data)) as archive:
        data, index = json.loads(archive.read("data.json")), archive.read("index.html").decode()
        [(_line, told)], _ignored = cards(archive.read("contact.vcf").decode())
    card = {value for _column, value in told}
    assert {"Zoe", "zoe.test@example.org", "+33612345678", "Lyon", "69002"} <= card, "read back by our own import"
    assert "contact.vcf" in index
    assert data["categories"]["record"]["person"][0]["first_names"] == "Zoe"
    assert "zoe.test@example.org" in index
    assert "Paul" not in json.dumps(data) + index
    assert "password_hash" not in json.dumps(data)


def test_a_member_asks_and_follows_and_data_protection_restricts_and_exports(app: Flask, web_engine: Engine) -> None:
    with transaction(web_engine) as session:
        commands.deploy(session, web_engine, workflows.definitions()["privacy_request"], by=DEPLOYER)
    zoe, dora = at_desk(app, web_engine, "Zoe"), at_desk(app, web_engine, "Dora", "DPO")
    assert zoe.post_form("/start/privacy_request", {"kinds": ["OBJECT", "ACCESS"]}).status_code == 303
    assert "opposition à la prospection – en cours" in zoe.get("/privacy/data").get_data(as_text=True)
    with reading(web_engine) as session:
        person_id = session.scalars(select(PrivacyRequest.person_id)).one()
    desk = f"/privacy/people/{person_id}"
    listed = dora.get("/privacy/requests").get_data(as_text=True)
    assert "Zoe Test" in listed and desk in listed
    assert "DSR-" in dora.get(desk).get_data(as_text=True)
    assert dora.post_form(f"{desk}/restrict").status_code == 303
    assert "accès limité" in dora.get(f"/people/{person_id}").get_data(as_text=True).lower()
    assert dora.post_form(f"{desk}/export").mimetype == "application/zip"
    assert dora.post_form(f"{desk}/lift").status_code == 303
    with reading(web_engine) as session:
        assert session.get_one(Person, person_id).restricted_since is None
        noted = [each.shown for each in session.scalars(select(PersonOpening).where(PersonOpening.reason == "request"))]
    assert noted == ["restrict", "export", "lift"]


def test_requests_are_for_whoever_decides_on_them(app: Flask, web_engine: Engine) -> None:
    for role, status in (("MEMBERSHIP", 403), ("DATA", 403), ("DPO", 200), ("GENERAL_DELEGATE", 200)):
        assert at_desk(app, web_engine, "Olga", role).get("/privacy/requests").status_code == status
    assert at_desk(app, web_engine, "Olga").get("/privacy/requests").status_code == 403


def test_the_register_says_why_and_how_long(app: Flask, web_engine: Engine) -> None:
    page = at_desk(app, web_engine, "Zoe").get("/privacy/register").get_data(as_text=True)
    assert "10 ans" in page and "obligation légale" in page
