"""Cases: running instances of a procedure, and the steps they take."""
