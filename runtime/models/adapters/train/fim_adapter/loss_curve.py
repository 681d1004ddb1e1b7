"""The loss over the steps as a picture. Pure."""

from collections.abc import Sequence

from .train import CurvePoint

WIDTH, HEIGHT, MARGIN = 640, 320, 48


def curve_svg(curve: Sequence[CurvePoint]) -> str:
    """Held-out loss as a line, the mean training loss between two looks as a dashed one."""
    losses = [value for point in curve for value in (point.train_loss, point.held_out_loss) if value is not None]
    last = max(1, curve[-1].step)
    low, high = min(losses), max(max(losses), min(losses) + 1e-9)

    def line(points: Sequence[tuple[int, float]], style: str) -> str:
        places = " ".join(f"{MARGIN + (WIDTH - 2 * MARGIN) * step / last:.1f},{HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * (loss - low) / (high - low):.1f}" for step, loss in points)
        return f'<polyline fill="none" stroke="currentColor" stroke-width="1.5" {style} points="{places}"/>'

    held_out = line([(point.step, point.held_out_loss) for point in curve], "")
    training = line([(point.step, point.train_loss) for point in curve if point.train_loss is not None], 'stroke-dasharray="4 3"')
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12" fill="currentColor" role="img">',
        "<title>Loss per token of the middle over the training steps: held out as a line, training dashed</title>",
        training,
        held_out,
        f'<text x="4" y="{MARGIN}">{high:.2f}</text><text x="4" y="{HEIGHT - MARGIN}">{low:.2f}</text>',
        f'<text x="{MARGIN}" y="{HEIGHT - 16}">0</text><text x="{WIDTH - MARGIN}" y="{HEIGHT - 16}" text-anchor="end">{last} steps</text>',
        "</svg>",
        "",
    ])
