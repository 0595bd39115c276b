"""The errors calcqa raises, as a tree.

CalcqaError
├── InputError          what the caller gave cannot be used: an empty question, a folder where a file was meant
│   ├── DocumentError   a file cannot be read as a document
│   └── SidecarError    a line of an FAQ file or question set is not usable; it names the file and the line
├── IndexFormatError    an index is missing, truncated, foreign or stale; it names the field and the command to run
├── EncoderError        the encoder's weights are not those expected, or cannot be loaded
└── ReaderError         the reader is missing, damaged, or no question-answering model

Messages are one sentence (or two: what is wrong, what to do) fit to be shown to a user. Refusals to
answer are not errors: see `types.Abstention`.
"""


class CalcqaError(Exception):
    """Base of every error calcqa raises on purpose."""


class InputError(CalcqaError, ValueError):
    """What the caller gave cannot be used."""


class DocumentError(InputError):
    """A file cannot be read as a document."""


class SidecarError(InputError):
    """A line of an FAQ file or a question set is not usable."""

    def __init__(self, source: str, line: int, problem: str) -> None:
        super().__init__(f"{source}, line {line}: {problem}")
        self.source, self.line, self.problem = source, line, problem


class IndexFormatError(CalcqaError):
    """An index is missing, truncated, foreign or stale."""


class EncoderError(CalcqaError):
    """The encoder's weights are not those expected, or cannot be loaded."""


class ReaderError(CalcqaError):
    """The reader is missing, damaged, or no question-answering model."""
