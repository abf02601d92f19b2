"""Small pictures have the colours that a browser shows of the original."""

import base64
import io

import pytest

from processors.images.shrink import shrink
from tests import cases

pytestmark = pytest.mark.browser

PIXEL = """async source => {
    const image = new Image()
    image.src = source
    await image.decode()
    const context = new OffscreenCanvas(image.width, image.height).getContext("2d", {colorSpace: "srgb"})
    context.drawImage(image, 0, 0)
    return [...context.getImageData(image.width / 2, image.height / 2, 1, 1).data]
}"""


@pytest.fixture(scope="module")
def shown(browser):
    """The pixel in the middle of these bytes, as Chromium draws it."""
    page = browser.new_page()
    yield lambda data: page.evaluate(PIXEL, "data:;base64," + base64.b64encode(data).decode())
    page.close()


@pytest.mark.parametrize("name", cases.COLOURS)
def test_the_colour_is_what_a_browser_shows(name, shown):
    data = cases.COLOURS[name][0]()
    small = shrink(io.BytesIO(data), 64)
    ours = small.convert("RGBA").getpixel((32, 32))
    assert ours == pytest.approx(shown(data), abs=6)


@pytest.mark.parametrize("name", cases.SEE_THROUGH)
def test_what_a_browser_shows_as_transparent_is(name, shown):
    data = cases.SEE_THROUGH[name][0]()
    small = shrink(io.BytesIO(data), 64)
    ours = small.convert("RGBA").getpixel((small.width // 2, small.height // 2))
    assert ours[3] == shown(data)[3] == 0
