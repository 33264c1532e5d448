"""Every checker of the catalogue passes every house test."""

import scorers
from scorers.testing import house_tests

test_checker = house_tests(*scorers.ids())
