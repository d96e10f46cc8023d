"""How experts say no."""

from trustdesk.kernel.base.refusal import NotFound, Refusal


class NoSuchQuestion(NotFound):
    """There is no such question that you may see."""

    code = "no_such_question"


class NoSuchAnswer(NotFound):
    """There is no such answer."""

    code = "no_such_answer"


class NoSuchField(NotFound):
    """There is no such field of knowledge."""

    code = "no_such_field"


class EndedAlready(Refusal):
    """This question has ended already: somebody answered it, or took it back. What you wrote is still here."""

    code, status = "question_ended", 409


class ReplacedAlready(Refusal):
    """Somebody has written this answer anew, or put it away. What you wrote is still here."""

    code, status = "answer_replaced", 409


class NotYours(Refusal):
    """Only those who answer in this field may do that."""

    code, status = "not_your_field", 403
