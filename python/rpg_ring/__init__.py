"""Models whose weights all come from one small vector, as rpg-core saves them. See docs/format.md."""

from .index_array import draw_index_array
from .layouts import keras_weights, torch_state_dict
from .model_file import Model, ModelError, load
from .streams import Stream

__all__ = ["Model", "ModelError", "Stream", "draw_index_array", "keras_weights", "load", "torch_state_dict"]
