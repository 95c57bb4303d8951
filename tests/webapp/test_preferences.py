"""One's preferences: in plain words, with their history, at once; and the news stopped by one click in a mail."""

from __future__ import annotations

from uuid import UUID

from flask import Flask
from sqlalchemy import select

from engine.engine import Engine
from engine.models import Message
from engine.transaction import reading, transaction
from tests.fixtures.pages import LookedAtPages
from tests.security.web import NOWHERE, at_desk, browser
from webapp.house import unsubscribe_links
from webapp.settings import Settings
from workflows.association import consents, mails
from workflows.association.consents import ConsentEvent, Holder
from workflows.association.mails import Mail
from workflows.association.people import Person


def given(engine: Engine, person_id: UUID) -> dict[str, str]:
    with reading(engine) as session:
        return consents.given(session, Holder(person_id=person_id))


def news(engine: Engine, person: Person) -> UUID:
    with transaction(engine) as session:
        return mails.post(session, engine, to=person.id, subject="Un dîner", text="Un mot.", kind="news")


def person_of(engine: Engine, first: str) -> UUID:
    with reading(engine) as session:
        return session.scalars(select(Person.id).where(Person.first_names == first)).one()


def test_what_one_changes_is_kept_with_its_history(app: Flask, web_engine: Engine) -> None:
    zoe = at_desk(app, web_engine, "Zoe")
    page = zoe.get("/privacy/preferences").get_data(as_text=True)
    assert "Qui voit mes coordonnées" in page
    answer = zoe.post_form("/privacy/preferences", {"directory_contact": "promotion", "assoc_news": "NO"})
    assert answer.status_code == 303
    person_id = person_of(web_engine, "Zoe")
    assert given(web_engine, person_id) == {"directory_contact": "promotion"}, "what held anyway is no change"
    page = zoe.get("/privacy/preferences").get_data(as_text=True)
    assert "Ce que j’ai répondu" in page
    with reading(web_engine) as session:
        assert [event.source for event in session.scalars(select(ConsentEvent))] == ["PROFILE"]


def test_an_answer_that_is_none_is_refused(app: Flask, web_engine: Engine) -> None:
    zoe = at_desk(app, web_engine, "Zoe")
    assert zoe.post_form("/privacy/preferences", {"assoc_news": "MAYBE"}).status_code == 422
    assert zoe.post_form("/privacy/preferences", {"statutes": "NO", "person_id": str(NOWHERE)}).status_code == 303
    assert given(web_engine, person_of(web_engine, "Zoe")) == {}


def test_the_news_are_stopped_by_one_click(app: Flask, web_engine: Engine, settings: Settings, leo: Person) -> None:
    links = unsubscribe_links(settings)
    path = links.of(news(web_engine, leo)).removeprefix(settings.public_url)
    stranger = browser(app)
    page = stranger.get(path)
    assert page.status_code == 200
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert given(web_engine, leo.id) == {}, "a mail scanner changes nothing"
    for _again in range(2):
        answer = stranger.post(path, data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200, "RFC 8058: no cookie, no token of a form, no redirection"
    assert given(web_engine, leo.id) == {"assoc_news": "NO"}
    with reading(web_engine) as session:
        assert session.scalar(select(ConsentEvent.source)) == "UNSUBSCRIBE_LINK"


def test_news_of_the_foundation_are_stopped_where_they_were_told(
    app: Flask, web_engine: Engine, settings: Settings, leo: Person
) -> None:
    links, ours, theirs = unsubscribe_links(settings), news(web_engine, leo), news(web_engine, leo)
    with transaction(web_engine) as session:
        session.get_one(Mail, theirs).template = "gift_news"
    stranger = browser(app)
    path = links.of(theirs).removeprefix(settings.public_url)
    asked = stranger.get(path).get_data(as_text=True)
    assert "La Fondation ne vous écrit alors plus" in asked and "de l’association, de ses groupes" not in asked
    told = stranger.post(path).get_data(as_text=True)
    assert "La Fondation ne vous écrit plus" in told and "de l’association, de ses groupes" not in told
    assert given(web_engine, leo.id) == {"foundation_mails": "NO"}
    ours_alone = stranger.post(links.of(ours).removeprefix(settings.public_url)).get_data(as_text=True)
    assert "de l’association, de ses groupes" in ours_alone and "La Fondation ne vous écrit" not in ours_alone
    with transaction(web_engine) as session:  # both left as one
        session.get_one(Mail, theirs).merged_into = ours
    both = links.of(ours).removeprefix(settings.public_url)
    for page in (stranger.get(both), stranger.post(both)):
        said = page.get_data(as_text=True)
        assert "de l’association, de ses groupes" in said and "La Fondation ne vous écrit" in said
    assert given(web_engine, leo.id) == {"foundation_mails": "NO", "assoc_news": "NO"}


def test_a_link_that_was_not_sent_by_us_says_nothing(app: Flask, settings: Settings) -> None:
    stranger = browser(app)
    unknown = unsubscribe_links(settings).of(NOWHERE).removeprefix(settings.public_url)
    for path in ("/u/x", "/u/" + "A" * 38, unknown):
        assert stranger.get(path).status_code == 404
        assert stranger.post(path).status_code == 404


def test_whoever_listens_is_told(app: Flask, web_engine: Engine) -> None:
    zoe: LookedAtPages = at_desk(app, web_engine, "Zoe")
    zoe.post_form("/privacy/preferences", {"assoc_news": "YES"})
    with reading(web_engine) as session:
        told = session.scalars(select(Message)).all()
    assert [(each.name, each.key) for each in told] == [("preference_changed", str(person_of(web_engine, "Zoe")))]
