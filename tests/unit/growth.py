"""How the time for an input grows with its length: what tests of hostile input compare instead of seconds."""

import time
from collections.abc import Callable


def growth(read: Callable[[int], None], small: int, large: int, *, floor: float = 0.02) -> float:
    """Return how many times as long the reading of a large input takes as that of a small one.

    Args:
        read: Reads an input of the given length.
        small: The length of the small input.
        large: The length of the large input.
        floor: The least seconds that count for the small input: below them the clock says nothing.

    Returns:
        The ratio of the seconds of CPU, the least of three each: on a busy machine one alone says little.
    """

    def seconds(length: int) -> float:
        started = time.process_time()
        read(length)
        return time.process_time() - started

    seconds(100)
    # Each length is read once: what a cache knows takes no time.
    return min(seconds(large + n) for n in range(3)) / max(min(seconds(small + n) for n in range(3)), floor)
