"""The order of axes that other libraries have, by hand."""

import unittest

import numpy as np

from rpg_ring import keras_weights, torch_state_dict


class Layouts(unittest.TestCase):
    def test_torch(self):
        kernel = np.arange(2 * 3 * 4 * 5, dtype=np.float32).reshape(2, 3, 4, 5)
        dense = np.array([[1, 2, 3], [4, 5, 6]], np.float32)
        state = torch_state_dict(
            {"a/conv/kernel": kernel, "head/kernel": dense, "norm/gamma": dense[0], "norm/moving-mean": dense[1]}
        )
        self.assertEqual(list(state), ["a.conv.weight", "head.weight", "norm.weight", "norm.running_mean"])
        self.assertEqual(state["a.conv.weight"].shape, (5, 4, 2, 3))
        self.assertEqual(state["a.conv.weight"][4, 3, 1, 2], kernel[1, 2, 3, 4])
        self.assertEqual(state["head.weight"].tolist(), [[1, 4], [2, 5], [3, 6]])

    def test_two_weights_of_one_name(self):
        with self.assertRaisesRegex(ValueError, "Two weights would be called 'a.weight'"):
            torch_state_dict({"a/kernel": np.zeros((1, 1)), "a/gamma": np.zeros(1)})

    def test_keras(self):
        class Variable:
            def __init__(self, name):
                self.name = name

        class Layer:
            def __init__(self, name, *weights):
                self.name, self.weights, self.set = name, [Variable(each) for each in weights], None

            def set_weights(self, values):
                self.set = values

        class Model:
            layers = [Layer("in"), Layer("head", "head/kernel:0", "bias")]

        keras_weights({"head/kernel": 1, "head/bias": 2}, Model)
        self.assertEqual(Model.layers[1].set, [1, 2])
        with self.assertRaisesRegex(ValueError, "The file has no 'head/bias'"):
            keras_weights({"head/kernel": 1}, Model)


if __name__ == "__main__":
    unittest.main()
