"""How calls say no."""

from trustdesk.kernel.base.refusal import NotFound, Refusal


class NoSuchLine(NotFound):
    """There is no such telephone line."""

    code = "no_such_line"


class NoSuchCall(NotFound):
    """There is no such call."""

    code = "no_such_call"


class NoSuchCallBack(NotFound):
    """This call-back does not wait any more: somebody has done it, or it was settled otherwise."""

    code = "no_such_callback"


class AskedAlready(Refusal):
    """They are to be called back about this case already."""

    code, status = "callback_waits", 409


class BadSignature(Refusal):
    """The signature does not fit: sign “id.timestamp.body” with the secret of this line."""

    code, status = "bad_signature", 401


class Expired(Refusal):
    """The time of the signature is more than five minutes away from now. Sign it anew."""

    code, status = "signature_expired", 401


class OtherBody(Refusal):
    """Something else was told under this webhook-id before. Give each event an id of its own."""

    code, status = "webhook_id_used", 409


class WrongMethod(Refusal):
    """This address only takes POST."""

    code, status = "method_not_allowed", 405
