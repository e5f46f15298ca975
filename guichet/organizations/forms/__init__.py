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
from .content import ConsentForm, DecideForm
from .files import FORMS as FILE_FORMS
from .files import FilesForm
from .sections import SectionForm

__all__ = [
    "FILE_FORMS",
    "AnswerForm",
    "AskAccessForm",
    "ConsentForm",
    "DecideForm",
    "FicheChoiceField",
    "FilesForm",
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
