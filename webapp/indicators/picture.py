"""The picture of an indicator: a bar a month, and the line of what is aimed at. The table beside it says the same."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from html import escape
from typing import Final

from markupsafe import Markup

from workflows.association.indicators.months import Series

__all__ = ["picture"]

HIGH: Final = 110
STEP: Final = 26
BAR: Final = 18
TOP: Final = 8


@dataclass(frozen=True, slots=True)
class _Scale:
    most: Decimal

    def y(self, value: Decimal) -> float:
        """How far from the top a value stands."""
        return float(TOP + HIGH - HIGH * value / self.most)


def picture(series: Series, target: Decimal | None, words: str) -> Markup:
    """The bars as SVG that stands in a page by itself; `words` are for whoever does not see it."""
    values = [each.value for each in series.figures if each.value is not None]
    scale = _Scale(max([*values, target or Decimal(0), Decimal(1)]))
    wide = STEP * len(series.figures)
    drawn = []
    for place, each in enumerate(series.figures):
        if each.value is not None:
            y = scale.y(each.value)
            drawn.append(
                f'<rect class="am-bars__bar" x="{place * STEP + 4}" y="{y:.1f}" width="{BAR}" '
                f'height="{max(TOP + HIGH - y, 1):.1f}"/>'
            )
    drawn.append(f'<path class="am-bars__foot" d="M0 {TOP + HIGH}H{wide}"/>')
    if target is not None:
        drawn.append(f'<path class="am-bars__aim" d="M0 {scale.y(target):.1f}H{wide}"/>')
    head = f'<svg class="am-bars" viewBox="0 0 {wide} {TOP + HIGH + 2}" role="img" aria-label="{escape(words)}">'
    return Markup(head + "".join(drawn) + "</svg>")  # noqa: S704 - numbers of ours, and words that were escaped
