"""In a template of ours, a variable that nobody gave is an error; Django would print nothing and say nothing."""

import sys
from pathlib import Path

from django.conf import settings
from django.template.base import FilterExpression, Node

OURS = str(Path(settings.BASE_DIR) / "guichet")
# `{{ note|default:"" }}` says that the variable may be absent.
FORGIVING = {"default", "default_if_none"}
RESOLVE = FilterExpression.resolve.__code__


class UndefinedVariable(Exception):
    """A template of ours used a variable that is not in its context."""


class Undefined(str):
    """What stands for a missing variable (``string_if_invalid``).

    Django asks whether it is true at the one place where a variable was not found: that is where we look
    which template asked. Templates of Django, Wagtail and allauth keep Django's silence.
    """

    __slots__ = ()

    def __bool__(self) -> bool:
        frame = sys._getframe(1)
        if frame.f_code is RESOLVE:
            expression = frame.f_locals["self"]
            used = [function.__name__ for function, _arguments in expression.filters]
            origin = self._origin(frame)
            if origin.startswith(OURS) and not FORGIVING.intersection(used):
                raise UndefinedVariable(f"{{{{ {expression.token} }}}} in {origin.removeprefix(OURS)}")
        return False

    @staticmethod
    def _origin(frame) -> str:
        while frame := frame.f_back:
            node = frame.f_locals.get("self")
            if isinstance(node, Node) and getattr(node, "origin", None):
                return str(node.origin.name)
        return ""
