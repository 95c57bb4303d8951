"""What an event says of itself in the reader's language, and where it is held."""

from __future__ import annotations

from datetime import time
from uuid import uuid4

import pytest

from engine.transaction import transaction
from tests.fixtures.office import NOON, Office
from tests.fixtures.staff import add_person
from workflows.association.events import notices, proposing, words
from workflows.association.events.proposing import EventPlace
from workflows.association.events.records import Event

TODAY = NOON.date()


def event(**said: object) -> Event:
    return Event(
        id=uuid4(), key="EVT-2026-0001", kind="TALK", title_fr="Causerie", day=TODAY, begins=time(18), minutes=60,
        expected=8, capacity=8, rounds=0, proposed_at=NOON, **said,
    )  # fmt: skip


def test_each_language_reads_its_own_presentation_and_the_french_one_where_there_is_no_other() -> None:
    both, french = event(about="Venez.", about_en="Come."), event(about="Venez.", about_en="")
    assert [both.presentation(lang) for lang in ("fr", "en")] == ["Venez.", "Come."]
    assert [french.presentation(lang) for lang in ("fr", "en")] == ["Venez.", "Venez."]


def test_a_place_that_is_told_later_is_told_so_in_one_language() -> None:
    said = [words.place(event(place="", online=online), lang) for online in (False, True) for lang in ("fr", "en")]
    assert said == ["à préciser", "to be told", "en ligne", "online"]


def test_a_notice_of_the_association_is_read_in_one_language_and_that_of_an_organiser_as_written(
    office: Office,
) -> None:
    organiser = add_person(office.engine, "Lea", "Essai")
    with transaction(office.engine) as session:
        made = event(organiser_id=organiser.id)
        session.add(made)
        session.flush()
        notices.tell(session, made.id, None, "Annulé.", NOON, english="Called off.")
        assert [notices.about(session, made.id, None, lang) for lang in ("fr", "en")] == ["Annulé.", "Called off."]
        notices.tell(session, made.id, None, "La salle est fermée.", NOON)
        assert notices.about(session, made.id, None, "en") == "La salle est fermée."


def test_an_open_event_waits_for_its_place_and_no_other_does(office: Office) -> None:
    organiser = add_person(office.engine, "Lea", "Essai")
    with transaction(office.engine) as session:
        waits = event(organiser_id=organiser.id, state="PUBLISHED", place="", online=False)
        proposing.fill(session, waits, {"title_fr": "Réunion", "place": ""}, TODAY)
        assert waits.title_fr == "Réunion"
        for other in (
            event(organiser_id=organiser.id, state="PUBLISHED", place="Lyon", online=False),
            event(organiser_id=organiser.id, state="PROPOSED", place="", online=False),
        ):
            with pytest.raises(EventPlace):
                proposing.fill(session, other, {"title_fr": "Réunion", "place": ""}, TODAY)
