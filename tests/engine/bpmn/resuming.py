"""A new process that goes on with stored cases: states by seed in, what stands at their end out.

python -m tests.engine.bpmn.resuming < states.json
"""

from __future__ import annotations

import json
import sys
from datetime import datetime

from engine.bpmn import Case
from tests.engine.bpmn.growing import grown, process
from tests.engine.bpmn.play import Play
from tests.engine.bpmn.schedules import MOVES, Teller, move, schedule, started


def main() -> None:
    found = {}
    for seed, (state, moment) in json.load(sys.stdin).items():
        spec, moves = process(grown(int(seed))), schedule(int(seed))
        play: Play = started(spec, moves[0])
        play.case = Case.load(spec, state)
        play.host.clock.set(datetime.fromisoformat(moment))
        for choice in moves[MOVES // 2 :]:
            move(play, choice)
        found[seed] = [repr(Teller().standing(play)), repr(sorted(play.variables.items()))]
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
