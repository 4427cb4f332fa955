"""Held against docs/format: streams, index arrays and models that rpg-core wrote, bit for bit."""

import hashlib
import json
import unittest
from pathlib import Path

import numpy as np

from rpg_ring import Stream, draw_index_array, load

FOLDER = Path(__file__).parents[2] / "docs" / "format"


def read(name: str):
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


def digest(array: np.ndarray) -> str:
    return hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()


class Golden(unittest.TestCase):
    def test_streams(self):
        for vector in read("vectors.json")["streams"]:
            with self.subTest(vector["path"]):
                words = Stream(vector["path"]).words(1000)
                self.assertEqual(words[:4].tolist(), vector["first"])
                self.assertEqual(digest(words.astype("<u4")), vector["sha256"])

    def test_index_arrays(self):
        for vector in read("vectors.json")["indexArrays"]:
            with self.subTest(vector["path"]):
                positions, negative = draw_index_array(
                    vector["ringSize"],
                    vector["numGenerated"],
                    vector["sampling"],
                    vector["reflect"],
                    Stream(vector["path"]),
                )
                signed = positions.astype("<u4")
                if negative is not None:
                    signed |= negative.astype("<u4") << 31
                signed = signed.view("<i4")
                self.assertEqual(signed[:8].tolist(), vector["first"])
                self.assertEqual(digest(signed), vector["sha256"])

    def test_models(self):
        for name, hashes in read("weights.json").items():
            with self.subTest(name):
                model = load(FOLDER / name)
                self.assertEqual({slot: digest(array.astype("<f4")) for slot, array in model.weights.items()}, hashes)

    def test_metadata_and_what_is_generated(self):
        model = load(FOLDER / "global-float32.safetensors")
        self.assertEqual(model.metadata, {"title": "Größe"})
        self.assertEqual(model.generated, {"one/kernel", "two/kernel", "three/kernel"})


if __name__ == "__main__":
    unittest.main()
