"""Heavy files, in parts, for the page's script: the tus protocol 1.0.0, with creation, termination and expiration.

An answer that refuses has a sentence for the screen, as JSON, whenever somebody can do something about it.
"""

from __future__ import annotations

import base64
import binascii
import functools
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from guichet.core.errors import InvalidState
from guichet.organizations.models import Organization
from guichet.organizations.views.scope import fiche_view

from .. import services
from ..models import PartialUpload
from .scope import find_application

TUS = "1.0.0"
STATUSES = {
    services.WrongOffset: 409,
    services.UploadGone: 410,
    services.PartTooLong: 413,
    services.PartTooShort: 400,
}
PART_TYPE = "application/offset+octet-stream"


class BadRequest(Exception):
    """The request is none of the protocol's: the status of its answer."""

    def __init__(self, status: int = 400) -> None:
        self.status = status


def _speaks_tus(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view whose answers are the protocol's: what services refuse, and the end of the session, are statuses."""

    @functools.wraps(view)
    def told(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "GET" and request.headers.get("Tus-Resumable") != TUS:
            return HttpResponse(status=412, headers={"Tus-Version": TUS})
        try:
            return view(request, *args, **kwargs)
        except BadRequest as problem:
            return HttpResponse(status=problem.status)
        except ValidationError as problem:
            return _refusal(422, problem.messages[0])
        except InvalidState as problem:
            return _refusal(STATUSES.get(type(problem), 403), str(problem))

    of_fiche = fiche_view(back="funding:applications")(told)

    @functools.wraps(view)
    def wrapped(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            answer = of_fiche(request, **kwargs)
        else:
            answer = _refusal(401, _("Votre session a pris fin."))
        answer.headers["Tus-Resumable"] = TUS
        answer.headers["Cache-Control"] = "no-store"
        return answer

    return wrapped


def _refusal(status: int, message: str) -> JsonResponse:
    return JsonResponse({"message": message}, status=status)


def _state(upload: PartialUpload, status: int, **headers: Any) -> HttpResponse:
    """Where an upload stands."""
    answer = HttpResponse(status=status, headers=headers)
    answer.headers["Upload-Offset"] = str(upload.offset)
    answer.headers["Upload-Expires"] = http_date(upload.expires_at.timestamp())
    return answer


def _number(text: str | None) -> int:
    if not (text and text.isascii() and text.isdigit() and len(text) < 16):
        raise BadRequest
    return int(text)


def _metadata(request: HttpRequest) -> dict[str, str]:
    """What the script says of the file: « name base64, name base64 »."""
    try:
        pairs = [pair.split() for pair in request.headers.get("Upload-Metadata", "").split(",")]
        return {name: base64.b64decode(value, validate=True).decode() for name, value in pairs}
    except (ValueError, binascii.Error) as problem:
        raise BadRequest from problem


@require_http_methods(["GET", "POST"])
@_speaks_tus
def uploads(request: HttpRequest, organization: Organization, pk: int, for_report: bool = False) -> HttpResponse:
    """Begin to send a file. Asked by GET: the token that requests have to bear, which changes when one signs in."""
    found = find_application(organization, pk)
    if request.method == "GET":
        return JsonResponse({"token": get_token(request)})
    told = _metadata(request)
    upload = services.begin_upload(
        application=found,
        for_report=for_report,
        question_key=told.get("question", ""),
        name=told.get("filename", ""),
        size=_number(request.headers.get("Upload-Length")),
        modified=_number(told.get("modified")),
        actor=request.user,
    )
    return _state(upload, 201, Location=reverse("funding:upload", args=[organization.pk, found.pk, upload.pk]))


@require_http_methods(["HEAD", "PATCH", "DELETE"])
@_speaks_tus
def upload(request: HttpRequest, organization: Organization, pk: int, upload_id: int) -> HttpResponse:
    """How far it is, its next part, or its end; 404 to whoever did not begin it."""
    found = get_object_or_404(find_application(organization, pk).uploads.filter(user=request.user), pk=upload_id)
    if request.method == "DELETE":
        services.cancel_upload(upload=found, actor=request.user)
        return HttpResponse(status=204)
    if request.method == "HEAD":
        if found.is_over:
            raise services.UploadGone
        return _state(found, 200, **{"Upload-Length": found.size})
    if request.content_type != PART_TYPE:
        raise BadRequest(415)
    offset = _number(request.headers.get("Upload-Offset"))
    return _state(services.append_part(upload=found, offset=offset, data=_part(request), actor=request.user), 204)


def _part(request: HttpRequest) -> bytes:
    """What the request brings: whole, or refused before it is read."""
    length = _number(request.headers.get("Content-Length"))
    if length > services.PART_BYTES:
        raise services.PartTooLong
    try:
        data = request.read(length)
    except UnreadablePostError as problem:
        raise BadRequest from problem
    # Cut off on its way: what is missing would shift everything that follows.
    if len(data) != length:
        raise BadRequest
    return data


urlpatterns = [
    path("<int:pk>/envois/", uploads, name="uploads"),
    path("<int:pk>/reddition/envois/", uploads, {"for_report": True}, name="report_uploads"),
    path("<int:pk>/envois/<int:upload_id>/", upload, name="upload"),
]
