"""What a model sees of a screen, and what its points mean there."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from sessions_app.agents.sight import Sight, sight_of

SIDES = st.integers(320, 4096)


def jpeg(width: int, height: int) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (width, height), "navy").save(written, "JPEG")
    return written.getvalue()


def test_a_picture_that_a_model_takes_is_sent_as_it_is() -> None:
    picture = jpeg(1280, 720)
    assert Sight().shown(picture, 1280, 720).data is picture
    assert Sight().point(640, 719, 1280, 720) == (640, 719)


def test_a_larger_one_is_scaled_down_and_points_lead_back() -> None:
    shown = Sight().shown(jpeg(2560, 1440), 2560, 1440)
    with Image.open(io.BytesIO(shown.data)) as opened:
        assert opened.size == Sight().size(2560, 1440)
        assert max(opened.size) <= 1568
        assert opened.width * opened.height <= 1_160_000
    across, down = Sight().size(2560, 1440)
    assert Sight().point(across // 2, down // 2, 2560, 1440) == pytest.approx((1280, 720), abs=2)


def test_northstar_names_thousandths() -> None:
    sight = sight_of("tzafon:northstar-cua-fast-1.6")
    assert sight.thousandths
    assert sight.point(0, 999, 1280, 720) == (0, 719)
    assert sight.point(500, 500, 1280, 720) == (640, 360)
    assert not sight_of("openai:gpt-5.1").thousandths


@given(width=SIDES, height=SIDES, data=st.data())
def test_a_point_of_the_picture_is_one_of_the_screen(width: int, height: int, data: st.DataObject) -> None:
    for sight in (Sight(), Sight(thousandths=True)):
        across, down = (1000, 1000) if sight.thousandths else sight.size(width, height)
        x, y = data.draw(st.integers(0, across - 1)), data.draw(st.integers(0, down - 1))
        on_x, on_y = sight.point(x, y, width, height)
        assert 0 <= on_x < width
        assert 0 <= on_y < height
