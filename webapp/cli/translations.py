"""`amicale translations`: what the pages say, in French."""

from __future__ import annotations

import click

from webapp import extraction
from webapp.cli.terminal import console


@click.command()
@click.option("--check", is_flag=True, help="Change nothing; end with 1 where a text has no French.")
def translations(check: bool) -> None:
    """Collect the texts of the pages into webapp/translations/fr/*.po, one file for each folder of pages.

    New texts come in empty, for somebody to write; texts that nobody says any more go.
    """
    if not check:
        extraction.update()
    found = extraction.lacking()
    for line in found:
        console().print(line, markup=False)
    console().print(f"{len(found)} texts have no French." if found else "Every text has its French.")
    raise SystemExit(bool(found) and check)
