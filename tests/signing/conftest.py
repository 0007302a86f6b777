"""Signing with what stands outside: tokens, remote services, time stamps, threads."""

from motcua.documents.tests.conftest import authority, world  # noqa: F401
