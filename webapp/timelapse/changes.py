"""What may happen to a group on its way: who leads stops, the charter is broken, it wants more, few are left."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Final
from uuid import UUID

from sqlalchemy import select

from engine.assignment import SYSTEM, Actor
from engine.models import ProcessInstance, UserTask
from engine.transaction import reading, transaction
from webapp.timelapse.stage import Stage
from workflows.association import office_mandates, people
from workflows.association.case_variables import local_day
from workflows.association.cohorts import dropped_leads, extra, hearings, records
from workflows.association.roles import RoleHolding
from workflows.association.year.lots import Lots

PROCESSES: Final = ("cohort_merger", "cohort_leads", "cohort_hearing")
_LABELS: Final = {"cohort_merger": "what follows", "cohort_leads": "who leads", "cohort_hearing": "hearing"}
_STOPS, _BREAKS, _MORE = 0.3, 0.25, 0.4  # how likely each is in a group
_WORDS: Final = ("assessment", "scenario_1", "scenario_2", "learnt", "plan")


def name_cases(stage: Stage) -> None:
    """The cases that messages have begun get a name."""
    query = select(ProcessInstance.id, ProcessInstance.process_id).where(ProcessInstance.process_id.in_(_LABELS))
    with reading(stage.engine) as session:
        for instance_id, process_id in session.execute(query):
            stage.labels.setdefault(instance_id, _LABELS[process_id])


def after_session(stage: Stage, lots: Lots, key: str, held: int, running: dict[str, UUID]) -> None:
    """After a session, as the lots say: somebody stops leading, the charter is broken, the group wants more."""
    if held == lots.of("stops when").randint(4, 20) and lots.falls(_STOPS, "stops"):
        _stop(stage, key)
    if running and held == lots.of("breaks when").randint(3, 24) and lots.falls(_BREAKS, "breaks"):
        first = lots.of("breaks who").choice(sorted(running))
        rule = lots.of("breaks what").choice(sorted(hearings.RULES))
        with transaction(stage.engine) as session:
            cohort = records.by_key(session, key)
            assert cohort is not None
            hearings.report(session, stage.engine, cohort, running[first], rule, Actor("timelapse", "Maud"))
    if held == 30 and lots.falls(_MORE, "more"):
        with transaction(stage.engine) as session:
            extra.ask(session, stage.engine, key, lots.of("how many more").randint(1, 4), Actor("timelapse", "Maud"))
    stage.run()


def _stop(stage: Stage, key: str) -> None:
    today = local_day(stage.clock.now(), stage.zone)
    with transaction(stage.engine) as session:
        query = select(RoleHolding).where(RoleHolding.scope == key, RoleHolding.role == dropped_leads.ROLES[1])
        held = session.scalars(query).one()
        last = today - timedelta(days=1)
        office_mandates.finish(session, stage.engine, held, last_day=last, reason="RESIGNED", by=SYSTEM)


def answer(stage: Stage, task: UserTask, by: Actor, rng: Random) -> bool:
    """Does a task about what happened; False where it is about something else."""
    if task.element == "write_sheet":
        said = {name: f"Quelques lignes ({rng.randint(100, 999)})." for name in _WORDS}
        stage.complete(task, by, {}, {**{f"sheet.{name}": text for name, text in said.items()}, "sheet.interviews": 11})
    elif task.element == "accept_plan":
        stage.complete(task, by, {"plan_outcome": "ACCEPTED" if rng.random() < 0.8 else "REWORK"}, {})
    elif task.element == "choose_merger":
        stage.complete(task, by, {}, {"merger.choice": "GO_ON" if rng.random() < 0.5 else "CLOSE"})
    elif task.element == "find_lead":
        _find(stage, task, by, rng)
    elif task.element == "approve_extra":
        stage.complete(task, by, {"outcome_extra": "AGREED" if rng.random() < 0.8 else "REFUSED"}, {})
    elif task.element == "give_account":
        stage.complete(task, by, {}, {"hearing.account": "Voici ce qui s’est passé."})
    elif task.element == "hold_hearing":
        decision = rng.choice(("NOTHING", "REMIND", "EXIT"))
        decided = {"decision": decision, "heard": "CAME", "reason": "Dit à l’audition."}
        stage.complete(task, by, {}, {f"hearing.{name}": value for name, value in decided.items()})
    else:
        return False
    return True


def _find(stage: Stage, task: UserTask, by: Actor, rng: Random) -> None:
    """Somebody is found, more often than not."""
    if rng.random() < 0.3:
        stage.complete(task, by, {}, {"lead.nobody": True})
        return
    with reading(stage.engine) as session:
        known = people.by_email(session, "olga.essai@example.org")
    found = known[0] if known else stage.person("Olga", "Essai")
    stage.complete(task, by, {}, {"lead.email": found.primary_email, "lead.nobody": False})
