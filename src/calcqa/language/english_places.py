"""English by which sentences are told that stand at another place than what is asked for, as data."""

DIAGNOSIS = r"\bdiagnos(?:is|ed)\b"
"""Asks for the diagnosis that was made."""

OTHERS = (
    r"\b(?:alternative|considered|differential\w*|exclu\w+|initial\w*|other|possib\w+|provisional|ruled|suspected|"
    r"suspicion|unlikely|which|working)\b"
)
"""What a question for other diagnoses than that has."""

DIFFERENTIAL = r"\bdifferential|\bddx?\b|\btelling it apart\b|\b(?:were|was) considered\b"
"""A heading or lead-in above diagnoses of which most were not made."""
