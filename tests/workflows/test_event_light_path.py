"""Of a thousand proposals as a year brings them, 70 % are approved without anybody (P4.4, P4.10, P4.11).

The thousand are drawn from the demonstration's own dozen, each as often as groups hold such events: coffees and drinks
every month, a gala once. What varies inside a kind is drawn too: how many come, how long before it is proposed, whether
it is somebody's first, whether the group risks money. The decision is the product's: its tables, and its chain.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from engine import dmn
from engine.feel import Environment
from engine.feel.values import Value
from workflows.association.demo.event_life import EVENTS, FREQUENCY, Proposal
from workflows.association.events import weighing

FOLDER = Path(weighing.__file__).parents[2] / "event_proposal"
FLAGS = ("adventure", "road", "minors", "music", "artists", "recording", "media", "online")
TIERS = ("LIGHT", "STANDARD", "HEAVY")


def drawn(random: Random, proposal: Proposal) -> dict[str, Value]:
    """The facts of one proposal of this kind, as `event.weigh` answers them."""
    more = proposal.more
    risk = random.choice((300, 900, 1800)) if random.random() < 0.06 else 0
    return {
        **{name: bool(more.get(name)) for name in FLAGS},
        "expected": Decimal(max(round(proposal.people * random.uniform(0.6, 1.5)), 1)),
        "alcohol": str(more.get("alcohol", "NONE")),
        "speaker": str(more.get("speaker", "NONE")),
        "dearest": Decimal(str(more.get("price_member", 0))),
        "sponsored": random.random() < 0.04,
        "exposure": Decimal(str(more.get("risk", risk))),
        "abroad": random.random() < 0.08,
        "first_event": random.random() < 0.2,
        "days_ahead": Decimal(7 if random.random() < 0.04 else proposal.ahead),
        "organiser_blocked": random.random() < 0.01,
        "conflict": random.random() < 0.01,
    }


def asked(facts: Mapping[str, Value]) -> tuple[str, bool]:
    """The tier of a proposal, and whether anybody is asked about it (or it is refused)."""
    environment = Environment(lambda: datetime(2027, 1, 4, 9, tzinfo=UTC), ZoneInfo("Europe/Paris"))
    known = dict(facts)

    def decide(name: str) -> Value:
        return model(name).evaluate(name, known, environment).value

    known["points"] = decide("risk_points")
    known["tier"] = decide("tier")
    said, lead = decide("approval_chain"), decide("lead_time")
    assert isinstance(said, Mapping)
    steps = weighing.chain_of(said, str(decide("amount_rule")), late=lead == "LATE")
    return str(known["tier"]), bool(steps) or lead == "REFUSE" or known["tier"] == "BLOCKED"


@cache
def model(name: str) -> dmn.DecisionModel:
    """The table as it is deployed."""
    tables = {each.name: each.read_bytes() for each in sorted(FOLDER.glob("*.dmn"))}
    return dmn.Folder(tables).model(f"{name}.dmn")


def test_seven_of_ten_proposals_pass_untouched() -> None:
    random = Random(1)
    proposals = random.choices(EVENTS, weights=[FREQUENCY[each.kind] for each in EVENTS], k=1_000)
    found = [asked(drawn(random, each)) for each in proposals]
    tiers = Counter(tier for tier, _ in found)
    untouched = sum(not touched for _, touched in found)
    print(f"{untouched / 10:.1f} % untouched; {', '.join(f'{tiers[each]} {each}' for each in TIERS)}")
    assert untouched >= 700
    assert tiers["HEAVY"] > 0 and tiers["STANDARD"] > 100, "the thousand are no thousand coffees"
    assert all(touched for tier, touched in found if tier != "LIGHT"), "nothing larger passes by itself"
