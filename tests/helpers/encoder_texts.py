"""Texts of many kinds, for encoders to agree on, and the name of the folder where an export is cached."""

from calcqa.models.encoder import PLAIN_SHA256

EXPORT = f"onnx-{PLAIN_SHA256[:16]}"

TEXTS = [
    "", " ", "a", "?", ".", "\n\n", "JDM", "calcinosis universalis", "CALCINOSIS UNIVERSALIS",
    "What did the wound grow?", "calcificaton of teh elbow", "30% to 70%", "84(1):68–74",
    "J Pediatr (Rio J). 2008;84(1):68–74.", "1234567890" * 20, "naïve café Ångström",
    "cafe\u0301 and café", "漢字とかな", "Кальциноз", "تكلس", "ಕನ್ನಡ", "😀👩‍⚕️🦴", "a\u200bb\u00adc\ufeff",
    "x" * 5000, "[CLS] [SEP] [MASK] [PAD] [UNK]", "<b>bold</b> &amp; <script>",
    "\\n\\t \"quoted\" 'text'", "tab\tand\r\nlines", "β-blockers and α-fetoprotein", "²³½™",
    "ﬁ ligature ﬀ", "don’t won't it's", "-" * 600, "word " * 253, "word " * 254, "word " * 255,
    "word " * 400, "many different pieces, unbelievably so; " * 200,
    "Figure 1: X-ray of the right elbow.", "\x00\x01 control",
    "The " + "very " * 300 + "last words never count",
]  # fmt: skip
