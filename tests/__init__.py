"""The tests. The garbage collector looks rarely while they are imported and collected: nearly all of it stays."""

import gc

gc.set_threshold(100_000, 50, 1000)
