"""Files from others: each is read whole or refused with a sentence."""

import copy
import json
import tempfile
import unittest
from pathlib import Path

import numpy as np
from safetensors import safe_open
from safetensors.numpy import save_file

from rpg_ring import ModelError, load

GOOD = Path(__file__).parents[2] / "docs" / "format" / "global-float32.safetensors"


def parts():
    with safe_open(str(GOOD), framework="numpy") as opened:
        return json.loads(opened.metadata()["rpg-model"]), {name: opened.get_tensor(name) for name in opened.keys()}


class Refusals(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.file = Path(self.folder.name) / "model.safetensors"
        self.manifest, self.tensors = parts()

    def write(self, manifest=None):
        text = json.dumps(self.manifest if manifest is None else manifest)
        save_file(self.tensors, str(self.file), metadata={"rpg-model": text})

    def refused(self, text, **options):
        with self.assertRaisesRegex(ModelError, text):
            load(self.file, **options)

    def test_version(self):
        self.manifest["version"] = 2
        self.write()
        self.refused("has version 2, this package reads 1")

    def test_no_file_and_no_model(self):
        self.refused("There is no file")
        self.file.write_bytes(b"<html>")
        self.refused("Cannot read")
        save_file(self.tensors, str(self.file))
        self.refused("the safetensors metadata lack 'rpg-model'")

    def test_ring_larger_than_what_it_feeds(self):
        self.tensors["ring"] = np.zeros(1000, np.float32)
        self.manifest["rings"][0]["ringSize"] = 1000
        self.write()
        self.refused("has 1000 elements but feeds 328 weights")

    def test_more_weights_than_allowed(self):
        self.write()
        self.refused("generates 328 weights; raise max_generated", max_generated=327)
        self.manifest["slots"][1]["shape"] = [2**30, 2**30]
        self.write()
        self.refused("raise max_generated")

    def test_seed(self):
        self.write()
        self.refused("holds its own seed", seed="x")
        self.manifest["seed"] = None
        self.write()
        self.refused("its seed withheld")
        self.assertEqual(len(load(self.file, seed="format").weights), 5)

    def test_spoiled_anywhere(self):
        """Whatever stands in the place of any value, the answer is a model or a ModelError."""

        def places(value, path=()):
            yield path
            inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
            for key, each in inner:
                yield from places(each, (*path, key))

        for path in list(places(self.manifest)):
            for spoiled in (None, True, -1, 1.5, 10**400, "x", [], {}, [[1]], float("nan")):
                manifest = copy.deepcopy(self.manifest)
                target = manifest
                for key in path[:-1]:
                    target = target[key]
                if path:
                    target[path[-1]] = spoiled
                else:
                    manifest = spoiled
                with self.subTest(path=path, spoiled=spoiled):
                    text = json.dumps(manifest)
                    save_file(self.tensors, str(self.file), metadata={"rpg-model": text})
                    try:
                        load(self.file, max_generated=10_000)
                    except ModelError:
                        pass


if __name__ == "__main__":
    unittest.main()
