"""Who may do what about applications (DESIGN, section 2): small predicates, used by services, views and templates."""

from __future__ import annotations

from django.db.models import Q

from guichet.core.perms import is_admin, is_agent
from guichet.organizations.models import Access, Organization
from guichet.organizations.perms import access_of

from .enums import ApplicationStatus
from .models import Application, ApplicationComment, Conflict, Form, Program, Review


def _access(user, organization: Organization) -> Access | None:
    """The person's access; the one that the page was found with, where a page asks. Services lock the fiche anew."""
    who, access = getattr(organization, "found_for", (None, None))
    return access if who is not None and who == user.pk else access_of(user, organization)


def _is_member(user, organization: Organization) -> bool:
    access = _access(user, organization)
    return user.is_active and access is not None and access.is_active


def _is_manager(user, organization: Organization) -> bool:
    access = _access(user, organization)
    return user.is_active and access is not None and access.is_manager


def _is_active_member(user, application: Application) -> bool:
    return _is_member(user, application.organization)


def can_run_program(user, program: Program) -> bool:
    """Its forms, calls, evaluations, decisions and payments: admins, and the agents whom it is assigned to."""
    return is_admin(user) or (is_agent(user) and program.officers.filter(pk=user.pk).exists())


def _acts_on_behalf(user, application: Application) -> bool:
    """Staff in the fiche's place: an employee who declared a conflict of interest stays out by this door too."""
    return is_agent(user) and not application.conflicts.filter(user=user.pk).exists()


def can_read_application(user, application: Application) -> bool:
    """Read it and its archive: the fiche's active people, and staff."""
    return _acts_on_behalf(user, application) or _is_active_member(user, application)


def can_edit_application(user, application: Application) -> bool:
    """Write in it while it is open to clients: the fiche's active people; staff on their behalf, marked so."""
    if not application.is_open_to_clients or not application.organization.is_active:
        return False
    return _acts_on_behalf(user, application) or _is_active_member(user, application)


def can_send_to_managers(user, application: Application) -> bool:
    """Say that it is ready for a gestionnaire: whoever may write in it."""
    return can_edit_application(user, application)


def can_return(user, application: Application) -> bool:
    """Give it back to those who write: the fiche's gestionnaires, and staff."""
    return _acts_on_behalf(user, application) or _is_manager(user, application.organization)


def can_submit(user, application: Application) -> bool:
    """Send it to the body: the fiche's gestionnaires alone, nobody in their place."""
    return _is_manager(user, application.organization)


def can_withdraw(user, application: Application) -> bool:
    """Take it back: gestionnaires and staff; what nobody handed in yet, whoever may write in it too."""
    if _acts_on_behalf(user, application) or _is_manager(user, application.organization):
        return True
    return application.status == ApplicationStatus.DRAFT and _is_active_member(user, application)


# --- Programmes, calls, forms


def can_create_program(user) -> bool:
    """Create a programme, and say which agents have it: admins."""
    return is_admin(user)


def can_build_forms(user) -> bool:
    """Create forms and reusable blocks: admins, and agents who have a programme."""
    return is_admin(user) or (is_agent(user) and Program.objects.filter(officers=user).exists())


def can_edit_form(user, form: Form) -> bool:
    """Change a form: whoever has all the programmes that use it; one that nothing uses, whoever builds forms."""
    if not can_build_forms(user):
        return False
    if is_admin(user):
        return True
    using = Program.objects.filter(Q(calls__form=form) | Q(calls__report_form=form))
    return not using.exclude(officers=user).exists()


# --- The client's drafts


def can_start_application(user, organization: Organization) -> bool:
    """Begin an application of a fiche in service: its active people; staff on their behalf, marked so."""
    if not organization.is_active:
        return False
    return is_agent(user) or _is_member(user, organization)


def can_comment(user, application: Application) -> bool:
    """Read and write what colleagues say to each other: the fiche's active people, and nobody of the body."""
    return not is_agent(user) and _is_active_member(user, application)


def can_delete_comment(user, comment: ApplicationComment) -> bool:
    """Take back what one wrote: its author, while they may comment."""
    return comment.author_id == user.pk and can_comment(user, comment.application)


# --- Evaluating -----------------------------------------------------------------------------------


def has_conflict(user, application: Application) -> bool:
    """A conflict of interest: declared, or by an active client access to the fiche."""
    return _is_active_member(user, application) or application.conflicts.filter(user=user.pk).exists()


def can_open_dossier(user, application: Application) -> bool:
    """Read it as the body does: every employee without a conflict of interest."""
    return is_agent(user) and not has_conflict(user, application)


def can_work_on(user, application: Application) -> bool:
    """Take it in, assign, note, ask for more, write to the fiche: whoever runs its programme, without a conflict."""
    return can_run_program(user, application.call.program) and not has_conflict(user, application)


def can_review(user, review: Review) -> bool:
    """Score: the evaluator alone, nobody in their place."""
    return review.evaluator_id == user.pk and can_open_dossier(user, review.application)


def can_read_opinions(user, application: Application) -> bool:
    """What people from outside advise: every employee without a conflict, but nobody whose own evaluation is open."""
    return can_open_dossier(user, application) and not application.reviews.waiting().filter(evaluator=user).exists()


def can_lift_conflict(user, conflict: Conflict) -> bool:
    """Say that there is none: whoever runs the programme, never for themselves."""
    return conflict.user_id != user.pk and can_work_on(user, conflict.application)


def can_write_to_body(user, application: Application) -> bool:
    """Write a message on it: the fiche's active people."""
    return _is_active_member(user, application)


# --- Deciding -------------------------------------------------------------------------------------


def can_agree(user, application: Application) -> bool:
    """Accept the agreement of a grant, or give it up: the fiche's gestionnaires alone, nobody in their place."""
    return _is_manager(user, application.organization)


# --- After the decision


def can_follow(user, application: Application) -> bool:
    """Pay it, decide its changes, take in its report, close it: whoever runs its programme, without a conflict."""
    return can_work_on(user, application)


def can_ask_amendment(user, application: Application) -> bool:
    """Ask to change what was agreed, or take that back: the fiche's gestionnaires."""
    return _is_manager(user, application.organization)


def can_edit_report(user, application: Application) -> bool:
    """Write in its report while it is due and not at the gestionnaires: the fiche's active people, and staff."""
    if application.status != ApplicationStatus.REPORT_DUE or not application.organization.is_active:
        return False
    return _acts_on_behalf(user, application) or _is_active_member(user, application)


def can_submit_report(user, application: Application) -> bool:
    """Send it to the body, or give it back to those who write: the fiche's gestionnaires."""
    return _is_manager(user, application.organization)
