"""PDFs of our own invented text, drawn with reportlab: what stands where is known."""

import io

import pytest

from calcqa.documents.pdf.loader import load_pdf

WIDTH, HEIGHT = 595, 842
LEFT, RIGHT, TOP = 60, 320, 760
COLUMN = 215


class Pdf:
    """A PDF being drawn; `text` and the others draw on the current page."""

    def __init__(self, **options):
        canvas = pytest.importorskip("reportlab.pdfgen.canvas")
        self.file = io.BytesIO()
        self.canvas = canvas.Canvas(self.file, pagesize=(WIDTH, HEIGHT), **options)

    def text(self, x, y, text, size=10, font="Times-Roman", **how):
        """Draw a line; `rise` raises it, `mode` is its rendering mode, `gray` its shade."""
        self.canvas.saveState()  # rise and mode would go on else
        self.canvas.setFillGray(how.get("gray", 0))
        line = self.canvas.beginText(x, y)
        line.setFont(font, size)
        line.setTextRenderMode(how.get("mode", 0))
        line.setRise(how.get("rise", 0))
        line.textOut(text)
        self.canvas.drawText(line)
        self.canvas.restoreState()
        return x + self.canvas.stringWidth(text, font, size)

    def runs(self, x, y, *runs, size=10):
        """Draw runs one behind another: text, or (text, rise in points), raised and lowered ones smaller."""
        for run in runs:
            text, rise = run if isinstance(run, tuple) else (run, 0)
            x = self.text(x, y, text, size * 0.65 if rise else size, rise=rise)
        return x

    def column(self, x, y, text, width=COLUMN, size=10, font="Times-Roman", bottom=70, pitch=1.2):
        """Draw words in a justified column; return the height below it and the words that found no place."""
        words = text.split()
        while words and y >= bottom:
            line = [words.pop(0)]
            while words and self.canvas.stringWidth(" ".join([*line, words[0]]), font, size) <= width:
                line.append(words.pop(0))
            spaces = len(line) - 1
            spread = width - self.canvas.stringWidth(" ".join(line), font, size) if words and spaces else 0
            drawn = self.canvas.beginText(x, y)
            drawn.setFont(font, size)
            drawn.setWordSpace(spread / spaces if spread else 0)
            drawn.textOut(" ".join(line))
            drawn.setWordSpace(0)
            self.canvas.drawText(drawn)
            y -= pitch * size
        return y, " ".join(words)

    def lines(self, x, y, *lines, size=10, font="Times-Roman", pitch=1.2):
        """Draw lines below each other; return the height below them."""
        for line in lines:
            self.text(x, y, line, size, font)
            y -= pitch * size
        return y

    def page(self):
        """Go on to the next page."""
        self.canvas.showPage()

    def done(self):
        """Return the bytes."""
        self.canvas.save()
        return self.file.getvalue()

    def loaded(self, name="ward.pdf"):
        """Return what the loader makes of it."""
        return load_pdf(self.done(), name)


def by_hand(content, *fonts):
    """Return a PDF of one page with this content stream; `fonts` are the bytes of font dictionaries, /F0 and on."""
    names = " ".join(f"/F{i} {i + 5} 0 R" for i in range(len(fonts)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] /Contents 4 0 R "
        f"/Resources << /Font << {names} >> >> >>".encode(),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        *fonts,
    ]
    out, places = io.BytesIO(), []
    out.write(b"%PDF-1.4\n")
    for number, body in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % place for place in places)
    out.write(b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start))
    return out.getvalue()
