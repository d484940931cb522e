"""Refusals that depend on who sends a request."""

from tradepost.errors import Refusal


class BadHost(Refusal):
    """The Host header names another machine."""

    code = "bad_host"
    template = "This server does not answer to that host name."


class SignInRequired(Refusal):
    """Nobody is signed in, and no key was given."""

    code = "sign_in_required"
    template = (
        "Sign in, or send an API key: `Authorization: Bearer KEY`, or the key as the password of "
        "basic authentication."
    )


class KeyRefused(Refusal):
    """The API key is not known, or no longer good."""

    code = "key_refused"
    template = "The API key is unknown, expired or revoked."


class Forbidden(Refusal):
    """The caller may not do this."""

    code = "forbidden"
    template = "{actor} may not do this."


class QuotaExceeded(Refusal):
    """The key was used more often than it may be."""

    code = "quota_exceeded"
    retryable = True
    template = "The key may be used {limit} times a minute; try again in {retry_after_s} s."


class OwnAccount(Refusal):
    """Nobody takes their own rights away."""

    code = "own_account"
    template = "This is your own account: ask another admin to change it."


class RemoteCaller(Refusal):
    """The caller is not on this machine."""

    code = "remote_caller"
    template = "Without sign-in only callers on this machine are served."


class CrossSiteRequest(Refusal):
    """A browser sent the request for another site's page."""

    code = "cross_site_request"
    template = "A page of another site sent this request; it is refused."
