"""Every address of the desk. Slices bring their own `urls`; this is where they are hung."""

from django.urls import URLPattern, URLResolver, include, path

from trustdesk.appeals.api import router as appeals
from trustdesk.calls.api import webhook as call_webhook
from trustdesk.chat.api import router as chat
from trustdesk.decisions.accounts_api import router as accounts
from trustdesk.decisions.api import router as decisions
from trustdesk.decisions.ladders_api import router as ladders
from trustdesk.files.api import files
from trustdesk.insights.api import router as facts
from trustdesk.notices.api import router as notices
from trustdesk.policy.api import router as policies
from trustdesk.policy.api import rules
from trustdesk.policy.trials_api import trials
from trustdesk.rehearsal.api import backtests, shadows
from trustdesk.review.api import router as evidence_requests
from trustdesk.screening.api import router as items
from trustdesk.signals.api import router as banks
from trustdesk.support.api import router as cases
from trustdesk.web import docs as api_docs
from trustdesk.web.api import api
from trustdesk.web.live.serving import live
from trustdesk.webhooks.api import router as webhooks

api.add_router("/items", items)
api.add_router("/decisions", decisions)
api.add_router("/appeals", appeals)
api.add_router("/cases", cases)
api.add_router("/chat", chat)
api.add_router("/accounts", accounts)
api.add_router("/ladders", ladders)
api.add_router("/notices", notices)
api.add_router("/policies", policies)
api.add_router("/policies", trials)
api.add_router("/backtests", backtests)
api.add_router("/shadows", shadows)
api.add_router("/rules", rules)
api.add_router("/files", files)
api.add_router("/webhooks", webhooks)
api.add_router("/evidence-requests", evidence_requests)
api.add_router("/facts", facts)
api.add_router("/banks", banks)

urlpatterns: list[URLPattern | URLResolver] = [
    path("account/", include("trustdesk.web.urls")),
    path("live", live, name="live"),
    path("api/v1/docs", api_docs.page, name="api-docs"),
    path("api/v1/calls", call_webhook, name="call-webhook"),
    path("api/v1/", api.urls),
    path("reviews/", include("trustdesk.review.urls")),
    path("market-notes/", include("trustdesk.review.market_urls")),
    path("batches/", include("trustdesk.review.batch_urls")),
    path("", include("trustdesk.review.cluster_urls")),
    path("", include("trustdesk.search.urls")),
    path("rehearsals/", include("trustdesk.rehearsal.urls")),
    path("models/", include("trustdesk.learning.urls")),
    path("", include("trustdesk.policy.urls")),
    path("", include("trustdesk.portal.urls")),
    path("files/mail/", include("trustdesk.post.urls")),
    path("mailboxes/", include("trustdesk.post.mailboxes.urls")),
    path("files/", include("trustdesk.files.urls")),
    path("golden/", include("trustdesk.review.golden_urls")),
    path("proposals/", include("trustdesk.decisions.proposal_urls")),
    path("notices/", include("trustdesk.notices.urls")),
    path("escalations/", include("trustdesk.escalations.urls")),
    path("experts/", include("trustdesk.experts.urls")),
    path("macros/", include("trustdesk.macros.urls")),
    path("knowledge/", include("trustdesk.knowledge.urls")),
    path("", include("trustdesk.decisions.urls")),
    path("appeals/", include("trustdesk.appeals.urls")),
    path("cases/", include("trustdesk.support.urls")),
    path("chats/", include("trustdesk.chat.urls")),
    path("calls/", include("trustdesk.calls.urls")),
    path("sides/", include("trustdesk.sides.urls")),
    path("surveys/", include("trustdesk.surveys.urls")),
    path("procedures/", include("trustdesk.procedures.urls")),
    path("problems/", include("trustdesk.problems.urls")),
    path("customers/", include("trustdesk.customers.urls")),
    path("triage/", include("trustdesk.triage.urls")),
    path("triggers/", include("trustdesk.triggers.urls")),
    path("webhooks/", include("trustdesk.webhooks.urls")),
    path("care/", include("trustdesk.wellbeing.urls")),
    path("", include("trustdesk.signals.urls")),
    path("", include("trustdesk.transparency.urls")),
    path("", include("trustdesk.workforce.urls")),
    path("", include("trustdesk.clocks.urls")),
    path("", include("trustdesk.insights.urls")),
    path("", include("trustdesk.console.urls")),
]

handler400 = "trustdesk.web.failures.bad_request"
handler403 = "trustdesk.web.failures.forbidden"
handler404 = "trustdesk.web.failures.not_found"
handler500 = "trustdesk.web.failures.failed"
