"""Registration and use of passkeys: what the browser is asked, and whether its answer is right.

The words are those of Web Authentication, Level 3 (https://www.w3.org/TR/webauthn-3/).
"""

from __future__ import annotations

import ipaddress
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Self
from urllib.parse import urlsplit

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    base64url_to_bytes,
    bytes_to_base64url,
    options_to_json_dict,
    parse_authentication_credential_json,
)
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.structs import (
    AttestationFormat,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from portal.errors import PasskeyRefusedError
from portal.models import Merchant, Passkey, utc_now
from portal.models.fields import from_micros, to_micros
from portal.rules.accounts.passkey_refusals import PasskeyRefusal

PORTAL_NAME = "Merchant portal"
CHALLENGE_TTL = timedelta(minutes=5)
CHALLENGE_BYTES = 32
HANDLE_BYTES = 32
# The specification's limit of a credential ID; the form limits everything else.
CREDENTIAL_ID_BYTES = 1023
# Keys of these are small; every authenticator has one of them.
ALGORITHMS = [
    COSEAlgorithmIdentifier.ECDSA_SHA_256,
    COSEAlgorithmIdentifier.EDDSA,
    COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256,
]
# "none" is asked for. A browser passes "packed" on if the device has signed by its new key only.
ATTESTATIONS = (AttestationFormat.NONE, AttestationFormat.PACKED)


@dataclass(frozen=True)
class RelyingParty:
    """The portal as browsers know it: its host, and the origin of its pages."""

    host: str
    origin: str

    @classmethod
    def at(cls, portal_url: str) -> Self:
        """Return the portal at a URL without path."""
        parts = urlsplit(portal_url)
        host = (parts.hostname or "").encode("idna").decode("ascii")
        default = {"http": 80, "https": 443}.get(parts.scheme)
        port = "" if parts.port in (None, default) else f":{parts.port}"
        return cls(host, f"{parts.scheme}://{host}{port}")

    @property
    def can_have_passkeys(self) -> bool:
        """Whether browsers accept passkeys here: they need a host name, not an IP address."""
        try:
            ipaddress.ip_address(self.host)
        except ValueError:
            return True
        return False


@dataclass(frozen=True)
class PasskeyChallenge:
    """Random bytes that a passkey has to sign, at most `CHALLENGE_TTL` after they were issued.

    ``merchant_id`` is the account whose passkey has to answer, None if any may.
    ``credential_version`` is that of the account; ``user_handle`` is only for a new passkey.
    """

    purpose: str
    value: str
    issued_us: int
    merchant_id: int | None = None
    credential_version: int | None = None
    user_handle: str = ""

    @classmethod
    def issue(
        cls, purpose: str, merchant: Merchant | None = None, *, user_handle: str = ""
    ) -> Self:
        """Return a new challenge."""
        value = bytes_to_base64url(secrets.token_bytes(CHALLENGE_BYTES))
        issued_us = to_micros(utc_now())
        if merchant is None:
            return cls(purpose, value, issued_us)
        version = merchant.credential_version
        return cls(purpose, value, issued_us, merchant.id, version, user_handle)

    def is_valid(self, purpose: str, merchant: Merchant | None) -> bool:
        """Return whether it may be answered now by this account and with this purpose."""
        account = (None, None) if merchant is None else (merchant.id, merchant.credential_version)
        return (
            self.purpose == purpose
            and (self.merchant_id, self.credential_version) == account
            and from_micros(self.issued_us) > utc_now() - CHALLENGE_TTL
        )


def new_user_handle() -> str:
    """Return a random name of an account, which says nothing about it."""
    return bytes_to_base64url(secrets.token_bytes(HANDLE_BYTES))


def registration_options(
    party: RelyingParty, merchant: Merchant, challenge: PasskeyChallenge, known: Sequence[Passkey]
) -> Mapping[str, Any]:
    """Return the options of ``navigator.credentials.create``, as JSON."""
    options = generate_registration_options(
        rp_id=party.host,
        rp_name=PORTAL_NAME,
        user_id=base64url_to_bytes(challenge.user_handle),
        user_name=merchant.email,
        challenge=base64url_to_bytes(challenge.value),
        timeout=_timeout_ms(),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=_descriptors(known),
        supported_pub_key_algs=ALGORITHMS,
    )
    return options_to_json_dict(options)


def authentication_options(
    party: RelyingParty, challenge: PasskeyChallenge, allowed: Sequence[Passkey] = ()
) -> Mapping[str, Any]:
    """Return the options of ``navigator.credentials.get``, as JSON; by default any may answer."""
    options = generate_authentication_options(
        rp_id=party.host,
        challenge=base64url_to_bytes(challenge.value),
        timeout=_timeout_ms(),
        allow_credentials=_descriptors(allowed),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json_dict(options)


def read_new_passkey(party: RelyingParty, challenge: PasskeyChallenge, answer: str) -> Passkey:
    """Return the passkey of the browser's answer in JSON, not yet saved.

    Raises PasskeyRefusedError.
    """
    try:
        verified = verify_registration_response(
            credential=answer,
            expected_challenge=base64url_to_bytes(challenge.value),
            expected_rp_id=party.host,
            expected_origin=party.origin,
            require_user_verification=True,
            supported_pub_key_algs=ALGORITHMS,
        )
    # The answer may be anything, and the libraries that parse it raise more than they document.
    except Exception as error:
        raise PasskeyRefusedError(PasskeyRefusal.INVALID) from error
    if verified.fmt not in ATTESTATIONS or len(verified.credential_id) > CREDENTIAL_ID_BYTES:
        raise PasskeyRefusedError(PasskeyRefusal.INVALID)
    return Passkey(
        merchant=challenge.merchant_id,
        credential_id=bytes_to_base64url(verified.credential_id),
        public_key=bytes_to_base64url(verified.credential_public_key),
        user_handle=challenge.user_handle,
        sign_count=verified.sign_count,
        last_challenge_us=challenge.issued_us,
    )


def check_answer(party: RelyingParty, challenge: PasskeyChallenge, answer: str) -> Passkey:
    """Return the passkey that has signed the challenge, and record its use.

    Raises PasskeyRefusedError.
    """
    passkey = _answering_passkey(challenge, answer)
    try:
        verified = verify_authentication_response(
            credential=answer,
            expected_challenge=base64url_to_bytes(challenge.value),
            expected_rp_id=party.host,
            expected_origin=party.origin,
            credential_public_key=base64url_to_bytes(passkey.public_key),
            # `_record_use` compares, because a copied passkey is no invalid one.
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except Exception as error:
        raise PasskeyRefusedError(PasskeyRefusal.INVALID, passkey.merchant_id) from error
    _record_use(passkey, challenge, verified.new_sign_count)
    return passkey


def _answering_passkey(challenge: PasskeyChallenge, answer: str) -> Passkey:
    try:
        credential = parse_authentication_credential_json(answer)
    except Exception as error:
        raise PasskeyRefusedError(PasskeyRefusal.INVALID) from error
    credential_id = bytes_to_base64url(credential.raw_id)
    passkey: Passkey | None = Passkey.get_or_none(Passkey.credential_id == credential_id)
    if passkey is None or challenge.merchant_id not in (None, passkey.merchant_id):
        raise PasskeyRefusedError(PasskeyRefusal.UNKNOWN, challenge.merchant_id)
    handle = credential.response.user_handle
    # A device may leave it out if it was asked for passkeys of one account.
    is_named = challenge.merchant_id is not None if handle is None else True
    if not is_named or (handle is not None and bytes_to_base64url(handle) != passkey.user_handle):
        raise PasskeyRefusedError(PasskeyRefusal.INVALID, passkey.merchant_id)
    return passkey


def _record_use(passkey: Passkey, challenge: PasskeyChallenge, sign_count: int) -> None:
    """Record the use unless the challenge was answered before, or the count shows a copy."""
    is_newer = Passkey.last_challenge_us < challenge.issued_us
    is_counted_up = Passkey.sign_count < sign_count
    if sign_count == 0:
        is_counted_up = Passkey.sign_count == 0
    mine = Passkey.id == passkey.id
    used = (
        Passkey.update(
            sign_count=sign_count, last_challenge_us=challenge.issued_us, last_used_at=utc_now()
        )
        .where(mine, is_newer, is_counted_up)
        .execute()
    )
    if used:
        return
    is_repeated = not Passkey.select().where(mine, is_newer).exists()
    reason = PasskeyRefusal.EXPIRED if is_repeated else PasskeyRefusal.COPIED
    raise PasskeyRefusedError(reason, passkey.merchant_id)


def _descriptors(passkeys: Sequence[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(id=base64url_to_bytes(each.credential_id))
        for each in passkeys
    ]


def _timeout_ms() -> int:
    return int(CHALLENGE_TTL.total_seconds() * 1000)
