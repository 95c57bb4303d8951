"""How long a full matching round takes, and what it is worth: 1,200 mentors and 2,400 people who look for one.

    python -m benchmarks.matching

The last line is one JSON object: CPU seconds of both methods on the same lists (made up from a seed), the share
of those matched who got their first choice, who is left, and how many pairs would both rather have each other.
"""

from __future__ import annotations

import argparse
import time
from random import Random
from uuid import UUID

from benchmarks.figures import finish
from workflows.association.matching.profiles import RHYTHMS, Mentee, Mentor, Track
from workflows.association.matching.rounds import Method, match
from workflows.association.matching.vocabulary import FUNCTIONS, SECTORS, TOPICS

COUNTRIES = (("FR", 1.0),) * 12 + (("GB", 0.0), ("DE", 1.0), ("US", -5.0), ("CN", 8.0), ("JP", 9.0))
TRACKS: tuple[Track, ...] = ("ALUMNI", "STUDENT", "BOTH", "BOTH")
LANGUAGES = (("fr",), ("fr", "en"), ("fr", "en"), ("en", "fr"), ("en",))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mentors", type=int, default=1_200)
    parser.add_argument("--mentees", type=int, default=2_400)
    parser.add_argument("--seed", default="benchmark")
    arguments = parser.parse_args()
    lots = Random(arguments.seed)
    mentors = [mentor(lots) for _ in range(arguments.mentors)]
    mentees = [mentee(lots) for _ in range(arguments.mentees)]
    figures: dict[str, float | int | str] = {"places": sum(each.free for each in mentors)}
    methods: tuple[tuple[str, Method], ...] = (("stable", "STABLE"), ("best", "BEST"))
    for name, method in methods:
        began = time.process_time()
        outcome = match(mentors, mentees, method=method, seed=arguments.seed)
        figures[f"{name}_cpu_s"] = time.process_time() - began
        found = outcome.figures
        figures |= {
            f"{name}_matched": found.matched, f"{name}_unmatched": found.unmatched,
            f"{name}_first_choices": found.first_choices, f"{name}_blocking": found.blocking,
            f"{name}_mean_score": found.mean, f"{name}_lowest_score": found.lowest,
        }  # fmt: skip
    finish(figures)


def mentor(lots: Random) -> Mentor:
    """A mentor of a made-up association."""
    country, offset = lots.choice(COUNTRIES)
    return Mentor(
        person_id=UUID(int=lots.getrandbits(128)), free=lots.choice((1, 1, 2, 2, 3)),
        topics=frozenset(lots.sample(tuple(TOPICS), lots.randint(3, 6))), sector=lots.choice(tuple(SECTORS)),
        functions=frozenset(lots.sample(tuple(FUNCTIONS), lots.randint(1, 5))), languages=lots.choice(LANGUAGES),
        country=country, offset=offset, rhythm=lots.choice(RHYTHMS), experience=lots.randint(3, 30),
        track=lots.choice(TRACKS), employer=f"Company {lots.randint(1, 400)}",
    )  # fmt: skip


def mentee(lots: Random) -> Mentee:
    """A demand of a made-up association."""
    country, offset = lots.choice(COUNTRIES)
    student = lots.random() < 0.5
    return Mentee(
        person_id=UUID(int=lots.getrandbits(128)), demand_id=UUID(int=lots.getrandbits(128)),
        topics=tuple(lots.sample(tuple(TOPICS), lots.randint(1, 3))),
        sector=lots.choice(("", *SECTORS)), functions=frozenset(lots.sample(tuple(FUNCTIONS), lots.randint(0, 2))),
        languages=lots.choice(LANGUAGES), country=country, offset=offset, rhythm=lots.choice(RHYTHMS),
        experience=0 if student else lots.randint(1, 15), student=student, waiting=lots.randint(0, 60),
        employer=f"Company {lots.randint(1, 400)}",
    )  # fmt: skip


if __name__ == "__main__":
    main()
