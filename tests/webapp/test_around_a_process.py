"""The page of a process leads to what is changed without a draft, and to the diagram in force in words."""

from __future__ import annotations

import re

from flask import Flask

from engine import commands
from engine.assignment import SYSTEM
from engine.engine import Engine
from engine.transaction import transaction
from tests.security.web import at_desk
from tests.webapp.test_parameter_pages import shown
from workflows.catalogue import definitions

PROCESS = "cohort_admission"
PAGE = f"/studio/{PROCESS}"


def deployed(engine: Engine) -> Engine:
    with transaction(engine) as session:
        commands.deploy(session, engine, definitions()[PROCESS], by=SYSTEM)
    return engine


def test_an_owner_comes_from_the_process_to_its_figures_and_mails(app: Flask, web_engine: Engine) -> None:
    owner = at_desk(app, deployed(web_engine), "Cleo", "CAREERS_HEAD")
    page = shown(owner, PAGE)
    assert "Une douzaine de personnes, chaque semaine" in page, "what it is for"
    led = set(re.findall(r'href="(/(?:parameters|texts)/[^"]+)"', page))
    read, owned = "/parameters/cohort_delay", "/parameters/cohort_season"
    assert {read, owned, "/texts/mail/cohort_offer"} <= led
    for address in led:
        assert owner.get(address).status_code == 200, address
    foreign = at_desk(app, web_engine, "Cora", "COACH")
    page = shown(foreign, PAGE)
    assert "/texts/mail/" not in page, "whose page this reader's roles do not open"
    assert "votre place attend votre réponse" in page


def test_the_diagram_in_force_is_read_as_a_list_without_a_draft(app: Flask, web_engine: Engine) -> None:
    reader = at_desk(app, deployed(web_engine), "Cora", "COACH")
    assert f'href="{PAGE}/list"' in shown(reader, PAGE)
    page = shown(reader, f"{PAGE}/list")
    assert "Interrompt « Donner ses disponibilités »" in page
    assert re.search(r"Au bout de 10 jours \(aujourd’hui, selon « Donner ses disponibilités »", page)
    assert "/edit/" not in page, "there is no editor of what is in force"
    ways, elements = set(re.findall(r'href="#(\w+)"', page)), set(re.findall(r'id="(\w+)"', page))
    assert {"give_dates"} < ways <= elements, "each way leads to its element"
    assert at_desk(app, web_engine, "Leo").get(f"{PAGE}/list").status_code == 404
    assert reader.get("/studio/unheard/list").status_code == 404
