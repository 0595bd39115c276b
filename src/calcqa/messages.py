"""Every sentence people read but errors and what loaders say (`documents/messages.py`); some have {fields}."""

NAME = "calcqa"

# --- the head and the first screen ------------------------------------------------------------------------------------

NOTICE = "For reading the text, not for treating a patient: this is no medical advice."
SUBTITLE = "{about}, answered word for word"
ABOUT_FEW = "Questions about {titles}"
ABOUT_MANY = "Questions about {count} documents, among them {titles}"
AND = " and "
SUBJECT_WITH = "{subject} with {diagnosis}"
PATIENTS = "{count} patients"
PREGNANT = "pregnant"
ASK_STEP = "Ask"
ASK_STEP_SAYS = "Type a question, or press one below."
READ_STEP = "Read"
READ_STEP_SAYS = "Answers are sentences of the text, word for word. Where it does not say, you are told so."
CHECK_STEP = "Check"
CHECK_STEP_SAYS = "Press a number such as [1] to see the sentence where it stands."
EXAMPLES = "Example questions"
NOT_IN_TEXT = "Not in the text"
WRITTEN_EXAMPLES = {
    "calcinosis universalis": (
        ("Presentation", ("What did the wound culture grow?",)),
        ("Disease", ("How common is calcinosis universalis?",)),
        ("Classification", ("Which five types of calcification are there?",)),
        ("Management", ("Which drugs have been tried?",)),
        ("A follow-up", ("What is tumoral calcification?", "And the metastatic type?")),
        ("Not in the report", ("Which dose of diltiazem was given?",)),
    )
}
"""Examples for the report that ships, by its title: a topic, and the questions to ask one after another."""
SKIP = "Skip to the question"

# --- asking -----------------------------------------------------------------------------------------------------------

PLACEHOLDER = "Ask a question, or a follow-up"
QUESTION = "Your question"
ASK = "Ask"
STOP = "Stop"
SEARCHING = "Searching…"
STOPPED_EARLY = "Stopped before anything was found. Your question is back in the box."
STOPPED = "Stopped after {shown} of {all} quotes."
SHOW_REST = "Show the rest"
NEXT = "Ask next"
ASK_ABOUT = "What does the text say about {heading}?"
SERVER_FILLED = "This server holds as many conversations as it can; try again in some minutes. Your browser has yours."
BUSY = "The last question is still being answered."
FAILED = "Something went wrong here, and it has been logged. Ask again, or start a new conversation."

# --- an answer --------------------------------------------------------------------------------------------------------

YOU_ASKED = "You asked:"
ANSWER = "Answer"
NO_ANSWER = "No answer"
UNDERSTOOD = "Understood as"
EDIT = "Edit"
EDIT_QUESTION = "Edit this question"
EDIT_UNDERSTOOD = "Edit how this was understood"
ASK_AGAIN = "Ask again"
CANCEL = "Cancel"
DROPS = "The exchanges after this one will be replaced."
DROPS_SURE = "Ask this again? What was asked after it ({count}) will be deleted."
DISAGREE = "These quotes disagree: {words}."
ONLY_SOME = "Of the {holding:,} documents that have words of this, only {asked} were asked."
UNSAID = "The text does not say: {parts}."
SHOW_SOURCE = "Source {number}: show this quote in the text"
NOT_STANDING = "This quote does not stand in the documents as they are now."
COPY = "Copy"
COPY_HINT = "Copy the quotes with their places"
CITE = "Cite"
CITE_HINT = "A reference for each quote, in AMA style"
COPY_REFERENCE = "Copy the reference"
TOPIC_HINT = "The section of the text that the answer stands in"
RESTATED = "The words are those of a restatement, not the authors’."
CHARACTERS = "characters {start}–{end}"
ON_PAGE = "page {page}, "
OCR = " (read by OCR)"
AT = "{section}, {where}"
BELOW = ", below “{lead}”"
AFTER = ", after “{before}”"
LEFT_OUT = "Left out of the text ({count:,})"
LEFT_OUT_MORE = "… and {count:,} more"
FILE = "File"
SOURCES = "Sources:"

CONFIDENCE = {
    "high": ("Well supported", "The text very likely answers this. {measured}"),
    "fair": ("Likely", "The text probably answers this; read the place. {measured}"),
    "low": ("Uncertain", "The text may not answer this; read the place before relying on it. {measured}"),
}
"""For each word of confidence: how it is shown, and what it means."""
MEASURED = "In its own trials, {held} of {answers} answers with this word held all that was asked for ({kind})."
WITH_FAQ = "documents with prepared questions"
WITHOUT_FAQ = "documents without prepared questions"

ASKED_FOR = {
    "doses": "a dose, route or duration",
    "laboratory": "a laboratory value or test",
    "imaging": "an imaging test or finding",
    "drugs": "a drug",
    "procedures": "a procedure",
    "outcome": "an outcome or follow-up",
    "history": "a part of the history",
    "examination": "a finding on examination",
    "genetics": "a statement on genetics",
    "epidemiology": "a statement of how common something is",
    "mechanism": "a detail of the mechanism",
    "cost": "a cost",
    "other-disease": "another disease or condition",
    "diagnosis": "a way of diagnosis",
    "advice": "advice for a person",
    "report": "something about the report itself",
    "greeting": "a greeting",
    "off-topic": "about something else than the documents",
    "instruction": "an instruction to the program",
    "language": "a question in another language than English",
}
"""How a refusal names what was asked for, by the kind of unanswerable question."""
ONLY_QUESTIONS = "This is {kind}; only questions about the documents can be answered here, by quoting them."
REPORT_LACKS = "The report “{title}” does not say"
DOCUMENTS_LACK = "None of the documents says this"
NOBODY_HERE = "None of the documents seems to be about “{name}”, so none was asked. Ask by another name, or none."
NOT_IN_IT = ": the question asks for {kind} that is not in it."
NOT_IN_THEM = ": the question asks for {kind} that is not in them."
ENGLISH_ONLY = "Only English is read here: ask in English, please."
NEVER_TOGETHER = " No one sentence holds {terms}, or words known here for them."
NEVER_WITH = " No sentence that holds {terms} gives {held}."
NEAREST_LACKS = " The passage that comes nearest has no word known here for {terms}."
LACKED = {
    "number": "a number",
    "dose": "a dose",
    "time": "a time",
    "size": "a size",
    "reason": "a reason",
    "share": "a share of patients, or how common it is",
}
"""How a refusal names what no sentence holds, by the kind of thing that was asked for."""
KNOWN_MISSING = "The report “{title}” is known not to say (with the number of questions asked in vain): {kinds}."
NOBODY_WROTE = "Nobody wrote down what “{title}” leaves out."
WORDS_UNKNOWN = " These words of the question do not stand there, nor do others known here for them: {terms}."

NOT_A_QUESTION = "Not a question about the text"
NO_ANSWER_HERE = "No answer in the text"
NEVER_OCCUR = "Words that do not stand there:"
SEARCHED = "Searched {count:,} passage{s}; none answers this."
NEAREST = "Nearest passages"
NOT_AN_ANSWER = "not an answer"

# --- feedback ---------------------------------------------------------------------------------------------------------

FEEDBACK_ON = "Feedback is on: what you say about an answer is stored here, with the question and the answer."
HELPFUL = "Helpful"
NOT_HELPFUL = "Not helpful"
COMMENT = "What was right or wrong? (optional)"
SEND = "Send"
THANKS = "Thank you; it is stored. Press the same button again to take it back."
WITHDRAWN = "It is taken back: nothing of it is stored any more."

# --- conversations ----------------------------------------------------------------------------------------------------

CONVERSATION = "Conversation"
CONVERSATIONS = "Conversations"
UNTITLED = "New conversation"
NEW = "New conversation"
RENAME = "Rename"
NAME_LABEL = "Name of this conversation"
DELETE = "Delete"
DELETE_ONE = "Delete “{name}”"
DELETE_SURE = "Delete “{name}”? It is kept nowhere else."
KEPT_HERE = "Kept in this browser only."
EXPORT = "Export"
EXPORT_AS = {"md": "Markdown", "html": "Web page (HTML)", "json": "JSON, for calcqa verify"}
NOTHING_TO_EXPORT = "There is nothing to export yet; ask a question first."
EXPORTED = "Saved as {name}."
NOT_KEPT = "This browser keeps no more: conversations made now will not survive a reload. Delete some, or export them."
NOT_RESTORED = "A conversation kept in this browser could not be read and was left out."
FORGET = "Forget it"
LONG = "This conversation is full ({most} questions). Start a new one."

# --- a conversation taken along ---------------------------------------------------------------------------------------

DOCUMENT = "Document"
ENCODER = "Encoder"
VERIFIED = "The quote stands at its place in the document, byte for byte; whether it answers is for you to judge."
NOT_VERIFIED = "Not verified: {problem}."
CONFIDENCE_IS = "How well the text supports this: {word}."
VERIFIED_OF = "{good} of {all} quotes verified."
MADE_WITH = "Made with {program}, saved {time}."

# --- documents --------------------------------------------------------------------------------------------------------

DOCUMENTS = "Documents"
ASK_ALL = "All documents"
ASK_IN = "Ask in"
ADD = "Add a document"
ADD_HINT = "{suffixes}, up to {size} each, at most {count}, with {characters:,} characters in all. {kept}"
ADD_SESSION = "Only you can ask them, and they are gone some hours after you leave."
ADD_SAVED = "They are saved on this server: everyone who uses it can ask them. You can remove them for some hours."
ADDED = "“{title}” was added."
ADDED_WITHOUT = "Some of the file is not in its text; what, and why, stands below it ({count:,})."
SAME_NAME = "{name} ({bytes:,} bytes, added {time})"
ADDED_CAUTION = "Nobody wrote questions for it beforehand, so it is answered less surely: read the place."
ADDING = "Adding “{name}”"
STAGES = {"sending": "sending", "reading": "reading", "encoding": "reading sentences", "learning": "finishing"}
REMOVE = "Remove"
REMOVE_ONE = "Remove “{title}”"
REMOVED = "“{title}” was removed."
OWN = "added by you"
FACTS = "{sections} section{s}, {words:,} words"
TOO_MANY_AT_ONCE = "Add at most {count} files at a time."
TOO_MANY_ADDED = "You have added {count} documents, which is all that one person may; remove one first."
NOT_YOURS = "Only documents that you added can be removed."
ADDING_FULL = "Others are adding documents just now; try again in a minute."
SERVER_FULL = "This server holds as many added documents as it can; try again in some hours."
ONLY_SENT = "Only files that were sent here can be added."
NOT_SENT = "The file could not be sent; try again."
FILE_TOO_LARGE = "{name} has {bytes:,} bytes; a file may have at most {most:,}."
TOO_MANY_SENTENCES = "{name} has {count:,} sentences; a document of your own may have at most {most:,}."
FILE_UNSAVED = "{name} cannot be saved: {problem}."
FILE_UNREMOVED = "{name} cannot be removed: {problem}."
NO_FILE = "it is no file"
TOO_SLOW = "{name} takes too long to read."
TOO_LARGE_TO_READ = "{name} needs too much memory to be read."
FILE_UNREADABLE = "{name} cannot be read: {problem}."
SAME_TEXT = "{name} has the same text as “{title}” ({held}), which is here."
WORKSPACE_FULL = "At most {count:,} of your own documents can be here at a time; remove one first."
TOO_MUCH_TEXT = (
    "With {name} your own documents would have {characters:,} characters; they may have at most {most:,} together."
)

# --- the text ---------------------------------------------------------------------------------------------------------

SOURCE = "The text"
SOURCE_HINT = "Choose a number such as [1] in an answer to see its quote here."
OUTLINE = "Outline"
BACK = "Back to the answer"
PREVIOUS = "Previous quote of this answer"
FOLLOWING = "Next quote of this answer"
STEP = "{at} of {all}"
LINK = "Copy link"
LINK_HINT = "Copy a link that opens this place"
NO_SUCH_PLACE = "The place this link names is not in the documents here."

# --- what the script says by itself -----------------------------------------------------------------------------------

COPIED = "Copied."
NOT_COPIED = "This browser does not allow copying from here; select the text instead."

FOR_SCRIPT = {
    "copied": COPIED,
    "notCopied": NOT_COPIED,
    "dropsSure": DROPS_SURE,
    "notKept": NOT_KEPT,
    "exported": EXPORTED,
    "step": STEP,
    "hint": SOURCE_HINT,
    "conversation": CONVERSATION,
    "source": SOURCE,
    "question": QUESTION,
    "notSent": NOT_SENT,
}
"""What the page's script needs; its {fields} are filled there."""

# --- the program ------------------------------------------------------------------------------------------------------

SERVING = "Open this in a browser (Ctrl+C ends it):"
LOGIN = "Log in to ask the documents."
LOG_IN = "Log in"
USERNAME = "Name"
PASSWORD = "Password"
WRONG_LOGIN = "That name and password do not belong together."
TOO_MANY = "Too many failed attempts to log in; wait {seconds} seconds and try again."
NOT_LOGGED_IN = "Log in first."
TOO_LONG = "That is no name and password."
LOGOUT = "Log out"

# --- what is turned away ----------------------------------------------------------------------------------------------

STOPPING = "The server is being stopped; try again in a moment."
NO_ROUTE = "There is nothing at this address."
WRONG_HOST = "This server does not answer to the name {host}; whoever runs it can allow it with --allow-host."
OTHER_SITE = "This was sent from the page of another site, so it is not done."
NO_EVENT = "The page sends nothing like this, so it is not done."
NOT_YOUR_SESSION = "This page belongs to somebody else; load it anew."
TOO_MANY_REQUESTS = "Too much is open from your address; close what you do not need and try again in a moment."
TOO_MANY_SESSIONS = "Too many pages are open on this server; try again in some minutes."
EVENT_TOO_LARGE = "This is more than can be sent at a time."
SENT_TOO_SLOWLY = "This came too slowly, so nobody waits for the rest of it."
