"""The diagram as a list says what the picture shows by its shapes: where it begins and ends, and where links lead."""

from __future__ import annotations

import pytest
from flask import Flask

from webapp.studio.outline import Entry, outlines
from workflows.catalogue import definitions

NAME = "mentorship.bpmn"


@pytest.fixture
def entries(app: Flask) -> dict[str, Entry]:
    with app.test_request_context(headers={"Accept-Language": "fr"}):
        (found,) = outlines(NAME, definitions()["mentorship"][NAME], "fr")
    return {each.id: each for each in found.entries}


def test_starts_and_ends_by_events_are_told(entries: dict[str, Entry]) -> None:
    assert entries["pair_has_begun"].kind.replace("\u00a0", " ") == "début : message"
    assert entries["pair_is_complete"].kind == "fin"
    assert "début" not in entries["await_date"].kind


def test_a_link_says_where_it_goes_on(entries: dict[str, Entry]) -> None:
    (way,) = entries["call_from_no"].ways
    assert (way.target, way.when.replace("\u00a0", " ")) == ("call_begins", "Continue à :")
    assert [way.target for way in entries["call_begins"].ways] == ["talk_to_pair"]
