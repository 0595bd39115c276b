"""Word files, written for tests as the XML that Word writes."""

import io
import zipfile
from html import escape

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
M = "http://schemas.openxmlformats.org/officeDocument/2006/math"
_OTHERS = (
    f' xmlns:m="{M}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
    ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    ' xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
)
_RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)
STYLES = "".join(
    f'<w:style w:type="paragraph" w:styleId="{id_}"><w:name w:val="{name}"/>{more}</w:style>'
    for id_, name, more in (
        ("Titel", "Title", ""),
        *((f"berschrift{n}", f"heading {n}", "") for n in range(1, 7)),
        ("Beschriftung", "caption", ""),
        ("Verzeichnis1", "toc 1", ""),
        ("Unsichtbar", "secret", "<w:rPr><w:vanish/></w:rPr>"),
        ("Liste", "my list", '<w:pPr><w:numPr><w:numId w:val="2"/></w:numPr></w:pPr>'),
    )
)
NUMBERING = (
    '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="bullet"/>'
    '<w:lvlText w:val="·"/></w:lvl></w:abstractNum>'
    '<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/>'
    '<w:lvlText w:val="%1."/></w:lvl><w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/>'
    '<w:lvlText w:val="%1.%2)"/></w:lvl></w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>'
    '<w:num w:numId="3"><w:abstractNumId w:val="1"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="7"/>'
    "</w:lvlOverride></w:num>"
)


def run(text, properties=""):
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def paragraph(content, style="", number="", level=0):
    numbers = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>' if number else ""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{numbers}</w:pPr>{content}</w:p>'


def table(rows, header=""):
    lines = []
    for cells in rows:
        properties = f"<w:trPr>{header}</w:trPr>" if not lines else ""
        lines.append("<w:tr>" + properties + "".join(f"<w:tc>{cell}</w:tc>" for cell in cells) + "</w:tr>")
    return f"<w:tbl>{''.join(lines)}</w:tbl>"


def part(tag, content, namespace=W):
    return f'<?xml version="1.0" encoding="UTF-8"?><w:{tag} xmlns:w="{namespace}"{_OTHERS}>{content}</w:{tag}>'


def docx(body, *, more=None, namespace=W):
    """Return a Word file with the XML `body`; `more` are further members by name."""
    members = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": _RELATIONS,
        "word/document.xml": part("document", f"<w:body>{body}</w:body>", namespace),
        "word/styles.xml": part("styles", STYLES, namespace),
        "word/numbering.xml": part("numbering", NUMBERING, namespace),
        **(more or {}),
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


_RUNS = {
    "raised": '<w:vertAlign w:val="superscript"/>',
    "lowered": '<w:vertAlign w:val="subscript"/>',
    "hidden": "<w:vanish/>",
    "struck": "<w:strike/>",
    "cited": '<w:vertAlign w:val="superscript"/>',
}


def docx_of(blocks):
    """Return an invented document (`written.py`) as a Word file."""
    body = []

    def runs(text):
        return "".join(run(p) if isinstance(p, str) else run(p.text, _RUNS[p.kind]) for p in text)

    for block in blocks:
        match type(block).__name__:
            case "Title":
                body.append(paragraph(runs(block.text), "Titel"))
            case "Heading":
                body.append(paragraph(runs(block.text), f"berschrift{block.level}"))
            case "Paragraph":
                body.append(paragraph(runs(block.text)))
            case "Items" | "References":
                if type(block).__name__ == "References":
                    body.append(paragraph(run("References"), "berschrift1"))
                listed = type(block).__name__ == "References" or block.numbered
                body += [paragraph(runs(text), number="2" if listed else "1") for text in block.texts]
            case "Table":
                body.append(paragraph(runs(block.caption), "Beschriftung"))
                rows = [[paragraph(runs(cell)) for cell in row] for row in (block.header, *block.rows)]
                body.append(table(rows, "<w:tblHeader/>"))
            case "Figure":
                body.append(paragraph(runs(block.caption), "Beschriftung"))
    return docx("".join(body))
