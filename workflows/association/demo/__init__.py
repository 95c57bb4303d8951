"""A believable association, made from a seed: the same size gives the same people on every machine.

`load` writes the records; `begin_cases` then lets a handful of applications run, so that the inbox is alive.
"""

from engine.engine import Engine
from workflows.association.demo import cohort_life, event_life, gift_life, pairs_life
from workflows.association.demo.loading import SIZES, Demo, load
from workflows.association.demo.running_cases import begin_cases
from workflows.association.demo.staff import StaffMember

__all__ = ["SIZES", "Demo", "StaffMember", "begin_cases", "begin_programmes", "load"]


def begin_programmes(engine: Engine) -> None:
    """Lets a career group live for eleven weeks, a dozen pairs be on their way, requests be matched, events be on,
    and gifts be received."""
    cohort_life.begin(engine)
    pairs_life.begin(engine)
    event_life.begin_events(engine)
    gift_life.begin(engine)
