from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.new_connect_link_language_type_0 import (
    NewConnectLinkLanguageType0,
    check_new_connect_link_language_type_0,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="NewConnectLink")


@_attrs_define
class NewConnectLink:
    """Connect link to create.

    Attributes:
        reference (str): Your own reference of the merchant.
        email (None | str | Unset): The merchant gets up to two reminders there. Leave it out if you remind the merchant
            yourself.
        return_url (None | str | Unset): The merchant returns there with the parameters `outcome` (`completed` or
            `refused`) and `reference`. It must be on the allow list of your channel.
        expires_at (datetime.datetime | None | Unset): Two weeks from now by default, 60 days at most.
        language (NewConnectLinkLanguageType0 | None | Unset): Language of the pages. Defaults to English.
    """

    reference: str
    email: None | str | Unset = UNSET
    return_url: None | str | Unset = UNSET
    expires_at: datetime.datetime | None | Unset = UNSET
    language: NewConnectLinkLanguageType0 | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        reference = self.reference

        email: None | str | Unset
        if isinstance(self.email, Unset):
            email = UNSET
        else:
            email = self.email

        return_url: None | str | Unset
        if isinstance(self.return_url, Unset):
            return_url = UNSET
        else:
            return_url = self.return_url

        expires_at: None | str | Unset
        if isinstance(self.expires_at, Unset):
            expires_at = UNSET
        elif isinstance(self.expires_at, datetime.datetime):
            expires_at = self.expires_at.isoformat()
        else:
            expires_at = self.expires_at

        language: None | str | Unset
        if isinstance(self.language, Unset):
            language = UNSET
        elif isinstance(self.language, str):
            language = self.language
        else:
            language = self.language

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "reference": reference,
            }
        )
        if email is not UNSET:
            field_dict["email"] = email
        if return_url is not UNSET:
            field_dict["return_url"] = return_url
        if expires_at is not UNSET:
            field_dict["expires_at"] = expires_at
        if language is not UNSET:
            field_dict["language"] = language

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        reference = d.pop("reference")

        def _parse_email(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        email = _parse_email(d.pop("email", UNSET))

        def _parse_return_url(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        return_url = _parse_return_url(d.pop("return_url", UNSET))

        def _parse_expires_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                expires_at_type_0 = datetime.datetime.fromisoformat(data)

                return expires_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        expires_at = _parse_expires_at(d.pop("expires_at", UNSET))

        def _parse_language(data: object) -> NewConnectLinkLanguageType0 | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                language_type_0 = check_new_connect_link_language_type_0(data)

                return language_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(NewConnectLinkLanguageType0 | None | Unset, data)

        language = _parse_language(d.pop("language", UNSET))

        new_connect_link = cls(
            reference=reference,
            email=email,
            return_url=return_url,
            expires_at=expires_at,
            language=language,
        )

        return new_connect_link
