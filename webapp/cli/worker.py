"""`amicale worker`: promised work in a process of its own."""

from __future__ import annotations

import logging
import signal
import threading
from functools import partial

import click

from webapp.assembly import open_engine
from webapp.cli.terminal import console
from webapp.logs import write_logs
from webapp.memory import settle
from webapp.settings import Settings
from webapp.worker import Pool, Workplace, consume


@click.command()
@click.option(
    "--processes",
    type=click.IntRange(1, 100),
    default=1,
    show_default=True,
    help="How many processes work; more than one need a broker (AMICALE_BROKER_URL).",
)
@click.option(
    "--pool",
    type=click.Choice(["prefork", "solo"]),
    default="prefork",
    show_default=True,
    help="How Celery works: in processes that it may kill at the hard limit, or in this one process.",
)
def worker(processes: int, pool: Pool) -> None:
    """Run due jobs (timers, service tasks, mails) until it is stopped by Ctrl+C or SIGTERM.

    Any number of workers, on any number of hosts, share the work of one database. The web process does the same work
    itself unless AMICALE_SCHEDULER=no. With AMICALE_BROKER_URL, Celery wakes the workers as soon as work is due.
    """
    settings = Settings.from_environment()
    write_logs(settings)
    workplace = Workplace(partial(open_engine, settings), settings.broker_url)
    settle()
    if settings.broker_url:
        many = f"{processes} processes" if processes > 1 else "one process"
        console().print(f"Working in {many}, woken by Celery. Ctrl+C ends it.")
        consume(settings.broker_url, workplace, pool=pool, processes=processes)
        return
    if processes > 1:
        raise click.UsageError("several processes need a broker; without one, start `amicale worker` several times")
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: stopped.set())
    workplace.open()
    console().print("Working. Ctrl+C ends it.")
    stopped.wait()
    logging.getLogger(__name__).info("stopping: running jobs are finished first")
    workplace.close()
