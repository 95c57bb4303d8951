"""The page of an event and the mandate of whoever runs it."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from pytest_bdd import given, parsers, then

from engine.transaction import reading, transaction
from tests.steps.mandates import Hall, is_appointed
from workflows.association import roles
from workflows.association.calendars import appointments
from workflows.association.events.records import PUBLISHED, Event
from workflows.association.groups import Group

GROUP = "7e6f0d0a-0000-4000-8000-000000000007"
PAGE = "/events/EVT-X12/change"


def typed(people: str) -> dict[str, str]:
    return {
        "title_fr": "Causerie", "title_en": "", "about": "", "place": "Lyon", "alcohol": "NONE", "expected": people,
        "capacity": people,
    }  # fmt: skip


@given(parsers.parse('"{name}" has published an event of that group, and typed "{people}" people into its change'))
def has_published(hall: Hall, name: str, people: str) -> None:
    day, proposed = hall.today + timedelta(days=40), hall.clock.now() - timedelta(days=9)
    with transaction(hall.engine) as session:
        session.add(Group(id=UUID(GROUP), kind="REGIONAL", name_fr="Amis de Lyon", name_en="Friends of Lyon"))
        session.flush()
        (held,) = roles.holdings(session, hall.people[name], hall.today)
        held.from_date = hall.today - timedelta(days=30)
        session.add(
            Event(
                id=uuid4(), key="EVT-X12", organiser_id=hall.people[name], group_id=UUID(GROUP), kind="TALK",
                title_fr="Causerie", day=day, begins=time(19), minutes=120, place="Lyon", expected=20, capacity=20,
                approved_capacity=20, state=PUBLISHED, proposed_at=proposed, approved={"expected": 20},
            )
        )  # fmt: skip
        appointments.plan(
            session, "EVT-X12", "d1", titles=("Causerie", "Talk"), minutes=120, now=hall.clock.now(),
            starts=datetime.combine(day, time(19), ZoneInfo("Europe/Paris")),
        )  # fmt: skip
    assert hall.desks[name].get(PAGE).status_code == 200
    assert hall.desks[name].post_form(f"{PAGE}/draft", typed(people)).status_code == 303


@then(parsers.parse('the change of the event by "{name}" is refused, with the reason'))
def is_refused(hall: Hall, name: str) -> None:
    answer = hall.desks[name].post_form(PAGE, typed("90"))
    assert answer.status_code == 403
    assert "Votre mandat est terminé" in answer.get_data(as_text=True)
    assert "saisi y est" in answer.get_data(as_text=True)
    looked = hall.desks[name].get(PAGE)
    assert (looked.status_code, "saisi y est" in looked.get_data(as_text=True)) == (403, False), "nothing was typed"
    with reading(hall.engine) as session:
        assert session.query(Event).one().expected == 20


@then(parsers.parse('"{name}", appointed for that group, finds "{people}" people, typed by "{other}", and sends it'))
def finds(hall: Hall, name: str, people: str, other: str) -> None:
    is_appointed(hall, name, "GROUP_LEAD", f"group:{GROUP}", "300")
    page = hall.desks[name].get(PAGE).get_data(as_text=True)
    assert f'value="{people}"' in page
    assert f"{other} Essai" in page
    assert hall.desks[name].post_form(PAGE, typed(people)).status_code == 303
    with reading(hall.engine) as session:
        assert session.query(Event).one().expected == int(people)
    assert f"{other} Essai" not in hall.desks[name].get(PAGE).get_data(as_text=True), "the draft was used up"
