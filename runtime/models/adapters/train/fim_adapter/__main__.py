"""`python -m fim_adapter`: see README.md."""

import argparse
import os
import sys
from dataclasses import replace
from pathlib import Path

import torch

from .corpus import corpus_of_packages, corpus_of_repository
from .holes import HoleKind
from .package_list import listed_packages
from .pipeline import Run, run_pipeline
from .settings import FULL, SMALL


def parse_arguments(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m fim_adapter", description="Trains an adapter that fills in the middle of code, evaluates it, and writes its model card.")
    parser.add_argument("--base", type=Path, required=True, help="GGUF file of the base model (SmolLM2)")
    parser.add_argument("--out", type=Path, required=True, help="folder for adapter, results and model card")
    parser.add_argument("--name", default="smollm2-135m-fim", help="name of the adapter's file")
    parser.add_argument("--repo", type=Path, help="train on this repository, in place of the listed packages")
    parser.add_argument("--packages", type=Path, default=Path("packages"), help="where downloaded packages are kept")
    parser.add_argument("--small", action="store_true", help="end to end in minutes on a CPU; of no use as an adapter")
    parser.add_argument("--unfiltered", action="store_true", help="also train on the corpus without filters, for comparison")
    parser.add_argument("--steps", type=int, help="training steps")
    parser.add_argument("--batch", type=int, help="examples of one step")
    parser.add_argument("--rank", type=int, help="rank of the adapter; 32 makes 20 MB")
    parser.add_argument("--seed", type=int, help="fixes examples and first weights")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu", help="cuda or cpu")
    parser.add_argument("--threads", type=int, help="CPU threads; 1 where other programs use the cores too")
    parser.add_argument("--line-holes", type=int, help="single-line holes of each language to evaluate with")
    parser.add_argument("--block-holes", type=int, help="blocks of each language to evaluate with")
    return parser.parse_args(words)


def main(words: list[str]) -> int:
    values = parse_arguments(words)
    chosen = {key: getattr(values, key) for key in ("steps", "batch", "rank", "seed") if getattr(values, key) is not None}
    settings = replace(SMALL if values.small else FULL, **chosen)
    many: dict[HoleKind, int] = {"line": 2, "block": 1} if values.small else {"line": 500, "block": 200}
    holes: dict[HoleKind, int] = {
        "line": many["line"] if values.line_holes is None else values.line_holes,
        "block": many["block"] if values.block_holes is None else values.block_holes,
    }

    def report(text: str) -> None:
        print(text, file=sys.stderr, flush=True)

    if values.threads is not None:
        torch.set_num_threads(values.threads)
    # The packages' tokens are read by Rust, which warns about processes that are forked after it.
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    corpus = corpus_of_packages(listed_packages(values.small), values.packages, report) if values.repo is None else corpus_of_repository(values.repo)
    report(f"{len(corpus.training)} files to train on, {len(corpus.held_out)} held out")
    results = run_pipeline(Run(values.name, values.base, values.out, settings, holes, values.unfiltered), corpus, torch.device(values.device), report)
    report("The gate for a default is passed." if not results["gate"] else f"Not good enough for a default: {'; '.join(results['gate'])}.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
