"""Every picture in sRGB, the colours that whoever reads no profile takes for granted."""

import io

from PIL import Image, ImageCms

_SRGB = ImageCms.createProfile("sRGB")


def to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """The image (RGB, L or CMYK, with or without transparency) in sRGB, mode RGB or RGBA; `profile` is its ICC one."""
    alpha = image.getchannel("A") if image.mode in ("RGBA", "LA") else None
    if alpha:
        image = image.convert("L" if image.mode == "LA" else "RGB")
    image = _converted(image, profile)
    if alpha:
        image.putalpha(alpha)
    return image


def _converted(image: Image.Image, profile: bytes | None) -> Image.Image:
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            if image.mode == "L" and source.profile.xcolor_space == "RGB ":  # browsers take a grey for three equals
                image = image.convert("RGB")
            if converted := ImageCms.profileToProfile(image, source, _SRGB, outputMode="RGB"):
                return converted
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass  # a profile that is broken, or of another colour space than the pixels, says nothing about them
    return image.convert("RGB")


def on_white(image: Image.Image) -> Image.Image:
    """The same without transparency, mode RGB."""
    if image.mode != "RGBA":
        return image
    white = Image.new("RGB", image.size, "white")
    white.paste(image, mask=image.getchannel("A"))
    return white
