"""Sign in through an OpenID Connect provider: code flow with PKCE, and an ID token whose every claim is checked.

People are who the provider's ``sub`` says: it is the one name that nobody can choose for themselves.
"""

from __future__ import annotations

import hmac
import secrets
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

import httpx

from geopolity.errors import RequestError
from geopolity.exports import later
from services.auth.roles import PERSONAL, Role
from services.auth.sessions import SignInError
from services.records import Json
from services.settings import Settings

if TYPE_CHECKING:
    from authlib.oauth2 import rfc7636
    from joserfc import errors, jwk, jwt
else:
    rfc7636, errors, jwk, jwt = map(later, ("authlib.oauth2.rfc7636", "joserfc.errors", "joserfc.jwk", "joserfc.jwt"))

ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
"""Signatures by a private key only: a shared secret or none would let others sign."""
KEPT_SECONDS = 3600.0
LEEWAY_SECONDS = 60
PATIENCE_SECONDS = 10.0
LINKS, SIGNS_IN = "seat", "in"
LONGEST_LABEL = 200


class ProviderError(RequestError):
    """The sign-in provider cannot be reached, or is not what it should be."""

    code = "provider"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What a browser keeps while its person is at the provider: nobody else can finish its sign-in.

    Attributes
    ----------
    links
        Whether it is to link a seat, and not to sign in.
    """

    state: str
    nonce: str
    verifier: str
    links: bool = False

    def written(self) -> str:
        """Write it into a cookie."""
        return f"{self.state}.{self.nonce}.{self.verifier}.{LINKS if self.links else SIGNS_IN}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Vouched:
    """Whom a provider vouches for.

    Attributes
    ----------
    issuer, subject
        The provider, and its ``sub`` for the person.
    roles, claim
        Roles that it gives, and the name of the claim that lists them.
    label
        What it calls the person.
    residence, is_of_age
        Id of the unit where the person lives, and whether they are of age, where the settings take its word for it.
    """

    issuer: str
    subject: str
    claim: str
    roles: frozenset[Role]
    label: str
    residence: str = ""
    is_of_age: bool = False


def new_attempt(*, links: bool = False) -> Attempt:
    """Begin a sign-in; one that ``links`` is to link the seat of whoever is signed in already."""
    state, nonce, verifier = (secrets.token_urlsafe(size) for size in (24, 24, 48))
    return Attempt(state=state, nonce=nonce, verifier=verifier, links=links)


def read_attempt(cookie: str | None) -> Attempt:
    """Read what the browser kept.

    Raises
    ------
    SignInError
        If it kept nothing.
    """
    parts = (cookie or "").split(".")
    if len(parts) != 4 or not all(parts):
        raise SignInError("This sign-in was not begun in this browser, or too long ago; begin at /sign-in.")
    return Attempt(state=parts[0], nonce=parts[1], verifier=parts[2], links=parts[3] == LINKS)


class Provider:
    """The provider that the settings name; what it says of itself is asked again once an hour."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._read_at = 0.0
        self._said: Json = {}
        self._keys: jwk.KeySet | None = None

    @property
    def is_configured(self) -> bool:
        """Whether people sign in through a provider."""
        return self._settings.oidc_issuer is not None

    def address(self, attempt: Attempt) -> str:
        """Where to send the browser."""
        asked = {
            "response_type": "code",
            "client_id": self._client,
            "redirect_uri": self._back,
            "scope": "openid profile email",
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": rfc7636.create_s256_code_challenge(attempt.verifier),
            "code_challenge_method": "S256",
        }
        return f"{self._discovered()['authorization_endpoint']}?{urlencode(asked)}"

    @property
    def host(self) -> str:
        """What people know the provider by; empty without one."""
        return urlsplit(self._settings.oidc_issuer or "").netloc

    def finish(self, attempt: Attempt, *, state: str, code: str) -> Vouched:
        """Turn the provider's code into the person it vouches for.

        Raises
        ------
        SignInError
            If the answer belongs to another sign-in, or the token is not what it must be.
        """
        if not hmac.compare_digest(state.encode(), attempt.state.encode()):
            raise SignInError("The provider's answer belongs to another sign-in; begin again at /sign-in.")
        claims = self._claims(self._token(code, attempt), attempt.nonce)
        return Vouched(
            issuer=str(self._settings.oidc_issuer),
            subject=str(claims["sub"]),
            claim=self._settings.oidc_roles_claim,
            roles=self._roles(claims),
            label=_label(claims),
            residence=self._residence(claims),
            is_of_age=claims.get("age_over_18") is True,
        )

    def _token(self, code: str, attempt: Attempt) -> str:
        asked = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._back,
            "client_id": self._client,
            "code_verifier": attempt.verifier,
        }
        secret = self._settings.oidc_client_secret
        said = _asked(
            "POST", self._discovered()["token_endpoint"], data=asked, auth=(self._client, secret) if secret else None
        )
        if not isinstance(said.get("id_token"), str):
            raise SignInError("The provider gave no ID token; begin again at /sign-in.")
        return str(said["id_token"])

    def _claims(self, token: str, nonce: str) -> Json:
        registry = jwt.JWTClaimsRegistry(
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": str(self._settings.oidc_issuer)},
            aud={"essential": True, "value": self._client},
            exp={"essential": True},
            iat={"essential": True},
            sub={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        try:
            claims = self._decoded(token)
            registry.validate(claims)
        except (errors.JoseError, ValueError, KeyError, TypeError) as error:
            raise SignInError(
                "The provider's ID token is refused ({reason}); begin again at /sign-in.",
                reason=str(error),
            ) from error
        if isinstance(claims["aud"], list) and len(claims["aud"]) > 1 and claims.get("azp") != self._client:
            raise SignInError("The provider's ID token is for several services and names another; begin again.")
        return claims

    def _decoded(self, token: str) -> Json:
        try:
            return dict(jwt.decode(token, self._known_keys(), algorithms=ALGORITHMS).claims)
        except (errors.JoseError, ValueError):
            self._keys = None  # the provider may have new keys
            return dict(jwt.decode(token, self._known_keys(), algorithms=ALGORITHMS).claims)

    def _roles(self, claims: Json) -> frozenset[Role]:
        said = claims.get(self._settings.oidc_roles_claim, [])
        words = said.split() if isinstance(said, str) else said if isinstance(said, list) else []
        known = {str(role): role for role in Role} | {str(role).replace(" ", "_"): role for role in Role}
        return (
            frozenset(known[word] for word in words if isinstance(word, str) and word in known)
            - PERSONAL
            - {Role.PUBLIC}
        )

    def _residence(self, claims: Json) -> str:
        setting = self._settings.self_registration or ""
        said = claims.get(setting.removeprefix("claim:"), "") if setting.startswith("claim:") else ""
        return said.strip()[:60] if isinstance(said, str) else ""

    def _known_keys(self) -> jwk.KeySet:
        if self._keys is None:
            self._keys = jwk.KeySet.import_key_set(_asked("GET", self._discovered()["jwks_uri"]))  # type: ignore[arg-type]
        return self._keys

    def _discovered(self) -> Json:
        if time.monotonic() - self._read_at > KEPT_SECONDS or not self._said:
            issuer = self._settings.oidc_issuer
            said = _asked("GET", f"{issuer}/.well-known/openid-configuration")
            if str(said.get("issuer", "")).rstrip("/") != issuer:
                raise ProviderError(
                    "{issuer} says it is {said:quoted}; correct GEOPOLITY_OIDC_ISSUER.",
                    issuer=issuer,
                    said=said.get("issuer"),
                )
            self._said, self._read_at, self._keys = said, time.monotonic(), None
        return self._said

    @property
    def _client(self) -> str:
        if not self._settings.oidc_client_id:
            raise ProviderError("GEOPOLITY_OIDC_ISSUER is set and GEOPOLITY_OIDC_CLIENT_ID is not; set both.")
        return self._settings.oidc_client_id

    @property
    def _back(self) -> str:
        if not self._settings.public_url:
            raise ProviderError(
                "GEOPOLITY_OIDC_ISSUER needs GEOPOLITY_PUBLIC_URL, where the provider sends people back."
            )
        return f"{self._settings.public_url}/sign-in/callback"


def _label(claims: Json) -> str:
    """What the provider calls a person: a name, and an address that it says it has checked."""
    name = next((said for key in ("name", "preferred_username") if isinstance(said := claims.get(key), str)), "")
    email = claims.get("email") if claims.get("email_verified") is True else None
    said = f"{name} <{email}>" if name and isinstance(email, str) else name or (email or "")
    return "".join(letter for letter in str(said) if letter.isprintable())[:LONGEST_LABEL].strip()


def _asked(method: str, address: str, **options: Any) -> Json:
    try:
        answer = httpx.request(method, address, timeout=PATIENCE_SECONDS, follow_redirects=False, **options)
        said = answer.json()
    except (httpx.HTTPError, ValueError) as error:
        raise ProviderError(
            "The sign-in provider does not answer ({reason}); try again.",
            reason=type(error).__name__,
        ) from error
    if answer.status_code != 200 or not isinstance(said, dict):
        reason = said.get("error", answer.status_code) if isinstance(said, dict) else answer.status_code
        raise SignInError(
            "The sign-in provider refused ({reason}); begin again at /sign-in.",
            reason=str(reason)[:60],
        )
    return said
