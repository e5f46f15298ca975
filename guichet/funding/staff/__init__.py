"""The screens of the financial assistance in the Wagtail admin: a module a part, with its ``urlpatterns``."""
