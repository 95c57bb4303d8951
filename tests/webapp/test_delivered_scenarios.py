"""The scenarios that are delivered with processes: each can be read and names what is drawn; played, each is green."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from flask import Flask

from webapp.assembly import open_engine
from webapp.definitions import scenarios
from webapp.sandbox.rehearsal import rehearse
from webapp.sandbox.scenarios import scenarios_in
from webapp.sandbox.world import Template
from webapp.settings import Settings
from webapp.studio.changes import facts
from webapp.studio.step_words import placed
from workflows.association import texts
from workflows.catalogue import ENTRIES, definitions

HERE = frozenset({"through", "avoided", "ended", "stands"})  # sentences about the newest case of the process itself


def test_every_process_has_scenarios() -> None:
    assert [each.process_id for each in ENTRIES if not scenarios(each.path)] == []


def test_what_is_delivered_can_be_read_and_names_what_is_there() -> None:
    files = definitions()
    drawn = {each: _called(bodies) for each, bodies in files.items()}
    everywhere = set().union(*drawn.values())
    for each in ENTRIES:
        for scenario in scenarios_in(scenarios(each.path)):
            for step in scenario.steps:
                place = f"{each.process_id}, {scenario.name}, line {step.line}"
                known = drawn[each.process_id] if step.key in HERE else everywhere
                assert step.said.get("element", next(iter(known))) in known, place
                assert step.said.get("mail", "welcome") in texts.names("mail"), place
                assert step.said.get("process", each.process_id) in files, place


def _called(bodies: Mapping[str, bytes]) -> set[str]:
    """What the elements are called, with their places where several bear a name; not by their ids."""
    parts = [facts.parts(body, name).values() for name, body in bodies.items() if name.endswith(".bpmn")]
    names = {part.name for found in parts for part in found}
    places = {each for found in parts for each in placed(found, "fr").values()}
    return {each.replace("'", "’") for each in names | places}


@pytest.mark.campaign
@pytest.mark.parametrize("process", [each.process_id for each in ENTRIES])
def test_what_is_delivered_is_green(process: str, app: Flask, settings: Settings, tmp_path: Path) -> None:
    entry = next(each for each in ENTRIES if each.process_id == process)
    world = Template(settings, definitions(), open_engine)
    with app.test_request_context():
        told = rehearse(world, process, {**definitions()[process], **scenarios(entry.path)})
    assert [(each.name, dict(each.said)) for each in told.red] == []
