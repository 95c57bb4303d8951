"""Rights that come from mandates (`features/mandates.feature`), who gives them, and `typing.feature`."""

from __future__ import annotations

from flask import Flask
from pytest_bdd import scenarios
from sqlalchemy import select

from engine.engine import Engine
from engine.transaction import reading
from tests.fixtures.staff import add_person
from tests.security.web import at_desk
from workflows.association.roles import RoleHolding

scenarios("mandates.feature", "typing.feature")


def test_heads_appoint_within_their_office(app: Flask, web_engine: Engine) -> None:
    add_person(web_engine, "Vera", "Vidal")
    office = at_desk(app, web_engine, "Greta", "GROUPS")
    asked = {"email": "vera.vidal@example.org", "scope": "", "first": "2027-01-01", "last": "2028-12-31"}
    assert office.post_form("/mandates/", {**asked, "role": "GROUP_LEAD"}).status_code == 303
    assert office.post_form("/mandates/", {**asked, "role": "GROUP_LEAD"}).status_code == 409, "held already"
    assert office.post_form("/mandates/", {**asked, "role": "FINANCE"}).status_code == 403, "not hers to give"
    assert office.post_form("/mandates/", {**asked, "role": "CHAPTER_LEAD", "last": ""}).status_code == 422
    assert office.post_form("/mandates/", {**asked, "role": "CHAPTER_LEAD", "email": "x"}).status_code == 422
    own = {**asked, "role": "CHAPTER_LEAD", "email": "greta.test@example.org"}
    assert office.post_form("/mandates/", own).status_code == 403, "nobody appoints himself"
    page = office.get("/mandates/?role=GROUP_LEAD").get_data(as_text=True)
    assert "Vera Vidal" in page
    assert "31 décembre 2028" in page
    with reading(web_engine) as session:
        (holding,) = session.scalars(select(RoleHolding).where(RoleHolding.role == "GROUP_LEAD"))
    ended = {"last": "2027-06-30", "reason": "RESIGNED"}
    assert at_desk(app, web_engine, "Fina", "COACH").post_form(f"/mandates/{holding.id}/end", ended).status_code == 403
    assert office.post_form(f"/mandates/{holding.id}/end", {**ended, "last": "x"}).status_code == 422
    assert office.post_form(f"/mandates/{holding.id}/end", ended).status_code == 303
    assert "30 juin 2027" in office.get("/mandates/").get_data(as_text=True)
