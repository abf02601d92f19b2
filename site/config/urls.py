from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [path("", include("gallery.urls")), path("admin/", admin.site.urls)]
if not settings.ON_AWS:
    from gallery.views.media import media

    urlpatterns.append(path("media/<path:key>", media, name="media"))

handler400 = "gallery.views.errors.bad_request"
