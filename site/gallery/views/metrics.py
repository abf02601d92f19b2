"""/metrics: the figures of the admin's first page, for Prometheus and whatever reads its format.

With METRICS_TOKEN whoever has it may read them; without it only programs on this machine. For everybody else there is
no such page. An https site answers by HTTPS alone, here too: Django redirects before this is asked.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe

from gallery import exposition
from gallery.transport import from_this_machine, in_the_clear

IN_THE_CLEAR = (
    "METRICS_TOKEN has come by plain HTTP, where others can read it. Choose another token, and send it by HTTPS.\n"
)


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    if not _may_read(request):
        return _answer("Not found.\n", 404)
    if settings.METRICS_TOKEN and in_the_clear(request):
        return _answer(IN_THE_CLEAR, 403)
    return _answer(exposition.text(), 200, exposition.CONTENT_TYPE)


def _may_read(request: HttpRequest) -> bool:
    if not settings.METRICS_TOKEN:
        return from_this_machine(request)
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    right = constant_time_compare(token.strip(), settings.METRICS_TOKEN)
    return right and scheme.lower() == "bearer"


def _answer(text: str, status: int, content_type: str = "text/plain; charset=utf-8") -> HttpResponse:
    return HttpResponse(text, status=status, content_type=content_type, headers={"Cache-Control": "no-store"})
