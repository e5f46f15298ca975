"""Root addresses. Wagtail's pages come last: they answer for whatever is left."""

from django.conf import settings
from django.urls import include, path, re_path
from django.views.generic import RedirectView
from django.views.i18n import set_language
from django.views.static import serve
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.contrib.sitemaps import Sitemap as PagesSitemap
from wagtail.contrib.sitemaps.views import sitemap
from wagtail.documents import urls as wagtaildocs_urls

from guichet.accounts.urls import allauth_urlpatterns
from guichet.website.directory.sitemap import DirectoryHomeSitemap, DirectorySitemap
from guichet.website.programs import ProgramHomeSitemap, ProgramSitemap
from guichet.website.views import robots

sitemaps = {
    "wagtail": PagesSitemap,
    "directory": DirectoryHomeSitemap,
    "organizations": DirectorySitemap,
    "program_list": ProgramHomeSitemap,
    "programs": ProgramSitemap,
}
handler400 = "guichet.core.views.bad_request"
one_door = RedirectView.as_view(pattern_name="account_login", query_string=True)

urlpatterns = [
    path("", include("guichet.core.urls")),
    path("", include("guichet.accounts.urls")),
    path("", include(allauth_urlpatterns)),
    path("", include("guichet.organizations.urls")),
    path("", include("guichet.funding.public_urls")),
    path("", include("guichet.funding.opinion_urls")),
    path("", include("guichet.funding.urls")),
    path("", include("guichet.website.urls")),
    path("langue/", set_language, name="set_language"),
    path("sitemap.xml", sitemap, {"sitemaps": sitemaps}, name="sitemap"),
    path("robots.txt", robots, name="robots"),
    # Wagtail's own sign-in forms would go round our limits on attempts: everybody signs in at one door.
    path("gestion/login/", one_door, name="staff_sign_in"),
    path("_util/login/", one_door, name="site_sign_in"),
    path("gestion/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    re_path(
        r"^media/(?P<path>images/.*|original_images/.*)$", serve, {"document_root": settings.MEDIA_ROOT}, name="media"
    ),
    path("", include(wagtail_urls)),
]
