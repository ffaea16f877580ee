"""Documents for clients that check values have no choices where new values may be added."""

from __future__ import annotations

from portal.web.api.growing_values import without_growing_choices


def test_choices_that_may_grow_are_left_out_at_any_depth() -> None:
    growing = {"type": "string", "enum": ["a", "b"], "x-may-grow": True}
    fixed = {"type": "string", "enum": ["a", "b"]}

    made = without_growing_choices({"oneOf": [{"properties": {"x": growing, "y": fixed}}, "text"]})

    plain = {"type": "string", "x-may-grow": True}
    assert made == {"oneOf": [{"properties": {"x": plain, "y": fixed}}, "text"]}
    assert growing["enum"] == ["a", "b"]
