"""Cohorts: the careers office plans them, members apply and are heard, groups meet week by week (domain §P2.11)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, time, timedelta
from functools import partial
from types import MappingProxyType
from uuid import UUID

from sqlalchemy import select

from engine.transaction import reading
from workflows.association import people
from workflows.association.case_variables import local_day, uuid
from workflows.association.cohorts import opinions, records
from workflows.association.cohorts.candidacies import RECRUITING
from workflows.association.cohorts.records import Cohort
from workflows.association.year import days, somebody
from workflows.association.year.lots import among
from workflows.association.year.world import Answers, Asked, Family, Habit, Planned, World

PLAN, APPLICATION = "cohort", "cohort_admission"
COHORTS_A_YEAR, WAVES = 24, (1, 5, 9)  # planned on the first working day of these months
AHEAD = (70, 100)  # days from the plan to the first session
CANDIDATES = 18  # for a dozen seats
EVENING, POSTED = time(18, 30), time(10)
_WHY = (
    "Après huit ans dans le même métier, je veux en changer sans savoir encore lequel. Un groupe m’aiderait à regarder "
    "plusieurs chemins, à les éprouver avec d’autres, et à tenir le rythme semaine après semaine jusqu’à un projet."
)


def plan(world: World, day: date) -> Iterator[Planned]:
    """The cohorts that the office plans for a wave, and who applies for those that are announced."""
    zone = world.association.zone
    if day.month in WAVES and day == world.engine.settings.work_calendar.add(day.replace(day=1), 0):
        for number in range(max(1, round(COHORTS_A_YEAR * world.scale / len(WAVES)))):
            key = f"cohort:{day}:{number}"
            moment = days.at(day, POSTED, zone) + number * days.AN_ENTRY
            yield Planned(moment, key, partial(_plan, key=key, day=day), alone=True)
    with reading(world.engine) as session:
        known = session.execute(
            select(Cohort.id, Cohort.key, Cohort.starts_on, Cohort.opened_at)
            .where(Cohort.opened_at < days.at(day, time(), zone), Cohort.starts_on > day)
            .order_by(Cohort.opened_at, Cohort.key)
        ).all()
    for cohort_id, cohort_key, starts_on, opened_at in known:
        length = max((starts_on - local_day(opened_at, zone)).days - 30, 1)
        for number in range(CANDIDATES):
            key = f"candidate:{opened_at.isoformat()}:{number}"
            rng = world.lots.of("when", key)
            if local_day(opened_at, zone) + timedelta(days=1 + rng.randrange(length)) == day:
                act = partial(_apply, cohort_id=cohort_id, cohort_key=cohort_key, key=key)
                yield Planned(days.moment(rng, day, zone), key, act)


def _plan(world: World, key: str, day: date) -> UUID | None:
    rng = world.lots.of("cohort", key)
    with reading(world.engine) as session:
        leads = [somebody.paid_up(session, rng) for _ in range(2)]
        addresses = [each.primary_email for each in leads if each is not None]
    if len(set(addresses)) < 2:
        return None
    said: Answers = {
        "facilitator": addresses[0], "co_facilitator": addresses[1], "begins": f"{EVENING:%H:%M}",
        "starts_on": _weekday(day + timedelta(days=rng.randint(*AHEAD))), "place": "1 rue des Diplômés, Paris",
    }  # fmt: skip
    office = UUID(world.office("CAREERS_HEAD").removeprefix("person:"))
    return world.send_form(PLAN, said, key=f"year:{key}", by=office)


def _weekday(day: date) -> date:
    """The same day, or the Monday after a weekend."""
    return day + timedelta(days=max(0, 7 - day.weekday())) if day.weekday() > 4 else day


def _apply(world: World, cohort_id: UUID, cohort_key: str, key: str) -> UUID | None:
    rng = world.lots.of("candidate", key)
    with reading(world.engine) as session:
        person = somebody.paid_up(session, rng)
        open_ = session.get_one(Cohort, cohort_id).state == RECRUITING
    if person is None or not open_:
        return None
    said: Answers = {
        "cohort": cohort_key, "motivation": _WHY, "situation": among(rng, {"IN_POST": 70.0, "SEEKING": 30.0}),
        "years_exp": rng.randint(3, 20), "guest": False, "agreed": True,
    }  # fmt: skip
    return world.send_form(APPLICATION, said, key=f"year:{key}", by=person.id)


def _grid(asked: Asked) -> Answers:
    marks = {name: asked.rng.randint(2, 4) for name in ("drive", "listening", "realism", "stability", "presence")}
    return {
        **marks, "advice": among(asked.rng, {"YES": 80.0, "UNSURE": 12.0, "NO": 8.0}), "full_rate": False,
        "second_interviewer": _volunteer(asked),
    }  # fmt: skip


def _volunteer(asked: Asked) -> str:
    """Who hears the candidate too, by an address that is nobody else's: a couple may share one."""
    for _ in range(5):
        found = somebody.paid_up(asked.session, asked.rng)
        address = None if found is None else found.primary_email
        if found is not None and address and people.person_by_email(asked.session, address) == found.id:
            return address
    return ""


def _decision(asked: Asked) -> Answers:
    decided = among(asked.rng, {"ACCEPT": 84.0, "DECLINE": 10.0, "REFER": 6.0})
    return {"decision": decided, "reason": "Le groupe ne répondrait pas à ce qui est cherché."}


def _offer(asked: Asked) -> Answers:
    answer = among(asked.rng, {"YES": 90.0, "LATER": 3.0, "NO": 7.0})
    return {"seat_answer": answer, "pay_means": "CARD", "scholarship_asked": asked.rng.random() < 0.08}


def _moves(asked: Asked) -> Answers:
    """Of two who work for the same employer, one waits for the next cohort."""
    seats = records.seats(asked.session, uuid(asked.variables, "cohort_id"))
    known = people.by_ids(asked.session, [seat.person_id for seat in seats])
    sitting = sorted(known.values(), key=lambda person: person.primary_email or "")
    employers = Counter(person.employer for person in sitting)
    twice = [person for person in sitting if employers[person.employer] > 1] or sitting
    return {"moves": twice[-1].primary_email}


def _charter(asked: Asked) -> Answers:
    return dict.fromkeys(("confidential", "attending", "no_selling", "helping", "signed"), True)


def _news(asked: Asked) -> Answers:
    outcome = among(asked.rng, {"JOB_CHANGED": 45.0, "SEARCHING": 25.0, "STAYED": 20.0, "INDEPENDENT": 10.0})
    return {"score": asked.rng.randint(6, 10), "outcome": outcome}


def _opinion(asked: Asked) -> Answers:
    agreed = {name: str(asked.rng.randint(3, 5)) for name in opinions.STATEMENTS}
    return {**_news(asked), **agreed}


def _sheet(asked: Asked) -> Answers:
    return {
        "assessment": "Conduire des équipes, transmettre, rester près du terrain.",
        "scenario_1": "Diriger une petite structure.", "scenario_2": "Enseigner un métier.", "interviews": 12,
        "learnt": "Le second chemin est plus court qu’on ne croit.", "plan": "Deux candidatures par semaine.",
    }  # fmt: skip


def _follows(asked: Asked) -> Answers:
    return {"choice": among(asked.rng, {"GO_ON": 70.0, "CLOSE": 30.0})}


_STAYS = Habit(lambda asked: {"outcome": among(asked.rng, {"STAYS": 90.0, "LEAVES": 10.0})}, most=timedelta(days=4))
HABITS: Mapping[str, Habit] = MappingProxyType(
    {
        "give_dates": Habit(share=0.95, most=timedelta(days=3)),
        "hold_talk": Habit(_grid),
        "review_candidate": Habit(_decision),
        "cohort_admission.answer_offer": Habit(_offer, 0.95, most=timedelta(days=4)),
        "decide_scholarship": Habit(lambda asked: {"scholarship": among(asked.rng, {"GRANT": 70.0, "REFUSE": 30.0})}),
        "chase_fee": Habit(lambda asked: {"late_fee": "WAIT"}),
        "agree_to_start": Habit(lambda asked: {"outcome": "GO"}, 1, timedelta(hours=2), timedelta(days=1)),
        "enter_attendance": Habit(lambda asked: {"noted": True}, 1, timedelta(minutes=30), timedelta(days=1)),
        "review_halfway": Habit(lambda asked: {"reviewed": True}, 1, most=timedelta(days=4)),
        "sign_charter": Habit(_charter, 0.97, most=timedelta(days=4)),
        "resolve_conflict": Habit(_moves),
        "settle_charter": _STAYS,
        "call_participant": _STAYS,
        "give_evaluation": Habit(_opinion, 0.8, most=timedelta(days=8)),
        "write_sheet": Habit(_sheet, 0.9, most=timedelta(days=10)),
        "accept_plan": Habit(lambda asked: {"plan_outcome": among(asked.rng, {"ACCEPTED": 85.0, "REWORK": 15.0})}),
        "choose_merger": Habit(_follows, 1, most=timedelta(days=4)),
        "find_lead": Habit(lambda asked: {"nobody": True}),
        "tell_news": Habit(_news, 0.6, most=timedelta(days=12)),
    }
)
GROUPING = Family("grouping", plan, HABITS)
