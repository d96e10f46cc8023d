"""Web: the HTTP toolbox: auth, errors, paging, htmx, shell layout and components.

Owns how refusals look, how pages and API calls ask for rights, tokens and components, idempotent answers.
Promises one mapper from Refusal to page or problem+json.
Never knows a slice.
"""
