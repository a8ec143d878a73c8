"""What stands between the network and the app: who is answered, and how a refusal is told."""
