"""Sign-in: the few pages of allauth that we use. Nobody signs up: staff are added by an administrator."""

from typing import NoReturn

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from django.http import Http404, HttpRequest
from django.urls import path

from trustdesk.web.accounts import signed_in
from trustdesk.web.look import look


def closed(request: HttpRequest) -> NoReturn:  # noqa: ARG001  a view is given the request
    """allauth links to these names; there is nothing behind them here."""
    raise Http404


urlpatterns = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", signed_in(account.reauthenticate), name="account_reauthenticate"),
    path("password/", signed_in(account.password_change), name="account_change_password"),
    path("security/", signed_in(mfa.index), name="mfa_index"),
    path("code/", mfa.authenticate, name="mfa_authenticate"),
    path("code/again/", signed_in(mfa.reauthenticate), name="mfa_reauthenticate"),
    path("authenticator/", signed_in(totp.activate_totp), name="mfa_activate_totp"),
    path("authenticator/off/", signed_in(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("recovery-codes/", signed_in(recovery_codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path("recovery-codes/new/", signed_in(recovery_codes.generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path("recovery-codes/file/", signed_in(recovery_codes.download_recovery_codes), name="mfa_download_recovery_codes"),
    path("look/", look, name="look"),
    path("closed/signup/", closed, name="account_signup"),
]
