"""Reading pages as tests compare them."""

import re


def text_of(response) -> str:
    """The page, with the spaces that French needs turned into plain ones."""
    return response.content.decode().replace("\u00a0", " ").replace("&nbsp;", " ")


def without_tokens(response) -> str:
    """The page, less what differs at each visit."""
    return re.sub(r'(name="csrfmiddlewaretoken" value=")[^"]*', r"\1", response.content.decode())
