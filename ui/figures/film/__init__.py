"""The figures of the EM film."""
