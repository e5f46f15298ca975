"""Addresses of the client access and the client area. Each names the fiche: two tabs on two fiches never mix."""

from django.urls import include, path

from .views import area, consents, content, entry, files, people, reports, sections, versions

app_name = "organizations"

fiche_urlpatterns = [
    path("", area.home, name="home"),
    path("fiche/", content.fiche, name="fiche"),
    path("fiche/confirmer/", content.confirm, name="confirm_content"),
    path("fiche/modifications/", content.changes, name="changes"),
    path("fiche/modifications/<int:change_id>/retirer/", content.withdraw, name="withdraw_change"),
    path("fiche/versions/", versions.versions, name="versions"),
    path("fiche/versions/<int:revision_id>/", versions.version, name="version"),
    path("fiche/versions/<int:revision_id>/revenir/", versions.restore, name="restore_version"),
    path("fiche/images/<int:file_id>/<slug:size>.webp", files.picture, name="picture"),
    path("fiche/documents/<int:file_id>/", files.document, name="document"),
    path("fiche/telecharger/", files.take, name="take_fiche"),
    path("fiche/mes-coordonnees/", consents.mine, name="my_consent"),
    path("fiche/erreurs/<int:report_id>/reglee/", reports.close, name="close_report"),
    path("fiche/<slug:section>/", sections.edit, name="fiche_section"),
    path("fiche/<slug:section>/brouillon/", sections.keep, name="keep_draft"),
    path("fiche/<slug:section>/brouillon/abandonner/", sections.drop, name="drop_draft"),
    path("historique/", area.history, name="history"),
    path("communications/", area.communications, name="communications"),
    path("accompagnement/", area.support, name="support"),
    path("adhesion/", area.membership, name="membership"),
    path("utilisateurs/", people.users, name="users"),
    path("utilisateurs/inviter/", people.invite, name="invite"),
    path("utilisateurs/confirmer/", people.confirm_people, name="confirm_people"),
    path("utilisateurs/passer-le-relais/", people.hand_over, name="hand_over"),
    path("utilisateurs/quitter/", people.leave, name="leave"),
    path("utilisateurs/<int:access_id>/approuver/", people.approve, name="approve"),
    path("utilisateurs/<int:access_id>/refuser/", people.refuse, name="refuse"),
    path("utilisateurs/<int:access_id>/desactiver/", people.deactivate, name="deactivate"),
    path("utilisateurs/<int:access_id>/reactiver/", people.reactivate, name="reactivate"),
    path("utilisateurs/<int:access_id>/role/", people.change_role, name="change_role"),
    path("invitations/<int:invitation_id>/renvoyer/", people.resend_invitation, name="resend_invitation"),
    path("invitations/<int:invitation_id>/annuler/", people.cancel_invitation, name="cancel_invitation"),
]

urlpatterns = [
    path("fiches/recherche/", entry.search, name="search"),
    path("nouvelle-fiche/", entry.new_fiche, name="new_fiche"),
    path("invitation/<str:token>/", entry.invitation, name="invitation"),
    path("bonnes-personnes/<str:token>/", entry.people_check, name="people_check"),
    path("fiche-toujours-vraie/<str:token>/", entry.content_check, name="content_check"),
    path("mes-coordonnees-publiques/<str:token>/", consents.from_message, name="consent"),
    path("espace/", area.area, name="area"),
    path("espace/demander/", entry.ask, name="ask"),
    path("espace/repondre/<int:access_id>/", entry.answer, name="answer"),
    path("espace/<int:organization_id>/", include(fiche_urlpatterns)),
]
