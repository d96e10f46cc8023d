"""Web: the HTTP toolbox: auth, errors, paging, htmx, shell layout and components.

Owns how refusals look, how pages and API calls ask for rights, tokens and components, idempotent answers.
Promises one mapper from Refusal to page or problem+json, and that a write with an Idempotency-Key happens once.
Never knows a slice.

An API router of a slice (`<slice>/api.py`), hung in config/urls.py by `api.add_router("/things", router)`:

    from trustdesk.web.api import ApiRequest, needs, router as new_router
    from trustdesk.web.reading import Code, In, Text

    router = new_router("things")

    class ThingIn(In):                       # unknown fields are refused
        external_id: Code                    # NUL and lone surrogates are refused
        title: Text = ""                     # … are repaired, and `request.repairs` names the fields

    @router.post("", response={201: ThingOut})
    @needs("things.write")                   # the right; under the router's line. Body ≤ 1 MiB, idempotent
    def add(request: ApiRequest, payload: ThingIn) -> Status:
        thing = actions.add(actor=request.actor, now=now(), **payload.model_dump())
        return Status(201, thing)

A page of a slice (`<slice>/pages.py`): `from trustdesk.web.page import page`, see there.
"""
