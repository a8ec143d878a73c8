"""The rows that are sure are counted by one threshold."""

import numpy as np

from gmm_core.studies.sure_rows import SURE, share_sure


def test_a_row_is_sure_above_the_threshold_whichever_its_component() -> None:
    responsibilities = np.array(
        [[SURE + 0.01, 0.04 - SURE + 0.95], [0.01, 0.99], [SURE, 1 - SURE], [0.5, 0.5]]
    )
    assert share_sure(responsibilities) == 0.5
