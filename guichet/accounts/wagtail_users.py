"""Wagtail's app of users, with our screens for the staff's accounts."""

from wagtail.users.apps import WagtailUsersAppConfig


class UsersConfig(WagtailUsersAppConfig):
    """Names our viewset, whose form gives and takes the staff side."""

    user_viewset = "guichet.accounts.staff.UserViewSet"
