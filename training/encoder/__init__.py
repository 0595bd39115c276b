"""The encoder, fine-tuned on questions over case reports.

model.py    the network: one vector a text, and one a token
train.py    trains
measure.py  where the sentence that answers stands among all of its report
export.py   ONNX int8, and a sentence-transformers folder
"""
