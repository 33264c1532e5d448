"""Files of a run while another process writes them."""
