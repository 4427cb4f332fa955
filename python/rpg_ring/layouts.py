"""The same weights in the order of axes, and under the names, that other libraries have."""

import numpy as np

#: The last part of a slot's name in rpg-core, and what PyTorch calls it.
TORCH_NAMES = {
    "kernel": "weight",
    "gamma": "weight",
    "beta": "bias",
    "moving-mean": "running_mean",
    "moving_mean": "running_mean",
    "moving-variance": "running_var",
    "moving_variance": "running_var",
}


def torch_state_dict(weights: dict) -> dict:
    """
    Arrays by names with dots: kernels [height, width, in, out] become [out, in, height, width], [in, out] become [out, in].

    For `module.load_state_dict({name: torch.from_numpy(array) for name, array in … .items()})`, of a module that names its
    parts as the slots are named.
    """
    state = {}
    for name, array in weights.items():
        *path, last = name.split("/")
        if last == "kernel" and array.ndim == 4:
            array = array.transpose(3, 2, 0, 1)
        elif last == "kernel" and array.ndim == 2:
            array = array.T
        key = ".".join([*path, TORCH_NAMES.get(last, last)])
        if key in state:
            raise ValueError(f"Two weights would be called '{key}' in PyTorch: rename a slot.")
        state[key] = np.ascontiguousarray(array)
    return state


def keras_weights(weights: dict, model) -> None:
    """
    Puts the weights of a saved tf.LayersModel into a Keras model of the same layers: axes are the same in both.

    Layers are found by name, weights by the last part of theirs, such as `kernel`.
    """
    for layer in model.layers:
        values = []
        for variable in layer.weights:
            last = variable.name.split("/")[-1].split(":")[0]
            name = f"{layer.name}/{last}"
            if name not in weights:
                raise ValueError(f"The file has no '{name}'; its names are those of the model that was saved.")
            values.append(weights[name])
        if values:
            layer.set_weights(values)
