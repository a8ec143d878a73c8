"""What stands between the app and what is around it: who is answered, how files of strangers are read."""
