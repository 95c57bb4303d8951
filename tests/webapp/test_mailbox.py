"""The mailbox of a demonstration shows what would have been mailed, and runs nothing of it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from engine.engine import Engine
from engine.transaction import reading, transaction
from tests.fixtures.pages import LookedAtPages
from webapp.mailbox.routes import with_links
from workflows.association import mails
from workflows.association.mails import Mail
from workflows.association.people import Person

NASTY = (
    "<h1>Hi</h1><script>alert(1)</script><img src=x onerror=alert(1)>"
    '<p style="color:red">text <a href="javascript:x">a</a></p>'
)


def post(engine: Engine, to: Person, subject: str, text: str, html: str | None = None) -> Mail:
    with transaction(engine) as session:
        mail_id = mails.post(session, engine, to=to.id, subject=subject, text=text, html=html)
    with reading(engine) as session:
        return session.scalars(select(Mail).where(Mail.id == mail_id)).one()


def test_an_empty_mailbox_says_so(client: LookedAtPages) -> None:
    assert "Rien n’a encore été écrit" in client.get("/mailbox/").get_data(as_text=True)


def test_mails_are_listed_and_filtered(client: LookedAtPages, web_engine: Engine, anna: Person, leo: Person) -> None:
    post(web_engine, anna, "Pour Anna", "Bonjour")
    post(web_engine, leo, "Pour Léo", "Bonjour")
    page = client.get("/mailbox/").get_data(as_text=True)
    assert "Pour Anna" in page
    assert "Pour Léo" in page
    page = client.get("/mailbox/", query_string={"to": "leo.marchand@example.org"}).get_data(as_text=True)
    assert "Pour Anna" not in page
    assert "Pour Léo" in page


def test_a_mail_is_shown_with_links_one_can_follow(client: LookedAtPages, web_engine: Engine, leo: Person) -> None:
    mail = post(web_engine, leo, "Votre lien", "Suivez http://127.0.0.1:8000/l/abc-1?x=1&y=2.\n\nÀ bientôt <Anna>")
    page = client.get(f"/mailbox/{mail.id}").get_data(as_text=True)
    assert 'href="http://127.0.0.1:8000/l/abc-1?x=1&amp;y=2"' in page
    assert "&lt;Anna&gt;" in page


def test_nothing_of_a_mail_runs(client: LookedAtPages, web_engine: Engine, leo: Person) -> None:
    mail = post(web_engine, leo, "<script>1</script>", "text", NASTY)
    page = client.get(f"/mailbox/{mail.id}").get_data(as_text=True)
    for forbidden in ("<script>alert", "<script>1", "onerror", "javascript:", "style="):
        assert forbidden not in page


def test_a_mail_is_a_part_of_its_page(client: LookedAtPages, web_engine: Engine, leo: Person) -> None:
    html = (
        "<html><head><title>Twice</title></head><body><h1 lang=en>Hi</h1><h2>More</h2><p>a &lt;h1> b</p></body></html>"
    )
    page = client.get(f"/mailbox/{post(web_engine, leo, 'Once', 'text', html).id}").get_data(as_text=True)
    assert '<h3 lang="en">Hi</h3><h3>More</h3><p>a &lt;h1&gt; b</p>' in page
    assert "Twice" not in page


def test_a_mail_is_read_in_its_language(client: LookedAtPages, web_engine: Engine, leo: Person) -> None:
    mail = post(web_engine, leo, "Votre lien", "Bonjour")
    here = client.get(f"/mailbox/{mail.id}").get_data(as_text=True)
    client.post_form("/language", {"language": "en"})
    there = client.get(f"/mailbox/{mail.id}").get_data(as_text=True)
    assert '<h1 class="govuk-heading-m">Votre lien' in here
    assert '<h1 class="govuk-heading-m" lang="fr">Votre lien' in there
    assert 'am-mail__text govuk-body" lang="fr">Bonjour' in there
    assert 'lang="fr">Votre lien' in client.get("/mailbox/").get_data(as_text=True)


def test_a_mail_that_is_not_there(client: LookedAtPages) -> None:
    assert client.get("/mailbox/00000000-0000-4000-8000-000000000000").status_code == 404


@pytest.mark.parametrize(
    ("text", "linked"),
    [("see https://a.example/b.", "https://a.example/b"), ("(http://a.example)", "http://a.example"),
     ('x"http://a.example/"onclick=1', "http://a.example/")],
)  # fmt: skip
def test_an_address_ends_where_it_ends(text: str, linked: str) -> None:
    assert f'href="{linked}"' in with_links(text)
