"""What people fill in: sign-up, invitations, decisions; the fiche itself."""

from .access import (
    AnswerForm,
    AskAccessForm,
    FicheChoiceField,
    HandoverForm,
    InvitedSignUpForm,
    InviteForm,
    NewFicheForm,
    NewFicheSignUpForm,
    OptionalReasonForm,
    ReasonForm,
    RoleForm,
    SignUpForm,
)
from .content import DecideForm
from .sections import SectionForm

__all__ = [
    "AnswerForm",
    "AskAccessForm",
    "DecideForm",
    "FicheChoiceField",
    "HandoverForm",
    "InviteForm",
    "InvitedSignUpForm",
    "NewFicheForm",
    "NewFicheSignUpForm",
    "OptionalReasonForm",
    "ReasonForm",
    "RoleForm",
    "SectionForm",
    "SignUpForm",
]
