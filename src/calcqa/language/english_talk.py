"""English by which small talk and instructions to the program are told from questions, as data."""

COMMANDS = (
    r"^\W*(?:please\s+|now\s+|just\s+|system\W+|from now on\s+)*(?:(?:can|could|would|will) you (?:please )?)?"
    r"(?:act as|answer (?:from|in|only|without|with|as)|be\b|call\b|create|delete|disregard|do not|don['’]t|draw|enter|"
    r"forget|generate|ignore|imagine|invent|make (?:me|up)|open|output|override|paint|play|pretend|print|remind|repeat|"
    r"reply|respond|reveal|rewrite|role-?play|run|send|sing|stop|translate|write)\b"
    r"|\b(?:joke|limerick|poem|haiku|song|rap|fairy ?tale|bedtime story)\b"
)
"""Begins with what the program is told to do, or asks for what no document is."""

WARD_NOTES = r"^\W*(?:call|open|output|repeat|run|stop)\b(?! (?:after|all|it|me|the|this|what|your)\b)[^?]*\?\W*$"
"""A question in the shorthand of a ward that begins with the word of a command: "Repeat CT?"."""

ADDRESSED = r"\b(?:you|your|yours|yourself)\b"

NAMES_TEXT = r"\b(?:abstract|articles?|authors?|cases?|documents?|letters?|notes?|papers?|reports?|texts?|titles?)\b"
