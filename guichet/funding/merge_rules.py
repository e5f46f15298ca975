"""What follows a fiche that is merged into another: its applications, but not into a call where the other has one."""

from guichet.organizations.services.merge_rules import RULES, Moves


def register() -> None:
    """Teach the merge this app's tables."""
    RULES["funding.Application.organization"] = Moves(unless=("call",))
    RULES["funding.Extension.organization"] = Moves(unless=("call",))
