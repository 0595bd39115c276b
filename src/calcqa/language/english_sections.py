"""How headings of each kind of section begin, in English, as data: regular expressions, in the order they are tried."""

SECTION_KINDS = {
    "back matter": r"acknowledge?ments?|authors?|author\W?s? contributions?|availability|competing|compliance|"
    r"conflicts?|consent|contribut\w+|credit|data (?:availability|sharing)|declarations?|disclaimers?|disclosures?|"
    r"ethic\w*|financial|fundings?|guarantor|informed consent|lead author|open access|patient consent|peer.?review|"
    r"provenance|publisher|registration|sources? of funding|sponsor\w*|statement of|supplement\w+|trial regist\w+",
    "literature": r"literature|review of (?:the )?literature|previous(?:ly)? (?:reported )?cases|cases? series",
    "background": r"abbreviations|background|introduction|objectives?|aims?|epidemiology|highlights|key points",
    "discussion": r"discussions?|comments?|conclusions?|limitations?|learning points?|clinical message|lessons?|"
    r"summary|take.?home|perspectives?|strengths?",
    "case": r"(?:the |our )?(?:cases?|patients?)|(?:clinical|further) (?:case|course|findings?|presentation|"
    r"diagnos\w+)|presentations?|presenting|chief complaints?|history|histor\w+ of|past|personal|family|physical|"
    r"examinations?|laborator\w+|imaging|radiolog\w+|investigations?|diagnos\w+|differential|final diagnosis|"
    r"treatments?|management|therap\w+|outcomes?|follow.?up|timeline|autopsy|patholog\w+|histolog\w+|operati\w+|"
    r"surg\w+|interventions?|hospital\w*|admission|discharge|medications?|allergies|vital signs|observations?",
}
