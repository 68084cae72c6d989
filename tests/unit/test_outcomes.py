"""The remedy of a refusal follows from its reason, in records of this version and of earlier ones."""

import pytest

from henk_pipeline.steps.outcomes import remedy_of


@pytest.mark.parametrize("word", ["crashed", "died"])
def test_a_file_that_crashed_its_process_needs_more_memory(word):
    reason = f"The process that worked on this file alone {word} 2 times (run 1): it may need more memory than there is."
    assert "more memory" in remedy_of(reason)
