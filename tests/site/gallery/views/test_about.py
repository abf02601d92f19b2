def test_it_says_whom_to_ask_and_who_sees_what(client, settings):
    page = client.get("/about").text
    assert "Only moderators and whoever uploaded it" in page
    assert "has given no contact" in page
    settings.OPERATOR_CONTACT, settings.ORIGINALS_FOR_EVERYBODY = "help@example.org", True
    page = client.get("/about").text
    assert "help@example.org" in page
    assert "Everybody who sees the picture can download it." in page


def test_the_upload_page_says_what_is_kept(client, db):
    page = client.get("/").text
    assert "with what its camera wrote into it" in page
    assert 'href="/about"' in page
