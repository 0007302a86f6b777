"""One-stop public services of a Vietnamese province under the two-tier model."""

__version__ = "0.1.0"
