"""Pages: each parses the request, calls one function of the node, and renders."""
