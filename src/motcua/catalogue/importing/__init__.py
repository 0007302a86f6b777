"""Import of a crawl of the National Public Service Portal: docs/catalogue-import.md."""

from motcua.catalogue.importing.publishing import run
from motcua.catalogue.importing.reading import NotReadable
from motcua.catalogue.importing.report import Report

__all__ = ["NotReadable", "Report", "run"]
