"""A draft run by hand: the steps are the truth, the database beside them only spares playing them again.

Each try has a folder with its copy of the world. It is made anew from the steps where it is gone, or has seen others.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, Final, cast
from uuid import NAMESPACE_OID, UUID, uuid5

from engine import commands
from engine.assignment import SYSTEM
from engine.clock import VirtualClock
from engine.errors import AmicaleError
from engine.transaction import transaction
from webapp.sandbox.actors import who_of
from webapp.sandbox.folders import TRY, alone_in, sweep
from webapp.sandbox.looking import Looking
from webapp.sandbox.phrases import Step
from webapp.sandbox.playing import Play
from webapp.sandbox.scenarios import deployed_of
from webapp.sandbox.world import Template, morning, played

__all__ = ["checks_after", "kept_step", "on_stage", "step_of"]

STATE: Final = "state.json"


def kept_step(step: Step) -> dict[str, object]:
    """A step for a column of JSON."""
    return {key: value for key, value in asdict(step).items() if key != "line"}


def step_of(kept: Mapping[str, Any]) -> Step:
    """The opposite of `kept_step`."""
    return Step(kept["key"], kept["said"], kept["table"])


@contextmanager
def on_stage(
    world: Template, process_id: str, files: Mapping[str, bytes], try_id: UUID, steps: Sequence[Step],
    enough: Callable[[Play], bool] = lambda _play: False,
) -> Iterator[Play]:  # fmt: skip
    """The stage after these steps, or after as many as are `enough`: its `number` says how many were done. Raises
    DeploymentRefused, and what a step raises that cannot be done any more."""
    world.folder.mkdir(parents=True, exist_ok=True)
    sweep(world.folder)
    folder = world.folder / f"{TRY}{try_id}"
    with alone_in(folder):
        done, now = _reached(folder, steps)
        if done is None:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            shutil.copyfile(world.made(), folder / "play.db")
        with played(world, folder, VirtualClock(now or morning(world.settings))) as stage:
            if done is None:
                with transaction(stage.engine) as session:
                    commands.deploy(session, stage.engine, deployed_of(files), by=SYSTEM, reason="draft")
            people = {
                each.said["name"]: uuid5(NAMESPACE_OID, each.said["name"]) for each in steps if each.key == "person"
            }
            play = Play(stage, process_id, number=done or 0, people=people)
            try:
                for step in steps[done or 0 :]:
                    play.do(step)
                    if enough(play):
                        break
            except AmicaleError:
                (folder / STATE).unlink(missing_ok=True)  # half a step may be done: it is made anew next time
                raise
            _keep(folder, steps[: play.number], stage.clock.now())
            yield play


def _reached(folder: Path, steps: Sequence[Step]) -> tuple[int | None, datetime | None]:
    """How many of the steps the database of the folder has seen, and when it is there; None where it saw others."""
    try:
        kept = json.loads((folder / STATE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None, None
    seen = cast("list[object]", kept["steps"])
    if seen != [kept_step(step) for step in steps[: len(seen)]]:
        return None, None
    return len(seen), datetime.fromisoformat(kept["now"])


def _keep(folder: Path, steps: Sequence[Step], now: datetime) -> None:
    text = json.dumps({"steps": [kept_step(step) for step in steps], "now": now.isoformat()})
    (folder / STATE).write_text(text, encoding="utf-8")


def checks_after(play: Play) -> list[Step]:
    """What is true at the end of a run, as sentences that look: the mails that left, what waits, where the case is.
    What other processes of the house did meanwhile is left out: nobody who changes this one knows of it."""
    looking = Looking(play.stage, play.process_id)
    own = looking.own()
    mails = [Step("mail", {"mail": name}) for name in looking.mails_of(own) if name]
    waits = [
        Step("has", {"who": who_of(task, "fr"), "element": looking.called(task)})
        for task in play.stage.open_tasks()
        if task.instance_id in own
    ]
    return [*mails, *waits, *looking.end()]
