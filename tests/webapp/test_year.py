"""A year on virtual time: it holds its invariants, tells the same story for the same seed, and survives a kill."""

from __future__ import annotations

import json
import operator
import os
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from random import Random
from uuid import uuid4

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, make_url, select

from engine.engine import Engine
from engine.jobs import claim_due, run_due
from engine.models import HistoryEvent, Job
from engine.transaction import reading, transaction
from tests.fixtures.languages import foreign_texts, walk
from tests.fixtures.pages import SECRET, LookedAtPages
from tests.fixtures.staff import PASSWORD, add_person
from tests.postgres import PostgresServer
from webapp.app import create_app
from webapp.browser_code import Manifest
from webapp.cli import main
from webapp.house import secluded
from webapp.settings import Settings
from webapp.year import invariants
from webapp.year.crew import HandLost, crew
from webapp.year.hands import Hand, Hands, StoryClock, grouped
from webapp.year.opening import FIRST_DAY, NotThisYear, Played, open_year
from webapp.year.playing import Year
from webapp.year.report import report
from webapp.year.stage import Stage
from webapp.year.story import digest as story_digest
from workflows.association.events.records import Event
from workflows.association.events.registrations import EventRegistration
from workflows.association.mail_holds import MailHold
from workflows.association.mails import Mail
from workflows.association.memberships import Membership, MembershipPeriod
from workflows.association.privacy.erasure_log import EMAIL, note
from workflows.association.privacy.erasure_log import digest as digest_of
from workflows.association.year.families import played
from workflows.association.year.lots import Lots
from workflows.association.year.world import Planned

DAYS, HALF = 6, 2
FAMILIES = ("membership", "donation")
TOLD = Played(FAMILIES, "small", 5, volume=8)
Found = Mapping[str, object]


@dataclass(slots=True)
class Told:
    """A story that was told, and where."""

    engine: Engine
    stage: Stage
    found: Found
    half: str = ""  # the digest of its first days

    def wrong(self) -> list[str]:
        return invariants.violations(self.engine, self.stage.documents, self.stage.association)


def play(
    engine: Engine, clock: StoryClock, settings: Settings, days: int, told: Played = TOLD, hands: Hands | None = None
) -> Stage:
    """Plays from where the database stands to a day."""
    stage = Stage(engine, settings, Lots(told.seed), FIRST_DAY, told.scale, told.volume)
    Year(stage, clock, played(told.families), FIRST_DAY + timedelta(days=days), hands=hands).play()
    return stage


def digest(engine: Engine) -> str:
    with reading(engine) as session:
        return story_digest(session)


def tell(url: str, folder: Path, days: int, told: Played = TOLD) -> Told:
    """Plays to the end and looks at it."""
    settings = secluded(Settings(secret_key=SECRET), url, folder)
    engine, clock, _ = open_year(settings, told)
    return ended(play(engine, clock, settings, days, told), days)


def ended(stage: Stage, days: int, half: str = "") -> Told:
    """A play that is over, and its report."""
    last = FIRST_DAY + timedelta(days=days)
    return Told(stage.engine, stage, report(stage.engine, stage.documents, stage.association, FIRST_DAY, last), half)


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The association on its first day, in a file that is copied."""
    folder = tmp_path_factory.mktemp("opened")
    settings = secluded(Settings(secret_key=SECRET), "", folder)
    open_year(settings, TOLD)[0].close()
    return Path(str(make_url(settings.database_url).database))


def copied(source: Path, folder: Path) -> str:
    """The address of a database of its own, with what the source holds."""
    with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(folder / "copy.db")) as two:
        one.backup(two)
    return f"sqlite:///{folder / 'copy.db'}"


@pytest.fixture(scope="module")
def story(opened: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """Six days of a small association, told in two parts."""
    folder = tmp_path_factory.mktemp("year")
    settings = secluded(Settings(secret_key=SECRET), copied(opened, folder), folder)
    engine, clock, _ = open_year(settings, TOLD)
    with engine:
        play(engine, clock, settings, HALF)
        half = digest(engine)
        stage = play(engine, clock, settings, DAYS)
        yield ended(stage, DAYS, half)


def test_a_story_breaks_no_invariant(story: Told) -> None:
    assert story.found["violations"] == []
    assert int(str(story.found["cases"])) > 3
    assert int(str(story.found["completions"])) > 5


def test_people_have_answered_paid_and_been_written_to(story: Told) -> None:
    with reading(story.engine) as session:
        kinds = set(session.scalars(select(HistoryEvent.kind).distinct()))
        templates = set(session.scalars(select(Mail.template).where(Mail.state == "SENT")))
    assert {"task_completed", "message_received", "case_started"} <= kinds
    assert {"confirm_email", "application_accepted", "welcome"} <= templates
    assert dict(story.found["documents"]).get("INVOICE", 0) > 0  # type: ignore[call-overload]


def test_a_killed_story_goes_on_and_is_the_same_story(
    story: Told, opened: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = copied(opened, tmp_path)
    # Not forked: Typst has threads of its own, and a fork of a process that used it waits for them for ever.
    victim = get_context("spawn").Process(target=tell, args=(url, tmp_path, DAYS))
    victim.start()
    try:
        reach(tmp_path / "copy.db", events=450, while_=victim)
    finally:
        victim.kill()
        victim.join()
    monkeypatch.setenv("AMICALE_VAR_DIRECTORY", str(tmp_path))
    monkeypatch.setenv("AMICALE_SECRET_KEY", SECRET)
    again = CliRunner().invoke(
        main,
        ["year", "--only", ",".join(FAMILIES), "--seed", str(TOLD.seed), "--volume", str(TOLD.volume),
         "--days", str(DAYS), "--database", url],
    )  # fmt: skip
    assert again.exit_code == 0, again.output
    found = json.loads(again.stdout)
    assert found["resumed"] is True
    assert 0 < found["jobs"] < 161, "it did not begin anew"
    assert found["story"] == story.found["story"]


class Killed(Exception):
    """The process is gone."""


@dataclass(slots=True)
class Mortal(Hand):
    """Hands that are killed in the middle of a drain, with what they have leased."""

    left: int = 30  # jobs until then

    def drain(self, moment: datetime) -> int:
        self.clock.stand(moment)
        ran = run_due(self.stage.engine, limit=max(self.left, 1))
        self.left -= ran
        if self.left <= 0 and claim_due(self.stage.engine):
            raise Killed
        return ran


def test_a_story_killed_inside_a_drain_is_the_same_story(story: Told, opened: Path, tmp_path: Path) -> None:
    settings = secluded(Settings(secret_key=SECRET), copied(opened, tmp_path), tmp_path)
    engine, clock, _ = open_year(settings, TOLD)
    stage = Stage(engine, settings, Lots(TOLD.seed), FIRST_DAY, TOLD.scale, TOLD.volume)
    with engine, pytest.raises(Killed):
        play(engine, clock, settings, HALF, hands=Mortal(stage, clock, played(FAMILIES)))
    engine, clock, resumed = open_year(settings, TOLD)
    with engine:
        assert resumed
        with reading(engine) as session:
            assert session.scalar(select(func.count()).where(Job.leased_until.is_not(None))), "something was in hand"
        play(engine, clock, settings, HALF)
        assert digest(engine) == story.half


def test_programmes_are_lived_and_nobody_has_the_place_of_another(tmp_path: Path) -> None:
    """Events with their registrations, mentors and those who ask for one, cohorts with their candidates."""
    told = tell("", tmp_path, 5, Played(("event", "mentorship", "cohort"), "small", 3, volume=120))
    with told.engine:
        assert told.found["violations"] == []
        cases = told.found["cases_by_process"]
        assert isinstance(cases, dict)
        assert {
            "event_proposal", "event_publication", "event_registration", "mentor_registration",
            "mentorship_application", "cohort", "cohort_admission",
        } <= cases.keys()  # fmt: skip
        with transaction(told.engine) as session:
            sold = select(EventRegistration.event_id).where(EventRegistration.state == "CONFIRMED").limit(1)
            event = session.get_one(Event, session.scalars(sold).one())
            event.approved_capacity = 0
        assert {words.partition(":")[0] for words in told.wrong()} == {"places"}, (
            "one line for each date that is oversold"
        )


def reach(file: Path, *, events: int, while_: BaseProcess) -> None:
    """Waits until so much has happened in the story of this database."""
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        for _ in range(3_000):
            assert while_.is_alive(), "the story ended before it could be killed"
            if connection.execute("SELECT count(*) FROM history_event").fetchone()[0] >= events:
                return
            time.sleep(0.02)
    raise AssertionError("nothing happened")


@pytest.mark.postgresql
def test_two_processes_tell_the_same_story_on_postgresql(
    story: Told, postgres_server: PostgresServer, tmp_path: Path
) -> None:
    url = postgres_server.create_database(f"year_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}")
    settings = secluded(Settings(secret_key=SECRET), url, tmp_path)
    engine, clock, _ = open_year(settings, TOLD)
    with engine, crew(2, settings, TOLD) as hands:
        told = ended(play(engine, clock, settings, HALF, hands=hands), HALF)
        assert hands.stop() == {}
        assert told.found["violations"] == []
        assert told.found["story"] == story.half


def test_what_fails_in_a_process_of_the_crew_ends_the_play(opened: Path, tmp_path: Path) -> None:
    settings = secluded(Settings(secret_key=SECRET), copied(opened, tmp_path), tmp_path)
    moment = datetime(2027, 1, 1, 9, tzinfo=UTC)
    with crew(1, settings, TOLD) as hands, pytest.raises(HandLost):
        hands.do([Planned(moment, "a deed that fails", partial(operator.truediv, 1))], moment)


def test_what_is_about_the_same_person_is_done_one_after_another() -> None:
    noon = datetime(2027, 1, 1, 12, tzinfo=UTC)
    works = [
        Planned(noon + timedelta(minutes=minutes), str(minutes), len, about=about)
        for minutes, about in ((30, "Anna"), (10, ""), (20, "Anna"), (40, ""))
    ]
    assert grouped(works) == [[1], [2, 0], [3]]


@pytest.mark.campaign
@pytest.mark.timeout(7_200)
def test_a_whole_year_breaks_no_invariant(tmp_path: Path) -> None:
    told = tell("", tmp_path, 365, Played(FAMILIES, "small", 1))
    with told.engine:
        assert told.found["violations"] == []


def test_another_seed_tells_another_story_and_needs_another_database(story: Told) -> None:
    assert Lots(1).of("a").random() != Lots(2).of("a").random()
    url = story.engine.database.url.render_as_string(hide_password=False)
    settings = secluded(Settings(secret_key=SECRET), url, story.stage.documents.parent)
    with pytest.raises(NotThisYear):
        open_year(settings, Played(FAMILIES, "small", 6, volume=8))


def test_an_unknown_family_is_refused() -> None:
    answer = CliRunner().invoke(main, ["year", "--only", "membership,nonsense"])
    assert answer.exit_code == 2
    assert "membership" in answer.output


@pytest.fixture
def spoiled(story: Told, tmp_path: Path) -> Iterator[Told]:
    """The story in a database of its own, for a test that breaks something in it."""
    url = copied(Path(str(story.engine.database.url.database)), tmp_path)
    settings = secluded(Settings(secret_key=SECRET), url, tmp_path)
    engine, clock, _ = open_year(settings, TOLD)
    clock.set(story.engine.clock.now())
    with engine:
        yield Told(engine, story.stage, story.found)


STAFF = ("MEMBERSHIP", "DATA", "ADMIN", "GENERAL_DELEGATE", "PROCESS_OWNER", "FINANCE", "FOUNDATION_GIFTS", "DPO")
BEGINNINGS = (
    "/tasks", "/tasks?tab=queue", "/tasks?tab=archive", "/tasks?tab=team", "/cases", "/cases?status=completed", "/week",
    "/people", "/parameters", "/foundation/gifts", "/finance/bank", "/privacy/requests", "/account/", "/journeys",
)  # fmt: skip
BOTH = ("/parameters/", "/texts")  # where what is written in both languages is decided
PAGES = 70


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_page_of_a_story_speaks_the_readers_language(spoiled: Told, manifest: Manifest, language: str) -> None:
    """Staff who hold most roles, and a member: no sentence of ours in the other language."""
    app = create_app(spoiled.stage.settings, spoiled.engine, manifest=manifest)
    app.test_client_class = LookedAtPages
    read, mixed = set[str](), list[tuple[str, str]]()
    for first, held, most in (("Odile", STAFF, PAGES), ("Maud", (), 20)):
        reader = signed_in(app, spoiled.engine, first, held, language)
        for path, page in walk(reader, BEGINNINGS, most):
            assert f'<html lang="{language}"' in page
            read.add(path)
            mixed += [(path, text) for text in foreign_texts(page, language) if not path.startswith(BOTH)]
    assert len(read) > PAGES // 2
    assert mixed == []


def signed_in(
    app: Flask, engine: Engine, first: str, held: Sequence[str], language: str
) -> Callable[[str], str | None]:
    """Reads a page as a new person with these roles."""
    add_person(engine, first, "Essai", *held, password=PASSWORD, lang=language)
    client = app.test_client()
    assert isinstance(client, LookedAtPages)
    client.post_form("/sign-in/password", {"email": f"{first}.essai@example.org".lower(), "password": PASSWORD})
    client.post_form("/language", {"language": language})

    def read(path: str) -> str | None:
        answer = FlaskClient.open(client, path)
        assert answer.status_code < 500
        return answer.get_data(as_text=True) if (answer.status_code, answer.mimetype) == (200, "text/html") else None

    return read


def test_a_double_period_is_found(spoiled: Told) -> None:
    with transaction(spoiled.engine) as session:
        period = session.scalars(select(MembershipPeriod).limit(1)).one()
        session.add(
            MembershipPeriod(
                id=uuid4(), membership_id=period.membership_id, start_date=period.end_date,
                end_date=period.end_date + timedelta(days=365), value_date=period.value_date, tariff_code="STD",
                rule="RENEWAL", written_at=period.written_at,
            )
        )  # fmt: skip
    assert any(words.startswith("double_period") for words in spoiled.wrong())


def test_a_mail_after_a_reported_death_is_found(spoiled: Told) -> None:
    with transaction(spoiled.engine) as session:
        mail = session.scalars(select(Mail).where(Mail.state == "SENT", Mail.person_id.is_not(None)).limit(1)).one()
        assert mail.sent_at is not None
        assert mail.person_id is not None
        since = mail.sent_at - timedelta(hours=1)
        session.add(MailHold(id=uuid4(), person_id=mail.person_id, reason="DEATH_REPORTED", since=since))
    assert any(words.startswith("mail_after_death") for words in spoiled.wrong())


def test_a_mail_after_an_erasure_is_found(spoiled: Told) -> None:
    with transaction(spoiled.engine) as session:
        mail = session.scalars(select(Mail).where(Mail.state == "SENT", Mail.person_id.is_not(None)).limit(1)).one()
        assert mail.sent_at is not None
        erased = digest_of(spoiled.stage.association.erasure_key, EMAIL, mail.to_address)
        note(session, [(EMAIL, erased)], mail.sent_at - timedelta(hours=1))
    assert any(words.startswith("mail_after_erasure") for words in spoiled.wrong())


def test_nothing_begins_by_itself_but_what_is_played(story: Told) -> None:
    with reading(story.engine) as session:
        timed = set(session.scalars(select(Job.process_id).where(Job.kind == "start_timer")))
    assert timed == {"foundation_year", "lapsed_donor"}


def test_two_mails_of_a_day_and_a_mail_after_an_opt_out_are_found(spoiled: Told) -> None:
    with transaction(spoiled.engine) as session:
        mail = session.scalars(select(Mail).where(Mail.state == "SENT", Mail.person_id.is_not(None)).limit(1)).one()
        for number in range(2):
            session.add(
                Mail(
                    id=uuid4(), key=f"news-{number}", template="news", lang="fr", person_id=mail.person_id,
                    to_address=mail.to_address, subject="", text="", html="", kind="news", state="SENT",
                    created_at=mail.created_at, due_at=mail.due_at, sent_at=mail.sent_at,
                )
            )  # fmt: skip
    assert any(words.startswith("two_mails_a_day") for words in spoiled.wrong())


def test_a_gap_in_a_series_and_a_job_that_is_held_are_found(spoiled: Told) -> None:
    with transaction(spoiled.engine) as session:
        session.execute(Job.__table__.update().values(held=True))  # type: ignore[attr-defined]
        held = session.scalar(select(func.count()).select_from(Job))
        number = session.execute(select(func.max(Membership.member_no))).scalar_one()
    wrong = spoiled.wrong()
    assert number
    assert sum(words.startswith("stuck: a job") for words in wrong) == held


def test_draws_fall_by_their_names_alone() -> None:
    lots = Lots(3)
    first = lots.of("a", date(2027, 1, 1)).random()
    lots.of("b").random()
    assert lots.of("a", date(2027, 1, 1)).random() == first
    assert isinstance(lots.of("a"), Random)
