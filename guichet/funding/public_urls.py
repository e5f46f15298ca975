"""Addresses of the programmes' public pages, which name no fiche."""

from .views import public

app_name = "programs"
urlpatterns = public.urlpatterns
