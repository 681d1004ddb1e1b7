"""May an adapter be shipped as the default? Pure."""

from typing import Any

EXACT_MATCH, EDIT_SIMILARITY, ENDED = 0.10, 0.40, 0.90


def gate_failures(scores: dict[str, Any]) -> list[str]:
    """Empty where single lines are good enough in both languages. `scores`: those of the adapter, by language and kind."""
    failures: list[str] = []
    for language in ("python", "typescript"):
        line = scores.get(language, {}).get("line")
        if line is None:
            failures.append(f"{language}: not evaluated")
            continue
        for name, least in (("exact_match", EXACT_MATCH), ("edit_similarity", EDIT_SIMILARITY), ("ended", ENDED)):
            mean = line[name]["mean"]
            if mean < least:
                failures.append(f"{language}: {name.replace('_', ' ')} {mean:.3f}, at least {least:.2f} is wanted")
    return failures
