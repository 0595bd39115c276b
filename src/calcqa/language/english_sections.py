"""Sections in English, as data."""

SECTION_KINDS = {
    "literature": r"(?:review of (?:the )?)?literature|previous(?:ly)? (?:reported )?cases",
    "background": r"abbreviations|backgrounds?|introduction|objectives?|aims?|epidemiology|highlights|key points",
    "discussion": r"(?:clinical )?discussions?|comments?|conclusions?|limitations?|learning points?|clinical message|"
    r"lessons?|summary|take.?home|perspectives?|strengths?",
    "case": r"(?:the |our |report of (?:a |the )?)?(?:cases?|patients?)|(?:clinical|further) (?:case|course|findings?|"
    r"presentation|diagnos\w+)|presentations?|presenting|chief complaints?|history|histor\w+ of|past|previous history|"
    r"personal|family|physical|examinations?|laborator\w+|imaging|radiolog\w+|investigations?|diagnos\w+|differential|"
    r"final diagnosis|treatments?|management|therap\w+|outcomes?|follow.?up|timeline|autopsy|patholog\w+|histolog\w+|"
    r"operati\w+|surg\w+|interventions?|hospital\w*|admission|discharge|medications?|allergies|vital signs|"
    r"observations?",
}
"""How headings of each kind of section begin: regular expressions, in the order they are tried."""

UNTITLED = {
    "abstract": "Abstract",
    "ack": "Acknowledgements",
    "app": "Appendix",
    "boxed-text": "Box",
    "floats-group": "Figures and tables",
    "en-group": "Endnotes",
    "fn-group": "Footnotes",
    "glossary": "Glossary",
    "ref-list": "References",
}
"""What sections without a title are called, by the name that JATS gives their kind."""
