"""PyTorch's side of the comparison: the jobs as functions that do them once, with the settings that make them fast."""

import contextlib

import torch
from torch.nn import functional as F

from network import ResNet18


def prepare(task, data):
    """Returns (number of trained parameters, function that does the job once and returns the figure to compare)."""
    kind = task["workload"]["task"]
    if kind == "step":
        return _step(task, data)
    if kind == "inference":
        return _inference(task, data)
    return _generation(task, data, kind)


def _precision(task):
    if task["workload"]["precision"] == "bfloat16":
        return lambda: torch.autocast("cpu", dtype=torch.bfloat16)
    return contextlib.nullcontext


def _images(data):
    """[batch, height, width, 3] in memory is what PyTorch calls channels_last."""
    return data.tensor("images").permute(0, 3, 1, 2)


def _step(task, data):
    model = ResNet18(data, task["workload"]["network"] == "ring").to(memory_format=torch.channels_last).train()
    images = _images(data)
    labels = data.tensor("labels").long()
    parameters = list(model.parameters())
    settings = task["sgd"]
    optimizer = torch.optim.SGD(
        parameters,
        lr=settings["learningRate"],
        momentum=settings["momentum"],
        weight_decay=settings["weightDecay"],
        fused=True,
    )
    precision = _precision(task)

    def loss_of(x, y):
        with precision():
            return F.cross_entropy(model(x), y)

    if task["isCompiled"]:
        loss_of = torch.compile(loss_of)

    def do_once():
        optimizer.zero_grad(set_to_none=True)
        loss = loss_of(images, labels)
        loss.backward()
        optimizer.step()
        return loss.item()

    return sum(parameter.numel() for parameter in parameters), do_once


def _inference(task, data):
    model = ResNet18(data, task["workload"]["network"] == "ring")
    num_parameters = sum(parameter.numel() for parameter in model.parameters())
    model.keep_generated()
    model.ring = None
    model = model.to(memory_format=torch.channels_last).eval()
    images = _images(data)
    precision = _precision(task)
    if task["isCompiled"]:
        # Weights become constants: norms are folded into convolutions, kernels laid out once.
        from torch._inductor import config

        config.freezing = True
        model = torch.compile(model)

    def do_once():
        with torch.inference_mode() if not task["isCompiled"] else torch.no_grad(), precision():
            return model(images).abs().mean().item()

    return num_parameters, do_once


def _generation(task, data, kind):
    ring = data.tensor("ring").requires_grad_()
    slots = list(data.plan().values())
    if task["style"] == "official":

        def generate(values):
            return [(values[slot["index"]] * slot["sign"]).reshape(slot["shape"]) * slot["scale"] for slot in slots]

    else:
        index = torch.cat([slot["index"] for slot in slots])
        factor = torch.cat([slot["sign"] * slot["scale"] for slot in slots])
        sizes = [slot["index"].numel() for slot in slots]

        def generate(values):
            flat = values.index_select(0, index) * factor
            return [part.view(slot["shape"]) for part, slot in zip(flat.split(sizes), slots)]

    if task["isCompiled"]:
        from torch._functorch import config

        config.donated_buffer = False  # the gradient is asked for many times
        generate = torch.compile(generate)

    if kind == "generate":
        with torch.no_grad():
            value = sum(kernel.double().sum() for kernel in generate(ring)).item()

        def do_once():
            with torch.no_grad():
                generate(ring)
            return value

    else:
        kernels = generate(ring)
        ones = [torch.ones_like(kernel) for kernel in kernels]
        (gradient,) = torch.autograd.grad(kernels, ring, ones, retain_graph=True)
        value = (gradient.double() @ ring.detach().double()).item()

        def do_once():
            torch.autograd.grad(kernels, ring, ones, retain_graph=True)
            return value

    return 0, do_once
