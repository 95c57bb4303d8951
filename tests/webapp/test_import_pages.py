"""Imports by the page: looked at, brought in, taken back; by whoever answers for what a file holds, and by no other."""

from __future__ import annotations

import re
from datetime import date, timedelta
from io import BytesIO
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, inspect, select

from engine.clock import VirtualClock
from engine.engine import Engine
from engine.jobs import run_due
from engine.models import Job
from engine.transaction import reading, transaction
from tests.fixtures.pages import LookedAtPages
from tests.fixtures.staff import add_person
from tests.security.web import at_desk
from workflows.association import import_drafts, import_log, parameters
from workflows.association.import_drafts import ImportDraft
from workflows.association.memberships import Membership
from workflows.association.people import Person

PEOPLE = (
    "Prénoms;Nom;Date de naissance;E-mail;Signe\r\n"
    "Ambre;Delaunay;04/03/1990;ambre@example.org;x\r\n"
    "Basile;Ozanne;31/02/1985;basile@example.org;x\r\n"
    "Chloé;Martin;;pas une adresse;x\r\n"
)
MEMBERS = (
    "Numéro de membre;Prénoms;Nom;E-mail;Qualité;Début;Fin;Tarif\r\n"
    "4242;Ambre;Test;ambre.test@example.org;membre;01/09/2026;31/08/2027;STD\r\n"
)

REFUSED = {
    b"\xff\xfea": "écrit en UTF-16",
    b"PK\x03\x04\x00": "n’est pas du texte",
    b"\x81;x": "ni en UTF-8 ni en Windows-1252",
    b"Nom\r\nMartin": "Aucune colonne n’a pour titre « prénoms »",
    "Prénoms;Prénom;Nom".encode(): "Deux colonnes correspondent à « prénoms »",
    b"": "Aucune colonne",
    'Prénoms;Nom\r\n"a;b'.encode(): "Ce qui commence à la ligne 2",
    b"BEGIN:VCARD\nN:Roy;Max\n": "qui commence à la ligne 1 n’a pas de fin",
    b"dn: uid=a\nnothing\n": "La ligne 2 n’est pas",
    b"dn: uid=a\nchangetype: add\n": "La ligne 1 commence une modification",
    b"dn: uid=a\nuserPassword: x\n": "La ligne 2 contient un mot de passe",
    b"dn: uid=a\nsn:: ?\n": "La valeur de la ligne 2",
}


def upload(browser: LookedAtPages, kind: str, text: str, name: str = "liste.csv") -> str:
    """Uploads a file and answers the address of its page."""
    answer = browser.post_form("/imports", {"kind": kind, "file": (BytesIO(text.encode()), name)})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return str(answer.location)


def run(engine: Engine) -> None:
    while run_due(engine):
        pass


def is_member(engine: Engine, name: str, number: str) -> None:
    person, today = add_person(engine, name, "Test"), engine.clock.now().date()
    with transaction(engine) as session:
        session.add(
            Membership(
                person_id=person.id, member_no=number, category="MEMBER", statutory_status="IN_FORCE",
                service_entitlement="OPEN", join_date=today, start_date=today, end_date=today,
                changed_at=engine.clock.now(),
            )
        )  # fmt: skip


def damage(engine: Engine, body: bytes) -> None:
    """Another body stands where the file was: what no importer reads stops the work for good."""
    with transaction(engine) as session:
        session.scalars(select(ImportDraft)).one().body = body


def give_up(engine: Engine) -> None:
    """Every attempt of what is to be done."""
    assert isinstance(engine.clock, VirtualClock)
    for _ in range(4):
        run(engine)
        engine.clock.advance(timedelta(minutes=30))


def page(browser: LookedAtPages, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def bring_in(browser: LookedAtPages, path: str) -> int:
    """Presses the button for what the page shows."""
    return browser.post_form(f"{path}/begin", {"seen": seen(browser, path)}).status_code


def seen(browser: LookedAtPages, path: str) -> str:
    """What the page says that the file would do, by its digest; "" where it offers nothing to bring in."""
    return "".join(re.findall(r'name="seen" value="(\w+)"', page(browser, path)))


def decide_tariffs(engine: Engine) -> None:
    with transaction(engine) as session:
        parameters.declare_first(session, valid_from=date(2026, 1, 1), decided_by="AG")


def people(engine: Engine) -> int:
    with reading(engine) as session:
        return session.scalar(select(func.count()).select_from(Person)) or 0


@pytest.fixture
def data(app: Flask, web_engine: Engine) -> LookedAtPages:
    return at_desk(app, web_engine, "Dora", "DATA")


def test_a_file_of_people_is_looked_at_brought_in_and_taken_back(data: LookedAtPages, web_engine: Engine) -> None:
    before = people(web_engine)
    path = upload(data, "people", PEOPLE)
    waiting = data.get(path)
    assert waiting.headers["Refresh"] and "0 lignes sur 3" in waiting.get_data(as_text=True)
    run(web_engine)
    shown = page(data, path)
    assert "Ambre Delaunay" in shown and "Signe" in shown, "the column that means nothing is named"
    assert "n’est pas une date" in shown.replace("'", "’") and "pas une adresse" in shown
    assert people(web_engine) == before
    sheet = data.get(f"{path}/rejected.csv").get_data().decode("utf-8-sig").splitlines()
    assert sheet[0] == "ligne;motif" and [line.split(";")[0] for line in sheet[1:]] == ["3", "4"]
    assert bring_in(data, path) == 303
    assert "1 " in page(data, path)
    run(web_engine)
    assert "est importé." in page(data, path) and people(web_engine) == before + 1
    with reading(web_engine) as session:
        draft = session.get_one(ImportDraft, UUID(path.rsplit("/", 1)[1]))
        assert (draft.body, draft.shown) == (b"", []), "the file goes once it is in"
        done = draft.import_id
    assert data.post_form(f"/imports/made/{done}/undo").status_code == 303
    assert people(web_engine) == before and "annulé" in page(data, "/imports")


def test_what_no_importer_reads_is_refused_in_place(data: LookedAtPages) -> None:
    for body, said in REFUSED.items():
        answer = data.post_form("/imports", {"kind": "people", "file": (BytesIO(body), "x.csv")})
        assert answer.status_code == 422 and said in answer.get_data(as_text=True).replace("\xa0", " "), body
    assert data.post_form("/imports", {"kind": "people"}).status_code == 422


def test_the_list_of_imports_reads_neither_what_was_nor_what_was_added(data: LookedAtPages, web_engine: Engine) -> None:
    first = ""
    for number in range(3):
        path = upload(data, "people", PEOPLE.replace("Ambre", f"Ambre{'xyz'[number]}").replace("ambre@", f"a{number}@"))
        run(web_engine)
        bring_in(data, path)
        run(web_engine)
        first = first or path
    with reading(web_engine) as session:
        made = import_log.made(session, ["people"], 2)
        assert [{"before", "contacts"} <= inspect(each).unloaded for each in made] == [True, True]
        assert import_log.made(session, ["gifts"]) == []
        draft = session.get_one(ImportDraft, UUID(first.rsplit("/", 1)[1]))
        assert (before := import_drafts.before(session, draft)) is not None and before.id == draft.import_id


def test_what_changed_meanwhile_is_shown_anew_and_not_written(data: LookedAtPages, web_engine: Engine) -> None:
    path = upload(data, "people", PEOPLE)
    run(web_engine)
    add_person(web_engine, "Ambre", "Delaunay")
    with transaction(web_engine) as session:
        ambre = session.scalars(select(Person).where(Person.birth_name == "Delaunay")).one()
        ambre.emails[0].address = ambre.emails[0].folded = "ambre@example.org"
    before = people(web_engine)
    looked_at = seen(data, path)
    bring_in(data, path)
    run(web_engine)
    assert "a changé depuis" in page(data, path) and people(web_engine) == before
    for old in (looked_at, ""):
        late = data.post_form(f"{path}/begin", {"seen": old})
        assert late.status_code == 409 and "ce que ferait ce fichier a changé" in late.get_data(as_text=True).casefold()
        assert f'name="seen" value="{seen(data, path)}"' in late.get_data(as_text=True), "what it would do now"
    assert not run_due(web_engine), "nothing begins that nobody looked at"
    bring_in(data, path)
    run(web_engine)
    assert people(web_engine) == before and "est importé." in page(data, path)


def test_one_changed_line_that_would_change_something_else_now_is_shown_anew(
    data: LookedAtPages, web_engine: Engine
) -> None:
    """The counts are as they were: what a colleague wrote meanwhile would be lost, and nobody saw that."""
    numbers = "Prénoms;Nom;E-mail;Fonction\r\nAmbre;Test;ambre.test@example.org;Auditrice\r\n"
    add_person(web_engine, "Ambre", "Test")
    path = upload(data, "people", numbers)
    run(web_engine)
    assert "– → Auditrice" in page(data, path)
    with transaction(web_engine) as session:
        ambre = session.scalars(select(Person).where(Person.first_names == "Ambre")).one()
        ambre.position = "Directrice générale"
    bring_in(data, path)
    run(web_engine)
    assert "a changé depuis" in (shown := page(data, path)) and "Directrice générale → Auditrice" in shown
    with reading(web_engine) as session:
        kept = session.scalars(select(Person.position).where(Person.first_names == "Ambre")).one()
    assert kept == "Directrice générale", "nothing is written that nobody saw"
    bring_in(data, path)
    run(web_engine)
    assert "est importé." in page(data, path)


@pytest.mark.parametrize("begun", [False, True])
def test_a_file_at_which_the_work_gave_up_says_so_is_tried_again_and_deleted(
    data: LookedAtPages, web_engine: Engine, begun: bool
) -> None:
    path = upload(data, "people", PEOPLE)
    assert data.post_form(f"{path}/again").status_code == 303, "nothing has stopped"
    with reading(web_engine) as session:
        assert len(session.scalars(select(Job.id).where(Job.type.startswith("import."))).all()) == 1, "and nothing more"
    if begun:
        run(web_engine)
        bring_in(data, path)
    damage(web_engine, b"\xff\xfe")
    give_up(web_engine)
    stopped = data.get(path)
    said = stopped.get_data(as_text=True)
    assert "Refresh" not in stopped.headers and ("l’import de" if begun else "l’examen") in said
    assert "arrêté" in page(data, "/imports")
    damage(web_engine, PEOPLE.encode())
    assert data.post_form(f"{path}/again").status_code == 303
    assert data.post_form(f"{path}/again").status_code == 303, "pressed twice"
    with reading(web_engine) as session:
        assert len(session.scalars(select(Job.id).where(Job.type.startswith("import."))).all()) == 1, "begun once"
    assert data.get(path).headers["Refresh"], "it is worked at again"
    if begun:
        assert data.post_form(f"{path}/drop").status_code == 409, "it is being brought in"
    run(web_engine)
    assert ("est importé." if begun else "Delaunay") in page(data, path)
    with reading(web_engine) as session:
        assert not session.scalars(select(Job).where(Job.type.startswith("import."))).all(), "nothing is left behind"


def test_a_file_that_stopped_while_it_was_brought_in_can_be_deleted(data: LookedAtPages, web_engine: Engine) -> None:
    before, path = people(web_engine), upload(data, "people", PEOPLE)
    run(web_engine)
    assert [bring_in(data, path) for _again in range(2)] == [303, 303]
    with reading(web_engine) as session:
        assert len(session.scalars(select(Job.id).where(Job.type.startswith("import."))).all()) == 1, "begun once"
    damage(web_engine, b"\xff\xfe")
    give_up(web_engine)
    assert data.post_form(f"{path}/drop").status_code == 303
    assert "supprimé" in page(data, path) and people(web_engine) == before
    with reading(web_engine) as session:
        assert not session.scalars(select(Job).where(Job.type.startswith("import."))).all()


def test_of_lines_that_were_left_out_only_line_and_reason_stay(data: LookedAtPages, web_engine: Engine) -> None:
    path = upload(data, "people", PEOPLE)
    run(web_engine)
    assert "31/02/1985" in page(data, path)
    bring_in(data, path)
    run(web_engine)
    sheet = data.get(f"{path}/rejected.csv").get_data().decode("utf-8-sig")
    assert "4;« … » n’est pas une adresse e-mail" in sheet and "31/02/1985" not in page(data, path)
    with reading(web_engine) as session:
        (draft,) = session.scalars(select(ImportDraft))
        assert [each["code"] for each in draft.rejected] == ["date", "email"]
        assert "pas une adresse" not in str(draft.rejected) and "1985" not in str(draft.rejected)


def test_the_list_of_files_on_their_way_reads_none_of_their_lines(data: LookedAtPages, web_engine: Engine) -> None:
    upload(data, "people", PEOPLE)
    run(web_engine)
    with reading(web_engine) as session:
        (draft,) = import_drafts.of_kinds(session, ["people"])
        assert {"body", "shown", "rejected"} <= inspect(draft).unloaded


PLANNED = {
    "people": PEOPLE,
    "memberships": MEMBERS,
    "gifts": "Référence;Montant;Date du don;Prénoms;Nom;E-mail\r\n"
    "D1;50;01/02/2026;Ambre;Test;ambre.test@example.org\r\n",
    "mandates": "Référence du mandat;Numéro de membre;Titulaire;IBAN;Type;Signé le\r\n"
    "RUM-1;4242;Ambre Test;FR76 3000 6000 0112 3456 7890 189;récurrent;01/02/2026\r\n",
    "mentorships": "Numéro du mentor;Numéro du mentoré;Début;Fin prévue\r\n4242;4343;01/10/2026;01/04/2027\r\n",
}


@pytest.mark.parametrize("kind", PLANNED)
def test_two_plans_of_the_same_file_are_the_same(data: LookedAtPages, web_engine: Engine, kind: str) -> None:
    """New rows get ids of their own in each plan: what was looked at is not shown anew for that."""
    now = web_engine.clock.now()
    for number, name in enumerate(("Ambre", "Basile") if kind in ("mandates", "mentorships") else ()):
        is_member(web_engine, name, str(4242 + 101 * number))
    if kind in ("memberships", "gifts"):
        add_person(web_engine, "Ambre", "Test")
        decide_tariffs(web_engine)
    draft = import_drafts.read(kind, PLANNED[kind].encode(), name="x.csv", by="x", now=now)
    with reading(web_engine) as session:
        looks = [
            import_drafts.look_at(session, draft, b"", date(2026, 11, 23), at, lambda _: None)
            for at in (now, now + timedelta(hours=2))
        ]
    assert looks[0]["added"] == 1 and looks[0]["plan"] == looks[1]["plan"]


def test_a_file_that_is_dropped_goes_and_is_not_brought_in_after(data: LookedAtPages, web_engine: Engine) -> None:
    path = upload(data, "people", PEOPLE)
    assert data.post_form(f"{path}/begin").status_code == 409, "nobody has looked yet"
    run(web_engine)
    for _again in range(2):
        assert data.post_form(f"{path}/drop").status_code == 303
    assert [data.post_form(f"{path}/{each}").status_code for each in ("begin", "again")] == [409, 409]
    with reading(web_engine) as session:
        draft = session.get_one(ImportDraft, UUID(path.rsplit("/", 1)[1]))
        assert (draft.body, draft.shown, draft.rejected) == (b"", [], [])


def test_an_import_that_is_in_use_is_kept_and_says_so(app: Flask, data: LookedAtPages, web_engine: Engine) -> None:
    add_person(web_engine, "Ambre", "Test")
    path = upload(data, "memberships", MEMBERS)
    run(web_engine)
    assert "aucun tarif n’a encore été décidé" in page(data, path).replace("'", "’")
    decide_tariffs(web_engine)
    path = upload(data, "memberships", MEMBERS)
    run(web_engine)
    assert "4242" in page(data, path)
    bring_in(data, path)
    run(web_engine)
    with transaction(web_engine) as session:
        session.scalars(select(Membership)).one().auto_renew = True
        done = session.scalars(select(ImportDraft.import_id).where(ImportDraft.state == "DONE")).one()
    data.post_form(f"/imports/made/{done}/undo")
    assert "ne peut pas être annulé" in page(data, "/imports")
    again = upload(data, "memberships", MEMBERS)
    run(web_engine)
    assert "déjà été importé" in page(data, again)


def test_each_kind_is_for_whoever_answers_for_it(app: Flask, web_engine: Engine, data: LookedAtPages) -> None:
    path = upload(data, "people", PEOPLE)
    foundation = at_desk(app, web_engine, "Fred", "FOUNDATION_GIFTS")
    admin = at_desk(app, web_engine, "Adam", "ADMIN")
    assert re.findall(r'<option value="(\w+)"', page(foundation, "/imports")) == ["gifts"]
    assert "gifts" not in re.findall(r'<option value="(\w+)"', page(admin, "/imports"))
    for address in (path, f"{path}/rejected.csv", "/imports/columns/people.csv"):
        assert foundation.get(address).status_code == 404
    for address in (f"{path}/begin", f"{path}/drop"):
        assert foundation.post_form(address).status_code == 404
    gifts = {"kind": "gifts", "file": (BytesIO(b"a;b"), "dons.csv")}
    assert admin.post_form("/imports", gifts).status_code == 404
    assert at_desk(app, web_engine, "Leo", "EVENTS").get("/imports").status_code == 403


def test_a_look_tells_how_far_it_is(data: LookedAtPages, web_engine: Engine) -> None:
    path = upload(data, "people", PEOPLE)
    reached: list[int] = []
    with transaction(web_engine) as session:
        draft = session.get_one(ImportDraft, UUID(path.rsplit("/", 1)[1]))
        import_drafts.look_at(session, draft, b"", date(2026, 11, 23), web_engine.clock.now(), reached.append)
        draft.reached = 2
    assert reached == [1], "the lines that can be read at all are compared"
    assert "2 lignes sur 3" in page(data, path)


def test_an_empty_file_has_the_headings_that_are_read(data: LookedAtPages, web_engine: Engine) -> None:
    for kind in ("people", "memberships"):
        head = data.get(f"/imports/columns/{kind}.csv").get_data().decode("utf-8-sig")
        path = upload(data, kind, head)
        run(web_engine)
        assert "ne veulent rien dire ici" not in page(data, path)
