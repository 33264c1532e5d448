"""What do we ask? Articles, tasks, and the samples drawn from them."""
