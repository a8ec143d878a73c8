"""What is found can be taken away: labelled rows, the model as a file that opens again, and the code of the fit."""
