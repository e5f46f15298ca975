"""The fiche, who has access to it, who is invited, what changes of it, and what the public sees."""

from ..import_models import ImportBatch
from .access import Access, AccessQuerySet, Invitation
from .changes import FicheChange, FicheChangeQuerySet, SectionDraft
from .directory import DirectoryEntry, DirectoryEntryQuerySet, DirectoryTerm, ErrorReport, ErrorReportQuerySet
from .duplicates import DuplicatePair, DuplicatePairQuerySet
from .files import FicheFile, PersonConsent
from .lists import AccessFeature, Activity, Clientele
from .merging import FicheMerge, FicheMergeQuerySet
from .organization import Organization, OrganizationQuerySet
from .places import Mrc, Municipality
from .saved_filters import FirstFilter, SavedFilter, SavedFilterQuerySet
from .settings import FicheSettings

__all__ = [
    "Access",
    "AccessFeature",
    "AccessQuerySet",
    "Activity",
    "Clientele",
    "DirectoryEntry",
    "DirectoryEntryQuerySet",
    "DirectoryTerm",
    "DuplicatePair",
    "DuplicatePairQuerySet",
    "ErrorReport",
    "ErrorReportQuerySet",
    "FicheChange",
    "FicheChangeQuerySet",
    "FicheFile",
    "FicheMerge",
    "FicheMergeQuerySet",
    "FicheSettings",
    "FirstFilter",
    "ImportBatch",
    "Invitation",
    "Mrc",
    "Municipality",
    "Organization",
    "OrganizationQuerySet",
    "PersonConsent",
    "SavedFilter",
    "SavedFilterQuerySet",
    "SectionDraft",
]
