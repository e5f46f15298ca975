"""What a page with the map may load from elsewhere."""

import pytest
from csp.middleware import CSPMiddleware
from django.http import HttpResponse

from guichet.core.middleware import AdminPolicyMiddleware
from guichet.organizations.map_tiles import allows_map_tiles, tiles_policy

TILES = "https://tiles.example.org/{z}/{x}/{y}.png"


def respond(rf, response=None):
    return allows_map_tiles(lambda request: response or HttpResponse())(rf.get("/"))


def test_page_loads_nothing_from_elsewhere_by_default(rf):
    response = respond(rf)
    assert tiles_policy() == {}
    assert not hasattr(response, "_csp_update")
    assert "Referrer-Policy" not in response.headers


def test_page_with_the_map_may_load_tiles_from_their_origin(rf, settings):
    settings.MAP_TILES_URL = "https://tiles.example.org:8443/carte/{z}/{x}/{y}.png?key=a"
    response = respond(rf)
    assert response._csp_update == {"img-src": ["https://tiles.example.org:8443"]}
    assert response.headers["Referrer-Policy"] == "strict-origin-when-cross-origin"


def test_what_the_page_adds_itself_to_its_policy_stays(rf, settings):
    settings.MAP_TILES_URL = TILES
    response = HttpResponse()
    response._csp_update = {"img-src": ["blob:"], "media-src": ["'self'"]}
    assert respond(rf, response)._csp_update == {
        "img-src": ["blob:", "https://tiles.example.org"],
        "media-src": ["'self'"],
    }


@pytest.mark.parametrize("path", ["/repertoire/", "/gestion/carte/"])
def test_policy_of_the_page_names_the_tiles_beside_our_own_images(rf, settings, path):
    settings.MAP_TILES_URL = TILES
    view = AdminPolicyMiddleware(allows_map_tiles(lambda request: HttpResponse()))
    header = CSPMiddleware(view)(rf.get(path)).headers["Content-Security-Policy"]
    policy = dict(directive.strip().split(" ", 1) for directive in header.split(";"))
    assert policy["img-src"] == "'self' data: https://tiles.example.org"
    assert "tiles.example.org" not in policy["script-src"] + policy["style-src"] + policy["default-src"]
