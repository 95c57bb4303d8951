"""The record `season.*`: what the careers office is shown of a season, and the one or two cohorts that it plans."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import ClassVar, Final

from engine.calendar import PARIS
from engine.errors import Invalid
from workflows.association import wording
from workflows.association.case_variables import day, local_day, text, whole
from workflows.association.cohorts import figures, planning
from workflows.association.records import Record, Subject, Values

GROUPS: Final = {"NONE": 0, "ONE": 1, "TWO": 2}
SECOND: Final = "_2"  # how the fields of a second cohort end
_FIELDS: Final = ("facilitator", "co_facilitator", "starts_on", "begins", "place")
_REASONS: Final = {
    "SEASON": ("une saison approche", "a season comes near"),
    "WAITING": ("assez de personnes admises attendent", "enough admitted people wait"),
}
_ADVICE: Final = {
    "ONE": ("un groupe", "one cohort"),
    "ONE_AND_LIST": ("un groupe, et une liste d’attente", "one cohort, and a waiting list"),
    "TWO": ("deux groupes", "two cohorts"),
    "SECOND": ("un groupe de plus", "one more cohort"),
    "TOO_FEW": ("trop peu de personnes : chercher encore", "too few people: search on"),
}


class StartTooSoon(Invalid):
    """The first session is too soon: candidates need {weeks} weeks to apply, be heard and pay."""

    code: ClassVar[str] = "cohort_start_too_soon"


def _read(subject: Subject, fields: Iterable[str]) -> Values:
    english, said = subject.language == "en", subject.variables
    if said.get("season_on") is None:
        return {}
    return {
        "reason_words": _REASONS.get(text(said, "reason"), ("—", "—"))[english],
        "week": wording.day(day(said, "season_on"), subject.language),
        "candidates": str(whole(said, "candidates", 0)),
        "standing": str(whole(said, "groups", 0)),
        "advice_words": _ADVICE.get(text(said, "advice"), ("une personne décide", "a person decides"))[english],
    }


def _write(subject: Subject, values: Values) -> Values:
    """Plans the cohorts. Raises PersonUnknown, StartTooSoon, NoSuchCalendar."""
    wanted = GROUPS.get(text(values, "wanted"), 0)
    planned = [_plan(subject, values, suffix) for suffix in ("", SECOND)[:wanted]]
    known = subject.variables.get("cohort_ids")
    before = list(known) if isinstance(known, list | tuple) else []
    return {
        "wanted": wanted, "planned": planned, "cohort_ids": [*before, *(each["cohort_id"] for each in planned)]
    }  # fmt: skip


def _plan(subject: Subject, values: Values, suffix: str) -> Values:
    today = local_day(subject.now, PARIS)
    weeks = figures.limit(subject.session, "CLOSES", today)
    if day(values, f"starts_on{suffix}") <= today + timedelta(weeks=weeks):
        raise StartTooSoon(field=f"starts_on{suffix}", weeks=weeks)
    return planning.plan(subject, values, suffix)


_ASKED: Final = frozenset({"wanted", *_FIELDS, *(f"{name}{SECOND}" for name in _FIELDS)})
_SHOWN: Final = frozenset({"reason_words", "week", "candidates", "standing", "advice_words"})
SEASON: Final = Record(_ASKED | _SHOWN, _read, _ASKED, _write)
