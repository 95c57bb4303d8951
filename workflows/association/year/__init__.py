"""How the people of the demo association behave over a year: what `amicale year` plays, family by family.

A family says what comes from outside on a day, what people answer in its tasks and when, and what they do when a case
waits for them. It knows no page: what people do goes through the verbs of `world.World`, as a browser's clicks would.
"""

from workflows.association.year.families import FAMILIES
from workflows.association.year.world import Asked, Family, Habit, OpenTask, Planned, Wait, World

__all__ = ["FAMILIES", "Asked", "Family", "Habit", "OpenTask", "Planned", "Wait", "World"]
