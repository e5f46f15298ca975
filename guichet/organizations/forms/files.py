"""The sections of a fiche that hold files. A file that was received stays received, whatever else the form lacks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from guichet.core.uploads import (
    DOCUMENT_BYTES,
    DOCUMENT_EXTENSIONS,
    PICTURE_BYTES,
    CleanFile,
    clean_document,
    clean_picture,
    too_big,
)

from ..enums import DocumentKind, FilePurpose, Section
from ..models import FicheFile, Organization
from .sections import SectionForm

PICTURES_AT_MOST = 12
DOCUMENTS_AT_MOST = 40
PICTURE_ACCEPT = "image/jpeg,image/png,image/webp,image/gif"


class SafeFileField(forms.FileField):
    """A file made safe: its clean value is a `CleanFile`. ``at_most``: bytes."""

    def __init__(self, *, make_safe: Callable[..., CleanFile], at_most: int, accept: str, **kwargs) -> None:
        super().__init__(widget=forms.FileInput(attrs={"accept": accept}), required=False, **kwargs)
        self.make_safe, self.at_most = make_safe, at_most
        self.error_messages["empty"] = _("Ce fichier est vide. Choisissez-en un autre.")

    def clean(self, data: Any, initial: Any = None) -> CleanFile | None:
        """The file, made safe."""
        upload = super().clean(data, initial)
        return self.make_safe(upload) if upload else None


class FilesForm(SectionForm):
    """What both sections of files share. ``too_big``: the fields whose file was dropped while it came in.

    A new file is kept at once by ``receive``; its key goes with the form in a hidden field until it is saved.
    """

    purpose: str
    file_fields: tuple[str, ...]

    def __init__(
        self, data=None, files=None, *, organization: Organization, too_big: list[str] = (), **kwargs
    ) -> None:
        self.organization, self.dropped = organization, too_big
        super().__init__(data, files, **kwargs)

    def _picture_field(self, label: str, help_text: str) -> SafeFileField:
        return SafeFileField(
            make_safe=clean_picture, at_most=PICTURE_BYTES, accept=PICTURE_ACCEPT, label=label, help_text=help_text
        )

    def _add_upload(self, name: str, field: SafeFileField) -> None:
        self.fields[name] = field
        self.fields[f"{name}_id"] = forms.IntegerField(required=False, widget=forms.HiddenInput)

    @cached_property
    def kept(self) -> dict[int, FicheFile]:
        """The files that the form names, those that it received before included."""
        named = [*self._received_keys().values(), *self.named_files()]
        return self.organization.files.filter(purpose=self.purpose).in_bulk(named)

    def _received_keys(self) -> dict[str, int]:
        """By upload field, the key that went with the form; what is no key is left out."""
        keys = {name: self.data.get(f"{name}_id", "") for name in self.file_fields}
        return {name: int(key) for name, key in keys.items() if key.isascii() and key.isdigit() and len(key) < 18}

    def named_files(self) -> list[int]:
        """The files that the form was opened with."""
        raise NotImplementedError

    def received(self) -> dict[str, FicheFile]:
        """By upload field, the file that is kept and not yet saved."""
        keys = self._received_keys()
        return {name: self.kept[key] for name, key in keys.items() if key in self.kept}

    def clean(self) -> dict[str, Any]:
        """A file that was dropped while it came in is an error of its field."""
        cleaned = super().clean()
        for name in self.file_fields:
            if name in self.dropped:
                self.add_error(name, too_big(self.fields[name].at_most))
        return cleaned

    def receive(self, store: Callable[[CleanFile], FicheFile]) -> None:
        """Keep what came in and is sound, even when another field is not: nobody sends it twice."""
        for name in self.file_fields:
            clean = self.cleaned_data.get(name)
            if not clean:
                continue
            file = store(clean)
            self.data = self.data.copy()
            self.data[f"{name}_id"] = str(file.pk)
            self.kept[file.pk] = file


class PicturesForm(FilesForm):
    """« Logo et photos »."""

    purpose = FilePurpose.PICTURE
    file_fields = ("logo_file", "picture_file")

    def add_fields(self) -> None:
        """The logo, each picture with its description, and room for one more."""
        weight = _("JPEG, PNG, WebP ou GIF, 15 Mo au plus.")
        self._add_upload("logo_file", self._picture_field(_("Choisir un logo"), weight))
        if self.base.get("logo"):
            self.fields["remove_logo"] = forms.BooleanField(label=_("Retirer le logo actuel"), required=False)
        for one in self.pictures:
            self.fields[f"alt_{one['file']}"] = self._alt(required=True)
            self.initial[f"alt_{one['file']}"] = one["alt"]
            self.fields[f"remove_{one['file']}"] = forms.BooleanField(label=_("Retirer cette photo"), required=False)
        where = _("La position et l’appareil inscrits dans la photo sont effacés.")
        self._add_upload("picture_file", self._picture_field(_("Ajouter une photo"), f"{weight} {where}"))
        self.fields["picture_alt"] = self._alt(_("Par exemple : Des enfants patinent sur l’anneau de glace."))

    def _alt(self, help_text: str = "", *, required: bool = False) -> forms.CharField:
        return forms.CharField(
            label=_("Ce qu’on y voit, pour qui ne la voit pas"),
            required=required,
            max_length=200,
            help_text=help_text,
            error_messages={"required": _("Dites en quelques mots ce qu’on voit sur la photo.")},
        )

    @property
    def pictures(self) -> list[dict[str, Any]]:
        """The pictures that the form was opened with."""
        return _items(self.base.get("pictures"), {"file", "alt"})

    def named_files(self) -> list[int]:
        """The files that the form was opened with."""
        logo = self.base.get("logo")
        return [*([logo] if isinstance(logo, int) else []), *(one["file"] for one in self.pictures)]

    def clean(self) -> dict[str, Any]:
        """Whoever cannot see a picture is told what it shows; there is an end to them."""
        cleaned = super().clean()
        for one in self.pictures:
            if cleaned.get(f"remove_{one['file']}"):
                self.errors.pop(f"alt_{one['file']}", None)
        new = cleaned.get("picture_file") or "picture_file" in self.received()
        if new and not cleaned.get("picture_alt"):
            self.add_error("picture_alt", ValidationError(_("Dites en quelques mots ce qu’on voit sur la photo.")))
        if cleaned.get("picture_alt") and not new and "picture_file" not in self.errors:
            self.add_error("picture_file", ValidationError(_("Choisissez la photo que vous décrivez.")))
        if new and len(self.pictures) >= PICTURES_AT_MOST:
            message = _("%(count)d photos au plus : retirez-en une d’abord.") % {"count": PICTURES_AT_MOST}
            self.add_error("picture_file", ValidationError(message))
        return cleaned

    def content(self) -> dict[str, Any]:
        """The logo and the pictures as the form says them."""
        received, cleaned = self.received(), self.cleaned_data
        logo = None if cleaned.get("remove_logo") else self.base.get("logo")
        if "logo_file" in received:
            logo = received["logo_file"].pk
        pictures = [
            {"file": one["file"], "alt": cleaned[f"alt_{one['file']}"]}
            for one in self.pictures
            if not cleaned[f"remove_{one['file']}"]
        ]
        if "picture_file" in received:
            pictures.append({"file": received["picture_file"].pk, "alt": cleaned["picture_alt"]})
        return {"logo": logo, "pictures": pictures}

    def file_groups(self) -> list[dict[str, Any]]:
        """What the page shows, in order: each file, its fields, what was received."""
        received = self.received()
        logo = self.kept.get(self.base.get("logo"))
        names = ["logo_file", "logo_file_id", *(["remove_logo"] if "remove_logo" in self.fields else [])]
        groups = [{"title": _("Logo"), "file": logo, "received": received.get("logo_file"), "fields": names}]
        for number, one in enumerate(self.pictures, start=1):
            groups.append(
                {
                    "title": _("Photo %(number)d") % {"number": number},
                    "file": self.kept.get(one["file"]),
                    "fields": [f"alt_{one['file']}", f"remove_{one['file']}"],
                }
            )
        groups.append(
            {
                "title": _("Une photo de plus"),
                "received": received.get("picture_file"),
                "fields": ["picture_file", "picture_file_id", "picture_alt"],
            }
        )
        return [{**group, "fields": [self[name] for name in group["fields"]]} for group in groups]


class DocumentsForm(FilesForm):
    """« Documents »: private, each with its kind, its title and, if it has one, its expiry date."""

    purpose = FilePurpose.DOCUMENT
    file_fields = ("document_file",)

    def add_fields(self) -> None:
        """Each document, and room for one more."""
        for one in self.documents:
            self._add_document(str(one["file"]), one)
            self.fields[f"remove_{one['file']}"] = forms.BooleanField(label=_("Retirer ce document"), required=False)
        self._add_upload(
            "document_file",
            SafeFileField(
                make_safe=clean_document,
                at_most=DOCUMENT_BYTES,
                accept=",".join(DOCUMENT_EXTENSIONS),
                label=_("Ajouter un document"),
                help_text=_("PDF, Word, Excel, OpenDocument ou photo, 20 Mo au plus."),
            ),
        )
        self._add_document("new", {})

    def _add_document(self, key: str, values: dict[str, Any]) -> None:
        choices = DocumentKind.choices if values else [("", _("Choisissez")), *DocumentKind.choices]
        fields = {
            "kind": forms.ChoiceField(label=_("Sorte de document"), choices=choices, required=bool(values)),
            "title": forms.CharField(
                label=_("Titre"), required=False, max_length=120, help_text=_("Par exemple : Police 2026-2027.")
            ),
            "expires_on": forms.DateField(
                label=_("Date d’échéance"),
                required=False,
                widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
                help_text=_("Nous vous la rappellerons."),
            ),
        }
        for part, field in fields.items():
            self.fields[f"{part}_{key}"] = field
            self.initial[f"{part}_{key}"] = values.get(part, "")

    @property
    def documents(self) -> list[dict[str, Any]]:
        """The documents that the form was opened with."""
        return _items(self.base.get("documents"), {"file", "kind"})

    def named_files(self) -> list[int]:
        """The files that the form was opened with."""
        return [one["file"] for one in self.documents]

    def clean(self) -> dict[str, Any]:
        """A new document has its kind; there is an end to them."""
        cleaned = super().clean()
        new = cleaned.get("document_file") or "document_file" in self.received()
        if new and not cleaned.get("kind_new"):
            self.add_error("kind_new", ValidationError(_("Choisissez la sorte de document.")))
        described = any(cleaned.get(f"{part}_new") for part in ("kind", "title", "expires_on"))
        if described and not new and "document_file" not in self.errors:
            self.add_error("document_file", ValidationError(_("Choisissez le fichier de ce document.")))
        if new and len(self.documents) >= DOCUMENTS_AT_MOST:
            message = _("%(count)d documents au plus : retirez-en un d’abord.") % {"count": DOCUMENTS_AT_MOST}
            self.add_error("document_file", ValidationError(message))
        return cleaned

    def _described(self, key: str, file: int) -> dict[str, Any]:
        expires_on: dt.date | None = self.cleaned_data[f"expires_on_{key}"]
        return {
            "file": file,
            "kind": self.cleaned_data[f"kind_{key}"],
            "title": self.cleaned_data[f"title_{key}"],
            "expires_on": expires_on.isoformat() if expires_on else "",
        }

    def content(self) -> dict[str, Any]:
        """The documents as the form says them."""
        documents = [
            self._described(str(one["file"]), one["file"])
            for one in self.documents
            if not self.cleaned_data[f"remove_{one['file']}"]
        ]
        received = self.received()
        if "document_file" in received:
            file = received["document_file"]
            new = self._described("new", file.pk)
            documents.append({**new, "title": new["title"] or file.name})
        return {"documents": documents}

    def file_groups(self) -> list[dict[str, Any]]:
        """What the page shows, in order."""
        groups = []
        for one in self.documents:
            key = str(one["file"])
            names = [f"{part}_{key}" for part in ("kind", "title", "expires_on")] + [f"remove_{key}"]
            file = self.kept.get(one["file"])
            groups.append({"title": one.get("title") or str(file or ""), "file": file, "fields": names})
        groups.append(
            {
                "title": _("Un document de plus"),
                "received": self.received().get("document_file"),
                "fields": ["document_file", "document_file_id", "kind_new", "title_new", "expires_on_new"],
            }
        )
        return [{**group, "fields": [self[name] for name in group["fields"]]} for group in groups]


FORMS: dict[str, type[FilesForm]] = {Section.PICTURES: PicturesForm, Section.DOCUMENTS: DocumentsForm}


def _items(value: Any, keys: set[str]) -> list[dict[str, Any]]:
    """The items of a list that went through the browser, without what is none."""
    items = value if isinstance(value, list) else []
    return [one for one in items if isinstance(one, dict) and keys <= one.keys() and isinstance(one["file"], int)]
