"""The question set over real case reports: drawn, written one by one, checked, and read a second time.

texts.py    the corpus, and the sentences of a report as writers see them
draw.py     which report belongs to which split: near-duplicates grouped, then at random
reports.py  a report as the index sees it, with its questions
items.py    what a writer hands in, checked against the report and given its offsets
check.py    the whole set: offsets, facts, shared words, repeats, shares of each kind
reading.py  the second reader's sheets, and how far two readers agree
"""
