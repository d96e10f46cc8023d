"""Which worker of a test run takes what: a file stays together on one worker, and the longest come first.

A file's own fixtures and what its process keeps are then made once, not once a worker; and no worker is left with minutes
of one file while the other has nothing to do. (pytest-xdist's own groups need an attribute that pytest has renamed: with
`--dist loadgroup` alone it scatters groups over the workers, and says nothing.)
"""

from typing import Any

from xdist.scheduler import LoadScopeScheduling

# What shares the started product (the fixture `product`): it starts once a worker.
PRODUCT = (
    "src/trustdesk/config/tests/test_product.py",
    "src/trustdesk/rehearsal/tests/test_worker.py",
    "tests/browser/test_front_door.py",
    "tests/test_integrate.py",
    "tests/test_uploads.py",
)
# Files of more than some twenty seconds, the longest first. One that is not named here comes in the order of its tests'
# number, which costs a worker's idle seconds at the end and nothing else.
LONG = (
    "src/trustdesk/config/tests/test_up.py",
    *PRODUCT,
    "tests/stories/test_ladder_property.py",
    "tests/stories/test_corpus.py",
    "src/trustdesk/signals/images/tests/test_neardup.py",
    "src/trustdesk/signals/video/tests/test_corpus.py",
    "tests/stories/test_pictures.py",
    "src/trustdesk/signals/training/tests/test_own_labels.py",
    "tests/browser/test_every_page.py",
    "tests/browser/test_policy.py",
    "src/trustdesk/signals/video/tests/test_decoding.py",
    "src/trustdesk/signals/video/tests/test_live.py",
    "tests/browser/test_deciding.py",
    "tests/browser/test_ahead.py",
    "tests/browser/test_shift.py",
    "tests/browser/test_pictures.py",
    "tests/browser/test_clusters.py",
    "src/trustdesk/policy/tests/test_real.py",
    "src/trustdesk/policy/tests/test_beside.py",
    "src/trustdesk/learning/tests/test_estimating.py",
    "src/trustdesk/signals/training/tests/test_spam.py",
    "tests/stories/test_hot_swap.py",
    "tests/browser/test_models.py",
    "tests/test_rights.py",
    "tests/test_offline.py",
    "src/trustdesk/kernel/work/tests/test_real.py",
    "tests/stories/test_learning.py",
    "tests/browser/test_workshop.py",
    "tests/browser/test_docs.py",
    "tests/browser/test_rules.py",
    "tests/browser/test_banks.py",
    "tests/browser/test_items.py",
    "src/trustdesk/engine/tests/test_fuzz.py",
    "tests/browser/test_rehearsal.py",
    "tests/browser/test_shell.py",
)
_RANK = {file: rank for rank, file in reversed([*enumerate(LONG)])}


def unit_of(nodeid: str) -> str:
    """The name of what stays together: a test's file, for all that use the product one and the same."""
    file = nodeid.split("::", 1)[0]
    return PRODUCT[0] if file in PRODUCT else file


def rank(unit: str) -> int:
    """Which comes first: the lower. Browser stories come last: Playwright leaves a running loop in its thread, beside which
    no later test of the process may run one of its own."""
    browser = unit.startswith("tests/browser/") or unit == PRODUCT[0]
    return _RANK.get(unit, len(LONG)) + browser * 1_000


class ByFile(LoadScopeScheduling):
    """Hands whole files to workers."""

    def _split_scope(self, nodeid: str) -> str:
        return unit_of(nodeid)

    def _assign_work_unit(self, node: Any) -> None:
        self.workqueue.move_to_end(min(self.workqueue, key=rank), last=False)
        super()._assign_work_unit(node)
