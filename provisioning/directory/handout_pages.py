"""The paper of a handout as PDF: slips to cut out for pupils, a page each for all others."""

from collections.abc import Callable, Iterator, Sequence
from io import BytesIO

from reportlab.graphics import renderPDF
from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import KeepInFrame, Paragraph

from inventory.messages import Message, _, say
from inventory.records.people import Role
from provisioning.directory.handout_fonts import BOLD, MONO, PLAIN, load_fonts, marked_up
from provisioning.directory.handouts import Account, Handout, Sheet
from provisioning.directory.password_settings import HandoutSettings

Translate = Callable[[Message], str]
_WIDTH, _HEIGHT = A4
_SLIPS = 4
_SLIP_HEIGHT = _HEIGHT / _SLIPS
_GREY = "#555555"
_MARGIN = 12 * mm
_CODE, _CODE_SIDE = "login", 100
_QUIET = 4
"""Modules left white around a QR code (ISO/IEC 18004, quiet zone)."""


class HandoutPages:
    """Draws handouts in one language; the QR code leads to the login, never to a password."""

    def __init__(self, settings: HandoutSettings, translate: Translate, language: str) -> None:
        """Raises UsageError when the fonts are not installed."""
        load_fonts()
        self._settings = settings
        self._translate = translate
        self._language = language

    def render(self, handout: Handout, sheets: Sequence[Sheet]) -> bytes:
        """The handout as a PDF file: four slips a page for pupils, else a page a person."""
        file = BytesIO()
        title = (handout.title.school, self._translate(handout.title.group))
        heading = " · ".join(filter(None, title))
        canvas = Canvas(file, A4, lang=self._language)
        canvas.setTitle(heading)
        canvas.setCreator("schoolnet")
        if self._settings.login_url:
            _define_code(canvas, self._settings.login_url)
        slips = all(sheet.account.role == Role.STUDENT for sheet in sheets)
        draw = self._slip if slips else self._page
        a_page = _SLIPS if slips else 1
        for position, sheet in enumerate(sheets):
            if position and position % a_page == 0:
                canvas.showPage()
            draw(canvas, heading, sheet, position % a_page)
        canvas.save()
        return file.getvalue()

    def _slip(self, canvas: Canvas, heading: str, sheet: Sheet, position: int) -> None:
        top = _HEIGHT - position * _SLIP_HEIGHT
        if position:
            canvas.setDash(2, 3)
            canvas.setStrokeColor(_GREY)
            canvas.line(0, top, _WIDTH, top)
            canvas.setDash()
        left, between = 92 * mm, 6 * mm
        right = _WIDTH - 2 * _MARGIN - left - between
        head, foot = top - 9 * mm, top - _SLIP_HEIGHT + 5 * mm
        column = _Column(left)
        self._account(column, heading, sheet, size=14)
        column.draw(canvas, _MARGIN, head, head - foot)
        x, below = _MARGIN + left + between, head
        if self._settings.login_url:
            _draw_code(canvas, _WIDTH - _MARGIN, top - 8 * mm, 25 * mm)
            column, below = _Column(right - 27 * mm), top - 36 * mm
            self._address(column, 9)
            column.draw(canvas, x, head, head - below)
        column = _Column(right)
        self._first_steps(column, sheet, 8)
        column.draw(canvas, x, below, below - foot)

    def _page(self, canvas: Canvas, heading: str, sheet: Sheet, _position: int) -> None:
        margin, code = 25 * mm, 45 * mm
        width, top = _WIDTH - 2 * margin, _HEIGHT - 30 * mm
        column = _Column(width)
        self._account(column, heading, sheet, size=18)
        column.write(self._translate(say(_("First steps"))), BOLD, 13, before=10 * mm, after=6)
        self._first_steps(column, sheet, 11)
        bottom = column.draw(canvas, margin, top, top - margin - code) - 8 * mm
        if self._settings.login_url:
            _draw_code(canvas, margin + code, bottom, code)
            column = _Column(width - code - 7 * mm)
            self._address(column, 12)
            column.draw(canvas, margin + code + 7 * mm, bottom - 3 * mm, code)

    def _account(self, column: "_Column", heading: str, sheet: Sheet, size: float) -> None:
        small = size * 0.62
        column.write(heading, PLAIN, small, _GREY, after=size * 0.3)
        apart = sheet.account.apart
        column.write(sheet.account.name, BOLD, size * 1.1, after=0 if apart else size * 0.7)
        if apart:
            column.write(self._translate(apart), PLAIN, small, after=size * 0.7)
        for label, value in (
            (say(_("User name")), sheet.account.user_name),
            (say(_("First password")), sheet.password.get_secret_value()),
        ):
            column.write(self._translate(label), PLAIN, small, _GREY)
            column.write_line(value, MONO, size * 1.15, after=size * 0.6)

    def _address(self, column: "_Column", size: float) -> None:
        column.write(self._translate(say(_("Log in at"))), PLAIN, size * 0.85, _GREY)
        column.write_line(self._settings.login_url, BOLD, size)

    def _first_steps(self, column: "_Column", sheet: Sheet, size: float) -> None:
        for number, step in enumerate(self._steps(sheet), start=1):
            column.write(f"{number}. {step}", PLAIN, size, after=size / 3)

    def _steps(self, sheet: Sheet) -> Iterator[str]:
        account = sheet.account
        role = Role(account.role) if account.role else None
        own = self._settings.first_steps.get(role, "") if role else ""
        if own.strip():
            yield from (line.strip() for line in own.splitlines() if line.strip())
            return
        yield from map(self._translate, _first_steps(account))


def _first_steps(account: Account) -> Iterator[Message]:
    yield say(
        _(
            "Type user name and password exactly as they stand here: capitals, digits and hyphens "
            "count."
        )
    )
    if account.must_change:
        yield say(_("You will be asked to choose a password of your own at the first login."))
    elif account.recipe.list != "easy":  # the youngest keep theirs
        yield say(_("If you can, choose a password of your own soon."))
    yield say(_("Keep this sheet to yourself. Nobody at school needs to know your password."))
    if account.role == Role.STUDENT:
        yield say(_("Forgotten? Your class teacher gets you a new password."))
    else:
        yield say(_("Forgotten? Those who look after the accounts give you a new password."))


class _Column:
    """Text from the top down, made smaller as a whole where it needs more room than there is."""

    def __init__(self, width: float) -> None:
        self._width = width
        self._story: list[Paragraph] = []

    def write_line(self, text: str, font: str, size: float, after: float = 0) -> None:
        """What must not be broken, as small as one line asks for."""
        needed = max(stringWidth(text, font, size), 1)
        self.write(text, font, size * min(1, self._width * 0.98 / needed), after=after)

    def write(
        self,
        text: str,
        font: str,
        size: float,
        color: str = "#000000",
        before: float = 0,
        after: float = 0,
    ) -> None:
        """A paragraph."""
        style = ParagraphStyle(
            "", fontName=font, fontSize=size, leading=size * 1.3, textColor=color,
            spaceBefore=before, spaceAfter=after,
        )  # fmt: skip
        self._story.append(Paragraph(marked_up(text, font), style))

    def draw(self, canvas: Canvas, x: float, top: float, height: float) -> float:
        """Draw all of it; returns where it ends."""
        frame = KeepInFrame(self._width, height, self._story, mode="shrink")
        _width, used = frame.wrapOn(canvas, self._width, height)
        frame.drawOn(canvas, x, top - used)
        return top - float(used)


def _define_code(canvas: Canvas, text: str) -> None:
    """The QR code, drawn once for all sheets; its quiet zone is part of it."""
    side = _CODE_SIDE
    code = QrCodeWidget(text, barLevel="M", barWidth=side, barHeight=side, barBorder=_QUIET)
    drawing = Drawing(side, side)
    drawing.add(code)
    canvas.beginForm(_CODE, 0, 0, side, side)
    renderPDF.draw(drawing, canvas, 0, 0)
    canvas.endForm()


def _draw_code(canvas: Canvas, right: float, top: float, size: float) -> None:
    """The QR code with its upper right corner there."""
    canvas.saveState()
    canvas.translate(right - size, top - size)
    canvas.scale(size / _CODE_SIDE, size / _CODE_SIDE)
    canvas.doForm(_CODE)
    canvas.restoreState()
