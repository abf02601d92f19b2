"""/readyz : can this instance do its work? For people and monitoring; the load balancer asks /healthz."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from gallery import readiness


@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    database = readiness.database()
    parts = {"database": database, "migrations": readiness.migrations() if database == readiness.OK else "not known"}
    parts["disk"] = readiness.disk()
    ready = all(state == readiness.OK for state in parts.values())
    return JsonResponse(parts, status=200 if ready else 503, headers={"Cache-Control": "no-store"})
