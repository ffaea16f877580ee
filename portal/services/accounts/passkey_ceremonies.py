"""Registration and use of passkeys: what the browser is asked, and whether its answer is right.

The words are those of Web Authentication, Level 3 (https://www.w3.org/TR/webauthn-3/).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

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
from portal.rules.accounts.passkey_refusals import PasskeyRefusal
from portal.services.accounts.passkey_challenges import (
    CHALLENGE_TTL,
    PasskeyChallenge,
    RelyingParty,
)

PORTAL_NAME = "Merchant portal"
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
