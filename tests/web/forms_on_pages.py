"""Buttons that submit forms, links, and the visible text, as pages contain them."""

from __future__ import annotations

from dataclasses import dataclass
from html.parser import HTMLParser

_UNSEEN = ("script", "style", "code", "pre", "textarea")


@dataclass(frozen=True)
class SubmitButton:
    """A button of a POST form: the form's address, its classes, and whether a question is open."""

    address: str
    classes: tuple[str, ...]
    is_asked: bool


class Page(HTMLParser):
    """Parsed page: its submit buttons, its links, and its text without code and typed text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.buttons: list[SubmitButton] = []
        self.links: list[str] = []
        self.texts: list[str] = []
        self._form = ""
        self._questions: list[bool] = []
        self._unseen: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note forms, questions, buttons and links."""
        values = {name: value or "" for name, value in attrs}
        classes = tuple(values.get("class", "").split())
        if tag == "form" and values.get("method", "").lower() == "post":
            self._form = values.get("action", "")
        elif tag == "details":
            self._questions.append("confirm" in classes)
        elif tag == "a" and values.get("href"):
            self.links.append(values["href"])
        elif tag == "button" and self._form and values.get("type", "submit") == "submit":
            address = values.get("formaction") or self._form
            self.buttons.append(SubmitButton(address, classes, any(self._questions)))
        if tag in _UNSEEN:
            self._unseen.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Note the end of forms and questions."""
        if tag == "form":
            self._form = ""
        elif tag == "details" and self._questions:
            self._questions.pop()
        if self._unseen and self._unseen[-1] == tag:
            self._unseen.pop()

    def handle_data(self, data: str) -> None:
        """Collect visible text."""
        if not self._unseen:
            self.texts.append(data)
