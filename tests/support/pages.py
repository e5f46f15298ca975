"""Reading pages and messages as tests compare them."""

import re

from django.contrib.sessions.models import Session
from django.test import Client


def plain(text: str) -> str:
    """With plain spaces for those that French keeps from breaking."""
    return text.replace("&nbsp;", " ").replace("\u00a0", " ").replace("\u202f", " ")


class Words(str):
    """A text in which any space is found by any space: whoever writes a test need not know which one French wants."""

    __slots__ = ()

    def __new__(cls, text: str) -> "Words":
        return super().__new__(cls, plain(text))

    def __contains__(self, words: str) -> bool:
        return super().__contains__(plain(words))

    def index(self, words: str) -> int:
        return super().index(plain(words))

    def count(self, words: str) -> int:
        return super().count(plain(words))


def text_of(response) -> Words:
    """The page's source."""
    return Words(response.content.decode())


def without_tokens(response) -> str:
    """The page's source, less what differs at each visit."""
    return re.sub(r'(name="csrfmiddlewaretoken" value=")[^"]*', r"\1", response.content.decode())


def end_session(client: Client) -> None:
    """The night passes over an open page: the browser keeps its cookies, the server has forgotten the session."""
    client.get("/profil/")
    Session.objects.all().delete()
