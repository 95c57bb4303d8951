"""Mail and letter texts that people change: the version of the day is sent, and a text says what it can say."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from engine.errors import Invalid
from engine.transaction import reading, transaction
from tests.fixtures.office import NOON, Office
from workflows.association import letters, mail_templates, parameters, text_samples, texts
from workflows.association.texts import Kind

APPLICANT = {
    "first_names": "Ambre", "birth_name": "Delaunay", "email": "ambre@boite.example", "category": "GRADUATE",
    "lang": "fr", "birth_date": date(1990, 3, 4), "programme": "PGE", "promotion_year": 2013,
}  # fmt: skip
TODAY = NOON.date()
TOMORROW = TODAY + timedelta(days=1)


def change(office: Office, name: str, valid_from: date = TODAY, kind: Kind = "mail", **written: str) -> None:
    """Makes a text valid: that of the files but for what is written."""
    with transaction(office.engine) as session:
        text = texts.delivered(kind, name) | written
        texts.decide(
            session, kind, name, text, valid_from=valid_from, decided_by="Communication", decided_on=TODAY, now=NOON,
            by="system",
        )  # fmt: skip


@pytest.mark.parametrize("kind", ["mail", "letter"])
def test_every_text_that_is_delivered_passes_its_own_check_and_has_a_preview(kind: Kind) -> None:
    for name in texts.names(kind):
        assert texts.check(kind, name, texts.delivered(kind, name)) == {}, name


def test_what_is_sent_is_the_version_of_the_day(office: Office) -> None:
    change(office, "confirm_email", TOMORROW, subject_fr="Votre adresse, $first_names ?")
    office.apply(**APPLICANT)
    assert office.mails()[-1].subject == mail_templates.load("confirm_email", "fr").subject
    office.clock.advance(timedelta(days=1))
    office.apply(**APPLICANT | {"email": "zoe@boite.example", "first_names": "Zoé", "birth_name": "Autre"})
    assert "Votre adresse, Zoé ?" in [mail.subject for mail in office.mails()]
    with reading(office.engine) as session:
        assert texts.mail(session, "confirm_email", "en", TOMORROW) == mail_templates.load("confirm_email", "en")


def test_a_withdrawn_version_gives_way_to_the_text_before(office: Office) -> None:
    change(office, "welcome", subject_en="First")
    change(office, "welcome", TOMORROW, subject_en="Second")
    with transaction(office.engine) as session:
        assert texts.mail(session, "welcome", "en", TOMORROW).subject == "Second"
        second = max(parameters.every_row(session, texts.TABLES["mail"]), key=lambda row: row.valid_from)
        assert second.id is not None
        parameters.withdraw(session, second.id, now=NOON)
        assert texts.mail(session, "welcome", "en", TOMORROW).subject == "First"


def test_a_letter_is_set_with_the_version_of_the_day(office: Office) -> None:
    change(office, "dues_attestation", kind="letter", title_fr="Attestation de $period")
    with reading(office.engine) as session:
        assert texts.letter(session, "dues_attestation", "fr", TODAY).title == "Attestation de $period"
        assert texts.letter(session, "dues_attestation", "fr", TODAY - timedelta(days=1)) == letters.load(
            "dues_attestation", "fr"
        )


@pytest.mark.parametrize(
    ("written", "code", "named"),
    [
        ("Bonjour $firstname, $link", "text_placeholder_unknown", "firstname"),
        ("Bonjour", "text_placeholder_missing", "link"),
        ("$link, 5 $ par an", "text_dollar_alone", None),
    ],
)
def test_a_text_that_says_what_it_cannot_is_refused(office: Office, written: str, code: str, named: str | None) -> None:
    with pytest.raises(Invalid) as refused:
        change(office, "confirm_email", body_fr=written)
    assert (refused.value.code, refused.value.params.get("placeholder")) == (code, named)
    assert refused.value.params["field"] == "body_fr"


def test_both_languages_must_be_there(office: Office) -> None:
    with pytest.raises(Invalid):
        change(office, "confirm_email", body_en="")
    with pytest.raises(texts.TextUnknown):
        change(office, "../roles")


def test_every_placeholder_means_something() -> None:
    for kind in texts.FIELDS:
        for name in texts.names(kind):
            for placeholder in texts.placeholders(kind, name):
                assert text_samples.meaning(placeholder, "fr"), placeholder
                assert text_samples.meaning(placeholder, "en") != "", placeholder
