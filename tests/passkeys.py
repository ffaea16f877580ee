"""Software authenticator: a passkey with its private key, as on a phone."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, encode_cbor

from portal.models import Merchant, Passkey

USER_PRESENT, USER_VERIFIED, HAS_CREDENTIAL = 1, 4, 64


@dataclass
class Authenticator:
    """One passkey of one device; ``origin`` is of the page that the browser shows.

    ``count`` is the number of signatures if the device counts them, else None.
    """

    origin: str
    count: int | None = None
    flags: int = USER_PRESENT | USER_VERIFIED
    user_handle: str = ""
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    @property
    def name(self) -> str:
        """The credential ID as Base64URL."""
        return bytes_to_base64url(self.credential_id)

    def create(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """Return the answer to the options of ``navigator.credentials.create``."""
        self.user_handle = options["user"]["id"]
        attested = bytes(16) + len(self.credential_id).to_bytes(2, "big") + self.credential_id
        data = self._data(options["rp"]["id"], HAS_CREDENTIAL) + attested + self.public_key()
        statement = encode_cbor({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client_data("webauthn.create", options["challenge"])
        return self._answer(clientDataJSON=client, attestationObject=statement)

    def get(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """Return the answer to the options of ``navigator.credentials.get``."""
        if self.count is not None:
            self.count += 1
        data = self._data(options["rpId"])
        client = self._client_data("webauthn.get", options["challenge"])
        signed = data + hashlib.sha256(client).digest()
        return self._answer(
            clientDataJSON=client,
            authenticatorData=data,
            signature=self.key.sign(signed, ec.ECDSA(SHA256())),
            userHandle=base64url_to_bytes(self.user_handle),
        )

    def save(self, merchant: Merchant) -> Passkey:
        """Save the passkey, as the page of the account does."""
        self.user_handle = bytes_to_base64url(secrets.token_bytes(32))
        return Passkey.create(
            merchant=merchant,
            name="Phone",
            credential_id=self.name,
            public_key=bytes_to_base64url(self.public_key()),
            user_handle=self.user_handle,
            sign_count=self.count or 0,
        )

    def public_key(self) -> bytes:
        """Return the public key as COSE."""
        numbers = self.key.public_key().public_numbers()
        x, y = (part.to_bytes(32, "big") for part in (numbers.x, numbers.y))
        return encode_cbor({1: 2, 3: -7, -1: 1, -2: x, -3: y})

    def _data(self, host: str, flags: int = 0) -> bytes:
        count = (self.count or 0).to_bytes(4, "big")
        return hashlib.sha256(host.encode()).digest() + bytes([self.flags | flags]) + count

    def _client_data(self, kind: str, challenge: str) -> bytes:
        given = {"type": kind, "challenge": challenge, "origin": self.origin}
        return json.dumps(given).encode()

    def _answer(self, **response: bytes) -> dict[str, Any]:
        encoded = {name: bytes_to_base64url(value) for name, value in response.items()}
        return {"id": self.name, "rawId": self.name, "type": "public-key", "response": encoded}
