"""A sentence means all that bears the name which it says, where the case stands still too."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.fixtures.peers import BY_VARIABLE, DELIVERED, DIAGRAM, PROCESS, SCENARIOS
from webapp.assembly import open_engine
from webapp.sandbox.rehearsal import rehearse
from webapp.sandbox.world import Template
from webapp.settings import Settings
from workflows.catalogue import definitions, entry

PEOPLE = (entry(PROCESS).path / SCENARIOS).read_text(encoding="utf-8").partition("    Alors 2 courriels")[0]
DRAWN = DELIVERED[DIAGRAM].decode()
SAME = DRAWN.replace('name="Réponse reçue"', 'name="La fin"').replace(
    'id="no_answer" name="Sans réponse"', 'id="no_answer" name="La fin"'
)
STOPS = DRAWN.replace(BY_VARIABLE.decode(), BY_VARIABLE.decode().replace("=answer_by", "=nobody_knows"))


@pytest.mark.parametrize(
    ("drawn", "says", "holds"),
    [
        (SAME, "    Quand 15 jours passent\n    Alors le dossier a fini à « La fin »\n", True),
        (SAME, "    Quand 15 jours passent\n    Alors le dossier n’est pas passé par « La fin »\n", False),
        (STOPS, "    Alors le dossier est arrêté à « Dire si on se connaît »\n", True),
        (STOPS, "    Alors le dossier est arrêté à « Sans réponse »\n", False),
    ],
)
def test_a_name_means_all_that_bear_it(app: Flask, settings: Settings, drawn: str, says: str, holds: bool) -> None:
    world = Template(settings, {name: definitions()[name] for name in ("membership_application", PROCESS)}, open_engine)
    files = {**DELIVERED, DIAGRAM: drawn.encode(), SCENARIOS: (PEOPLE + says).encode()}
    with app.test_request_context():
        came = rehearse(world, PROCESS, files)
    assert [each.passed for each in came.outcomes] == [holds], [dict(each.said) for each in came.red]
