"""Every checker of the catalogue passes every house test."""

import scorers
from scorers.testing import conformance_tests

test_checker = conformance_tests(*scorers.ids())
