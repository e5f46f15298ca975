"""What this app adds to the Wagtail admin: addresses, the side menu, the dashboard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, path, re_path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.admin.ui.sidebar import LinkMenuItem
from wagtail.snippets.models import register_snippet

from guichet.core.perms import is_agent

from .staff import (
    accounts,
    bulk,
    changes,
    duplicates,
    fiche_bulk,
    fiche_export,
    fiche_map,
    fiches,
    imports,
    lists,
    merging,
    people,
    reports,
    requests,
    saved_filters,
    statistics,
)


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[URLPattern]:
    """Addresses under /gestion/."""
    return [
        path("inscriptions/", requests.RequestList.as_view(), name="staff_requests"),
        path(
            "inscriptions/resultats/", requests.RequestList.as_view(results_only=True), name="staff_requests_results"
        ),
        path(
            "inscriptions/decider/gestionnaires/", bulk.decide, {"action": "manager"}, name="staff_requests_managers"
        ),
        path(
            "inscriptions/decider/collaborateurs/",
            bulk.decide,
            {"action": "contributor"},
            name="staff_requests_contributors",
        ),
        path("inscriptions/decider/refus/", bulk.decide, {"action": "refuse"}, name="staff_requests_refuse"),
        path("inscriptions/<int:pk>/", requests.request_page, name="staff_request"),
        path("inscriptions/<int:pk>/approuver/", requests.approve, name="staff_request_approve"),
        path("inscriptions/<int:pk>/creer-la-fiche/", requests.create_fiche, name="staff_request_create_fiche"),
        path("inscriptions/<int:pk>/refuser/", requests.refuse, name="staff_request_refuse"),
        path("inscriptions/<int:pk>/question/", requests.ask, name="staff_request_ask"),
        path("inscriptions/<int:pk>/fiche/<int:organization_id>/", requests.attach, name="staff_request_attach"),
        path("inscriptions/<int:pk>/confirmation/", requests.resend_confirmation, name="staff_request_resend"),
        path("fiches/", fiches.FicheList.as_view(), name="staff_fiches"),
        path("fiches/resultats/", fiches.FicheList.as_view(results_only=True), name="staff_fiches_results"),
        re_path(r"^fiches/fiches\.(?P<extension>xlsx|csv)$", fiche_export.export, name="staff_fiches_export"),
        path("fiches/carte/", fiche_map.fiche_map, name="staff_fiche_map"),
        path("fiches/nouvelle/", fiches.add, name="staff_fiche_add"),
        path("fiches/importer/", imports.imports, name="staff_imports"),
        path("fiches/importer/exemple.<str:extension>", imports.example, name="staff_import_example"),
        path("fiches/importer/<int:pk>/", imports.import_page, name="staff_import"),
        path("fiches/importer/<int:pk>/confirmer/", imports.confirm, name="staff_import_confirm"),
        path("fiches/importer/<int:pk>/abandonner/", imports.abandon, name="staff_import_abandon"),
        path("fiches/importer/<int:pk>/erreurs.csv", imports.errors, name="staff_import_errors"),
        path("fiches/modifications/", changes.ChangeList.as_view(), name="staff_changes"),
        path(
            "fiches/modifications/resultats/",
            changes.ChangeList.as_view(results_only=True),
            name="staff_changes_results",
        ),
        path("fiches/plusieurs/", fiche_bulk.choose, name="staff_fiches_bulk"),
        path("fiches/plusieurs/<slug:action>/", fiche_bulk.change, name="staff_fiches_bulk_action"),
        *saved_filters.of_fiches.patterns("fiches/filtres/"),
        path("fiches/doublons/", duplicates.DuplicateList.as_view(), name="staff_duplicates"),
        path(
            "fiches/doublons/resultats/",
            duplicates.DuplicateList.as_view(results_only=True),
            name="staff_duplicates_results",
        ),
        path("fiches/doublons/chercher/", duplicates.search, name="staff_duplicates_search"),
        path("fiches/doublons/<int:pk>/ecarter/", duplicates.dismiss, name="staff_duplicate_dismiss"),
        path("fiches/doublons/<int:pk>/revoir/", duplicates.reopen, name="staff_duplicate_reopen"),
        path("fiches/fusions/<int:pk>/", merging.merge_page, name="staff_merge"),
        path("fiches/fusions/<int:pk>/annuler/", merging.undo, name="staff_merge_undo"),
        path("fiches/<int:pk>/fusionner/", merging.choose, name="staff_fiche_merge"),
        path("fiches/<int:pk>/fusionner/<int:other>/", merging.preview, name="staff_fiche_merge_preview"),
        path("fiches/<int:pk>/", fiches.fiche_page, name="staff_fiche"),
        path("fiches/<int:pk>/modifier/", fiches.edit, name="staff_fiche_edit"),
        path("fiches/<int:pk>/modifications/", changes.fiche_changes, name="staff_fiche_changes"),
        path("fiches/<int:pk>/archiver/", fiches.archive, name="staff_fiche_archive"),
        path("fiches/<int:pk>/remettre/", fiches.restore, name="staff_fiche_restore"),
        path("fiches/erreurs/", reports.ReportList.as_view(), name="staff_reports"),
        path("fiches/erreurs/resultats/", reports.ReportList.as_view(results_only=True), name="staff_reports_results"),
        path("fiches/erreurs/<int:pk>/", reports.report_page, name="staff_report"),
        path("fiches/erreurs/<int:pk>/rouvrir/", reports.reopen, name="staff_report_reopen"),
        path("statistiques/", statistics.statistics_page, name="staff_statistics"),
        path("statistiques/<slug:key>.svg", statistics.picture, name="staff_statistics_picture"),
        path("statistiques/<slug:key>.csv", statistics.table, name="staff_statistics_table"),
        path("personnes/", people.PersonList.as_view(), name="staff_people"),
        path("personnes/resultats/", people.PersonList.as_view(results_only=True), name="staff_people_results"),
        path("personnes/<int:pk>/", people.person_page, name="staff_person"),
    ]


class AgentMenuItem(MenuItem):
    """An item of the side menu, for agents."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Agents only."""
        return is_agent(request.user)


class CountingMenuItem(AgentMenuItem):
    """« Inscriptions (3) »: the count is in the label, which the side menu shows on every page."""

    def __init__(self, *args: Any, count: Callable[[], int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.count = count

    def render_component(self, request: HttpRequest) -> LinkMenuItem:
        """Wagtail's link, with the count."""
        count = self.count()
        label = f"{self.label} ({count})" if count else self.label
        return LinkMenuItem(
            self.name, label, self.url, icon_name=self.icon_name, classname=self.classname, attrs=self.attrs
        )


@hooks.register("register_admin_menu_item")
def register_requests_menu_item() -> MenuItem:
    """« Inscriptions »."""
    return CountingMenuItem(
        gettext_lazy("Inscriptions"),
        reverse("staff_requests"),
        name="staff-requests",
        icon_name="group",
        order=10,
        count=lambda: requests.queue_counts()["count"],
    )


@hooks.register("register_admin_menu_item")
def register_changes_menu_item() -> MenuItem:
    """« Changements »: the side menu has room for one word and a count."""
    return CountingMenuItem(
        gettext_lazy("Changements"),
        reverse("staff_changes"),
        name="staff-changes",
        icon_name="edit",
        order=15,
        count=changes.reserved_count,
    )


@hooks.register("register_admin_menu_item")
def register_reports_menu_item() -> MenuItem:
    """« Signalements »: the errors that visitors report."""
    return CountingMenuItem(
        gettext_lazy("Signalements"),
        reverse("staff_reports"),
        name="staff-reports",
        icon_name="warning",
        order=17,
        count=reports.open_count,
    )


@hooks.register("register_admin_menu_item")
def register_fiches_menu_item() -> MenuItem:
    """« Fiches »."""
    return AgentMenuItem(
        gettext_lazy("Fiches"), reverse("staff_fiches"), name="staff-fiches", icon_name="folder-open-inverse", order=20
    )


@hooks.register("register_admin_menu_item")
def register_duplicates_menu_item() -> MenuItem:
    """« Doublons »."""
    return CountingMenuItem(
        gettext_lazy("Doublons"),
        reverse("staff_duplicates"),
        name="staff-duplicates",
        icon_name="copy",
        order=25,
        count=duplicates.duplicate_count,
    )


@hooks.register("register_admin_menu_item")
def register_people_menu_item() -> MenuItem:
    """« Personnes »."""
    return AgentMenuItem(
        gettext_lazy("Personnes"), reverse("staff_people"), name="staff-people", icon_name="user", order=30
    )


@hooks.register("register_admin_menu_item")
def register_statistics_menu_item() -> MenuItem:
    """« Statistiques »."""
    return AgentMenuItem(
        gettext_lazy("Statistiques"), reverse("staff_statistics"), name="staff-statistics", icon_name="table", order=35
    )


class RequestsPanel(Component):
    """« Inscriptions à traiter » on the dashboard."""

    name = "staff_requests"
    template_name = "organizations/staff/requests_panel.html"
    order = 50

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        """How many, how many late, and the first ones."""
        return {
            **requests.queue_counts(),
            "first": requests.to_decide()[:5],
            "url": reverse("staff_requests"),
            "late_url": f"{reverse('staff_requests')}?show=late",
            "title": _("Inscriptions à traiter"),
        }


@hooks.register("construct_homepage_panels")
def add_requests_panel(request: HttpRequest, panels: list[Component]) -> None:
    """On the dashboard of agents."""
    if is_agent(request.user):
        panels.append(RequestsPanel())


register_snippet(lists.ListsGroup)

hooks.register("before_delete_user", accounts.keep_person)
hooks.register("before_edit_user", accounts.keep_managers)
hooks.register("before_bulk_action", accounts.keep_people_in_bulk)
