"""Everything from the corpus to the model card."""

import hashlib
import json
import platform
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from peft import PeftModel
from tokenizers import Tokenizer

from .base_model import load_base
from .corpus import Corpus
from .evaluate import evaluate
from .export import export_adapter
from .gate import gate_failures
from .holes import HoleKind
from .lora import round_to_half, with_lora
from .loss_curve import curve_svg
from .markers import MARKERS
from .model_card import model_card
from .samples import greedy_samples
from .settings import TrainSettings
from .source_file import SourceFile
from .text_tokenizer import load_tokenizer
from .train import CurvePoint, train

SAMPLES = 4
Report = Callable[[str], None]


@dataclass(frozen=True)
class Run:
    name: str
    base: Path
    out: Path
    settings: TrainSettings
    holes: dict[HoleKind, int]
    unfiltered: bool
    """Trains a second adapter on the corpus as it comes, to show what the filters are worth."""


def run_pipeline(run: Run, corpus: Corpus, device: torch.device, report: Report) -> dict[str, Any]:
    """Writes NAME.gguf, results.json, loss-curve.svg and MODEL_CARD.md into `run.out`. Returns the results."""
    run.out.mkdir(parents=True, exist_ok=True)
    tokenizer = load_tokenizer(run.base)
    model, curve = _trained(run, corpus.training, corpus, tokenizer, device, report)
    size = export_adapter(model, run.out / f"{run.name}.gguf", "Fills in the middle of code")
    report(f"{run.name}.gguf: {size / 1e6:.1f} MB")

    def scores(of: PeftModel, plain: bool) -> dict[str, Any]:
        return evaluate(of, tokenizer, corpus.held_out, run.settings.limits, device, run.holes, plain, report)

    samples = greedy_samples(model, tokenizer, corpus.held_out, SAMPLES, device)
    evaluation = {"adapter": scores(model, False)}
    with model.disable_adapter():
        evaluation["base"] = scores(model, True)
    if run.unfiltered:
        del model
        other, _ = _trained(run, corpus.raw, corpus, tokenizer, device, report)
        evaluation["unfiltered"] = scores(other, False)
    results = {
        "name": run.name,
        "base": {"file": run.base.name, "sha256": _sha256(run.base)},
        "markers": list(MARKERS),
        "settings": run.settings.as_json(),
        "device": torch.cuda.get_device_name(device) if device.type == "cuda" else f"{torch.get_num_threads()} CPU threads",
        "versions": {"python": platform.python_version(), "torch": torch.__version__},
        "corpus": corpus.as_json(),
        "curve": [point.as_json() for point in curve],
        "adapter": {"bytes": size, "sha256": _sha256(run.out / f"{run.name}.gguf")},
        "evaluation": evaluation,
        "samples": samples,
        "gate": gate_failures(evaluation["adapter"]),
    }
    (run.out / "results.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    (run.out / "loss-curve.svg").write_text(curve_svg(curve), encoding="utf-8")
    (run.out / "MODEL_CARD.md").write_text(model_card(results), encoding="utf-8")
    return results


def _trained(run: Run, files: list[SourceFile], corpus: Corpus, tokenizer: Tokenizer, device: torch.device, report: Report) -> tuple[PeftModel, list[CurvePoint]]:
    torch.manual_seed(run.settings.seed)
    model = with_lora(load_base(run.base), run.settings.rank, run.settings.alpha).to(device)

    def encode(text: str) -> list[int]:
        return tokenizer.encode(text, add_special_tokens=False).ids

    def told(point: CurvePoint) -> None:
        report(f"step {point.step}: {point.tokens:,} tokens, {point.seconds:.0f} s, held-out loss {point.held_out_loss:.3f}")

    curve = train(model, files, corpus.held_out, encode, run.settings, device, told)
    round_to_half(model)
    return model, curve


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
