"""The model card, written from the results alone. Pure."""

from typing import Any

_FIGURES = (("exact_match", "exact match"), ("edit_similarity", "edit similarity"), ("parse_ok", "parses"), ("ended", "ended by itself"))
_ARMS = (("adapter", "adapter"), ("unfiltered", "adapter of the unfiltered corpus"), ("base", "base model, prefix only"))


def model_card(results: dict[str, Any]) -> str:
    """`results` is what the pipeline writes into results.json."""
    settings, corpus = results["settings"], results["corpus"]
    curve = results["curve"]
    failures = results["gate"]
    return "\n".join([
        f"# {results['name']}",
        "",
        f"A LoRA adapter that teaches `{results['base']['file']}` (SHA-256 `{results['base']['sha256']}`) to fill in the middle of code.",
        "**It passes the gate for a default.**" if not failures else f"**It does not pass the gate for a default:** {'; '.join(failures)}.",
        "",
        "## Use",
        "",
        f"`retort serve --model smollm2-135m --lora {results['name']}={results['name']}.gguf`. The prompt is: prefix lines, suffix, middle marker, typed part of the line. Markers: {results['markers']} (prefix, suffix, middle, end).",
        "",
        "## Training",
        "",
        f"Seed {settings['seed']}, rank {settings['rank']}, alpha {settings['alpha']}, {settings['steps']} steps of {settings['batch']} examples, learning rate {settings['learning_rate']}, {round(100 * settings['block_share'])} % blocks; at most {settings['limits']['prefix']} tokens before and {settings['limits']['suffix']} after the hole.",
        f"{curve[-1]['tokens']:,} tokens in {curve[-1]['seconds']:.0f} s on {results['device']}; PyTorch {results['versions']['torch']}.",
        f"Held-out loss per token of the middle: {curve[0]['held_out_loss']:.3f} before, {curve[-1]['held_out_loss']:.3f} after, {min(point['held_out_loss'] for point in curve):.3f} at best (loss-curve.svg).",
        "",
        "## Data",
        "",
        f"{corpus['training_files']:,} files of {corpus['training_origins']} packages or repositories to train on, {corpus['held_out_files']:,} files of others to evaluate with; files left out: {_counts(corpus['dropped'])}.",
        "",
        "| package | version | licence | part |",
        "|---|---|---|---|",
        *[f"| {one['name']} | {one['version']} | {one['licence']} | {'held out' if one['held_out'] else 'training'} |" for one in corpus["packages"]],
        "",
        "## Evaluation",
        "",
        "Greedy, on holes in held-out packages; in brackets the middle 95 % of resampled means.",
        "",
        f"| language | hole | model | holes | {' | '.join(label for _, label in _FIGURES)} |",
        "|---|---|---|---|---|---|---|---|",
        *_rows(results["evaluation"]),
        "",
    ])


def _rows(evaluation: dict[str, Any]) -> list[str]:
    rows: list[str] = []
    for arm, label in _ARMS:
        for language, kinds in evaluation.get(arm, {}).items():
            for kind, scores in kinds.items():
                rows.append(f"| {language} | {kind} | {label} | {scores['exact_match']['n']} | {' | '.join(_interval(scores[name]) for name, _ in _FIGURES)} |")
    return rows


def _interval(figure: dict[str, float] | None) -> str:
    return "not measured" if figure is None else f"{figure['mean']:.3f} ({figure['low']:.3f} to {figure['high']:.3f})"


def _counts(dropped: dict[str, int]) -> str:
    return ", ".join(f"{count:,} {reason}" for reason, count in sorted(dropped.items())) or "none"
