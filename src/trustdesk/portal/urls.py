from django.urls import path, re_path

from trustdesk.portal import appeals, asking, chatting, evidence, help_pages, pages, reporting, transparency

app_name = "portal"
urlpatterns = [
    re_path(r"^s/(?P<token>[0-9a-f-]{36}:[A-Za-z0-9_-]{20,100})$", pages.statement, name="statement"),
    re_path(
        r"^s/(?P<token>[0-9a-f-]{36}:[A-Za-z0-9_-]{20,100})\.(?P<form>json|txt)$", pages.statement, name="statement-as"
    ),
    re_path(r"^s/(?P<token>[0-9a-f-]{36}:[A-Za-z0-9_-]{20,100})/appeal$", appeals.appeal, name="appeal"),
    re_path(r"^a/(?P<token>[0-9a-f-]{36}:[A-Za-z0-9_-]{20,100})$", appeals.followed, name="appealed"),
    re_path(r"^a/(?P<token>[0-9a-f-]{36}:[A-Za-z0-9_-]{20,100})/add$", appeals.add, name="appeal-add"),
    re_path(r"^a/(?P<token>[0-9a-f-]{36}:[A-Za-z0-9_-]{20,100})/withdraw$", appeals.withdraw, name="appeal-withdraw"),
    re_path(r"^e/(?P<token>[0-9a-f-]{36}:[A-Za-z0-9_-]{20,100})$", evidence.evidence, name="evidence"),
    path("help/", help_pages.home, name="help"),
    path("help/search", help_pages.found, name="help-search"),
    path("help/suggest", help_pages.suggest, name="help-suggest"),
    path("help/sitemap.xml", help_pages.sitemap, name="help-sitemap"),
    path("help/ask", asking.ask, name="ask"),
    re_path(r"^q/(?P<token>[0-9a-f-]{36}:[A-Za-z0-9_-]{20,100})$", asking.question, name="question"),
    path("help/topics/<slug:code>", help_pages.topic, name="help-topic"),
    path("help/<slug:slug>", help_pages.article, name="help-article"),
    path("help/<slug:slug>/vote", help_pages.vote, name="help-vote"),
    path("chat/", chatting.chat, name="chat"),
    path("chat/frame", chatting.frame, name="chat-frame"),
    path("chat/widget.js", chatting.widget, name="chat-widget"),
    path("chat/begin", chatting.begin, name="chat-begin"),
    path("chat/say", chatting.say, name="chat-say"),
    path("chat/since", chatting.since, name="chat-since"),
    path("chat/here", chatting.here, name="chat-here"),
    path("chat/end", chatting.end, name="chat-end"),
    path("chat/leave", chatting.leave, name="chat-leave"),
    path("chat/stream", chatting.stream, name="chat-stream"),
    path("our-rules/", pages.rules, name="rules"),
    path("report/", reporting.report, name="report"),
    re_path(r"^report/as/(?P<token>[0-9a-f-]{36}\.\d{1,9}:[A-Za-z0-9_-]{20,100})$", reporting.report, name="report-as"),
    re_path(r"^n/(?P<token>[0-9a-f-]{36}:[A-Za-z0-9_-]{20,100})$", reporting.notice, name="notice"),
    re_path(r"^n/(?P<token>[0-9a-f-]{36}:[A-Za-z0-9_-]{20,100})/object$", appeals.objection, name="objection"),
    path("rules/<slug:code>", pages.rule, name="rule"),
    path("transparency", transparency.newest, name="transparency"),
    path("transparency/<str:first>/<str:last>.csv", transparency.file, name="transparency-file"),
    path("transparency/<str:first>/<str:last>", transparency.report, name="transparency-of"),
]
