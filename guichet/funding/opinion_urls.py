"""Addresses of the links that people outside the body get, who have no account."""

from .views import opinions

app_name = "opinions"
urlpatterns = opinions.urlpatterns
