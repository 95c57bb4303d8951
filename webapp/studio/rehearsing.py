"""The connector that plays one scenario: outside of every transaction, on a copy of the world; its outcome is kept.

A scenario whose worker was lost is played again; what a later question made stale is left alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Flask

from engine.registry import Connector, ConnectorWork, Registry
from engine.transaction import reading, transaction
from webapp.catalogues import speak
from webapp.sandbox.rehearsal import Rehearsal, play_one
from webapp.sandbox.world import Opener, template
from webapp.settings import Settings
from webapp.studio import drafts, rehearsals, review
from webapp.studio.rehearsals import TYPE, Subject

__all__ = ["registry"]


@dataclass(frozen=True, slots=True)
class Rehearsing:
    """Plays the scenario that its variables name."""

    settings: Settings
    opener: Opener

    def __call__(self, work: ConnectorWork) -> None:
        subject, place = Subject.read(work.variables), int(str(work.variables["place"]))
        with reading(work.engine) as session:
            if _waiting(rehearsals.row_of(session, subject), work.variables, place) is None:
                return
            process_id, files = rehearsals.files_of(session, subject)
            world = template(self.settings, session, self.opener)
        with _speaking(self.settings).app_context():
            came = play_one(world, process_id, files, place)
        with transaction(work.engine) as session:
            row = rehearsals.row_of(session, subject, lock=True)
            before = _waiting(row, work.variables, place)
            if row is None or before is None:
                return
            after = before.having(place, came)
            row.result = after.dump()
            if not after.left and subject.number is not None:
                session.flush()
                review.rehearsed(session, drafts.draft(session, subject.id), subject.number)


def _waiting(row: rehearsals.Row | None, variables: Mapping[str, object], place: int) -> Rehearsal | None:
    """What came out so far; None where nobody waits for this scenario any more."""
    if row is None or row.played_at.isoformat() != variables["asked"]:
        return None
    found = Rehearsal.load(row.result)
    return found if place < len(found.outcomes) and found.outcomes[place].passed is None else None


def _speaking(settings: Settings) -> Flask:
    """Errors are put into words in an application's context only; this one has no pages."""
    app = Flask(__name__)
    speak(app, settings)
    return app


def registry(settings: Settings, opener: Opener) -> Registry:
    """The job type of rehearsals."""
    return Registry.collect([Connector(TYPE, Rehearsing(settings, opener), retries=3, policy="at_least_once")])
