"""`amicale picture`: a diagram to look at."""

from __future__ import annotations

from pathlib import Path

import click

from webapp import picture as drawing
from webapp.cli.terminal import console


@click.command()
@click.argument("diagram", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("target", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--scale", default=1.0, show_default=True, help="Pixels of a PNG for each unit of the diagram.")
def picture(diagram: Path, target: Path | None, scale: float) -> None:
    """Draw DIAGRAM (a .bpmn file) as TARGET: .svg or .png; without one, as an SVG beside it.

    Needs a Chromium on this machine and the built browser code. Documents and reviews use these pictures.
    """
    target = target or diagram.with_suffix(".svg")
    if target.suffix not in {".svg", ".png"}:
        raise click.BadParameter("a picture ends in .svg or .png", param_hint="TARGET")
    if target.suffix == ".png":
        drawing.png(diagram, target, scale=scale)
    else:
        target.write_text(drawing.svg(diagram), encoding="utf-8")
    console().print(f"Drawn: {target}", markup=False)
