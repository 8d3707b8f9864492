"""What is minimised: losses and what is added to them."""

from __future__ import annotations

from s2s_core.configs.base import Config
from s2s_core.knobs import knob


class ObjectiveConfig(Config):
    """What the weights are to make small."""

    loss: str = knob(
        "cross_entropy", choices="loss", live=True, advanced=True,
        help="What each piece of the reference asks of the scores. The loss shown stays the cross "
        "entropy, and search and probabilities those of the softmax, whatever is chosen.",
    )  # fmt: skip
    teacher_forcing: str = knob(
        "constant", choices="teacher_forcing", live=True, advanced=True,
        title="Teacher forcing schedule",
        help="How the share of teacher forcing changes with the steps (scheduled sampling). "
        "Falling, the decoder is weaned off the reference and gets used to its own mistakes.",
    )  # fmt: skip
    half_forced_after: int = knob(
        1000, low=1, high=10_000_000, unit="steps", live=True, advanced=True,
        help="Steps after which a falling share of teacher forcing is half of what it was at "
        "first. Raised: weaned later, a steadier beginning.",
    )  # fmt: skip
    least_teacher_forcing: float = knob(
        0.0, low=0, high=1, live=True, advanced=True,
        help="A falling share of teacher forcing stops here. Raised: more help from the "
        "reference to the end.",
    )  # fmt: skip
    free_running_loss: bool = knob(
        False, live=True, advanced=True,
        help="Draw, at each validation, also the loss of a decoder that is fed its own pieces. "
        "On: the gap between the curves shows exposure bias, and a validation takes half as long "
        "again.",
    )  # fmt: skip
