"""The pictures that a film of EM is played in."""
