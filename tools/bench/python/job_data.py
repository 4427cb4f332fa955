"""The numbers that a job starts from, as job-data.ts writes them."""

import json

import numpy as np
import torch

_DTYPES = {"F32": np.float32, "I32": np.int32}
_POSITION = 0x7FFFFFFF


class JobData:
    """Tensors by name, and the plan by which a ring feeds the generated slots."""

    def __init__(self, file):
        with open(file, "rb") as stream:
            content = stream.read()
        header_end = 8 + int.from_bytes(content[:8], "little")
        header = json.loads(content[8:header_end])
        self.generated = json.loads(header.pop("__metadata__")["generated"])
        self._arrays = {}
        for name, entry in header.items():
            begin, end = (header_end + offset for offset in entry["data_offsets"])
            self._arrays[name] = np.frombuffer(content[begin:end], _DTYPES[entry["dtype"]]).reshape(entry["shape"])

    def array(self, name):
        return self._arrays[name]

    def tensor(self, name):
        return torch.from_numpy(self._arrays[name].copy())

    def kernel(self, name):
        """[height, width, in, out] as PyTorch has it: [out, in, height, width]."""
        return torch.from_numpy(np.ascontiguousarray(self._arrays[name].transpose(3, 2, 0, 1)))

    def plan(self):
        """Of each generated slot, by name: positions int64 and signs float32 in PyTorch's order, shape, scale."""
        signed = self._arrays["indices"]
        scales = self._arrays["scales"]
        offset = 0
        slots = {}
        for name, scale in zip(self.generated, scales):
            height, width, inputs, outputs = self._arrays[name].shape
            size = height * width * inputs * outputs
            part = signed[offset : offset + size].reshape(height, width, inputs, outputs)
            part = np.ascontiguousarray(part.transpose(3, 2, 0, 1)).reshape(-1)
            offset += size
            slots[name] = {
                "index": torch.from_numpy((part & _POSITION).astype(np.int64)),
                "sign": torch.from_numpy(np.where(part < 0, np.float32(-1), np.float32(1))),
                "shape": (outputs, inputs, height, width),
                "scale": float(scale),
            }
        return slots
