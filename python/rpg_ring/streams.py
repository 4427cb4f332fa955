"""Named random streams: a name gives 96 bits of state by ARC4 (as the npm package seedrandom does), sfc32 the numbers."""

import numpy as np

WORD = 0xFFFF_FFFF
WARM_UP = 15


def _arc4_words(name: str, count: int) -> list:
    """The first words that seedrandom 3.0.5 draws for a name: ARC4 whose first 256 bytes are thrown away."""
    key = []
    smear = 0
    for position, unit in enumerate(_utf16_units(name)):
        at = position & 255
        before = key[at] if at < len(key) else 0
        smear ^= before * 19
        byte = (smear + unit) & 255
        if at < len(key):
            key[at] = byte
        else:
            key.append(byte)
    key = key or [0]
    state = list(range(256))
    j = 0
    for i in range(256):
        t = state[i]
        j = (j + key[i % len(key)] + t) & 255
        state[i], state[j] = state[j], t
    output = []
    i = j = 0
    for _ in range(256 + 4 * count):
        i = (i + 1) & 255
        t = state[i]
        j = (j + t) & 255
        state[i], state[j] = state[j], t
        output.append(state[(state[i] + t) & 255])
    drawn = output[256:]
    return [int.from_bytes(bytes(drawn[4 * k : 4 * k + 4]), "big") for k in range(count)]


def _utf16_units(text: str) -> list:
    """JavaScript's characters."""
    data = text.encode("utf-16-le", "surrogatepass")
    return [data[k] | data[k + 1] << 8 for k in range(0, len(data), 2)]


def seed_text(seed) -> str:
    """A seed as JavaScript writes it; whole numbers and texts alone, since decimals are written differently elsewhere."""
    if isinstance(seed, bool) or not isinstance(seed, (str, int)) or seed == "":
        raise TypeError(f"The seed is {seed!r}, expected a text with at least one character or a whole number.")
    return str(seed)


class Stream:
    """A stream of 32-bit words that is fully determined by its path."""

    def __init__(self, path):
        self.path = seed_text(path)
        self._a, self._b, self._c = _arc4_words(self.path, 3)
        self._counter = 1
        self.words(WARM_UP)

    def fork(self, name) -> "Stream":
        """An independent stream; it depends on this one's path alone."""
        return Stream(f"{self.path}/{name}")

    def words(self, count: int) -> np.ndarray:
        """The next `count` words, uint32."""
        a, b, c = self._a, self._b, self._c
        words = []
        append = words.append
        for counter in range(self._counter, self._counter + count):
            word = (a + b + counter) & WORD
            a = b ^ (b >> 9)
            b = (c + (c << 3)) & WORD
            c = ((c << 21 | c >> 11) + word) & WORD  # what is above 32 bits falls to the mask
            append(word)
        self._a, self._b, self._c = a, b, c
        self._counter = (self._counter + count) & WORD
        return np.array(words, dtype=np.uint32)


class Streams:
    """Many streams side by side, one a lane: the same words as from each alone."""

    def __init__(self, paths):
        states = np.array([_arc4_words(path, 3) for path in paths], dtype=np.uint32).reshape(-1, 3)
        self._a, self._b, self._c = (np.ascontiguousarray(states[:, k]) for k in range(3))
        self._counter = np.ones(len(states), dtype=np.uint32)
        everywhere = np.arange(len(states))
        for _ in range(WARM_UP):
            self.next(everywhere)

    def next(self, lanes: np.ndarray) -> np.ndarray:
        """One word of each of these lanes, which must differ."""
        a, b, c, counter = self._a[lanes], self._b[lanes], self._c[lanes], self._counter[lanes]
        word = a + b + counter
        self._counter[lanes] = counter + np.uint32(1)
        self._a[lanes] = b ^ (b >> np.uint32(9))
        self._b[lanes] = c + (c << np.uint32(3))
        self._c[lanes] = (c << np.uint32(21) | c >> np.uint32(11)) + word
        return word
