"""ResNet18 with the 3x3 stem, plain or fed by a ring, starting from given numbers.

The ring follows what the published code of the method does in each layer: pick the layer's elements, multiply by its
signs, reshape, multiply by its scale; autograd does the rest.
"""

import torch
from torch import nn
from torch.nn import functional as F

BLOCKS = (2, 2, 2, 2)


class Ring(nn.Module):
    def __init__(self, data):
        super().__init__()
        self.values = nn.Parameter(data.tensor("ring"))


class GeneratedKernel(nn.Module):
    def __init__(self, ring, slot):
        super().__init__()
        self.ring = ring
        self.shape = slot["shape"]
        self.scale = slot["scale"]
        self.register_buffer("index", slot["index"])
        self.register_buffer("sign", slot["sign"])

    def forward(self):
        picked = self.ring.values[self.index] * self.sign
        return picked.reshape(self.shape) * self.scale


class OwnKernel(nn.Module):
    def __init__(self, values):
        super().__init__()
        self.values = nn.Parameter(values.contiguous(memory_format=torch.channels_last))

    def forward(self):
        return self.values


class Convolution(nn.Module):
    def __init__(self, kernel, size, stride):
        super().__init__()
        self.kernel = kernel
        self.stride = stride
        self.padding = size // 2

    def forward(self, x):
        return F.conv2d(x, self.kernel(), stride=self.stride, padding=self.padding)


class Block(nn.Module):
    def __init__(self, build, name, stride, has_shortcut):
        super().__init__()
        self.shortcut = build.conv_norm(f"{name}/shortcut", 1, stride) if has_shortcut else nn.Identity()
        self.first = build.conv_norm(f"{name}/conv1", 3, stride)
        self.second = build.conv_norm(f"{name}/conv2", 3, 1)

    def forward(self, x):
        return F.relu(self.second(F.relu(self.first(x), inplace=True)) + self.shortcut(x), inplace=True)


class ResNet18(nn.Module):
    def __init__(self, data, is_ring):
        super().__init__()
        build = _Builder(data, is_ring)
        self.ring = build.ring
        self.stem = build.conv_norm("stem", 3, 1)
        blocks = []
        for stage, num_blocks in enumerate(BLOCKS, start=1):
            for block in range(1, num_blocks + 1):
                is_wider = stage > 1 and block == 1
                blocks.append(Block(build, f"stage{stage}/block{block}", 2 if is_wider else 1, is_wider))
        self.blocks = nn.Sequential(*blocks)
        kernel = data.tensor("head/kernel")
        self.head = nn.Linear(*kernel.shape)
        with torch.no_grad():
            self.head.weight.copy_(kernel.T)
            self.head.bias.copy_(data.tensor("head/bias"))

    def forward(self, x):
        x = self.blocks(F.relu(self.stem(x), inplace=True))
        # Head and loss in float32 also under autocast, as on the other side.
        pooled = x.float().mean((2, 3))
        with torch.autocast("cpu", enabled=False):
            return self.head(pooled)

    @torch.no_grad()
    def keep_generated(self):
        """Replaces the generation by its result, for inference."""
        for module in self.modules():
            if isinstance(module, Convolution) and isinstance(module.kernel, GeneratedKernel):
                module.kernel = OwnKernel(module.kernel().detach())


class _Builder:
    def __init__(self, data, is_ring):
        self.data = data
        self.ring = Ring(data) if is_ring else None
        self.plan = data.plan() if is_ring else {}

    def conv_norm(self, name, size, stride):
        slot = self.plan.get(f"{name}/kernel")
        values = self.data.kernel(f"{name}/kernel") if slot is None else None
        kernel = OwnKernel(values) if slot is None else GeneratedKernel(self.ring, slot)
        gamma = self.data.tensor(f"{name}/norm/gamma")
        norm = nn.BatchNorm2d(len(gamma))
        with torch.no_grad():
            norm.weight.copy_(gamma)
            norm.bias.copy_(self.data.tensor(f"{name}/norm/beta"))
        return nn.Sequential(Convolution(kernel, size, stride), norm)
