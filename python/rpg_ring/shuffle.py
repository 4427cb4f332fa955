"""Uniformly random order in two passes: into buckets, then Fisher-Yates in each, all buckets side by side."""

import math

import numpy as np

from .streams import Stream, Streams

BUCKET_SIZE = 65_536


def num_buckets_of(length: int) -> int:
    """1 where all fit into one bucket, else a power of two."""
    return 2 ** max(0, math.ceil(math.log2(length / BUCKET_SIZE)))


def shuffled(values: np.ndarray, stream: Stream) -> np.ndarray:
    """The same values as rpg-core's shuffle gives, in the same order."""
    num_buckets = num_buckets_of(len(values))
    if num_buckets == 1:
        bounds = np.array([0, len(values)])
        result = values.copy()
    else:
        words = stream.fork("buckets").words((len(values) + 1) // 2)
        halves = np.empty(2 * len(words), dtype=np.uint16)
        halves[0::2] = words & np.uint32(0xFFFF)
        halves[1::2] = words >> np.uint32(16)
        bucket_of = halves[: len(values)] & np.uint16(num_buckets - 1)
        order = np.argsort(bucket_of, kind="stable")
        bounds = np.concatenate([[0], np.cumsum(np.bincount(bucket_of, minlength=num_buckets))])
        result = values[order]
    _shuffle_ranges(result, bounds, stream)
    return result


def _shuffle_ranges(values: np.ndarray, bounds: np.ndarray, stream: Stream) -> None:
    """Fisher-Yates over each of the ranges between neighbouring bounds; range k draws from the fork `bucket-k`."""
    starts = bounds[:-1].astype(np.int64)
    left = np.diff(bounds).astype(np.int64)
    streams = Streams([f"{stream.path}/bucket-{k}" for k in range(len(starts))])
    lanes = np.flatnonzero(left > 1)
    while len(lanes) > 0:
        bound = left[lanes]
        picked = starts[lanes] + _below(streams, lanes, bound)
        last = starts[lanes] + bound - 1
        values[picked], values[last] = values[last], values[picked]
        left[lanes] = bound - 1
        lanes = lanes[bound > 2]


def _below(streams: Streams, lanes: np.ndarray, bound: np.ndarray) -> np.ndarray:
    """One position below each bound: the high word of word times bound, without the draws that would favour some (Lemire)."""
    wide = bound.astype(np.uint64)
    product = streams.next(lanes).astype(np.uint64) * wide
    low = product & np.uint64(0xFFFF_FFFF)
    again = np.flatnonzero(low < wide)  # few: only they can be below the threshold
    while len(again) > 0:
        threshold = np.uint64(2**32) % wide[again]
        again = again[(product[again] & np.uint64(0xFFFF_FFFF)) < threshold]
        if len(again) == 0:
            break
        product[again] = streams.next(lanes[again]).astype(np.uint64) * wide[again]
    return (product >> np.uint64(32)).astype(np.int64)
