from django.urls import path

from gallery.views import about, gallery, image, metrics, mine, original, readyz, report, review, suggest, upload

urlpatterns = [
    path("", upload.upload, name="upload"),
    path("gallery", gallery.gallery, name="gallery"),
    path("cards", gallery.cards, name="cards"),
    path("images/<uuid:uuid>", image.image, name="image"),
    path("images/<uuid:uuid>/details", image.details, name="details"),
    path("images/<uuid:uuid>/original", original.original, name="original"),
    path("images/<uuid:uuid>/report", report.report, name="report"),
    path("images/<uuid:uuid>/delete", mine.delete, name="delete"),
    path("suggest", suggest.suggest, name="suggest"),
    path("uploads", mine.uploads, name="uploads"),
    path("review", review.review, name="review"),
    path("review/sample", review.draw, name="review-sample"),
    path("about", about.about, name="about"),
    path("metrics", metrics.metrics, name="metrics"),
    path("readyz", readyz.readyz, name="readyz"),
]
