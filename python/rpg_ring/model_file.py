"""Reads a model that rpg-core saved and generates its weights. Files may come from anyone: all is checked before it is used."""

import json
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from safetensors import SafetensorError, safe_open

from .index_array import draw_index_array
from .streams import Stream

FORMAT = "rpg-model"
VERSION = 1
#: Weights that a model may generate unless `load` is told otherwise: 134 million.
MAX_GENERATED = 2**27
MAX_MANIFEST_BYTES = 64 * 2**20
DTYPES = {"F32": np.float32, "F16": np.float16, "I8": np.int8}


class ModelError(ValueError):
    """The file is no model, or one that cannot be read; the text says why."""


@dataclass(frozen=True)
class Model:
    #: float32 arrays by the names of their slots, such as `stage1/block1/conv1/kernel` [height, width, in, out].
    weights: dict
    #: Texts that were saved with the model.
    metadata: dict
    #: Those of `weights` that a ring generated.
    generated: frozenset


def load(path, seed=None, max_generated: int = MAX_GENERATED) -> Model:
    """
    Reads a file, or a folder of `manifest.json` and `weights.safetensors`, and generates all weights.

    seed: for a model whose seed was withheld. A wrong one cannot be told from the right one.
    Raises ModelError for what is no model, another version, a withheld seed, or more weights than `max_generated`.
    """
    manifest, tensors = _read(Path(path))
    _require(manifest.get("format") == FORMAT, f"Not a model of rpg-core: its format is not '{FORMAT}'.")
    version = manifest.get("version")
    _require(version == VERSION, f"The model has version {version!r}, this package reads {VERSION}.")
    try:
        content = manifest["content"]
        if content == "slots":
            rings = _rings_of_slots(manifest, seed)
        elif content == "layers":
            rings = _rings_of_layers(manifest, seed)
        else:
            raise ModelError(f"The model's content is {content!r}, expected 'slots' or 'layers'.")
        total = sum(ring.num_generated for ring in rings)
        _require(total <= max_generated, f"The model generates {total} weights; raise max_generated to load it.")
        generated = {}
        for ring in rings:
            generated.update(_generate(ring, tensors))
        metadata = dict(manifest.get("metadata", {}))
    except ModelError:
        raise
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise ModelError(f"The model's manifest makes no sense: {type(error).__name__}: {error}.") from error
    spent = {ring.tensor for ring in rings}
    own = {name: tensor for name, tensor in tensors.items() if name not in spent}
    for name, tensor in own.items():
        _require(tensor.dtype == np.float32, f"The tensor '{name}' is {tensor.dtype}, expected float32.")
        _require(name not in generated, f"The model has the name '{name}' twice.")
    return Model({**own, **generated}, metadata, frozenset(generated))


@dataclass(frozen=True)
class _FedSlot:
    name: str
    shape: tuple
    #: float32
    scale: np.float32
    #: First ring element where plain sharing feeds it; None where its elements are drawn.
    start: object

    @property
    def size(self) -> int:
        return math.prod(self.shape)


@dataclass(frozen=True)
class _Ring:
    #: The name of W among the tensors.
    tensor: str
    size: int
    dtype: str
    #: Of I8.
    step: object
    #: None for plain sharing.
    sampling: object
    reflect: bool
    #: The path of its stream; None where its seed was withheld.
    path: object
    slots: tuple

    @property
    def num_generated(self) -> int:
        return sum(slot.size for slot in self.slots)


def _read(path: Path):
    if path.is_dir():
        file = path / "weights.safetensors"
        manifest_file = path / "manifest.json"
        _require(manifest_file.is_file() and file.is_file(), f"{path} lacks manifest.json or weights.safetensors.")
        _require(manifest_file.stat().st_size <= MAX_MANIFEST_BYTES, f"{manifest_file} is larger than 64 MiB.")
        text = manifest_file.read_bytes()
    else:
        _require(path.is_file(), f"There is no file {path}.")
        file, text = path, None
    try:
        with safe_open(str(file), framework="numpy") as opened:
            text = (opened.metadata() or {}).get(FORMAT) if text is None else text
            _require(text is not None, f"Not a model of rpg-core: the safetensors metadata lack '{FORMAT}'.")
            tensors = {name: opened.get_tensor(name) for name in opened.keys()}
    except (SafetensorError, OSError, TypeError, KeyError) as error:
        raise ModelError(f"Cannot read {file}: {error}") from error
    try:
        manifest = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ModelError(f"Not a model of rpg-core: the manifest is no JSON ({error}).") from error
    _require(isinstance(manifest, dict), "Not a model of rpg-core: the manifest is no object.")
    return manifest, tensors


def _rings_of_slots(manifest: dict, seed) -> list:
    common = _seed_of(manifest["seed"], seed)
    fed = {ring["name"]: [] for ring in manifest["rings"]}
    _require(len(fed) == len(manifest["rings"]), "The model has two rings of one name.")
    for slot in manifest["slots"]:
        source = slot["source"]
        if source is None:
            continue
        start = source["start"]
        _require(start is None or _is_count(start, 0), f"Slot '{slot['name']}' starts at {start!r}.")
        fed[source["ring"]].append(_fed_slot(slot["name"], slot["shape"], source["scale"], start))
    rings = []
    for ring in manifest["rings"]:
        origin = ring["origin"]
        is_drawn = origin["kind"] == "drawn"
        rings.append(
            _ring(
                tensor=ring["name"],
                size=ring["ringSize"],
                storage=ring["storage"],
                sampling=origin["sampling"] if is_drawn else None,
                reflect=origin["reflect"] if is_drawn else False,
                path=None if common is None else f"{common}/{ring['name']}",
                slots=fed[ring["name"]],
            )
        )
    return rings


def _rings_of_layers(manifest: dict, seed) -> list:
    configs = {}
    for layer in _layers_in(manifest["topology"]):
        if layer.get("class_name") == "RpgRing":
            configs[layer["config"]["name"]] = layer["config"]
    rings = []
    for entry in manifest["rings"]:
        config = configs[entry["layer"]]
        slots = config["slots"]
        sizes = [math.prod(slot["shape"]) for slot in slots]
        deviations = [slot["standard_deviation"] for slot in slots]
        mean_square = sum(size * deviation**2 for size, deviation in zip(sizes, deviations)) / sum(sizes)
        deviation_of_ring = config.get("ring_standard_deviation") or math.sqrt(mean_square)
        own_seed = _seed_of(entry["seed"], seed)
        rings.append(
            _ring(
                tensor=entry["weight"],
                size=config["ring_size"],
                storage=entry["storage"],
                sampling=config["sampling"],
                reflect=config["reflect"],
                path=None if own_seed is None else f"{own_seed}/ring",
                slots=[
                    _fed_slot(slot["name"], slot["shape"], deviation / deviation_of_ring, None)
                    for slot, deviation in zip(slots, deviations)
                ],
            )
        )
    return rings


def _layers_in(value, depth: int = 0):
    """Layers of a topology, also of models inside it."""
    _require(depth < 64, "The model's topology is nested more than 64 levels deep.")
    if isinstance(value, dict):
        if "class_name" in value and isinstance(value.get("config"), dict):
            yield value
        for inner in value.values():
            yield from _layers_in(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _layers_in(inner, depth + 1)


def _seed_of(saved, given):
    if given is None:
        return saved
    _require(saved is None, "The model holds its own seed; load it without one.")
    return given


def _fed_slot(name: str, shape, scale, start) -> _FedSlot:
    _require(
        0 < len(shape) <= 8 and all(_is_count(size, 1) for size in shape), f"Slot '{name}' has the shape {shape!r}."
    )
    _require(isinstance(scale, (int, float)) and math.isfinite(scale), f"Slot '{name}' has the scale {scale!r}.")
    return _FedSlot(name, tuple(shape), np.float32(scale), start)


def _ring(tensor, size, storage, sampling, reflect, path, slots) -> _Ring:
    dtype, step = storage["dtype"], storage["step"]
    _require(dtype in DTYPES, f"The ring '{tensor}' is stored as {dtype!r}, expected F32, F16 or I8.")
    _require((step is not None) == (dtype == "I8"), f"The ring '{tensor}' is stored as {dtype} with the step {step!r}.")
    _require(sampling is None or path is not None, "The model was saved with its seed withheld: load(path, seed=…).")
    _require(isinstance(reflect, bool), f"The ring '{tensor}' has reflect {reflect!r}.")
    ring = _Ring(tensor, size, dtype, step, sampling, reflect, path, tuple(slots))
    _require(
        _is_count(size, 1) and size <= ring.num_generated,
        f"The ring '{tensor}' has {size!r} elements but feeds {ring.num_generated} weights.",
    )
    return ring


def _generate(ring: _Ring, tensors: dict) -> dict:
    stored = tensors.get(ring.tensor)
    _require(
        stored is not None and stored.dtype == DTYPES[ring.dtype] and stored.shape == (ring.size,),
        f"The tensor '{ring.tensor}' is not {ring.dtype} of [{ring.size}].",
    )
    values = stored.astype(np.float32)
    if ring.step is not None:
        values = values * np.float32(ring.step)
    if ring.sampling is None:
        return {slot.name: _shared(ring, slot, values) for slot in ring.slots}
    stream = Stream(ring.path)
    positions, negative = draw_index_array(ring.size, ring.num_generated, ring.sampling, ring.reflect, stream)
    weights = values[positions]
    if negative is not None:
        np.negative(weights, out=weights, where=negative)
    generated = {}
    offset = 0
    for slot in ring.slots:
        _require(slot.start is None and slot.name not in generated, f"Slot '{slot.name}' cannot be fed by a drawn ring.")
        generated[slot.name] = (weights[offset : offset + slot.size] * slot.scale).reshape(slot.shape)
        offset += slot.size
    return generated


def _shared(ring: _Ring, slot: _FedSlot, values: np.ndarray) -> np.ndarray:
    start = slot.start
    _require(
        start is not None and start + slot.size <= ring.size,
        f"Slot '{slot.name}' starts at element {start!r} of {ring.size}.",
    )
    return (values[start : start + slot.size] * slot.scale).reshape(slot.shape)


def _is_count(value, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= 2**30


def _require(holds: bool, text: str) -> None:
    if not holds:
        raise ModelError(text)
