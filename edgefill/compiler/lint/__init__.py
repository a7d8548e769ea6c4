"""What a template says to its readers: rules about its literal text and its required slots."""
