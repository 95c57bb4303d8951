"""`amicale doctor`: whether everything agrees, and the mending of what is derived."""

from __future__ import annotations

import click

from webapp.assembly import open_engine
from webapp.cli.backup import documents
from webapp.cli.terminal import console
from webapp.doctor import examine
from webapp.settings import Settings


@click.command()
@click.option("--repair", is_flag=True, help="Mend what can be derived from the states of the cases.")
@click.option("--deep", is_flag=True, help="Read the bytes of every document too.")
def doctor(repair: bool, deep: bool) -> None:
    """Check that everything agrees: schema, states, tasks, jobs, subscriptions, incidents, numbers, documents.

    It may run while people work. Ends with 1 where something is wrong that was not mended. Without --repair nothing is
    changed. What a state does not hold (who may do a task, what a job was told) is said and never guessed.
    """
    settings, out = Settings.from_environment(), console()
    looked, wrong, mended = 0, 0, 0

    def seen(count: int) -> None:
        nonlocal looked
        looked = count

    with open_engine(settings) as engine:
        for fault in examine(engine, documents(settings), repair=repair, deep=deep, seen=seen):
            wrong += 1
            done = repair and fault.mend is not None
            mended += done
            if done:
                end = f" Mended: {fault.mended_by}."
            else:
                end = f" (--repair: {fault.mended_by})" if fault.mended_by else ""
            out.print(f"{fault.code}: {fault.message}{end}", style="yellow" if done else "red", markup=False)
    said = f", {mended} mended" if repair else ""
    out.print(
        f"{looked:,} cases looked at, {wrong} faults{said}." if wrong else f"{looked:,} cases: everything agrees."
    )
    raise SystemExit(wrong > mended)
