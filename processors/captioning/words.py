"""What a server's refusal means for an operator, in words. The server's own are looked at and not passed on: they may
hold the key."""

from processors.captioning import Client, Failed

GEMINI_KEYS = "Keys begin with AIza or, those of AI Studio since 2026, with AQ."


def refused(client: Client, error: Failed) -> str:
    """For a status that another try does not change, and what to do about it."""
    vendor, message = client.vendor, error.message.lower()
    key = f"{vendor} did not accept the API key. Put a valid key in place. {client.key_help}".rstrip()
    # Google says 400 for a key that it does not know, for a country, for a picture and for a model.
    if error.status == 401 or (error.status == 400 and ("api key" in message or "api_key" in message)):
        return key
    if error.status == 400 and ("location is not supported" in message or "not available in your country" in message):
        return (
            f"{vendor} may not be used from the region where this service runs (400). Have it run in another region, or"
            f" let the annotation go through a network address of one where {vendor} is offered."
        )
    if error.status in (400, 413, 422) and ("process input image" in message or "image is not valid" in message):
        words = "Write its caption by hand; others are not affected."
        return f"{vendor} could not read this picture ({error.status}). {words}"
    fixes = {
        400: f"{vendor} did not accept the request (400). Does the model of {client.model_setting} take pictures?",
        402: f"{vendor} wants to be paid first (402). Look at the account's balance.",
        403: f"{vendor} did not allow the request (403). Is the API key valid, and may it use this model?"
        f" {client.key_help}".rstrip(),
        404: f"{vendor} does not know this model (404). Set {client.model_setting} to one that exists."
        + (" Else look at CAPTION_URL: it mostly ends with /v1." if client.model_setting == "CAPTION_MODEL" else ""),
    }
    return fixes.get(error.status, f"{vendor} refused the request ({error.status}).")


def unreachable(client: Client) -> str:
    return f"{client.vendor} could not be reached. Is it running, and is there a way to it (on AWS: a NAT)?"
