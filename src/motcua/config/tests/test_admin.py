"""Django's admin: absent unless the flag is set, then a window for administrators that changes nothing."""

import types

import pytest
from django.apps import apps
from django.test import Client
from django.urls import path

from motcua.config import admin, urls
from motcua.demo.fixtures import Api, principal_of
from motcua.organisation.models import Account

ADDRESS = "/xem-du-lieu/"


@pytest.fixture
def flagged(settings):
    admin.register_all()
    patterns = [*urls.urlpatterns, path(ADDRESS[1:], admin.site.urls)]
    module = types.ModuleType("flagged_urls")
    for name in ("handler400", "handler403", "handler404", "handler500"):
        setattr(module, name, getattr(urls, name))
    module.urlpatterns = patterns
    settings.ROOT_URLCONF = module


def browser(login: str) -> Client:
    client = Client()
    client.force_login(Account.objects.get(login=login))
    return client


def test_without_the_flag_there_is_no_such_address(api: Api) -> None:
    assert browser("quantri.nghean").get(ADDRESS).status_code == 404


def test_an_administrator_sees_every_table_and_no_secret(api: Api, flagged) -> None:
    client = browser("quantri.nghean")
    page = client.get(ADDRESS).content.decode()
    for model in apps.get_models():
        if model.__module__.startswith("motcua.") and model.__name__ != "Token":
            assert f"/{model._meta.app_label}/{model._meta.model_name}/" in page, model
    account = Account.objects.get(login="tiepnhan.quynhson")
    listed = client.get(f"{ADDRESS}organisation/account/{account.pk}/change/").content.decode()
    assert account.login in listed
    assert account.password not in listed


def test_it_changes_nothing(api: Api, flagged) -> None:
    client, account = browser("quantri.nghean"), Account.objects.get(login="tiepnhan.quynhson")
    address = f"{ADDRESS}organisation/account/{account.pk}"
    assert client.post(f"{address}/change/", {"login": "x"}).status_code == 403
    assert client.post(f"{address}/delete/", {"post": "yes"}).status_code == 403
    assert client.get(f"{ADDRESS}organisation/account/add/").status_code == 403


@pytest.mark.parametrize("login", ["tiepnhan.quynhson", "theodoi.nghean"])
def test_others_are_refused(api: Api, flagged, login: str) -> None:
    assert principal_of(login)
    assert browser(login).get(ADDRESS).status_code == 403


def test_who_is_not_signed_in_is_sent_to_the_sign_in_page(api: Api, flagged) -> None:
    assert Client().get(ADDRESS)["Location"].startswith("/dang-nhap/")
