"""Errors a person reads: a sentence that says what was given and what would be right."""

from __future__ import annotations


class S2SError(Exception):
    """Something a person can put right.

    The sentence is kept as a template and its values, so that a window can show it in another
    language: `S2SError("line {line} of {file} is empty", line=3, file="pairs.tsv")`.
    """

    def __init__(self, template: str, **values: object) -> None:
        super().__init__(template, values)
        self.template = template
        self.values = values

    def __str__(self) -> str:
        return self.template.format(**self.values)


def memory_ran_out(error: BaseException) -> bool:
    """Tell whether an error means that there was not enough memory; torch says so in many ways."""
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return True
    words = ("can't allocate memory", "out of memory")
    return isinstance(error, RuntimeError) and any(word in str(error) for word in words)


MEMORY_RAN_OUT = (
    "memory ran out: a lower training.batch_tokens, shorter sentences or a smaller model need less"
)


class BadConfig(S2SError):
    """A key, a value or a combination of settings that cannot be used."""


class BadFile(S2SError):
    """A file or folder that cannot be read, written or understood."""


class NotYet(BadFile):
    """What is asked for is still being made: whoever can wait asks again."""


class Curable(BadFile):
    """A file that can be read if a cure of the corpus doctor may be applied."""

    def __init__(self, template: str, *, cure: str, **values: object) -> None:
        super().__init__(template, **values)
        self.cure = cure


class WhichLanguages(BadFile):
    """A file in more than two languages, of which a person has to choose two."""

    def __init__(
        self, template: str, choices: tuple[tuple[str, str], ...], **values: object
    ) -> None:
        """Take the name in the file and the language of each."""
        super().__init__(template, **values)
        self.choices = choices


class BadRun(S2SError):
    """A folder that is not a run, or a run that cannot be continued."""


class TrainingFailed(S2SError):
    """Training cannot go on: a loss that is not a number, no memory, no space."""
