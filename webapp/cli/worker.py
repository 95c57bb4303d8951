"""`amicale worker`: promised work in a process of its own."""

from __future__ import annotations

import logging
import signal
import threading

import click

from engine.worker import Scheduler
from webapp.assembly import open_engine
from webapp.cli.terminal import console
from webapp.logs import write_logs
from webapp.settings import Settings
from webapp.worker import consume, ring_through


@click.command()
@click.option(
    "--threads",
    type=click.IntRange(1, 100),
    default=1,
    show_default=True,
    help="How many jobs may run at the same time in this process.",
)
def worker(threads: int) -> None:
    """Run due jobs (timers, service tasks, mails) until it is stopped by Ctrl+C or SIGTERM.

    Any number of workers, on any number of hosts, share the work of one database. The web process does the same work
    itself unless AMICALE_SCHEDULER=no. With AMICALE_BROKER_URL, Celery wakes the workers as soon as work is due.
    """
    settings = Settings.from_environment()
    write_logs(settings)
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: stopped.set())
    with open_engine(settings) as engine:
        schedulers = [Scheduler(engine) for _ in range(threads)]
        for scheduler in schedulers:
            scheduler.start()
        console().print(f"Working with {threads} thread{'s' if threads > 1 else ''}. Ctrl+C ends it.")
        if settings.broker_url:
            ring_through(settings.broker_url, engine)
            consume(settings.broker_url, engine, threads)
        else:
            stopped.wait()
        logging.getLogger(__name__).info("stopping: running jobs are finished first")
        for scheduler in schedulers:
            scheduler.stop()
