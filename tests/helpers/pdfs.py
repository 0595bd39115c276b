"""PDFs of our own invented text, drawn with reportlab: what stands where is known."""

import io
from pathlib import Path

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


class Printed:
    """Sets an invented document (`invented.py`) in one column on A4, in a font that has every sign of the contract."""

    LEFT, RIGHT, TOP, BOTTOM = 60, 535, 780, 70
    SMALL = 0.65  # of the size, for what is raised or lowered
    MOVED = {"raised": 0.35, "cited": 0.35, "lowered": -0.15}  # of the size, off the baseline

    def __init__(self):
        data = Path(pytest.importorskip("matplotlib").get_data_path(), "fonts", "ttf")
        self.pdf, self.number, self.y = Pdf(), 0, self.TOP
        from reportlab.pdfbase import pdfmetrics, ttfonts

        for name in ("DejaVuSans", "DejaVuSans-Bold"):
            pdfmetrics.registerFont(ttfonts.TTFont(name, data / f"{name}.ttf"))
        self._number()

    def _number(self):
        self.number += 1
        self.pdf.text(295, 40, str(self.number), 9, "DejaVuSans")

    def _room(self, height):
        if self.y - height < self.BOTTOM:
            self.pdf.page()
            self._number()
            self.y = self.TOP

    def _words(self, text, size, font):
        """Return words as (width, runs); a run is (text, kind). What cannot be drawn struck out is not drawn."""
        words = [[]]
        for piece in text:
            written, kind = (piece, "") if isinstance(piece, str) else (piece.text, piece.kind)
            if kind != "struck":
                first, *others = written.split(" ")
                words[-1].append((first, kind))
                words += ([(word, kind)] for word in others)
        return [(sum(self._width(run, size, font) for run in word), word) for word in words if any(r[0] for r in word)]

    def _width(self, run, size, font):
        return self.pdf.canvas.stringWidth(run[0], font, size * self.SMALL if run[1] in self.MOVED else size)

    def _wrapped(self, text, width, size, font):
        """Return the lines of a text: lists of words."""
        lines, used, space = [[]], 0, self.pdf.canvas.stringWidth(" ", font, size)
        for wide, word in self._words(text, size, font):
            if lines[-1] and used + space + wide > width:
                lines.append([])
                used = 0
            used += wide + (space if lines[-1] else 0)
            lines[-1].append(word)
        return lines

    def _draw(self, x, words, size, font):
        for number, word in enumerate(words):
            for text, kind in [(" ", "")] * bool(number) + word:
                moved = self.MOVED.get(kind, 0)
                how = {"rise": moved * size, "mode": 3 if kind == "hidden" else 0}
                x = self.pdf.text(x, self.y, text, size * self.SMALL if moved else size, font, **how)

    def text(self, text, size=10, bold=False, x=LEFT, marker="", above=6):
        """Set a paragraph below what there is, its `marker` before its first line."""
        font = "DejaVuSans-Bold" if bold else "DejaVuSans"
        self.y -= above
        for number, words in enumerate(self._wrapped(text, self.RIGHT - x, size, font)):
            self._room(1.2 * size)
            if marker and not number:
                self.pdf.text(self.LEFT, self.y, marker, size, font)
            self._draw(x, words, size, font)
            self.y -= 1.2 * size

    def listed(self, texts, numbered):
        """Set items with hanging markers."""
        for number, text in enumerate(texts, 1):
            self.text(text, x=self.LEFT + 20, marker=f"{number}." if numbered else "•", above=0 if number > 1 else 6)

    def table(self, rows, size=9, gap=20, font="DejaVuSans"):
        """Set a table, its columns as wide as their widest cells; the wide ones share what room there is.

        So no column is narrower than its words: a reader of the page sees `gap` between any two cells.
        """
        widths = [
            max(sum(w for w, _ in words) + 3 * len(words) for words in column)
            for column in zip(*([self._words(cell, size, font) for cell in row] for row in rows), strict=True)
        ]
        room = self.RIGHT - self.LEFT - gap * (len(widths) - 1)
        if sum(widths) > room:
            narrow = [width for width in widths if width <= room / len(widths)]
            wide = (room - sum(narrow)) / (len(widths) - len(narrow))
            widths = [min(width, wide) for width in widths]
        lefts = [self.LEFT + sum(widths[:i]) + gap * i for i in range(len(widths))]
        self.y -= 6
        for row in rows:
            cells = [self._wrapped(cell, width + 1, size, font) for cell, width in zip(row, widths, strict=True)]
            self._room(1.2 * size * max(map(len, cells)))
            top = self.y
            for x, lines in zip(lefts, cells, strict=True):
                self.y = top
                for words in lines:
                    self._draw(x, words, size, font)
                    self.y -= 1.2 * size
            self.y = top - 1.2 * size * max(map(len, cells)) - 0.4 * size


def pdf_of(blocks):
    """Return an invented document as a PDF."""
    printed = Printed()
    for block in blocks:
        match type(block).__name__:
            case "Title":
                printed.text(block.text, 18, bold=True)
            case "Heading":
                printed.text(block.text, 16 - 2 * block.level, bold=True, above=14)
            case "Paragraph":
                printed.text(block.text)
            case "Items":
                printed.listed(block.texts, block.numbered)
            case "Table":
                printed.text(block.caption, 9, above=12)
                printed.table((block.header, *block.rows))
            case "Figure":
                printed._room(90)
                printed.pdf.canvas.rect(printed.LEFT, printed.y - 60, 200, 60)
                printed.y -= 70
                printed.text(block.caption, 9)
            case "References":
                printed.text(("References",), 14, bold=True, above=14)
                printed.listed(block.texts, numbered=True)
    return printed.pdf.done()


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
