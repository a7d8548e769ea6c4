"""What the generated texts are worth, and what it costs to hold the bad ones back."""
