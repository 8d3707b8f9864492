"""The status line: one sentence that says what is going on, with its own numbers."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QPushButton, QStatusBar

from app.bridge.controller import Controller
from app.panels.status_line.listener import Listener
from app.panels.status_line.saying import Saying, joined
from app.widgets.elided_label import ElidedLabel
from app.widgets.named import named
from app.widgets.sign import StatusSign
from app.widgets.tooltips import Beside

REST_MS = 1000  # a sentence that changes more often cannot be read
TOLD_MS = 6000  # what was just done is told that long
LASTING = ("exploding", "ran away")  # warnings that stay until they are dealt with


class StatusLine(QStatusBar):
    """Shows the sentence, and knows when to say another one."""

    rewind_advised = Signal(bool)  # by what is said

    def __init__(self, controller: Controller) -> None:
        super().__init__()
        self._listener = Listener(controller)
        self._about = ""
        self._is_stale = False
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._telling = QTimer(self, singleShot=True, interval=TOLD_MS)
        self.setSizeGripEnabled(False)
        self.sign = StatusSign("idle")
        self.sentence = ElidedLabel("", "plain")
        self.sentence.setObjectName("statusSentence")
        Beside(self.sentence, of=(self.sentence,))
        self.dismiss = named(QPushButton(self.tr("Dismiss")), "dismissWarning")
        self.dismiss.setProperty("role", "link")
        self.dismiss.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        tip = self.tr("Say no more of this, until it happens again.")
        self.dismiss.setToolTip(tip)
        self.dismiss.setAccessibleDescription(tip)
        self.addWidget(self.sign)
        self.addWidget(self.sentence, 1)
        self.addWidget(self.dismiss)
        self._connect()
        self.refresh()

    def _connect(self) -> None:
        self._rest.timeout.connect(self._wake)
        self._telling.timeout.connect(self.refresh)
        self._listener.changed.connect(self.refresh)
        self._listener.stage_changed.connect(self._refresh_unless_telling)
        self._listener.moved.connect(self.refresh_soon)
        self._listener.noted.connect(self.tell)
        self.dismiss.clicked.connect(self._dismiss_warning)

    # When to speak -----------------------------------------------------------------------

    def tell(self, text: str) -> None:
        """Say what was just done, for some seconds."""
        self._telling.start()
        self._say(Saying(text, self._listener.saying().kind, text))

    def name_key(self, is_taken: bool) -> None:
        """Name the key that trains from where the focus is: Space may be typed there."""
        key = "Ctrl+Space" if is_taken else "Space"
        if key != self._listener.key:
            self._listener.key = key
            if not self._telling.isActive():
                self.refresh()

    def leave_out(self, text: str) -> None:
        """Do not say again what a message above says, as long as it is there."""
        self._listener.take_told_above(text)

    def refresh_soon(self) -> None:
        """Say what is true now, but leave a sentence long enough to be read."""
        if self._rest.isActive():
            self._is_stale = True
        elif not self._telling.isActive():
            self.refresh()

    def _refresh_unless_telling(self) -> None:
        if self._telling.isActive():
            self.refresh_soon()
        else:
            self.refresh()

    def refresh(self) -> None:
        """Say what is true now."""
        self._is_stale = False
        self._telling.stop()
        self._rest.start()
        self._say(self._listener.saying())

    def _wake(self) -> None:
        if self._is_stale:
            self._is_stale = False
            self.refresh_soon()

    def _say(self, saying: Saying) -> None:
        self.sign.set_kind(saying.kind)
        self.dismiss.setVisible(saying.about in LASTING)
        self.rewind_advised.emit(saying.about in (*LASTING, "failed"))
        self.sentence.setText(saying.text)
        self.sentence.set_tooltip("\n".join(filter(None, (saying.more, self._listener.where()))))
        self.sentence.setAccessibleDescription(joined(saying.text, saying.more))
        if saying.about != self._about:
            self._about = saying.about
            QAccessible.updateAccessibility(
                QAccessibleAnnouncementEvent(self.sentence, saying.text)
            )

    def _dismiss_warning(self) -> None:
        self._listener.dismiss(self._about)
        self.refresh()
