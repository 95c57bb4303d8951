"""How people and machines reach Amicale: pages, API, worker and command line."""

import gc

# What follows imports some hundred thousand objects that live as long as the process: with Python's own thresholds
# its collector looks through all of them again and again, a quarter of a start. `webapp.memory` has the last word.
gc.set_threshold(50_000, 20, 20)
