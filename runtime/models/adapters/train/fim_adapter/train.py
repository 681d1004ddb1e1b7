"""The training loop."""

import math
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from itertools import islice

import torch
from peft import PeftModel

from .batches import Batch, batch_of, batches
from .examples import training_examples
from .layout import Encode
from .loss import autocast, held_out_loss, middle_loss
from .settings import TrainSettings
from .source_file import SourceFile


@dataclass(frozen=True)
class CurvePoint:
    step: int
    tokens: int
    seconds: float
    train_loss: float | None
    held_out_loss: float

    def as_json(self) -> dict[str, float | int | None]:
        return asdict(self)


def train(model: PeftModel, files: Sequence[SourceFile], held_out: Sequence[SourceFile], encode: Encode, settings: TrainSettings, device: torch.device, report: Callable[[CurvePoint], None]) -> list[CurvePoint]:
    """Trains in place. The curve's first point is before the first step."""
    torch.manual_seed(settings.seed)
    examples = training_examples(files, encode, settings.limits, random.Random(settings.seed), settings.block_share)
    validation = validation_batches(held_out, encode, settings)
    optimizer = torch.optim.AdamW([one for one in model.parameters() if one.requires_grad], lr=settings.learning_rate, weight_decay=0.0)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: rate_at(step, settings))
    begun, tokens, losses = time.monotonic(), 0, []
    curve: list[CurvePoint] = []

    def look(step: int) -> None:
        mean = sum(losses) / len(losses) if losses else None
        losses.clear()
        point = CurvePoint(step, tokens, time.monotonic() - begun, mean, held_out_loss(model, validation, device))
        curve.append(point)
        report(point)

    look(0)
    model.train()
    for step, batch in enumerate(islice(batches(examples, settings.batch), settings.steps), start=1):
        with autocast(device):
            loss = middle_loss(model, batch.to(device))
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad(set_to_none=True)
        tokens += int(batch.mask.sum())
        losses.append(float(loss.detach()))
        if not math.isfinite(losses[-1]):
            raise FloatingPointError(f"The loss is {losses[-1]} after {step} steps; lower the learning rate.")
        if step % settings.validate_every == 0 or step == settings.steps:
            look(step)
    return curve


def rate_at(step: int, settings: TrainSettings) -> float:
    """Share of the learning rate: linear at first, then down along a cosine."""
    warm = max(1, round(settings.steps * settings.warm_up))
    if step < warm:
        return (step + 1) / warm
    done = (step - warm) / max(1, settings.steps - warm)
    return settings.last_rate + (1 - settings.last_rate) * (1 + math.cos(math.pi * min(1.0, done))) / 2


def validation_batches(held_out: Sequence[SourceFile], encode: Encode, settings: TrainSettings) -> list[Batch]:
    """The same holes for every run with the same files, whatever its seed."""
    stream = training_examples(held_out, encode, settings.limits, random.Random(0), settings.block_share)
    some = sorted(islice(stream, settings.validation_holes), key=lambda one: len(one.tokens))
    return [batch_of(some[at : at + settings.batch]) for at in range(0, len(some), settings.batch)]
