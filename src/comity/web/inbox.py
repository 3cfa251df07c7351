"""Where partners' nodes hand over sealed messages: `POST /inbox/<code>`."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from comity.base.errors import Gap, Malformed, NotFound, Unavailable, WireError
from comity.node.exchange import receiving
from comity.wire import jose

LARGEST = jose.MAX_SEALED


@csrf_exempt
@require_POST
def take_in(request: HttpRequest, code: str) -> HttpResponse:
    """One sealed message in (application/jose, at most LARGEST bytes), the signed receipt out.

    403 for what is not to be believed, 409 with `expected` for a gap, 400 for what is not of the agreed form, 503
    for what is to be tried again.
    """
    sealed = request.read(LARGEST + 1)
    if len(sealed) > LARGEST:
        return JsonResponse({"error": f"at most {LARGEST} bytes are taken in"}, status=413)
    try:
        receipt = receiving.receive(code, sealed)
    except NotFound as error:
        return JsonResponse({"error": str(error)}, status=404)
    except Gap as error:
        return JsonResponse({"error": str(error), "expected": error.expected}, status=409)
    except Malformed as error:
        return JsonResponse({"error": str(error)}, status=400)
    except WireError as error:
        return JsonResponse({"error": str(error)}, status=403)
    except Unavailable as error:
        return JsonResponse({"error": str(error)}, status=503)
    return HttpResponse(receipt, content_type="application/jose")
