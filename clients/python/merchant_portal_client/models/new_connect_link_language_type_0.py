from typing import Literal

NewConnectLinkLanguageType0 = Literal["de", "en", "es"]

NEW_CONNECT_LINK_LANGUAGE_TYPE_0_VALUES: set[NewConnectLinkLanguageType0] = {
    "de",
    "en",
    "es",
}


def check_new_connect_link_language_type_0(value: str) -> NewConnectLinkLanguageType0:
    if value in NEW_CONNECT_LINK_LANGUAGE_TYPE_0_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {NEW_CONNECT_LINK_LANGUAGE_TYPE_0_VALUES!r}"
    )
