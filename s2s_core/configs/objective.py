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
        title="Forcing schedule",
        help="How the share of teacher forcing changes with the steps (scheduled sampling). "
        "Falling, the decoder is weaned off the reference and gets used to its own mistakes.",
    )  # fmt: skip
    half_forced_after: int = knob(
        1000, low=1, high=10_000_000, unit="steps", live=True, advanced=True,
        title="Forcing halved after",
        help="Steps after which a falling share of teacher forcing is half of what it was at "
        "first. Raised: weaned later, a steadier beginning.",
    )  # fmt: skip
    least_teacher_forcing: float = knob(
        0.0, low=0, high=1, live=True, advanced=True,
        title="Least forcing",
        help="A falling share of teacher forcing stops here. Raised: more help from the "
        "reference to the end.",
    )  # fmt: skip
    free_running_loss: bool = knob(
        False, live=True, advanced=True,
        help="Draw, at each validation, also the loss of a decoder that is fed its own pieces. "
        "On: the gap between the curves shows exposure bias, and a validation takes half as long "
        "again.",
    )  # fmt: skip
    source_reconstruction: bool = knob(
        False, advanced=True,
        title="Reconstruct source",
        help="Give the model a small head that must say the source from the encoder's final "
        "state. On: that state remembers more; parameters for each source piece are added.",
    )  # fmt: skip
    reconstruction_weight: float = knob(
        1.0, zero="off", low=0, high=100, live=True, advanced=True,
        title="Reconstruction",
        help="How much the source reconstruction counts beside the loss. Raised: the encoder "
        "remembers more, and translating comes second.",
    )  # fmt: skip
    language_model_weight: float = knob(
        0.0, zero="off", low=0, high=100, live=True, advanced=True,
        title="Language model",
        help="How much the decoder must also be a language model: write the target without the "
        "source. Raised: more fluent, and more prone to make things up; steps take longer.",
    )  # fmt: skip
    guided_attention_weight: float = knob(
        0.0, zero="off", low=0, high=100, live=True, advanced=True,
        title="Guided attention",
        help="How much looking away from the diagonal costs. Raised: attention is found sooner "
        "where both sides have the same order, and hindered where they have not.",
    )  # fmt: skip
    guided_attention_width: float = knob(
        0.2, low=0.01, high=10, live=True, advanced=True,
        title="Width of diagonal",
        help="How wide the diagonal of guided attention is, as a share of the sentence. Raised: "
        "more freedom.",
    )  # fmt: skip
    coverage_weight: float = knob(
        0.0, zero="off", low=0, high=100, live=True, advanced=True,
        title="Coverage loss",
        help="How much it costs to look again where the decoder has looked (See et al. 2017). "
        "Raised: fewer repetitions, but words that are needed twice are harder.",
    )  # fmt: skip
    risk_weight: float = knob(
        0.0, zero="off", low=0, high=1, live=True, advanced=True,
        title="Minimum risk",
        help="Share of minimum risk training, which makes well-scored translations probable; the "
        "rest is the loss. Raised: better scores of a model already trained; steps are far slower.",
    )  # fmt: skip
    risk_score: str = knob(
        "bleu", choices="risk_score", live=True, advanced=True,
        help="How minimum risk training scores a translation; the risk is what it lacks.",
    )  # fmt: skip
    risk_samples: int = knob(
        8, low=1, high=200, unit="candidates", live=True, advanced=True,
        help="Translations drawn from the model for each source; the reference is added. Raised: "
        "a truer risk, more memory and slower steps: 8 take about thirty times as long as none.",
    )  # fmt: skip
    risk_sharpness: float = knob(
        0.5, low=1e-4, high=10, live=True, advanced=True,
        help="Exponent on the candidates' probabilities (alpha); published: 0.005 with 100 "
        "candidates. Raised: a stronger pull, mostly from the most probable candidates.",
    )  # fmt: skip

    @property
    def task_weights(self) -> dict[str, float]:
        """How much each auxiliary task counts; 0 is off."""
        return {
            "reconstruction": self.reconstruction_weight if self.source_reconstruction else 0.0,
            "language_model": self.language_model_weight,
            "guided_attention": self.guided_attention_weight,
            "coverage": self.coverage_weight,
        }
