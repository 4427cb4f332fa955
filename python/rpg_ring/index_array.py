"""Which element of the ring each weight is, and with which sign (paper, section 3 and equation 3)."""

import numpy as np

from .shuffle import shuffled
from .streams import Stream

LARGEST_SIZE = 2**30
#: Words drawn at once where few of them may be needed.
WORDS_PER_DRAW = 16_384


def draw_index_array(ring_size: int, num_generated: int, sampling: str, reflect: bool, stream: Stream):
    """Positions in the ring, int32 [num_generated], and which of them are negative, bool [num_generated] or None."""
    for name, value in (("ring_size", ring_size), ("num_generated", num_generated)):
        if not isinstance(value, int) or not 1 <= value <= LARGEST_SIZE:
            raise ValueError(f"{name} is {value}, expected a whole number from 1 to {LARGEST_SIZE}.")
    positions = _draw_positions(ring_size, num_generated, sampling, stream)
    if not reflect:
        return positions, None
    words = stream.fork("signs").words((num_generated + 31) // 32)
    bits = np.unpackbits(words.astype("<u4").view(np.uint8), bitorder="little")
    return positions, bits[:num_generated].astype(bool)


def _draw_positions(ring_size: int, num_generated: int, sampling: str, stream: Stream) -> np.ndarray:
    if sampling == "even":
        whole = num_generated - num_generated % ring_size
        values = np.empty(num_generated, dtype=np.int32)
        values[:whole] = np.tile(np.arange(ring_size, dtype=np.int32), whole // ring_size)
        values[whole:] = _without_replacement(num_generated - whole, ring_size, stream.fork("remainder"))
        return shuffled(values, stream.fork("shuffle"))
    if sampling == "uneven":
        return _below(ring_size, num_generated, stream.fork("uneven"))
    if sampling == "sequential":
        return (np.arange(num_generated, dtype=np.int64) % ring_size).astype(np.int32)
    raise ValueError(f"sampling is {sampling!r}, expected 'even', 'uneven' or 'sequential'.")


def _without_replacement(count: int, ring_size: int, stream: Stream) -> np.ndarray:
    """Selection sampling: one pass in which element k is taken with probability needed / left, one word each."""
    taken = []
    element = 0
    while len(taken) < count:
        for word in stream.words(min(WORDS_PER_DRAW, ring_size)).tolist():
            if word * (ring_size - element) < (count - len(taken)) * 2**32:
                taken.append(element)
                if len(taken) == count:
                    break
            element += 1
    return np.array(taken, dtype=np.int32)


def _below(bound: int, count: int, stream: Stream) -> np.ndarray:
    """Rejection under a mask: words above the bound are thrown away."""
    mask = np.uint32(0 if bound == 1 else 2 ** (bound - 1).bit_length() - 1)
    pieces = []
    left = count
    while left > 0:
        words = stream.words(left) & mask
        pieces.append(words[words < bound])
        left -= len(pieces[-1])
    return np.concatenate(pieces).astype(np.int32)
