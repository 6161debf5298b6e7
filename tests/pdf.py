"""A PDF file as people see it: its words and its QR codes."""

from pathlib import Path

import pypdfium2
import zxingcpp


def pages_of(pdf: bytes | Path) -> list[str]:
    """The text of each page."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        texts = []
        for page in document:
            text = page.get_textpage()
            texts.append(text.get_text_range().replace("\r\n", "\n"))
            text.close()
            page.close()
        return texts
    finally:
        document.close()


def codes_of(pdf: bytes) -> list[list[str]]:
    """What the QR codes of each page say, read from its picture at 150 dots an inch."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        found = []
        for page in document:
            picture = page.render(scale=150 / 72).to_pil()
            found.append([code.text for code in zxingcpp.read_barcodes(picture)])
            page.close()
        return found
    finally:
        document.close()
