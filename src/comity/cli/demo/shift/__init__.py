"""A shift at a SPOC's desk: forty open requests, two officers and a supervisor, a hand-over in the middle."""
