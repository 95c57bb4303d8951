"""Staff find two records of one person, choose field by field, and another one confirms."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from engine.engine import Engine
from engine.transaction import reading, transaction
from tests.fixtures.staff import add_person
from tests.security.web import at_desk
from workflows.association.contacts import email_row
from workflows.association.merging.records import PersonMerge
from workflows.association.people import Person


@pytest.fixture
def two(web_engine: Engine) -> tuple[Person, Person]:
    one, other = add_person(web_engine, "Zoé", "Petit"), add_person(web_engine, "Zoe", "Petitt")
    with transaction(web_engine) as session:
        for each, employer in ((one, "Fabrique"), (other, "Verrerie")):
            known = session.get_one(Person, each.id)
            known.birth_date, known.employer = date(1990, 5, 14), employer
        session.add(email_row(other.id, "zoé.petit@example.org", rank=1))
    return one, other


def test_two_records_become_one_by_two_people(app: Flask, web_engine: Engine, two: tuple[Person, Person]) -> None:
    one, other = two
    first, second = at_desk(app, web_engine, "Dora", "DATA"), at_desk(app, web_engine, "Milo", "MEMBERSHIP")
    listed = first.get("/people/duplicates").get_data(as_text=True)
    assert "même adresse, même date de naissance" in listed
    where = f"/people/duplicates/{one.id}/{other.id}"
    shown = first.get(where).get_data(as_text=True)
    assert "Fabrique" in shown and "Verrerie" in shown
    merge = first.post_form(where, {"employer": "GONE", "act": "merge"}).headers["Location"]
    for colleague, confirms in ((first, False), (second, True)):
        waits = colleague.get(merge)
        page = waits.get_data(as_text=True)
        assert (waits.status_code, f'action="{merge}/confirm"' in page) == (200, confirms)
        assert "Fabrique" in page and "Verrerie" in page, "what was chosen is read by who confirms"
    assert first.post_form(f"{merge}/confirm").status_code == 403
    assert second.post_form(f"{merge}/confirm").status_code == 303
    assert second.post_form(f"{merge}/confirm").status_code == 409
    assert first.get(f"/people/{other.id}").headers["Location"].endswith(str(one.id))
    with reading(web_engine) as session:
        assert session.get_one(Person, one.id).employer == "Verrerie"
    assert f'action="{merge}/undo"' in first.get(merge).get_data(as_text=True)
    assert first.post_form(f"{merge}/undo").status_code == 303
    assert f'action="{merge}/undo"' not in first.get(merge).get_data(as_text=True)
    assert first.get(f"/people/{other.id}").status_code == 200
    assert "Verrerie" not in first.get(f"/people/{one.id}").get_data(as_text=True)


def test_namesakes_are_not_suspected_again(app: Flask, web_engine: Engine, two: tuple[Person, Person]) -> None:
    one, other = two
    desk = at_desk(app, web_engine, "Dora", "DATA")
    found = desk.get(f"/people/duplicates/of/{one.id}").get_data(as_text=True)
    assert str(other.id) in found
    assert desk.post_form(f"/people/duplicates/{one.id}/{other.id}", {"act": "distinct"}).status_code == 303
    assert str(other.id) not in desk.get("/people/duplicates").get_data(as_text=True)
    with reading(web_engine) as session:
        assert [each.state for each in session.scalars(select(PersonMerge))] == ["DISTINCT"]
