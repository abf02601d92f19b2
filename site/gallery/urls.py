from django.urls import path

from gallery.views import gallery, image, readyz, upload

urlpatterns = [
    path("", upload.upload, name="upload"),
    path("gallery", gallery.gallery, name="gallery"),
    path("cards", gallery.cards, name="cards"),
    path("images/<uuid:uuid>", image.image, name="image"),
    path("images/<uuid:uuid>/details", image.details, name="details"),
    path("images/<uuid:uuid>/original", image.original, name="original"),
    path("readyz", readyz.readyz, name="readyz"),
]
