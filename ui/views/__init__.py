"""One folder per page: what the page shows, and the computations that no other page needs."""
